"""Early looks on the cards of running jobs: decoded on a worker, shown by the model."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage, QPixmap

from flux_studio.session.background import Background
from flux_studio.session.preview_desk import PreviewDesk
from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.small_jpeg import image_of_jpeg


class CardPreviews(QObject):
    """Gives the model the previews that the desk has. No signals of its own."""

    def __init__(
        self, desk: PreviewDesk, model: GalleryModel, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._background = background
        desk.seen.connect(self._on_desk_seen)
        desk.gone.connect(self._on_desk_gone)

    @Slot(str)
    def _on_desk_seen(self, job: str) -> None:
        jpeg = self._desk.newest(job)
        if jpeg is not None:
            self._background.run(partial(image_of_jpeg, jpeg), partial(self._show, job))

    def _show(self, job: str, image: QImage | None) -> None:
        if image is not None and self._desk.newest(job) is not None:
            self._model.show_preview(job, QPixmap.fromImage(image))

    @Slot(str)
    def _on_desk_gone(self, job: str) -> None:
        self._model.show_preview(job, None)
