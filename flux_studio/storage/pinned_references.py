"""The shelf of references that are used again and again: one small file each, named by content.

A pin names a picture that the reference store keeps; pinning copies nothing and taking a pin away
deletes no picture. The files are apart from the database, so they outlive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flux_studio.core.request import Reference
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.json_fields import (
    Fields,
    RowUnreadable,
    canonical,
    parse_json,
    time_text,
)
from flux_studio.storage.rows import reference_data, reference_of

ENDING = ".json"
LONGEST_NAME = 80  # characters
MOST_PINS = 2000
MOST_BYTES = 16 * 1024  # of one file
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pin:
    """One reference on the shelf. `name` is the person's own; `at` when it was pinned, UTC."""

    reference: Reference
    name: str
    at: datetime


class PinnedReferences:
    """The folder of pins. Blocking and thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[Pin, ...]:
        """Every pin, the newest first; files that are none are passed over."""
        found = []
        for path in self._paths():
            try:
                with path.open("rb") as file:
                    found.append(_pin(Fields(parse_json(file.read(MOST_BYTES)))))
            except (OSError, RowUnreadable):
                continue
        return tuple(sorted(found, key=lambda pin: (pin.at, pin.name), reverse=True))

    def put(self, pin: Pin) -> Pin:
        """Keep a pin; one of the same picture is written over. Gives it with its name as kept.
        Raises NotKept, ValueError for a reference that cannot be ours.
        """
        kept = Pin(pin.reference, checked_name(pin.name), pin.at)
        data = {
            "name": kept.name,
            "at": time_text(kept.at),
            "reference": reference_data(kept.reference),
        }
        path = self._path(kept.reference)
        with disk_words():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(path, canonical(data).encode())
        return kept

    def remove(self, reference: Reference) -> None:
        """Take a pin away. Raises NotKept."""
        with disk_words():
            self._path(reference).unlink(missing_ok=True)

    def _path(self, reference: Reference) -> Path:
        if not _SHA256.fullmatch(reference.sha256):
            raise ValueError("not a reference of this library")
        return self._folder / f"{reference.sha256}{ENDING}"

    def _paths(self) -> list[Path]:
        try:
            found = sorted(path for path in self._folder.iterdir() if path.suffix == ENDING)
        except OSError:
            return []
        return found[:MOST_PINS]


def new_pin(reference: Reference, name: str = "") -> Pin:
    """A pin of this moment, named as the file was where no name is given."""
    return Pin(reference, checked_name(name or Path(reference.name).stem), datetime.now(UTC))


def checked_name(name: str) -> str:
    """A name as it is kept: one line of at most 80 characters."""
    return " ".join(name.split())[:LONGEST_NAME]


def matching(pins: Iterable[Pin], text: str) -> tuple[Pin, ...]:
    """Pins with every word of `text` in their own name or their file's, whatever the case."""
    words = text.casefold().split()
    return tuple(
        pin
        for pin in pins
        if all(word in f"{pin.name} {pin.reference.name}".casefold() for word in words)
    )


def _pin(fields: Fields) -> Pin:
    reference = reference_of(fields.table("reference"))
    if not _SHA256.fullmatch(reference.sha256):
        raise RowUnreadable("reference is not one of ours")
    return Pin(reference, checked_name(fields.text("name")), fields.time("at"))
