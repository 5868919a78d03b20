"""Shows each new notice of the state once, at the foot of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from flux_studio.session.state import StudioState, Tone
from flux_studio.ui.phrases import notice_words
from flux_studio.ui.widgets.toast import Toast

BAD_SECONDS = 15.0  # bad news stays longer than good
SECONDS = 6.0


class Notices:
    """The one toast of the window; it remembers which notice it has shown."""

    def __init__(self, parent: QWidget) -> None:
        self.toast = Toast(parent)
        self._shown = 0

    def show_state(self, state: StudioState) -> None:
        notice = state.notice
        if notice is None or notice.number <= self._shown:
            return
        self._shown = notice.number
        seconds = BAD_SECONDS if notice.tone is Tone.BAD else SECONDS
        self.toast.show_notice(notice_words(notice), seconds=seconds)
