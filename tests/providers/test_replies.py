"""Replies are hostile text: JSON with limits, sound waits, packed bodies, data addresses."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.errors import OutcomeUnknown, Reason, Unreachable
from flux_studio.providers.replies import (
    NOT_JSON,
    UNPACKED_PIECE,
    BadReply,
    Unpacking,
    decode,
    decode_data_uri,
    parse_json,
    reply_from,
    retry_after,
)


class Shape(msgspec.Struct):
    id: str
    n: int | None = None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1,]", b"NaN", b'{"a":Infinity}', b'"\xff"', "{}".encode("utf-16"),
             b"[" * 200_000, b"[" * 65 + b"]" * 65, b'{"a":' * 70 + b"1" + b"}" * 70, b"{} {}",
             b"<html>"],
)  # fmt: skip
def test_what_is_not_sound_json_is_a_bad_reply(body):
    with pytest.raises(BadReply):
        parse_json(body)
    assert reply_from(200, {}, body, paid=False).json is NOT_JSON


def test_sound_json_is_read():
    assert parse_json(b'\xef\xbb\xbf{"a": [1, 2.5, "\xc3\xa9"]}') == {"a": [1, 2.5, "é"]}
    assert parse_json(b"[" * 64 + b"]" * 64)


@given(st.binary(max_size=200))
def test_no_bytes_get_past_bad_reply(body):
    with suppress(BadReply):
        parse_json(body)


@pytest.mark.parametrize("body", [b'{"id": 5}', b"{}", b"[]", b"nonsense", b'{"id":"a","n":"x"}'])
def test_a_reply_of_another_shape_is_unknown_for_a_submit_and_unreachable_else(body):
    with pytest.raises(OutcomeUnknown) as unknown:
        decode(reply_from(200, {"x-request-id": "r"}, body, paid=True), Shape)
    assert unknown.value.request_id == "r"
    assert unknown.value.reply == body.decode()
    with pytest.raises(Unreachable) as unreachable:
        decode(reply_from(200, {}, body, paid=False), Shape)
    assert unreachable.value.reason is Reason.BAD_REPLY


def test_fields_that_are_not_known_are_ignored():
    assert decode(reply_from(200, {}, b'{"id":"a","more":[1]}', paid=True), Shape) == Shape("a")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), (" 2.5 ", 2.5), ("0", 0.0), ("999999999", 86_400.0), ("nan", None), ("inf", None),
     ("-1", None), ("1e9", None), ("+5", None), ("5, 10", None), ("", None), ("9" * 400, None),
     ("٣", None), ("soon", None), (None, None)],
)  # fmt: skip
def test_retry_after_in_seconds(text, seconds):
    assert retry_after(text) == seconds


@pytest.mark.parametrize(
    ("until", "now", "seconds"),
    [("Fri, 20 Nov 2026 12:00:30 GMT", "Fri, 20 Nov 2026 12:00:00 GMT", 30.0),
     ("Fri, 20 Nov 2026 11:00:00 GMT", "Fri, 20 Nov 2026 12:00:00 GMT", 0.0),
     ("Fri, 20 Nov 2099 12:00:00 GMT", "Fri, 20 Nov 2026 12:00:00 GMT", 86_400.0),
     ("Fri, 20 Nov 2026 12:00:30 GMT", None, None),
     ("Fri, 20 Nov 2026 12:00:30 GMT", "rubbish", None),
     ("Fri, 99 Nov 2026 12:00:30 GMT", "Fri, 20 Nov 2026 12:00:00 GMT", None)],
)  # fmt: skip
def test_retry_after_as_a_date_goes_by_the_servers_clock(until, now, seconds):
    assert retry_after(until, now) == seconds


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_retry_after_gives_a_wait_that_hurts(value, date):
    wait = retry_after(value, date)
    assert wait is None or 0 <= wait <= 86_400


def packed(data: bytes, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("name", "wbits"), [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("GZIP", 31)]
)
def test_a_packed_body_is_unpacked_all_the_same(name, wbits):
    unpacking = Unpacking(name, 1000)
    body = packed(b"hello" * 50, wbits)
    assert b"".join([*unpacking.feed(body[:10]), *unpacking.feed(body[10:])]) == b"hello" * 50
    unpacking.end()


def test_unpacking_stops_at_the_cap_and_never_makes_more():
    unpacking = Unpacking("gzip", 1000)
    with pytest.raises(BadReply, match="too large"):
        list(unpacking.feed(packed(bytes(50_000_000))))
    exact = Unpacking("", 4)
    assert list(exact.feed(b"1234")) == [b"1234"]
    with pytest.raises(BadReply, match="too large"):
        list(exact.feed(b"5"))


@pytest.mark.parametrize("size", [0, UNPACKED_PIECE - 1, UNPACKED_PIECE, 3 * UNPACKED_PIECE + 1])
def test_a_large_body_is_unpacked_in_bearable_pieces(size):
    unpacking = Unpacking("gzip", 10 * UNPACKED_PIECE)
    pieces = list(unpacking.feed(packed(bytes(size))))
    unpacking.end()
    assert sum(map(len, pieces)) == size
    assert max(map(len, pieces)) <= UNPACKED_PIECE


def test_a_broken_or_cut_or_foreign_packing_is_a_bad_reply():
    with pytest.raises(BadReply, match="broken"):
        list(Unpacking("gzip", 1000).feed(b"this is not gzip"))
    cut = Unpacking("gzip", 1000)
    assert b"".join(cut.feed(packed(b"hello" * 50)[:-9])).startswith(b"hello")
    with pytest.raises(BadReply, match="early"):
        cut.end()
    with pytest.raises(BadReply, match="br"):
        Unpacking("br", 1000)


def test_a_data_address_gives_its_bytes():
    data = bytes(range(256)) * 9000  # more than one piece
    text = base64.b64encode(data).decode()
    assert decode_data_uri(f"data:image/jpeg;base64,{text}") == data


@pytest.mark.parametrize(
    "text", ["data:image/png,abc", "data:text/html;base64,aGk=", "data:image/png;base64",
             "data:image/png;base64,a", "data:image/png;base64,****", "https://x.example/a",
             "data:image/png;base64,aGk=aGk="],
)  # fmt: skip
def test_a_data_address_without_a_picture_is_refused(text):
    with pytest.raises(Unreachable) as caught:
        decode_data_uri(text)
    assert caught.value.reason is Reason.BAD_PICTURE


def test_a_data_address_has_a_cap():
    text = "data:image/png;base64," + "A" * 400
    assert len(decode_data_uri(text, cap=300)) == 300
    with pytest.raises(Unreachable, match="too large"):
        decode_data_uri(text, cap=299)


def test_a_price_of_a_reply_is_exact():
    reply = reply_from(200, {}, b'{"cost": 0.07}', paid=False)
    assert Decimal(str(decode(reply, dict[str, float])["cost"])) == Decimal("0.07")


def test_the_evidence_is_cut_and_redacted():
    picture = base64.b64encode(bytes(30_000)).decode()
    body = f'{{"a":"https://x.example/y?sig=S3CRET","p":"data:image/png;base64,{picture}"}}'
    evidence = reply_from(200, {}, body.encode(), paid=True).evidence
    assert "S3CRET" not in evidence
    assert "AAAAAAAA" not in evidence
    assert len(reply_from(200, {}, b"x" * 10**6, paid=True).evidence) == 20_000
