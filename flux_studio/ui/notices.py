"""Shows each new notice of the state once, at the foot of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from flux_studio.session.state import Notice, StudioState, Tone
from flux_studio.ui.phrases import notice_words, translate
from flux_studio.ui.widgets.toast import Toast

BAD_SECONDS = 15.0  # bad news stays longer than good, and so does what can be acted upon
SECONDS = 6.0
_FIRST_SECONDS = 2.0  # until one looks there
_LETTERS_A_SECOND = 18  # of slow reading


class Notices:
    """The one toast of the window; it remembers which notice it has shown. `act` is told of a
    notice whose button was pressed.
    """

    def __init__(self, parent: QWidget, act: Callable[[Notice], object] = lambda _: None) -> None:
        self.toast = Toast(parent)
        self.toast.action_asked.connect(self._on_action_asked)
        self._act = act
        self._notice: Notice | None = None
        self._shown = 0

    def show_state(self, state: StudioState) -> None:
        notice = state.notice
        if notice is None or notice.number <= self._shown:
            return
        self._shown = notice.number
        self._notice = notice
        lasting = notice.tone is Tone.BAD or notice.action
        action = translate("Notice", notice.action) if notice.action else ""
        words = notice_words(notice)
        seconds = BAD_SECONDS if lasting else seconds_to_read(words)
        self.toast.show_notice(words, action=action, seconds=seconds)

    def _on_action_asked(self) -> None:
        if self._notice is not None:
            self._act(self._notice)


def seconds_to_read(words: str) -> float:
    """How long a notice stays that asks for nothing: a short one does not cover pictures longer
    than it takes to read, and none longer than `SECONDS`.
    """
    return min(SECONDS, _FIRST_SECONDS + len(words) / _LETTERS_A_SECOND)
