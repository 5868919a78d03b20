"""The part of the line of jobs that says what rests and why: a provider, a project, or the whole
queue; and asks for the yes after the network came back.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from flux_studio.core.job import queued
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.queue_words import send_words
from flux_studio.ui.style import set_look, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.tooltip import tooltip

PAUSED_LEAST = 110  # px of the reason stay in view
ICON_EDGE = 16  # px
OFFLINE, RECONNECTED = "offline", "reconnected"  # reasons of the engine for holding the queue


class PausedNotice(QWidget):
    """What rests and why, with the ways on. Signal: `keys_requested()`."""

    keys_requested = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._provider = ""
        self._whole, self._asking = False, False
        self._icon = ThemedIcon("pause", "warn", ICON_EDGE)
        self.words = ElidedLabel()
        self.words.setMinimumWidth(PAUSED_LEAST)
        set_tone(self.words, "warn")
        self.resume = _small(self.tr("Resume"), self.tr("Let the waiting jobs go on"), "play")
        self.keys = _small(
            self.tr("Keys"), self.tr("Look at the key of this provider"), "key-round"
        )
        self.resume.clicked.connect(self._on_resume_clicked)
        self.keys.clicked.connect(self.keys_requested)
        self.parts = (self._icon, self.words, self.resume, self.keys)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        for part in self.parts:
            row.addWidget(part)
        row.addStretch(1)

    def show_state(self, state: StudioState) -> None:
        """Say what rests, the whole queue before a project and a provider."""
        holds, projects, paused = state.holds, state.project_holds, state.paused
        self._whole = bool(holds or projects)
        for part in self.parts:
            part.setVisible(bool(paused or holds or projects))
        icon = "wifi-off" if OFFLINE in holds else "plug" if RECONNECTED in holds else "pause"
        self._icon.show_icon(icon, "warn")
        self._asking = OFFLINE in holds or RECONNECTED in holds
        self._show_resume(state)
        if holds or projects:
            self.words.setText(" ".join((holds or projects).values()))
        elif paused:
            self._show_provider(paused)

    def _show_resume(self, state: StudioState) -> None:
        """The way on; after the network came back it says for how much."""
        text, tip = self.tr("Resume"), self.tr("Let the waiting jobs go on")
        if RECONNECTED in state.holds:
            text = send_words(queued(state.board.jobs.values()))
            tip = self.tr("Send what waited for the network; nothing is sent before")
        elif OFFLINE in state.holds:
            text, tip = self.tr("Try now"), self.tr("Look whether the network is back")
        if self.resume.text() != text:
            self.resume.setText(text)
            self.resume.setAccessibleName(text)
            self.resume.setToolTip(tooltip(tip))
            set_look(self.resume, "" if RECONNECTED in state.holds else "flat")

    def _show_provider(self, paused: Mapping[str, str]) -> None:
        self._provider, reason = next(iter(paused.items()))
        text = self.tr("{provider} paused: {reason}")
        words = text.format(provider=provider_title(self._provider), reason=reason)
        if len(paused) > 1:
            words = self.tr("{words} (+{count} more)").format(words=words, count=len(paused) - 1)
        self.words.setText(words)

    def is_whole(self) -> bool:
        """Whether the whole queue rests: then no key is the trouble."""
        return self._whole

    def is_asking(self) -> bool:
        """Whether the way on is more than letting the queue go on: a price, or another try."""
        return self._asking

    def is_shown(self) -> bool:
        """Whether the queue or some provider rests."""
        return not self.words.isHidden()

    @Slot()
    def _on_resume_clicked(self) -> None:
        if self._whole:
            self._studio.payment.resume_queue()
        else:
            self._studio.jobs.resume_provider(self._provider)


def _small(text: str, tip: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_look(button, "flat")
    set_icon(button, icon, "muted")
    return button
