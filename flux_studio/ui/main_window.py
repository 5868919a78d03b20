"""The window: arranges the panels it builds and connects them. No decisions are made here.

Composer left, wall or viewer in the middle, inspector right, jobs and money below. Panels hide with
one key each, all of them with Tab; one command restores the layout.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer import ComposerPanel
from flux_studio.ui.icons import app_icon
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.keys_dialog import KeysDialog
from flux_studio.ui.money_bar import MoneyBar
from flux_studio.ui.notices import Notices
from flux_studio.ui.settings_dialog import SettingsDialog
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.top_bar import TopBar
from flux_studio.ui.viewer import ViewerPanel
from flux_studio.ui.wall import WallPanel

COMPOSER_WIDTH = 360  # px, as the inspector's: the design's widths at 1440 × 900
INSPECTOR_WIDTH = 300
SMALLEST = (960, 600)  # px; below this the wall would be narrower than one picture


class MainWindow(QMainWindow):
    """The studio's one window. Signal: `closing()` before it goes, so that the app can shut
    down.
    """

    closing = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource, state_file: str) -> None:
        super().__init__()
        self.studio = studio
        self.theme = theme
        self._layout_memory = QSettings(state_file, QSettings.Format.IniFormat)
        self.setWindowTitle("Flux Studio")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(*SMALLEST)
        self._build()
        self._connect()
        self._make_actions()
        self._restore()
        self.show_state(studio.state)

    def _build(self) -> None:
        studio, theme = self.studio, self.theme
        self.top_bar = TopBar(studio, theme)
        self.composer = ComposerPanel(studio, theme)
        self.wall = WallPanel(studio, theme)
        self.viewer = ViewerPanel(studio, theme)
        self.inspector = Inspector(studio, theme)
        self.jobs = JobsStrip(studio, theme)
        self.money = MoneyBar(studio, theme)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.wall)
        self.middle.addWidget(self.viewer)
        self.upper = _splitter(Qt.Orientation.Horizontal, self.middle, self.inspector)
        self.upper.setStretchFactor(0, 1)
        self.upper.setStretchFactor(1, 0)
        self.lower = _column(self.upper, self.jobs, self.money)
        self.body = _splitter(Qt.Orientation.Horizontal, self.composer, self.lower)
        self.body.setStretchFactor(0, 0)
        self.body.setStretchFactor(1, 1)
        self.setCentralWidget(_column(self.top_bar, self.body))
        self.notices = Notices(self.centralWidget())

    def _connect(self) -> None:
        self.studio.changed.connect(self.show_state)
        self.studio.attention.connect(self.composer.look_at)
        self.wall.generation_selected.connect(self._on_wall_selected)
        self.wall.view_requested.connect(self._on_wall_view_requested)
        self.viewer.closed.connect(self._on_viewer_closed)
        self.viewer.generation_shown.connect(self._on_viewer_shown)
        self.inspector.generation_chosen.connect(self._on_inspector_chosen)
        self.top_bar.search_changed.connect(self.wall.search)
        self.top_bar.keys_requested.connect(self.open_keys)
        self.top_bar.settings_requested.connect(self.open_settings)
        self.composer.keys_requested.connect(self.open_keys)

    def _make_actions(self) -> None:
        """Shortcuts of the window; those of a panel belong to the panel."""
        for text, keys, slot in (
            (self.tr("Generate"), "Ctrl+Return", self._on_generate),
            (self.tr("Generate at the front of the queue"), "Ctrl+Shift+Return", self._on_front),
            (self.tr("Go to the prompt"), "Ctrl+L", self.composer.focus_prompt),
            (self.tr("Search"), "Ctrl+F", self.top_bar.focus_search),
            (self.tr("Settings"), "Ctrl+,", self.open_settings),
            (self.tr("Keys"), "Ctrl+Shift+,", self.open_keys),
            (self.tr("Full screen"), "F11", self._on_full_screen),
            (self.tr("Show or hide the composer"), "Ctrl+1", self._toggle(self.composer)),
            (self.tr("Show or hide the inspector"), "Ctrl+2", self._toggle(self.inspector)),
            (self.tr("Show or hide the jobs"), "Ctrl+3", self._toggle(self.jobs)),
            (self.tr("Restore the layout"), "Ctrl+0", self.restore_layout),
            (self.tr("Quit"), "Ctrl+Q", self.close),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(slot)
            self.addAction(action)

    @Slot(object)
    def show_state(self, state: StudioState) -> None:
        for panel in (
            self.composer,
            self.wall,
            self.inspector,
            self.jobs,
            self.money,
            self.top_bar,
        ):
            panel.show_state(state)
        self.notices.show_state(state)

    @Slot()
    def open_keys(self) -> None:
        KeysDialog(self.studio, self.theme, self).open()

    @Slot()
    def open_settings(self) -> None:
        SettingsDialog(self.studio, self.theme, self).open()

    @Slot()
    def restore_layout(self) -> None:
        """The layout of the first start."""
        for panel in (self.composer, self.inspector, self.jobs, self.money):
            panel.show()
        self.body.setSizes([COMPOSER_WIDTH, max(600, self.width() - COMPOSER_WIDTH)])
        middle = max(300, self.width() - COMPOSER_WIDTH - INSPECTOR_WIDTH)
        self.upper.setSizes([middle, INSPECTOR_WIDTH])

    def _toggle(self, panel: QWidget) -> Callable[[], None]:
        def toggle() -> None:
            panel.setVisible(not panel.isVisible())

        return toggle

    @Slot()
    def _on_generate(self) -> None:
        self.studio.generate()

    @Slot()
    def _on_front(self) -> None:
        self.studio.generate(front=True)

    @Slot()
    def _on_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot(object)
    def _on_wall_selected(self, generation: Generation | None) -> None:
        self.inspector.show_generation(generation)

    @Slot(object)
    def _on_wall_view_requested(self, generation: Generation) -> None:
        self.viewer.show_generation(generation, self.wall.order())
        self.middle.setCurrentWidget(self.viewer)
        self.viewer.setFocus()

    @Slot()
    def _on_viewer_closed(self) -> None:
        self.middle.setCurrentWidget(self.wall)
        self.wall.setFocus()

    @Slot(object)
    def _on_viewer_shown(self, generation: Generation) -> None:
        self.wall.select(generation.id)
        self.inspector.show_generation(generation)

    @Slot(object)
    def _on_inspector_chosen(self, generation: Generation) -> None:
        if self.middle.currentWidget() is self.viewer:
            self.viewer.show_generation(generation, self.wall.order())
        self.wall.select(generation.id)
        self.inspector.show_generation(generation)

    def _restore(self) -> None:
        """Geometry of last time. QSettings holds window state only: it forgets types, so nothing
        else.
        """
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(1440, screen.width()), min(900, screen.height()))
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
        self.closing.emit()
        super().closeEvent(event)


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
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
