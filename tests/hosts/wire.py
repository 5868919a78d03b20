"""HTTP/1.1 as the twins speak it: one request read, one answer written, by hand, so that it can
also go wrong.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BODY_CAP = 256 * 2**20


@dataclass
class Asked:
    """One request as it arrived. Header names are lower case; `origin` is 'api', 'files' or
    'foreign'.
    """

    origin: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    route: str = ""
    at: float = 0.0
    connection: int = 0

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return jsonlib.loads(self.body)

    @property
    def form(self) -> dict[str, Message]:
        """The parts of a multipart body by name; `.get_payload(decode=True)` gives the bytes of
        one.
        """
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = message_from_bytes(head + self.body)
        parts = message.get_payload() if message.is_multipart() else []
        return {
            str(part.get_param("name", header="content-disposition")): part
            for part in parts
            if isinstance(part, Message)
        }


@dataclass
class Answer:
    """One answer. With `json` the body is made from it."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.json is not None:
            self.body = jsonlib.dumps(self.json).encode()
            self.headers.setdefault("content-type", "application/json")

    def head(self, *, length: int | None = -1, extra: Mapping[str, str] | None = None) -> bytes:
        """The status line and headers; `length` -1 says the body's own, None leaves it out."""
        headers = {**self.headers, **(extra or {})}
        if length is not None:
            headers["content-length"] = str(len(self.body) if length < 0 else length)
        lines = [f"HTTP/1.1 {self.status} {phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


async def read_head(reader: asyncio.StreamReader, origin: str) -> Asked | None:
    """Read a request up to its body; None when the client is gone.

    Raises ValueError for bad HTTP.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    if version != "HTTP/1.1":
        raise ValueError(f"{version} was spoken")
    headers = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Asked(origin, method, target, headers)


async def read_body(reader: asyncio.StreamReader, asked: Asked) -> None:
    """Read the body of a request into it."""
    if "chunked" in asked.headers.get("transfer-encoding", ""):
        asked.body = b"".join([chunk async for chunk in _chunks(reader)])
        return
    length = int(asked.headers.get("content-length", "0"))
    if not 0 <= length <= BODY_CAP:
        raise ValueError("the body is too long")
    asked.body = await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader):
    while size := int((await reader.readline()).split(b";")[0], 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
