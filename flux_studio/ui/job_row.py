"""One job of the list: what was asked, where it is, what it costs, and what can be done now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.job import Job, JobState
from flux_studio.core.money import dollars
from flux_studio.session.answers import concerns
from flux_studio.session.studio import Studio
from flux_studio.ui.again_question import AgainQuestion
from flux_studio.ui.elsewhere_line import ElsewhereLine
from flux_studio.ui.job_details import id_words, job_tip, log_lines
from flux_studio.ui.outcome_card import OutcomeCard
from flux_studio.ui.phrases import (
    age_words,
    fraction_now,
    job_words,
    model_words,
    prompt_start,
    size_words,
)
from flux_studio.ui.refusal_words import told_words
from flux_studio.ui.style import Tone, set_look, set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip
from flux_studio.ui.widgets.word_button import word_button

_LOOKS: dict[JobState, tuple[str, Tone]] = {
    JobState.PLANNED: ("clock", "muted"),
    JobState.UNKNOWN: ("life-buoy", "danger"),
    JobState.LOST: ("circle-x", "danger"),
    JobState.REFUSED: ("ban", "warn"),
    JobState.FAILED: ("circle-alert", "danger"),
    JobState.CANCELLED: ("circle-x", "muted"),
    JobState.SAVED: ("circle-check", "ok"),
}
_RUNNING: tuple[str, Tone] = ("loader", "muted")
_FOR_SUPPORT = (JobState.UNKNOWN, JobState.LOST, JobState.REFUSED, JobState.FAILED)
_ICON = 16  # px


class JobRow(QFrame):
    """A card of the list. It asks the studio itself; no signals."""

    def __init__(self, job: Job, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._job = job
        self.outcome: OutcomeCard | None = None
        self._folded = False
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make_parts()
        self._lay_out()

    @property
    def job(self) -> Job:
        return self._job

    def show_job(self, job: Job, now: datetime) -> None:
        """Show `job` as it is at `now` (UTC)."""
        self._job = job
        icon, tone = _LOOKS.get(job.state, _RUNNING)
        self.icon.show_icon(icon, tone)
        self.prompt.setText(prompt_start(job.request.prompt, 300) or self.tr("No prompt"))
        self.price.setText(dollars(job.price))
        self.setAccessibleName(prompt_start(job.request.prompt))
        self._show_buttons()
        self._show_message()
        self._show_ids()
        self._show_outcome()
        self.elsewhere.show_job(job)
        self.show_time(now)

    def show_time(self, now: datetime) -> None:
        """Move the words of time on."""
        job = self._job
        request = job.request
        parts = [
            job_words(job, now),
            model_words(request, self._studio.state.cards),
            size_words(request.size),
            age_words(job.sent or job.created, now),
        ]
        if job.words and job.words not in parts[0]:
            parts.insert(1, job.words)
        self.words.setText(" · ".join(parts))
        tip = tooltip(job_tip(job, self.words.text()))
        for part in (self.words, self.bar):
            part.setToolTip(tip)
        self.setAccessibleDescription("\n".join((self.words.text(), *log_lines(job))))
        is_running = job.state not in _LOOKS
        self.bar.setVisible(is_running)
        if is_running:
            self.bar.show_fraction(fraction_now(job, now))

    def unfold(self) -> None:
        """Show the three ways out of a job whose outcome is not known."""
        self._folded = False
        self._show_outcome()

    def show_problem(self, sentence: str) -> None:
        if self.outcome is not None:
            self.outcome.show_problem(sentence)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """To what one would do first here."""
        if self.outcome is not None and not self._folded:
            self.outcome.task.setFocus(reason)
        else:
            next((b for b in self._buttons if b.isVisible()), self.cancel).setFocus(reason)

    def _make_parts(self) -> None:
        self.icon = ThemedIcon("clock", "muted", _ICON)
        self.prompt = ElidedLabel()
        self.words = ElidedLabel()
        set_type(self.words, "small")
        set_tone(self.words, "muted")
        self.price = QLabel()
        self.price.setTextFormat(Qt.TextFormat.PlainText)
        self.price.setProperty("strong", True)
        self.question = AgainQuestion(self._studio, self._job.id)
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.ids = QLabel()
        self.ids.setTextFormat(Qt.TextFormat.PlainText)
        self.ids.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.ids.setToolTip(tooltip(self.tr("What the provider's support asks for")))
        set_type(self.ids, "small")
        set_tone(self.ids, "muted")
        self.elsewhere = ElsewhereLine(self._studio)
        self.bar = ThinProgress(self.tr("Progress"))
        self.cancel = word_button(self.tr("Cancel"), self.tr("Cancel this job"), icon="x")
        self.again = word_button(
            self.tr("Send again"),
            self.tr("Order it once more, with its own settings"),
            icon="rotate-cw",
        )
        self.dismiss = word_button(
            self.tr("Dismiss"), self.tr("Take it off this list"), icon="check"
        )
        self.decide = word_button(
            self.tr("Decide…"), self.tr("Look at what happened and decide"), icon="chevron-down"
        )
        self.lead = word_button(
            self.tr("Show in form"),
            self.tr("Go to the setting that it ended for"),
            icon="circle-dot",
        )
        self.evidence = IconButton(
            "download",
            self.tr("Evidence file"),
            self.tr("Write all that is known of this job to a file, without key and prompt"),
            edge=SHAPE.target,
        )
        self.evidence.clicked.connect(self._on_evidence_clicked)
        self._buttons = (self.decide, self.again, self.cancel, self.dismiss)
        self.lead.setProperty("small", True)
        set_look(self.lead, "link")
        self.lead.clicked.connect(self._on_lead_clicked)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.again.clicked.connect(self._on_again_clicked)
        self.dismiss.clicked.connect(self._on_dismiss_clicked)
        self.decide.clicked.connect(self.unfold)

    def _lay_out(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.prompt)
        lines.addWidget(self.words)
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        head.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(lines, 1)
        head.addWidget(self.price)
        head.addSpacing(SPACE.xs)
        for button in self._buttons:
            head.addWidget(button)
        head.addWidget(self.evidence)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        self._body.setSpacing(SPACE.s)
        self._body.addWidget(self.bar)
        said = QHBoxLayout()
        said.setSpacing(SPACE.s)
        said.addWidget(self.message, 1)
        said.addWidget(self.lead, 0, Qt.AlignmentFlag.AlignTop)
        self._body.addLayout(said)
        self._body.addWidget(self.question)
        self._body.addWidget(self.ids)
        self._body.addWidget(self.elsewhere)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.s)
        column.addLayout(head)
        column.addLayout(self._body)

    def _show_buttons(self) -> None:
        state = self._job.state
        can_cancel = not self._job.ended and state is not JobState.UNKNOWN
        self.cancel.setVisible(can_cancel)
        self.again.setVisible(state in (JobState.REFUSED, JobState.FAILED))
        self.dismiss.setVisible(self._job.ended)
        form = self._studio.state
        self.lead.setVisible(concerns(self._job, form.draft, form.check))
        self.decide.setVisible(state is JobState.UNKNOWN and self._folded)

    def _show_message(self) -> None:
        self.message.setText(told_words(self._job, self._studio.card_of(self._job.request)))
        shown = bool(self._job.message) and self._job.state is not JobState.UNKNOWN
        self.message.setVisible(shown)

    def _show_ids(self) -> None:
        self.ids.setText(id_words(self._job))
        self.ids.setVisible(bool(self.ids.text()) and self._job.state in _FOR_SUPPORT)

    def _show_outcome(self) -> None:
        is_unknown = self._job.state is JobState.UNKNOWN
        if is_unknown and self.outcome is None:
            self.outcome = OutcomeCard(self._job)
            self.outcome.found.connect(self._on_outcome_found)
            self.outcome.not_charged.connect(self._on_outcome_not_charged)
            self.outcome.left_alone.connect(self._on_outcome_left)
            self._body.addWidget(self.outcome)
        if self.outcome is not None:
            self.outcome.setVisible(is_unknown and not self._folded)
            if is_unknown:
                self.outcome.show_job(self._job)
        self.decide.setVisible(is_unknown and self._folded)

    @Slot()
    def _on_evidence_clicked(self) -> None:
        name = f"flux-studio-evidence-{self._job.id}.json"
        title, kinds = self.tr("Write the evidence file"), self.tr("JSON files (*.json)")
        path, _ = QFileDialog.getSaveFileName(self, title, name, kinds)
        if path:
            self._studio.payment.write_evidence(self._job, Path(path))

    @Slot()
    def _on_lead_clicked(self) -> None:
        if self._studio.jobs.lead_to(self._job.id):
            self.window().close()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self._studio.jobs.cancel(self._job.id)

    @Slot()
    def _on_again_clicked(self) -> None:
        self._studio.jobs.send_again(self._job.id)

    @Slot()
    def _on_dismiss_clicked(self) -> None:
        self._studio.jobs.dismiss(self._job.id)

    @Slot(str)
    def _on_outcome_found(self, task: str) -> None:
        self._studio.jobs.resolve_found(self._job.id, task)

    @Slot(bool)
    def _on_outcome_not_charged(self, send_again: bool) -> None:
        self._studio.jobs.resolve_not_charged(self._job.id, send_again)

    @Slot()
    def _on_outcome_left(self) -> None:
        self._folded = True
        self._show_outcome()
        self.decide.setFocus(Qt.FocusReason.OtherFocusReason)
