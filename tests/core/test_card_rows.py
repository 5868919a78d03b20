from decimal import Decimal

import pytest

from flux_studio.core.card import SafetyScale
from flux_studio.core.card_rows import CardFault, read_cards
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, Unknown
from flux_studio.core.size import FreeSizes, ListedSize, ListedSizes, Preset, Size

WHOLE = """\
# two cards, one of each kind
provider = "one"

[defaults]
source = "https://example.test"
as_of = 2026-03-01
blurb = "A price is not a size."
formats = ["jpeg", "png"]

[[model]]
model = "free"
title = "Free"
price.rule = "per_megapixel"
price.first = "0.03"
price.further = "0.015"
price.reference = "0.01"
price.reference_cap = 4
references = 8
reference_price_note = "inferred"
prompt_least = 3
prompt_most = 5000
seed = true
seed_most = 999
safety = { least = 0, most = 6, default = 2 }
safety_note = "no effect"
checker = true
count_most = 4
megapixels_most = 9
best_for = ["foxes"]
licence = "Commercial"
retention = "One day"
prior_seconds = 2.5

[model.sizes]
least = 64
most = 2048
step = 16
most_pixels = 4_194_304
presets = [
  { name = "Square", size = "512x512", wire = "square" },
  { name = "Wide", size = "1024x576" },
]

[model.paths]
text = "/free"

[[model.knobs]]
name = "guidance"
kind = "decimal"
title = "Guidance"
default = "3.5"
least = "1.5"
most = 10
step = "0.1"

[[model.knobs]]
name = "mood"
kind = "choice"
title = "Mood"
note = "How it looks"
default = "calm"
choices = ["calm", "wild"]

[[model]]
model = "listed"
title = "Listed"
blurb = "Its own words win."
price = { rule = "per_call", tiers = { 1k = "0.05", 2k = "0.07" } }
default_size = "2048x2048"
formats = []

[model.sizes]
listed = [
  { ratio = "1:1", tier = "1k", size = "1024x1024" },
  { ratio = "1:1", tier = "2k", size = "2048x2048" },
]
"""


def line(fragment: str, text: str = WHOLE) -> int:
    """The line on which a fragment stands first, counted from 1."""
    return text[: text.index(fragment)].count("\n") + 1


def fault(old: str, new: str) -> str:
    """The words of the fault that one change to the whole file brings."""
    assert old in WHOLE
    with pytest.raises(CardFault) as caught:
        read_cards(WHOLE.replace(old, new, 1), "mine.toml")
    return str(caught.value)


def test_a_card_of_free_sizes_is_read_whole() -> None:
    card = read_cards(WHOLE, "mine.toml")[0]
    assert card.id == ("one", "free")
    assert (card.title, card.blurb, card.source) == (
        "Free", "A price is not a size.", "https://example.test",
    )  # fmt: skip
    assert card.sizes == FreeSizes(
        64, 2048, 16, 4_194_304,
        (Preset("Square", Size(512, 512), "square"), Preset("Wide", Size(1024, 576))),
    )  # fmt: skip
    assert card.default_size == Size(512, 512)
    assert card.price == PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.01"), 4)
    assert (card.references, card.reference_price_note, card.edits) == (8, "inferred", True)
    assert (card.prompt_least, card.prompt_most) == (3, 5000)
    assert card.formats == ("jpeg", "png")
    assert (card.seed, card.seed_most, card.checker, card.count_most) == (True, 999, True, 4)
    assert card.megapixels_most == 9
    assert (card.safety, card.safety_note) == (SafetyScale(0, 6, 2), "no effect")
    assert (card.best_for, card.licence, card.retention) == (("foxes",), "Commercial", "One day")
    assert (card.as_of, card.prior_seconds, card.path("text")) == ("2026-03-01", 2.5, "/free")
    with pytest.raises(KeyError):
        card.path("edit")


def test_knobs_are_read_with_their_kind() -> None:
    guidance, mood = read_cards(WHOLE, "mine.toml")[0].knobs
    assert (guidance.default, guidance.least, guidance.most, guidance.step) == (
        Decimal("3.5"), Decimal("1.5"), Decimal(10), Decimal("0.1"),
    )  # fmt: skip
    assert (mood.default, mood.choices, mood.note) == ("calm", ("calm", "wild"), "How it looks")


def test_a_card_of_listed_sizes_falls_back_to_the_defaults() -> None:
    card = read_cards(WHOLE, "mine.toml")[1]
    assert card.sizes == ListedSizes(
        (ListedSize("1:1", "1k", Size(1024, 1024)), ListedSize("1:1", "2k", Size(2048, 2048)))
    )
    assert card.price == PerCall((("1k", Decimal("0.05")), ("2k", Decimal("0.07"))))
    assert (card.blurb, card.formats, card.default_size) == (
        "Its own words win.", (), Size(2048, 2048),
    )  # fmt: skip
    assert (card.seed, card.safety, card.checker, card.knobs, card.paths) == (
        False, None, False, (), (),
    )  # fmt: skip
    assert (card.references, card.edits, card.prompt_least, card.prompt_most) == (0, False, 1, 0)
    assert (card.count_most, card.prior_seconds) == (16, 8.0)
    assert card.megapixels_most == 0  # no bound


