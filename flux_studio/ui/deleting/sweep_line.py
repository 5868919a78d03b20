"""The line below the wall's header while it shows what was rejected: one press sweeps all of it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from flux_studio.core.search import read_search
from flux_studio.core.search_values import OneOf
from flux_studio.session.library_desk import LibraryChange, LibraryDesk
from flux_studio.ui.text_button import TextButton
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class SweepLine(QWidget):
    """Hidden unless rejected pictures are searched for and there are some. No signals: it asks the
    bin desk.
    """

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bin = library.bin
        self._is_wanted = False
        self.button = TextButton("trash-2", "accent")
        tip = self.tr("Move everything that was rejected to the bin, after a question")
        self.button.setToolTip(tooltip(tip, "Ctrl+Shift+X"))
        self.button.clicked.connect(self._bin.sweep_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l - SPACE.xs, 0, SPACE.m, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        self.hide()
        library.changed.connect(self._on_library_changed)

    def show_search(self, text: str) -> None:
        """The search as it is now."""
        wanted = any(
            each.wanted and isinstance(each.test, OneOf) and "rejected" in each.test.values
            for each in read_search(text).conditions
            if each.field == "is"
        )
        self._is_wanted = wanted
        if wanted:
            self._bin.ask_rejected(self._on_rejected)
        else:
            self.hide()

    @Slot(object)
    def _on_library_changed(self, _change: LibraryChange) -> None:
        if self._is_wanted:
            self._bin.ask_rejected(self._on_rejected)

    def _on_rejected(self, ids: list[str]) -> None:
        words = self.tr("Sweep rejected ({count})")
        self.button.show_text(words.format(count=QLocale().toString(len(ids))))
        self.setVisible(self._is_wanted and bool(ids))
