"""How a twin misbehaves: one function a fault, by the names the tests use.

Faults in `BEFORE` act before the twin has accepted anything. Those in `AFTER` get the way to the
client and the answer that would have been right, and break the connection; those in `INSTEAD` turn
the right answer into another one and keep the connection. After both a charge stands. A name of
digits is an HTTP status with the provider's own error body: it is answered instead of handling the
request unless `accepted=True` is among the details.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.hosts.wire import Answer

Writer = asyncio.StreamWriter
Misbehave = Callable[[Writer, Answer, dict[str, Any]], Awaitable[None]]
OtherAnswer = Callable[[Answer, dict[str, Any]], Answer]
PAGE = b"<!doctype html><html><title>502 Bad Gateway</title><h1>Bad Gateway</h1></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>'


@dataclass
class Fault:
    """A planned fault: for the next `times` requests of a route."""

    route: str
    name: str
    times: int = 1
    details: dict[str, Any] = field(default_factory=dict)


def reset(writer: Writer) -> None:
    """Drop a connection with an RST instead of a polite end."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def reset_now(writer: Writer, _answer: Answer, _details: dict[str, Any]) -> None:
    reset(writer)


async def close_after(writer: Writer, _answer: Answer, _details: dict[str, Any]) -> None:
    writer.close()


async def stall(writer: Writer, _answer: Answer, _details: dict[str, Any]) -> None:
    await asyncio.Event().wait()  # until the client leaves or the twin stops


async def slow_hdr(writer: Writer, answer: Answer, details: dict[str, Any]) -> None:
    for byte in answer.head() + answer.body:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(details.get("gap", 0.7))


async def midbody(writer: Writer, answer: Answer, _details: dict[str, Any]) -> None:
    writer.write(answer.head() + answer.body[: len(answer.body) // 2])
    await writer.drain()
    writer.close()


async def midbody_nolen(writer: Writer, answer: Answer, _details: dict[str, Any]) -> None:
    head = answer.head(length=None, extra={"connection": "close"})
    writer.write(head + answer.body[: len(answer.body) // 2])
    await writer.drain()
    writer.close()


async def midchunk(writer: Writer, answer: Answer, _details: dict[str, Any]) -> None:
    head = answer.head(length=None, extra={"transfer-encoding": "chunked"})
    size = f"{len(answer.body):x}\r\n".encode()
    writer.write(head + size + answer.body[: len(answer.body) // 2])
    await writer.drain()
    writer.close()


async def garbage(writer: Writer, _answer: Answer, _details: dict[str, Any]) -> None:
    writer.write(bytes(range(256)) * 4 + b"\r\n\r\n")
    await writer.drain()
    writer.close()


async def bighdr(writer: Writer, answer: Answer, _details: dict[str, Any]) -> None:
    await send(writer, Answer(200, body=answer.body, headers={"x-big": "a" * 2_000_000}))


async def endless_1xx(writer: Writer, _answer: Answer, details: dict[str, Any]) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(details.get("gap", 0.01))


def _nan(answer: Answer, _details: dict[str, Any]) -> Answer:
    body = json.loads(answer.body) if answer.body else {}
    text = json.dumps({**body, "usage": {"cost": float("nan")}, "cost": float("nan")})
    return Answer(answer.status, body=text.encode(), headers={"content-type": "application/json"})


def _utf16(answer: Answer, _details: dict[str, Any]) -> Answer:
    return Answer(answer.status, body=answer.body.decode().encode("utf-16"), headers=answer.headers)


def _other(answer: Answer, details: dict[str, Any]) -> Answer:
    """Any answer a test likes: `json`, `status`, `headers`."""
    status = details.get("status", answer.status)
    return Answer(status, json=details["json"], headers=dict(details.get("headers", {})))


def _words(body: bytes, kind: str = "application/json") -> OtherAnswer:
    return lambda _a, d: Answer(d.get("status", 200), body=body, headers={"content-type": kind})


def _picture(cut: Callable[[bytes], bytes]) -> OtherAnswer:
    return lambda a, _d: Answer(200, body=cut(a.body), headers={"content-type": "image/png"})


@cache
def bomb() -> bytes:
    """80 MiB of zeros, packed."""
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(2**20)
    return b"".join([*(packer.compress(zeros) for _ in range(80)), packer.flush()])


def _gzip_bomb(answer: Answer, _details: dict[str, Any]) -> Answer:
    return Answer(
        answer.status, body=bomb(), headers={**answer.headers, "content-encoding": "gzip"}
    )


def _gzip(answer: Answer, details: dict[str, Any]) -> Answer:
    """Packed although nobody asked; `cut` leaves that many bytes out at the end."""
    body = gzip.compress(answer.body)
    headers = {**answer.headers, "content-encoding": "gzip"}
    return Answer(answer.status, body=body[: len(body) - details.get("cut", 0)], headers=headers)


def _redirect(answer: Answer, details: dict[str, Any]) -> Answer:
    """Lead elsewhere: `to` is the address, `status` 302 unless told."""
    return Answer(details.get("status", 302), headers={"location": details["to"]})


BEFORE: dict[str, Misbehave] = {"reset_before": reset_now}
AFTER: dict[str, Misbehave] = {
    "reset_after": reset_now,
    "close_after": close_after,
    "stall": stall,
    "slow_hdr": slow_hdr,
    "midbody": midbody,
    "midbody_nolen": midbody_nolen,
    "midchunk": midchunk,
    "garbage": garbage,
    "bighdr": bighdr,
    "1xx": endless_1xx,
}
INSTEAD: dict[str, OtherAnswer] = {
    "badjson": _words(b'{"id": 12'),
    "html": _words(PAGE, "text/html"),
    "utf16": _utf16,
    "nan": _nan,
    "deep": _words(b"[" * 200_000),
    "nested": _words(b'{"a":' * 80 + b"1" + b"}" * 80),
    "204": lambda _a, _d: Answer(204),
    "empty": lambda a, _d: Answer(200, headers=a.headers),
    "other": _other,
    "gzip": _gzip,
    "gzip_bomb": _gzip_bomb,
    "wrong_html": _picture(lambda _b: PAGE),
    "wrong_svg": _picture(lambda _b: SVG),
    "truncated": _picture(lambda b: b[: len(b) // 2]),
    "redirect": _redirect,
}
KNOWN = {*BEFORE, *AFTER, *INSTEAD}


async def send(writer: Writer, answer: Answer) -> None:
    """Write one right answer."""
    length = None if answer.status in (204, 304) or answer.status < 200 else -1
    writer.write(answer.head(length=length))
    if length is not None:
        writer.write(answer.body)
    await writer.drain()
