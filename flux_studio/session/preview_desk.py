"""Early looks at pictures that are still being made, where a provider gives some: held while their
job runs, never kept.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from flux_studio.core.job import Saved, Stopped
from flux_studio.engine.facts import PreviewSeen


class PreviewDesk(QObject):
    """The newest preview of each job that runs: small JPEG files of our own making.

    Signals: `seen(job id)` when there is a new one; `gone(job id)` when the job needs none any
    more.
    """

    seen = Signal(str)
    gone = Signal(str)

    def __init__(self, happened: SignalInstance, parent: QObject) -> None:
        """`happened` brings the facts of the engine."""
        super().__init__(parent)
        self._newest: dict[str, bytes] = {}
        happened.connect(self._on_engine_happened)

    def newest(self, job: str) -> bytes | None:
        return self._newest.get(job)

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        match fact:
            case PreviewSeen(job=job, jpeg=jpeg):
                self._newest[job] = jpeg
                self.seen.emit(job)
            case Saved(job=job) | Stopped(job=job) if self._newest.pop(job, None) is not None:
                self.gone.emit(job)
