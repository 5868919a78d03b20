"""A corrected price goes into the user's own file, and nothing else in it changes."""

from datetime import date
from decimal import Decimal

import pytest

from flux_studio.core.pricing import Free, PerCall, PerMegapixel, Unknown
from flux_studio.core.size import Size
from flux_studio.storage.model_files import read_model_files
from flux_studio.storage.own_prices import PriceNotKept, keep_price

DAY = date(2026, 11, 20)
RULE = PerMegapixel(Decimal("0.036"), Decimal("0.015"), Decimal("0.015"), 4)
NOTE = 'Corrected: "0.036" was charged'


def card(folder, provider="runflow", model="flux-2-pro"):
    return next(c for c in read_model_files(folder).cards if c.id == (provider, model))


def keep(folder, rule=RULE, of=None):
    return keep_price(folder, of or card(folder), rule, NOTE, DAY)


def test_the_price_lies_over_the_shipped_card_and_the_rest_of_it_stays(tmp_path):
    before = card(tmp_path)
    path = keep(tmp_path)
    assert path == tmp_path / "runflow.toml"
    after = card(tmp_path)
    assert (after.price, after.price_note, after.as_of) == (RULE, NOTE, "2026-11-20")
    assert (after.sizes, after.knobs, after.source) == (before.sizes, before.knobs, before.source)
    assert NOTE in after.estimate(Size(1024, 1024)).working
    assert read_model_files(tmp_path).faults == ()


@pytest.mark.parametrize(
    "rule",
    [RULE, PerMegapixel(*[Decimal("0.1")] * 3), Free(), Unknown(),
     PerCall((("1k", Decimal("0.06")), ("", Decimal("0.05")), ("2 k", Decimal(1))))],
)  # fmt: skip
def test_every_rule_comes_back_as_it_was(tmp_path, rule):
    keep(tmp_path, rule)
    assert card(tmp_path).price == rule


def test_a_second_correction_takes_the_place_of_the_first(tmp_path):
    keep(tmp_path)
    path = keep(tmp_path, Free())
    assert card(tmp_path).price == Free()
    assert path.read_text().count("[[model]]") == 1
    keep(tmp_path, of=card(tmp_path, model="flux-2-flex"))
    assert path.read_text().count("[[model]]") == 2
    assert card(tmp_path).price == Free()


OWN = """# my file
provider = "runflow"  # mine

[[model]]
model = "other"  # a model of my own
title = "Other"
blurb = "b"
source = "s"
as_of = 2026-01-01
sizes = { least = 64, most = 2048, step = 16 }
price = { rule = "free" }

[[model]]
as_of = 2026-02-02
model = 'flux-2-pro' # the good one
price.rule = "per_call"
price.tiers = { "" = "0.5" }
title = "Mine"
# before the paths
[model.paths]
text = "/v2"
price = "/not/a/price"
"""


def test_a_file_of_ones_own_keeps_its_words_and_comments(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(OWN)
    assert card(tmp_path).price == PerCall((("", Decimal("0.5")),))
    assert keep(tmp_path) == file
    after = card(tmp_path)
    assert (after.price, after.title, after.path("text")) == (RULE, "Mine", "/v2")
    assert after.path("price") == "/not/a/price"
    text = file.read_text()
    kept = [line for line in OWN.splitlines() if not line.startswith(("as_of = 2026-02", "price."))]
    assert [line for line in text.splitlines() if line in kept] == kept
    assert card(tmp_path, model="other").as_of == "2026-01-01"


def test_a_price_table_of_its_own_is_replaced(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(
        'provider = "runflow"\n[[model]]\nmodel = "flux-2-pro"\n'
        '[model.price]\nrule = "per_call"\n[model.price.tiers]\n"1k" = "0.5"\n'
        '[model.paths]\ntext = "/v2"\n'
    )
    keep(tmp_path)
    assert card(tmp_path).price == RULE
    assert card(tmp_path).path("text") == "/v2"


def test_the_file_that_wins_is_the_one_that_is_corrected(tmp_path):
    for name, price in (("a", "0.1"), ("z", "0.2")):
        (tmp_path / f"{name}.toml").write_text(
            f'provider = "runflow"\n[[model]]\nmodel = "flux-2-pro"\n'
            f'price = {{ rule = "per_call", tiers = {{ "" = "{price}" }} }}\n'
        )
    assert keep(tmp_path).name == "z.toml"
    assert card(tmp_path).price == RULE


@pytest.mark.parametrize(
    "text",
    ['provider = "runflow"\nmodel = [{ model = "flux-2-pro", references = 2 }]\n',
     'provider = "runflow"\n[[model]]\nmodel = """flux-2-pro"""\n', "provider = \n"],
)  # fmt: skip
def test_what_cannot_be_changed_safely_is_left_alone(tmp_path, text):
    file = tmp_path / "runflow.toml"
    pro = card(tmp_path)
    file.write_text(text)
    with pytest.raises(PriceNotKept, match=r"^runflow\.toml: .*by hand"):
        keep(tmp_path, of=pro)
    assert file.read_text() == text


def test_a_file_of_that_name_for_another_provider_is_not_touched(tmp_path):
    (tmp_path / "runflow.toml").write_text('provider = "elsewhere"\n')
    assert keep(tmp_path).name == "runflow-prices.toml"
    assert card(tmp_path).price == RULE
