"""The form of a structured prompt: its fields from the scene to the camera, and any other."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QVBoxLayout, QWidget

from flux_studio.core.prompt.json_text import JsonFault
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.structured import (
    Path,
    Structured,
    put_right,
    read_structured,
    rows_of,
    structured_text,
)
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.structured.editing import Editing
from flux_studio.ui.structured.field_box import FieldBox
from flux_studio.ui.structured.field_row import FieldRow
from flux_studio.ui.structured.palette_row import PaletteRow
from flux_studio.ui.structured.rows_column import GroupBlock, NameField, RowsColumn, SubjectsBlock
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.problem_line import ProblemLine


class StructuredForm(QWidget):
    """Renders the prompt as fields. While its JSON cannot be read the fields stay as they were, to
    be read only, and say so.

    Signals: `prompt_changed(str)` when a field changed; `reshaped()` when there are other controls
    than before; `pictures_pasted(QMimeData)`.
    """

    prompt_changed = Signal(str)
    reshaped = Signal()
    pictures_pasted = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Prompt as a form"))
        self.editing = Editing(studio, self)
        self.editing.edited.connect(self.prompt_changed)
        self.editing.added.connect(self.go_to)
        self.editing.moved_to.connect(self._on_moved)
        self.editing.reshaped.connect(self._on_reshaped)
        self.editing.pictures_pasted.connect(self.pictures_pasted)
        self._text: str | None = None
        self._boxes: list[FieldBox] = []
        self._locked = False
        self._goal: Path | None = None
        self._building = QTimer(self, singleShot=True, interval=0)
        self._building.timeout.connect(self._on_building)
        self._is_new = True  # there are boxes that know nothing of references yet
        self.waiting = ProblemLine()
        self.waiting.offer_taken.connect(self._on_repair_asked)
        self.rows = RowsColumn(self.editing)
        self.name = NameField(self)
        self.name.setPlaceholderText(self.tr("Add a field: its name, then Enter"))
        self.name.returnPressed.connect(self._on_name_given)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        for part in (self.waiting, self.rows, self.name):
            column.addWidget(part)

    def show_state(self, state: StudioState) -> None:
        """Render the prompt of a state. What is being typed stays as it is."""
        self._show_text(state.draft.prompt)
        if self._is_new:
            self._boxes = self.findChildren(FieldBox)
            self._lock(self._locked)
            self._is_new = False
        reads = state.draft.expansion is not ExpansionMode.OFF
        for box in self.boxes():
            box.highlighter.show_references(len(state.draft.references))
            box.highlighter.show_reading(reads=reads, is_json=False)
        self.editing.show_state(state)

    def is_whole(self) -> bool:
        """Whether all rows are there; a large form takes some turns of the event loop."""
        return self.editing.is_whole

    def boxes(self) -> list[FieldBox]:
        """All boxes to write in, in no order."""
        return self._boxes

    @Slot(object)
    def go_to(self, path: Path) -> None:
        """Give the keyboard to a field."""
        row = self.rows.widget_at(path)
        if row is None and not self.editing.is_whole:
            self._goal = path
        while isinstance(row, GroupBlock | SubjectsBlock):
            row = row.findChild(FieldRow)
        if isinstance(row, FieldRow):
            row.box.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(row, PaletteRow):
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus(self) -> None:
        """Give the keyboard to the field that had it last, at first to the scene."""
        if self.editing.last_box is not None:
            self.editing.last_box.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.go_to(("scene",))

    def has_keyboard(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def type_name(self, number: int) -> None:
        """Write `@imageN` where the keyboard was last."""
        self.focus()
        if self.editing.last_box is not None:
            self.editing.last_box.type_name(number)

    def change_color_at_caret(self) -> None:
        """Change the colour in the field that has the keyboard."""
        box = self.editing.last_box
        offers = self.editing.offers_of(box) if box is not None else None
        if offers is not None:
            offers.pointer.change_color_at_caret()

    def _show_text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        found = read_structured(text)
        if isinstance(found, Structured):
            self.editing.structured = found
            self._build()
            self._lock(False)
            self.waiting.clear()
        else:
            self._lock(True)
            self._say_waiting(found)

    @Slot()
    def _build(self) -> None:
        """Bring the rows into step; what this turn has no time for comes in the next."""
        self.editing.begin_turn()
        self.rows.show_rows(rows_of(self.editing.structured))
        if not self.editing.is_whole:
            self._building.start()
        elif self._goal is not None:
            goal, self._goal = self._goal, None
            self.go_to(goal)

    @Slot()
    def _on_building(self) -> None:
        self._build()
        self.show_state(self.editing.studio.state)

    def _say_waiting(self, fault: JsonFault | None) -> None:
        words = self.tr("The prompt is text now, so the form waits.")
        offer = self.tr("Make it JSON")
        if fault is not None:
            words = self.tr("The form waits until the JSON can be read.")
            can = put_right(self._text or "") is not None
            offer = self.tr("Put it right") if can else ""
        self.waiting.show_problem(words, tone="warn", offer=offer)

    def _lock(self, on: bool) -> None:
        if on == self._locked and not self._is_new:
            return
        self._locked = on
        for box in self.boxes():
            box.setReadOnly(on)
        for field in self.findChildren(QLineEdit):
            field.setReadOnly(on)
        for button in self.rows.findChildren(QAbstractButton):
            if on:
                button.setProperty("was_on", button.isEnabled())
                button.setEnabled(False)
            elif button.property("was_on") is not None:
                button.setEnabled(bool(button.property("was_on")))
                button.setProperty("was_on", None)

    @Slot()
    def _on_repair_asked(self) -> None:
        text = self._text or ""
        right = put_right(text)
        if right is None and read_structured(text) is None:
            right = structured_text(text)
        if right is not None:
            self.prompt_changed.emit(right)

    @Slot(object)
    def _on_moved(self, path: Path) -> None:
        """The keyboard goes along with a subject that moved."""
        box = self.editing.last_box
        own = box.parentWidget() if box is not None and box.hasFocus() else None
        inner = own.path[len(path) :] if isinstance(own, FieldRow) else ()
        self.go_to((*path, *inner))

    @Slot()
    def _on_reshaped(self) -> None:
        self._is_new = True
        self.reshaped.emit()

    @Slot()
    def _on_name_given(self) -> None:
        name = self.name.text().strip()
        if name and not self._locked:
            self.name.clear()
            self.editing.add_field((), name)
