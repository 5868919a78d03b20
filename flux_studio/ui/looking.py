"""What stands in the middle: the wall, and in its place viewer, compare or lineage, each made when
first wanted; and the viewer's window of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.studio import Studio
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.viewer import ViewerPanel

if TYPE_CHECKING:
    from flux_studio.ui.compare import ComparePanel
    from flux_studio.ui.inspector import Inspector
    from flux_studio.ui.lineage import LineagePanel
    from flux_studio.ui.main_window import MainWindow
    from flux_studio.ui.viewer.own_window import ViewerWindow
    from flux_studio.ui.wall import WallPanel

COMPARE = "flux_studio.ui.compare"


class Looking(QObject):
    """Leads from wall to viewer, compare and lineage, and back the way one came. Signal:
    `search_wanted(str)` with a search for the wall.
    """

    search_wanted = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        studio: Studio,
        theme: ThemeSource,
        wall: WallPanel,
        inspector: Inspector,
    ) -> None:
        super().__init__(window)
        self._window, self._studio, self._theme = window, studio, theme
        self._wall, self._inspector = wall, inspector
        self._way: list[QWidget] = []
        self._chrome: list[QWidget] = []  # hidden while the viewer has the whole screen
        self._has_loaded = False
        self.compare: ComparePanel | None = None
        self.lineage: LineagePanel | None = None
        self.own_window: ViewerWindow | None = None
        self.viewer = ViewerPanel(studio, theme, window)
        window.middle.addWidget(self.viewer)

    def connect_all(self) -> None:
        """Follow what panels ask for."""
        self._wall.view_requested.connect(self.view)
        self._wall.compare_requested.connect(self.open_compare)
        self._wall.lineage_requested.connect(self.open_lineage)
        self._wall.generation_selected.connect(self._follow)
        self._wall.generation_selected.connect(self._on_wall_generation_selected)
        self._studio.payment.picture_wanted.connect(self.view)
        viewer = self.viewer
        viewer.closed.connect(self.back)
        viewer.generation_shown.connect(self._on_shown)
        viewer.compare_requested.connect(self.open_compare)
        viewer.lineage_requested.connect(self.open_lineage)
        viewer.window_requested.connect(self.toggle_own_window)
        viewer.search_wanted.connect(self.search_wanted)
        viewer.full_screen_requested.connect(self.toggle_full_screen)
        self._window.closing.connect(self._on_window_closing)

    # The places

    @Slot(object)
    def view(self, generation: Generation) -> None:
        """Look at one picture."""
        self.viewer.show_generation(generation, self._wall.order())
        self._go(self.viewer)

    @Slot(object)
    def open_compare(self, pictures: Sequence[Generation]) -> None:
        """Compare two to six pictures; the first is what the others are compared with."""
        if len(pictures) < 2:
            return
        if self.compare is None:
            from flux_studio.ui.compare import ComparePanel

            self.compare = ComparePanel(self._studio, self._theme, self._window)
            self.compare.closed.connect(self.back)
            self.compare.generation_shown.connect(self._inspector.show_generation)
            self.compare.lineage_requested.connect(self.open_lineage)
            self.compare.search_wanted.connect(self.search_wanted)
            self._window.middle.addWidget(self.compare)
        self._go(self.compare)
        self.compare.show_pictures(pictures)

    @Slot(object)
    def open_lineage(self, generation: Generation) -> None:
        """The tree of a picture."""
        if self.lineage is None:
            from flux_studio.ui.lineage import LineagePanel

            self.lineage = LineagePanel(self._studio, self._theme)
            self.lineage.closed.connect(self.back)
            self.lineage.generation_shown.connect(self._on_shown)
            self.lineage.view_requested.connect(self.view)
            self.lineage.compare_requested.connect(self.open_compare)
            self.lineage.search_wanted.connect(self.search_wanted)
            self._window.middle.addWidget(self.lineage)
        self._go(self.lineage)
        self.lineage.show_generation(generation)

    @Slot()
    def back(self) -> None:
        """To where one came from; from full screen first into the window."""
        if self._chrome:
            self._leave_full_screen()
            return
        if self.compare is not None and self._window.middle.currentWidget() is self.compare:
            self.compare.forget()
        place = self._place_before()
        self._window.middle.setCurrentWidget(place)
        place.setFocus()

    @Slot(object)
    def choose(self, generation: Generation) -> None:
        """A picture of the inspector's lineage was pressed: it comes into view where one is."""
        if self._window.middle.currentWidget() is self.viewer:
            self.viewer.show_generation(generation, self._wall.order())
        elif self.lineage is not None and self._window.middle.currentWidget() is self.lineage:
            self.lineage.show_generation(generation)
        self._on_shown(generation)

    @Slot()
    def show_wall(self) -> None:
        """The wall comes into view: something is searched for on it. The keyboard stays where it
        is, unless that is out of sight now.
        """
        here = self._window.middle.currentWidget()
        if here is self._wall:
            return
        if self._chrome:
            self._leave_full_screen()
        had_focus = here is not None and here.isAncestorOf(QApplication.focusWidget() or self._wall)
        if self.compare is not None:
            self.compare.forget()
        self._way.clear()
        self._window.middle.setCurrentWidget(self._wall)
        if had_focus:
            self._wall.setFocus()

    def _place_before(self) -> QWidget:
        """Where one came from; not to a compare or a lineage whose pictures are no more."""
        while self._way:
            place = self._way.pop()
            is_empty = (place is self.compare and not self.compare.pictures) or (
                place is self.lineage and self.lineage.current is None
            )
            if not is_empty:
                return place
        return self._wall

    def _go(self, place: QWidget) -> None:
        here = self._window.middle.currentWidget()
        if place in self._way:
            del self._way[self._way.index(place) :]
        elif here is not None and here is not place and here is not self._wall:
            self._way.append(here)
        self._window.middle.setCurrentWidget(place)
        if self.own_window is not None and self.own_window.isActiveWindow():
            self._window.activateWindow()  # it was asked for from there and is shown here
        place.setFocus()

    @Slot(object)
    def _on_shown(self, generation: Generation) -> None:
        if not self._wall.lead(generation.id):
            self._inspector.show_generation(generation)
            self._follow(generation)

    # The whole screen

    @Slot()
    def toggle_full_screen(self) -> None:
        """All of the screen for the window; in the viewer, for the picture alone."""
        if self._chrome:
            self._leave_full_screen()
        elif self._window.middle.currentWidget() is self.viewer:
            room = self._window.room
            panels = [] if room is None else [
                room.top_bar, room.composer, room.inspector, room.jobs, room.money
            ]  # fmt: skip
            self._chrome = [panel for panel in panels if not panel.isHidden()]
            for panel in self._chrome:
                panel.hide()
            self._window.setWindowState(self._window.windowState() | _FULL)
            self.viewer.show_alone(True)
            self.viewer.setFocus()
        else:
            self._window.setWindowState(self._window.windowState() ^ _FULL)

    def _leave_full_screen(self) -> None:
        for panel in self._chrome:
            panel.show()
        self._chrome = []
        self.viewer.show_alone(False)
        self._window.setWindowState(self._window.windowState() & ~_FULL)

    # The window of its own

    @Slot()
    def toggle_own_window(self) -> None:
        """Open the viewer's own window with what is chosen, or close it."""
        if self.own_window is not None:
            self.own_window.close()
            return
        from flux_studio.ui.viewer.own_window import ViewerWindow

        made = ViewerWindow(self._studio, self._theme, self._window)
        made.gone.connect(self._on_own_window_gone)
        made.panel.generation_shown.connect(self._on_own_shown)
        made.panel.compare_requested.connect(self.open_compare)
        made.panel.lineage_requested.connect(self.open_lineage)
        made.panel.search_wanted.connect(self.search_wanted)
        self.own_window = made
        self._follow(self.viewer.generation or self._inspector.generation)
        if self._window.middle.currentWidget() is self.viewer:
            self.back()  # the picture is over there now
        if self.viewer not in self._way:
            self.viewer.let_go()
        made.open_beside(self._window)

    @Slot(object)
    def _follow(self, generation: Generation | None) -> None:
        """The own window shows what is chosen."""
        own = self.own_window
        if own is None or generation is None:
            return
        shown = own.panel.generation
        if shown is None or shown.id != generation.id:
            own.panel.show_generation(generation, self._wall.order())

    @Slot(object)
    def _on_wall_generation_selected(self, generation: Generation | None) -> None:
        """Pictures are being chosen: what compares them is loaded before it is asked for, on a
        worker, because it takes 17 ms.
        """
        if generation is not None and not self._has_loaded:
            self._has_loaded = True
            self._studio.library.background.run(partial(import_module, COMPARE))

    @Slot(object)
    def _on_own_shown(self, generation: Generation) -> None:
        if not self._wall.lead(generation.id):
            self._inspector.show_generation(generation)

    @Slot()
    def _on_own_window_gone(self) -> None:
        self.own_window = None

    @Slot()
    def _on_window_closing(self) -> None:
        if self.own_window is not None:
            self.own_window.close()
        self.viewer.close_workers()
        if self.compare is not None:
            self.compare.close_workers()


_FULL = Qt.WindowState.WindowFullScreen
