"""The viewer in a window of its own, on a second screen where there is one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.session.studio import Studio
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.viewer.memory import Memory
from flux_studio.ui.viewer.panel import ViewerPanel

SIZE = (1000, 760)  # px, where it shares the screen with the studio
SMALLEST = (360, 280)


class ViewerWindow(QWidget):
    """Signal: `gone()` when it was closed. It never takes the keyboard when it opens."""

    gone = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource, memory: Memory | None = None) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Viewer"))
        self.setMinimumSize(*SMALLEST)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.panel = ViewerPanel(studio, theme, memory, parted=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.panel.closed.connect(self._on_panel_closed)
        self.panel.full_screen_requested.connect(self.toggle_full_screen)
        self.panel.window_requested.connect(self.close)

    def open_beside(self, studio_window: QWidget) -> None:
        """Show it: over all of another screen, else beside the middle of this one."""
        other = another_screen(studio_window.screen())
        if other is None:
            self.resize(*SIZE)
            self.show()
            return
        self.setGeometry(other.availableGeometry())
        self.showMaximized()

    @Slot()
    def toggle_full_screen(self) -> None:
        on = not self.isFullScreen()
        self.panel.show_alone(on)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_panel_closed(self) -> None:
        """Escape leaves full screen first."""
        if self.isFullScreen():
            self.toggle_full_screen()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        self.panel.close_workers()
        # The window's objects point at each other and are collected much later.
        self.panel.let_go()
        self.gone.emit()
        super().closeEvent(event)


def another_screen(mine: QScreen | None) -> QScreen | None:
    """The first screen that is not `mine`, None when there is no other."""
    return next((screen for screen in QGuiApplication.screens() if screen is not mine), None)
