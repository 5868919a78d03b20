"""Sentences from behind the window, told on any thread and shown on the main one."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio

log = logging.getLogger(__name__)


class News(QObject):
    """Shows what was repaired, left out, or needs a person. A child of the studio.

    Signal: `told(sentence)` for each of them.
    """

    told = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.told.connect(self._on_told)

    def tell(self, sentence: str) -> None:
        """Show a sentence and write it to the log. Thread-safe."""
        log.warning("%s", sentence)
        try:
            self.told.emit(sentence)
        except RuntimeError:
            # The Qt side is gone at the end of the program; the log has it.
            log.debug("news came at exit")

    @Slot(str)
    def on_engine_broken(self, sentence: str) -> None:
        """There is no engine in this run: pictures can be looked at, and Generate says why not."""
        text = QT_TRANSLATE_NOOP("Problem", "{sentence}")
        self._studio.block(Problem(Control.MODEL, text, (("sentence", sentence),)))
        self._on_told(sentence)

    @Slot(str)
    def _on_told(self, sentence: str) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "{sentence}")
        self._studio.say(Tone.BAD, text, (("sentence", sentence),))
