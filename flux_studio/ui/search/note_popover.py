"""A small popup in which the note of some pictures is written."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from flux_studio.ui.search.drop_list import DropFrame
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 360  # px
LONGEST = 2000  # letters


class NotePopover(DropFrame):
    """Signal: `note_written(str)` at Enter; an empty note takes it away."""

    note_written = Signal(str)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent, is_popup=True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self.title = QLabel(title)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        set_type(self.title, "small")
        set_tone(self.title, "muted")
        self.title.setContentsMargins(SPACE.xs, SPACE.xs, SPACE.xs, 0)
        self.entry = QLineEdit()
        self.entry.setAccessibleName(title)
        self.entry.setToolTip(tooltip(self.tr("Enter keeps the note, Esc leaves it as it was")))
        self.entry.setMaxLength(LONGEST)
        self.column.addWidget(self.title)
        self.column.addWidget(self.entry)
        self.entry.returnPressed.connect(self._on_entry_return_pressed)

    def open_at(self, spot: QPoint) -> None:
        """Show it at a global place."""
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        free = (QGuiApplication.screenAt(spot) or self.screen()).availableGeometry()
        left = max(free.left(), min(spot.x(), free.right() - self.width()))
        top = max(free.top(), min(spot.y(), free.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.entry.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_note(self, note: str) -> None:
        """The note as it is; what was typed meanwhile stays."""
        if not self.entry.isModified():
            self.entry.setText(note)
            self.entry.selectAll()

    @Slot()
    def _on_entry_return_pressed(self) -> None:
        note = self.entry.text()
        self.close()
        self.note_written.emit(note)
