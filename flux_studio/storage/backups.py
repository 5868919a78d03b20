"""Rolling copies of `library.sqlite`: one a day, of which 7 days and 4 weeks are kept.

A copy is made by SQLite's own backup from a connection of its own, page by page, so that nothing
waits for it; it is checked before it counts. A copy that is not sound never pushes out one that is.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flux_studio.core.errors import StudioError
from flux_studio.storage.atomic import flush_file, flush_folder
from flux_studio.storage.database import LibraryDamaged, create_private, reader
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.schema import APPLICATION_ID, MIGRATIONS

DAYS = 7
WEEKS = 4
DAILY = "daily"
PAGES = 256  # copied at a time: 1 MiB
PAUSE_S = 0.002  # between two steps, so that the disk has time for a picture
STALE = timedelta(hours=1)
_NAME = re.compile(r"library-(?P<at>\d{4}-\d\d-\d\dT\d{6}\.\d{6})-(?P<label>[a-z0-9-]+)\.sqlite")
_STAMP = "%Y-%m-%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: when it was made (UTC), why ('daily', 'before-v2'), and its size in bytes."""

    path: Path
    at: datetime
    label: str
    bytes: int


class BackupStopped(StudioError):
    """The studio closes: the copy was given up. The next start makes it."""


class Backups:
    """The copies of the database `source` in `folder`. Blocking; needs no writing connection."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source = source
        self.folder = folder

    def all(self) -> list[Backup]:
        """Every copy, newest first."""
        found = []
        for path in self.folder.glob("library-*.sqlite"):
            match = _NAME.fullmatch(path.name)
            with contextlib.suppress(OSError, ValueError):
                if match:
                    at = datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
                    found.append(Backup(path, at, match["label"], path.stat().st_size))
        return sorted(found, key=lambda backup: backup.at, reverse=True)

    def find(self, name: str) -> Backup | None:
        """The copy of this file name."""
        return next((backup for backup in self.all() if backup.path.name == name), None)

    def is_due(self, now: datetime) -> bool:
        """Whether there is no daily copy of the local day of `now` yet."""
        today = now.astimezone().date()
        return not any(b.label == DAILY and b.at.astimezone().date() == today for b in self.all())

    def take(self, now: datetime, stop: threading.Event | None = None) -> Backup:
        """Make today's copy, then let go of those that are no longer wanted.

        Raises LibraryDamaged when the library itself is not sound, NotKept when the disk refuses,
        BackupStopped when `stop` is set meanwhile.
        """
        target = self.folder / f"library-{now.astimezone(UTC):{_STAMP}}-{DAILY}.sqlite"
        part = target.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            with disk_words():
                create_private(part)
                self._copy(part, stop or threading.Event())
                if not is_sound(part):
                    raise LibraryDamaged(self.source, "a copy of it does not hold together")
                flush_file(part)
                part.replace(target)
                flush_folder(self.folder)
        finally:
            part.unlink(missing_ok=True)
        self.prune(now)
        return Backup(target, now.astimezone(UTC), DAILY, target.stat().st_size)

    def prune(self, now: datetime) -> list[Path]:
        """Remove daily copies beyond 7 days and 4 weeks, and what an interrupted copy left; gives
        the files removed. Copies made before an upgrade stay.
        """
        daily = [backup for backup in self.all() if backup.label == DAILY]
        wanted = set(_kept(daily))
        gone = [backup.path for backup in daily if backup.path not in wanted]
        for part in self.folder.glob("library-*.part"):
            with contextlib.suppress(OSError):
                if now.timestamp() - part.stat().st_mtime > STALE.total_seconds():
                    gone.append(part)
        for path in gone:
            with contextlib.suppress(OSError):
                path.unlink()
        return gone

    def newest_sound(self) -> Backup | None:
        """The newest copy that this version can read and that holds together."""
        return next((backup for backup in self.all() if is_sound(backup.path)), None)

    def put_copy(self, backup: Backup, target: Path) -> None:
        """Write a copy of a backup to `target`, durably. Raises NotKept."""
        with disk_words():
            create_private(target)
            shutil.copyfile(backup.path, target)
            flush_file(target)

    def _copy(self, part: Path, stop: threading.Event) -> None:
        def stepped(_status: int, _left: int, _total: int) -> None:
            if stop.wait(PAUSE_S):
                raise BackupStopped("The backup was given up because the studio closes.")

        with closing(reader(self.source)) as source, closing(sqlite3.connect(part)) as copy:
            # One snapshot for the whole copy: writers go on, and it never begins anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(copy, pages=PAGES, progress=stepped)
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE")  # one file that stands alone


def is_sound(path: Path) -> bool:
    """Whether a copy is a whole library that this version knows. Changes nothing."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return False
            if not 0 < connection.execute("PRAGMA user_version").fetchone()[0] <= len(MIGRATIONS):
                return False
            # Not `quick_check`: that of SQLite 3.40.1, the one of Debian 12, takes a sound table
            # whose key begins with its second column, as that of tags, for a damaged one.
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _kept(daily: Iterable[Backup]) -> list[Path]:
    """The newest of each of the last 7 days that have one, then of each of 4 earlier weeks."""
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    for backup in daily:  # newest first
        local = backup.at.astimezone()
        if local.date() in days:
            continue
        if len(days) < DAYS:
            days[local.date()] = backup.path
        elif local.isocalendar()[:2] not in weeks and len(weeks) < WEEKS:
            weeks[local.isocalendar()[:2]] = backup.path
    return [*days.values(), *weeks.values()]
