"""One picture as large as there is room: the canvas, what lies over it, and what makes it sharp."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.style import set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.canvas import Canvas
from flux_studio.ui.viewer.info_line import InfoLine
from flux_studio.ui.viewer.picture_loader import Loaded, PictureLoader, Sharpness
from flux_studio.ui.viewer.screen_profile import screen_number
from flux_studio.ui.viewer.zooming import Mode, Pose

DWELL = 350  # ms on one picture before all of its pixels are read unasked
JPEG = "image/jpeg"  # can be decoded to a smaller size in a fraction of the time
PAN = 0.2  # of the room that one arrow key moves a picture


class Stage(QWidget):
    """Signal: `sharp(Generation)` when the picture is as sharp as the screen."""

    sharp = Signal(object)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation: Generation | None = None
        self.loader = PictureLoader(library, self)
        self.dwell = QTimer(self, singleShot=True, interval=DWELL)
        self.dwell.timeout.connect(self._on_dwell_timeout)
        self.canvas = Canvas()
        self.info = InfoLine(self.canvas)
        self.trouble = _trouble(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.loader.came.connect(self._on_loader_came)
        self.loader.failed.connect(self._on_loader_failed)
        self.destroyed.connect(self.loader.close)
        self.canvas.pose_changed.connect(self._on_canvas_pose)
        self.canvas.pointer_moved.connect(self.info.wake)

    def show_generation(self, generation: Generation, *, stays: bool = False) -> None:
        """Show a picture: what is there of it at once, then sharper. With `stays` a picture of the
        same size is shown as the one before it was.
        """
        self._generation = generation
        number = screen_number(self.screen())
        self.loader.show_on(number, QGuiApplication.platformName())
        self.loader.leave()
        self.trouble.hide()
        self.canvas.show_size(generation.size.width, generation.size.height, stays=stays)
        kept = self.loader.kept(generation.id)
        if kept is not None:
            self.canvas.show_levels(kept.levels)
        is_rough = kept is None or kept.sharpness < Sharpness.PREVIEW
        if is_rough and generation.mime != JPEG:
            # A smaller copy needs the same decoding, so every pixel comes with it; until then no
            # more of them than are shown.
            self.loader.load_both(generation, min(self._side(), self._shown_side()))
        else:
            self.loader.load_preview(generation, self._side())
        if kept is None:
            self.loader.load_thumbnail(generation.id)  # asked last, served first
        self.dwell.start()
        if not is_rough:
            self.sharp.emit(generation)  # it was prepared; so that the next ones are, too

    def prepare(self, generations: Sequence[Generation]) -> None:
        """Have these ready, the first of them first."""
        side = self._side()
        for each in reversed(generations):  # the loader serves the newest wish first
            self.loader.load_preview(each, side)

    def _side(self) -> int:
        """Device pixels on the longer side that fill the screen at the present scale."""
        pose = self.canvas.pose
        if pose is None:
            return 1024
        return max(64, round(max(pose.picture) * max(pose.fit, min(1.0, pose.fill))))

    def _shown_side(self) -> int:
        """Device pixels on the longer side as it is shown now."""
        pose = self.canvas.pose
        return 1024 if pose is None else max(64, round(max(pose.picture) * min(1.0, pose.scale)))

    @Slot(object)
    def _on_loader_came(self, loaded: Loaded) -> None:
        generation = self._generation
        if generation is None or loaded.id != generation.id:
            return
        self.canvas.show_levels(loaded.levels)
        if loaded.sharpness >= Sharpness.PREVIEW:
            self.sharp.emit(generation)
            self._sharpen_if_wanted()

    @Slot(str, str)
    def _on_loader_failed(self, id_: str, sentence: str) -> None:
        if self._generation is not None and id_ == self._generation.id:
            self.trouble.setText(sentence)
            self._place_trouble()
            self.trouble.show()
            self.trouble.raise_()

    @Slot()
    def _on_dwell_timeout(self) -> None:
        """One looks for longer: every pixel is made ready for zooming in."""
        if self._generation is not None and self.isVisible() and not self.trouble.isVisible():
            self.loader.load_full(self._generation)

    @Slot(object)
    def _on_canvas_pose(self, pose: Pose) -> None:
        self._sharpen_if_wanted()

    def _sharpen_if_wanted(self) -> None:
        pose, generation = self.canvas.pose, self._generation
        if pose is None or generation is None:
            return
        kept = self.loader.kept(generation.id)
        if kept is None or kept.sharpness < Sharpness.PREVIEW:
            return
        there = max(kept.levels[0].width(), kept.levels[0].height())
        if there < max(pose.picture) * min(1.0, pose.scale) - 1:
            self.loader.load_full(generation)

    # How it is shown

    @Slot(object)
    def show_mode(self, mode: Mode) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.with_mode(self.canvas.pose, mode))

    @Slot()
    def show_actual(self) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.zoomed(self.canvas.pose, 1.0))

    @Slot(int)
    def zoom(self, steps: int) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.stepped(self.canvas.pose, steps))

    def pan(self, right: int, down: int) -> None:
        """Push the picture by a part of the room."""
        pose = self.canvas.pose
        if pose is not None:
            wide, high = pose.room
            self.canvas.set_pose(zooming.moved(pose, right * wide * PAN, down * high * PAN))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.resize(self.size())
        self.info.place()
        self._place_trouble()

    def _place_trouble(self) -> None:
        width = min(420, self.canvas.width() - 2 * SPACE.l)
        height = self.trouble.heightForWidth(width)
        left, top = (self.canvas.width() - width) // 2, (self.canvas.height() - height) // 2
        self.trouble.setGeometry(left, top, width, height)


def _trouble(canvas: QWidget) -> QLabel:
    """What is wrong with a picture, over its thumbnail."""
    label = QLabel(canvas)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMargin(SPACE.m)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setProperty("card", True)
    set_tone(label, "danger")
    label.hide()
    return label
