"""A job as a row of the journal, with a checksum over its precious part, and back.

SQLite does not notice a flipped bit inside a value. A row whose checksum is wrong is not acted
upon: its job comes back as `unknown`, for a person to look at.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from decimal import Decimal

from flux_studio.core.job import Job, JobState
from flux_studio.core.money import Money
from flux_studio.storage.json_fields import (
    Fields,
    RowUnreadable,
    canonical,
    exact,
    parse_json,
)
from flux_studio.storage.rows import (
    micros,
    moment,
    origin_from,
    origin_text,
    request_from,
    request_text,
    ticket_from,
    ticket_text,
)

DAMAGED = "row_damaged"
_DAMAGED_WORDS = (
    "The journal's row of this job is damaged, so it is left alone."
    " Look at the provider whether it was made."
)
_PRECIOUS = (
    "id", "batch", "provider", "model", "request", "price", "state", "created", "sent", "ticket",
    "charged", "generation",
)  # fmt: skip
# The name of a key is not among the precious: renaming a key renames it in all its jobs.
_COLUMNS = (
    *_PRECIOUS,
    "updated",
    "retry_at",
    "reason",
    "message",
    "key",
    "origin",
    "control",
    "request_id",
    "inputs",
    "aside",
    "rank",
    "held",
    "project",
    "checksum",
    "owner",
)
_CHANGING = tuple(name for name in _COLUMNS if name not in ("id", "owner"))
_WRITE = (
    f"INSERT INTO jobs ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + n for n in _COLUMNS)})"
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in _CHANGING)}"
)


def write_job(connection: sqlite3.Connection, job: Job, owner: str) -> None:
    """Insert a job, or bring its row up to date; the owner of an existing row stays."""
    row: dict[str, object] = {
        "id": job.id,
        "batch": job.order,
        "provider": job.request.provider,
        "model": job.request.model,
        "request": request_text(job.request),
        "price": exact(job.price),
        "state": job.state.value,
        "created": micros(job.created),
        "sent": job.sent and micros(job.sent),
        "ticket": job.ticket and ticket_text(job.ticket),
        "charged": exact(job.charged),
        "generation": job.generation,
        "updated": micros(job.updated),
        "retry_at": job.retry_at and micros(job.retry_at),
        "reason": job.reason,
        "message": storable(job.message),
        "key": job.key,
        "origin": storable(origin_text(job.origin)),
        "control": job.control,
        "request_id": storable(job.request_id),
        "inputs": storable(canonical(list(job.inputs))),
        "aside": int(job.aside),
        "rank": job.rank,
        "held": int(job.held),
        "project": storable(job.origin.project),
        "owner": owner,
    }
    row["checksum"] = _checksum([row[name] for name in _PRECIOUS])
    connection.execute(_WRITE, row)


def job_from(row: sqlite3.Row) -> Job:
    """The job of a row; `unknown` with reason `row_damaged` when its checksum is wrong. Raises
    RowUnreadable.
    """
    job = Job(
        id=row["id"],
        order=row["batch"],
        request=request_from(row["request"]),
        price=money_from(row["price"]),
        state=_state(row["state"]),
        created=moment(row["created"]),
        updated=moment(row["updated"]),
        ticket=ticket_from(row["ticket"]) if row["ticket"] else None,
        sent=None if row["sent"] is None else moment(row["sent"]),
        retry_at=None if row["retry_at"] is None else moment(row["retry_at"]),
        reason=row["reason"],
        message=row["message"],
        charged=money_from(row["charged"]),
        generation=row["generation"],
        key=row["key"],
        origin=origin_from(row["origin"]),
        control=row["control"],
        request_id=row["request_id"],
        inputs=_texts(row["inputs"]),
        aside=bool(row["aside"]),
        rank=row["rank"],
        held=bool(row["held"]),
    )
    if is_sound(row):
        return job
    return replace(job, state=JobState.UNKNOWN, reason=DAMAGED, message=_DAMAGED_WORDS)


def is_sound(row: sqlite3.Row) -> bool:
    """Whether the precious part of a row is what was written."""
    return bool(row["checksum"] == _checksum([row[name] for name in _PRECIOUS]))


def money_from(text: str | None) -> Money | None:
    """A sum as it stands in a column. Raises RowUnreadable."""
    if text is None:
        return None
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise RowUnreadable("a sum is not a number") from error


def storable(text: str) -> str:
    """A text as SQLite can hold it: lone halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()


def _state(word: str) -> JobState:
    try:
        return JobState(word)
    except ValueError as error:
        raise RowUnreadable(f"{word!r} is no state of a job") from error


def _texts(text: str) -> tuple[str, ...]:
    if text == "[]":
        return ()
    return Fields(parse_json(f'{{"inputs":{text}}}')).texts("inputs")


def _checksum(values: list[object]) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()
