"""The journal: every fact about a paid job, on disk before the action that it allows.

One `BEGIN IMMEDIATE` transaction an event; the new state comes from `core.job.step`, so there is
one state machine. `Saved` puts the picture into the library in the same commit. All of this runs on
the thread that owns the writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from flux_studio.core.durations import Observation
from flux_studio.core.job import (
    ENDED,
    Job,
    JobEvent,
    JobState,
    Planned,
    Progressed,
    Saved,
    planned,
    step,
)
from flux_studio.storage.database import Database
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.job_rows import job_from, storable, write_job
from flux_studio.storage.json_fields import RowUnreadable, canonical
from flux_studio.storage.owners import Owner
from flux_studio.storage.prompt_history import remember
from flux_studio.storage.rows import event_data, event_kind, micros

MOST_OBSERVED = 60  # durations remembered of each kind of job
_ENDED = ", ".join(f"'{state.value}'" for state in sorted(ENDED))
_OPEN = f"state NOT IN ({_ENDED})"


class JobJournal:
    """The precious table of jobs, written by this process as `owner`."""

    def __init__(self, database: Database, owner: Owner) -> None:
        self._database = database
        self._owner = owner

    def record(self, event: JobEvent) -> None:
        """Commit one fact; on disk when it returns. Progress is written only where it changes the
        state.

        Raises NotKept when the disk refuses: the job then stays as it was. Raises LookupError for a
        job that was never planned.
        """
        if isinstance(event, Planned):
            # A new job may wait for room; the reserve is for those that are paid.
            with self._database.transaction() as connection:
                self._plan(connection, event)
        else:
            self._database.write(lambda connection: self._move(connection, event))

    def open_jobs(self) -> Sequence[Job]:
        """Jobs of earlier runs that have not ended and belong to no live process, oldest first; now
        they are ours.

        A job found in `sending` is given as it is: whether it was accepted is for the runner to
        decide.
        """
        with self._database.transaction() as connection:
            found = connection.execute(
                f"SELECT * FROM jobs WHERE {_OPEN} ORDER BY created, id"
            ).fetchall()
            free = {t for t in {row["owner"] for row in found} if self._owner.is_free(t)}
            connection.executemany(
                f"UPDATE jobs SET owner = ? WHERE owner = ? AND {_OPEN}",
                [(self._owner.token, token) for token in free],
            )
        self._owner.sweep()
        return _jobs(row for row in found if row["owner"] in free)

    def claim(self, job: str) -> bool:
        """Take over one job, whatever its state; False when a live process works on it or it does
        not exist.
        """
        with self._database.transaction() as connection:
            row = connection.execute("SELECT owner FROM jobs WHERE id = ?", (job,)).fetchone()
            if row is None or not (
                row["owner"] == self._owner.token or self._owner.is_free(row["owner"])
            ):
                return False
            connection.execute("UPDATE jobs SET owner = ? WHERE id = ?", (self._owner.token, job))
        return True

    def reclaim(self, job: str) -> Job | None:
        """One job of any run, which belongs to this process now; None when there is none of that
        id or a live process works on it. Raises NotKept, RowUnreadable.
        """
        return self.job(job) if self.claim(job) else None

    def known_tasks(self, provider: str, tasks: Sequence[str]) -> set[str]:
        """Which of these task ids of a provider belong to jobs already."""
        marks = ", ".join("?" * len(tasks))
        rows = self._database.rows(
            "SELECT json_extract(ticket, '$.task') AS task FROM jobs WHERE provider = ?"
            f" AND ticket IS NOT NULL AND task IN ({marks})",
            [provider, *tasks],
        )
        return {row["task"] for row in rows}

    def job(self, job: str) -> Job | None:
        """One job as the journal has it, None when it has none of that id. Raises RowUnreadable."""
        rows = self._database.rows("SELECT * FROM jobs WHERE id = ?", (job,))
        return job_from(rows[0]) if rows else None

    def jobs(self, states: Collection[JobState] = tuple(JobState), limit: int = -1) -> list[Job]:
        """Jobs in these states, newest first, at most `limit` (-1: all). Rows that cannot be read
        are left out.
        """
        marks = ", ".join("?" * len(states))
        return _jobs(
            self._database.rows(
                f"SELECT * FROM jobs WHERE state IN ({marks})"
                " ORDER BY created DESC, id DESC LIMIT ?",
                [*(state.value for state in states), limit],
            )
        )

    def events(self, job: str) -> list[tuple[int, str, str]]:
        """The log of one job in the order of its facts: time (µs since 1970 UTC), kind, JSON."""
        rows = self._database.rows(
            "SELECT at, kind, payload FROM job_events WHERE job = ? ORDER BY number", (job,)
        )
        return [(row["at"], row["kind"], row["payload"]) for row in rows]

    def observed(self, kind: str) -> Sequence[Observation]:
        """How long earlier jobs of a kind took (s), oldest first, at most the last 60."""
        rows = self._database.rows(
            "SELECT after, by FROM durations WHERE kind = ? ORDER BY number DESC LIMIT ?",
            (kind, MOST_OBSERVED),
        )
        return [Observation(row["after"], row["by"]) for row in reversed(rows)]

    def observe(self, kind: str, observation: Observation) -> None:
        """Remember how long one job of a kind took (s); the oldest beyond 60 are forgotten."""
        values = (kind, observation.after, observation.by, micros(datetime.now(UTC)))
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO durations (kind, after, by, at) VALUES (?, ?, ?, ?)", values
            )
            connection.execute(
                "DELETE FROM durations WHERE kind = ?1 AND number <= (SELECT number FROM durations"
                " WHERE kind = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                (kind, MOST_OBSERVED),
            )

    def rename_key(self, provider: str, old: str, new: str) -> None:
        """A key has another name now: jobs that were sent with it find it under that one. Raises
        NotKept when the disk refuses.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET key = ? WHERE provider = ? AND key = ?", (new, provider, old)
            )

    def close(self) -> None:
        """Let other processes take over what has not ended. After the last write; safe to
        repeat.
        """
        self._owner.release()

    def _plan(self, connection: sqlite3.Connection, event: Planned) -> None:
        if connection.execute("SELECT 1 FROM jobs WHERE id = ?", (event.job,)).fetchone():
            return
        write_job(connection, planned(event), self._owner.token)
        remember(connection, event)
        _log(connection, event)

    def _move(self, connection: sqlite3.Connection, event: JobEvent) -> None:
        row = connection.execute("SELECT * FROM jobs WHERE id = ?", (event.job,)).fetchone()
        if row is None:
            raise LookupError(f"the journal has no job {event.job}")
        old = job_from(row)
        new = step(old, event)
        if isinstance(event, Progressed) and new.state is old.state:
            return
        if isinstance(event, Saved):
            insert_generation(
                connection,
                event.generation,
                full_text=self._database.full_text,
                project=event.generation.origin.project,
            )
        if new != old:
            write_job(connection, new, self._owner.token)
        # A fact that came too late changes nothing, but it is evidence: a ticket after a cancel,
        # for one.
        _log(connection, event)


def _jobs(rows: Iterable[sqlite3.Row]) -> list[Job]:
    jobs = []
    for row in rows:
        try:
            jobs.append(job_from(row))
        except RowUnreadable:
            continue  # `verify` names it; the other jobs must not wait for it
    return jobs


def _log(connection: sqlite3.Connection, event: JobEvent) -> None:
    connection.execute(
        "INSERT INTO job_events (job, at, kind, payload) VALUES (?, ?, ?, ?)",
        (event.job, micros(event.at), event_kind(event), storable(canonical(event_data(event)))),
    )