@pytest.mark.parametrize(("rule", "price"), [("free", Free()), ("unknown", Unknown())])
def test_prices_without_figures(rule: str, price: object) -> None:
    start = WHOLE.index('price.rule = "per_megapixel"')
    text = WHOLE[:start] + f'price.rule = "{rule}"' + WHOLE[WHOLE.index("\nreferences") :]
    assert read_cards(text, "mine.toml")[0].price == price


def test_a_file_without_cards_has_none() -> None:
    assert read_cards('provider = "one"', "mine.toml") == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ('title = "Free"', 'title = ""', 'title = "Free"', "title must be a text"),
        ('first = "0.03"', "first = 0.03", "first =", 'string such as "0.03"'),
        ('first = "0.03"', 'first = "-0.03"', "first =", "not negative"),
        ('further = "0.015"', 'further = "cheap"', "further =", "'cheap', which is not a number"),
        ('"per_megapixel"', '"per_pixel"', "rule =", "per_call, per_megapixel"),
        (
            "price.reference_cap = 4",
            "price.cap = 4",
            "price.reference_cap",
            "cap is not a name of this table",
        ),
        ("references = 8", "refrences = 8", "references = 8", "refrences is not a name"),
        ("references = 8", "references = 8.0", "references = 8", "must be a whole number"),
        ("references = 8", "references = true", "references = 8", "must be a whole number"),
        ("references = 8", "references = -1", "references = 8", "is -1; the least is 0"),
        ("seed = true", 'seed = "yes"', "seed = true", "can be true or false"),
        ("most = 2048", "most = 32", "most = 2048", "most is 32; the least is 64"),
        ("step = 16", "step = 0", "step = 16", "the least is 1"),
        ("most_pixels = 4_194_304", "most_pixels = 4000", "[model.sizes]", "leave no size"),
        ('size = "1024x576"', 'size = "wide"', 'size = "1024x576"', "such as 1024x768"),
        ('size = "1024x576"', 'size = "1024x575"', 'size = "1024x576"', "(grid)"),
        ('size = "1024x576"', 'sise = "1024x576"', 'size = "1024x576"', "sise is not a name"),
        ("default = 2 }", 'default = 2, words = ["strict"] }', "safety =", "one for each number"),
        ('safety_note = "no effect"', 'repeats = "often"', "safety_note", "exactly, likely"),
        ("default = 2 }", "default = 7 }", "safety =", "not on its own scale"),
        ("count_most = 4", "count_most = 0", "count_most", "the least is 1"),
        ("prior_seconds = 2.5", "prior_seconds = 0", "prior_seconds", "seconds above 0"),
        ('best_for = ["foxes"]', "best_for = [1]", "best_for", "a list of texts"),
        ('["jpeg", "png"]', '["jpg"]', "formats", "it can have png, jpeg, webp"),
        ("as_of = 2026-03-01", 'as_of = "spring"', "as_of", "a day such as 2026-03-31"),
        ('kind = "choice"', 'kind = "list"', 'kind = "choice"', "int, decimal, bool, choice"),
        ('default = "calm"', 'default = "loud"', 'default = "calm"', "it can be calm, wild"),
        ('default = "3.5"', "default = 3.5", 'default = "3.5"', 'a string such as "3.5"'),
        ('default = "3.5"', 'default = "11"', 'default = "3.5"', "it can be 1.5 to 10"),
        ('text = "/free"', "text = 5", 'text = "/free"', "text must be a text"),
        ('2k = "0.07"', "2k = 0.07", "2k =", "2k must be a string"),
        ('default_size = "2048x2048"', 'default_size = "10x10"', "default_size", "(listed)"),
        ('model = "listed"', 'model = "free"', 'model = "listed"', "stands in this file twice"),
        ('ratio = "1:1"', "ratio = 1", "ratio =", "ratio must be a text"),
    ],
)
def test_a_fault_names_file_line_and_what_would_be_right(old, new, at, words) -> None:
    said = fault(old, new)
    assert said.startswith(f"mine.toml: line {line(at)}: ")
    assert words in said


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ('title = "Listed"\n', "title is missing"),
        ('price = { rule = "per_call", tiers = { 1k = "0.05", 2k = "0.07" } }\n', "price is"),
    ],
)
def test_what_is_missing_is_told_at_the_head_of_its_card(old: str, words: str) -> None:
    said = fault(old, "")
    head = line('[[model]]\nmodel = "listed"')
    assert said.startswith(f"mine.toml: line {head}: {words}")


def test_an_empty_list_of_sizes_is_a_fault() -> None:
    text = WHOLE[: WHOLE.index("listed = [")] + "listed = []\n"
    with pytest.raises(CardFault, match="listed has no size in it"):
        read_cards(text, "mine.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: provider is missing"),
        ("provider = 1", "line 1: provider must be a text"),
        ('provider = "one"\nmodel = 3', "line 2: model must be a list of tables"),
        ('provider = "one"\n[model]\nx = 1', "line 2: model must be a list of tables"),
        ('provider = "one"\ndefaults = 3', "line 2: defaults must be a table"),
        ('provider = "one"\n\n[defaults]\nsede = true', "line 4: sede is not a name"),
        ('provider = "one"\nmodels = []', "line 2: models is not a name"),
        ('provider = "one"\nmodel = [{ model = "a" }]', "line 1: sizes is missing"),
        ('provider = "one"\n]', "at line 2"),
    ],
)
def test_a_file_that_is_no_card_file(text: str, words: str) -> None:
    with pytest.raises(CardFault, match="mine.toml: ") as caught:
        read_cards(text, "mine.toml")
    assert words in str(caught.value)
