"""Spell check: offline, with the word lists that come with its library.

Where somebody left the library out there is nothing to choose, and `why_not` says so.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flux_studio.storage.atomic import write_atomic

LIBRARY = "spellchecker"  # the module of pyspellchecker
MOST_SUGGESTIONS = 5
_ENDING = ".json.gz"  # of the library's word lists, one a language


def why_not() -> str:
    """Why nothing can be checked, as a sentence; '' when it can."""
    if importlib.util.find_spec(LIBRARY) is None:
        return "Spell check needs the package pyspellchecker, which is not installed."
    return ""


def languages() -> tuple[str, ...]:
    """The languages that can be checked, as two letters: those the library brings."""
    spec = importlib.util.find_spec(LIBRARY)
    if spec is None or spec.origin is None:
        return ()
    folder = Path(spec.origin).parent / "resources"
    names = (path.name.removesuffix(_ENDING) for path in folder.glob(f"*{_ENDING}"))
    return tuple(sorted(names))


class Speller:
    """The words of one language, and a file of one's own words. Blocking; takes a third of a second
    to make. Raises ImportError or ValueError where the language cannot be had.
    """

    def __init__(self, language: str, own_words: Path) -> None:
        self._own = own_words
        # Edits of one letter: more of them takes seconds for a long word.
        self._checker: Any = importlib.import_module(LIBRARY).SpellChecker(
            language=language, distance=1
        )
        self._checker.word_frequency.load_words(read_own_words(own_words))

    def unknown(self, words: Iterable[str]) -> set[str]:
        """Those that are in no list, whatever the case."""
        asked = list(words)
        found: set[str] = self._checker.unknown(asked)
        return {word for word in asked if word.lower() in found}

    def suggestions(self, word: str) -> tuple[str, ...]:
        """What may have been meant, the likeliest first."""
        candidates = self._checker.candidates(word) or ()
        likely = sorted(candidates, key=self._checker.word_usage_frequency, reverse=True)
        whole = [each.capitalize() if word[:1].isupper() else each for each in likely]
        return tuple(each for each in whole if each != word)[:MOST_SUGGESTIONS]

    def keep(self, word: str) -> None:
        """Add a word to one's own. Raises OSError."""
        words = dict.fromkeys((*read_own_words(self._own), word))
        write_atomic(self._own, ("\n".join(words) + "\n").encode())
        self._checker.word_frequency.load_words([word])


def read_own_words(path: Path) -> list[str]:
    """One's own words, a line each; none where the file cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [line.strip() for line in lines if line.strip()]
