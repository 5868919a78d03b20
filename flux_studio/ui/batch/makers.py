"""What fills the table by itself: a grid of two parameters, and the form's prompt on several
models.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.batch.cells import card_words
from flux_studio.core.batch.checking import MOST_PICTURES
from flux_studio.core.batch.grid import (
    VARIABLE,
    Axis,
    axes_of,
    compare_rows,
    grid_rows,
    read_values,
    variables_of,
)
from flux_studio.core.batch.rows import Column, Row
from flux_studio.core.money import dollars
from flux_studio.core.price_table import PriceRow, price_table
from flux_studio.core.size import presets_of
from flux_studio.session.studio import Studio
from flux_studio.ui.batch.words import column_title
from flux_studio.ui.composer.price_table import circumstances_of
from flux_studio.ui.phrases import provider_title, seconds_words
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

_LIST_HEIGHT = 190  # px


class SideField(QWidget):
    """One side of a grid: which parameter, and its values. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, studio: Studio, name: str) -> None:
        super().__init__()
        self._studio = studio
        self.parameter = QComboBox()
        self.parameter.setAccessibleName(self.tr("Parameter, {side}").format(side=name))
        self.parameter.setToolTip(tooltip(self.tr("What differs from picture to picture")))
        self.values = QLineEdit()
        self.values.setAccessibleName(self.tr("Values, {side}").format(side=name))
        self.values.setToolTip(tooltip(self.tr("With commas between them; 1-4 is 1, 2, 3, 4")))
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        set_type(label, "small")
        set_tone(label, "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE.s)
        grid.addWidget(label, 0, 0, 1, 2)
        grid.addWidget(self.parameter, 1, 0)
        grid.addWidget(self.values, 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.parameter.currentIndexChanged.connect(self._on_parameter_chosen)
        self.values.textChanged.connect(self.changed)

    def offer(self, first: str) -> None:
        """Offer all parameters of the present form; begin with `first`."""
        ground = self._studio.batch.ground
        for variable in variables_of(ground):
            name = self.tr("Variable {label}").format(label=variable.label)
            self.parameter.addItem(name, VARIABLE + variable.label)
        for column in axes_of(ground):
            self.parameter.addItem(column_title(column), column)
        at = self.parameter.findData(first)
        self.parameter.setCurrentIndex(max(0, at))
        self._on_parameter_chosen()

    def axis(self) -> Axis:
        """The side as it stands there."""
        column = str(self.parameter.currentData() or "")
        return Axis(column, read_values(self.values.text()))

    @Slot()
    def _on_parameter_chosen(self) -> None:
        """Begin with values that make sense; they can be changed."""
        self.values.setText(", ".join(self._first_values()))
        self.changed.emit()

    def _first_values(self) -> tuple[str, ...]:
        ground, column = self._studio.batch.ground, str(self.parameter.currentData() or "")
        if column.startswith(VARIABLE):
            label = column.removeprefix(VARIABLE)
            return next((v.values for v in variables_of(ground) if v.label == label), ())
        card = ground.card
        match column:
            case Column.MODEL:
                return tuple(card_words(c) for c in ground.cards if c.provider == card.provider)[:4]
            case Column.SIZE:
                sizes = dict.fromkeys(str(each.size) for each in presets_of(card.sizes))
                return tuple(sizes)[:3] or (str(card.default_size),)
            case Column.SEED:
                return ("1", "2", "3")
            case Column.SAFETY if card.safety is not None:
                low, high = card.safety.least, card.safety.most
                return tuple(str(number) for number in range(low, high + 1))
            case Column.FORMAT:
                return card.formats
        knob = next((k for k in card.knobs if k.title.casefold() == column), None)
        if knob is None or knob.kind == "bool":
            return ("off", "on") if knob is not None else ()
        return knob.choices or (str(knob.default),)


class GridForm(QFrame):
    """Two sides and their rows. Signals: `rows_wanted(tuple of Row)`."""

    rows_wanted = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.setProperty("card", True)
        self.down = SideField(studio, self.tr("Down"))
        self.across = SideField(studio, self.tr("Across"))
        self.note = _note()
        self.make = _button("", self.tr("Put these rows into the table, in place of all others"))
        self.make.clicked.connect(lambda: self.rows_wanted.emit(self.rows()))
        sides = QHBoxLayout()
        sides.setSpacing(SPACE.l)
        sides.addWidget(self.down, 1)
        sides.addWidget(self.across, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.m)
        column.addLayout(sides)
        column.addLayout(foot)
        for side in (self.down, self.across):
            side.changed.connect(self._show_count)

    def refresh(self) -> None:
        """Offer what the present form has: the variables of its prompt first."""
        variables = [VARIABLE + each.label for each in variables_of(self._studio.batch.ground)]
        wanted = [*variables, Column.SEED, Column.SIZE]
        for side, first in zip((self.down, self.across), wanted, strict=False):
            side.parameter.blockSignals(True)
            side.parameter.clear()
            side.offer(str(first))
            side.parameter.blockSignals(False)
        self._show_count()

    def rows(self) -> tuple[Row, ...]:
        """The rows of the grid; none while a side is empty, or both are the same."""
        down, across = self.down.axis(), self.across.axis()
        pairs = len(down.values) * len(across.values)
        if not pairs or down.column == across.column or pairs > MOST_PICTURES:
            return ()
        return grid_rows(self._studio.batch.ground, down, across)

    @Slot()
    def _show_count(self) -> None:
        down, across = self.down.axis(), self.across.axis()
        count = len(down.values) * len(across.values)
        self.make.setEnabled(
            bool(count) and down.column != across.column and count <= MOST_PICTURES
        )
        text = self.tr("Make {down} × {across} rows")
        self.make.setText(text.format(down=len(down.values), across=len(across.values)))
        self.make.setAccessibleName(self.make.text())
        self.note.setText(self._words(count))

    def _words(self, count: int) -> str:
        if self.down.axis().column == self.across.axis().column:
            return self.tr("Down and across have to be two different parameters.")
        if count > MOST_PICTURES:
            return self.tr("One batch makes at most {most} pictures.").format(most=MOST_PICTURES)
        return self.tr(
            "When all are saved, a contact sheet with these headings is put on the wall."
        )


class ModelsForm(QFrame):
    """The form's prompt on the models that are checked, with the price of each. Signals:
    `rows_wanted(tuple of Row)`.
    """

    rows_wanted = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._rows: tuple[PriceRow, ...] = ()
        self.setProperty("card", True)
        self.list = _model_list(self.tr("Models to compare"))
        self.list.itemChanged.connect(self._show_sum)
        self.note = _note()
        self.make = _button("", self.tr("Put a row for each checked model into the table"))
        self.make.clicked.connect(lambda: self.rows_wanted.emit(self.rows()))
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.m)
        column.addWidget(self.list)
        column.addLayout(foot)

    def refresh(self) -> None:
        """The models that can do what the form says, and have a key, the cheapest first; the
        form's own is checked.
        """
        state = self._studio.state
        found = price_table(state.draft, state.cards, circumstances_of(state))
        self._rows = tuple(row for row in found.rows if row.has_key is not False)
        self.list.blockSignals(True)
        self.list.clear()
        for row in self._rows:
            self.list.addTopLevelItem(_model_item(row))
        self.list.blockSignals(False)
        if self._rows:
            self.list.setCurrentItem(_item(self.list, 0))
        self._show_sum()

    def rows(self) -> tuple[Row, ...]:
        """A row for each checked model."""
        ground = self._studio.batch.ground
        return compare_rows(ground, [row.card for row in self._checked()])

    def check(self, card: tuple[str, str]) -> None:
        """Check one more model."""
        for at, row in enumerate(self._rows):
            if row.card.id == card:
                _item(self.list, at).setCheckState(0, Qt.CheckState.Checked)

    def _checked(self) -> list[PriceRow]:
        checked = Qt.CheckState.Checked
        places = (at for at in range(len(self._rows)))
        return [self._rows[at] for at in places if _item(self.list, at).checkState(0) == checked]

    @Slot()
    def _show_sum(self) -> None:
        rows = self._checked()
        text = self.tr("Make 1 row") if len(rows) == 1 else self.tr("Make {count} rows")
        self.make.setText(text.format(count=len(rows)))
        self.make.setAccessibleName(self.make.text())
        self.make.setEnabled(bool(rows))
        self.note.setText(self.tr("The same prompt and settings, once on each. Up to six can be "
                                  "compared side by side, with price and time."))  # fmt: skip


def _model_item(row: PriceRow) -> QTreeWidgetItem:
    each = row.estimate.each
    price = "?" if each is None else dollars(each)
    wait = "" if row.wait is None else f"~{seconds_words(row.wait)}"
    texts = [f"{row.card.title} · {provider_title(row.card.provider)}", wait, price]
    item = QTreeWidgetItem(texts)
    for column in (1, 2):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setCheckState(0, Qt.CheckState.Checked if row.chosen else Qt.CheckState.Unchecked)
    spoken = ", ".join(text for text in texts if text)
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
    return item


def _item(tree: QTreeWidget, at: int) -> QTreeWidgetItem:
    item = tree.topLevelItem(at)
    assert item is not None, "there is an item a row"
    return item


def _model_list(name: str) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(name)
    tree.setToolTip(tooltip(tree.tr("Check the models that are to make it"), "Space"))
    tree.setStyleSheet("QTreeView::item:selected { border: none; border-radius: 0; }")
    tree.setColumnCount(3)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setAllColumnsShowFocus(True)
    tree.setFixedHeight(_LIST_HEIGHT)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in (1, 2):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _note() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_type(label, "small")
    set_tone(label, "muted")
    return label


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip))
    button.setAutoDefault(False)
    return button
