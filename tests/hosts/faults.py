"""How a twin misbehaves: one function a fault, by the names the tests use.

A fault takes the way to the client, the answer that would have been right (None before the request
was handled) and its own details. Faults in `BEFORE` act before the twin has accepted anything; the
others after it, so a charge stands. A name of digits is an HTTP status with the provider's own
error body: it is answered instead of handling the request unless `accepted=True` is among the
details.
"""

from __future__ import annotations

import asyncio
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


def instead(make: Callable[[Answer, dict[str, Any]], Answer]) -> Misbehave:
    """A fault that is simply another answer."""

    async def fault(writer: Writer, answer: Answer, details: dict[str, Any]) -> None:
        await send(writer, make(answer, details))

    return fault


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


def _words(body: bytes, kind: str = "application/json", status: int = 200) -> Misbehave:
    return instead(
        lambda _a, d: Answer(d.get("status", status), body=body, headers={"content-type": kind})
    )


def _picture(cut: Callable[[bytes], bytes]) -> Misbehave:
    return instead(
        lambda a, _d: Answer(200, body=cut(a.body), headers={"content-type": "image/png"})
    )


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
    "badjson": _words(b'{"id": 12'),
    "html": _words(PAGE, "text/html"),
    "utf16": instead(
        lambda a, _d: Answer(a.status, body=a.body.decode().encode("utf-16"), headers=a.headers)
    ),
    "nan": instead(_nan),
    "deep": _words(b"[" * 200_000),
    "nested": _words(b'{"a":' * 80 + b"1" + b"}" * 80),
    "204": instead(lambda _a, _d: Answer(204)),
    "empty": instead(lambda a, _d: Answer(200, headers=a.headers)),
    "other": instead(
        lambda a, d: Answer(d.get("status", a.status), json=d["json"], headers=d.get("headers", {}))
    ),
    "gzip_bomb": instead(_gzip_bomb),
    "wrong_html": _picture(lambda _b: PAGE),
    "wrong_svg": _picture(lambda _b: SVG),
    "truncated": _picture(lambda b: b[: len(b) // 2]),
    "redirect": instead(_redirect),
}


async def send(writer: Writer, answer: Answer) -> None:
    """Write one right answer."""
    length = None if answer.status in (204, 304) or answer.status < 200 else -1
    writer.write(answer.head(length=length))
    if length is not None:
        writer.write(answer.body)
    await writer.drain()
