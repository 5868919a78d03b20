"""The engine with everything it needs, made of the workshop's objects.

It is imported when the engine starts, after the first paint: the imports behind it are the slow
ones.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from flux_studio.assembly import network_environ
from flux_studio.core.errors import StudioError
from flux_studio.engine.facts import BalanceRead
from flux_studio.engine.offered import OfferedProviders
from flux_studio.engine.runner import Runner
from flux_studio.provider_keys import ProviderKeys
from flux_studio.providers.addresses import is_loopback
from flux_studio.providers.reach import Reach
from flux_studio.providers.registry import PROVIDERS, base_of, open_provider, row
from flux_studio.storage.notes import ProviderNotes

if TYPE_CHECKING:
    from flux_studio.assembly import Workshop
    from flux_studio.engine.facts import EngineFact
    from flux_studio.engine.ports import Journal, Listener
    from flux_studio.providers.http import HttpSession
    from flux_studio.storage.balances import Balances

log = logging.getLogger(__name__)


def assemble_engine(
    workshop: Workshop,
    http: HttpSession,
    listener: Listener,
    *,
    pausing: bool,
    journal: Journal | None,
) -> Runner:
    """The runner, on the loop that will run it; it closes `http`. Providers whose address cannot be
    used are left out, and the workshop tells.
    """
    environ = network_environ(workshop.ground)
    providers, bases = _offered(workshop, http, environ)

    async def download(provider: str, url: str) -> bytes:
        base = base_of(row(provider), environ)
        return await http.download(url, base_is_loopback=bool(base) and is_loopback(base))

    return Runner(
        providers=providers,
        cards={card.id: card for card in workshop.ground.cards},
        journal=journal or workshop.journal,
        library=workshop.library,
        keys=ProviderKeys(workshop.keychain, workshop.keys_in_use),
        download=download,
        listener=_with_balances(listener, workshop.balances),
        at_once=workshop.ground.settings.jobs_in_flight,
        pausing=pausing,
        budget=workshop.budget,
        queue_note=ProviderNotes(workshop.database, "queue") if pausing else None,
        shrink=workshop.small if pausing else None,
        probe=Reach(bases, environ).anybody if pausing else None,
        closers=[http.aclose],
    )


def _offered(
    workshop: Workshop, http: HttpSession, environ: dict[str, str]
) -> tuple[OfferedProviders, dict[str, str]]:
    """The providers of the registry, and the base address of each that needs a key."""
    options = {
        "delay": workshop.ground.settings.practice_delay,
        "read_reference": workshop.reference_bytes,
    }
    providers, bases = OfferedProviders(), dict[str, str]()
    for known in PROVIDERS:
        notes = ProviderNotes(workshop.database, known.id)
        try:
            region = partial(workshop.regions_in_use.address, known)
            providers[known.id] = open_provider(
                known, http, notes, environ, region=region, **options
            )
            if known.needs_key:
                bases[known.id] = base_of(known, environ)
        except StudioError as error:
            providers.leave_out(known.id, str(error))
            workshop.tell(f"{known.title} is left out. {error}")
    return providers, bases


def _with_balances(listener: Listener, balances: Balances) -> Listener:
    """A listener that keeps each balance as well. It is told on the thread that owns the writes."""

    def tell(fact: EngineFact) -> None:
        if isinstance(fact, BalanceRead):
            try:
                balances.note(fact.provider, fact.left)
            except StudioError as error:
                log.warning("a balance is not noted: %s", error)
        listener(fact)

    return tell
