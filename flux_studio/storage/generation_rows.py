"""A generation as a row of the library, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.look import Look, oklab
from flux_studio.core.size import Size
from flux_studio.storage.job_rows import money_from, storable
from flux_studio.storage.json_fields import Fields, canonical, exact, parse_json
from flux_studio.storage.rows import (
    look_from,
    look_text,
    micros,
    moment,
    origin_from,
    origin_text,
    request_from,
    request_text,
)

_FACTS = (
    "id", "job", "created", "width", "height", "provider", "model", "rating", "favourite",
    "reference_count", "path", "sha256", "mime", "bytes", "price", "charged", "seed", "seconds",
    "task", "parent", "quality", "has_c2pa", "prompt", "request", "origin", "look",
    "linked",
)  # fmt: skip
_MARKS = ("rejected", "label", "project", "note", "verdict")
_COLUMNS = (*_FACTS, *_MARKS)
_INSERT = (
    f"INSERT INTO generations ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(':' + name for name in _COLUMNS)})"
    " ON CONFLICT (id) DO NOTHING RETURNING number"
)


def insert_generation(
    connection: sqlite3.Connection,
    generation: Generation,
    *,
    full_text: bool,
    rejected: bool = False,
    label: str = "",
    project: str = "",
    note: str = "",
    tags: Iterable[str] = (),
    verdict: str = "",
    collections: Iterable[str] = (),
) -> bool:
    """Add a picture and its words to the library; False, and nothing changed, when its id is there
    already.
    """
    row = _row(generation)
    row |= {"rejected": int(rejected), "label": label, "project": project, "note": note}
    row["verdict"] = verdict
    row = {n: storable(value) if isinstance(value, str) else value for n, value in row.items()}
    found = connection.execute(_INSERT, row).fetchall()
    if not found:
        return False
    number = found[0][0]
    connection.executemany(
        "INSERT OR IGNORE INTO tags (number, tag) VALUES (?, ?)",
        [(number, storable(t)) for t in tags],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO members (number, collection) VALUES (?, ?)",
        [(number, storable(name)) for name in collections],
    )
    if generation.look:
        index_look(connection, number, generation.look)
    if full_text:
        connection.execute(
            "INSERT INTO prompts (rowid, prompt, note) VALUES (?, ?, ?)",
            (number, row["prompt"], row["note"]),
        )
    return True


def index_look(connection: sqlite3.Connection, number: int, look: Look) -> None:
    """Make a picture findable by its structure and its colours."""
    bits = look.bits - 2**64 if look.bits >= 2**63 else look.bits  # SQLite's integers have a sign
    connection.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?)", (number, bits))
    connection.execute("DELETE FROM colors WHERE number = ?", (number,))
    connection.executemany(
        "INSERT OR IGNORE INTO colors VALUES (?, ?, ?, ?)",
        [(*thousandths(color), number) for color, _ in look.colors],
    )


def thousandths(color: str) -> tuple[int, int, int]:
    """`#RRGGBB` as the table of colours has it: whole thousandths of OKLab."""
    light, green_red, blue_yellow = oklab(color)
    return round(1000 * light), round(1000 * green_red), round(1000 * blue_yellow)


def generation_from(row: sqlite3.Row) -> Generation:
    """The generation of a row. Raises RowUnreadable."""
    return Generation(
        id=row["id"],
        job=row["job"],
        request=request_from(row["request"]),
        path=row["path"],
        sha256=row["sha256"],
        mime=row["mime"],
        size=Size(row["width"], row["height"]),
        bytes=row["bytes"],
        created=moment(row["created"]),
        price=money_from(row["price"]),
        charged=money_from(row["charged"]),
        seed=None if row["seed"] is None else int(row["seed"]),
        seconds=row["seconds"],
        task=row["task"],
        parent=row["parent"],
        quality=_quality(row["quality"]),
        has_c2pa=bool(row["has_c2pa"]),
        rating=row["rating"],
        favourite=bool(row["favourite"]),
        origin=origin_from(row["origin"]),
        look=row["look"] and look_from(row["look"]),
        rejected=bool(row["rejected"]),
        verdict=row["verdict"],
        label=row["label"],
    )


def _row(generation: Generation) -> dict[str, object]:
    request = generation.request
    return {
        "id": generation.id,
        "job": generation.job,
        "created": micros(generation.created),
        "width": generation.size.width,
        "height": generation.size.height,
        "provider": request.provider,
        "model": request.model,
        "rating": generation.rating,
        "favourite": int(generation.favourite),
        "reference_count": len(request.references),
        "path": generation.path,
        "sha256": generation.sha256,
        "mime": generation.mime,
        "bytes": generation.bytes,
        "price": exact(generation.price),
        "charged": exact(generation.charged),
        "seed": None if generation.seed is None else str(generation.seed),
        "seconds": generation.seconds,
        "task": generation.task,
        "parent": generation.parent,
        "quality": canonical([list(pair) for pair in generation.quality]),
        "has_c2pa": int(generation.has_c2pa),
        "prompt": request.prompt,
        "request": request_text(request),
        "origin": origin_text(generation.origin),
        "look": None if generation.look is None else look_text(generation.look),
        "linked": int(Path(generation.path).is_absolute()),
    }


def _quality(text: str) -> tuple[tuple[str, str], ...]:
    if text == "[]":
        return ()
    return Fields(parse_json(f'{{"quality":{text}}}')).pairs("quality")
