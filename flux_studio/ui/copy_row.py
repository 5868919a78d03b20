"""One fact too long for its column, such as a task's id: cut in the middle, copied whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from flux_studio.ui.style import set_tone
from flux_studio.ui.tokens import SHAPE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.key_value_rows import KeyValueRows
from flux_studio.ui.widgets.tooltip import announce


class CopyRow(QWidget):
    """A label, a value and a button that copies the value (none without a `copy_tip`). No
    signals.
    """

    def __init__(
        self, label: str, copy_tip: str, *, label_width: int = KeyValueRows.LABEL_WIDTH,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._label = QLabel(label)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setFixedWidth(label_width)
        set_tone(self._label, "muted")
        self._value = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        for each in (self._label, self._value):
            each.setProperty("type", "fact")
        self._value.setContentsMargins(2, 0, 0, 0)  # as values that can be selected stand
        self.setMinimumHeight(SHAPE.target)
        name = copy_tip or self.tr("Copy")
        self.copy = IconButton("copy", name, name, edge=SHAPE.target)
        self.copy.setVisible(bool(copy_tip))
        self.copy.clicked.connect(self._on_copy_clicked)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._label)
        row.addWidget(self._value, 1)
        row.addWidget(self.copy)

    def show_value(self, value: str) -> None:
        """Show `value`; an empty one hides the row."""
        self._value.setText(value)
        self.setVisible(bool(value))

    def add_tool(self, tool: QWidget) -> None:
        """Put another button behind the value."""
        self._row.addWidget(tool)

    def value(self) -> str:
        return self._value.text()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.value())
        announce(self, self.tr("Copied"))
