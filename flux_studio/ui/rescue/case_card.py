"""One job to rescue: what it was, where it stands, how long the provider still has it, and what can
be done.
"""

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

from flux_studio.core.money import dollars
from flux_studio.core.rescue import Case, Deed, Standing
from flux_studio.providers.registry import row
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.again_question import AgainQuestion
from flux_studio.ui.phrases import age_words, model_words, prompt_start, provider_title
from flux_studio.ui.rescue.task_entry import TaskEntry
from flux_studio.ui.rescue.words import (
    again_words,
    is_urgent,
    left_words,
    stake,
    standing_words,
)
from flux_studio.ui.reveal import open_site
from flux_studio.ui.style import Tone, set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine, ThemedIcon
from flux_studio.ui.widgets.word_button import word_button

_PRICE = 64  # px, so that the buttons beside it stand below each other
_ICON = 16  # px
_LOOKS: dict[Standing, tuple[str, Tone]] = {
    Standing.UNCLEAR: ("life-buoy", "danger"),
    Standing.COMING: ("loader", "muted"),
    Standing.GIVEN_UP: ("circle-x", "danger"),
    Standing.ENDED: ("circle-alert", "warn"),
}


class CaseCard(QFrame):
    """A card of the rescue desk. It asks the desk itself; no signals."""

    def __init__(self, case: Case, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._desk = studio.rescue
        self._case = case
        self.setProperty("card", True)
        self._make_head()
        self._make_body()
        self._make_deeds()
        self._lay_out()

    @property
    def case(self) -> Case:
        return self._case

    def show_case(self, case: Case, now: datetime) -> None:
        """Show `case` as it is at `now` (UTC). What was typed stays."""
        if case != self._case:
            self.show_problem("")
            self._busy(False)
        self._case, job = case, case.job
        icon, tone = _LOOKS[case.standing]
        self.icon.show_icon(icon, tone)
        self.prompt.setText(prompt_start(job.request.prompt, 300) or self.tr("No prompt"))
        self.setAccessibleName(prompt_start(job.request.prompt))
        self.price.setText(dollars(stake(case)))
        self.message.setText(job.message)
        self.message.setVisible(bool(job.message))
        self.entry.setVisible(case.can(Deed.ENTER_ID))
        self.site.setVisible(bool(self._site()) and case.standing is not Standing.COMING)
        self.again.setText(again_words(case, self._studio.jobs.price_again(job)))
        self.again.setAccessibleName(self.again.text())
        for deed, button in self._deeds.items():
            button.setVisible(case.can(deed))
        self.show_found()
        self.show_time(now)

    def show_time(self, now: datetime) -> None:
        """Move the words of time on."""
        job = self._case.job
        parts = [
            standing_words(self._case, now),
            model_words(job.request, self._studio.state.cards),
            age_words(job.sent or job.created, now),
        ]
        self.words.setText(" · ".join(parts))
        self.left.setText(left_words(self._case, now))
        self.left.setVisible(bool(self.left.text()))
        set_tone(self.left, "warn" if is_urgent(self._case, now) else "muted")
        self.setAccessibleDescription(" · ".join(filter(None, (*parts, self.left.text()))))

    def show_found(self) -> None:
        """What the provider's list of tasks says of it."""
        self.entry.show_found(self._desk.found.get(self._case.job.id))

    def show_state(self, state: StudioState) -> None:
        """The question before it is sent again."""
        self.question.show_state(state)

    def show_problem(self, sentence: str) -> None:
        """Why what was asked did not lead anywhere; empty clears."""
        self.problem.show_problem(sentence)
        if sentence:
            self._busy(False)

    def take_focus(self) -> None:
        """To what one would do first here."""
        first = next((b for b in self._deeds.values() if not b.isHidden()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_head(self) -> None:
        self.icon = ThemedIcon("life-buoy", "danger", _ICON)
        self.prompt = ElidedLabel()
        self.words = ElidedLabel()
        set_type(self.words, "small")
        set_tone(self.words, "muted")
        self.price, self.left = QLabel(), QLabel()
        for label in (self.price, self.left):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.price.setProperty("strong", True)
        self.price.setMinimumWidth(_PRICE)
        set_type(self.left, "small")

    def _make_body(self) -> None:
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.entry = TaskEntry()
        self.entry.chosen.connect(self._on_entry_chosen)
        self.problem = ProblemLine()
        self.question = AgainQuestion(self._studio, self._case.job.id)

    def _make_deeds(self) -> None:
        self.fetch = word_button(
            self.tr("Fetch again"),
            self.tr("Ask the provider for it once more; free"),
            icon="rotate-cw",
        )
        self.look = word_button(
            self.tr("Look for it"),
            self.tr("Look in the provider's list of tasks; free"),
            icon="search",
        )
        self.charged = word_button(
            self.tr("Charged"), self.tr("You saw at the provider that it was charged")
        )
        self.not_charged = word_button(
            self.tr("Not charged"), self.tr("You saw at the provider that it was not charged")
        )
        self.again = word_button(
            self.tr("Send again"), self.tr("Order it as a new job, which is paid anew")
        )
        self.leave = word_button(
            self.tr("Leave"), self.tr("Take it off this list; the journal keeps it")
        )
        self.put_back = word_button(self.tr("Put back"), self.tr("Put it back on the list"))
        self.evidence = IconButton(
            "download",
            self.tr("Evidence file"),
            self.tr("Write all that is known of this job to a file, without key and prompt"),
            edge=SHAPE.target,
        )
        title = provider_title(self._case.job.request.provider)
        page = self.tr("Open the usage page of {provider} in the browser").format(provider=title)
        self.site = IconButton("external-link", page, page, edge=SHAPE.target)
        self._deeds: dict[Deed, QWidget] = {
            Deed.FETCH: self.fetch, Deed.LOOK: self.look, Deed.CHARGED: self.charged,
            Deed.NOT_CHARGED: self.not_charged, Deed.SEND_AGAIN: self.again,
            Deed.LEAVE: self.leave, Deed.PUT_BACK: self.put_back, Deed.EVIDENCE: self.evidence,
        }  # fmt: skip
        self.fetch.clicked.connect(self._on_fetch_clicked)
        self.look.clicked.connect(self._on_look_clicked)
        self.charged.clicked.connect(self._on_charged_clicked)
        self.not_charged.clicked.connect(self._on_not_charged_clicked)
        self.again.clicked.connect(self._on_again_clicked)
        self.leave.clicked.connect(self._on_leave_clicked)
        self.put_back.clicked.connect(self._on_put_back_clicked)
        self.evidence.clicked.connect(self._on_evidence_clicked)
        self.site.clicked.connect(self._on_site_clicked)

    def _lay_out(self) -> None:
        lines, money = QVBoxLayout(), QVBoxLayout()
        for column, parts in ((lines, (self.prompt, self.words)), (money, (self.price, self.left))):
            column.setSpacing(2)
            for part in parts:
                column.addWidget(part)
        money.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        head.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(lines, 1)
        for tool in (self.site, self.evidence):
            head.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(money)
        deeds = QHBoxLayout()
        deeds.setSpacing(SPACE.s)
        for button in (self.fetch, self.look, self.charged, self.not_charged, self.again):
            deeds.addWidget(button)
        deeds.addStretch(1)
        for widget in (self.leave, self.put_back):
            deeds.addWidget(widget)
        body = QVBoxLayout()
        body.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        body.setSpacing(SPACE.s)
        for shown in (self.message, self.entry, self.problem, self.question):
            body.addWidget(shown)
        body.addLayout(deeds)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        whole.setSpacing(SPACE.s)
        whole.addLayout(head)
        whole.addLayout(body)

    def _site(self) -> str:
        try:
            return row(self._case.job.request.provider).site
        except KeyError:
            return ""

    def _busy(self, busy: bool) -> None:
        """While the provider is asked it is not asked once more."""
        self.fetch.setEnabled(not busy)
        self.look.setEnabled(not busy)

    @Slot()
    def _on_fetch_clicked(self) -> None:
        self._busy(True)
        self._desk.fetch(self._case.job.id)

    @Slot()
    def _on_look_clicked(self) -> None:
        self._busy(True)
        self._desk.look(self._case.job.id)

    @Slot(str)
    def _on_entry_chosen(self, task: str) -> None:
        self.show_problem("")
        self._desk.follow(self._case.job.id, task)

    @Slot()
    def _on_charged_clicked(self) -> None:
        self._desk.settle(self._case.job.id, True)

    @Slot()
    def _on_not_charged_clicked(self) -> None:
        self._desk.settle(self._case.job.id, False)

    @Slot()
    def _on_again_clicked(self) -> None:
        self._desk.send_again(self._case.job.id)

    @Slot()
    def _on_leave_clicked(self) -> None:
        self._desk.leave(self._case.job.id)

    @Slot()
    def _on_put_back_clicked(self) -> None:
        self._desk.put_back(self._case.job.id)

    @Slot()
    def _on_evidence_clicked(self) -> None:
        name = f"flux-studio-evidence-{self._case.job.id}.json"
        title, kinds = self.tr("Write the evidence file"), self.tr("JSON files (*.json)")
        path, _ = QFileDialog.getSaveFileName(self, title, name, kinds)
        if path:
            self._desk.write_evidence(self._case.job, Path(path))

    @Slot()
    def _on_site_clicked(self) -> None:
        open_site(self._site())
