"""The line at the foot: what was spent today and this month, what is left, and that all is on
disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.budget import Account, Lines, Spent, counted, rates_of
from flux_studio.core.money import Money, dollars
from flux_studio.session.state import StudioState, Totals
from flux_studio.session.studio import Studio
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.style import set_surface, set_tone, set_type
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

HEIGHT = 32  # px
BAR_WIDTH = 96  # px
TITLE_MOST = 24  # characters of a project's name
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
        self.today_budget = _Budget(self.tr("Budget of today"))
        self.month_budget = _Budget(self.tr("Budget of this month"))
        self.project = _Sum("")
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
        self._show_budget(state)
        self._show_project(state)
        self._show_balance(state)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where the line is too long for the window, the budgets go first, the month's before the
        day's: their sums stay.
        """
        pairs = ((self.month_budget, self.month), (self.today_budget, self.today))
        parts = [
            part
            for budget, total in pairs
            if budget.is_drawn
            for part in (budget.words, budget.bar)
            if not total.isHidden()
        ]
        for part in parts:
            part.show()
        for part in parts:
            if self._needed() <= self.width():
                return
            part.hide()

    def _needed(self) -> int:
        """Width in px that the parts in view need."""
        budgets = (self.today_budget, self.month_budget)
        shown: list[QWidget] = [
            *(self.today, self.month, self.project, self.balance),
            *(self._disk, self.pictures),
        ]
        shown += [part for each in budgets if each.is_drawn for part in (each.bar, each.words)]
        widths = [
            max(part.sizeHint().width(), part.minimumWidth())
            for part in shown
            if not part.isHidden()
        ]
        return sum(widths) + SPACE.l * len(widths) + SPACE.l

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
        for total, budget in (
            (self.today, self.today_budget),
            (self.month, self.month_budget),
        ):
            pair = QHBoxLayout()
            pair.setSpacing(SPACE.s)
            pair.addWidget(total)
            pair.addWidget(budget)
            row.addLayout(pair)
        row.addWidget(self.project)
        row.addWidget(self.balance)
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

    def _show_budget(self, state: StudioState) -> None:
        """How far the lines over all providers are away; those of one provider speak up when they
        are crossed.
        """
        lines = state.preferences.budget
        account = state.totals.account if state.totals else Account()
        for budget, spent, warn, stop in (
            (self.today_budget, account.day, lines.day_warn, lines.day_stop),
            (self.month_budget, account.month, lines.month_warn, lines.month_stop),
        ):
            shown = state.totals is not None and (warn is not None or stop is not None)
            budget.is_drawn = shown
            budget.setVisible(shown)
            if shown:
                held = counted(spent, rates_of(state.cards))
                budget.show_budget(held, warn, stop, has_unknown=_has_unknown(spent))

    def _show_project(self, state: StudioState) -> None:
        """What the project of the form has spent, against its nearest line."""
        name, totals = state.draft.project, state.totals
        self.project.setVisible(bool(name) and totals is not None)
        if not name or totals is None:
            return
        spent = totals.account.projects.get(name, Account())
        lines = state.preferences.budget.projects.get(name, Lines())
        rates = rates_of(state.cards)
        day, month = counted(spent.day, rates), counted(spent.month, rates)
        text, most = self.tr("{spent} this month"), lines.month_stop or lines.month_warn
        held = month
        if most is None and (lines.day_stop or lines.day_warn) is not None:
            text, most, held = self.tr("{spent} today"), lines.day_stop or lines.day_warn, day
        words = text.format(spent=dollars(held))
        if most is not None:
            words = self.tr("{words} of {line}").format(words=words, line=dollars(most))
        self.project.show_title(name if len(name) <= TITLE_MOST else f"{name[:TITLE_MOST]}…")
        self.project.show_sum(words)
        tip = self.tr("{name}: {day} today, {month} this month")
        values = {"name": name, "day": dollars(day), "month": dollars(month)}
        self.project.setToolTip(tooltip(tip.format(**values)))

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


class _Budget(QWidget):
    """A thin bar up to a line, with a tick where the warning lies, and the line in words."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.is_drawn = False
        self.bar = ThinProgress(name)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        set_type(self.words, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.s)
        row.addWidget(self.bar)
        row.addWidget(self.words)

    def show_budget(
        self, held: Money, warn: Money | None, stop: Money | None, *, has_unknown: bool
    ) -> None:
        """USD: `held` counts against the lines; at least one of the lines is drawn."""
        most = stop if stop is not None else warn
        assert most is not None
        self.bar.show_fraction(float(held / most) if most else 1.0)
        ticks = warn is not None and most and warn < most
        self.bar.show_mark(float(warn / most) if ticks and warn is not None else None)
        crossed = warn is not None and held >= warn
        used_up = stop is not None and held >= stop
        if used_up:
            text = self.tr("of {line}: used up")
        elif crossed:
            text = self.tr("of {line}: warning line passed")
        else:
            text = self.tr("of {line}")
        self.words.setText(text.format(line=dollars(most)))
        set_tone(self.words, "danger" if used_up else "warn" if crossed else "muted")
        self.setToolTip(tooltip(self._tip(held, warn, stop, has_unknown=has_unknown)))
        self.bar.setAccessibleDescription(f"{dollars(held)} {self.words.text()}")

    def _tip(
        self, held: Money, warn: Money | None, stop: Money | None, *, has_unknown: bool
    ) -> str:
        parts = [self.tr("{held} counts against the budget.").format(held=dollars(held))]
        if has_unknown:
            parts.append(self.tr("A price that is not known counts at the highest known rate."))
        if warn is not None:
            parts.append(self.tr("Warning line {line}.").format(line=dollars(warn)))
        if stop is not None:
            parts.append(self.tr("Stop line {line}.").format(line=dollars(stop)))
        return " ".join(parts)


def _has_unknown(spent: Mapping[str, Spent]) -> bool:
    return any(each.unpriced for each in spent.values())


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
