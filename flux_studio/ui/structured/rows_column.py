"""Fields below each other, and fields that hold fields: a camera, a subject, anything nested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from flux_studio.core.prompt.structured import Path, Row, RowKind
from flux_studio.ui.structured.editing import Editing
from flux_studio.ui.structured.field_row import NAME_WIDTH, FieldRow
from flux_studio.ui.structured.field_words import field_name, whole_name
from flux_studio.ui.structured.palette_row import PaletteRow
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

RowWidget = Union[FieldRow, PaletteRow, "GroupBlock", "SubjectsBlock"]

_ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


class RowsColumn(QWidget):
    """Renders rows in their order. A row that stays keeps its widget, and so the keyboard. No
    signals.
    """

    def __init__(self, editing: Editing, *, named: bool = True) -> None:
        """`named` is off where a row's name stands above it already."""
        super().__init__()
        self._editing = editing
        self._named = named
        self._widgets: dict[Path, RowWidget] = {}
        self._kinds: dict[Path, RowKind] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE.xs)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; where there is no time for all that are new, the next turn goes on."""
        wanted = [row.path for row in rows]
        for path in [path for path in self._widgets if path not in wanted]:
            self._drop(path)
        for at, row in enumerate(rows):
            if not self._fits(row):
                self._drop(row.path)
            widget = self._widgets.get(row.path)
            if widget is None:
                if not self._editing.may_build():
                    return
                widget = self._make(row)
                self._widgets[row.path], self._kinds[row.path] = widget, row.kind
                self._column.insertWidget(at, widget)
                self._editing.reshaped.emit()
            elif self._column.indexOf(widget) != at:
                self._column.insertWidget(at, widget)
                self._editing.reshaped.emit()
            if self._kinds[row.path] is row.kind:
                widget.show_row(row)

    def widget_at(self, path: Path) -> RowWidget | None:
        """The innermost row at a path."""
        for own, widget in self._widgets.items():
            if path == own:
                return widget
            if path[: len(own)] == own and isinstance(widget, GroupBlock | SubjectsBlock):
                return widget.rows.widget_at(path)
        return None

    def _fits(self, row: Row) -> bool:
        """Whether the row's widget can stay. One that is being written in stays in any case."""
        kind = self._kinds.get(row.path)
        if kind is None or kind is row.kind:
            return True
        widget = self._widgets[row.path]
        return isinstance(widget, FieldRow) and widget.box.hasFocus()

    def _drop(self, path: Path) -> None:
        widget = self._widgets.pop(path)
        del self._kinds[path]
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        self._editing.reshaped.emit()

    def _make(self, row: Row) -> RowWidget:
        match row.kind:
            case RowKind.PALETTE:
                return PaletteRow(self._editing, row, NAME_WIDTH)
            case RowKind.SUBJECTS:
                return SubjectsBlock(self._editing, row)
            case RowKind.GROUP:
                return GroupBlock(self._editing, row)
        if row.path[-2:-1] == ("subjects",):  # a subject that is words alone
            return GroupBlock(self._editing, row)
        return FieldRow(self._editing, row, named=self._named)


class SubjectsBlock(QWidget):
    """The subjects, each a card, with a button for another one."""

    def __init__(self, editing: Editing, row: Row) -> None:
        super().__init__()
        self.rows = RowsColumn(editing)
        self.add = IconButton(
            "plus",
            self.tr("Add a subject"),
            self.tr("Add a subject"),
            edge=24,
        )
        self.add.clicked.connect(editing.add_subject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE.xs)
        column.setSpacing(SPACE.xs)
        column.addLayout(_head(field_name(row.path), [self.add], strong=True))
        column.addWidget(self.rows)

    def show_row(self, row: Row) -> None:
        self.rows.show_rows(row.rows)


