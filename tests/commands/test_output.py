from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from flux_studio.commands.exits import Exit, worst
from flux_studio.commands.output import emit, iso, prepare_streams, say, write
from flux_studio.commands.table import shortened, table


def test_json_is_one_ascii_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = "狐 \u2028 \x85 \n \ud800 \x1b[2J"
    emit({"text": text})
    out = capsys.readouterr().out
    assert out.isascii()
    assert len(out.splitlines()) == 1
    assert json.loads(out) == {"text": text}


def test_text_moves_no_cursor_and_turns_no_direction(capsys: pytest.CaptureFixture[str]) -> None:
    write("a\tb \x1b[2J \u202e")
    say("first\nsecond \x07")
    out, err = capsys.readouterr()
    assert out == "a\tb \N{REPLACEMENT CHARACTER}[2J \N{REPLACEMENT CHARACTER}\n"
    assert err == "first\nsecond \N{REPLACEMENT CHARACTER}\n"


def test_what_a_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    bytes_ = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(bytes_, encoding="ascii"))
    prepare_streams()
    write("a 狐")
    assert bytes_.getvalue() == b"a \\u72d0\n"


def test_news_never_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        say("nobody hears this")


def test_times_are_utc_to_the_second() -> None:
    noon = datetime(2026, 11, 20, 12, 0, 0, 999, tzinfo=UTC)
    assert iso(noon) == "2026-11-20T12:00:00Z"
    assert iso(noon.astimezone(timezone(timedelta(hours=9)))) == "2026-11-20T12:00:00Z"
    assert iso(None) is None


def test_columns_are_aligned_by_what_is_seen() -> None:
    rows = [["fox", "1", "red"], ["狐", "1000", "two\nlines"]]
    assert list(table(("NAME", "COST", "NOTE"), rows, right=("COST",))) == [
        "NAME  COST  NOTE",
        "fox      1  red",
        "狐    1000  two lines",
    ]
    assert list(table(("NAME",), [])) == []


@pytest.mark.parametrize(
    ("text", "short"), [("a\n b", "a b"), ("x" * 10, "x" * 10), ("x" * 11, "x" * 9 + "…")]
)
def test_long_texts_are_shortened(text: str, short: str) -> None:
    assert shortened(text, 10) == short


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], Exit.DONE),
        ([Exit.DONE, Exit.REFUSED], Exit.REFUSED),
        ([Exit.REFUSED, Exit.NO_KEY, Exit.DONE], Exit.NO_KEY),
        ([Exit.UNKNOWN, Exit.NO_KEY, Exit.REFUSED], Exit.UNKNOWN),
        ([Exit.UNKNOWN, Exit.INTERRUPTED], Exit.INTERRUPTED),
        (list(Exit), Exit.INTERRUPTED),
    ],
)
def test_the_worst_code_decides(codes: list[Exit], code: Exit) -> None:
    assert worst(codes) is code
    assert worst(reversed(codes)) is code


def test_the_codes_are_those_of_the_contract() -> None:
    assert sorted(map(int, Exit)) == [0, 1, 2, 3, 4, 5, 6, 130]
