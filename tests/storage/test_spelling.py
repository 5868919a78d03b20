import sys

import pytest

from flux_studio.storage import spelling
from tests.storage.spell_library import bring_library, hide_library


@pytest.fixture(autouse=True)
def library(monkeypatch, tmp_path):
    bring_library(monkeypatch, tmp_path)
    yield
    sys.modules.pop("spellchecker", None)


def test_unknown_words_and_what_may_have_been_meant(tmp_path):
    assert "en" in spelling.languages()
    assert spelling.why_not() == ""
    speller = spelling.Speller("en", tmp_path / "words.txt")
    assert speller.unknown(["Snow", "fox", "foxxish", "THE"]) == {"foxxish"}
    assert "light" in speller.suggestions("lighx")
    assert "Light" in speller.suggestions("Lighx")
    assert speller.suggestions("foxxishness") == ()


def test_ones_own_words_are_kept(tmp_path):
    words = tmp_path / "words.txt"
    speller = spelling.Speller("en", words)
    speller.keep("Solsticeware")
    speller.keep("Solsticeware")
    assert speller.unknown(["solsticeware"]) == set()
    assert words.read_text() == "Solsticeware\n"
    assert spelling.Speller("en", words).unknown(["Solsticeware"]) == set()
    words.write_bytes(b"\xff")
    assert spelling.Speller("en", words).unknown(["Solsticeware"]) == {"Solsticeware"}


def test_without_the_library_nothing_is_offered_and_it_says_why(monkeypatch):
    hide_library(monkeypatch)
    assert spelling.languages() == ()
    assert "pyspellchecker" in spelling.why_not()
