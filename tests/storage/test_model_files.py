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


def test_what_is_shipped_can_be_read(tmp_path):
    assert resource_path("models").is_dir()
    found = read_model_files(tmp_path)
    assert found.faults == ()
