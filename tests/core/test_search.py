"""The language of the search box: what is typed is read as what is meant, and is never an error."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.job import JobState
from flux_studio.core.search import (
    BY_NAME,
    FIELDS,
    Hint,
    matched_words,
    places_of,
    read_search,
    with_condition,
    without,
)
from flux_studio.core.search_completion import complete
from flux_studio.core.search_values import Area, Between, Exactly, Near, OneOf, Side, Times

NOW = datetime(2026, 11, 20, 15, 0).astimezone()  # a Friday
MP = 1_048_576


def words(text):
    return [(w.text, w.wanted, w.phrase) for w in read_search(text).words]


def read_test(text):
    (condition,) = read_search(text, NOW).conditions
    return condition.test


def d(number):
    return Decimal(str(number))


def day(year, month, number):
    return datetime(year, month, number).astimezone()


def test_words_phrases_and_what_is_left_out():
    assert words('fox "deep snow" -night -"old barn"') == [
        ("fox", True, False),
        ("deep snow", True, True),
        ("night", False, False),
        ("old barn", False, True),
    ]
    assert words('- "" -- 16:9 style:noir') == [("16:9", True, False), ("style:noir", True, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model:flex", OneOf(("flex",))),
        ("MODEL:pro,flex", OneOf(("pro", "flex"))),
        ('tag:"two words"', OneOf(("two words",), exact=True)),
        ("rating:>=4", Between(low=d(4))),
        ("rating:4", Between(d(4), d(4))),
        ("rating:3..5", Between(d(3), d(5))),
        ("stars:<2", Between(high=d(2), open_high=True)),
        ("cost:>$0.05", Between(low=d(0.05), open_low=True)),
        ("cost:unknown", OneOf(("unknown",))),
        ("seed:18446744073709551615", Between(d(2**64 - 1), d(2**64 - 1))),
        ("size:1024x768", Exactly(1024, 768)),
        ("size:>2mp", Area(Between(low=d(2 * MP), open_low=True))),
        ("size:1mp", Area(Between(d(0.5) * MP, d(1.5) * MP, open_high=True))),
        ("size:1.0mp", Area(Between(d(0.95) * MP, d(1.05) * MP, open_high=True))),
        ("size:1..4mp", Area(Between(d(MP), d(4 * MP)))),
        ("size:>=2048", Side(Between(low=d(2048)))),
        ("ratio:>1", Between(low=d(1), open_low=True)),
        ("ref:yes", Between(low=d(1))),
        ("ref:no", Between(d(0), d(0))),
        ("near:#e0a030", Near("#E0A030")),
        ("near:Teal", Near("#2F9690", is_named=True)),
        ("color:gray", Near("#8A8A8A", is_named=True)),
        ("color:fb4", Near("#FFBB44")),
        ("is:favorite", OneOf(("favourite",))),
        ("state:unknown", OneOf(("unknown",))),
        ("date:today", Times(day(2026, 11, 20), day(2026, 11, 21))),
        ("date:yesterday", Times(day(2026, 11, 19), day(2026, 11, 20))),
        ("date:this-week", Times(day(2026, 11, 16), day(2026, 11, 23))),
        ("date:last-month", Times(day(2026, 10, 1), day(2026, 11, 1))),
        ("date:7d", Times(day(2026, 11, 14), day(2026, 11, 21))),
        ("date:2026", Times(day(2026, 1, 1), day(2027, 1, 1))),
        ("date:2026-12", Times(day(2026, 12, 1), day(2027, 1, 1))),
        ("date:2026-11-01..2026-11-20", Times(day(2026, 11, 1), day(2026, 11, 21))),
        ("date:2026-11..", Times(since=day(2026, 11, 1))),
        ("date:>2026-10", Times(since=day(2026, 11, 1))),
        ("date:<2026-10", Times(until=day(2026, 10, 1))),
    ],
)
def test_fields_are_typed(text, expected):
    assert read_test(text) == expected


def test_a_ratio_is_meant_nearly():
    test = read_test("ratio:16:9")
    assert test.low < d(1344) / 768 < test.high
    assert not test.low < d(3) / 2 < test.high
    square = read_test("ratio:square")
    assert square.low < 1 < square.high


def test_a_minus_rules_a_fact_out():
    (condition,) = read_search("-tag:old").conditions
    assert not condition.wanted


@pytest.mark.parametrize("text", ["rating:", "cost:>", "date:", 'tag:"', "near:#", "size:>="])
def test_a_field_without_its_value_counts_for_nothing_yet(text):
    search = read_search(text)
    assert search.is_empty
    (hint,) = search.hints
    assert hint.is_unfinished
    assert hint.typed == text


@pytest.mark.parametrize(
    "text", ["rating:banana", "date:2026-13", "date:soon", "size:big", "is:nice", "near:#12345"]
)
def test_a_value_that_is_none_is_searched_for_as_words(text):
    search = read_search(text)
    assert [word.text for word in search.words] == [text]
    assert search.hints == (Hint(text.partition(":")[0], text, is_unfinished=False),)


def test_the_states_that_are_asked_for():
    assert read_search("fox").states is None
    assert read_search("state:unknown,lost").states == {JobState.UNKNOWN, JobState.LOST}
    assert JobState.SAVED not in read_search("-state:saved").states


def test_a_condition_can_be_taken_out_and_put_in():
    text = "fox rating:>=4 -tag:old snow"
    search = read_search(text)
    assert without(text, search.conditions[0]) == "fox -tag:old snow"
    assert without(text, search.conditions[1]) == "fox rating:>=4 snow"
    assert with_condition(text, "rating", "5") == "fox -tag:old snow rating:5"
    assert with_condition("", "project", "Two, three") == 'project:"Two, three"'


def test_what_was_found_is_known_by_its_places():
    found = matched_words('fox -night "deep  snow" prompt:ice is:favourite')
    assert [word.text for word in found] == ["fox", "deep  snow", "ice"]
    text = "A Firefox in Deep\nsnow, on ice"
    assert [text[a:b] for a, b in places_of(found, text)] == ["fox", "Deep\nsnow", "ice"]
    assert places_of(matched_words("a"), "a cat and a dog") == [(0, 1), (6, 7), (10, 11)]
    assert places_of(matched_words("狐狸"), "一只狐狸") == [(2, 4)]


@given(st.text(max_size=60))
def test_any_text_can_be_read_completed_and_marked(text):
    search = read_search(text, NOW)
    for condition in search.conditions:
        assert read_search(without(text[:2000], condition)) is not None
    for caret in range(0, len(text) + 1, 7):
        found = complete(text, caret, {"tag": ["sky"]})
        assert 0 <= found.start <= caret <= found.end <= len(text)
    for start, end in places_of(search.words, text):
        assert 0 <= start < end <= len(text)


VOCABULARY = {"tag": ["sky", "sky at night", "snow"], "model": ["flux-2-pro"]}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ra", "rating:"),
        ("-ta", "-tag:"),
        ("tag:s", "tag:sky"),
        ("tag:night", 'tag:"sky at night"'),
        ("tag:sky,s", 'tag:sky,"sky at night"'),
        ("fox is:f", "is:favourite"),
        ("model:", "model:flux-2-pro"),
        ("sn", "tag:snow"),
        ("date:this", "date:this-week"),
    ],
)
def test_what_could_come_next(text, first):
    offers = [offer.text for offer in complete(text, len(text), VOCABULARY).offers]
    assert first in offers[:3], offers


def test_a_completion_replaces_the_word_at_the_caret():
    found = complete("fox ra snow", 6, {})
    assert (found.start, found.end) == (4, 6)
    assert complete("unknown:x", 9, VOCABULARY).offers == ()
    assert complete("", 0, VOCABULARY).offers == ()


def test_every_field_says_what_it_is_and_its_offers_can_be_read():
    for field in FIELDS:
        assert field.says
        assert all(BY_NAME[name] is field for name in (field.name, *field.aliases))
        for value in field.offers:
            assert field.read(value, NOW) is not None, (field.name, value)


def test_the_present_is_what_dates_count_from_without_another():
    times = read_search("date:today").conditions[0].test
    assert times.since <= datetime.now(UTC) < times.until + timedelta(minutes=1)


def test_a_slip_in_the_name_of_a_field_is_seen_and_nothing_else_is_taken_for_one():
    (hint,) = read_search("fox modle:flex").hints
    assert (hint, hint.start, hint.end) == (Hint("model", "modle:flex", False, True), 4, 14)
    assert words("modle:flex") == [("modle:flex", True, False)]
    for text in ("style:noir", "16:9", "camera:leica", "http://a.b"):
        assert read_search(text).hints == ()


def test_a_slip_is_completed_to_the_field_that_was_meant():
    assert [offer.text for offer in complete("fox -modle:fl", 13, {}).offers] == ["-model:fl"]
    assert complete("style:no", 8, {}).offers == ()


def test_everything_is_offered_to_whoever_asks():
    saved = {"Good skies": "sky rating:>=4", "Covers": "collection:covers"}
    asked = complete("fox ", 4, {}, saved, asked=True).offers
    assert [offer.text for offer in asked[:2]] == list(saved.values())
    assert [offer.text for offer in asked[2:]] == [f"{field.name}:" for field in FIELDS]
    assert complete("fox ", 4, {}, saved).offers == ()
    many = {"tag": tuple(f"t{n:02}" for n in range(40))}
    assert len(complete("tag:", 4, many, asked=True).offers) == 41  # and none
    assert len(complete("tag:", 4, many).offers) == 10


def test_a_search_that_was_kept_is_found_by_its_name():
    saved = {"Good skies": "sky rating:>=4"}
    completion = complete("ski", 3, {}, saved)
    assert (completion.start, completion.end) == (0, 3)
    assert [(o.value, o.text) for o in completion.offers] == [("Good skies", "sky rating:>=4")]
    assert complete("s", 1, {}, saved).offers[0].field is not None


def test_colours_are_offered_by_their_names():
    assert [offer.text for offer in complete("near:t", 6, {}).offers][0] == "near:teal"


def test_what_can_be_ordered_by_likeness():
    assert read_search("fox").likeness is None
    assert read_search("-near:teal").likeness is None
    found = read_search("fox near:teal like:ab").likeness
    assert found is not None
    assert found.typed == "near:teal"
