"""The rescue desk as a window: the jobs that may have been paid and are not saved, the one that is
forgotten first in front, and those that were left aside behind a switch.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.rescue import Case, Deed, Standing
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.rescue.case_card import CaseCard
from flux_studio.ui.rescue.words import summary_words
from flux_studio.ui.style import set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.empty_state import EmptyState
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.word_button import word_button

SIZE = (760, 620)  # px, width × height
SMALLEST = (720, 360)  # px
TICK_MS = 1000


class RescueDialog(QDialog):
    """Window-modal; what is asked takes effect at once. No signals."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk = studio.rescue
        self._cards: dict[str, CaseCard] = {}
        self._aside: tuple[Case, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rescue"))
        self.setAccessibleName(self.tr("Rescue"))
        self.setMinimumSize(*SMALLEST)
        self._make_parts()
        self._lay_out()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._tick.start()
        studio.changed.connect(self.show_state)
        self._desk.looked.connect(self._on_desk_looked)
        self._desk.troubled.connect(self._on_desk_troubled)
        self._desk.aside_read.connect(self._on_desk_aside_read)
        self._desk.aside_moved.connect(self._on_desk_aside_moved)
        studio.payment.picture_wanted.connect(self.close)
        self.show_state(studio.state)
        self._desk.refresh()
        cards = self.cards()
        if cards:
            cards[0].take_focus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    @Slot(object)
    def show_state(self, state: StudioState) -> None:
        """Show exactly the jobs of the list; cards that stay keep what was typed in them."""
        self._show(self._aside if self.aside.isChecked() else state.rescue)
        for card in self._cards.values():
            card.show_state(state)

    def cards(self) -> list[CaseCard]:
        """The cards from the top down."""
        return sorted(self._cards.values(), key=self._column.indexOf)

    def _make_parts(self) -> None:
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self.summary, "muted")
        self.fetch_all = word_button(
            self.tr("Fetch all again"),
            self.tr("Ask the providers for all that can be asked for, what expires first in front"),
            icon="rotate-cw",
        )
        self.fetch_all.clicked.connect(self._desk.fetch_all)
        self.aside = word_button(
            self.tr("Left aside"), self.tr("Show the jobs that were taken off the list")
        )
        self.aside.setCheckable(True)
        self.aside.toggled.connect(self._on_aside_toggled)
        self.leave_ended = word_button(
            self.tr("Leave all that ended"),
            self.tr("Take those off the list that can only be looked up at the provider"),
        )
        self.leave_ended.clicked.connect(self._desk.leave_ended)
        self.close_it = word_button(self.tr("Close"), self.tr("Close"), keys="Esc")
        self.close_it.clicked.connect(self.close)
        self._empty = EmptyState(
            "circle-check",
            self.tr("Nothing to rescue"),
            self.tr("Every picture that was paid is on disk. What is in doubt appears here."),
        )
        self._no_aside = EmptyState(
            "archive-restore",
            self.tr("Nothing was left aside"),
            self.tr("Jobs that you leave go here. They stay in the journal for good."),
        )

    def _lay_out(self) -> None:
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(SPACE.l, 0, SPACE.l, SPACE.l)
        self._column.setSpacing(SPACE.s)
        self._column.addStretch(1)
        self._scroll = OverlayScrollArea(self._list)
        head, foot = QHBoxLayout(), QHBoxLayout()
        for line in (head, foot):
            line.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, SPACE.m)
            line.setSpacing(SPACE.s)
        head.addWidget(self.summary, 1)
        head.addWidget(self.fetch_all)
        foot.addWidget(self.aside)
        foot.addWidget(self.leave_ended)
        foot.addStretch(1)
        foot.addWidget(self.close_it)
        self._stack = QStackedLayout()
        for page in (self._scroll, self._empty, self._no_aside):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._stack, 1)
        whole.addWidget(Rule())
        whole.addLayout(foot)

    def _show(self, cases: Sequence[Case]) -> None:
        now, shown = datetime.now(UTC), {case.job.id for case in cases}
        for gone in [job for job in self._cards if job not in shown]:
            card = self._cards.pop(gone)
            card.hide()
            card.deleteLater()
        for at, case in enumerate(cases):
            card = self._cards.get(case.job.id) or self._add(case)
            card.show_case(case, now)
            if self._column.indexOf(card) != at:
                self._column.insertWidget(at, card)
        empty = self._no_aside if self.aside.isChecked() else self._empty
        self._stack.setCurrentWidget(self._scroll if cases else empty)
        self._show_head(cases, now)

    def _show_head(self, cases: Sequence[Case], now: datetime) -> None:
        on_list = not self.aside.isChecked()
        fetchable = any(c.can(Deed.FETCH) or c.can(Deed.LOOK) for c in cases)
        ended = sum(c.standing is Standing.ENDED for c in cases)
        self.summary.setText(summary_words(cases, now) if cases else "")
        self.fetch_all.setVisible(on_list and fetchable)
        self.leave_ended.setVisible(on_list and ended > 1)

    def _add(self, case: Case) -> CaseCard:
        card = CaseCard(case, self._studio)
        self._cards[case.job.id] = card
        return card

    @Slot()
    def _on_tick(self) -> None:
        now = datetime.now(UTC)
        for card in self._cards.values():
            card.show_time(now)
        if self._cards:
            self._show_head([card.case for card in self.cards()], now)

    @Slot(bool)
    def _on_aside_toggled(self, on: bool) -> None:
        if on:
            self._desk.ask_aside()
        self.show_state(self._studio.state)

    @Slot(object)
    def _on_desk_aside_read(self, cases: tuple[Case, ...]) -> None:
        self._aside = cases
        self.show_state(self._studio.state)

    @Slot()
    def _on_desk_aside_moved(self) -> None:
        if self.aside.isChecked():
            self._desk.ask_aside()

    @Slot(str)
    def _on_desk_looked(self, job: str) -> None:
        card = self._cards.get(job)
        if card is not None:
            card.show_found()
            card.show_problem("")
            card.look.setEnabled(True)

    @Slot(str, str)
    def _on_desk_troubled(self, job: str, sentence: str) -> None:
        card = self._cards.get(job)
        if card is not None:
            card.show_problem(sentence)
