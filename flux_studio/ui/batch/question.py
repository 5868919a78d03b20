"""The question before a batch is paid for: above the sum of one's choice, or with pictures that
are there already. It stands in the window and is not modal; other rows take it back.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from flux_studio.core.money import dollars
from flux_studio.session.batch_pay import BatchPay
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import announce, tooltip


class BatchQuestionBar(QFrame):
    """Hidden unless something is asked. Enter answers with the button that has the keyboard, Escape
    sends nothing. No signals: it asks the batch's pay desk.
    """

    def __init__(self, pay: BatchPay) -> None:
        super().__init__()
        self._pay = pay
        self.setProperty("card", True)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.leave = _button(self.tr("Cancel"), self.tr("Send nothing"), "Esc")
        self.all = _button("", self.tr("Send all rows and pay for them"))
        self.fresh = _button("", self.tr("Send only what is not in the library yet"))
        self.leave.clicked.connect(pay.leave)
        self.all.clicked.connect(lambda: pay.pay())
        self.fresh.clicked.connect(lambda: pay.pay(fresh_only=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.m, SPACE.s, SPACE.m, SPACE.s)
        row.setSpacing(SPACE.s)
        row.addWidget(self.words, 1)
        for button in (self.leave, self.all, self.fresh):
            row.addWidget(button)
        pay.asked_changed.connect(self.show_question)
        self.hide()

    @Slot()
    def show_question(self) -> None:
        """Show what is asked, or nothing."""
        asked = self._pay.asked
        if asked is None:
            self.hide()
            return
        count, total = asked.pictures, dollars(asked.total)
        text = self.tr("Send {count} for {total}?").format(count=count, total=total)
        if asked.have:
            text = self.tr("You have {have} of these {count} pictures already.")
            text = text.format(have=asked.have, count=count)
        self.words.setText(text)
        whole = self.tr("Send all {total}") if asked.have else self.tr("Send")
        _name(self.all, whole.format(total=total))
        left = sum(len(order.requests) for _, order in asked.fresh)
        rest = self.tr("Send the other {count} for {total}")
        _name(self.fresh, rest.format(count=left, total=dollars(asked.fresh_total)))
        self.fresh.setVisible(bool(asked.have and left))
        self.setAccessibleName(text)
        self.show()
        first = self.fresh if asked.have and left else self.leave if asked.have else self.all
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self._pay.leave()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.isAutoRepeat():
                focused = (b for b in (self.leave, self.all, self.fresh) if b.hasFocus())
                for button in focused:
                    button.click()
                    return
            case _:
                super().keyPressEvent(event)


def _name(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)


def _button(text: str, tip: str, shortcut: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, shortcut))
    button.setAutoDefault(False)
    return button
