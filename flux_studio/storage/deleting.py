"""Deleting pictures and bringing them back: rows and files, in an order that loses nothing.

Deleting: the row becomes a record (committed), then picture and sidecar move to the bin, then the
record learns their names there. Bringing back: the files move home, then the row returns. After a
crash in between, one rule holds: a record whose picture stands in its place becomes a row again.
`settle` applies it at the next start, and so a picture that a person took out of the bin in the
file manager comes back by itself, with its marks.

How a file gets into the bin of the system is not known here: `Mover` does it. The library has a
bin of its own, a folder `.bin`, for places where the system has none.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

from flux_studio.core.errors import StudioError
from flux_studio.storage.atomic import flush_folder
from flux_studio.storage.database import Database
from flux_studio.storage.deleted import (
    EVERY,
    OF_BATCH,
    Record,
    Stage,
    note_binned,
    note_stage,
    put_back,
    record_from,
    records,
    take_out,
)
from flux_studio.storage.originals import make_folder
from flux_studio.storage.sidecar import is_sidecar, sidecar_of

T = TypeVar("T")
OWN_BIN = ".bin"
FORGET_AFTER = timedelta(days=30)  # records of pictures that are no longer in any bin
_NOT_WRITABLE = "The folder may not be written. Check its permissions."

Write = Callable[[Callable[[], Any]], Any]
"""Runs work on the thread that owns the writes and gives its answer."""


class BinRefused(StudioError):
    """A file could not be moved to the bin. With `elsewhere` another bin may take it."""

    def __init__(self, sentence: str, *, elsewhere: bool) -> None:
        super().__init__(sentence)
        self.elsewhere = elsewhere


class Mover(Protocol):
    """A bin."""

    def put(self, path: Path) -> Path:
        """Move a file into the bin; gives where it is now. Raises BinRefused."""
        ...

    def find(self, path: Path) -> Path | None:
        """Where a file that was at `path` is in the bin, None when it is not there."""
        ...

    def taken(self, place: Path) -> None:
        """A file was moved out of its place in the bin."""
        ...


@dataclass(frozen=True, slots=True)
class Deleted:
    """`ids` are in the bin; `held` stayed because their job still brings pictures; `left` stayed
    because of `sentence`, and with `elsewhere` another bin may take them.
    """

    ids: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    sentence: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """`ids` are back; `lost` are in no bin any more; `left` could not be moved, see `sentence`."""

    ids: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    sentence: str = ""


class OwnBin:
    """The folder `.bin` of the library: as the library, one level down."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, path: Path) -> Path:
        try:
            target = self._place(path)
            make_folder(target.parent, self._root)
            return _move(path, _free(target))
        except OSError as error:
            raise BinRefused(error.strerror or "It cannot be moved.", elsewhere=False) from error

    def find(self, path: Path) -> Path | None:
        place = self._place(path)
        return place if place.is_file() else None

    def taken(self, place: Path) -> None:
        """Empty folders stay: the next deletion uses them."""

    def _place(self, path: Path) -> Path:
        inside = path.is_relative_to(self._root)
        below = path.relative_to(self._root) if inside else Path("elsewhere", path.name)
        return self._root / OWN_BIN / below


