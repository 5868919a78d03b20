"""The jobs that left this machine and have no picture here, out of the journal, for the rescue."""

from __future__ import annotations

from flux_studio.core.job import Job
from flux_studio.storage.job_rows import job_from
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.ledger import Rows

_ENDED = "('refused', 'failed', 'cancelled', 'lost')"
_UNSAVED = (
    "SELECT * FROM jobs WHERE aside = ? AND state NOT IN ('saved', 'planned')"
    f" AND (state NOT IN {_ENDED} OR (sent IS NOT NULL"
    " AND (charged IS NULL OR CAST(charged AS REAL) <> 0)))"
    " ORDER BY created DESC, id DESC LIMIT ?"
)
MOST = 1000  # jobs; nobody looks through more


def unsaved_jobs(rows: Rows, *, aside: bool = False, limit: int = MOST) -> list[Job]:
    """Jobs that were or may have been paid and are not saved, newest first: those that are on their
    way too. `aside` gives those that a person took off the list instead. Rows that cannot be read
    are left out; raises NotKept when the disk refuses.
    """
    jobs = []
    for row in rows(_UNSAVED, (int(aside), limit)):
        try:
            jobs.append(job_from(row))
        except RowUnreadable:
            continue  # `library verify` names it
    return jobs
