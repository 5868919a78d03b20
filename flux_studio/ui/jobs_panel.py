"""The list of all jobs: those that need a person, what is on its way, the queue, and what ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.job import Job, JobState
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.job_row import JobRow
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.phrases import sum_words
from flux_studio.ui.queue_list import QueueList
from flux_studio.ui.style import set_tone
from flux_studio.ui.text_button import TextButton
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.empty_state import EmptyState
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (680, 560)  # px, width × height
_NEEDS_PERSON = (JobState.UNKNOWN, JobState.LOST)


class JobsDialog(QDialog):
    """Not modal: work goes on beside it. Signal: `keys_requested()`."""

    keys_requested = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        del theme  # painted parts ask for the colours while they paint
        self._studio = studio
        self._rows: dict[str, JobRow] = {}
        self.setWindowTitle(self.tr("Jobs"))
        self.setAccessibleName(self.tr("Jobs"))
        self.setMinimumSize(480, 320)
        self._summary = QLabel()
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._summary, "muted")
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(SPACE.l, 0, SPACE.l, SPACE.l)
        self._column.setSpacing(SPACE.s)
        self._column.addStretch(1)
        self._scroll = OverlayScrollArea(self._list)
        self.queue = QueueList(studio)
        self.retry = TextButton("rotate-cw", "text")
        tip = self.tr("Each with its own settings, at its own provider")
        self.retry.setToolTip(tooltip(tip))
        self.retry.clicked.connect(studio.queue.retry_failed)
        self._empty = EmptyState(
            "list",
            self.tr("No jobs"),
            self.tr(
                "Press Generate and the job appears here, with its state, its price and a way to "
                "cancel it. Finished pictures go to the wall."
            ),
        )
        self._lay_out()
        studio.jobs.unresolved.connect(self._on_studio_unresolved)
        self.show_state(studio.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.queue.stop.hasFocus() or self.focusWidget() in (None, self.queue.stop):
            # Never into a field of money by itself.
            first = next(iter(self.queue.rows()), self)
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    def show_state(self, state: StudioState) -> None:
        """Show exactly the jobs of the board; rows that stay keep what was typed in them."""
        jobs = list(state.board.jobs.values())
        ordered = in_order(job for job in jobs if job.state is not JobState.PLANNED)
        shown = {job.id for job in ordered}
        for gone in [id_ for id_ in self._rows if id_ not in shown]:
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        now = datetime.now(UTC)
        parts: list[QWidget] = []
        for job in ordered:
            row = self._rows.get(job.id) or self._add_row(job)
            row.show_job(job, now)
            row.question.show_state(state)
            parts.append(row)
        parts.insert(sum(not _is_behind(job) for job in ordered), self.queue)
        for at, part in enumerate(parts):
            if self._column.indexOf(part) != at:
                self._column.insertWidget(at, part)
        self.queue.show_state(state)
        self._show_retry()
        if jobs or state.spend_stop is not None:
            self._stack.setCurrentWidget(self._scroll)
        else:
            self._stack.setCurrentWidget(self._empty)
        self._summary.setText(self._summary_words(jobs))
        self._summary.setVisible(bool(jobs))

    def show_time(self) -> None:
        """Move the words of time on."""
        now = datetime.now(UTC)
        for row in self._rows.values():
            row.show_time(now)
        self.queue.show_time(now)

    def show_job(self, job: str) -> None:
        """Bring one job into view, unfolded, with the focus on it."""
        row = self._rows.get(job)
        waiting = self.queue.row(job)
        if waiting is not None:
            waiting.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(waiting, 0, SPACE.s)
        elif row is not None:
            row.unfold()
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            layout = self._list.layout()
            if layout is not None:
                layout.activate()
            self._scroll.ensureWidgetVisible(row, 0, SPACE.s)

    def rows(self) -> list[JobRow]:
        """The rows from the top down."""
        return sorted(self._rows.values(), key=self._column.indexOf)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, SPACE.m, 0, 0)
        whole.setSpacing(SPACE.s)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE.l, 0, SPACE.l, 0)
        head.addWidget(self._summary)
        head.addStretch(1)
        head.addWidget(self.retry)
        whole.addLayout(head)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        whole.addLayout(self._stack, 1)

    def _add_row(self, job: Job) -> JobRow:
        row = JobRow(job, self._studio)
        self._rows[job.id] = row
        return row

    def _show_retry(self) -> None:
        """One button for all that failed, with what that costs."""
        failed = self._studio.queue.failed()
        self.retry.setVisible(len(failed) > 1)
        if len(failed) > 1:
            text = self.tr("Send {count} again, {total}")
            total = sum_words(job.price for job in failed)
            self.retry.show_text(text.format(count=len(failed), total=total))

    def _summary_words(self, jobs: list[Job]) -> str:
        person = sum(job.state in _NEEDS_PERSON for job in jobs)
        queued = sum(job.state is JobState.PLANNED for job in jobs)
        ended = sum(job.ended for job in jobs if job.state is not JobState.LOST)
        running = len(jobs) - person - queued - ended
        parts = [
            text.format(count=count)
            for count, text in (
                (person, self.tr("{count} need you")),
                (running, self.tr("{count} running")),
                (queued, self.tr("{count} queued")),
                (ended, self.tr("{count} ended without a picture")),
            )
            if count
        ]
        return " · ".join(parts)

    @Slot(str, str)
    def _on_studio_unresolved(self, job: str, sentence: str) -> None:
        row = self._rows.get(job)
        if row is not None:
            row.show_problem(sentence)


def _is_behind(job: Job) -> bool:
    """Whether a job stands behind the queue: it ended, and nobody has to look."""
    return job.ended and job.state not in _NEEDS_PERSON


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Those that need a person first, then those on their way, oldest first; then the ended ones,
    newest first.
    """
    given = list(jobs)
    person = [job for job in given if job.state in _NEEDS_PERSON]
    active = [job for job in given if not job.ended and job.state not in _NEEDS_PERSON]
    ended = [job for job in given if job.ended and job.state not in _NEEDS_PERSON]
    return [*person, *active, *sorted(ended, key=lambda job: job.updated, reverse=True)]
