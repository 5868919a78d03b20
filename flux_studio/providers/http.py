"""The one way to the network: every provider call and every download goes through an `HttpSession`.

The only module that imports httpx, and only when the first call is made. It drives httpx's
transports directly: no cookies, no redirects, no passwords from addresses, nothing from the
environment but what `addresses` has checked.

- `submit` sends a paid request once, on a connection of its own, and classifies the outcome by
  the retry law.
- `read` asks a free question and asks again while that can help.
- `download` and `put_bytes` talk to addresses that a reply named, and never carry a key.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import msgspec

from flux_studio import __version__
from flux_studio.core.errors import (
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Unreachable,
)
from flux_studio.core.retry import LONGEST_OBEYED, own_wait
from flux_studio.providers import addresses, reply_law
from flux_studio.providers.addresses import AddressRefused, ProxyUnusable
from flux_studio.providers.calls import Call, Patience, multipart
from flux_studio.providers.redaction import quiet_loggers, remember
from flux_studio.providers.replies import (
    PICTURE_CAP,
    REPLY_CAP,
    BadReply,
    Reply,
    Unpacking,
    decode_data_uri,
    reply_from,
)
from flux_studio.providers.reply_law import Hopeless
from flux_studio.providers.trust import TrustFault, trust_context, trust_sentence

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

TRIES = 4
REDIRECTS = 3
PIECE = 2**16  # bytes: large bodies leave in pieces, so that a write deadline is for a piece


@dataclass(slots=True)
class _Progress:
    """Whether the request has begun to leave this machine."""

    began: bool = False

    async def __call__(self, event: str, _info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            self.began = True


@dataclass(frozen=True, slots=True)
class _Errand:
    """One exchange on the wire, all checks passed."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)  # the key is in here
    body: bytes = field(repr=False)
    cap: int
    fresh: bool = False


