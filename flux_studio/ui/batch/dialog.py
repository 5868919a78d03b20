"""The batch window: a table of rows beside the form, what it costs, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from flux_studio.core.batch.cells import card_words
from flux_studio.core.batch.rows import Column, Row
from flux_studio.core.generation import Generation
from flux_studio.core.size import presets_of
from flux_studio.session.studio import Studio
from flux_studio.ui.batch.keys import Deed, bind_keys, bind_table_keys, first_keys
from flux_studio.ui.batch.makers import GridForm, ModelsForm
from flux_studio.ui.batch.question import BatchQuestionBar
from flux_studio.ui.batch.table_deeds import TableDeeds
from flux_studio.ui.batch.table_view import BatchView
from flux_studio.ui.batch.words import column_title, obstacle_words, price_words, sum_words
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.picture_deeds import MOST_COMPARED
from flux_studio.ui.widgets.empty_state import EmptyState
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.primary_button import PrimaryButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (1080, 680)  # px, width × height
SMALLEST = (760, 440)
_SEND_WIDTH = 330  # px


class BatchDialog(SteppedDialog):
    """Window-modal; it asks the studio's batch desk. Signals: `compare_requested(list of
    Generation)`; `search_wanted(str)` with a search for the pictures of the batch on the wall.
    """

    compare_requested = Signal(object)
    search_wanted = Signal(str)

    def __init__(
        self, studio: Studio, parent: QWidget | None = None, *, in_steps: bool = False
    ) -> None:
        super().__init__(parent)
        self._studio, self._desk = studio, studio.batch
        self._tools: dict[str, IconButton] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Batch"))
        self.setAccessibleName(self.tr("Batch"))
        self.setMinimumSize(*SMALLEST)
        self._desk.show()
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        yield from self._make_parts()
        self._make_tools()
        yield None
        yield from self._make_buttons()
        self._lay_out()
        yield None
        self._bind_keys()
        yield None
        self.table.pointed.connect(self._show_problem)
        self._desk.rows_changed.connect(self.show_all)
        self._desk.checked.connect(self.show_all)
        # Both tell of each step of each of hundreds of jobs: shown once for all of a turn.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.show_all)
        self._desk.following.changed.connect(self._show_soon)
        self._studio.changed.connect(self._show_soon)
        self.resize(*SIZE)
        yield None
        self.show_all()
        self.table.point_at(0)
        (self.table if self._desk.rows else self.grid_button).setFocus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    # What can be asked

    @Slot()
    def send(self) -> None:
        """Send all rows; where something is wrong, lead to it."""
        self.table.setFocus()  # a cell that is being typed is taken first
        obstacle = self._desk.obstacle()
        if obstacle is None:
            self._desk.payment.send()
        elif obstacle.row:
            wrong = self._desk.problems(self._desk.rows[obstacle.row - 1])[0]
            self.table.point_at(obstacle.row - 1, wrong.column)

    @Slot()
    def compare(self) -> None:
        """The pictures side by side; of many, those of the chosen rows."""
        self._desk.following.ask_pictures(self._on_pictures_read)

    @Slot()
    def show_on_wall(self) -> None:
        """The contact sheet with its pictures: those of the collection of the batch."""
        run = self._desk.following.run
        if run is not None:
            self.search_wanted.emit(f'collection:"{run.name}"')
            self.close()

    # Parts

    def _make_parts(self) -> Iterator[None]:
        self.table = BatchView(self._desk, self._offers)
        yield None
        self.deeds = TableDeeds(self._studio, self.table, self)
        self.empty = EmptyState(
            "layout-grid",
            self.tr("Many pictures from one table"),
            self.tr("Paste rows, or make a grid. Empty cells are as in the form."),
        )  # fmt: skip
        yield None
        self.grid = GridForm(self._studio)
        yield None
        self.models = ModelsForm(self._studio)
        yield None
        for form in (self.grid, self.models):
            form.rows_wanted.connect(self._on_rows_wanted)
            form.hide()
        self.problem = ProblemLine(keeps_room=True)
        self.problem.offer_taken.connect(self.deeds.take_offer)
        self.fix_all = _button(
            self.tr("Fix all"), self.tr("Take what is offered at every wrong cell")
        )
        self.fix_all.clicked.connect(self._desk.take_offers)
        self.question = BatchQuestionBar(self._desk.payment)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        set_type(self.summary, "small")
        set_tone(self.summary, "muted")

    def _make_tools(self) -> None:
        keys = first_keys()
        rows: tuple[tuple[str, str, str, Deed], ...] = (
            ("batch_add", "plus", self.tr("Add a row"), self.deeds.add_row),
            ("batch_duplicate", "copy", self.tr("Duplicate the rows"), self.deeds.duplicate_rows),
            ("batch_fill", "arrow-down", self.tr("Fill down"), self.deeds.fill_down),
            ("batch_remove", "trash-2", self.tr("Remove the rows"), self.deeds.remove_rows),
            ("batch_undo", "undo-2", self.tr("Undo"), self._desk.undo),
            ("batch_redo", "redo-2", self.tr("Redo"), self._desk.redo),
        )
        for name, icon, words, slot in rows:
            button = IconButton(icon, words, words, keys[name])
            button.clicked.connect(slot)
            self._tools[name] = button

    def _make_buttons(self) -> Iterator[None]:
        keys = first_keys()
        self.paste_button = _button(
            self.tr("Paste"), self.tr("Paste rows from a spreadsheet"), "Ctrl+V"
        )
        set_icon(self.paste_button, "clipboard-paste", "muted")
        self.paste_button.clicked.connect(self.deeds.paste)
        self.open_button = _button(
            self.tr("Open…"), self.tr("Open a CSV file in place of all rows"), keys["batch_open"]
        )
        set_icon(self.open_button, "folder-open", "muted")
        self.open_button.clicked.connect(self.deeds.open_file)
        self.grid_button = self._opens(
            self.grid, self.tr("Grid"), "layout-grid",
            self.tr("Every value of one parameter with every value of another"), keys["batch_grid"],
        )  # fmt: skip
        self.models_button = self._opens(
            self.models, self.tr("Compare models"), "columns-2",
            self.tr("The form's prompt on several models"), keys["batch_models"],
        )  # fmt: skip
        yield None
        self.export_button = _button(
            self.tr("Export results…"), self.tr("Path, cost and seed of each picture as CSV")
        )
        self.export_button.clicked.connect(self.deeds.export)
        self.sheet_button = _button(
            self.tr("Contact sheet"), self.tr("Make the contact sheet from what is there")
        )
        self.sheet_button.clicked.connect(self._desk.following.make_sheet)
        self.compare_button = _button(
            self.tr("Side by side"), self.tr("Compare the pictures with their prices and times")
        )
        self.compare_button.clicked.connect(self.compare)
        self.wall_button = _button(
            self.tr("On the wall"), self.tr("Show the sheet with its pictures on the wall")
        )
        self.wall_button.clicked.connect(self.show_on_wall)
        self.close_button = _button(self.tr("Close"), self.tr("Close; the table stays"), "Esc")
        self.close_button.clicked.connect(self.close)
        self.send_button = PrimaryButton(self.tr("Send"), "sparkles", keys["batch_send"])
        self.send_button.setFixedWidth(_SEND_WIDTH)
        self.send_button.clicked.connect(self.send)
        yield None

    def _opens(
        self, form: GridForm | ModelsForm, text: str, icon: str, tip: str, keys: str
    ) -> QPushButton:
        button = _button(text, tip, keys)
        button.setCheckable(True)
        set_icon(button, icon, "muted")
        button.toggled.connect(partial(self._on_form_toggled, form))
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        for button in (self.paste_button, self.open_button, self.grid_button, self.models_button):
            head.addWidget(button)
        head.addStretch(1)
        for tool in self._tools.values():
            head.addWidget(tool)
        self._middle = QStackedLayout()
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self.table)
        line = QHBoxLayout()
        line.addWidget(self.problem, 1)
        line.addWidget(self.fix_all)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        for button in (self.export_button, self.sheet_button, self.compare_button,
                       self.wall_button):  # fmt: skip
            foot.addWidget(button)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addLayout(head)
        column.addWidget(self.grid)
        column.addWidget(self.models)
        column.addLayout(self._middle, 1)
        column.addLayout(line)
        column.addWidget(self.question)
        column.addLayout(foot)

    def _bind_keys(self) -> None:
        deeds = self.deeds
        bind_keys(self, {
            "batch_add": deeds.add_row,
            "batch_duplicate": deeds.duplicate_rows,
            "batch_fill": deeds.fill_down,
            "batch_remove": deeds.remove_rows,
            "batch_undo": self._desk.undo,
            "batch_redo": self._desk.redo,
            "batch_open": deeds.open_file,
            "batch_grid": self.grid_button.toggle,
            "batch_models": self.models_button.toggle,
            "batch_offer": deeds.take_offer,
            "batch_send": self.send,
        })  # fmt: skip
        keys = QKeySequence.StandardKey
        bind_table_keys(self.table, {
            keys.Paste: deeds.paste,
            keys.Copy: self.table.copy,
            keys.Delete: self.table.clear_cells,
        })  # fmt: skip

    # Rendering

    @Slot()
    def _show_soon(self) -> None:
        self._soon.start()

    @Slot()
    def show_all(self) -> None:
        """Show the rows' price, what is wrong, and what can be done."""
        self._soon.stop()
        desk = self._desk
        price, obstacle, run = desk.price(), desk.obstacle(), desk.following.run
        has_rows = bool(desk.rows)
        self._middle.setCurrentWidget(self.table if has_rows else self.empty)
        for name in ("batch_duplicate", "batch_fill", "batch_remove"):
            self._tools[name].setEnabled(has_rows)
        self._tools["batch_undo"].setEnabled(desk.can_undo)
        self._tools["batch_redo"].setEnabled(desk.can_redo)
        offers = sum(each.offer is not None for row in desk.rows for each in desk.problems(row))
        self.fix_all.setVisible(offers > 1)
        for button in (self.export_button, self.compare_button):
            button.setVisible(run is not None)
        self.sheet_button.setVisible(run is not None and run.is_grid)
        self.wall_button.setVisible(run is not None and bool(run.sheet))
        self.summary.setText(sum_words(price) if has_rows else "")
        reason = obstacle_words(obstacle) if obstacle else ""
        if not desk.is_checked:
            reason = reason or self.tr("The rows are being checked…")
        text = self.tr("Send {count} again") if self._was_sent() else self.tr("Send {count}")
        label = text.format(count=price.pictures) if has_rows else self.tr("Send")
        self.send_button.show_state(label, price_words(price) if has_rows else "", reason)
        self._show_problem()

    def _was_sent(self) -> bool:
        """Whether the very rows that stand here were sent last."""
        run = self._desk.following.run
        rows = [row for row in self._desk.rows if row.cells]
        return run is not None and [each.row for each in run.sent] == rows

    @Slot()
    def _show_problem(self) -> None:
        found = self.table.rows.problem(self.table.currentIndex())
        if found is None:
            self.problem.show_problem("")
            return
        offer = ""
        if found.offer is not None:
            use = self.tr("Use {value}").format(value=found.offer)
            offer = use if found.offer else self.tr("Empty the cell")
        words = f"{column_title(found.column)}: {problem_words(found.problem)}"
        self.problem.show_problem(words, offer=offer)

    def _offers(self, column: str) -> Sequence[str]:
        """What a cell of a column is completed with."""
        state = self._studio.state
        match column:
            case Column.MODEL:
                return [card_words(card) for card in state.cards]
            case Column.PROVIDER:
                return list(dict.fromkeys(card.provider for card in state.cards))
            case Column.SIZE:
                return [str(size) for size in
                        dict.fromkeys(p.size for p in presets_of(state.card.sizes))]  # fmt: skip
            case Column.FORMAT:
                return list(state.card.formats)
            case Column.REFERENCES:
                return [f"@image{n}" for n in range(1, len(state.draft.references) + 1)]
            case _:
                return ()

    # Slots

    def _on_form_toggled(self, form: GridForm | ModelsForm, on: bool) -> None:
        other = self.models_button if form is self.grid else self.grid_button
        if on:
            other.setChecked(False)
            form.refresh()
        form.setVisible(on)
        if on:
            (form.down.parameter if isinstance(form, GridForm) else form.list).setFocus()
        else:
            self.table.setFocus()

    @Slot(object)
    def _on_rows_wanted(self, rows: tuple[Row, ...]) -> None:
        self._desk.put(rows)
        self.grid_button.setChecked(False)
        self.models_button.setChecked(False)
        self.table.point_at(0)
        self.table.setFocus()

    def _on_pictures_read(self, found: list[tuple[str, Generation]]) -> None:
        run = self._desk.following.run
        if not isValid(self) or run is None:
            return
        chosen = {self._desk.rows[at] for at in self.table.places()}
        wanted = {job for each in run.sent if each.row in chosen for job in each.jobs}
        pictures = [each for job, each in found if job in wanted]
        if len(pictures) < 2:
            pictures = [each for _, each in found]
        if len(pictures) > 1:
            self.compare_requested.emit(pictures[:MOST_COMPARED])
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes what is open first."""
        if event.key() == Qt.Key.Key_Escape:
            for button in (self.grid_button, self.models_button):
                if button.isChecked():
                    button.setChecked(False)
                    return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._desk.hide()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._desk.hide()
        super().closeEvent(event)


def _button(text: str, tip: str, shortcut: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, shortcut))
    button.setAutoDefault(False)
    return button
