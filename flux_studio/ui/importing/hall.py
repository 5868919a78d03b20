"""Where pictures from elsewhere come in: folders and files that are dropped on the wall, the bar,
and what is said at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QMimeData, QObject, Qt, Slot
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.import_desk import ImportEnd, ImportView
from flux_studio.session.state import Notice, Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.dropped import GENERATION_MIME, read_dropped
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.ui.importing.bar import ImportBar
    from flux_studio.ui.main_window import MainWindow
    from flux_studio.ui.wall.panel import WallPanel

SHOW = QT_TRANSLATE_NOOP("Notice", "Show them")


class ImportHall(QObject):
    """Made with the window. The bar and the dialogs are built when they are first needed."""

    def __init__(self, studio: Studio, wall: WallPanel, window: MainWindow) -> None:
        super().__init__(window)
        self._studio = studio
        self._wall = wall
        self._window = window
        self._desk = studio.library.imports
        self.bar: ImportBar | None = None
        wall.setAcceptDrops(True)
        wall.installEventFilter(self)
        button = wall.first_steps.add_button(self.tr("Import pictures…"), "folder-open")
        tip = self.tr("Bring in a folder of pictures, or drop one here")
        button.setToolTip(tooltip(tip, "Ctrl+O"))
        button.clicked.connect(self.open_dialog)
        self._desk.changed.connect(self._on_desk_changed)
        self._desk.brought.connect(wall.refresh)
        self._desk.ended.connect(self._on_desk_ended)
        self._desk.failed.connect(self._on_desk_failed)
        studio.acted.connect(self._on_studio_acted)

    @Slot()
    def open_dialog(self, _checked: bool = False, sources: Sequence[Path] = ()) -> None:
        """Ask what is to be brought in; `sources` are chosen already."""
        from flux_studio.ui.importing.dialog import ImportDialog

        ImportDialog(self._desk, sources, self._window).open()

    # Drops on the wall

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter | QEvent.Type.DragMove if isinstance(event, QDragMoveEvent):
                if _brings_files(event.mimeData()):
                    event.setDropAction(Qt.DropAction.CopyAction)
                    event.accept()
                    return True
            case QEvent.Type.Drop if isinstance(event, QDropEvent):
                if _brings_files(event.mimeData()):
                    event.setDropAction(Qt.DropAction.CopyAction)
                    event.accept()
                    self._take(event.mimeData())
                    return True
        return super().eventFilter(watched, event)

    def _take(self, mime: QMimeData) -> None:
        dropped = read_dropped(mime)
        if dropped.refusals:
            text = QT_TRANSLATE_NOOP("Notice", "{sentence}")
            self._studio.say(Tone.BAD, text, (("sentence", dropped.refusals[0]),))
        if dropped.files:
            self.open_dialog(sources=dropped.files)

    # What the desk tells

    @Slot(object)
    def _on_desk_changed(self, view: ImportView) -> None:
        if self.bar is None and view.progress is not None:
            from flux_studio.ui.importing.bar import ImportBar

            self.bar = ImportBar(self._desk)
            layout = self._window.right_side.layout()
            assert isinstance(layout, QBoxLayout)
            layout.insertWidget(1, self.bar)  # above the jobs, whatever is in the middle

    @Slot(object)
    def _on_desk_ended(self, end: ImportEnd) -> None:
        if end.trouble:
            text = QT_TRANSLATE_NOOP(
                "Notice", "The import stopped: {sentence} Import the same again to go on."
            )
            self._studio.say(Tone.BAD, text, (("sentence", end.trouble),))
            return
        text, values = _end_words(end)
        failures = end.failures if not end.again else ()
        tone = Tone.INFO if failures else Tone.GOOD
        self._studio.say(tone, text, values, SHOW if failures else "", about=failures)
        self._studio.refresh_totals()

    @Slot(str)
    def _on_desk_failed(self, sentence: str) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "The import could not begin: {sentence}")
        self._studio.say(Tone.BAD, text, (("sentence", sentence),))

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        if notice.action == SHOW and isinstance(notice.about, tuple):
            from flux_studio.ui.importing.failures import FailuresDialog

            FailuresDialog(notice.about, self._window).open()


def _end_words(end: ImportEnd) -> tuple[str, tuple[tuple[str, str], ...]]:
    number, progress = QLocale().toString, end.progress
    values = (
        ("added", number(end.added)),
        ("known", number(progress.known + progress.found)),
        ("failed", number(len(end.failures))),
    )
    if end.again or not (progress.known or progress.found or end.failures):
        return QT_TRANSLATE_NOOP("Notice", "Pictures imported: {added}."), values
    if not end.failures:
        text = QT_TRANSLATE_NOOP("Notice", "Pictures imported: {added}. Here already: {known}.")
        return text, values
    text = QT_TRANSLATE_NOOP(
        "Notice", "Pictures imported: {added}. Here already: {known}. Not imported: {failed}."
    )
    return text, values


def _brings_files(mime: QMimeData) -> bool:
    """Files and folders of this computer; not a picture of the wall that comes home."""
    if mime.hasFormat(GENERATION_MIME):
        return False
    return any(url.isLocalFile() for url in mime.urls())
