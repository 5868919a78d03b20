"""Above Generate while a waiting job is in the form: the button puts it back changed, and here it
is put back as it was.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from flux_studio.core.job import queued
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class EditingBar(QFrame):
    """Hidden unless a job of the queue is edited. No signals: it asks the studio's queue."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.leave = QPushButton(self.tr("Leave as it was"))
        self.leave.setAccessibleName(self.leave.text())
        tip = self.tr("Put it back unchanged; what stood in the form comes back")
        self.leave.setToolTip(tooltip(tip))
        self.leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.leave.clicked.connect(studio.queue.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.m, SPACE.s, SPACE.s, SPACE.s)
        row.setSpacing(SPACE.s)
        row.addWidget(self.words, 1)
        row.addWidget(self.leave)
        self.hide()

    def show_state(self, state: StudioState) -> None:
        self.setVisible(bool(state.editing))
        if not state.editing:
            return
        ids = [job.id for job in queued(state.board.jobs.values())]
        place = ids.index(state.editing) + 1 if state.editing in ids else 0
        text = self.tr("Job {place} of the queue is in the form")
        self.words.setText(text.format(place=place))