class HttpSession:
    """All HTTP of one event loop. Close it with `aclose`.

    `environ` gives proxy settings and SSL_CERT_FILE; `sleep` and `jitter` (0..1) are for tests.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._environ = addresses.system_environ() if environ is None else environ
        self._patience = patience or Patience()
        self._sleep = sleep
        self._jitter = jitter
        self._ways: dict[tuple[bool, bool, bool, str | None], httpx.AsyncHTTPTransport] = {}
        self._trust: ssl.SSLContext | None = None
        self._loaded = False
        quiet_loggers()

    async def aclose(self) -> None:
        """Close all connections."""
        ways, self._ways = list(self._ways.values()), {}
        for way in ways:
            await way.aclose()

    async def submit(self, call: Call) -> Reply:
        """Send a paid request once. Raises NotSent, NotNow, Refused or OutcomeUnknown.

        A cancel before the request leaves ends the task as usual; after that it raises
        OutcomeUnknown, since the provider may have the request.
        """
        progress = _Progress()
        try:
            errand = self._errand(call, fresh=True)
            await self._load()
            async with asyncio.timeout(self._patience.submit):
                status, headers, body = await self._exchange(errand, progress)
        except asyncio.CancelledError:
            if progress.began:
                raise OutcomeUnknown("Stopped while the request was on its way.") from None
            raise
        except Exception as error:  # noqa: BLE001 - any fault on a paid way is judged
            raise self._submit_fault(call, error, progress.began) from None
        reply = reply_from(status, headers, body, paid=True)
        fault = reply_law.submit_error(call, reply)
        if fault:
            raise fault
        return reply

    async def read(self, call: Call) -> Reply:
        """Ask a free question, up to four times. Raises Unreachable, TaskForgotten or Refused."""

        # A file to hand over takes the time of a download, not that of a question.
        waits = self._patience.download if call.parts or call.content else self._patience.read

        async def once() -> Reply:
            async with self._no_answer(call.service.name, waits):
                errand = self._errand(call, fresh=False)
                status, headers, body = await self._exchange(errand, _Progress())
            reply = reply_from(status, headers, body, paid=False)
            fault = reply_law.read_error(call, reply)
            if fault:
                raise fault
            return reply

        return await self._patiently(once)

    async def download(self, url: str, *, base_is_loopback: bool = False) -> bytes:
        """The bytes of a finished picture, at most 64 MiB, from an address or a data URI; without a
        key.

        Raises ResultGone when the address has expired, Unreachable otherwise.
        """
        if url.startswith("data:"):
            return decode_data_uri(url)

        async def once() -> bytes:
            async with self._no_answer("The picture's address", self._patience.download):
                return await self._fetch(url, base_is_loopback)

        return await self._patiently(once)

    async def put_bytes(
        self,
        url: str,
        data: bytes,
        headers: Mapping[str, str],
        *,
        base_is_loopback: bool = False,
    ) -> None:
        """PUT bytes, once and without a key, to an upload address that a reply named.

        Raises Unreachable.
        """
        async with self._no_answer("The upload address", self._patience.download):
            await self._check_foreign(url, base_is_loopback)
            errand = _Errand("PUT", url, tuple(headers.items()), data, REPLY_CAP)
            status, _, _ = await self._exchange(errand, _Progress(), keyless=True)
        if not 200 <= status < 300:
            raise Unreachable(Reason.PROVIDER_DOWN, f"The upload was not taken ({status}).")

    async def _fetch(self, url: str, base_is_loopback: bool) -> bytes:
        for _ in range(REDIRECTS + 1):
            await self._check_foreign(url, base_is_loopback)
            errand = _Errand("GET", url, (("accept", "image/*"),), b"", PICTURE_CAP)
            status, headers, body = await self._exchange(errand, _Progress(), keyless=True)
            if status in (301, 302, 303, 307, 308) and headers.get("location"):
                url = addresses.redirected(url, headers["location"])
                continue
            return reply_law.picture(status, headers, body)
        raise Hopeless(Reason.BAD_PICTURE, "The picture's address leads in circles.")

    async def _check_foreign(self, url: str, base_is_loopback: bool) -> None:
        proxied = addresses.proxy_for(url, self._environ) is not None
        await addresses.check_foreign(url, base_is_loopback=base_is_loopback, resolve=not proxied)

    def _errand(self, call: Call, *, fresh: bool) -> _Errand:
        url = call.service.address(call.url)
        headers = [("accept", "application/json"), *call.headers]
        body = call.content or b""
        if call.json is not None:
            body = msgspec.json.encode(call.json)
            headers.append(("content-type", "application/json"))
        elif call.parts:
            kind, body = multipart(call.parts)
            headers.append(("content-type", kind))
        if call.key is not None:
            remember(call.key)
            text = f"{call.service.key_scheme} {call.key.reveal()}".strip()
            headers.append((call.service.key_header, text))
        cap = PICTURE_CAP if call.big else REPLY_CAP
        return _Errand(call.method, url, tuple(headers), body, cap, fresh)

    async def _exchange(
        self, errand: _Errand, progress: _Progress, *, keyless: bool = False
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

    def _request(self, errand: _Errand, progress: _Progress) -> httpx.Request:
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

    async def _load(self) -> None:
        """Import the HTTP libraries, outside of any deadline."""
        if not self._loaded:
            await asyncio.to_thread(_import_httpx)
            self._loaded = True

    async def _way(self, errand: _Errand, keyless: bool) -> httpx.AsyncHTTPTransport:
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

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        """Ask a free question until it is answered, at most `TRIES` times."""
        for attempt in range(1, TRIES):
            try:
                return await once()
            except Hopeless:
                raise
            except Unreachable as error:
                if error.wait is not None and error.wait > LONGEST_OBEYED:
                    raise
                own = own_wait(attempt) * (0.75 + 0.25 * self._jitter())
                wait = own if error.wait is None else error.wait
            await self._sleep(wait)
        return await once()

    @asynccontextmanager
    async def _no_answer(self, who: str, seconds: float) -> AsyncIterator[None]:
        """A deadline for a free exchange; whatever goes wrong on the way becomes Unreachable."""
        try:
            await self._load()
            async with asyncio.timeout(seconds):
                yield
        except (AddressRefused, ProxyUnusable, TrustFault, BadReply) as error:
            raise reply_law.unusable(who, error) from None
        except (OSError, ValueError, _http_error()) as error:
            untrusted = trust_sentence(error) if _is_connect_fault(error) else None
            if untrusted:
                raise Hopeless(Reason.UNTRUSTED, untrusted) from None
            raise Unreachable(Reason.NETWORK, f"{who} did not answer: {_why(error)}.") from None

    def _submit_fault(self, call: Call, error: Exception, began: bool) -> ProviderError:
        """The retry law for what happens before a reply is there."""
        name = call.service.name
        if isinstance(error, TrustFault | ProxyUnusable):
            return NotSent(
                Reason.UNTRUSTED if isinstance(error, TrustFault) else Reason.NETWORK, str(error)
            )
        if isinstance(error, AddressRefused):
            return NotSent(Reason.BAD_REPLY, f"Nothing was sent to {name}: {error}.")
        if _is_connect_fault(error) or not began:
            untrusted = trust_sentence(error)
            if untrusted:
                return NotSent(Reason.UNTRUSTED, untrusted)
            return NotSent(Reason.NETWORK, f"{name} could not be reached: {_why(error)}.")
        return OutcomeUnknown(
            f"The connection to {name} broke after the request was sent ({_why(error)}). "
            "It may have been accepted."
        )


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def _import_httpx() -> None:
    """The HTTP libraries with all they load late, about 0.3 s: for a thread, not for the loop."""
    import anyio._backends._asyncio
    import httpcore
    import httpx

    assert anyio
    assert httpcore
    assert httpx


def _http_error() -> type[httpx.HTTPError]:
    import httpx

    return httpx.HTTPError


def _is_connect_fault(error: Exception) -> bool:
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


def _why(error: Exception) -> str:
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
