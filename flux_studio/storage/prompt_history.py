"""Every prompt that was ever sent, as it was typed: kept when pictures and jobs are gone.

A prompt is remembered in the commit that plans its job, so whatever sends leaves it here. Times are
whole microseconds since 1970 UTC in the table; `uses` counts orders, not pictures.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flux_studio.core.job import Planned
from flux_studio.storage.job_rows import storable
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.rows import micros, moment, origin_from, request_from

if TYPE_CHECKING:
    from flux_studio.storage.database import Database

Ask = Callable[[str, Sequence[object]], list[sqlite3.Row]]

_SEEDED = "storage.prompt_history"
_AT_ONCE = 500  # rows in one question
_REMEMBER = (
    "INSERT INTO prompt_history (text, first, last, batch, project) VALUES (?1, ?2, ?2, ?3, ?4)"
    " ON CONFLICT (text) DO UPDATE SET uses = uses + (batch <> excluded.batch),"
    " first = min(first, excluded.first), last = max(last, excluded.last),"
    " batch = excluded.batch, project = excluded.project"
)


@dataclass(frozen=True, slots=True)
class SentPrompt:
    """A prompt as it was typed. `uses` is how many orders it was sent with; `project` that of the
    last one.
    """

    number: int
    text: str
    uses: int
    first: datetime
    last: datetime
    starred: bool = False
    project: str = ""


class PromptHistory:
    """The writing side, on the thread that owns the writes. All of it raises NotKept when the disk
    refuses.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def star(self, number: int, on: bool) -> None:
        """Give a prompt its star, or take it back."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE prompt_history SET starred = ? WHERE number = ?", (int(on), number)
            )

    def forget(self, number: int) -> None:
        """Take one prompt out; it comes back when it is sent again."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM prompt_history WHERE number = ?", (number,))


def remember(connection: sqlite3.Connection, event: Planned) -> None:
    """Keep the prompt of a job that is being planned, in the same commit."""
    text = event.origin.typed or event.request.prompt
    values = (storable(text), micros(event.at), event.order, event.origin.project)
    connection.execute(_REMEMBER, values)


def settle_history(connection: sqlite3.Connection) -> None:
    """Fill the table from the jobs of earlier versions, once, inside a transaction."""
    table = "SELECT 1 FROM sqlite_schema WHERE name = 'prompt_history'"
    asked = connection.execute("SELECT 1 FROM notes WHERE name = ?", (_SEEDED,)).fetchone()
    if asked is None and connection.execute(table).fetchone() is not None:
        seed_history(connection)
        connection.execute("INSERT INTO notes VALUES (?, 'seeded')", (_SEEDED,))


def seed_history(connection: sqlite3.Connection) -> None:
    """Add the prompts of all jobs that the history does not have."""
    known = {row[0] for row in connection.execute("SELECT text FROM prompt_history")}
    asked = "SELECT request, origin, batch, created FROM jobs ORDER BY created, id"
    for row in connection.execute(asked).fetchall():
        try:
            origin = origin_from(row["origin"])
            text = storable(origin.typed or request_from(row["request"]).prompt)
        except RowUnreadable:
            continue
        if text not in known:
            connection.execute(_REMEMBER, (text, row["created"], row["batch"], origin.project))


def newest_prompts(ask: Ask, limit: int) -> list[SentPrompt]:
    """The prompts that were sent last, the newest first."""
    asked = "SELECT * FROM prompt_history ORDER BY last DESC, number DESC LIMIT ?"
    return [_prompt_from(row) for row in ask(asked, (limit,))]


def search_prompts(
    ask: Ask, text: str, *, starred: bool = False, limit: int = 200
) -> list[SentPrompt]:
    """Prompts with every word of `text` somewhere in them, whatever the case; the newest first."""
    words = text.casefold().split()
    found: list[SentPrompt] = []
    asked = (
        f"SELECT * FROM prompt_history {'WHERE starred = 1' if starred else ''}"
        " ORDER BY last DESC, number DESC LIMIT ? OFFSET ?"
    )
    at = 0
    while len(found) < limit and (rows := ask(asked, (_AT_ONCE, at))):
        at += len(rows)
        for row in rows:
            folded = row["text"].casefold()
            if all(word in folded for word in words):
                found.append(_prompt_from(row))
    return found[:limit]


def _prompt_from(row: sqlite3.Row) -> SentPrompt:
    return SentPrompt(
        number=row["number"],
        text=row["text"],
        uses=row["uses"],
        first=moment(row["first"]),
        last=moment(row["last"]),
        starred=bool(row["starred"]),
        project=row["project"],
    )
