"""What every question before paying is made of: the words, and three answers to them. Where it
stands and what Enter does there is the affair of each.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.session.state import PayQuestion
from flux_studio.session.studio import Studio
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.word_button import word_button

translate = QCoreApplication.translate


class PayFrame(QFrame):
    """Hidden at first. Escape leaves the question. No signals: it asks the pay desk."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._shown: PayQuestion | None = None
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.show_it = word_button(
            translate("PayFrame", "Show it"),
            translate("PayFrame", "Look at the picture that is there"),
        )
        self.pay = word_button("", translate("PayFrame", "Send it and pay for it"))
        self.cancel = word_button(
            translate("PayFrame", "Cancel"), translate("PayFrame", "Send nothing"), keys="Esc"
        )
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

    def ask(self, words: str, pay: str, *, has_picture: bool) -> None:
        """Ask `words`; `pay` stands on the button that pays. With `has_picture` there is one to
        look at instead.
        """
        self.words.setText(words)
        self.setAccessibleName(words)
        self.pay.setText(pay)
        self.pay.setAccessibleName(pay)
        for button in (self.pay, self.show_it, self.cancel):
            button.setAccessibleDescription(words)
        self.show_it.setVisible(has_picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._studio.payment.leave()
        else:
            super().keyPressEvent(event)
