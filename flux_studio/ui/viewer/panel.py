"""The viewer: takes the wall's place to look at one picture, and at the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.studio import Studio
from flux_studio.ui.phrases import provider_title, size_words, when_words
from flux_studio.ui.style import set_surface, set_tone
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.canvas import Canvas
from flux_studio.ui.viewer.info_line import InfoLine
from flux_studio.ui.viewer.levels import level_for
from flux_studio.ui.viewer.picture_loader import Loaded, PictureLoader, Sharpness
from flux_studio.ui.viewer.tool_row import ToolRow
from flux_studio.ui.viewer.zooming import Mode, Pose
from flux_studio.ui.wall.carrying import drag_out
from flux_studio.ui.wall.picture_deeds import PictureDeeds
from flux_studio.ui.wall.words import picture_words, prompt_start
from flux_studio.ui.widgets.tooltip import announce

DWELL = 350  # ms on one picture before all of its pixels are read unasked
JPEG = "image/jpeg"  # can be decoded to a smaller size in a fraction of the time
PAN = 0.2  # of the room that one arrow key moves a picture


class ViewerPanel(QWidget):
    """Signals: `closed()`; `generation_shown(Generation)` when another picture came into view."""

    closed = Signal()
    generation_shown = Signal(object)

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        self._studio = studio
        self._library = studio.library
        self._generation: Generation | None = None
        self._order: list[str] = []
        self._at = -1
        self._forward = 1
        self._near: dict[str, Generation] = {}
        self._deeds = PictureDeeds(studio, self)
        self._loader = PictureLoader(studio.library, self)
        self._dwell = QTimer(self, singleShot=True, interval=DWELL)
        self._dwell.timeout.connect(self._on_dwell_timeout)
        self._build()
        self._connect(theme)

    def _build(self) -> None:
        self.tools = ToolRow()
        self.canvas = Canvas()
        self.info = InfoLine(self.canvas)
        self.trouble = QLabel(self.canvas)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.trouble.setMargin(SPACE.m)
        self.trouble.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.trouble.setProperty("card", True)
        set_tone(self.trouble, "danger")
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.canvas, 1)
        set_surface(self, "ground")
        self.setFocusProxy(self.canvas)

    def _connect(self, theme: ThemeSource) -> None:
        theme.theme_changed.connect(self.canvas.update)
        self._library.changed.connect(self._on_library_changed)
        self._loader.came.connect(self._on_loader_came)
        self._loader.failed.connect(self._on_loader_failed)
        self.destroyed.connect(self._loader.close)
        self.canvas.pose_changed.connect(self._on_canvas_pose)
        self.canvas.pointer_moved.connect(self.info.wake)
        self.canvas.drag_wanted.connect(self._on_canvas_drag_wanted)
        tools = self.tools
        tools.back_pressed.connect(self.closed)
        tools.stepped.connect(self.step)
        tools.favourite_pressed.connect(lambda: self._do(self._deeds.toggle_favourite))
        tools.rating_chosen.connect(lambda stars: self._do(lambda p: self._deeds.rate(p, stars)))
        tools.mode_pressed.connect(self._show_mode)
        tools.actual_pressed.connect(self._show_actual)
        tools.zoom_pressed.connect(self._zoom)
        tools.ground_pressed.connect(self.canvas.next_ground)
        tools.info_toggled.connect(self.info.set_wanted)

    # What the window asks

    def show_generation(self, generation: Generation, order: Sequence[str]) -> None:
        """Show a picture; `order` are the ids that next and previous walk along."""
        self._order = list(order)
        self._at = self._order.index(generation.id) if generation.id in self._order else -1
        self._show(generation)

    @property
    def generation(self) -> Generation | None:
        """The picture in view."""
        return self._generation

    @Slot(int)
    def step(self, steps: int) -> None:
        """Go on by so many pictures, backwards when negative."""
        at = self._at + steps
        if self._at < 0 or not 0 <= at < len(self._order):
            return
        self._at, self._forward = at, 1 if steps > 0 else -1
        id_ = self._order[at]
        known = self._near.get(id_)
        if known is not None:
            self._show(known)
            return
        library = self._library
        library.background.run(lambda: library.gallery.get(id_), self._on_step_read)

    def _on_step_read(self, generation: Generation | None) -> None:
        if generation is not None and self._order[self._at] == generation.id:
            self._show(generation)

    # One picture

    def _show(self, generation: Generation) -> None:
        is_other = self._generation is None or self._generation.id != generation.id
        self._generation = generation
        self._loader.leave()
        self.trouble.hide()
        size = generation.size
        self.canvas.show_size(size.width, size.height)
        self._show_words(generation)
        kept = self._loader.kept(generation.id)
        if kept is not None:
            self.canvas.show_levels(kept.levels)
        if kept is None and generation.mime != JPEG:
            # A smaller copy would need the same decoding, so every pixel is read right away.
            self._loader.load_full(generation)
        else:
            self._loader.load_preview(generation, self._side())
        if kept is None:
            self._loader.load_thumbnail(generation.id)  # asked last, served first
        self._dwell.start()
        if is_other:
            announce(self.canvas, picture_words(generation))
            self.generation_shown.emit(generation)

    def _show_words(self, generation: Generation) -> None:
        request = generation.request
        self.canvas.setAccessibleName(picture_words(generation))
        self.tools.show_generation(generation)
        self.tools.show_place(self._at + 1, len(self._order))
        facts = [size_words(generation.size), request.model, provider_title(request.provider)]
        if generation.seed is not None:
            facts.append(self.tr("seed {seed}").format(seed=generation.seed))
        facts.append(when_words(generation.created))
        self.info.show_words(prompt_start(request.prompt), " · ".join(facts))

    def _side(self) -> int:
        """Device pixels on the longer side that fill the screen at the present scale."""
        pose = self.canvas.pose
        if pose is None:
            return 1024
        return max(64, round(max(pose.picture) * max(pose.fit, min(1.0, pose.fill))))

    @Slot(object)
    def _on_loader_came(self, loaded: Loaded) -> None:
        generation = self._generation
        if generation is None or loaded.id != generation.id:
            return
        self.canvas.show_levels(loaded.levels)
        if loaded.sharpness >= Sharpness.PREVIEW:
            self._prepare_neighbours()
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
            self._loader.load_full(self._generation)

    def _sharpen_if_wanted(self) -> None:
        pose, generation = self.canvas.pose, self._generation
        if pose is None or generation is None:
            return
        kept = self._loader.kept(generation.id)
        wide = kept.levels[0].width() if kept is not None else 0
        if kept is not None and wide < min(pose.picture[0], pose.picture[0] * pose.scale) - 1:
            self._loader.load_full(generation)

    def _prepare_neighbours(self) -> None:
        """The next picture in the direction one walks, then the one behind."""
        if self._at < 0:
            return
        wanted = [self._at + self._forward, self._at - self._forward]
        ids = [self._order[at] for at in wanted if 0 <= at < len(self._order)]
        library = self._library
        library.background.run(lambda: library.gallery.rows(ids), self._on_neighbours_read)

    def _on_neighbours_read(self, found: Sequence[Generation]) -> None:
        self._near = {each.id: each for each in found}
        side = self._side()
        for each in reversed(found):  # the loader serves the newest wish first
            self._loader.load_preview(each, side)

    # How it is shown

    @Slot(object)
    def _on_canvas_pose(self, pose: Pose) -> None:
        self.tools.show_pose(pose)
        self._sharpen_if_wanted()

    @Slot(object)
    def _show_mode(self, mode: Mode) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.with_mode(self.canvas.pose, mode))

    @Slot()
    def _show_actual(self) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.zoomed(self.canvas.pose, 1.0))

    @Slot(int)
    def _zoom(self, steps: int) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(zooming.stepped(self.canvas.pose, steps))

    def _pan(self, right: int, down: int) -> None:
        pose = self.canvas.pose
        if pose is not None:
            wide, high = pose.room
            self.canvas.set_pose(zooming.moved(pose, right * wide * PAN, down * high * PAN))

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = self._deeds.deed_of(event)
        if deed is not None:
            self._do(deed)
            return
        act = self._acts().get((event.key(), _plain(event)))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _acts(self) -> dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]]:
        key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
        shift = Qt.KeyboardModifier.ShiftModifier
        acts: dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]] = {
            (key.Key_PageUp, none): lambda: self.step(-1),
            (key.Key_PageDown, none): lambda: self.step(1),
            (key.Key_Home, none): lambda: self.step(-self._at),
            (key.Key_End, none): lambda: self.step(len(self._order) - 1 - self._at),
            (key.Key_W, none): lambda: self._show_mode(Mode.FIT),
            (key.Key_W, shift): lambda: self._show_mode(Mode.FILL),
            (key.Key_Z, none): self._show_actual,
            (key.Key_B, none): self.canvas.next_ground,
            (key.Key_I, none): self.tools.info.toggle,
            (key.Key_Minus, none): lambda: self._zoom(-1),
        }
        for plus in (key.Key_Plus, key.Key_Equal):
            for modifier in (none, shift):
                acts[plus, modifier] = lambda: self._zoom(1)
        for back in (key.Key_Escape, key.Key_Return, key.Key_Enter, key.Key_Space):
            acts[back, none] = self.closed.emit
        if self.canvas.pose is not None and self.canvas.pose.overflows:
            acts[key.Key_Left, none] = lambda: self._pan(1, 0)
            acts[key.Key_Right, none] = lambda: self._pan(-1, 0)
            acts[key.Key_Up, none] = lambda: self._pan(0, 1)
            acts[key.Key_Down, none] = lambda: self._pan(0, -1)
        else:
            for before in (key.Key_Left, key.Key_Up):
                acts[before, none] = lambda: self.step(-1)
            for after in (key.Key_Right, key.Key_Down):
                acts[after, none] = lambda: self.step(1)
        return acts

    # Deeds

    def _do(self, deed: Callable[[Sequence[Generation]], object]) -> None:
        if self._generation is not None:
            deed([self._generation])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._generation is not None:
            menu = self._deeds.menu([self._generation], None, self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    @Slot()
    def _on_canvas_drag_wanted(self) -> None:
        if self._generation is None:
            return
        kept = self._loader.kept(self._generation.id)
        pixmap = None if kept is None else QPixmap.fromImage(level_for(kept.levels, 1.0))
        drag_out(self.canvas, self._deeds.mime([self._generation]), pixmap)

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        generation = self._generation
        if generation is None:
            return
        if generation.id in change.removed:
            self.closed.emit()
        for id_ in change.changed:
            self._near.pop(id_, None)
        if generation.id in change.changed:
            library, id_ = self._library, generation.id
            library.background.run(lambda: library.gallery.get(id_), self._on_marks_read)

    def _on_marks_read(self, generation: Generation | None) -> None:
        if generation is not None and self._generation is not None:
            if generation.id != self._generation.id:
                return
            self._generation = generation
            self.tools.show_generation(generation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.info.place()
        self._place_trouble()

    def _place_trouble(self) -> None:
        width = min(420, self.canvas.width() - 2 * SPACE.l)
        height = self.trouble.heightForWidth(width)
        left, top = (self.canvas.width() - width) // 2, (self.canvas.height() - height) // 2
        self.trouble.setGeometry(left, top, width, height)


def _plain(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
