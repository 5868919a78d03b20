"""What wall and viewer hand out: pictures dragged or copied to somewhere else, and the menu of a
job's card.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.job import Job, JobState
from flux_studio.ui.icons import set_icon

GENERATION_MIME = "application/x-flux-generation"  # ids, one a line: how our own panels know one
FILES_MIME = "x-special/gnome-copied-files"  # what GNOME's file manager pastes
CUT_MIME = "application/x-kde-cutselection"  # "0": what KDE's pastes is a copy
MOST_BYTES = 64 * 1024 * 1024  # of a file that is handed out as a bitmap too
DRAG_SIDE = 160  # px of the picture under the pointer while it is dragged


def put_files(mime: QMimeData, ids: Sequence[str], files: Sequence[Path]) -> None:
    """The files as every file manager wants them, and our own ids."""
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    mime.setUrls(urls)
    mime.setData(FILES_MIME, "\n".join(("copy", *(url.toString() for url in urls))).encode())
    mime.setData(CUT_MIME, b"0")
    mime.setData(GENERATION_MIME, "\n".join(ids).encode())


class DraggedPictures(QMimeData):
    """Pictures for a drag: the files first, then our own ids, and for a single picture its bitmap:
    the very bytes of the file, read when somebody asks for them.

    Not for the clipboard, which would keep it until Python is gone.
    """

    def __init__(self, ids: Sequence[str], files: Sequence[Path], kind: str = "") -> None:
        """`kind` is the mime type of a single picture, '' for no bitmap."""
        super().__init__()
        self._kind = kind
        self._file = files[0] if files else Path()
        self._read: QByteArray | None = None
        put_files(self, ids, files)

    def hasFormat(self, kind: str) -> bool:
        return kind == self._kind != "" or super().hasFormat(kind)

    def formats(self) -> list[str]:
        return [*super().formats(), *([self._kind] if self._kind else [])]

    def retrieveData(self, kind: str, preferred: object) -> object:
        if kind != self._kind:
            return super().retrieveData(kind, preferred)  # type: ignore[arg-type]  # one of Qt's
        if self._read is None:
            self._read = QByteArray(bytes_of(self._file))
        return self._read


def bytes_of(file: Path) -> bytes:
    """A file of ours; nothing when it is gone or far too large for a bitmap."""
    try:
        return file.read_bytes() if file.stat().st_size <= MOST_BYTES else b""
    except OSError:
        return b""


def card_menu(job: Job, close: Callable[[], None], parent: QWidget) -> QMenu:
    """The one thing that can be done to a job's card; the menu deletes itself."""
    translate = QCoreApplication.translate
    if job.state is JobState.UNKNOWN:
        words, icon = translate("Wall", "What to do…"), "life-buoy"
    elif job.ended:
        words, icon = translate("Wall", "Dismiss"), "x"
    else:
        words, icon = translate("Wall", "Cancel"), "x"
    menu = QMenu(parent)
    action = menu.addAction(words)
    set_icon(action, icon)
    action.triggered.connect(lambda _checked=False: close())
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def drag_out(source: QWidget, mime: QMimeData, pixmap: QPixmap | None) -> None:
    """Let the person carry `mime` away, a small picture under the pointer. Blocks until dropped."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    if pixmap is not None:
        ratio = source.devicePixelRatioF()
        side = round(DRAG_SIDE * ratio)
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small = pixmap.scaled(side, side, keep, smooth)
        small.setDevicePixelRatio(ratio)
        drag.setPixmap(small)
        drag.setHotSpot(QPoint(DRAG_SIDE // 2, DRAG_SIDE // 3))
    drag.exec(Qt.DropAction.CopyAction)
