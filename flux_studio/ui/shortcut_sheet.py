"""The shortcut sheet (F1): every key of the studio, with a search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.shortcuts import SHORTCUTS, Shortcut, matching, window_shortcuts
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import KeyHint
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.tooltip import announce, tooltip

SIZE = (480, 600)  # px, width × height
ROW_HEIGHT = 28  # px


class ShortcutSheet(SteppedDialog):
    """Shows the table and every further action of `window` that has keys. No signals."""

    def __init__(self, window: QWidget, *, in_steps: bool = False) -> None:
        super().__init__(window)
        here = window_shortcuts()
        rest = tuple(row for row in SHORTCUTS if row not in here)
        self._rows = (*here, *further_actions(window), *rest)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.setPlaceholderText(self.tr("Search shortcuts"))
        self.search.setToolTip(tooltip(self.tr("Search by what they do or by the keys")))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search_changed)
        self.nothing = QLabel(self.tr("No shortcut matches."))
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_tone(self.nothing, "muted")
        self.nothing.hide()
        self._shown = list(self._rows)
        # Titles and lines, each with the rows for which it stands there.
        self._parts: list[tuple[QWidget, list[Shortcut]]] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, SPACE.l, SPACE.l)
        self._column.setSpacing(0)
        self._scroll = OverlayScrollArea(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, 0, 0)
        column.setSpacing(SPACE.m)
        field = QHBoxLayout()
        field.setContentsMargins(0, 0, SPACE.l, 0)
        field.addWidget(self.search)
        column.addLayout(field)
        column.addWidget(self.nothing)
        column.addWidget(self._scroll, 1)
        self.search.setFocus()
        self.begin(self._make_lines(), in_steps=in_steps)

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    def shown(self) -> list[str]:
        """The titles that are shown, from the top down."""
        return [row.title for row in self._shown]

    def _make_lines(self) -> Iterator[None]:
        """All lines, each below the title of its place."""
        for place, group in groupby(self._rows, key=lambda row: row.place):
            rows = list(group)
            self._add(_title(place), rows)
            for row in rows:
                self._add(_line(row), [row])
                yield None
        self._column.addStretch(1)

    def _add(self, part: QWidget, rows: list[Shortcut]) -> None:
        self._parts.append((part, rows))
        self._column.addWidget(part)
        part.ensurePolished()

    def _show(self, shown: list[Shortcut]) -> None:
        """Show these lines, and the titles above them."""
        before, self._shown = self._shown, shown
        for part, rows in self._parts:
            wanted = any(row in shown for row in rows)
            if wanted != any(row in before for row in rows):
                part.setVisible(wanted)
        self._scroll.setVisible(bool(shown))
        self.nothing.setVisible(not shown)

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        self._show(matching(self._rows, text))
        if not self._shown:
            announce(self.nothing, self.nothing.text())


def further_actions(window: QWidget) -> list[Shortcut]:
    """Actions of the window and its panels that have keys and are not in the table."""
    known = {keys for row in SHORTCUTS for keys in row.keys}
    found = []
    for action in window.findChildren(QAction):
        keys = tuple(each.toString() for each in action.shortcuts())
        if keys and not known.intersection(keys):
            known.update(keys)
            found.append(Shortcut("", action.text().replace("&", ""), keys))
    return found


def _title(place: str) -> QLabel:
    title = QLabel(place)
    title.setTextFormat(Qt.TextFormat.PlainText)
    title.setContentsMargins(0, SPACE.s, 0, SPACE.xs)
    set_type(title, "small")
    set_tone(title, "muted")
    return title


def _line(row: Shortcut) -> QWidget:
    line = QWidget()
    line.setFixedHeight(ROW_HEIGHT)
    line.setAccessibleName(f"{row.title}: {', '.join(row.key_words)}")
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACE.xs)
    layout.addWidget(ElidedLabel(row.title), 1)
    for keys in row.key_words:
        layout.addWidget(KeyHint(keys))
    return line
