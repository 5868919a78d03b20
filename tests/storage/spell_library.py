"""pyspellchecker where it is installed; else a small package with the part of it that is used."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import sys
from pathlib import Path

import pytest

STAND_IN = '''
class _Frequency:
    def __init__(self, words):
        self.words = words

    def load_words(self, words):
        self.words |= {word.lower() for word in words}


class SpellChecker:
    """A dozen words; candidates are those that differ in one letter."""

    def __init__(self, language="en", distance=2):
        if language != "en":
            raise ValueError("no such language")
        self.word_frequency = _Frequency({"the", "fox", "snow", "light", "in", "and", "a"})

    def unknown(self, words):
        return {word.lower() for word in words} - self.word_frequency.words

    def candidates(self, word):
        near = {w for w in self.word_frequency.words if _near(w, word.lower())}
        return near or None

    def word_usage_frequency(self, word):
        return 1.0


def _near(one, other):
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other)) <= 1
'''


def bring_library(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make `import spellchecker` work in this test."""
    if importlib.util.find_spec("spellchecker") is not None:
        return
    package = folder / "spell" / "spellchecker"
    (package / "resources").mkdir(parents=True)
    (package / "__init__.py").write_text(STAND_IN)
    (package / "resources" / "en.json.gz").write_bytes(gzip.compress(b"{}"))
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.delitem(sys.modules, "spellchecker", raising=False)
    importlib.invalidate_caches()


def hide_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it look as if it were not installed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
