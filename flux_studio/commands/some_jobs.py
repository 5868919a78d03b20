"""A journal that shows the engine some jobs only: to settle one it must not send the others."""

from __future__ import annotations

from collections.abc import Sequence

from flux_studio.core.job import Job, JobEvent, JobState
from flux_studio.core.waiting import Observation
from flux_studio.storage.journal import JobJournal


class SomeJobs:
    """The open jobs are those of the given ids; with `unsent` False none that waits to be sent."""

    def __init__(self, journal: JobJournal, *jobs: str, unsent: bool = True) -> None:
        self._journal = journal
        self._jobs = jobs
        self._unsent = unsent

    def record(self, event: JobEvent) -> None:
        self._journal.record(event)

    def open_jobs(self) -> Sequence[Job]:
        """Those that have not ended, which belong to this process now; not those that another one
        has.
        """
        found = filter(None, map(self._journal.job, self._jobs))
        meant = [job for job in found if self._unsent or job.state is not JobState.PLANNED]
        return [job for job in meant if not job.ended and self._journal.claim(job.id)]

    def job(self, job: str) -> Job | None:
        return self._journal.job(job)

    def reclaim(self, job: str) -> Job | None:
        return self._journal.reclaim(job)

    def known_tasks(self, provider: str, tasks: Sequence[str]) -> set[str]:
        return self._journal.known_tasks(provider, tasks)

    def observed(self, kind: str) -> Sequence[Observation]:
        return self._journal.observed(kind)

    def observe(self, kind: str, observation: Observation) -> None:
        self._journal.observe(kind, observation)
