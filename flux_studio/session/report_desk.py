"""Saves the problem report from the window, in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio


class ReportDesk(QObject):
    """A child of the studio; `write` makes the file, blocking, and may raise OSError. No
    signals.
    """

    def __init__(self, studio: Studio, write: Callable[[Path], Path]) -> None:
        super().__init__(studio)
        self._studio = studio
        self._write = write

    def save(self, path: Path) -> None:
        """Write the report to `path`; a notice says how it went."""
        self._studio.library.background.run(
            lambda: self._write(path), self._on_written, self._on_failed
        )

    def _on_written(self, path: Path) -> None:
        text = QT_TRANSLATE_NOOP(
            "Notice", "The report is in {file}. Look through it before you send it."
        )
        self._studio.say(Tone.GOOD, text, (("file", str(path)),))

    def _on_failed(self, error: Exception) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "The report could not be written: {why}")
        why = getattr(error, "strerror", None) or str(error)
        self._studio.say(Tone.BAD, text, (("why", why),))
