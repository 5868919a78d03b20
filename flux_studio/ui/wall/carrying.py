"""What the wall hands out: the menu of a job's card, and pictures dragged to somewhere else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.job import Job, JobState
from flux_studio.ui.icons import set_icon

DRAG_SIDE = 160  # px of the picture under the pointer while it is dragged


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
