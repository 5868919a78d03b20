"""The question above Generate: an order above the sum of one's choice, or a picture that is there
already. It is not modal; another form takes it back.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from shiboken6 import isValid

from flux_studio.core.money import dollars
from flux_studio.session.state import PayQuestion, StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.pay_frame import PayFrame


class Confirmation(PayFrame):
    """Hidden unless the state has a question. Enter answers yes to a sum, and shows the picture
    that is there; Escape leaves it. No signals: it asks the studio's pay desk.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._focus_before: QWidget | None = None
        self.setProperty("card", True)

    def show_state(self, state: StudioState) -> None:
        if state.asked is self._shown:
            return
        before, self._shown = self._shown, state.asked
        if state.asked is None:
            self._close()
            return
        self._show_question(state.asked)
        if before is None:
            self._focus_before = QApplication.focusWidget()
        self.show()
        # What is sent again from another window is asked about there too: its keys stay there.
        if not state.asked.again_of or QApplication.activeWindow() in (None, self.window()):
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.isAutoRepeat():
                focused = next((b for b in (self.cancel, self.pay) if b.hasFocus()), self._first())
                focused.click()
            case _:
                super().keyPressEvent(event)

    def _first(self) -> QPushButton:
        """What Enter does at once: never paying again for what is there."""
        has_picture = self._shown is not None and bool(self._shown.have)
        return self.show_it if has_picture else self.pay

    def _show_question(self, asked: PayQuestion) -> None:
        yes = self.tr("Send again") if asked.again_of else self.tr("Generate")
        pay = self.tr("Pay again {total}") if asked.have else yes
        pay = pay.format(total=dollars(asked.total))
        self.ask(self._words(asked), pay, has_picture=bool(asked.have))

    def _words(self, asked: PayQuestion) -> str:
        count, total = asked.count, dollars(asked.total)
        if asked.have and count > 1:
            text = self.tr("You have {have} of these {count} pictures already.")
            return text.format(have=len(asked.have), count=count)
        if asked.have:
            return self.tr("You have this picture already.")
        text = self.tr("Generate {count} for {total}?")
        if asked.again_of:
            text = self.tr("Send {count} again for {total}?")
        return text.format(count=count, total=total)

    def _close(self) -> None:
        """Hide, and give the keyboard back to where it was."""
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self.window())
        self.hide()
        before, self._focus_before = self._focus_before, None
        if had_focus and before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
