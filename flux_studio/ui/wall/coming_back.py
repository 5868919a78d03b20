"""When the person comes back from elsewhere: files may have been moved there meanwhile, so it is
looked which pictures have theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from flux_studio.session.library_desk import LibraryDesk

AWAY = 60.0  # seconds; whoever only glances at another window moves no files


class ComingBack(QObject):
    """Asks the library desk, which looks on a worker. No signals."""

    def __init__(
        self, library: LibraryDesk, parent: QObject, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._clock = clock
        self._left: float | None = None  # when the application lost the focus
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state_changed)

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            self._left = self._clock() if self._left is None else self._left
            return
        left, self._left = self._left, None
        if left is not None and self._clock() - left >= AWAY:
            self._library.missing.check()
