"""Notes of providers come back after a restart, each provider's apart."""

from flux_studio.storage.database import Database
from flux_studio.storage.notes import ProviderNotes


def test_notes_survive_a_restart(tmp_path):
    database = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    notes = ProviderNotes(database)
    assert notes.get("route") is None
    notes.set("route", "old")
    notes.set("route", "new")
    database.close()
    database = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    assert ProviderNotes(database).get("route") == "new"
    database.close()


def test_each_provider_has_its_own(tmp_path):
    database = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    one, two = ProviderNotes(database, "one"), ProviderNotes(database, "two")
    one.set("route", "a")
    assert two.get("route") is None
    assert ProviderNotes(database, "one").get("route") == "a"
    one.set("storage.full_text", "x")  # the storage's own notes are out of reach
    rows = database.rows("SELECT value FROM notes WHERE name = 'storage.full_text'")
    assert [row["value"] for row in rows] != ["x"]
    database.close()
