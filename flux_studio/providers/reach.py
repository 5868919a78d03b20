"""Whether anybody on the network answers: an address is asked without a key, and any answer counts,
a refusal too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from flux_studio.core.errors import ProviderError, Reason, Unreachable
from flux_studio.providers.addresses import is_loopback
from flux_studio.providers.calls import Patience
from flux_studio.providers.http import HttpSession

PATIENCE = 5.0  # seconds for one address
LEAST_OTHERS = 2  # that have to be silent beside the one that failed


class Reach:
    """Asks the addresses of providers. `bases` are their base addresses by id; those on this
    computer say nothing about the network and are left out.
    """

    def __init__(self, bases: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self._bases = {name: base for name, base in bases.items() if not is_loopback(base)}
        self._environ = environ

    async def anybody(self, failed: str = "") -> bool | None:
        """Whether another provider than `failed` answers ('': any); None where that cannot be told:
        `failed` is on this computer, or there are too few others.
        """
        others = {base for name, base in self._bases.items() if name != failed}
        if failed:
            others.discard(self._bases.get(failed, ""))
            if failed not in self._bases or len(others) < LEAST_OTHERS:
                return None
        return await self._any(others) if others else None

    async def _any(self, bases: Iterable[str]) -> bool:
        # A session of its own: no waits between attempts, and no connection that was open before.
        patience = Patience(connect=PATIENCE, silence=PATIENCE, download=PATIENCE)
        http = HttpSession(self._environ, patience=patience, sleep=_at_once)
        asking = [asyncio.ensure_future(_answers(http, base)) for base in bases]
        try:
            for answer in asyncio.as_completed(asking):
                if await answer:
                    return True
            return False
        finally:
            for each in asking:
                each.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            await http.aclose()


async def _answers(http: HttpSession, base: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await http.download(f"{base}/")
    except Unreachable as error:
        return error.reason is not Reason.NETWORK
    except TimeoutError:
        return False
    except ProviderError:
        return True
    return True


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)
