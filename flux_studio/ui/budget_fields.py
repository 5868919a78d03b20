"""The budget in the settings: warning and stop lines in USD, for all that is sent, for one provider
and for one project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from flux_studio.core.budget import Limits, Lines
from flux_studio.core.money import Money, parse_money, plain
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.style import set_problem, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

FIELD_WIDTH = 96  # px
_LINES = ("day_warn", "day_stop", "month_warn", "month_stop")
_NO_LINES = Lines()


class MoneyField(QLineEdit):
    """A sum in USD, or nothing. Signal: `sum_entered(Decimal | None)` on Return and on leaving,
    when it is another sum; a text that is no sum stays, marked, and changes nothing.
    """

    sum_entered = Signal(object)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._tip = tip
        self._shown: Money | None = None
        self.setAccessibleName(name)
        self.setFixedWidth(FIELD_WIDTH)
        self.setPlaceholderText(self.tr("no line"))
        self.setToolTip(tooltip(tip))
        self.editingFinished.connect(self._on_editing_finished)

    def show_sum(self, amount: Money | None) -> None:
        """Show a sum in USD without a signal; half typed text of the same sum stays."""
        if amount != self._shown or not self.hasFocus():
            self._shown = amount
            text = "" if amount is None else _text(amount)
            if self.text() != text:
                with QSignalBlocker(self):
                    self.setText(text)
            self._mark("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # else the dialog around it would close

    @Slot()
    def _on_editing_finished(self) -> None:
        text = self.text().strip().removeprefix("$").replace(",", ".")
        amount = parse_money(text) if text else None
        if text and amount is None:
            self._mark(self.tr("Write a sum in US dollars, such as 5 or 2.50, or nothing."))
            return
        self._mark("")
        if amount != self._shown:
            self._shown = amount
            self.sum_entered.emit(amount)

    def _mark(self, problem: str) -> None:
        set_problem(self, bool(problem))
        self.setToolTip(tooltip(problem or self._tip))
        self.setAccessibleDescription(problem or self._tip)


def _text(amount: Money) -> str:
    """'5.00', '0.125': cents at least."""
    cents = amount.quantize(Decimal("0.01"))
    return str(cents if cents == amount else plain(amount))


class BudgetFields(QWidget):
    """Signal: `budget_chosen(Limits)` after each change. `providers` are ids, in their order;
    `projects` come with `show_projects`, and without any their row is hidden.
    """

    budget_chosen = Signal(object)

    def __init__(self, providers: Sequence[str], label_width: int) -> None:
        super().__init__()
        self._limits = Limits()
        self.overall = {name: self._field(name) for name in _LINES}
        self.of_provider = {name: self._field(name) for name in _LINES}
        self.of_project = {name: self._field(name) for name in _LINES}
        self.confirm = MoneyField(
            self.tr("Confirm above"), self.tr("An order above this sum is confirmed first")
        )
        self.confirm.setPlaceholderText(self.tr("never"))
        self.provider = QComboBox()
        self.provider.setAccessibleName(self.tr("Provider of the lines below"))
        self.provider.setToolTip(tooltip(self.tr("Lines for this provider alone")))
        for each in providers:
            self.provider.addItem(provider_title(each), each)
        self.provider.currentIndexChanged.connect(self._on_whose_changed)
        self.project = QComboBox()
        self.project.setAccessibleName(self.tr("Project of the lines below"))
        self.project.setToolTip(tooltip(self.tr("Lines for this project alone, wherever it goes")))
        self.project.currentIndexChanged.connect(self._on_whose_changed)
        for name in _LINES:
            self.overall[name].sum_entered.connect(
                lambda amount, name=name: self._choose(replace(self._limits, **{name: amount}))
            )
            self.of_provider[name].sum_entered.connect(
                lambda amount, name=name: self._choose_for_provider(name, amount)
            )
            self.of_project[name].sum_entered.connect(
                lambda amount, name=name: self._choose_for_project(name, amount)
            )
        self.confirm.sum_entered.connect(
            lambda amount: self._choose(replace(self._limits, confirm_above=amount))
        )
        self._lay_out(label_width)

    def show_budget(self, limits: Limits) -> None:
        """Show the lines; what is being typed stays."""
        self._limits = limits
        lines = limits.providers.get(self.provider.currentData(), _NO_LINES)
        of_project = limits.projects.get(self.project.currentData(), _NO_LINES)
        for name in _LINES:
            self.overall[name].show_sum(getattr(limits, name))
            self.of_provider[name].show_sum(getattr(lines, name))
            self.of_project[name].show_sum(getattr(of_project, name))
        self.confirm.show_sum(limits.confirm_above)

    def show_projects(self, names: Sequence[str], chosen: str) -> None:
        """The projects that can have lines; `chosen` is shown first, '' for any."""
        known = [self.project.itemData(at) for at in range(self.project.count())]
        if known != list(names):
            before = self.project.currentData() or chosen
            with QSignalBlocker(self.project):
                self.project.clear()
                for name in names:
                    self.project.addItem(name, name)
                self.project.setCurrentIndex(max(0, self.project.findData(before)))
        for part in (self.project, *self.of_project.values()):
            part.setVisible(bool(names))

    def _field(self, name: str) -> MoneyField:
        names = {
            "day_warn": self.tr("Warn at, each day"),
            "day_stop": self.tr("Stop at, each day"),
            "month_warn": self.tr("Warn at, each month"),
            "month_stop": self.tr("Stop at, each month"),
        }
        tips = {
            "warn": self.tr("USD. It is said once when this is passed; work goes on"),
            "stop": self.tr("USD. The queue pauses here; what runs is finished"),
        }
        return MoneyField(names[name], tips[name.partition("_")[2]])

    def _lay_out(self, label_width: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE.s)
        grid.setVerticalSpacing(SPACE.s)
        grid.setColumnMinimumWidth(0, label_width - SPACE.s)
        grid.setColumnStretch(5, 1)
        for column, words in ((1, self.tr("Day")), (3, self.tr("Month"))):
            grid.addWidget(_small(words), 0, column, 1, 2)
        for column, words in enumerate(
            (self.tr("Warn"), self.tr("Stop"), self.tr("Warn"), self.tr("Stop")), start=1
        ):
            grid.addWidget(_small(words), 1, column)
        grid.addWidget(_label(self.tr("All providers, USD")), 2, 0)
        for at, whose in ((3, self.provider), (4, self.project)):
            whose.setFixedWidth(label_width - SPACE.m)
            grid.addWidget(whose, at, 0)
        for column, name in enumerate(_LINES, start=1):
            grid.addWidget(self.overall[name], 2, column)
            grid.addWidget(self.of_provider[name], 3, column)
            grid.addWidget(self.of_project[name], 4, column)
        grid.addWidget(_label(self.tr("Confirm above, USD")), 5, 0)
        grid.addWidget(self.confirm, 5, 1)

    def _choose(self, limits: Limits) -> None:
        self._limits = limits
        self.budget_chosen.emit(limits)

    def _choose_for_provider(self, name: str, amount: Decimal | None) -> None:
        provider = self.provider.currentData()
        if provider is None:
            return
        providers = _with_line(self._limits.providers, provider, name, amount)
        self._choose(replace(self._limits, providers=providers))

    def _choose_for_project(self, name: str, amount: Decimal | None) -> None:
        project = self.project.currentData()
        if project is not None:
            projects = _with_line(self._limits.projects, project, name, amount)
            self._choose(replace(self._limits, projects=projects))

    @Slot(int)
    def _on_whose_changed(self, _index: int) -> None:
        tip = self.tr("Lines for this project alone, wherever it goes")
        self.project.setToolTip(tooltip("\n".join(filter(None, (self.project.currentText(), tip)))))
        self.show_budget(self._limits)


def _with_line(
    known: dict[str, Lines], whose: str, name: str, amount: Decimal | None
) -> dict[str, Lines]:
    """The lines with one other sum; who has no line left is no longer in them."""
    lines = replace(known.get(whose, _NO_LINES), **{name: amount})
    rest = {k: v for k, v in known.items() if k != whose}
    return rest if lines == _NO_LINES else {**rest, whose: lines}


def _label(words: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_tone(label, "muted")
    return label


def _small(words: str) -> QLabel:
    label = _label(words)
    set_type(label, "small")
    return label