class Deleting:
    """Deletes and restores pictures of the library below `root`, some at a time. Blocking, for a
    worker; `write` runs each step of the database.
    """

    def __init__(self, database: Database, root: Path, owner: str, write: Write) -> None:
        self._database = database
        self._root = root
        self._owner = owner
        self._write = write

    def delete(self, ids: Sequence[str], batch: str, bin_: Mover) -> Deleted:
        """Move pictures to the bin. Stops at the first that the bin does not take: this one and
        those after it stay in the library. Raises NotKept when nothing could be begun.
        """
        full_text = self._database.full_text
        taken, held = self._commit(
            lambda db: take_out(db, ids, batch, self._owner, full_text=full_text)
        )
        done: list[tuple[str, str, str, bool]] = []
        refusal: BinRefused | None = None
        for record in taken:
            try:
                done.append((record.id, *self._bin(record, bin_)))
            except BinRefused as error:
                refusal = error
                break
        rest = [record.id for record in taken[len(done) :]]
        self._commit(partial(_end_deleting, done=done, rest=rest, full_text=full_text))
        said = (str(refusal), refusal.elsewhere) if refusal else ("", False)
        return Deleted(tuple(each[0] for each in done), tuple(held), tuple(rest), *said)

    def restore(self, ids: Sequence[str], bins: Sequence[Mover]) -> Restored:
        """Bring deleted pictures back, each with its files and marks. Raises NotKept."""
        found = self._commit(partial(_begin_returning, ids=ids, owner=self._owner))
        homes: dict[str, tuple[str, bool]] = {}
        lost, left, sentence = [], [], ""
        for record in found:
            try:
                home = self._bring(record, bins)
            except OSError as error:
                left.append(record.id)
                sentence = error.strerror or _NOT_WRITABLE
                continue
            if home is None:
                lost.append(record.id)
            else:
                homes[record.id] = home
        for folder in {record.file(self._root).parent for record in found if record.id in homes}:
            with suppress(OSError):  # gone with its picture, which was missing before
                flush_folder(folder)
        self._commit(
            partial(
                _end_returning,
                homes=homes,
                stay=[*lost, *left],
                owner=self._owner,
                full_text=self._database.full_text,
            )
        )
        return Restored(tuple(homes), tuple(lost), tuple(left), sentence)

    def of_batch(self, batch: str) -> list[Record]:
        """What was deleted together and is not back, in its order."""
        return [record_from(row) for row in self._database.rows(OF_BATCH, (batch,))]

    def every(self) -> list[Record]:
        """Everything that was deleted and is not back, the oldest first."""
        return [record_from(row) for row in self._database.rows(EVERY)]

    def settle(self, bins: Sequence[Mover], is_free: Callable[[str], bool]) -> tuple[str, ...]:
        """Put in order what a crash or a file manager left; gives the ids of pictures that came
        back. Records of a live process are its own affair. Raises NotKept.
        """
        back: dict[str, bool] = {}
        forgotten: list[str] = []
        for record in self.every():
            if record.stage is not Stage.BINNED and not is_free(record.owner):
                continue
            in_bin = self._in_bin(record, bins)
            home = record.file(self._root)
            if record.had_picture and home.is_file():
                back[record.id] = not self._sidecar_home(record).is_file()
            elif record.stage is not Stage.BINNED:
                self._finish(record, in_bin, bins)
            elif in_bin is None and datetime.now(UTC) - record.at > FORGET_AFTER:
                forgotten.append(record.id)
        full_text = self._database.full_text
        self._commit(partial(_end_settling, back=back, forgotten=forgotten, full_text=full_text))
        return tuple(back)

    # Files

    def _bin(self, record: Record, bin_: Mover) -> tuple[str, str, bool]:
        """Move the files of a record; gives their places and whether there was a picture."""
        picture = record.file(self._root)
        beside = _own_sidecar(self._sidecar_home(record))
        place = ""
        is_there = os.path.lexists(picture)
        if is_there:
            _check_writable(picture.parent)
            place = str(bin_.put(picture))
        sidecar = ""
        if beside is not None:
            sidecar = self._put_sidecar(beside, bin_)
        return place, sidecar, is_there

    def _put_sidecar(self, beside: Path, bin_: Mover) -> str:
        """A linked picture may lie on a disk with a bin, and the library on one without."""
        for each in (bin_, OwnBin(self._root)):
            with suppress(BinRefused):  # the picture is gone; what is left is told by `verify`
                return str(each.put(beside))
        return ""

    def _bring(self, record: Record, bins: Sequence[Mover]) -> tuple[str, bool] | None:
        """Move the files home; gives the path for the row ('' for the old one) and whether a
        sidecar has to be written. None when the picture is in no bin. Raises OSError.
        """
        home = record.file(self._root)
        source = self._in_bin(record, bins)
        if source is None:
            if record.had_picture and not home.is_file():
                return None
            return "", False  # it was missing before, or is at home already
        make_folder(home.parent, self._root)
        target = _move(source, _free(home))
        for bin_ in bins:
            bin_.taken(source)
        beside, path = self._sidecar_in_bin(record, bins), self._path(target)
        its_place = sidecar_of(self._root, path, record.id)
        if beside is not None and not its_place.exists():
            with suppress(OSError):
                make_folder(its_place.parent, self._root)
                _move(beside, its_place)
                for bin_ in bins:
                    bin_.taken(beside)
        is_stale = target != home or not its_place.is_file()
        return ("" if target == home else path), is_stale

    def _in_bin(self, record: Record, bins: Sequence[Mover]) -> Path | None:
        if record.picture:
            place = Path(record.picture)
            return place if os.path.lexists(place) else None
        if record.stage is Stage.BINNED and not record.had_picture:
            return None
        found = (bin_.find(record.file(self._root)) for bin_ in bins)
        return next((place for place in found if place is not None), None)

    def _sidecar_in_bin(self, record: Record, bins: Sequence[Mover]) -> Path | None:
        if record.sidecar:
            place = Path(record.sidecar)
            return place if place.is_file() else None
        found = (bin_.find(self._sidecar_home(record)) for bin_ in bins)
        return next((place for place in found if place is not None), None)

    def _finish(self, record: Record, in_bin: Path | None, bins: Sequence[Mover]) -> None:
        """A deletion or a return was cut off, and the picture is not in its place: it counts as
        binned, and its sidecar follows.
        """
        beside = _own_sidecar(self._sidecar_home(record))
        found = str(self._sidecar_in_bin(record, bins) or "")
        if beside is not None and bins:
            found = self._put_sidecar(beside, bins[0]) or found
        places = ("" if in_bin is None else str(in_bin)), found
        had = in_bin is not None or record.had_picture
        self._commit(lambda db: note_binned(db, record.id, *places, had_picture=had))

    def _sidecar_home(self, record: Record) -> Path:
        return sidecar_of(self._root, record.path, record.id)

    def _path(self, file: Path) -> str:
        inside = file.is_relative_to(self._root)
        return file.relative_to(self._root).as_posix() if inside else str(file)

    def _commit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        found: T = self._write(lambda: self._database.write(work))
        return found


