"""The line at the foot: what was spent today and this month, what is left, and that all is on
disk.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.session.state import StudioState, Totals
from flux_studio.session.studio import Studio
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.style import set_surface, set_tone, set_type
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.tooltip import tooltip

HEIGHT = 32  # px
ICON_EDGE = 14  # px, beside 11 px type


class MoneyBar(QWidget):
    """Renders the totals of the ledger and the balance of the chosen provider. No signals."""

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        del studio, theme  # every panel is made alike; this one only renders
        self.setObjectName("moneyBar")
        self.setFixedHeight(HEIGHT)
        set_surface(self, "panel")
        self.today, self.month = _Sum(self.tr("Today")), _Sum(self.tr("Month"))
        self.balance = _Sum("")
        self.pictures = QLabel()
        self.pictures.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self.pictures, "muted")
        set_type(self.pictures, "small")
        self._disk = ThemedIcon("hard-drive", "muted", ICON_EDGE)
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        totals = state.totals
        for part in (self.today, self.month, self.pictures, self._disk):
            part.setVisible(totals is not None)
        if totals is not None:
            self._show_totals(totals)
        self._show_balance(state)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Rule())
        line = QWidget()  # a bare layout of fixed heights would not fill the bar
        whole.addWidget(line, 1)
        row = QHBoxLayout(line)
        row.setContentsMargins(SPACE.l, 0, SPACE.l, 0)
        row.setSpacing(SPACE.l)
        for part in (self.today, self.month, self.balance):
            row.addWidget(part)
        row.addStretch(1)
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACE.xs + 2)
        pictures.addWidget(self._disk)
        pictures.addWidget(self.pictures)
        row.addLayout(pictures)

    def _show_totals(self, totals: Totals) -> None:
        self.today.show_sum(dollars(totals.today))
        self.month.show_sum(dollars(totals.month))
        unknown = self.tr("{count} pictures of this month have no known price and are not counted.")
        tip = unknown.format(count=totals.unknown) if totals.unknown else ""
        self.month.setToolTip(tooltip(tip))
        if totals.unknown:
            self.month.show_sum(f"{dollars(totals.month)} +?")
        count = QLocale().toString(totals.pictures)
        if totals.pictures == 1:
            self.pictures.setText(self.tr("1 picture, on disk"))
        else:
            self.pictures.setText(self.tr("{count} pictures, all on disk").format(count=count))

    def _show_balance(self, state: StudioState) -> None:
        left = state.balances.get(state.card.provider)
        self.balance.setVisible(left is not None)
        if left is None:
            return
        self.balance.show_title(provider_title(state.card.provider))
        each = state.check.estimate.each if state.check.estimate else None
        if each:
            text = self.tr("{left} ≈ {count} of these")
            self.balance.show_sum(text.format(left=dollars(left), count=int(left / each)))
        else:
            self.balance.show_sum(dollars(left))


class _Sum(QWidget):
    """A muted title and a sum beside it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._sum = QLabel(title), QLabel()
        for label in (self._title, self._sum):
            label.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._title, "muted")
        set_type(self._title, "small")
        set_type(self._sum, "small", strong=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(self._title)
        row.addWidget(self._sum)

    def show_title(self, title: str) -> None:
        self._title.setText(title)

    def show_sum(self, words: str) -> None:
        if self._sum.text() != words:
            self._sum.setText(words)
