"""Facts in two columns, as the inspector shows them: what it is, and what it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from flux_studio.ui.style import Tone, set_tone
from flux_studio.ui.widgets.tooltip import tooltip


@dataclass(frozen=True, slots=True)
class Row:
    """One fact. `tip` is shown on hover; it may be longer than the value."""

    label: str
    value: str
    tone: Tone = "text"
    tip: str = ""


class KeyValueRows(QWidget):
    """Rows of label and value. Values are plain text that mouse and keyboard can select and copy.

    No signals. Rows are reused from one picture to the next, so nothing flickers.
    """

    LABEL_WIDTH = 82  # px, at 12 px type; wide enough for "Repeatable"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnMinimumWidth(0, self.LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._cells: list[tuple[QLabel, QLabel]] = []

    def make_room(self, count: int) -> None:
        """Have so many rows ready, out of sight: to make them takes most of the time of showing
        them.
        """
        while len(self._cells) < count:
            self._add_cells()
            for cell in self._cells[-1]:
                cell.setText(" ")  # the first text builds what lays it out
                cell.hide()
                cell.ensurePolished()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show exactly `rows`, in this order."""
        while len(self._cells) < len(rows):
            self._add_cells()
        for (label, value), row in zip(self._cells, rows, strict=False):
            label.setText(row.label)
            if value.text() != row.value:
                value.setText(row.value)
            set_tone(value, row.tone)
            value.setToolTip(tooltip(row.tip))
        for at, cells in enumerate(self._cells):
            for cell in cells:
                cell.setVisible(at < len(rows))

    def show_label_width(self, width: int) -> None:
        """Give the labels another width, in px."""
        self._grid.setColumnMinimumWidth(0, width)

    def rows(self) -> list[tuple[str, str]]:
        """What is shown, as (label, value)."""
        return [
            (label.text(), value.text()) for label, value in self._cells if not value.isHidden()
        ]

    def _add_cells(self) -> None:
        label, value = QLabel(self), QLabel(self)
        for cell in (label, value):
            cell.setTextFormat(Qt.TextFormat.PlainText)
            cell.setProperty("type", "fact")
            cell.setIndent(0)
        set_tone(label, "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        label.setContentsMargins(0, 2, 0, 2)  # the room of the value's focus ring: lines meet
        value.setProperty("selectable", True)
        value.setProperty("tone", "text")  # before it is polished, which is not done twice then
        value.setWordWrap(True)
        value.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        at = len(self._cells)
        self._grid.addWidget(label, at, 0)
        self._grid.addWidget(value, at, 1)
        self._cells.append((label, value))
