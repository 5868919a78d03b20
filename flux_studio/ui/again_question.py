"""The question before a job is sent again: above the sum of one's choice, or where its picture is
there already. It stands at the job itself; the form has no part in it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.session.state import PayQuestion, StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.style import set_surface
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class AgainQuestion(QFrame):
    """Hidden unless the state asks about this job. Escape leaves it. No signals: it asks the pay
    desk.
    """

    def __init__(self, studio: Studio, job: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._job = job
        self._shown: PayQuestion | None = None
        set_surface(self, "raised")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.show_it = _button(self.tr("Show it"), self.tr("Look at the picture that is there"))
        self.pay = _button(self.tr("Send again"), self.tr("Send it and pay for it"))
        self.cancel = _button(self.tr("Cancel"), self.tr("Send nothing"), "Esc")
        self.show_it.clicked.connect(studio.payment.show_picture)
        self.pay.clicked.connect(studio.payment.pay)
        self.cancel.clicked.connect(studio.payment.leave)
        row = QHBoxLayout()
        row.setSpacing(SPACE.s)
        row.addStretch(1)
        for button in (self.cancel, self.pay, self.show_it):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.s, SPACE.m, SPACE.s)
        column.setSpacing(SPACE.s)
        column.addWidget(self.words)
        column.addLayout(row)
        self.hide()

    def show_state(self, state: StudioState) -> None:
        asked = state.asked if state.asked and state.asked.again_of == self._job else None
        if asked is self._shown:
            return
        self._shown = asked
        self.setVisible(asked is not None)
        if asked is None:
            return
        total = dollars(asked.total)
        if asked.have:
            self.words.setText(self.tr("You have this picture already."))
        elif asked.also:
            text = self.tr("Send {count} again for {total}?")
            self.words.setText(text.format(count=asked.count, total=total))
        else:
            self.words.setText(self.tr("Send it again for {total}?").format(total=total))
        pay = self.tr("Pay again {total}") if asked.have else self.tr("Send for {total}")
        self.pay.setText(pay.format(total=total))
        self.pay.setAccessibleName(self.pay.text())
        for button in (self.pay, self.show_it, self.cancel):
            button.setAccessibleDescription(self.words.text())
        self.show_it.setVisible(bool(asked.have))
        self.setAccessibleName(self.words.text())
        # Never on the button that pays: a second Enter must not answer it.
        (self.show_it if asked.have else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._studio.payment.leave()
        else:
            super().keyPressEvent(event)


def _button(text: str, tip: str, shortcut: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, shortcut))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAutoDefault(False)
    return button
