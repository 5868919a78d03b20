"""A job whose outcome is not known, put to the person: what happened, what is at stake, and the
three ways out.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from flux_studio.core.job import Job
from flux_studio.core.money import dollars
from flux_studio.providers.registry import row
from flux_studio.ui.copy_row import CopyRow
from flux_studio.ui.phrases import provider_title, when_words
from flux_studio.ui.reveal import open_site
from flux_studio.ui.style import set_problem, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip
from flux_studio.ui.widgets.word_button import word_button

LONGEST_ID = 200  # characters; providers' ids are far shorter


class OutcomeCard(QWidget):
    """Signals: `found(str)` with the task id that was entered, `not_charged(bool)` with whether to
    send it again, `left_alone()`.
    """

    found = Signal(str)
    not_charged = Signal(bool)
    left_alone = Signal()

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site = _site(job.request.provider)
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.facts = KeyValueRows()
        self.request_id = CopyRow(self.tr("Job id"), self.tr("Copy the job's id"))
        self._make_ways(job)
        self._lay_out(job)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """The words of the job as they are now. What was typed stays."""
        if self.message.text() != job.message:
            self.message.setText(job.message)
        sent = job.sent or job.created
        self.facts.show_rows(
            [
                Row(self.tr("At stake"), dollars(job.price)),
                Row(self.tr("Sent"), when_words(sent)),
            ]
        )
        self.request_id.show_value(job.ticket.task if job.ticket else job.id)

    def show_problem(self, sentence: str) -> None:
        """Why the id that was entered did not lead to the job."""
        self.problem.show_problem(sentence)
        set_problem(self.task, bool(sentence))
        self.take.setEnabled(bool(self.task.text().strip()))

    def _make_ways(self, job: Job) -> None:
        self.task = QLineEdit()
        self.task.setAccessibleName(self.tr("Task id"))
        self.task.setPlaceholderText(self.tr("Task id, as the provider's page shows it"))
        self.task.setToolTip(tooltip(self.tr("The id of the task at the provider")))
        self.task.setMaxLength(LONGEST_ID)
        self.task.textChanged.connect(self._on_task_changed)
        self.task.returnPressed.connect(self._on_take_clicked)
        self.take = word_button(
            self.tr("It is there"),
            self.tr("Follow the task of this id and fetch its picture"),
            icon="check",
        )
        self.take.setEnabled(False)
        self.take.clicked.connect(self._on_take_clicked)
        again = self.tr("Not charged: send again {price}").format(price=dollars(job.price))
        self.again = word_button(
            again,
            self.tr("You saw that nothing was charged: order it as a new job"),
            icon="rotate-cw",
        )
        self.again.clicked.connect(self._on_again_clicked)
        self.close_it = word_button(
            self.tr("Not charged: close"),
            self.tr("You saw that nothing was charged, and you do not need the picture"),
        )
        self.close_it.clicked.connect(self._on_close_clicked)
        self.leave = word_button(
            self.tr("Leave it"), self.tr("Decide later; nothing is sent, nothing changes")
        )
        self.leave.clicked.connect(self.left_alone)
        self.problem = ProblemLine()

    def _lay_out(self, job: Job) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE.xs, 0, 0)
        column.setSpacing(SPACE.s)
        column.addWidget(self.message)
        column.addWidget(self.facts)
        column.addWidget(self.request_id)
        if self._site:
            column.addLayout(self._usage_row(job))
        entry = QHBoxLayout()
        entry.setSpacing(SPACE.s)
        entry.addWidget(self.task, 1)
        entry.addWidget(self.take)
        column.addLayout(entry)
        column.addWidget(self.problem)
        ways = QHBoxLayout()
        ways.setSpacing(SPACE.s)
        for button in (self.again, self.close_it):
            ways.addWidget(button)
        ways.addStretch(1)
        ways.addWidget(self.leave)
        column.addLayout(ways)

    def _usage_row(self, job: Job) -> QHBoxLayout:
        title = provider_title(job.request.provider)
        words = QLabel(
            self.tr("Look at the usage page of {provider}: {site}").format(
                provider=title, site=self._site
            )
        )
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        set_tone(words, "muted")
        self.open = word_button(
            self.tr("Open"), self.tr("Open the page in the browser"), icon="external-link"
        )
        self.open.clicked.connect(self._on_open_clicked)
        row_ = QHBoxLayout()
        row_.addWidget(words, 1)
        row_.addWidget(self.open)
        return row_

    @Slot(str)
    def _on_task_changed(self, text: str) -> None:
        self.show_problem("")
        self.take.setEnabled(bool(text.strip()))

    @Slot()
    def _on_take_clicked(self) -> None:
        task = self.task.text().strip()
        if task:
            self.take.setEnabled(False)
            self.found.emit(task)

    @Slot()
    def _on_again_clicked(self) -> None:
        self.not_charged.emit(True)

    @Slot()
    def _on_close_clicked(self) -> None:
        self.not_charged.emit(False)

    @Slot()
    def _on_open_clicked(self) -> None:
        open_site(self._site)


def _site(provider: str) -> str:
    try:
        return row(provider).site
    except KeyError:
        return ""
