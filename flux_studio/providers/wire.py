"""The wire: connections and one exchange on them, and what an error of theirs means in a few words.

The only module that imports httpx, and only when the first call is made. It drives httpx's
transports directly: no cookies, no redirects, no passwords from addresses, nothing from the
environment but what `addresses` has checked.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_studio import __version__
from flux_studio.providers import addresses
from flux_studio.providers.calls import Patience
from flux_studio.providers.replies import BadReply, Unpacking
from flux_studio.providers.trust import trust_context

if TYPE_CHECKING:
    import httpx

PIECE = 2**16  # bytes: large bodies leave in pieces, so that a write deadline is for a piece


@dataclass(slots=True)
class Progress:
    """Whether the request has begun to leave this machine."""

    began: bool = False

    async def __call__(self, event: str, _info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            self.began = True


@dataclass(frozen=True, slots=True)
class Errand:
    """One exchange on the wire, all checks passed."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)  # the key is in here
    body: bytes = field(repr=False)
    cap: int
    fresh: bool = False


class Wire:
    """The connections of one event loop. Close it with `aclose`."""

    def __init__(self, environ: Mapping[str, str], patience: Patience) -> None:
        """`environ` gives proxy settings and SSL_CERT_FILE."""
        self._environ = environ
        self._patience = patience
        self._ways: dict[tuple[bool, bool, bool, str | None], httpx.AsyncHTTPTransport] = {}
        self._trust: ssl.SSLContext | None = None
        self._loaded = False

    async def aclose(self) -> None:
        """Close all connections."""
        ways, self._ways = list(self._ways.values()), {}
        for way in ways:
            await way.aclose()

    async def load(self) -> None:
        """Import the HTTP libraries, outside of any deadline."""
        if not self._loaded:
            await asyncio.to_thread(import_httpx)
            self._loaded = True

    async def exchange(
        self, errand: Errand, progress: Progress, *, keyless: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        """Send and read one exchange; status, headers in lower case, body."""
        way = await self._way(errand, keyless)
        request = self._request(errand, progress)
        response = await way.handle_async_request(request)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            unpacking = Unpacking(headers.get("content-encoding", ""), errand.cap)
            body = bytearray()
            async for piece in response.aiter_raw():
                for unpacked in unpacking.feed(piece):
                    body += unpacked
            unpacking.end()
            return response.status_code, headers, bytes(body)
        finally:
            await response.aclose()

    def _request(self, errand: Errand, progress: Progress) -> httpx.Request:
        import httpx

        headers = [
            ("user-agent", f"flux-studio/{__version__}"),
            ("accept-encoding", "identity"),
            *errand.headers,
        ]
        content: bytes | AsyncIterator[bytes] = errand.body
        if len(errand.body) > PIECE:
            headers.append(("content-length", str(len(errand.body))))
            content = _pieces(errand.body)
        quiet = self._patience.silence
        waits = {"connect": self._patience.connect, "read": quiet, "write": quiet, "pool": quiet}
        return httpx.Request(
            errand.method,
            errand.url,
            headers=headers,
            content=content,
            extensions={"timeout": waits, "trace": progress},
        )

    async def _way(self, errand: Errand, keyless: bool) -> httpx.AsyncHTTPTransport:
        """The transport for an errand: paid ones, keyless ones and the rest never share a
        connection.
        """
        secure = errand.url.startswith("https:")
        if self._trust is None and secure:
            self._trust = await asyncio.to_thread(trust_context, self._environ)
        import httpx

        proxy = addresses.proxy_for(errand.url, self._environ)
        kind = (secure, errand.fresh, keyless, proxy)
        if kind not in self._ways:
            # A kept connection may be dead without our knowing, and a paid request lost on it has
            # an unclear fate.
            kept = 0 if errand.fresh else 10
            self._ways[kind] = httpx.AsyncHTTPTransport(
                # http on loopback gets a context that trusts nobody.
                verify=self._trust
                if secure and self._trust
                else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                trust_env=False,
                proxy=proxy,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept),
            )
        return self._ways[kind]


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def import_httpx() -> None:
    """The HTTP libraries with all they load late, about 0.3 s: for a thread, not for the loop."""
    import anyio._backends._asyncio
    import httpcore
    import httpx

    assert anyio
    assert httpcore
    assert httpx


def http_error() -> type[httpx.HTTPError]:
    import httpx

    return httpx.HTTPError


def is_connect_fault(error: Exception) -> bool:
    """Whether an error says that the connection was never there."""
    import httpx

    return isinstance(
        error,
        httpx.ConnectError
        | httpx.ConnectTimeout
        | httpx.PoolTimeout
        | httpx.ProxyError
        | httpx.UnsupportedProtocol
        | httpx.InvalidURL,
    )


def why(error: Exception) -> str:
    """A few words on what broke; the libraries' own texts may hold addresses."""
    import httpx

    match error:
        case httpx.ConnectTimeout():
            return "no connection in time"
        case httpx.ProxyError():
            return "the proxy refused"
        case httpx.ConnectError():
            return "no connection"
        case httpx.TimeoutException() | TimeoutError():
            return "no answer in time"
        case httpx.RemoteProtocolError():
            return "the answer broke off or was not HTTP"
        case BadReply():
            return str(error)
        case _:
            return "the connection broke"
