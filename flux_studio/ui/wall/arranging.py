"""How the wall is arranged: options from the header and from keys, piles, and what is remembered
over a restart.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence

from flux_studio.core.search import read_search
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.options import MOST_REMEMBERED, Remembered, WallOptions
from flux_studio.ui.wall.selecting import Held
from flux_studio.ui.wall.wall_header import WallHeader
from flux_studio.ui.wall.wall_view import WallView


class Arranging(QObject):
    """Signals: `regrouped()` when the pictures have to be listed anew, `changed()` when
    `remembered` says something else.
    """

    regrouped = Signal()
    changed = Signal()

    def __init__(self, view: WallView, header: WallHeader) -> None:
        super().__init__(view)
        self._view = view
        self._model = view.pictures
        self._header = header
        self.options = WallOptions()
        self._look_asked = ""  # the condition that asks for a look, as it was typed
        self._is_by_likeness = False
        header.sizes.size_chosen.connect(self._on_sizes_chosen)
        header.arrangement.options_chosen.connect(self._on_arrangement_chosen)
        header.arrangement.likeness_chosen.connect(self._on_likeness_chosen)
        view.zoomed.connect(header.sizes.step)
        view.pile_pressed.connect(self.toggle_pile)

    @property
    def present(self) -> WallOptions:
        """The options as they hold for the search of now: pictures that are asked for by their look
        lie in the order of their likeness, unless another was chosen since.
        """
        if not self._is_by_likeness:
            return self.options
        return replace(self.options, grouping=Grouping.LIKENESS, piles=False)

    def show_search(self, text: str) -> None:
        """Another search; the pictures are still to be listed for it."""
        asked = read_search(text).likeness
        typed = asked.typed if asked is not None else ""
        if typed != self._look_asked:
            self._look_asked, self._is_by_likeness = typed, bool(typed)
            is_asked = bool(typed)
            self._header.arrangement.show_likeness(offered=is_asked, chosen=is_asked)

    def remembered(self) -> str:
        """How the wall is arranged, where it stands and what is selected, as a line of text."""
        held = self._view.held()
        left = Remembered(
            self.options, self._view.place(), held.ids[:MOST_REMEMBERED], held.current
        )
        return left.to_text()

    def restore(self, text: object) -> None:
        """Be as `remembered` says."""
        left = Remembered.from_text(text)
        self.arrange(left.options)
        self._view.hold(Held(left.current, left.selected))
        self._view.hold_place(left.place)

    def arrange(self, options: WallOptions) -> None:
        """Show the pictures in another arrangement; place and selection stay."""
        before, self.options = self.options, options
        self._header.arrangement.show_options(options)
        self._header.sizes.show_size(options.size)
        self._view.set_row_height(options.size)
        self._view.set_squares(options.squares)
        if (before.grouping, before.piles) != (options.grouping, options.piles):
            self.regrouped.emit()
        if before != options:
            self.changed.emit()

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether a key changed what is shown or selected; it does nothing to pictures."""
        for keys, steps in (
            (QKeySequence.StandardKey.ZoomIn, 1),
            (QKeySequence.StandardKey.ZoomOut, -1),
        ):
            if event.matches(keys):
                self._header.sizes.step(steps)
                return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.open_piles()
            self._view.selectAll()
            return True
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        row = self._view.currentIndex().row()
        match event.key():
            case Qt.Key.Key_G if row >= 0:
                self.toggle_pile(row)
            case Qt.Key.Key_Escape if self._view.selected_count():
                self._view.clearSelection()
            case _:
                return False
        return True

    @Slot(int)
    def toggle_pile(self, row: int) -> None:
        """Open or close the pile a row belongs to, and stand on its front picture."""
        front = self._model.toggle_pile(row)
        if front is not None:
            self._view.choose(front)

    def open_piles(self) -> None:
        """Everything is to be selected: what is meant has to be in view."""
        catalogue = self._model.catalogue
        for front, pile in list(catalogue.piles.items()):
            row = None if pile.is_open else catalogue.find(front)
            if row is not None:
                self._model.toggle_pile(row)

    @Slot(int)
    def _on_sizes_chosen(self, size: int) -> None:
        self.arrange(replace(self.options, size=size))

    @Slot(bool)
    def _on_likeness_chosen(self, chosen: bool) -> None:
        self._is_by_likeness = chosen
        self.regrouped.emit()

    @Slot(object)
    def _on_arrangement_chosen(self, options: WallOptions) -> None:
        self.arrange(replace(options, size=self.options.size))
