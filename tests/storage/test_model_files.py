"""Model cards: the shipped ones, a user's over them, and faults with their file and line."""

import pytest

from flux_studio.resources import resource_path
from flux_studio.storage import model_files
from flux_studio.storage.model_files import MOST_BYTES, read_model_files

CARD = """provider = "{provider}"
[[model]]
model = "{model}"
title = "{title}"
blurb = "b"
formats = ["png"]
source = "s"
as_of = "2026-11-20"
sizes = {{ least = 64, most = 2048, step = 16 }}
price = {{ rule = "free" }}
"""


@pytest.fixture
def folders(tmp_path, monkeypatch):
    shipped, own = tmp_path / "models", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    monkeypatch.setattr(model_files, "resource_path", lambda name: tmp_path / name)
    return shipped, own


def card(path, provider="p", model="m", title="t"):
    path.write_text(CARD.format(provider=provider, model=model, title=title), encoding="utf-8")


def test_a_users_card_wins_in_its_place(folders):
    shipped, own = folders
    card(shipped / "a.toml", model="one", title="shipped")
    card(shipped / "b.toml", model="two", title="shipped")
    card(own / "mine.toml", model="one", title="mine")
    card(own / "new.toml", provider="q", model="one", title="new")
    found = read_model_files(own)
    assert [(c.id, c.title) for c in found.cards] == [
        (("p", "one"), "mine"),
        (("p", "two"), "shipped"),
        (("q", "one"), "new"),
    ]
    assert found.faults == ()


def test_a_fault_names_file_and_line_and_costs_only_its_file(folders):
    shipped, own = folders
    card(shipped / "a.toml")
    card(own / "bad.toml", model="other")
    text = (own / "bad.toml").read_text().replace('title = "t"', "title = 7")
    (own / "bad.toml").write_text(text)
    (own / "worse.toml").write_text("provider = \n")
    (own / "latin.toml").write_bytes(b'# first\n# caf\xe9\nprovider = "x"\n')
    (own / "huge.toml").write_bytes(b"#" * (MOST_BYTES + 1))
    (own / "folder.toml").mkdir()
    (own / "readme.txt").write_text("not a card")
    found = read_model_files(own)
    assert [c.id for c in found.cards] == [("p", "m")]
    bad, huge, latin, worse = found.faults
    assert bad == "bad.toml: line 4: title must be a text"
    assert huge.startswith("huge.toml: it is larger")
    assert latin == "latin.toml: line 2: it is not UTF-8 text"
    assert worse.startswith("worse.toml:")
    assert "line 1" in worse


def test_a_user_needs_no_folder(folders):
    shipped, own = folders
    card(shipped / "a.toml")
    own.rmdir()
    assert len(read_model_files(own).cards) == 1


def test_a_byte_order_mark_is_no_fault(folders):
    shipped, own = folders
    card(own / "a.toml")
    (own / "a.toml").write_bytes(b"\xef\xbb\xbf" + (own / "a.toml").read_bytes())
    assert read_model_files(own).faults == ()


def test_single_values_lie_over_the_card_that_is_there(folders):
    shipped, own = folders
    card(shipped / "a.toml", title="shipped")
    (own / "a.toml").write_text('provider = "p"\n[[model]]\nmodel = "m"\ntitle = "mine"\n')
    (own / "b.toml").write_text('provider = "p"\n[[model]]\nmodel = "m"\nblurb = "c"\n')
    [found] = read_model_files(own).cards
    assert (found.title, found.blurb, found.source) == ("mine", "c", "s")


def test_a_whole_row_takes_nothing_from_the_card_below(folders):
    shipped, own = folders
    card(shipped / "a.toml")
    (shipped / "a.toml").write_text((shipped / "a.toml").read_text() + "references = 8\n")
    card(own / "a.toml", title="mine")
    assert read_model_files(own).cards[0].references == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('price = { rule = "per_call", tiers = { 1k = 0.5 } }', "line 5: 1k must be a string"),
        ("sizes = { least = 2000, most = 2048, step = 999 }", "line 5: sizes leave no size"),
        ("pice = 3", "line 5: pice is not a name"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_line(folders, line, fault):
    shipped, own = folders
    card(shipped / "a.toml")
    (own / "a.toml").write_text(f'provider = "p"\n\n[[model]]\nmodel = "m"\n{line}\n')
    [told] = read_model_files(own).faults
    assert told.startswith(f"a.toml: {fault}")
    assert read_model_files(own).cards[0].title == "t"


def test_a_row_over_nothing_says_what_it_lacks(folders):
    shipped, own = folders
    card(shipped / "a.toml")
    (own / "a.toml").write_text('provider = "p"\n[[model]]\nmodel = "n"\ntitle = "mine"\n')
    [told] = read_model_files(own).faults
    assert told == "a.toml: line 2: sizes is missing"


def test_what_is_shipped_can_be_read(tmp_path):
    assert resource_path("models").is_dir()
    found = read_model_files(tmp_path)
    assert found.faults == ()


def test_a_card_for_no_known_provider_is_a_fault_with_its_line(folders):
    shipped, own = folders
    card(shipped / "a.toml", model="one", title="shipped")
    card(own / "mine.toml", provider="nobody", model="two")
    found = read_model_files(own, ("p", "q"))
    assert [each.model for each in found.cards] == ["one"]
    assert found.faults == ("mine.toml: line 1: provider is 'nobody'; it can be p, q",)


@pytest.mark.parametrize(
    "path", ["https://evil.test/v1", "//evil.test/v1", "v1/a", "/v1/a b", "/v1?x=1", ""]
)
def test_an_address_that_leads_away_is_a_fault_with_its_line(folders, path):
    _, own = folders
    card(own / "mine.toml")
    with (own / "mine.toml").open("a", encoding="utf-8") as file:
        file.write(f'paths = {{ text = "/v1/flux", edit = "{path}" }}\n')
    found = read_model_files(own)
    assert found.cards == ()
    assert found.faults[0].startswith("mine.toml: line 11: edit ")
