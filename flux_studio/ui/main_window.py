"""The window: a frame that is on screen at once, and then furnished with its panels one by one.

Before the first paint only this module and the prompt box are loaded. `furnish` brings the rest, a
step for each turn of the event loop, so that typing and painting go on meanwhile. No decisions are
made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from flux_studio.ui.first_look import FirstLook
from flux_studio.ui.style import Surface, dress

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio
    from flux_studio.storage.paths import Paths
    from flux_studio.ui.furnishing import Furnishing
    from flux_studio.ui.last_wall import LastWall
    from flux_studio.ui.theme import ThemeSource

COMPOSER_WIDTH = 360  # px, as the inspector's: the design's widths at 1440 × 900
INSPECTOR_WIDTH = 300
COMPOSER_LEAST, INSPECTOR_LEAST = 320, 240  # px; also of what stands there before the panels
TOP_HEIGHT, JOBS_HEIGHT, MONEY_HEIGHT = 44, 44, 32
LARGEST_AT_FIRST = (1440, 900)  # px
FRAME = (16, 48)  # px that a desktop puts around a window at most, its title bar included
SMALLEST = (960, 600)  # px; below this the wall would be narrower than one picture


class MainWindow(QMainWindow):
    """The studio's one window. Its panels are attributes of `room` once it is furnished.

    Signal: `closing()` before it goes, so that the app can shut down.
    """

    closing = Signal()

    def __init__(self, theme: ThemeSource, memory: QSettings, prompt: str) -> None:
        """`memory` keeps the geometry, and which colours were shown last."""
        super().__init__()
        self.theme = theme
        self.room: Furnishing | None = None
        self.last_wall: LastWall | None = None
        self._layout_memory = memory
        self.setWindowTitle("Flux Studio")
        self.setMinimumSize(*SMALLEST)
        self.first_look = FirstLook(prompt)
        self._build()
        self._restore()
        self.first_look.box.setFocus()

    def furnish(self, studio: Studio) -> Iterator[int | None]:
        """Bring in the panels; each `next` is one short step."""
        from flux_studio.ui.furnishing import Furnishing
        from flux_studio.ui.hovering import keep_still

        keep_still(self, self.body, self.upper)
        yield None
        self.room = Furnishing(self, studio, self.theme)
        yield from self.room.steps()

    def show_last_wall(self, paths: Paths) -> None:
        """The wall as it was left, until the wall itself is there."""
        from flux_studio.ui.last_wall import LastWall, take_look

        look = take_look(paths)
        if look is not None:
            self.last_wall = LastWall(self.middle, look)
            self.last_wall.left.connect(self._on_last_wall_left)

    def replace(self, place: QWidget, panel: QWidget) -> None:
        """Put a panel where a placeholder stood, without anything around it moving."""
        parent = place.parentWidget()
        if isinstance(parent, QSplitter):
            sizes = parent.sizes()
            parent.replaceWidget(parent.indexOf(place), panel)
            panel.show()
            parent.setSizes(sizes)
        elif parent is not None and (layout := parent.layout()) is not None:
            layout.replaceWidget(place, panel)
            panel.show()
        place.hide()
        place.deleteLater()

    def recall(self, name: str) -> object:
        """What `remember` kept under a name, None for nothing."""
        return self._layout_memory.value(name)

    def remember(self, name: str, text: str) -> None:
        """Keep how a panel was left; it may be thrown away."""
        self._layout_memory.setValue(name, text)

    def restore_layout(self) -> None:
        """The widths of the first start."""
        self.body.setSizes([COMPOSER_WIDTH, max(600, self.width() - COMPOSER_WIDTH)])
        middle = max(300, self.width() - COMPOSER_WIDTH - INSPECTOR_WIDTH)
        self.upper.setSizes([middle, INSPECTOR_WIDTH])

    @Slot()
    def _on_last_wall_left(self) -> None:
        self.last_wall = None

    def _build(self) -> None:
        self.top_place = _place("panel", height=TOP_HEIGHT)
        self.inspector_place = _place("panel")
        self.inspector_place.setMinimumWidth(INSPECTOR_LEAST)
        self.jobs_place = _place("panel", height=JOBS_HEIGHT)
        self.money_place = _place("panel", height=MONEY_HEIGHT)
        self.middle = QStackedWidget()
        self.middle.addWidget(_place("ground"))
        self.upper = _splitter(self.middle, self.inspector_place)
        self.upper.setStretchFactor(0, 1)
        self.upper.setStretchFactor(1, 0)
        self.right_side = _column(self.upper, self.jobs_place, self.money_place)
        self.first_look.setMinimumWidth(COMPOSER_LEAST)
        self.body = _splitter(self.first_look, self.right_side)
        self.body.setStretchFactor(0, 0)
        self.body.setStretchFactor(1, 1)
        self.setCentralWidget(_column(self.top_place, self.body))

    def _restore(self) -> None:
        """Geometry of last time. QSettings holds window state only: it forgets types."""
        screen = QGuiApplication.primaryScreen().availableSize()
        room = screen.width() - FRAME[0], screen.height() - FRAME[1]
        self.resize(*map(min, LARGEST_AT_FIRST, room))
        geometry = self._layout_memory.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.restore_layout()
        for name, splitter in (("body", self.body), ("upper", self.upper)):
            saved = self._layout_memory.value(name)
            if isinstance(saved, QByteArray):
                splitter.restoreState(saved)

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        self._layout_memory.setValue("geometry", self.saveGeometry())
        self._layout_memory.setValue("body", self.body.saveState())
        self._layout_memory.setValue("upper", self.upper.saveState())
        self._layout_memory.setValue("colors", self.theme.colors.name)
        self.closing.emit()
        super().closeEvent(event)


def _place(surface: Surface, height: int = 0) -> QWidget:
    place = QFrame()
    dress(place, surface=surface)
    if height:
        place.setFixedHeight(height)
    return place


def _splitter(*widgets: QWidget) -> QSplitter:
    splitter = QSplitter()  # horizontal by itself
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter


def _column(*widgets: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget, stretch=1 if isinstance(widget, QSplitter) else 0)
    return column
