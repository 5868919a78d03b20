"""A batch that was sent: which row became which jobs, and how far each row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flux_studio.core.batch.grid import sides_of
from flux_studio.core.batch.rows import Row
from flux_studio.core.job_events import ENDED, JobState

MARKER, SHEET = "flux-studio", "contact-sheet"
"""Stand for provider and model in the request of a contact sheet: the studio made it itself."""


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row with the ids of its jobs, one a picture."""

    row: Row
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A batch as it was sent. `name` is that of its collection; `sheet` the id of its contact
    sheet, '' while there is none; `project` is '' for none.
    """

    name: str
    sent: tuple[SentRow, ...]
    project: str = ""
    sheet: str = ""

    @property
    def jobs(self) -> tuple[str, ...]:
        return tuple(job for each in self.sent for job in each.jobs)

    @property
    def is_grid(self) -> bool:
        """Whether its pictures have places in a grid."""
        return sides_of([each.row for each in self.sent]) is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one job: its state, and a sentence where it did not become a picture."""

    state: JobState
    message: str = ""


@dataclass(frozen=True, slots=True)
class RowState:
    """How far a row is: its jobs, those saved, on their way, and ended without a picture, with what
    the last of those said.
    """

    jobs: int
    saved: int = 0
    running: int = 0
    failed: int = 0
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.saved + self.failed == self.jobs


@dataclass(slots=True)
class Progress:
    """What was heard of the jobs of a run. A saved job stays saved, whatever is heard later."""

    told: dict[str, Told] = field(default_factory=dict)

    def hear(self, job: str, told: Told) -> bool:
        """Take a fact in; False when it is nothing new."""
        before = self.told.get(job)
        if before == told or (before is not None and before.state is JobState.SAVED):
            return False
        self.told[job] = told
        return True

    def row(self, sent: SentRow) -> RowState:
        """How far a row is."""
        told = [self.told.get(job, Told(JobState.PLANNED)) for job in sent.jobs]
        states = [each.state for each in told]
        lost = [each for each in told if _is_lost(each.state)]
        return RowState(
            jobs=len(states),
            saved=states.count(JobState.SAVED),
            running=sum(s not in (JobState.SAVED, JobState.PLANNED) and not _is_lost(s)
                        for s in states),
            failed=len(lost),
            message=next((each.message for each in reversed(lost) if each.message), ""),
        )  # fmt: skip


def states_of(rows: Sequence[Row], run: Run | None, progress: Progress) -> Mapping[int, RowState]:
    """How far the rows of a table are, by their places: those that are still as they were sent."""
    if run is None:
        return {}
    left: dict[Row, list[SentRow]] = {}
    for each in run.sent:
        left.setdefault(each.row, []).append(each)
    found = {}
    for at, row in enumerate(rows):
        if left.get(row):
            found[at] = progress.row(left[row].pop(0))
    return found


def _is_lost(state: JobState) -> bool:
    """Whether a job came to an end without a picture, or waits for a person's answer."""
    return (state in ENDED and state is not JobState.SAVED) or state is JobState.UNKNOWN
