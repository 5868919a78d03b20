"""The viewer: takes the wall's place to look at one picture, and at the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.studio import Studio
from flux_studio.ui.phrases import prompt_start, provider_title, size_words, when_words
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.viewer.filmstrip import Filmstrip
from flux_studio.ui.viewer.leaving_tools import LeavingTools
from flux_studio.ui.viewer.levels import level_for
from flux_studio.ui.viewer.memory import (
    Memory,
    recalled_switch,
    recalled_text,
    remember_switch,
)
from flux_studio.ui.viewer.stage import Stage
from flux_studio.ui.viewer.tool_row import ToolRow
from flux_studio.ui.viewer.walk import Walk
from flux_studio.ui.viewer.zooming import Mode, Pose
from flux_studio.ui.wall.carrying import drag_out
from flux_studio.ui.wall.mark_deeds import MOVING_ON
from flux_studio.ui.wall.picture_deeds import PictureDeeds, Ways
from flux_studio.ui.wall.words import picture_words
from flux_studio.ui.widgets.tooltip import announce


class ViewerPanel(QWidget):
    """Signals: `closed()`; `generation_shown(Generation)` when another picture came into view;
    `compare_requested(list of Generation)`, the picture and its source; `lineage_requested(
    Generation)`; `window_requested()` and `full_screen_requested()`; `search_wanted(str)`.
    """

    closed = Signal()
    generation_shown = Signal(object)
    compare_requested = Signal(object)
    lineage_requested = Signal(object)
    window_requested = Signal()
    full_screen_requested = Signal()
    search_wanted = Signal(str)

    def __init__(
        self,
        studio: Studio,
        theme: ThemeSource,
        memory: Memory | None = None,
        *,
        parted: bool = False,
    ) -> None:
        """`memory` keeps background, filmstrip and facts; `parted` for a window of its own."""
        super().__init__()
        self._studio = studio
        self._library = studio.library
        self._memory = memory
        self._generation: Generation | None = None
        self._space_down = self._space_used = False
        self._deeds = PictureDeeds(studio, self)
        self.walk = Walk(studio.library, self)
        self._build()
        if parted:
            self.tools.show_parted()
        self._connect(theme)
        self._remember()

    def _build(self) -> None:
        self.tools = ToolRow()
        self.stage = Stage(self._library)
        self.filmstrip = Filmstrip(self._library)
        self.filmstrip.hide()
        self.canvas, self.info = self.stage.canvas, self.stage.info
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.tools)
        self.column.addWidget(self.stage, 1)
        self.column.addWidget(self.filmstrip)
        set_surface(self, "ground")
        self.setFocusProxy(self.canvas)
        self._leaving = LeavingTools(self, self.tools, self.column)

    def _connect(self, theme: ThemeSource) -> None:
        theme.theme_changed.connect(self.canvas.update)
        self._library.changed.connect(self._on_library_changed)
        self.walk.arrived.connect(self._show)
        self.walk.neighbours_read.connect(self.stage.prepare)
        self.stage.sharp.connect(self.walk.ask_neighbours)
        self.canvas.pose_changed.connect(self._on_canvas_pose)
        self.canvas.pointer_moved.connect(self._leaving.wake)
        self.canvas.drag_wanted.connect(self._on_canvas_drag_wanted)
        self.canvas.ground_changed.connect(self._on_canvas_ground)
        self.filmstrip.picked.connect(self.walk.go)
        self._deeds.marks.search_wanted.connect(self.search_wanted)
        tools, menu = self.tools, self.tools.menu
        tools.back_pressed.connect(self.closed)
        tools.stepped.connect(self.walk.step)
        tools.favourite_pressed.connect(lambda: self._do(self._deeds.toggle_favourite))
        tools.rating_chosen.connect(lambda stars: self._do(lambda p: self._deeds.rate(p, stars)))
        tools.mode_pressed.connect(self.stage.show_mode)
        tools.actual_pressed.connect(self.stage.show_actual)
        tools.zoom_pressed.connect(self.stage.zoom)
        tools.compare_pressed.connect(self.compare)
        menu.info.toggled.connect(self._on_info_toggled)
        menu.filmstrip.toggled.connect(self._on_filmstrip_toggled)
        menu.ground_chosen.connect(self.canvas.show_ground)
        menu.turn_chosen.connect(self.canvas.turn)
        menu.compare_chosen.connect(self.compare)
        menu.lineage_chosen.connect(self._on_lineage_chosen)
        menu.window_chosen.connect(self.window_requested)
        menu.full_screen_chosen.connect(self.full_screen_requested)

    # What the window asks

    def show_generation(self, generation: Generation, order: Sequence[str]) -> None:
        """Show a picture; `order` are the ids that next and previous walk along."""
        self.walk.begin(generation, order)
        self._show(generation)

    @property
    def generation(self) -> Generation | None:
        """The picture in view."""
        return self._generation

    def let_go(self) -> None:
        """Keep no pixels: another window shows the pictures now, or none does."""
        self.stage.loader.forget()
        self.canvas.show_levels(())
        self.filmstrip.forget()

    def close_workers(self) -> None:
        """End its threads: the window goes."""
        self.stage.loader.close()
        self.filmstrip.close_workers()

    # One picture

    @Slot(object)
    def _show(self, generation: Generation) -> None:
        is_other = self._generation is None or self._generation.id != generation.id
        self._generation = generation
        self._show_words(generation)
        self.stage.show_generation(generation, stays=self.isVisible())
        if is_other:
            announce(self.canvas, picture_words(generation))
            self.generation_shown.emit(generation)

    def _show_words(self, generation: Generation) -> None:
        request = generation.request
        self.canvas.setAccessibleName(picture_words(generation))
        self.tools.show_generation(generation)
        self.tools.show_place(self.walk.at + 1, len(self.walk.order))
        self.filmstrip.show_order(self.walk.order, self.walk.at)
        facts = [size_words(generation.size), request.model, provider_title(request.provider)]
        if generation.seed is not None:
            facts.append(self.tr("seed {seed}").format(seed=generation.seed))
        facts.append(when_words(generation.created))
        self.info.show_words(prompt_start(request.prompt), " · ".join(facts))

    # How it is shown

    @Slot(object)
    def _on_canvas_pose(self, pose: Pose) -> None:
        self.tools.show_pose(pose)

    @Slot(str)
    def _on_canvas_ground(self, name: str) -> None:
        self.tools.menu.show_ground(name)
        if self._memory is not None:
            self._memory.remember("viewer/ground", name)

    @Slot(bool)
    def _on_info_toggled(self, on: bool) -> None:
        self.info.set_wanted(on)
        remember_switch(self._memory, "viewer/info", on)

    @Slot(bool)
    def _on_filmstrip_toggled(self, on: bool) -> None:
        had_focus = self.filmstrip.hasFocus()
        self.filmstrip.setVisible(on)
        remember_switch(self._memory, "viewer/filmstrip", on)
        if had_focus and not on:
            self.canvas.setFocus()

    def _remember(self) -> None:
        """As it was left."""
        memory, menu = self._memory, self.tools.menu
        self.canvas.show_ground(recalled_text(memory, "viewer/ground"))
        menu.info.setChecked(recalled_switch(memory, "viewer/info", True))
        menu.filmstrip.setChecked(recalled_switch(memory, "viewer/filmstrip", False))

    def show_alone(self, on: bool) -> None:
        """With the whole screen to itself, the tools go away while the pointer rests."""
        if on:
            self._leaving.begin()
        else:
            self._leaving.end()

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), _plain(event)
        if key == Qt.Key.Key_Space and not plain:
            self._on_space_pressed(event)
            return
        act = self._acts().get((key, plain))
        deed = self._deeds.deed_of(event) if act is None else None
        if act is not None:
            act()
        elif deed is not None:
            self._do(deed)
            if key in MOVING_ON and not plain and self._studio.state.preferences.move_on:
                self.walk.step(1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The buttons at the side of a mouse lead through the pictures, as through pages."""
        steps = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}
        if event.button() in steps:
            self.walk.step(steps[event.button()])
        else:
            super().mousePressEvent(event)

    def _on_space_pressed(self, event: QKeyEvent) -> None:
        """Held, it moves the picture by dragging; tapped, it leads back."""
        if not event.isAutoRepeat():
            self._space_down, self._space_used = True, self.canvas.is_dragged
            self.canvas.hold_hand(True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._space_down:
            super().keyReleaseEvent(event)
            return
        was_used = self._space_used or self.canvas.was_panned
        self._space_down = False
        self.canvas.hold_hand(False)
        if not was_used:
            self.closed.emit()

    def _acts(self) -> dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]]:
        key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
        shift, stage, menu = Qt.KeyboardModifier.ShiftModifier, self.stage, self.tools.menu
        last = len(self.walk.order) - 1
        acts: dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]] = {
            (key.Key_PageUp, none): lambda: self.walk.step(-1),
            (key.Key_PageDown, none): lambda: self.walk.step(1),
            (key.Key_Home, none): lambda: self.walk.go(0),
            (key.Key_End, none): lambda: self.walk.go(last),
            (key.Key_W, none): lambda: stage.show_mode(Mode.FIT),
            (key.Key_W, shift): lambda: stage.show_mode(Mode.FILL),
            (key.Key_Z, none): stage.show_actual,
            (key.Key_B, none): self.canvas.next_ground,
            (key.Key_R, none): lambda: self.canvas.turn(1),
            (key.Key_R, shift): lambda: self.canvas.turn(-1),
            (key.Key_I, none): menu.info.toggle,
            (key.Key_T, shift): menu.filmstrip.toggle,
            (key.Key_C, none): self.compare,
            (key.Key_Y, none): self._on_lineage_chosen,
            (key.Key_Minus, none): lambda: stage.zoom(-1),
        }
        for enter in (key.Key_Return, key.Key_Enter):
            acts[enter, none] = self.closed.emit
            acts[enter, shift] = self.window_requested.emit
        acts[key.Key_Escape, none] = self.closed.emit
        for plus in (key.Key_Plus, key.Key_Equal):
            for modifier in (none, shift):
                acts[plus, modifier] = lambda: stage.zoom(1)
        return acts | self._arrows()

    def _arrows(self) -> dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]]:
        """They move a picture that is larger than the room, and otherwise lead to the next one."""
        key, none, pan = Qt.Key, Qt.KeyboardModifier.NoModifier, self.stage.pan
        if self.canvas.pose is not None and self.canvas.pose.overflows:
            return {
                (key.Key_Left, none): lambda: pan(1, 0),
                (key.Key_Right, none): lambda: pan(-1, 0),
                (key.Key_Up, none): lambda: pan(0, 1),
                (key.Key_Down, none): lambda: pan(0, -1),
            }
        back, on = (lambda: self.walk.step(-1)), (lambda: self.walk.step(1))
        return {
            (key.Key_Left, none): back,
            (key.Key_Up, none): back,
            (key.Key_Right, none): on,
            (key.Key_Down, none): on,
        }

    # Deeds

    def _do(self, deed: Callable[[Sequence[Generation]], object]) -> None:
        if self._generation is not None:
            deed([self._generation])

    @Slot()
    def compare(self) -> None:
        """The picture beside what it was made from; without a source that is said."""
        generation = self._generation

        def on_known(pair: Sequence[Generation]) -> None:
            if self._generation is generation:
                self.compare_requested.emit(pair)

        if generation is not None:
            self._deeds.compare([generation], on_known)

    @Slot()
    def _on_lineage_chosen(self) -> None:
        if self._generation is not None:
            self.lineage_requested.emit(self._generation)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._generation is not None:
            ways = Ways(compare=self.compare, lineage=self._on_lineage_chosen)
            menu = self._deeds.menu([self._generation], ways, self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    @Slot()
    def _on_canvas_drag_wanted(self) -> None:
        if self._generation is None:
            return
        kept = self.stage.loader.kept(self._generation.id)
        pixmap = None if kept is None else QPixmap.fromImage(level_for(kept.levels, 1.0))
        drag_out(self.canvas, self._deeds.out.mime([self._generation]), pixmap)

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        generation = self._generation
        if generation is None:
            return
        if change.removed:
            self._on_removed(generation, change.removed)
        self.walk.forget(change.changed)
        if generation.id in change.changed:
            library, id_ = self._library, generation.id
            library.background.run(lambda: library.gallery.get(id_), self._on_marks_read)

    def _on_removed(self, shown: Generation, ids: Sequence[str]) -> None:
        """The next picture comes into view; unseen, it is left for who opens the viewer again."""
        if not self.isVisible():
            self._generation = None if shown.id in ids else shown
        elif not self.walk.leave_out(ids) or (shown.id in ids and self.walk.at < 0):
            self.closed.emit()
        elif shown.id not in ids:
            self._show_words(shown)

    def _on_marks_read(self, generation: Generation | None) -> None:
        if generation is not None and self._generation is not None:
            if generation.id != self._generation.id:
                return
            self._generation = generation
            self.tools.show_generation(generation)


def _plain(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
