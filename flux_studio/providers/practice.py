"""Practice: draws by itself, offline and free, so that the studio can be learned without a key.

It behaves like a real provider (a ticket, a queue, progress, a picture inside the reply), but no
model is called and nothing leaves the machine. The ticket carries the whole request, so a task that
a restart interrupted is drawn afterwards from the ticket alone; time passes by the clock, not by a
timer of ours.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, ClassVar

from flux_studio.core.errors import Reason, Refused, StudioError, TaskForgotten
from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size, parse_size
from flux_studio.providers.contract import (
    Done,
    Ended,
    Inline,
    Notes,
    ReferencePicture,
    Status,
    Submission,
    Working,
)
from flux_studio.providers.practice_child import draw_in_child

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

DELAY = 2.0  # seconds from submit to picture: long enough to see how a job moves
DELAY_VARIABLE = "FLUX_STUDIO_PRACTICE_DELAY"
QUEUED_SHARE = 0.2  # of the delay is spent in the queue
PROGRESS_STEP = 0.1  # of the delay between two looks
LONGEST_DELAY = 3600.0  # seconds

ReadReference = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class _Task:
    """What a ticket says is to be drawn."""

    prompt: str
    size: Size
    seed: int
    output_format: str
    references: tuple[str, ...]
    delay: float


def delay_seconds(environ: Mapping[str, str], otherwise: float) -> float:
    """How long a practice job takes, in seconds: FLUX_STUDIO_PRACTICE_DELAY, else `otherwise`.

    Raises StudioError for a value that is not a number of seconds from 0 to an hour.
    """
    text = environ.get(DELAY_VARIABLE, "").strip()
    try:
        seconds = float(text) if text else otherwise
    except ValueError:
        seconds = -1.0
    if not (isfinite(seconds) and 0 <= seconds <= LONGEST_DELAY):
        raise StudioError(
            f"{DELAY_VARIABLE} is {text!r}; it can be 0 to {LONGEST_DELAY:.0f} seconds."
        )
    return seconds


def _no_reference(sha256: str) -> bytes:
    raise LookupError(sha256)


class PracticeProvider:
    """The built-in provider. It needs no key and no network.

    `read_reference` gives the bytes of a reference by its sha256 (PNG, JPEG or WebP that passed the
    decoder); `delay` is in seconds; `now` gives the time with a zone.
    """

    id: ClassVar[str] = "practice"
    idempotent: ClassVar[bool] = True
    at_once: ClassVar[int] = 4

    def __init__(
        self,
        http: HttpSession | None,
        base: str,
        notes: Notes | None,
        *,
        environ: Mapping[str, str] | None = None,
        delay: float = DELAY,
        read_reference: ReadReference = _no_reference,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        del http, notes  # nothing is sent and nothing has to be remembered
        self.base = base
        self._delay = delay_seconds(environ or {}, delay)
        self._read_reference = read_reference
        self._now = now
        # Only for tasks of this run: a job that was cancelled is not followed after a restart.
        self._cancelled: set[str] = set()

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """The hash of the picture: its bytes are kept by the library and read when they are
        needed.
        """
        del key
        return picture.reference.sha256

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Write the request into a ticket. Raises Refused for a format it cannot write."""
        del key
        request = submission.request
        if request.output_format not in submission.card.formats:
            words = f"Practice writes {', '.join(submission.card.formats)}."
            raise Refused(Reason.BAD_REQUEST, words, control="format")
        notes = (
            ("prompt", request.prompt),
            ("size", str(request.size)),
            ("seed", str(request.seed or 0)),
            ("format", request.output_format),
            ("references", " ".join(submission.inputs)),
            ("delay", str(self._delay)),
        )
        task = f"practice-{submission.idempotency_key}"
        return Ticket(task, self._now(), charged=Decimal(0), notes=notes)

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """How far the clock is; the picture, drawn in a thread, once the delay is over.

        Raises TaskForgotten for a ticket that is not one of Practice.
        """
        del key
        if ticket.task in self._cancelled:
            words = "Cancelled before it was drawn."
            return Ended(False, Reason.CANCELLED, words, cancelled=True)
        task = _task_of(ticket)
        share = self._share(ticket, task)
        if share >= 1:
            return await self._draw(task)
        # Asking costs nothing here, so progress is shown in small steps.
        again = min((1 - share) * task.delay, task.delay * PROGRESS_STEP)
        if share < QUEUED_SHARE:
            return Working(running=False, words="queued", ask_again=again)
        fraction = (share - QUEUED_SHARE) / (1 - QUEUED_SHARE)
        return Working(running=True, words="drawing", fraction=fraction, ask_again=again)

    async def cancel(self, ticket: Ticket, key: Secret | None) -> bool:
        """Stop a task that is not drawn yet."""
        del key
        if self._share(ticket, _task_of(ticket)) >= 1:
            return ticket.task in self._cancelled
        self._cancelled.add(ticket.task)
        return True

    def _share(self, ticket: Ticket, task: _Task) -> float:
        """The share of the delay that has passed. A clock that was set back ends the wait."""
        passed = (self._now() - ticket.submitted).total_seconds()
        if passed < 0 or passed >= task.delay:
            return 1.0
        return passed / task.delay

    async def _draw(self, task: _Task) -> Status:
        try:
            data = await asyncio.to_thread(self._drawn, task)
        except (OSError, LookupError, ValueError, StudioError) as error:
            return Ended(False, Reason.PROVIDER_FAILED, _why(error))
        reply = json.dumps({"provider": "practice", "note": "no model was called"})
        return Done((Inline(data),), charged=Decimal(0), seed=task.seed, reply=reply)

    def _drawn(self, task: _Task) -> bytes:
        references = [self._read_reference(sha256) for sha256 in task.references]
        return draw_in_child(
            task.prompt, task.size.width, task.size.height, task.seed,
            references, task.output_format,
        )  # fmt: skip


def _why(error: Exception) -> str:
    """Why a picture could not be drawn, for people."""
    match error:
        case StudioError():
            return str(error)
        case LookupError() | FileNotFoundError():
            return "A reference of this job is no longer in the library."
        case _:
            return f"Practice could not draw this: {error}"


def _task_of(ticket: Ticket) -> _Task:
    notes = dict(ticket.notes)
    try:
        size = parse_size(notes["size"])
        if size is None:
            raise ValueError(notes["size"])
        return _Task(
            notes["prompt"], size, int(notes["seed"]), notes["format"],
            tuple(notes["references"].split()), float(notes["delay"]),
        )  # fmt: skip
    except (KeyError, ValueError):
        words = "This ticket is not one of Practice."
        raise TaskForgotten(Reason.FORGOTTEN, words) from None
