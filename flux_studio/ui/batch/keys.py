"""The keys of the batch window, as the table of all keys says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from flux_studio.ui.shortcuts import BATCH, SHORTCUTS

Deed = Callable[[], object]


def first_keys() -> dict[str, str]:
    """The keys that stand in the tooltip of each deed."""
    return {row.id: row.keys[0] for row in SHORTCUTS if row.where == BATCH}


def bind_keys(window: QWidget, deeds: Mapping[str, Deed]) -> None:
    """Bind all keys of the batch window. Raises KeyError for a row without a deed."""
    for row in SHORTCUTS:
        for keys in row.keys if row.where == BATCH else ():
            QShortcut(QKeySequence(keys), window).activated.connect(deeds[row.id])


def bind_table_keys(table: QWidget, deeds: Mapping[QKeySequence.StandardKey, Deed]) -> None:
    """Keys of the table alone: a cell that is edited has keys of its own."""
    for standard, deed in deeds.items():
        shortcut = QShortcut(QKeySequence(standard), table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(deed)
