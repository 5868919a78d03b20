"""The search box: whatever is typed is a question, never an error."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.storage.search_text import TextQuery, parse_search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", TextQuery()),
        ("fox", TextQuery('"fox"*')),
        ("Red fox", TextQuery('"Red"* "fox"*')),
        ('"red fox"', TextQuery('"red fox"')),
        ('"red fox', TextQuery('"red fox"')),
        ("fox -snow", TextQuery('"fox"*', '"snow"*')),
        ('-"deep snow" -ice', TextQuery("", '"deep snow" OR "ice"*')),
        ("- fox", TextQuery('"fox"*')),
        ("o'neill a-b", TextQuery('"o\'neill"* "a-b"*')),
        ("NEAR(a b)", TextQuery('"NEAR(a"* "b)"*')),
        ('"', TextQuery()),
        ('""', TextQuery()),
        ("(", TextQuery(patterns=((True, "%(%"),))),
        ("100%", TextQuery('"100%"*')),
        ("%_\\", TextQuery(patterns=((True, "%\\%\\_\\\\%"),))),
        ("狐狸", TextQuery(patterns=((True, "%狐狸%"),))),
        ("-狐狸", TextQuery(patterns=((False, "%狐狸%"),))),
    ],
)
def test_what_is_typed_is_read_as(text, expected):
    assert parse_search(text) == expected


def test_without_an_index_every_term_is_looked_for_letter_by_letter():
    found = parse_search('fox -"deep snow"', full_text=False)
    assert found == TextQuery(patterns=((True, "%fox%"), (False, "%deep snow%")))


@given(st.text(max_size=40))
def test_no_text_is_a_mistake_to_sqlite(text):
    query = parse_search(text)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE prompts USING fts5(prompt)")
        for expression in (query.wanted, query.unwanted):
            if expression:
                connection.execute("SELECT * FROM prompts WHERE prompts MATCH ?", (expression,))
        for _, pattern in query.patterns:
            connection.execute("SELECT 1 WHERE 'x' LIKE ? ESCAPE '\\'", (pattern,))
