"""The knobs of a model card as controls: numbers, switches and choices."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.card import Knob, KnobValue
from flux_studio.core.draft import effective_knobs
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.tooltip import tooltip

_WIDTH = 112  # px of a control
_FAR = 10**9


class KnobRows(QWidget):
    """One row a knob. No signals: it calls the studio."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._knobs: tuple[Knob, ...] = ()
        self._rows: dict[str, KnobRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE.s)

    def show_state(self, state: StudioState) -> None:
        if state.card.knobs != self._knobs:
            self._build(state.card.knobs)
        self.setVisible(bool(self._knobs))
        for name, value in effective_knobs(state.draft, state.card):
            self._rows[name].show_value(value)

    def row(self, name: str) -> KnobRow:
        """The row of a knob. Raises KeyError."""
        return self._rows[name]

    def _build(self, knobs: tuple[Knob, ...]) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._knobs = knobs
        self._rows = {knob.name: KnobRow(knob) for knob in knobs}
        for row in self._rows.values():
            row.value_chosen.connect(self._studio.set_knob)
            self._column.addWidget(row)


class KnobRow(QWidget):
    """A knob's title and its control. Signal: `value_chosen(str, object)`, name and value."""

    value_chosen = Signal(str, object)

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._knob = knob
        self.control = self._make()
        self.control.setAccessibleName(knob.title)
        self.control.setAccessibleDescription(knob.note)
        self.control.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
            if isinstance(self.control, NumberField | QDoubleSpinBox)
            else Qt.FocusPolicy.TabFocus
        )
        self.setToolTip(tooltip(knob.note or knob.title))
        self.control.setToolTip(tooltip(knob.note or knob.title))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.s)
        if not isinstance(self.control, QCheckBox):
            label = QLabel(knob.title)
            label.setTextFormat(Qt.TextFormat.PlainText)
            set_type(label, "small")
            set_tone(label, "muted")
            row.addWidget(label, 1)
            self.control.setFixedWidth(_WIDTH)
        row.addWidget(self.control)

    def show_value(self, value: KnobValue) -> None:
        """Show a value without asking for anything."""
        control = self.control
        match control:
            case QCheckBox():
                control.setChecked(bool(value))
            case QComboBox():
                control.setCurrentIndex(control.findData(value))
            case DecimalField():
                control.show_value(Decimal(str(value)))
            case NumberField():
                control.show_value(int(value))

    def _make(self) -> QWidget:
        knob = self._knob
        match knob.kind:
            case "bool":
                box = QCheckBox(knob.title)
                box.clicked.connect(self._tell)
                return box
            case "choice":
                combo = _Choice()
                for choice in knob.choices:
                    combo.addItem(choice, choice)
                combo.activated.connect(lambda at: self._tell(combo.itemData(at)))
                return combo
            case "decimal":
                number = DecimalField(knob)
                number.value_entered.connect(self._tell)
                return number
            case _:
                field = NumberField(knob.title, step=int(knob.step or 1))
                field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                field.show_range(int(knob.least or 0), int(knob.most or _FAR), int(knob.step or 1))
                field.value_typed.connect(self._tell_number)
                return field

    def _tell_number(self, value: int | None) -> None:
        if value is not None:
            self._tell(value)

    def _tell(self, value: object) -> None:
        self.value_chosen.emit(self._knob.name, value)


class DecimalField(QDoubleSpinBox):
    """An exact decimal. Signal: `value_entered(Decimal)` from the person's doing."""

    value_entered = Signal(object)

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        step = knob.step or Decimal("0.1")
        self._places = max(1, -int(step.normalize().as_tuple().exponent))
        self.setLocale(QLocale.c())  # one decimal point everywhere, as on the command line
        self.setDecimals(self._places)
        self.setSingleStep(float(step))
        self.setRange(float(knob.least or 0), float(_FAR if knob.most is None else knob.most))
        self.setKeyboardTracking(True)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: Decimal) -> None:
        """Show a value without a signal."""
        if self.exact() != value:
            self.blockSignals(True)
            self.setValue(float(value))
            self.blockSignals(False)

    def exact(self) -> Decimal:
        """The value as a decimal of the knob's places."""
        return Decimal(f"{self.value():.{self._places}f}")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls instead

    def _on_value_changed(self) -> None:
        self.value_entered.emit(self.exact())


class _Choice(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls instead
