"""The database: modes, migrations, backups, damage, two writers, a full disk."""

import contextlib
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.storage import database as module
from flux_studio.storage.database import (
    Database,
    LibraryDamaged,
    LibraryNewer,
    quarantine,
    reader,
)
from flux_studio.storage.schema import MIGRATIONS
from tests.storage.samples import generation, open_journal, planned, saved


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "library.sqlite"


@pytest.fixture
def open_database(path):
    opened = []

    def opening(**more):
        opened.append(Database(path, path.parent / "backups", **more))
        return opened[-1]

    yield opening
    for database in opened:
        database.close()


def test_a_new_library_is_private_and_durable(open_database, path):
    database = open_database()
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('a', 'b')")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.glob("library.sqlite*")}
    assert set(modes) == {"library.sqlite", "library.sqlite-wal", "library.sqlite-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    answers = [
        database.rows(f"PRAGMA {p}")[0][0]
        for p in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "user_version")
    ]
    assert answers == ["wal", 2, 1, 5000, len(MIGRATIONS)]
    assert database.check() == []


def test_every_table_of_ours_is_strict(open_database):
    rows = open_database().rows("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    ours = {
        r["name"]: r["strict"] for r in rows if not r["name"].startswith(("sqlite_", "prompts"))
    }
    assert len(ours) >= 6
    assert set(ours.values()) == {1}


def _insert(database, notes):
    with database.transaction() as connection:
        for note in notes:
            connection.execute("INSERT INTO notes VALUES (?, ?)", note)


def test_a_transaction_is_all_or_nothing(open_database):
    database = open_database()
    with pytest.raises(sqlite3.IntegrityError):
        _insert(database, [("a", "b"), ("a", "again")])
    assert not database.rows("SELECT * FROM notes WHERE name = 'a'")
    with database.transaction() as connection:  # the failed one holds no lock
        connection.execute("INSERT INTO notes VALUES ('a', 'c')")
    assert database.rows("SELECT value FROM notes WHERE name = 'a'")[0][0] == "c"


def test_two_processes_may_write_in_turn(open_database):
    one, two = open_database(), open_database()
    rounds, failures = 40, []

    def write(database, name):
        try:
            for _ in range(rounds):
                with database.transaction() as connection:
                    found = connection.execute("SELECT value FROM notes WHERE name='n'").fetchone()
                    value = int(found[0]) + 1 if found else 1
                    connection.execute(
                        "INSERT OR REPLACE INTO notes VALUES ('n', ?)", (str(value),)
                    )
        except Exception as error:  # noqa: BLE001 - whatever a thread raises must reach the assertion
            failures.append((name, error))

    threads = [threading.Thread(target=write, args=(d, n)) for n, d in enumerate((one, two))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert one.rows("SELECT value FROM notes WHERE name = 'n'")[0][0] == str(2 * rounds)


def test_a_busy_library_is_named_after_the_wait(open_database, monkeypatch):
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    one, two = open_database(), open_database()
    with one.transaction(), pytest.raises(NotKept, match="busy"), two.transaction():
        pass


def test_an_upgrade_backs_up_first_and_keeps_every_row(open_database, path):
    first = open_database()
    with first.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('a', 'b')")
    first.close()
    later = (*MIGRATIONS, ("ALTER TABLE generations ADD COLUMN colour TEXT",))
    second = open_database(migrations=later)
    assert second.rows("SELECT value FROM notes WHERE name = 'a'")[0][0] == "b"
    assert second.rows("SELECT colour FROM generations") == []
    (backup,) = (path.parent / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert old.execute("SELECT value FROM notes WHERE name = 'a'").fetchone()[0] == "b"
    second.close()
    open_database(migrations=later)
    assert len(list((path.parent / "backups").iterdir())) == 1


def test_a_failed_upgrade_leaves_the_old_version(open_database):
    open_database().close()
    broken = (*MIGRATIONS, ("CREATE TABLE fine (a TEXT) STRICT", "CREATE NONSENSE"))
    with pytest.raises(sqlite3.OperationalError):
        open_database(migrations=broken)
    database = open_database()
    assert database.rows("PRAGMA user_version")[0][0] == len(MIGRATIONS)
    assert not database.rows("SELECT 1 FROM sqlite_schema WHERE name = 'fine'")


def test_a_newer_library_is_left_alone_and_can_be_read(tmp_path):
    database, journal = open_journal(tmp_path)
    journal.record(planned())
    journal.record(saved())
    with database.transaction() as connection:
        connection.execute("PRAGMA user_version = 999")
    database.close()
    with pytest.raises(LibraryNewer, match="newer Flux Studio") as caught:
        Database(database.path, tmp_path / "backups")
    assert caught.value.version == 999
    with closing(reader(database.path)) as connection:
        assert connection.execute("SELECT id FROM generations").fetchone()[0] == generation().id
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 999
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("DELETE FROM generations")
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("damage", ["garbage", "header", "foreign", "other_program"])
def test_damage_is_named_and_set_aside_not_deleted(open_database, path, damage):
    path.parent.mkdir()
    if damage == "garbage":
        path.write_bytes(b"not a database at all, but quite long" * 300)
    elif damage == "header":
        open_database().close()
        path.write_bytes(b"\0" * 64 + path.read_bytes()[64:])
    else:
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE theirs (a)")
            other.execute(f"PRAGMA user_version = {int(damage == 'other_program')}")
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="No picture is lost"):
        open_database()
    aside = quarantine(path)
    assert aside.read_bytes() == before
    assert not path.exists()
    assert open_database().check() == []


def test_the_log_goes_aside_with_its_database(open_database, path):
    database = open_database()
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('a', 'b')")
    names = {p.name for p in path.parent.iterdir()}
    assert f"{path.name}-wal" in names
    aside = quarantine(path)
    assert {p.name for p in path.parent.iterdir()} == {
        aside.name,
        f"{aside.name}-wal",
        f"{aside.name}-shm",
    }


def test_a_full_disk_is_a_sentence_and_changes_nothing(open_database):
    database = open_database()
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to SQLITE_FULL
    with pytest.raises(NotKept, match="disk is full"):
        _insert(database, [(str(number), "x" * 2000) for number in range(100)])
    database.rows("PRAGMA max_page_count = 1000000")
    assert database.rows("SELECT COUNT(*) FROM notes WHERE value LIKE 'xx%'")[0][0] == 0
    assert database.check() == []


def test_a_mistake_of_ours_is_not_blamed_on_the_disk(open_database):
    with pytest.raises(sqlite3.OperationalError), open_database().transaction() as connection:
        connection.execute("SELECT * FROM nowhere")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotKept, match="disk refused"):
        Database(tmp_path / "file" / "library.sqlite", tmp_path / "backups")


