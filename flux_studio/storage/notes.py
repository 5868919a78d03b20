"""Small facts that providers learn and want back after a restart, such as which route worked.
Never a key.
"""

from __future__ import annotations

from flux_studio.storage.database import Database


class ProviderNotes:
    """Named texts of one provider, or of anyone, under a prefix of its own."""

    def __init__(self, database: Database, prefix: str = "") -> None:
        self._database = database
        self._prefix = f"{prefix}/" if prefix else ""

    def get(self, name: str) -> str | None:
        """What was noted under a name, None when nothing was. Raises NotKept when the disk
        refuses.
        """
        rows = self._database.rows("SELECT value FROM notes WHERE name = ?", (self._key(name),))
        return rows[0]["value"] if rows else None

    def set(self, name: str, value: str) -> None:
        """Note a text; on disk when it returns. Raises NotKept when the disk refuses."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (self._key(name), value)
            )

    def _key(self, name: str) -> str:
        return f"provider.{self._prefix}{name}"
