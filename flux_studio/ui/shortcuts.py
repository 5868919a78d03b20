"""All keys of the studio in one table: what they do, which they are, and where they work.

The window makes its actions from the rows of `WINDOW`; panels bind their own keys and the sheet
(F1) shows all of them. Command stands for Ctrl on macOS, which Qt does by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.ui.widgets.tooltip import shortcut_text

WINDOW = QT_TRANSLATE_NOOP("Shortcuts", "Anywhere")
PROMPT = QT_TRANSLATE_NOOP("Shortcuts", "Prompt")
WALL = QT_TRANSLATE_NOOP("Shortcuts", "Wall and viewer")
PICTURE = QT_TRANSLATE_NOOP("Shortcuts", "Chosen picture")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One row. `keys` are in Qt's portable form, several of them in the order of preference."""

    id: str
    text: str
    keys: tuple[str, ...]
    where: str = WINDOW

    @property
    def title(self) -> str:
        """What it does, translated."""
        return QCoreApplication.translate("Shortcuts", self.text)

    @property
    def place(self) -> str:
        """Where it works, translated."""
        return QCoreApplication.translate("Shortcuts", self.where)

    @property
    def key_words(self) -> tuple[str, ...]:
        """The keys as this system writes them."""
        return tuple(shortcut_text(each) or each for each in self.keys)


def _row(id_: str, text: str, *keys: str, where: str = WINDOW) -> Shortcut:
    return Shortcut(id_, text, keys, where)


SHORTCUTS = (
    _row("generate", QT_TRANSLATE_NOOP("Shortcuts", "Generate"), "Ctrl+Return"),
    _row(
        "generate_front",
        QT_TRANSLATE_NOOP("Shortcuts", "Generate at the front of the queue"),
        "Ctrl+Shift+Return",
    ),
    _row("prompt", QT_TRANSLATE_NOOP("Shortcuts", "Go to the prompt"), "Ctrl+L"),
    _row("search", QT_TRANSLATE_NOOP("Shortcuts", "Search"), "Ctrl+F"),
    _row("jobs", QT_TRANSLATE_NOOP("Shortcuts", "Show all jobs"), "Ctrl+J"),
    _row("keys", QT_TRANSLATE_NOOP("Shortcuts", "Keys"), "Ctrl+Shift+,"),
    _row("settings", QT_TRANSLATE_NOOP("Shortcuts", "Settings"), "Ctrl+,"),
    _row("shortcuts", QT_TRANSLATE_NOOP("Shortcuts", "Keyboard shortcuts"), "F1"),
    _row("full_screen", QT_TRANSLATE_NOOP("Shortcuts", "Full screen"), "F11"),
    _row("composer", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the composer"), "Ctrl+1"),
    _row("inspector", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the inspector"), "Ctrl+2"),
    _row("jobs_bar", QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the jobs"), "Ctrl+3"),
    _row("layout", QT_TRANSLATE_NOOP("Shortcuts", "Restore the layout"), "Ctrl+0"),
    _row("quit", QT_TRANSLATE_NOOP("Shortcuts", "Quit"), "Ctrl+Q"),
    _row("view", QT_TRANSLATE_NOOP("Shortcuts", "View the picture"), "Return", where=WALL),
    _row("back", QT_TRANSLATE_NOOP("Shortcuts", "Back to the wall"), "Esc", where=WALL),
)


def window_shortcuts() -> tuple[Shortcut, ...]:
    """The rows that the window binds."""
    return tuple(row for row in SHORTCUTS if row.where == WINDOW)


def matching(rows: Iterable[Shortcut], text: str) -> list[Shortcut]:
    """Rows with every word of `text` in their title, place or keys, whatever the case."""
    words = text.casefold().split()
    return [row for row in rows if all(word in _haystack(row) for word in words)]


def _haystack(row: Shortcut) -> str:
    return " ".join((row.title, row.place, *row.keys, *row.key_words)).casefold()
