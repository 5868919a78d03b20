"""The precious database `library.sqlite`: opening, upgrades, one writer, backups, quarantine.

WAL with `synchronous=FULL`: a commit that returned survives `kill -9` and power loss. Every write
is one `BEGIN IMMEDIATE` transaction; a deferred one would fail at once when two processes write.
Reading sides take their own connection from `reader`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from flux_studio.core.errors import NotKept, StudioError
from flux_studio.storage.atomic import flush_file
from flux_studio.storage.disk_errors import disk_words, is_damaged, is_full, primary_code
from flux_studio.storage.prompt_history import settle_history
from flux_studio.storage.reserve import Reserve
from flux_studio.storage.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    Migration,
    has_full_text,
    settle_full_text,
)

T = TypeVar("T")

BUSY_SECONDS = 5.0  # how long to wait for another process's write
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class LibraryNewer(StudioError):
    """The database was written by a newer Flux Studio. It is left untouched; a `reader` still shows
    it.
    """

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"The library was written by a newer Flux Studio (format {version}, this one knows"
            f" {known}). It can be looked at; to make pictures, update Flux Studio."
        )
        self.path = path
        self.version = version


class LibraryDamaged(StudioError):
    """The file is no database of ours, or a damaged one. `quarantine` moves it aside."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"The library's database is damaged or is not ours ({detail}). No picture is lost:"
            " it can be set aside and rebuilt from the sidecars beside the pictures."
        )
        self.path = path


class Database:
    """The writing connection. Usable from any thread: writes wait for each other.

    Opening creates, upgrades (after a backup into `backups`) and checks the file. Raises
    LibraryNewer, LibraryDamaged, or NotKept when the disk refuses.
    """

    def __init__(
        self, path: Path, backups: Path, migrations: Sequence[Migration] = MIGRATIONS
    ) -> None:
        self.path = path
        self.reserve = Reserve(path.with_name("reserve"))
        self._backups = backups
        self._lock = threading.RLock()
        with _opening(path):
            create_private(path)
            self._connection = _connect(path)
            try:
                self._prepare(migrations)
            except BaseException:
                self._connection.close()
                raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on disk when the block has ended. Raises NotKept when the disk
        refuses.
        """
        with self._lock, disk_words():
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                    connection.execute("ROLLBACK")
                raise

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` in one transaction. When the disk is full, the reserve is let go and `work` runs
        once more: for what must not be lost. Raises NotKept.
        """
        try:
            with self.transaction() as connection:
                done = work(connection)
        except NotKept as error:
            if not is_full(error) or not self.reserve.release():
                raise
            with self.transaction() as connection:
                return work(connection)
        self.reserve.renew()
        return done

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """What a question gives, as committed. Raises NotKept when the disk refuses."""
        with self._lock, disk_words():
            return self._connection.execute(sql, values).fetchall()

    def check(self) -> list[str]:
        """What SQLite itself finds wrong with the file; empty when it is sound. Seconds for a large
        library.
        """
        try:
            found = self.rows("PRAGMA integrity_check(20)")
        except NotKept as error:
            if not is_damaged(error):
                raise
            return [str(error.__cause__)]  # the check itself stumbled over it
        return [row[0] for row in found if row[0] != "ok"]

    def back_up(self, label: str) -> Path:
        """A copy by SQLite's own backup, whole even while others write; named by date and `label`.

        Raises NotKept when the disk refuses.
        """
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%f")
        target = self._backups / f"library-{stamp}-{label}.sqlite"
        part = target.with_suffix(".part")
        with self._lock, disk_words():
            self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
            create_private(part)
            copy = sqlite3.connect(part)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()
            flush_file(part)
            part.replace(target)
        return target

    def close(self) -> None:
        """Fold the log into the database and let go of the file. Safe to repeat."""
        with self._lock:
            self._connection.close()

    def _prepare(self, migrations: Sequence[Migration]) -> None:
        connection = self._connection
        # One snapshot: another process may be creating the tables at this very moment.
        connection.execute("BEGIN")
        version = _version(connection)
        foreign = _is_foreign(connection, version)
        connection.execute("COMMIT")
        if version > len(migrations):
            raise LibraryNewer(self.path, version, len(migrations))
        if foreign:
            raise LibraryDamaged(self.path, "it holds another program's tables")
        _set_up(connection)
        if 0 < version < len(migrations):
            self.back_up(f"before-v{len(migrations)}")
        for number, statements in enumerate(migrations, start=1):
            self._upgrade(number, statements)
        self.full_text = has_full_text(connection)
        with self.transaction():
            settle_full_text(connection, self.full_text)
            settle_history(connection)

    def _upgrade(self, number: int, statements: Migration) -> None:
        with self.transaction() as connection:
            if _version(connection) >= number:
                return  # done before, or by another process a moment ago
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


def reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads, for one reading side; a newer library can be read as well.

    Raises LibraryDamaged or NotKept.
    """
    with _opening(path):
        connection = _connect(path, must_exist=True)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -16384")  # 16 MiB: the wall's index stays in memory
        return connection


def quarantine(path: Path, why: str = "damaged") -> Path:
    """Move a database and its log aside, never delete them; gives the new name. Raises OSError.

    The log must move too: a leftover log would be played into the database that takes the place.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%f")
    aside = path.with_name(f"{path.name}.{why}-{stamp}")
    for ending in ("-wal", "-shm", ""):
        source = path.with_name(path.name + ending)
        if source.exists():
            source.rename(aside.with_name(aside.name + ending))
    return aside


@contextlib.contextmanager
def _opening(path: Path) -> Iterator[None]:
    try:
        with disk_words():
            yield
    except NotKept as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.DatabaseError) and primary_code(cause) in _DAMAGE:
            raise LibraryDamaged(path, str(cause)) from cause
        raise


def _connect(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    mode = "rw" if must_exist else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk there
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself where two processes make a new library at the same moment."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        time.sleep(0.01)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_foreign(connection: sqlite3.Connection, version: int) -> bool:
    if version == 0:
        return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is not None
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID)


def create_private(path: Path) -> None:
    """An empty file only its owner may read; SQLite gives its log files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
