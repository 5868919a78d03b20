"""The line of jobs: what runs, what waits and for how much, what is paused, what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.budget import Rates, rates_of
from flux_studio.core.job import Job, JobState
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.job_details import job_tip
from flux_studio.ui.paused_notice import RECONNECTED, PausedNotice
from flux_studio.ui.phrases import (
    age_words,
    fraction_now,
    job_words,
    left_now,
    prompt_start,
    provider_title,
    seconds_words,
    sum_words,
)
from flux_studio.ui.queue_words import worst_case_words
from flux_studio.ui.style import set_surface, set_tone
from flux_studio.ui.text_button import TextButton
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.ui.jobs_panel import JobsDialog

HEIGHT = 44  # px
PAUSE_KEYS = "Ctrl+Shift+P"
TICK_MS = 1000  # the words of time move on this often, and only while something is active
PROMPT_LEAST, PROMPT_WIDTH = 60, 180  # px
BAR_WIDTH = 90  # px
ICON_EDGE = 16  # px


class JobsStrip(QWidget):
    """Signals: `keys_requested()` from a provider that is paused for its key, `rescue_requested()`
    from jobs that were lost or whose outcome is not known.

    A click anywhere opens the list of all jobs; `show_job` opens it at one of them.
    """

    keys_requested = Signal()
    rescue_requested = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        self._studio = studio
        self._theme = theme
        self._dialog: JobsDialog | None = None
        self._first: Job | None = None
        self.setAccessibleName(self.tr("Jobs"))
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_surface(self, "panel")
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._make_parts()
        self._lay_out()
        self.show_state(studio.state)

    def show_state(self, state: StudioState) -> None:
        active = state.board.active()
        running = [job for job in active if job.state is not JobState.PLANNED]
        queued = [job for job in active if job.state is JobState.PLANNED]
        self._first = next(iter(running), None)
        self._show_running(running, len(queued))
        self._show_queued(queued, rates_of(state.cards))
        self._show_pause(bool(state.holds or state.project_holds), bool(active))
        self.paused.show_state(state)
        if RECONNECTED in state.holds:
            self.pause.hide()  # one yes, and it says the price
        self._show_trouble(list(state.board.jobs.values()))
        if active and not self._timer.isActive():
            self._timer.start()
        elif not active:
            self._timer.stop()
        if self._dialog is not None:
            self._dialog.show_state(state)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def show_job(self, job: str) -> None:
        """Open the list of jobs with this one in view and unfolded."""
        self.open_list().show_job(job)

    @Slot()
    def open_list(self) -> JobsDialog:
        """The list of all jobs, opened or brought to the front."""
        if self._dialog is None:
            from flux_studio.ui.jobs_panel import JobsDialog  # loaded when it is first wanted

            self._dialog = JobsDialog(self._studio, self._theme, self.window())
            self._dialog.keys_requested.connect(self.keys_requested)
        self._dialog.show_state(self._studio.state)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def is_ticking(self) -> bool:
        """Whether the words of time are being counted."""
        return self._timer.isActive()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.open_list()
            return
        super().mouseReleaseEvent(event)

    # Building

    def _make_parts(self) -> None:
        self.icon = ThemedIcon("loader", "muted", ICON_EDGE)
        self.count = _label(strong=True)
        self.idle = _label(tone="muted")
        self.idle.setText(self.tr("Nothing is running"))
        self.prompt = ElidedLabel()
        self.prompt.setMinimumWidth(PROMPT_LEAST)
        self.prompt.setMaximumWidth(PROMPT_WIDTH)
        set_tone(self.prompt, "muted")
        self.bar = ThinProgress(self.tr("Progress of the first job"))
        self.bar.setFixedWidth(BAR_WIDTH)
        self.left = _label(tone="muted")
        self.cancel = IconButton(
            "x", self.tr("Cancel job"), self.tr("Cancel this job"), edge=SHAPE.target
        )
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.queued = _label(tone="muted")
        self.queued_count = _label(strong=True)
        self.queued_sum = _label(tone="muted")
        self.pause = IconButton(
            "pause", self.tr("Pause the queue"), self.tr("Pause the queue"), edge=SHAPE.target
        )
        self.pause.clicked.connect(self._studio.payment.toggle_queue)
        self.paused = PausedNotice(self._studio)
        self.paused.keys_requested.connect(self.keys_requested)
        self.trouble = TextButton("life-buoy", "danger")
        self.trouble.clicked.connect(self._on_trouble_clicked)
        self.all_jobs = IconButton("list", self.tr("All jobs"), self.tr("Show all jobs"), "Ctrl+J")
        self.all_jobs.clicked.connect(self.open_list)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        whole.addWidget(Rule())
        line = QWidget()  # a bare layout of fixed heights would not fill the bar
        whole.addWidget(line, 1)
        row = QHBoxLayout(line)
        row.setContentsMargins(SPACE.l, 0, SPACE.m, 0)
        row.setSpacing(SPACE.s)
        for part in (self.icon, self.idle, self.count, self.prompt, self.bar, self.left):
            row.addWidget(part)
        row.addWidget(self.cancel)
        queued = QHBoxLayout()
        queued.setSpacing(SPACE.xs + 1)
        for part in (self.queued, self.queued_count, self.queued_sum):
            queued.addWidget(part)
        row.addLayout(queued)
        row.addWidget(self.pause)
        row.addWidget(self.paused, 1)
        row.addStretch(0)
        row.addWidget(self.trouble)
        row.addSpacing(SPACE.xs)
        row.addWidget(self.all_jobs)

    # Showing

    def _show_running(self, running: Sequence[Job], queued: int) -> None:
        first = self._first
        for part in (self.prompt, self.bar, self.left, self.cancel):
            part.setVisible(first is not None)
        self.idle.setVisible(first is None and not queued)
        self.count.setVisible(first is not None)
        if first is None:
            self.icon.show_icon("clock" if queued else "check", "muted")
            return
        self.icon.show_icon("loader", "muted")
        self.count.setText(self.tr("{count} running").format(count=len(running)))
        self.prompt.setText(prompt_start(first.request.prompt))
        self._show_time(first)

    def _show_time(self, job: Job) -> None:
        now = datetime.now(UTC)
        left = left_now(job, now)
        self.bar.show_fraction(fraction_now(job, now))
        if left is None:
            words = job_words(job, now)
        elif left > 0:
            words = self.tr("{time} left").format(time=seconds_words(left))
        else:
            words = self.tr("longer than usual")
        self.left.setText(words)
        tip = tooltip(job_tip(job, prompt_start(job.request.prompt, 300), job_words(job, now)))
        for part in (self.prompt, self.bar, self.left):
            part.setToolTip(tip)
        self.cancel.setAccessibleDescription(prompt_start(job.request.prompt))

    def _show_pause(self, is_paused: bool, has_jobs: bool) -> None:
        self.pause.setVisible(is_paused or has_jobs)
        name = self.tr("Resume the queue") if is_paused else self.tr("Pause the queue")
        tip = (
            self.tr("Let the waiting jobs go on")
            if is_paused
            else self.tr("Send nothing more; what runs is finished")
        )
        if self.pause.accessibleName() != name:
            self.pause.setAccessibleName(name)
            self.pause.show_icon("play" if is_paused else "pause")
        self.pause.show_tip(tip, PAUSE_KEYS)

    def _show_queued(self, queued: Sequence[Job], rates: Rates) -> None:
        for part in (self.queued, self.queued_count, self.queued_sum):
            part.setVisible(bool(queued))
        self.queued.setText(self.tr("queued"))
        self.queued_count.setText(str(len(queued)))
        self.queued_sum.setText(f"· {sum_words(job.price for job in queued)}")
        most = worst_case_words(queued, rates)
        self.queued_sum.setToolTip(tooltip(most))
        self.queued_sum.setAccessibleDescription(most)

    def _show_trouble(self, jobs: Sequence[Job]) -> None:
        unknown = [job for job in jobs if job.state is JobState.UNKNOWN and not job.aside]
        lost = [job for job in jobs if job.state is JobState.LOST and not job.aside]
        worst = unknown or lost
        self.trouble.setVisible(bool(worst))
        if not worst:
            return
        what = self.tr("{count} outcome unknown") if unknown else self.tr("{count} lost")
        providers = dict.fromkeys(provider_title(job.request.provider) for job in worst)
        oldest = min(job.updated for job in worst)
        parts = [
            what.format(count=len(worst)),
            ", ".join(providers),
            sum_words(job.price for job in worst),
            age_words(oldest, datetime.now(UTC)),
        ]
        if unknown and lost:
            parts.append(self.tr("{count} lost").format(count=len(lost)))
        self.trouble.show_text(" · ".join(parts))
        tip = self.tr("It may have been charged: look and decide") if unknown else self.tr("Look")
        self.trouble.setToolTip(tooltip(tip))

    def _make_room(self) -> None:
        """Where the line is too long for the window, the least telling parts go first."""
        first = self._first is not None
        queued = bool(self.queued_count.text()) and not self.queued_count.isHidden()
        paused, asks = self.paused.is_shown(), self.paused.is_asking()
        parts = (
            (self.prompt, first),
            (self.bar, first),
            (self.queued_sum, queued),
            (self.left, first),
            (self.paused.keys, paused and not self.paused.is_whole()),
            (self.paused.resume, paused and (asks or not self.paused.is_whole())),
        )
        for part, wanted in parts:
            part.setVisible(wanted)
        for part, _ in parts:
            if self._needed() <= self.width():
                return
            if not (asks and part is self.paused.resume):  # the price of what waits stays in view
                part.hide()

    def _needed(self) -> int:
        """Width in px that the parts in view need at least. Not asked of the layouts: they learn
        of a hidden part only with the next turn of the event loop.
        """
        parts = (
            *(self.icon, self.idle, self.count, self.prompt, self.bar, self.left, self.cancel),
            *(self.queued, self.queued_count, self.queued_sum, self.pause, *self.paused.parts),
            *(self.trouble, self.all_jobs),
        )
        widths = [
            max(part.minimumSizeHint().width(), part.minimumWidth())
            for part in parts
            if not part.isHidden()
        ]
        return sum(widths) + SPACE.s * len(widths) + 3 * SPACE.l

    # Asking

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._first is not None:
            self._studio.jobs.cancel(self._first.id)

    @Slot()
    def _on_trouble_clicked(self) -> None:
        self.rescue_requested.emit()

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._first is not None:
            self._show_time(self._first)
        self._show_trouble(list(self._studio.state.board.jobs.values()))
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_time()


def _label(tone: str = "text", *, strong: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    if tone == "muted":
        set_tone(label, "muted")
    label.setProperty("strong", strong)
    return label
