"""What the cards of jobs do: their clock while one runs, and what follows when one is pressed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.job import JobState
from flux_studio.session.studio import Studio
from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.wall_view import WallView

SECOND = 1_000  # ms


class CardDeeds(QObject):
    """Signal: `attention(str)` with the id of a job that a person has to decide about."""

    attention = Signal(str)

    def __init__(self, studio: Studio, view: WallView, model: GalleryModel) -> None:
        super().__init__(view)
        self._studio, self._view, self._model = studio, view, model
        self.clock = QTimer(self, interval=SECOND)
        self.clock.timeout.connect(self._on_clock_timeout)
        view.closed.connect(self.close)
        view.resolved.connect(self.resolve)

    def show_active(self, active: bool) -> None:
        """Whether a job runs: its card says for how long."""
        is_ticking = active and bool(self._model.jobs)
        if is_ticking and not self.clock.isActive():
            self.clock.start()
        elif not is_ticking:
            self.clock.stop()

    @Slot(int)
    def close(self, row: int) -> None:
        """Cancel the job of a card, or dismiss it when it has ended; an unknown one is decided."""
        job = self._model.job(row)
        if job is None:
            return
        if job.ended:
            self._studio.jobs.dismiss(job.id)
        elif job.state is JobState.UNKNOWN:
            self.attention.emit(job.id)
        else:
            self._studio.jobs.cancel(job.id)

    @Slot(int)
    def resolve(self, row: int) -> None:
        """Find out what became of the unknown job of a card."""
        job = self._model.job(row)
        if job is not None and job.state is JobState.UNKNOWN:
            self.attention.emit(job.id)

    @Slot()
    def _on_clock_timeout(self) -> None:
        for place in self._view.visible():
            if self._model.job(place.index) is not None:
                self._view.viewport().update(self._view.rect_of(place))