def test_a_backup_is_whole_while_others_write(open_database, path):
    database, other = open_database(), open_database()
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('a', 'b')")
    with other.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('unseen', 'b')")
        copy = database.back_up("daily")
    with closing(sqlite3.connect(copy)) as backup:
        assert backup.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        names = {row[0] for row in backup.execute("SELECT name FROM notes")}
    assert "a" in names
    assert "unseen" not in names
    assert not list(copy.parent.glob("*.part"))


def test_the_text_index_is_built_anew_after_a_start_without_fts5(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "has_full_text", lambda connection: False)
    database, journal = open_journal(tmp_path)
    journal.record(planned())
    journal.record(saved())
    assert not database.full_text
    assert not database.rows("SELECT 1 FROM sqlite_schema WHERE name = 'prompts'")
    database.close()
    monkeypatch.undo()
    database = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    found = database.rows("SELECT rowid FROM prompts WHERE prompts MATCH '\"fox\"'")
    database.close()
    assert len(found) == 1


_STARTER = """
import sys, threading
from pathlib import Path
from flux_studio.storage.database import Database
for line in sys.stdin:
    folder = Path(line.strip())
    database = Database(folder / "library.sqlite", folder / "backups")
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES (?, 'here')", (sys.argv[1],))
    database.close()
    sys.stdout.write("done\\n")
    sys.stdout.flush()
"""


def test_several_may_make_a_new_library_at_the_same_moment(tmp_path, pytestconfig):
    """The window and the command line, started together for the first time."""
    with contextlib.ExitStack() as ending:
        starters = [
            ending.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", _STARTER, str(number)],
                    cwd=pytestconfig.rootpath,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(4)
        ]
        for number in range(60):
            folder = tmp_path / str(number)
            for starter in starters:
                assert starter.stdin
                starter.stdin.write(f"{folder}\n")
                starter.stdin.flush()
            answers = [starter.stdout.readline() for starter in starters if starter.stdout]
            assert answers == ["done\n"] * len(starters)
            with closing(sqlite3.connect(folder / "library.sqlite")) as connection:
                rows = connection.execute("SELECT * FROM notes WHERE value = 'here'").fetchall()
            assert len(rows) == len(starters)
