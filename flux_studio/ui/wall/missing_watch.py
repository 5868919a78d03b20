"""Looks by itself for the files of pictures that are missing when they come into view, once, and
in a folder of the person's choice when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.missing_desk import Refound
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.wall.coming_back import ComingBack
from flux_studio.ui.wall.gallery_model import GalleryModel

REST = 400  # ms after the last one that was seen to be missing


class MissingWatch(QObject):
    """Signal: `looked(Refound)` after each search."""

    looked = Signal(object)

    def __init__(self, studio: Studio, model: GalleryModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio
        self._model = model
        self._window = parent
        self._looked_for: set[str] = set()
        self._waiting: list[str] = []
        self._is_looking = False
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        model.pictures_read.connect(self._on_model_pictures_read)
        self.coming_back = ComingBack(studio.library, self)

    def look_in_folder(self, ids: Sequence[str]) -> None:
        """Ask for a folder and look for these pictures in it and below."""
        dialog = QFileDialog(self._window, self.tr("Where to look for the files"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.look(ids, Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def look(self, ids: Sequence[str], folder: Path | None) -> None:
        """Look for these pictures below a folder, or in the library's own, and say what was
        found.
        """
        self._studio.library.missing.look_for(ids, folder, self._say)

    def _say(self, refound: Refound) -> None:
        found, missing = len(refound.found), refound.missing
        values = (("found", str(found)), ("missing", str(missing)))
        if not found:
            text = QT_TRANSLATE_NOOP("Notice", "Not found: the files are somewhere else.")
            self._studio.say(Tone.BAD, text)
        elif missing:
            text = QT_TRANSLATE_NOOP("Notice", "Files found again: {found}. Missing: {missing}.")
            self._studio.say(Tone.INFO, text, values)
        else:
            text = QT_TRANSLATE_NOOP("Notice", "Files found again: {found}.")
            self._studio.say(Tone.GOOD, text, values)
        self.looked.emit(refound)

    @Slot(object)
    def _on_model_pictures_read(self, ids: tuple[str, ...]) -> None:
        """A search walks the whole library folder, so each picture gets one, and not alone."""
        for id_ in ids:
            seen = self._model.known(id_)
            if seen is not None and not seen.has_file and id_ not in self._looked_for:
                self._looked_for.add(id_)
                self._waiting.append(id_)
        if self._waiting and not self._is_looking:
            self._rest.start()

    @Slot()
    def _on_rest_timeout(self) -> None:
        ids, self._waiting, self._is_looking = self._waiting, [], True
        self._studio.library.missing.look_for(ids, None, self._on_looked)

    def _on_looked(self, refound: Refound) -> None:
        self._is_looking = False
        if refound.found:
            text = QT_TRANSLATE_NOOP("Notice", "Moved files found again: {found}.")
            self._studio.say(Tone.INFO, text, (("found", str(len(refound.found))),))
        if self._waiting:
            self._rest.start()
        self.looked.emit(refound)