class GroupBlock(QFrame):
    """Fields that belong together under their name. A subject can be moved, with Alt+Shift+↑ and
    Alt+Shift+↓ too; all but the camera can be removed.
    """

    def __init__(self, editing: Editing, row: Row) -> None:
        super().__init__()
        self._editing = editing
        self.path: Path = row.path
        self._is_item = isinstance(row.path[-1], int)
        self.setProperty("card", self._is_item)
        self.rows = RowsColumn(editing, named=row.kind is RowKind.GROUP)
        self.name = NameField(self, hides=True)
        words = self.tr("Name of a new field in {name}").format(name=whole_name(row.path))
        self.name.setAccessibleName(words)
        self.name.returnPressed.connect(self._on_name_given)
        self.buttons = self._tools(row)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE.xs)
        if self._is_item:
            column.setContentsMargins(SPACE.s, SPACE.xs, SPACE.xs, SPACE.s)
        else:
            column.setContentsMargins(0, SPACE.xs, 0, 0)
        column.addLayout(_head(field_name(row.path), self.buttons, strong=not self._is_item))
        column.addWidget(self.rows)
        column.addWidget(self.name)
        self.name.hide()
        self.show_row(row)

    def show_row(self, row: Row) -> None:
        inner = row.rows if row.kind is RowKind.GROUP else (row,)
        if row.kind is RowKind.GROUP:
            self.rows.show_rows(inner)
        else:
            self._show_words(row)
        at, count = self._editing.place_of(self.path)
        if self._is_item:
            for button, on in zip(
                self.buttons[1:], (at > 0, at + 1 < count, count > 0), strict=True
            ):
                if button.isEnabled() != on:
                    button.setEnabled(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        by = arrows.get(Qt.Key(event.key()), 0)
        if self._is_item and by and event.modifiers() & _ALT_SHIFT == _ALT_SHIFT:
            self._move(by)
        else:
            super().keyPressEvent(event)

    def _show_words(self, row: Row) -> None:
        found = self.findChild(FieldRow)
        if found is None:
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout), "it was made so"
            layout.insertWidget(1, FieldRow(self._editing, row, named=False))
        else:
            found.show_row(row)

    def _tools(self, row: Row) -> list[IconButton]:
        name = whole_name(self.path)
        made = []
        if row.kind is RowKind.GROUP:
            words = self.tr("Add a field to {name}").format(name=name)
            made.append(_tool("plus", words, words, self._ask_name))
        else:
            words = self.tr("Write {name} as fields").format(name=name)
            made.append(_tool("list", words, words, self._make_fields))
        if self._is_item:
            up = self.tr("Move {name} up").format(name=name)
            down = self.tr("Move {name} down").format(name=name)
            made.append(_tool("arrow-up", up, up, lambda: self._move(-1), "Alt+Shift+Up"))
            made.append(_tool("arrow-down", down, down, lambda: self._move(1), "Alt+Shift+Down"))
        if self.path != ("camera",):
            words = self.tr("Remove {name}").format(name=name)
            made.append(_tool("x", words, words, lambda: self._editing.remove(self.path)))
        return made

    def _make_fields(self) -> None:
        """A subject of words alone gets fields; its words are the description."""
        inner = self._editing.structured
        node = inner.node(self.path)
        if node is not None:
            self._editing.write_json(
                self.path, f'{{"description": {inner.text[node.start : node.end]}}}'
            )

    def _move(self, by: int) -> None:
        at, count = self._editing.place_of(self.path)
        to = at + by
        if 0 <= to < count:
            self._editing.move(self.path, to)
            self._editing.moved_to.emit((*self.path[:-1], to))

    @Slot()
    def _ask_name(self) -> None:
        self.name.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_name_given(self) -> None:
        name = self.name.text().strip()
        self.name.clear()
        self.name.hide()
        if name:
            self._editing.add_field(self.path, name)


class NameField(QLineEdit):
    """Where the name of a new field is written. Escape leaves it. Signals: those of QLineEdit."""

    def __init__(self, parent: QWidget, *, hides: bool = False) -> None:
        """With `hides` it goes away when it is left."""
        super().__init__(parent)
        self._hides = hides
        self.setAccessibleName(self.tr("Name of a new field"))
        self.setPlaceholderText(self.tr("Name of a new field"))
        self.setToolTip(tooltip(self.tr("Its name, then Enter")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.text() or self._hides):
            self.clear()
            self.setVisible(not self._hides)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.returnPressed.emit()  # and no button of a dialog is pressed by it
        else:
            super().keyPressEvent(event)


def _tool(icon: str, name: str, tip: str, slot: object, shortcut: str = "") -> IconButton:
    button = IconButton(icon, name, tip, shortcut, edge=24)
    button.clicked.connect(slot)
    return button


def _head(words: str, tools: Sequence[IconButton], *, strong: bool = False) -> QHBoxLayout:
    label = ElidedLabel(words)
    set_type(label, "small", strong=strong)
    set_tone(label, "muted")
    row = QHBoxLayout()
    row.setSpacing(SPACE.xs)
    row.addWidget(label, 1)
    for tool in tools:
        row.addWidget(tool)
    return row
