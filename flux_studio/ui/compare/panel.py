"""Compare takes the wall's place: two to six pictures, and below them what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.background import Background
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.studio import Studio
from flux_studio.ui.compare.bar import CompareBar
from flux_studio.ui.compare.canvas import CompareCanvas, CompareMode
from flux_studio.ui.compare.pixels import Pixels
from flux_studio.ui.compare.sheet import CompareSheet
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.levels import level_for
from flux_studio.ui.viewer.memory import (
    Memory,
    recalled_switch,
    recalled_text,
    remember_switch,
)
from flux_studio.ui.viewer.painting import GROUNDS
from flux_studio.ui.viewer.zooming import Mode, Pose
from flux_studio.ui.wall.carrying import drag_out
from flux_studio.ui.wall.picture_deeds import MOST_COMPARED, PictureDeeds, Ways
from flux_studio.ui.wall.words import picture_words
from flux_studio.ui.widgets.tooltip import announce

ONE_BY_ONE = (CompareMode.SIDE, CompareMode.FLIP)  # the base is in view like every other
SPLIT_STEP = 0.02  # of the width that an arrow key moves the line
PAN = 0.2

Acts = dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]]


class ComparePanel(QWidget):
    """Signals: `closed()`, also when fewer than two pictures are left;
    `generation_shown(Generation)` when another picture became the one that keys act on;
    `lineage_requested(Generation)`; `search_wanted(str)`.
    """

    closed = Signal()
    generation_shown = Signal(object)
    lineage_requested = Signal(object)
    search_wanted = Signal(str)

    def __init__(self, studio: Studio, theme: ThemeSource, memory: Memory | None = None) -> None:
        """`memory` keeps the way of comparing two pictures, and whether the sheet is open."""
        super().__init__()
        self._studio, self._library, self._memory = studio, studio.library, memory
        self._pictures: list[Generation] = []
        self._mode, self._base, self._active = CompareMode.WIPE, 0, 1
        self._deeds = PictureDeeds(studio, self)
        self._worker = Background("compare", threads=1, newest_first=True)
        self.bar, self.canvas = CompareBar(), CompareCanvas()
        self.pixels = Pixels(studio.library, self.canvas, self._worker, self)
        self.sheet = CompareSheet(self._worker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.sheet)
        set_surface(self, "ground")
        self.setFocusProxy(self.canvas)
        self._connect(theme)
        self.bar.sheet.setChecked(recalled_switch(memory, "compare/sheet", True))
        self._show_ground(recalled_text(memory, "viewer/ground"))

    def _connect(self, theme: ThemeSource) -> None:
        theme.theme_changed.connect(self.update)
        self.pixels.failed.connect(self._on_pixels_failed)
        self._library.changed.connect(self._on_library_changed)
        self.canvas.pose_changed.connect(self.bar.show_pose)
        self._deeds.marks.search_wanted.connect(self.search_wanted)
        self.canvas.active_picked.connect(self._choose_active)
        self.canvas.drag_wanted.connect(self._on_canvas_drag_wanted)
        bar = self.bar
        bar.back_pressed.connect(self.closed)
        bar.mode_chosen.connect(self.show_mode)
        bar.swap_pressed.connect(self.swap)
        bar.fit_pressed.connect(lambda: self._pose(lambda p: zooming.with_mode(p, Mode.FIT)))
        bar.actual_pressed.connect(lambda: self._pose(lambda p: zooming.zoomed(p, 1.0)))
        bar.ground_pressed.connect(self._next_ground)
        bar.sheet_toggled.connect(self._on_sheet_toggled)

    # What the window asks

    def show_pictures(self, pictures: Sequence[Generation]) -> None:
        """Compare two to six pictures; more are left out. The first is what the others are
        compared with.
        """
        if len(pictures) < 2:
            return
        self._pictures = list(pictures[:MOST_COMPARED])
        self._base, self._active = 0, 1
        self._mode = self._first_mode()
        self.canvas.show_chosen(self._mode, self._base, self._active)
        self.pixels.show_pictures(self._pictures)
        self._show_chosen()
        self._say_count()

    @property
    def pictures(self) -> tuple[Generation, ...]:
        return tuple(self._pictures)

    @property
    def active(self) -> Generation | None:
        """The picture that letter keys act on."""
        return self._pictures[self._active] if self._pictures else None

    def forget(self) -> None:
        """Let go of all pixels and words: something else is looked at."""
        self.pixels.forget()
        self.sheet.forget()

    def close_workers(self) -> None:
        self.pixels.close()
        self._worker.close()

    def _first_mode(self) -> CompareMode:
        if len(self._pictures) > 2:
            return CompareMode.SIDE
        kept = recalled_text(self._memory, "compare/mode")
        return CompareMode(kept) if kept in set(CompareMode) else CompareMode.WIPE

    def _say_count(self) -> None:
        words = self.tr("Comparing {count} pictures").format(count=len(self._pictures))
        self.canvas.setAccessibleName(words)
        announce(self.canvas, words)

    # Which and how

    @Slot(object)
    def show_mode(self, mode: CompareMode) -> None:
        """Another way of comparing the same pictures."""
        self._mode = mode
        if self._active == self._base:
            self._active = (self._base + 1) % len(self._pictures)
        if self._memory is not None and len(self._pictures) == 2:
            self._memory.remember("compare/mode", mode.value)
        self._show_chosen()

    @Slot()
    def swap(self) -> None:
        """The two pictures change sides."""
        if self._active != self._base:
            self._base, self._active = self._active, self._base
            self._show_chosen()

    def _next_mode(self, step: int) -> None:
        modes = list(CompareMode)
        self.show_mode(modes[(modes.index(self._mode) + step) % len(modes)])

    def _flip(self) -> None:
        """In place: the other picture, or the next of several."""
        self._mode = CompareMode.FLIP
        self._choose_active((self._active + 1) % len(self._pictures))

    def _step(self, step: int) -> None:
        """The next picture to compare with; the base is passed over where it is in view."""
        count, at = len(self._pictures), self._active
        for _ in range(count):
            at = (at + step) % count
            if at != self._base or self._mode in ONE_BY_ONE:
                break
        self._choose_active(at)

    @Slot(int)
    def _choose_active(self, number: int) -> None:
        self._active = number
        self._show_chosen()

    def _show_chosen(self) -> None:
        if not self._pictures:
            return
        self.canvas.show_chosen(self._mode, self._base, self._active)
        self.bar.show_mode(self._mode, self._base, self._active, len(self._pictures))
        self.sheet.show_pictures(self._pictures, self._studio.state.cards, self._base)
        picture = self._pictures[self._active]
        self.canvas.setAccessibleDescription(picture_words(picture))
        self.pixels.ask_difference()
        self.generation_shown.emit(picture)

    @Slot(str)
    def _on_pixels_failed(self, sentence: str) -> None:
        """The thumbnail stays; what is wrong is said once."""
        self.bar.pair.setText(sentence)
        announce(self.canvas, sentence)

    # The rest

    def _pose(self, change: Callable[[Pose], Pose]) -> None:
        if self.canvas.pose is not None:
            self.canvas.set_pose(change(self.canvas.pose))

    def _next_ground(self) -> None:
        at = GROUNDS.index(self._ground) if self._ground in GROUNDS else 0
        self._show_ground(GROUNDS[(at + 1) % len(GROUNDS)])

    def _show_ground(self, name: str) -> None:
        self._ground = name if name in GROUNDS else ""
        self.canvas.show_ground(self._ground)

    @Slot(bool)
    def _on_sheet_toggled(self, on: bool) -> None:
        self.sheet.setVisible(on)
        remember_switch(self._memory, "compare/sheet", on)

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        if change.removed:
            self._leave_out(set(change.removed))
        ids = [g.id for g in self._pictures]
        if set(ids) & set(change.changed):
            library = self._library
            library.background.run(lambda: library.gallery.rows(ids), self._on_rows_read)

    def _leave_out(self, gone: set[str]) -> None:
        """Pictures are no more: it goes on with the others, as long as there are two."""
        numbers = [n for n, picture in enumerate(self._pictures) if picture.id in gone]
        left = len(self._pictures) - len(numbers)
        if not numbers:
            return
        if left < 2:
            self._pictures = []
            if self.isVisible():  # from elsewhere it would lead away what is looked at there
                self.closed.emit()
            return
        for number in reversed(numbers):
            del self._pictures[number]
            self.pixels.leave_out(number)
            self._base -= self._base > number
            self._active -= self._active > number
        self._base, self._active = min(self._base, left - 1), min(self._active, left - 1)
        if self._active == self._base and self._mode not in ONE_BY_ONE:
            self._active = (self._base + 1) % left
        self._show_chosen()
        self._say_count()

    def _on_rows_read(self, rows: Sequence[Generation]) -> None:
        if [g.id for g in rows] == [g.id for g in self._pictures]:
            self._pictures = list(rows)
            self.canvas.setAccessibleDescription(picture_words(rows[self._active]))

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        act = self._acts().get((event.key(), plain)) if self._pictures else None
        deed = self._deeds.deed_of(event) if act is None else None
        if act is not None:
            act()
        elif deed is not None and self.active is not None:
            deed([self.active])
        else:
            super().keyPressEvent(event)

    def _acts(self) -> Acts:
        key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
        shift = Qt.KeyboardModifier.ShiftModifier
        acts: Acts = {
            (key.Key_V, none): lambda: self._next_mode(1),
            (key.Key_V, shift): lambda: self._next_mode(-1),
            (key.Key_C, none): self.swap,
            (key.Key_Space, none): self._flip,
            (key.Key_PageUp, none): lambda: self._step(-1),
            (key.Key_PageDown, none): lambda: self._step(1),
            (key.Key_W, none): self.bar.fit_pressed.emit,
            (key.Key_Z, none): self.bar.actual_pressed.emit,
            (key.Key_B, none): self._next_ground,
            (key.Key_I, none): self.bar.sheet.toggle,
            (key.Key_Y, none): lambda: self.lineage_requested.emit(self.active),
            (key.Key_Minus, none): lambda: self._pose(lambda p: zooming.stepped(p, -1)),
            (key.Key_Escape, none): self.closed.emit,
            (key.Key_Return, none): self.closed.emit,
        }
        for plus in (key.Key_Plus, key.Key_Equal):
            for modifier in (none, shift):
                acts[plus, modifier] = lambda: self._pose(lambda p: zooming.stepped(p, 1))
        return acts | self._arrows()

    def _arrows(self) -> Acts:
        """They move pictures that are larger than the room; else the line, or to the next one."""
        key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
        if self.canvas.pose is not None and self.canvas.pose.overflows:
            ways = {key.Key_Left: (1, 0), key.Key_Right: (-1, 0), key.Key_Up: (0, 1),
                    key.Key_Down: (0, -1)}  # fmt: skip
            return {(arrow, none): partial(self._pan, *way) for arrow, way in ways.items()}
        if self._mode is CompareMode.WIPE:
            split, move = self.canvas.split, self.canvas.move_split
            return {
                (key.Key_Left, none): lambda: move(split - SPLIT_STEP),
                (key.Key_Right, none): lambda: move(split + SPLIT_STEP),
            }
        return {
            (key.Key_Left, none): lambda: self._step(-1),
            (key.Key_Right, none): lambda: self._step(1),
        }

    def _pan(self, right: int, down: int) -> None:
        def pushed(pose: Pose) -> Pose:
            wide, high = pose.room
            return zooming.moved(pose, right * wide * PAN, down * high * PAN)

        self._pose(pushed)

    @Slot()
    def _on_canvas_drag_wanted(self) -> None:
        if self.active is not None:
            levels = self.canvas.levels(self._active)
            pixmap = QPixmap.fromImage(level_for(levels, 1.0)) if levels else None
            drag_out(self.canvas, self._deeds.out.mime([self.active]), pixmap)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.active is not None:
            active = self.active
            ways = Ways(lineage=lambda: self.lineage_requested.emit(active))
            menu = self._deeds.menu([active], ways, self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())