def _own_sidecar(place: Path) -> Path | None:
    """The sidecar in its place; None when there is none, or a file of another program."""
    return place if place.is_file() and is_sidecar(place) else None


def in_own_bin(path: Path, root: Path) -> bool:
    """Whether a file lies in the library's own bin, so that it is no part of the library."""
    return path.is_relative_to(root / OWN_BIN)


def _end_deleting(
    db: sqlite3.Connection,
    *,
    done: Sequence[tuple[str, str, str, bool]],
    rest: Sequence[str],
    full_text: bool,
) -> None:
    for id_, picture, sidecar, had_picture in done:
        note_binned(db, id_, picture, sidecar, had_picture=had_picture)
    for id_ in rest:
        put_back(db, id_, full_text=full_text)


def _begin_returning(db: sqlite3.Connection, *, ids: Sequence[str], owner: str) -> list[Record]:
    found = [each for each in records(db, ids) if each.stage is Stage.BINNED]
    for each in found:
        note_stage(db, each.id, Stage.RETURNING, owner)
    return found


def _end_returning(
    db: sqlite3.Connection,
    *,
    homes: dict[str, tuple[str, bool]],
    stay: Sequence[str],
    owner: str,
    full_text: bool,
) -> None:
    for id_, (path, stale) in homes.items():
        put_back(db, id_, full_text=full_text, path=path, stale=stale)
    for id_ in stay:
        note_stage(db, id_, Stage.BINNED, owner)


def _end_settling(
    db: sqlite3.Connection, *, back: dict[str, bool], forgotten: Sequence[str], full_text: bool
) -> None:
    for id_, stale in back.items():
        put_back(db, id_, full_text=full_text, stale=stale)
    db.executemany("DELETE FROM deleted WHERE id = ?", [(id_,) for id_ in forgotten])


def _check_writable(folder: Path) -> None:
    """A folder that may not be written keeps its files, whichever the bin. Raises BinRefused."""
    if not os.access(folder, os.W_OK):
        raise BinRefused(_NOT_WRITABLE, elsewhere=False)


def _move(source: Path, target: Path) -> Path:
    """Raises OSError. On the way to the bin a rename that a power cut takes back is no harm: the
    picture stands in its place then.
    """
    source.rename(target)
    return target


def _free(path: Path) -> Path:
    """The path, or with a number where something stands there already."""
    if not os.path.lexists(path):
        return path
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(other for other in others if not os.path.lexists(other))
