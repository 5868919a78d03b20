"""The question before a job is sent again: above the sum of one's choice, or where its picture is
there already. It stands at the job itself; the form has no part in it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from flux_studio.core.money import dollars
from flux_studio.session.state import PayQuestion, StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.pay_frame import PayFrame
from flux_studio.ui.style import set_surface


class AgainQuestion(PayFrame):
    """Hidden unless the state asks about this job. Escape leaves it. No signals: it asks the pay
    desk.
    """

    def __init__(self, studio: Studio, job: str, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._job = job
        set_surface(self, "raised")

    def show_state(self, state: StudioState) -> None:
        asked = state.asked if state.asked and state.asked.again_of == self._job else None
        if asked is self._shown:
            return
        self._shown = asked
        self.setVisible(asked is not None)
        if asked is not None:
            total = dollars(asked.total)
            pay = self.tr("Pay again {total}") if asked.have else self.tr("Send for {total}")
            words = self._words(asked, total)
            self.ask(words, pay.format(total=total), has_picture=bool(asked.have))
            # Never on the button that pays: a second Enter must not answer it.
            first = self.show_it if asked.have else self.cancel
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _words(self, asked: PayQuestion, total: str) -> str:
        if asked.have:
            return self.tr("You have this picture already.")
        if asked.also:
            text = self.tr("Send {count} again for {total}?")
            return text.format(count=asked.count, total=total)
        return self.tr("Send it again for {total}?").format(total=total)
