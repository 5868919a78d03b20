"""All words of the library in memory, so that a part of a word is found without an index of parts,
which would double the database.

The words come from the text index, once; those of newer pictures are read from their rows.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Sequence

MOST_WORDS = 1_000  # words that one fragment stands for
_WORD = re.compile(r"[^\W_]+")
Ask = Callable[[str, Sequence[object]], list[sqlite3.Row]]


class LibraryWords:
    """Thread-safe. Words of a note that was written after the first look are found by their
    beginning only, until the next start.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._words: set[str] = set()
        self._last = -1

    def inside(self, fragment: str) -> list[str] | None:
        """The words with the fragment inside, not at their start; None when there are too many for
        one question. Blocking: the first question takes as long as reading the index.
        """
        wanted = folded(fragment)
        with self._lock:
            self._read()
            found = [word for word in self._words if wanted in word and not word.startswith(wanted)]
        return found if len(found) <= MOST_WORDS else None

    def prepare(self) -> None:
        """Read the words before somebody asks for one."""
        with self._lock:
            self._read()

    def _read(self) -> None:
        last = self._ask("SELECT IFNULL(MAX(number), 0) FROM generations", ())[0][0]
        if self._last < 0:
            self._words = {row[0] for row in self._ask("SELECT term FROM words", ())}
        elif last > self._last:
            sql = "SELECT prompt, note FROM generations WHERE number > ?"
            for prompt, note in self._ask(sql, (self._last,)):
                self._words.update(_WORD.findall(folded(f"{prompt} {note}")))
        self._last = last


def folded(text: str) -> str:
    """Small letters without accents, as the index keeps its words."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
