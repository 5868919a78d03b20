"""The queue: what waits, in its order, for how much, and the sum to stop after."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.budget import rates_of
from flux_studio.core.job import Job, queued
from flux_studio.core.money import dollars
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.budget_fields import MoneyField
from flux_studio.ui.phrases import sum_words
from flux_studio.ui.queue_row import QueueRow, is_waiting_job, job_of, row_under
from flux_studio.ui.queue_words import worst_case, worst_case_words
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class QueueList(QWidget):
    """Hidden while nothing waits and no sum is set. No signals: it asks the studio's queue."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._rows: dict[str, QueueRow] = {}
        self._follow = ""
        self.setAccessibleName(self.tr("Queue"))
        self.setAcceptDrops(True)
        self.title = QLabel()
        set_type(self.title, "body", strong=True)
        self.cost = QLabel()
        set_tone(self.cost, "muted")
        self.stop_words = QLabel(self.tr("Stop after, USD"))
        set_tone(self.stop_words, "muted")
        for label in (self.title, self.cost, self.stop_words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.stop = MoneyField(
            self.tr("Stop after"),
            self.tr("USD. The queue pauses before more than this is sent, counted from now"),
        )
        self.stop.setPlaceholderText(self.tr("no limit"))
        self.stop.sum_entered.connect(studio.queue.stop_after)
        self._mark = QFrame(self)
        self._mark.hide()
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        """Show what waits; rows that stay keep the focus."""
        jobs = queued(state.board.jobs.values())
        self.setVisible(bool(jobs) or state.spend_stop is not None)
        self._show_head(jobs, state)
        self._show_rows(jobs)

    def show_time(self, now: datetime) -> None:
        """Move the words of time on."""
        rows = self.rows()
        for at, row in enumerate(rows, start=1):
            row.show_job(row.job, at, len(rows), now)

    def rows(self) -> list[QueueRow]:
        """The rows from the top down."""
        return sorted(self._rows.values(), key=self._column.indexOf)

    def row(self, job: str) -> QueueRow | None:
        return self._rows.get(job)

    def _show_head(self, jobs: list[Job], state: StudioState) -> None:
        self.title.setText(self.tr("Queue · {count}").format(count=len(jobs)))
        rates = rates_of(state.cards)
        known, most = sum_words(job.price for job in jobs), worst_case(jobs, rates)
        words = known if jobs else self.tr("nothing waits")
        if jobs and any(job.price is None for job in jobs) and most is not None:
            words = self.tr("{known}, at most {most}").format(known=known, most=dollars(most))
        self.cost.setText(words)
        self.cost.setToolTip(tooltip(worst_case_words(jobs, rates) if jobs else ""))
        stop = state.spend_stop
        self.stop.show_sum(None if stop is None else stop.limit)
        text = self.tr("Stop after, USD")
        if stop is not None:
            text = self.tr("{spent} spent, stop after USD").format(spent=dollars(state.spent_after))
        self.stop_words.setText(text)

    def _show_rows(self, jobs: list[Job]) -> None:
        shown = {job.id for job in jobs}
        for gone in [id_ for id_ in self._rows if id_ not in shown]:
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        now = datetime.now(UTC)
        for at, job in enumerate(jobs):
            row = self._rows.get(job.id) or self._add_row(job)
            row.show_job(job, at + 1, len(jobs), now)
            if self._column.indexOf(row) != at:
                self._column.insertWidget(at, row)
        if self._follow in self._rows:
            row, self._follow = self._rows[self._follow], ""
            QTimer.singleShot(0, row, lambda: row.setFocus(Qt.FocusReason.OtherFocusReason))

    def _add_row(self, job: Job) -> QueueRow:
        row = QueueRow(job, self._studio)
        row.edit_asked.connect(lambda: self._on_edit_asked(row))
        row.moved_by.connect(lambda steps: self._on_row_moved(row, steps))
        self._rows[job.id] = row
        return row

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        head.addWidget(self.title)
        head.addWidget(self.cost)
        head.addStretch(1)
        head.addWidget(self.stop_words)
        head.addWidget(self.stop)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE.xs)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, SPACE.s)
        whole.setSpacing(SPACE.s)
        whole.addLayout(head)
        whole.addLayout(self._column)

    def _on_edit_asked(self, row: QueueRow) -> None:
        self._studio.queue.edit(row.job.id)

    def _on_row_moved(self, row: QueueRow, steps: int) -> None:
        self._follow = row.job.id
        self._studio.queue.move_by(row.job.id, steps)

    # Dropping a row between others

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_waiting_job(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()
        self._show_mark(row_under(self.rows(), event.position().toPoint().y(), self))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark.hide()
        before = row_under(self.rows(), event.position().toPoint().y(), self)
        job = job_of(event.mimeData())
        event.acceptProposedAction()
        if before is None or before.job.id != job:
            self._studio.queue.move(job, before.job.id if before is not None else None)

    def _show_mark(self, before: QueueRow | None) -> None:
        """A line where the row would come to stand."""
        rows = self.rows()
        if not rows:
            return
        if before is None:
            last = rows[-1]
            top = last.mapTo(self, QPoint(0, last.height())).y() + 1
        else:
            top = before.mapTo(self, QPoint(0, 0)).y() - 3
        self._mark.setStyleSheet(f"background: {QColor(current_colors().accent).name()};")
        self._mark.setGeometry(QRect(0, top, self.width(), 2))
        self._mark.raise_()
        self._mark.show()
