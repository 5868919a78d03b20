"""The palette: its colours as chips, and a field to write another one into."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QSizePolicy, QWidget

from flux_studio.core.prompt.structured import Path, Row
from flux_studio.core.prompt.tokens import HEX, whole_hex
from flux_studio.ui.composer.prompt_offers import FIRST_COLOR, noted_colors
from flux_studio.ui.composer.prompt_pointer import ask_color
from flux_studio.ui.search.flow import FlowLayout
from flux_studio.ui.structured.editing import Editing
from flux_studio.ui.structured.field_words import field_name
from flux_studio.ui.style import current_colors, set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_SWATCH = 14  # px
_ICON = 18  # px, of the swatch and the room beside it
_LINE = 30  # px
_FIELD = 96  # px, the narrowest the field may be
_MOST_OFFERED = 24
_LONGEST = 18  # characters on a chip


class ColorChip(QPushButton):
    """One entry. A click changes a colour and edits other words; Delete removes it, Alt+← and
    Alt+→ move it, F2 edits it as text. Signals: `change_asked()`, `text_asked()`,
    `remove_asked()`, `move_asked(int)` by how many places.
    """

    change_asked = Signal()
    text_asked = Signal()
    remove_asked = Signal()
    move_asked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self.color = ""
        set_look(self, "chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(_ICON, _SWATCH))
        self.clicked.connect(self._on_clicked)

    def show_words(self, words: str) -> None:
        self.words = words
        self.color = whole_hex(words) if HEX.fullmatch(words) else ""
        cut = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        self.setText(cut.replace("&", "&&"))
        self.setIcon(_swatch(self.color) if self.color else QIcon())
        self.setAccessibleName(self.tr("Palette colour {words}").format(words=words))
        tip = self.tr("Enter changes it, F2 edits its text, Delete removes it, Alt+arrows move it")
        self.setToolTip(tooltip(f"{words}\n{tip}"))
        self.setAccessibleDescription(tip)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.remove_asked.emit()
            case Qt.Key.Key_F2:
                self.text_asked.emit()
            case Qt.Key.Key_Left if alt:
                self.move_asked.emit(-1)
            case Qt.Key.Key_Right if alt:
                self.move_asked.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self.click()
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows: tuple[tuple[str, Callable[[], None]], ...] = (
            (self.tr("Change the colour…"), self.change_asked.emit),
            (self.tr("Edit as text"), self.text_asked.emit),
            (self.tr("Move left"), lambda: self.move_asked.emit(-1)),
            (self.tr("Move right"), lambda: self.move_asked.emit(1)),
            (self.tr("Remove"), self.remove_asked.emit),
        )
        for words, slot in rows:
            menu.addAction(words).triggered.connect(slot)
        menu.popup(event.globalPos())

    def _on_clicked(self) -> None:
        (self.change_asked if self.color else self.text_asked).emit()


class PaletteRow(QWidget):
    """Renders a row of kind PALETTE. No signals: it asks the form's `Editing`."""

    def __init__(self, editing: Editing, row: Row, name_width: int) -> None:
        super().__init__()
        self._editing = editing
        self.path: Path = row.path
        self._edited: int | None = None  # the place of the entry that is edited as text
        self.chips: list[ColorChip] = []
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Add a palette colour"))
        self.field.setPlaceholderText(self.tr("#E0A030 or words"))
        tip = self.tr("A colour and Enter; several with commas between them")
        self.field.setToolTip(tooltip(tip))
        self.field.setMinimumWidth(_FIELD)
        self.field.setMaximumWidth(2 * _FIELD)
        self.field.editingFinished.connect(self._on_editing_finished)
        self.field.installEventFilter(self)
        self.pick = IconButton(
            "pipette",
            self.tr("Pick a palette colour"),
            self.tr("Recent colours, those of the project and of references, and any other"),
            edge=24,
        )
        self.pick.setFixedSize(self.pick.width(), _LINE)
        self.pick.clicked.connect(self.open_colors)
        self._lay_out(name_width)
        self.show_row(row)

    def show_row(self, row: Row) -> None:
        words = [each.words for each in row.rows]
        if words == [chip.words for chip in self.chips]:
            return
        while len(self.chips) > len(words):
            chip = self.chips.pop()
            if chip.hasFocus():
                (self.chips[-1] if self.chips else self.field).setFocus()
            self._flow.removeWidget(chip)
            chip.deleteLater()
        while len(self.chips) < len(words):
            self._add_chip()
        for chip, each in zip(self.chips, words, strict=True):
            if chip.words != each:
                chip.show_words(each)
        self._flow.invalidate()
        self.updateGeometry()
        self._editing.reshaped.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the empty field ← goes to the last chip, and Escape leaves an entry as it was."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            at_start = not self.field.cursorPosition() and not self.field.hasSelectedText()
            back = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Backspace)
            if back and at_start and self.chips and self._edited is None:
                self.chips[-1].setFocus(Qt.FocusReason.BacktabFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self._edited = None
                self.field.clear()
                return True
        return False

    @Slot()
    def open_colors(self) -> None:
        """Offer colours that were noted somewhere, and the colour dialog."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found: dict[str, str] = {}
        for color, note in noted_colors(self._editing.studio):
            found.setdefault(color, note)
        for color, note in list(found.items())[:_MOST_OFFERED]:
            action = menu.addAction(_swatch(color), f"{color}  {note}".replace("&", "&&"))
            action.triggered.connect(lambda _, color=color: self._add(color))
        if found:
            menu.addSeparator()
        menu.addAction(self.tr("Choose a colour…")).triggered.connect(self._on_other_asked)
        menu.popup(self.pick.mapToGlobal(QPoint(0, self.pick.height())))

    def _lay_out(self, name_width: int) -> None:
        label = ElidedLabel(field_name(self.path))
        set_type(label, "small")
        set_tone(label, "muted")
        label.setFixedSize(name_width, _LINE)
        inside = QWidget()
        self._flow = FlowLayout(inside)
        self._flow.addWidget(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(inside, 1)
        row.addWidget(self.pick, 0, Qt.AlignmentFlag.AlignTop)

    def _add_chip(self) -> None:
        chip = ColorChip(self)
        place = len(self.chips)
        chip.change_asked.connect(lambda: self._on_change_asked(place))
        chip.text_asked.connect(lambda: self._on_text_asked(place))
        chip.remove_asked.connect(lambda: self._editing.remove((*self.path, place)))
        chip.move_asked.connect(lambda by: self._on_move_asked(place, by))
        self._flow.takeAt(self._flow.count() - 1)  # the field stays last
        self._flow.addWidget(chip)
        self._flow.addWidget(self.field)
        chip.show()
        self.chips.append(chip)

    def _add(self, words: str) -> None:
        self._editing.write((*self.path, len(self.chips)), words)

    def _on_other_asked(self) -> None:
        colors = self._offered()
        ask_color(self.window(), next(iter(colors), FIRST_COLOR), colors, self._add)

    def _on_change_asked(self, place: int) -> None:
        words = self.chips[place].words

        def change(color: str) -> None:
            still = place < len(self.chips) and self.chips[place].words == words
            if still:  # the palette may have gone on meanwhile
                self._editing.write((*self.path, place), color)

        first = self.chips[place].color or FIRST_COLOR
        ask_color(self.window(), first, self._offered(), change)

    def _on_text_asked(self, place: int) -> None:
        self._edited = place
        self.field.setText(self.chips[place].words)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _on_move_asked(self, place: int, by: int) -> None:
        to = place + by
        if 0 <= to < len(self.chips):
            self._editing.move((*self.path, place), to)
            self.chips[to].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_editing_finished(self) -> None:
        """What was written counts with Enter, and when the keyboard goes elsewhere."""
        place, self._edited = self._edited, None
        words = self.field.text().strip()
        self.field.clear()
        if place is not None and place < len(self.chips):
            if words:
                self._editing.write((*self.path, place), words)
            else:
                self._editing.remove((*self.path, place))
            return
        for each in _entries(words):
            self._add(each)

    def _offered(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(color for color, _ in noted_colors(self._editing.studio)))


def _entries(words: str) -> list[str]:
    """What stands between commas; braces keep theirs."""
    found, depth = [""], 0
    for sign in words:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth <= 0:
            found.append("")
        else:
            found[-1] += sign
    return [each.strip() for each in found if each.strip()]


def _swatch(color: str) -> QIcon:
    picture = QPixmap(2 * _ICON, 2 * _SWATCH)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(current_colors().edge))
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _SWATCH - 1, _SWATCH - 1), 3, 3)
    painter.end()
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Disabled)  # a colour stays one while the form waits
    return made
