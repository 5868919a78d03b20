"""The one way to the network: every provider call and every download goes through an `HttpSession`.

- `submit` sends a paid request once, on a connection of its own, and classifies the outcome by
  the retry law.
- `read` asks a free question and asks again while that can help.
- `download` and `put_bytes` talk to addresses that a reply named, and never carry a key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec

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
    decode_data_uri,
    reply_from,
)
from flux_studio.providers.reply_law import Hopeless
from flux_studio.providers.trust import TrustFault, trust_sentence
from flux_studio.providers.wire import Errand, Progress, Wire, http_error, is_connect_fault, why

T = TypeVar("T")

TRIES = 4
REDIRECTS = 3


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
        self._wire = Wire(self._environ, self._patience)
        quiet_loggers()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def submit(self, call: Call) -> Reply:
        """Send a paid request once. Raises NotSent, NotNow, Refused or OutcomeUnknown.

        A cancel before the request leaves ends the task as usual; after that it raises
        OutcomeUnknown, since the provider may have the request.
        """
        progress = Progress()
        try:
            errand = self._errand(call, fresh=True)
            await self._wire.load()
            async with asyncio.timeout(self._patience.submit):
                status, headers, body = await self._wire.exchange(errand, progress)
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
                status, headers, body = await self._wire.exchange(errand, Progress())
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
            errand = Errand("PUT", url, tuple(headers.items()), data, REPLY_CAP)
            status, _, _ = await self._wire.exchange(errand, Progress(), keyless=True)
        if not 200 <= status < 300:
            raise Unreachable(Reason.PROVIDER_DOWN, f"The upload was not taken ({status}).")

    async def _fetch(self, url: str, base_is_loopback: bool) -> bytes:
        for _ in range(REDIRECTS + 1):
            await self._check_foreign(url, base_is_loopback)
            errand = Errand("GET", url, (("accept", "image/*"),), b"", PICTURE_CAP)
            status, headers, body = await self._wire.exchange(errand, Progress(), keyless=True)
            if status in (301, 302, 303, 307, 308) and headers.get("location"):
                url = addresses.redirected(url, headers["location"])
                continue
            return reply_law.picture(status, headers, body)
        raise Hopeless(Reason.BAD_PICTURE, "The picture's address leads in circles.")

    async def _check_foreign(self, url: str, base_is_loopback: bool) -> None:
        proxied = addresses.proxy_for(url, self._environ) is not None
        await addresses.check_foreign(url, base_is_loopback=base_is_loopback, resolve=not proxied)

    def _errand(self, call: Call, *, fresh: bool) -> Errand:
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
        return Errand(call.method, url, tuple(headers), body, cap, fresh)

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
            await self._wire.load()
            async with asyncio.timeout(seconds):
                yield
        except (AddressRefused, ProxyUnusable, TrustFault, BadReply) as error:
            raise reply_law.unusable(who, error) from None
        except (OSError, ValueError, http_error()) as error:
            untrusted = trust_sentence(error) if is_connect_fault(error) else None
            if untrusted:
                raise Hopeless(Reason.UNTRUSTED, untrusted) from None
            raise Unreachable(Reason.NETWORK, f"{who} did not answer: {why(error)}.") from None

    def _submit_fault(self, call: Call, error: Exception, began: bool) -> ProviderError:
        """The retry law for what happens before a reply is there."""
        name = call.service.name
        if isinstance(error, TrustFault | ProxyUnusable):
            return NotSent(
                Reason.UNTRUSTED if isinstance(error, TrustFault) else Reason.NETWORK, str(error)
            )
        if isinstance(error, AddressRefused):
            return NotSent(Reason.BAD_REPLY, f"Nothing was sent to {name}: {error}.")
        if is_connect_fault(error) or not began:
            untrusted = trust_sentence(error)
            if untrusted:
                return NotSent(Reason.UNTRUSTED, untrusted)
            return NotSent(Reason.NETWORK, f"{name} could not be reached: {why(error)}.")
        return OutcomeUnknown(
            f"The connection to {name} broke after the request was sent ({why(error)}). "
            "It may have been accepted."
        )
