"""The runner: takes every job from the journal to the library, and lets none be paid twice or lost.

Plain asyncio, no Qt; every method is called on its event loop. What can block runs in the loop's
executor (see `daemon_threads`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Job
from flux_studio.core.money import Money
from flux_studio.core.pricing import Free
from flux_studio.core.request import Order, Request
from flux_studio.core.retry import after_submit
from flux_studio.engine import sentences
from flux_studio.engine.accounts import Accounts
from flux_studio.engine.book import JobBook
from flux_studio.engine.budgeting import BudgetGuard
from flux_studio.engine.carrying import Carrier
from flux_studio.engine.checking import Checker
from flux_studio.engine.clock import Now, utc_now
from flux_studio.engine.credit import CreditWatch
from flux_studio.engine.delivering import Deliverer, Download
from flux_studio.engine.errand import Errand
from flux_studio.engine.facts import BalanceRead, EngineFact, ProviderPaused, Resolution
from flux_studio.engine.following import Follower
from flux_studio.engine.gate import BY_PERSON, STOP_AFTER, Gate, KeyReader
from flux_studio.engine.line import STEP, WaitingLine
from flux_studio.engine.network import Network, Probe
from flux_studio.engine.offered import refusal
from flux_studio.engine.open_jobs import OpenJobs
from flux_studio.engine.planning import Planner
from flux_studio.engine.ports import Budget, Journal, Keys, Library, Listener, QueueNote
from flux_studio.engine.previewing import Previewer, Shrink
from flux_studio.engine.queueing import Queue
from flux_studio.engine.reconciling import Reconciler
from flux_studio.engine.rescuing import Rescuer
from flux_studio.engine.spelling import Speller
from flux_studio.engine.spend_stop import SpendStopWatch
from flux_studio.engine.submitting import Law, Submitter
from flux_studio.engine.unbroken import UnbrokenSteps
from flux_studio.providers.contract import Provider

log = logging.getLogger(__name__)

_PAUSED = "paused"  # the note of a queue that a person paused

Closer = Callable[[], Awaitable[None]]


class Runner:
    """Runs jobs. Facts go to `listener`, each after it is in the journal.

    `cards` by (provider id, model id); `download(provider id, address)` fetches a finished picture
    without a key; `at_once` bounds the jobs of one provider that are on their way, beside the
    provider's own limit; `pausing` see `Submitter`; `budget` is asked before anything is sent and
    `queue_note` keeps a person's pause; `shrink` makes previews small, without it there are none;
    `probe` looks whether the network is there; `closers` are awaited when the runner closes.
    """

    def __init__(
        self,
        *,
        providers: Mapping[str, Provider],
        cards: Mapping[tuple[str, str], ModelCard],
        journal: Journal,
        library: Library,
        keys: Keys,
        download: Download,
        listener: Listener,
        now: Now = utc_now,
        at_once: int | None = None,
        pausing: bool = True,
        closers: Sequence[Closer] = (),
        law: Law = after_submit,
        budget: Budget | None = None,
        queue_note: QueueNote | None = None,
        shrink: Shrink | None = None,
        probe: Probe | None = None,
    ) -> None:
        self._providers = providers
        self._cards = cards
        self._at_once = at_once
        self._closers = tuple(closers)
        self._closed: asyncio.Event | None = None
        self._book = book = JobBook(journal, listener, now)
        self._gate = gate = Gate(book.spread, _free_providers(cards.values()))
        self._spend_stop = SpendStopWatch(budget, queue_note, book.spread, now)
        self._guard = guard = BudgetGuard(
            budget, gate, book.spread, lambda: self._carrier.pump(), self._spend_stop
        )
        self._queue_note = queue_note
        self._network = Network(
            probe, gate, queue_note, self._has_waiting, lambda: self._carrier.pump()
        )
        self._unbroken = unbroken = UnbrokenSteps()
        reader, self._line = KeyReader(keys), WaitingLine(self._limit)
        self.accounts = Accounts(providers, cards, reader, self._on_account_told)
        self._credit = CreditWatch(gate, self.accounts.balance)
        checker = Checker(book, gate, reader)
        submitter = Submitter(
            book, gate, reader, library, unbroken, guard, self._credit, self._network,
            pausing=pausing, law=law,
        )  # fmt: skip
        follower = Follower(book, journal, checker, Previewer(download, shrink, book.spread))
        deliverer = Deliverer(book, library, checker, download, unbroken)
        self._carrier = Carrier(book, gate, self._line, submitter, follower, deliverer)
        self.rescue = rescue = Rescuer(book, journal, reader, self._carrier, self._errand)
        self.reconciler = Reconciler(book, journal, reader, self._errand, rescue.follow_task)
        if pausing:  # a command line looks when it is asked to
            self._carrier.on_unclear = self.reconciler.watch
        self._planner = Planner(book, providers)
        self._open = OpenJobs(book, journal, self._carrier, self._line, providers, self._errand)
        self.queue = Queue(book, self._carrier, self._place_at)
        self.speller = Speller(providers, cards)

    @property
    def paused(self) -> Mapping[str, ProviderPaused]:
        """Providers whose waiting jobs rest, with the reason."""
        return self._gate.paused

    def why_left_out(self, provider: str) -> str:
        """Why this provider cannot be used in this run; '' when it can. Raises LookupError for one
        that nobody knows.
        """
        return refusal(self._providers, provider)

    def jobs(self) -> tuple[Job, ...]:
        """The jobs this process takes care of: on their way, or waiting for a person."""
        return self._book.jobs()

    def place(
        self, order: Order, front: bool = False, ids: Sequence[str] | None = None
    ) -> list[str]:
        """Plan one job a request, all in the journal before the first is sent; gives their ids.

        `front` puts them before what waits. A job that the disk does not take is told as planned
        and then as failed, and is not sent; one for a provider whose address cannot be used is
        refused. Raises LookupError for a provider that is not there.
        """
        ranks = self._line.ranks(len(order.requests), front, self._book.now().timestamp())
        return self._place(order, ids, ranks)

    def _place_at(self, order: Order, ids: Sequence[str] | None, rank: float) -> list[str]:
        """Plan an order at a place of the queue; its jobs stand close together."""
        count = len(order.requests)
        return self._place(order, ids, [rank + STEP / 4 * at / count for at in range(count)])

    def _place(self, order: Order, ids: Sequence[str] | None, ranks: Sequence[float]) -> list[str]:
        if self._closed is not None:
            raise RuntimeError("the engine is closed")
        jobs, kept = self._planner.plan(order, ids, ranks)
        self._carrier.enlist([errand for job in kept if (errand := self._errand(job))])
        self._carrier.pump()
        return jobs

    def cancel(self, job: str) -> None:
        """Stop a job as far as that is possible now.

        A picture that may be paid for is never dropped: a job that the provider has goes on being
        followed, and the provider is asked to stop it. Jobs that have ended are left alone.
        """
        self._carrier.cancel(job)

    def resume(self, provider: str) -> None:
        """Let a paused provider's jobs go on: there is a new key, or new credit."""
        self._credit.wave_through(provider)
        if self._gate.resume(provider):
            self._carrier.pump()

    def pause_queue(self) -> None:
        """Send nothing more until `resume_queue`, over restarts too; what runs is finished."""
        self._gate.hold(BY_PERSON, sentences.QUEUE_PAUSED)
        self._note_queue("yes")

    def resume_queue(self) -> None:
        """Let the queue go on. A stop line of the budget that still holds pauses it again, a
        network that is away too; a sum to stop after is over.
        """
        if STOP_AFTER in self._gate.holds:
            self._spend_stop.clear()
        for reason in (BY_PERSON, Reason.BUDGET, STOP_AFTER):
            self._gate.release(reason)
        for project in list(self._gate.projects):
            self._gate.release_project(project)
        self._network.confirm()
        self._note_queue("")
        self._carrier.pump()

    def stop_after(self, limit: Money | None) -> None:
        """Pause the queue before more than `limit` USD has been sent from now on, over restarts
        too; None takes that back. Raises NotKept when the disk refuses.
        """
        self._spend_stop.set(limit)
        if self._gate.release(STOP_AFTER):
            self._carrier.pump()

    def look_at_budget(self) -> None:
        """The lines of the budget may have moved: let go on what has room now."""
        self._guard.look_again()

    def limit(self, at_once: int | None) -> None:
        """How many jobs of one provider may be on their way, beside the provider's own limit."""
        self._at_once = at_once
        self._carrier.pump()

    async def resume_open_jobs(self) -> int:
        """Take over the open jobs of earlier runs; gives their number.

        What was never sent is sent, what has a ticket is followed, and what may have been sent
        becomes `unknown`, except where the same idempotency key runs a request only once. The
        listener is told where each job is. A disk that refuses is waited for.
        """
        jobs = await self._open.read()
        if self._queue_note is not None and self._queue_note.get(_PAUSED):
            self._gate.hold(BY_PERSON, sentences.QUEUE_PAUSED)
        self._recall_spend_stop()
        self._open.tell(jobs)
        self._network.recall()
        await self._open.take_up(jobs)
        return len(jobs)

    async def resolve(
        self, job: str, resolution: Resolution | str, task: str = ""
    ) -> Request | None:
        """Act on what a person found out about a job of unknown outcome; other jobs are left alone.

        `found` follows the task of this id; `not_charged` ends the job and gives its request back,
        to be placed again as a new job; `leave` changes nothing. Raises StudioError when the task
        cannot be found: the job stays unknown and says why. Raises ValueError for another word.
        """
        return await self.rescue.resolve(job, resolution, task)

    async def close(self, deadline: float = 2.0) -> None:
        """End within `deadline` seconds; the journal says how to go on. Safe to repeat.

        Jobs stay as they are: nothing is marked as failed. A request that is under way has a
        moment for its ticket to arrive; without it the next start decides by the law.
        """
        if self._closed is not None:
            await self._closed.wait()
            return
        self._closed = asyncio.Event()
        self._guard.close()
        self._network.close()
        self.reconciler.close()
        try:
            await self._carrier.close(deadline / 4)
            await self._unbroken.settle(deadline / 2)
            for closer in self._closers:
                await _quietly(closer, deadline / 8)
        finally:
            self._closed.set()

    def _recall_spend_stop(self) -> None:
        try:
            self._spend_stop.recall()
        except NotKept as error:
            log.warning("what was spent cannot be read: %s", error)

    def _has_waiting(self) -> bool:
        """Whether jobs wait that need the network."""
        free = _free_providers(self._cards.values())
        return any(job.request.provider not in free for job in self.queue.waiting())

    def _on_account_told(self, fact: EngineFact) -> None:
        if isinstance(fact, BalanceRead):
            self._credit.learn(fact.provider, fact.left)
        self._book.spread(fact)

    def _note_queue(self, value: str) -> None:
        if self._queue_note is not None:
            try:
                self._queue_note.set(_PAUSED, value)
            except NotKept as error:
                log.warning("the pause of the queue is not noted: %s", error)

    def _errand(self, job: Job) -> Errand | None:
        """None for a job whose provider is not there: it is left as it is, for a studio that has
        it.
        """
        provider = self._providers.get(job.request.provider)
        if provider is None:
            log.warning("job %s: there is no provider %s", job.id, job.request.provider)
            return None
        card = self._cards.get((job.request.provider, job.request.model))
        return Errand(job.id, job.request.provider, provider, card, job.rank)

    def _limit(self, provider: str) -> int:
        own = self._providers[provider].at_once
        return own if self._at_once is None else min(own, self._at_once)


def _free_providers(cards: Iterable[ModelCard]) -> frozenset[str]:
    """Providers that never charge."""
    given = list(cards)
    paid = {card.provider for card in given if not isinstance(card.price, Free)}
    return frozenset(card.provider for card in given) - paid


async def _quietly(closer: Closer, seconds: float) -> None:
    """Close one thing; at the end of the program its faults are only worth a line in the log."""
    try:
        async with asyncio.timeout(seconds):
            await closer()
    except Exception:
        log.warning("closing %r failed", closer, exc_info=True)
