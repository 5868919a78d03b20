"""Letters in their order, words in any, the better places first."""

import pytest

from flux_studio.ui.palette.fuzzy import match


def order(texts, wanted):
    found = [(m.score, text) for text in texts if (m := match(text, wanted)) is not None]
    return [text for _, text in sorted(found, key=lambda each: -each[0])]


@pytest.mark.parametrize(
    ("text", "wanted", "places"),
    [
        ("Full screen", "fs", (0, 5)),
        ("Full screen", "scr", (5, 6, 7)),
        ("Restore the layout", "lay res", (0, 1, 2, 12, 13, 14)),
        ("Übersicht", "uber", (0, 1, 2, 3)),
        ("ÉCLAIR", "ecl", (0, 1, 2)),
        ("anything", "", ()),
        ("anything", "  ", ()),
        ("ﬁle İstanbul", "is", (4, 5)),
    ],
)
def test_where_letters_are_found(text, wanted, places):
    found = match(text, wanted)
    assert found is not None
    assert found.places == places


@pytest.mark.parametrize(
    ("text", "wanted"), [("Full screen", "sf"), ("abc", "abcd"), ("", "a"), ("abc", "a z")]
)
def test_what_does_not_fit(text, wanted):
    assert match(text, wanted) is None


def test_beginnings_of_words_and_runs_come_first():
    assert order(["Restore", "Full screen", "Prefs"], "fs") == ["Full screen", "Prefs"]
    assert order(["Show all jobs", "Join objects"], "job")[0] == "Show all jobs"


def test_a_long_text_takes_no_time():
    assert match("a" * 100_000 + "b", "b") is None  # beyond what is looked at
    assert match("ab" * 5_000, "a" * 90 + "c") is None
