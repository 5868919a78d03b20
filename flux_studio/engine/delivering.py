"""Delivering: from the finished task to the picture on disk. It is paid, so it is fetched until the
provider itself says that it is gone."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from flux_studio.core.errors import (
    NotKept,
    PictureUnreadable,
    Reason,
    ResultGone,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.generation import Generation
from flux_studio.core.job import JobState, Ready, Saved, Stopped
from flux_studio.core.money import Money
from flux_studio.core.retry import LONGEST_OBEYED, own_wait
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.checking import Checker
from flux_studio.engine.errand import Errand, Phase
from flux_studio.engine.following import HICCUPS_TO_SAY, known_charge
from flux_studio.engine.ports import Delivery, Library
from flux_studio.engine.unbroken import UnbrokenSteps
from flux_studio.engine.urgent import UrgentFirst
from flux_studio.providers.contract import Done, Ended, Inline, Link, Working

log = logging.getLogger(__name__)

Download = Callable[[str, str], Awaitable[bytes]]

MOST_FETCHES = 3  # of bytes that turn out not to be a picture
FETCHED_AT_ONCE = 8  # downloads of one provider, the one that expires first in front
URGENT = 120.0  # seconds: a picture that expires so soon is fetched at once, beside the others
KEPT_AT_ONCE = 2  # pictures decoded and written at a time; more would only share the disk
DISK_PAUSE = 3.0  # seconds
LONGEST_PAUSE = 30.0  # seconds between two attempts to fetch


class CannotFetch(Exception):
    """A picture will not come any more; `stop` says so for the journal."""

    def __init__(self, stop: Stopped) -> None:
        super().__init__(stop.message)
        self.stop = stop


@dataclass(slots=True)
class Parcel:
    """What a finished task brings: the provider's answer, when it came, what it cost in USD, and
    whether a picture that was kept carries that cost already.
    """

    done: Done
    finished: datetime
    charged: Money | None
    charge_is_carried: bool = False


class Deliverer:
    """Fetches the pictures of a finished task and has the library keep them."""

    def __init__(
        self,
        book: JobBook,
        library: Library,
        checker: Checker,
        download: Download,
        unbroken: UnbrokenSteps,
    ) -> None:
        self._book = book
        self._library = library
        self._checker = checker
        self._download = download
        self._unbroken = unbroken
        self._room = UrgentFirst(KEPT_AT_ONCE)
        self._fetching: defaultdict[str, UrgentFirst] = defaultdict(
            lambda: UrgentFirst(FETCHED_AT_ONCE, no_waiting=URGENT)
        )

    async def deliver(self, errand: Errand, done: Done) -> None:
        """Take a job from done to saved, or record why its picture cannot be had."""
        errand.phase = Phase.DELIVERING
        parcel = await self._note_ready(errand, done)
        kept, stop = [], None
        for part in range(1, len(done.results) + 1):
            try:
                kept.append(await self._keep_part(errand, parcel, part))
                parcel.charge_is_carried = True
            except CannotFetch as error:
                log.warning("job %s: picture %d cannot be had: %s", errand.job, part, error)
                stop = error.stop
        if kept:
            await self._record_saved(errand, kept)
        elif stop is not None:
            await self._book.write_patiently(stop)

    async def _note_ready(self, errand: Errand, done: Done) -> Parcel:
        job = self._book.job(errand.job)
        charged = known_charge(job, errand, done.charged)
        finished = self._book.now()
        known = job.ticket.expires if job.ticket else None
        expires = done.expires or known
        if job.state is not JobState.READY or (charged, expires) != (job.charged, known):
            await self._book.write_patiently(Ready(job.id, finished, charged, expires))
        return Parcel(done, finished, charged)

    async def _record_saved(self, errand: Errand, kept: list[Generation]) -> None:
        # The job's own picture comes last: it carries the charge, and it ends the job.
        for generation in reversed(kept):
            last = generation is kept[0]
            await self._book.write_patiently(Saved(errand.job, self._book.now(), generation, last))

    async def _keep_part(self, errand: Errand, parcel: Parcel, part: int) -> Generation:
        """One picture, fetched and kept. Raises CannotFetch."""
        fetches = 0
        while True:
            data = await self._bytes(errand, parcel, part)
            fetches += 1
            try:
                return await self._keep(errand, parcel, data)
            except PictureUnreadable as error:
                log.warning("job %s: fetch %d is no picture: %s", errand.job, fetches, error.reason)
                if fetches >= MOST_FETCHES:
                    raise self._stop(errand, parcel, Reason.BAD_PICTURE, error) from error
            self._book.say(errand.job, sentences.FETCHING_AGAIN)
            await asyncio.sleep(own_wait(fetches))
            if isinstance(parcel.done.results[part - 1], Inline):
                await self._refresh(errand, parcel, part)

    async def _keep(self, errand: Errand, parcel: Parcel, data: bytes) -> Generation:
        """Have the library keep the bytes, as long as the disk takes."""
        delivery = self._delivery(errand, parcel, data)
        while True:
            try:
                async with self._room.place(self._left(errand)):
                    return await self._unbroken.run(asyncio.to_thread(self._library.keep, delivery))
            except NotKept as error:
                log.warning("job %s: picture not kept: %s", errand.job, error)
                self._book.say(errand.job, sentences.PICTURE_WAITS)
            await asyncio.sleep(DISK_PAUSE)

    def _delivery(self, errand: Errand, parcel: Parcel, data: bytes) -> Delivery:
        job, done = self._book.job(errand.job), parcel.done
        return Delivery(
            job=job,
            data=data,
            finished=parcel.finished,
            charged=Money(0) if parcel.charge_is_carried else parcel.charged,
            seed=job.request.seed if done.seed is None else done.seed,
            seconds=errand.seconds,
            quality=done.quality,
            reply=done.reply,
        )

    async def _bytes(self, errand: Errand, parcel: Parcel, part: int) -> bytes:
        """The bytes of one picture. Raises CannotFetch when the provider no longer has them."""
        failures, gone = 0, 0
        while True:
            match parcel.done.results[part - 1]:
                case Inline(data=data):
                    return data
                case Link(url=url):
                    pass
            try:
                async with self._fetching[errand.provider_id].place(self._left(errand)):
                    return await self._download(errand.provider_id, url)
            except Unreachable as error:
                failures += 1
                await self._hiccup(errand, failures, error)
            except ResultGone as error:
                gone += 1
                if gone > 1:
                    raise self._stop(errand, parcel, Reason.RESULT_GONE, error) from error
                await self._refresh(errand, parcel, part)

    def _left(self, errand: Errand) -> float | None:
        """Seconds until the provider forgets the picture, None where that is not known."""
        ticket = self._book.job(errand.job).ticket
        if ticket is None or ticket.expires is None:
            return None
        return max(0.0, (ticket.expires - self._book.now()).total_seconds())

    async def _refresh(self, errand: Errand, parcel: Parcel, part: int) -> None:
        """Ask the provider again: addresses may be new. Raises CannotFetch when the task is
        gone.
        """
        failures = 0
        while True:
            trouble = Unreachable(Reason.PROVIDER_DOWN, sentences.NOT_DONE_AGAIN)
            try:
                match await self._checker.check(errand):
                    case Done() as done if len(done.results) >= part:
                        parcel.done = done
                        return
                    case Working(ask_again=ask_again):
                        trouble.wait = ask_again
                    case Done() | Ended():
                        raise self._stop(errand, parcel, Reason.RESULT_GONE, None)
            except TaskForgotten as error:
                raise self._stop(errand, parcel, Reason.RESULT_GONE, error) from error
            except Unreachable as error:
                trouble = error
            failures += 1
            await self._hiccup(errand, failures, trouble)

    async def _hiccup(self, errand: Errand, failures: int, error: Unreachable) -> None:
        """Wait before the next attempt: there is no last one, since the picture is paid."""
        if failures >= HICCUPS_TO_SAY:
            self._book.say(errand.job, sentences.fetch_trouble(error))
        own = own_wait(failures, longest=LONGEST_PAUSE)
        await asyncio.sleep(own if error.wait is None else min(LONGEST_OBEYED, error.wait))

    def _stop(
        self, errand: Errand, parcel: Parcel, reason: Reason, error: Exception | None
    ) -> CannotFetch:
        job = self._book.job(errand.job)
        task, charged = (job.ticket.task if job.ticket else ""), parcel.charged
        state, message = JobState.LOST, sentences.result_gone(task, charged)
        if reason is Reason.BAD_PICTURE and error is not None:
            state, message = JobState.FAILED, sentences.bad_picture(error, task, charged)
        return CannotFetch(Stopped(job.id, self._book.now(), state, reason, message, charged))
