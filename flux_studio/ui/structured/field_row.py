"""One field of the form: its name, its words, and where there are some, values to choose from."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from flux_studio.core.prompt.structured import Path, Row, RowKind, is_known
from flux_studio.core.prompt.structured_edits import is_json
from flux_studio.ui.structured.editing import Editing
from flux_studio.ui.structured.field_box import FieldBox
from flux_studio.ui.structured.field_words import (
    field_hint,
    field_name,
    field_values,
    has_value,
    whole_name,
    with_value,
)
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

NAME_WIDTH = 76  # px
_SCENE_LINES = 3
_LINE = 28  # px, of the name beside the first line
_NAME_ABOVE = 20  # px
_TOOL = 24  # px


class FieldRow(QWidget):
    """Renders a row of kind TEXT or JSON. No signals: it asks the form's `Editing`."""

    def __init__(self, editing: Editing, row: Row, *, named: bool = True) -> None:
        """`named` is off where the name stands above already."""
        super().__init__()
        self._editing = editing
        self.path: Path = row.path
        self._is_json = row.kind is RowKind.JSON
        self._is_plain = row.is_plain
        self._shown = ""
        lines = _SCENE_LINES if row.path == ("scene",) else 1
        self.box = FieldBox(whole_name(row.path), lines=lines, parent=self)
        self.box.setPlaceholderText(field_hint(row.path))
        tip = field_name(row.path) if not self._is_json else self.tr("JSON, as it is sent")
        self.box.setToolTip(tooltip(tip))
        self.box.prompt_changed.connect(self._on_prompt_changed)
        self.box.entered.connect(lambda: editing.attend(self.box))
        self.box.newer_asked.connect(self.open_values)
        self.destroyed.connect(lambda _=None, box=self.box: editing.forget(box))
        self.problem = ProblemLine()
        self.values: IconButton | None = None
        self._lay_out(named)
        self.show_row(row)

    def show_row(self, row: Row) -> None:
        """Show the words of `row`, whose path this is; what is being typed is left alone."""
        if row.words == self._shown:
            return
        self._shown = row.words
        self._is_plain = row.is_plain
        self.box.show_prompt(row.words)
        self._show_problem("")

    @Slot()
    def open_values(self) -> None:
        """Offer what is often written here."""
        offered = field_values(self.path)
        if not offered or self.box.isReadOnly():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value in offered:
            action = menu.addAction(value.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(has_value(self.box.prompt(), value))
            action.triggered.connect(lambda _, value=value: self._take(value))
        menu.popup(self.box.mapToGlobal(QPoint(0, self.box.height())))

    def _take(self, value: str) -> None:
        words = with_value(self.box.prompt(), value)
        self.box.show_prompt(words)
        self._on_prompt_changed(words)
        self.box.put_caret(len(words))

    def _lay_out(self, named: bool) -> None:
        """The name stands before the words, of the scene above them."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        row = QHBoxLayout()
        row.setSpacing(SPACE.xs)
        is_scene = self.path == ("scene",)
        if is_scene:
            column.setSpacing(0)
            column.addWidget(self._name(_NAME_ABOVE))
        elif named:
            row.addWidget(self._name(_LINE), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.box, 1)
        tool = self._tool()
        if tool is not None:
            tool.setFixedSize(_TOOL, _LINE)  # in the middle of the first line
            row.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        elif named and not is_scene:
            row.addSpacing(_TOOL + SPACE.xs)  # all fields end at the same place
        column.addLayout(row)
        column.addWidget(self.problem)

    def _tool(self) -> IconButton | None:
        if not field_values(self.path):
            own = is_known(self.path) or isinstance(self.path[-1], int)
            return None if own else self._more()
        self.values = IconButton(
            "chevron-down",
            self.tr("Values for {name}").format(name=whole_name(self.path)),
            self.tr("Values that are often written here"),
            "Alt+Down",
            edge=_TOOL,
        )
        self.values.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has a key
        self.values.clicked.connect(self.open_values)
        return self.values

    def _name(self, height: int) -> ElidedLabel:
        label = ElidedLabel(field_name(self.path))
        set_type(label, "small")
        set_tone(label, "muted")
        label.setFixedSize(NAME_WIDTH, height)
        label.setToolTip(tooltip(field_name(self.path)))
        return label

    def _more(self) -> IconButton:
        name = self.tr("More about {name}").format(name=whole_name(self.path))
        button = IconButton("ellipsis", name, self.tr("Move or remove this field"), edge=_TOOL)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        return button

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        at, count = self._editing.place_of(self.path)
        up = menu.addAction(self.tr("Move up"))
        up.setEnabled(at > 0)
        up.triggered.connect(lambda: self._editing.move(self.path, at - 1))
        down = menu.addAction(self.tr("Move down"))
        down.setEnabled(at + 1 < count)
        down.triggered.connect(lambda: self._editing.move(self.path, at + 1))
        menu.addSeparator()
        menu.addAction(self.tr("Remove")).triggered.connect(lambda: self._editing.remove(self.path))

    @Slot(str)
    def _on_prompt_changed(self, words: str) -> None:
        if self._is_json and not is_json(words):
            self._show_problem(self.tr("This is not JSON yet, so it is not in the prompt."))
            return
        self._show_problem("")
        self._shown = words
        if self._is_json:
            self._editing.write_json(self.path, words)
        else:
            self._editing.write(self.path, words, plain=self._is_plain)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self.problem.text():
            self.problem.show_problem(sentence)
            self.box.show_problem(sentence)
