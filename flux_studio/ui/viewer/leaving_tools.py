"""In full screen the tools lie over the picture, come with the pointer and slide away again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QTimer, Slot
from PySide6.QtWidgets import QApplication, QStyle, QVBoxLayout, QWidget

from flux_studio.ui.style import set_surface

REST = 2_000  # ms that the tools stay after the pointer moved
SLIDE = 180  # ms


class LeavingTools(QObject):
    """Takes a row of tools out of its column while the host has the whole screen. No signals."""

    def __init__(self, host: QWidget, tools: QWidget, column: QVBoxLayout) -> None:
        super().__init__(host)
        self._host, self._tools, self._column = host, tools, column
        self.is_on = False
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        self._slide = QPropertyAnimation(tools, b"pos", self)
        self._slide.setDuration(SLIDE)
        host.installEventFilter(self)

    def begin(self) -> None:
        if self.is_on:
            return
        self.is_on = True
        self._column.removeWidget(self._tools)
        set_surface(self._tools, "panel")
        self._tools.raise_()
        self._place()
        self.wake()

    def end(self) -> None:
        if not self.is_on:
            return
        self.is_on = False
        self._rest.stop()
        self._slide.stop()
        self._column.insertWidget(0, self._tools)
        self._tools.show()

    @Slot()
    def wake(self) -> None:
        """The pointer moved: be there, and go again later."""
        if self.is_on:
            self._slide.stop()
            self._tools.move(0, 0)
            self._tools.show()
            self._rest.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.is_on and watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        high = self._tools.sizeHint().height()
        self._tools.setGeometry(0, self._tools.y(), self._host.width(), high)

    @Slot()
    def _on_rest_timeout(self) -> None:
        popup = QApplication.activePopupWidget()
        if self._tools.underMouse() or popup is not None or self._has_focus():
            self._rest.start()  # still in use
            return
        away = QPoint(0, -self._tools.height())
        if not self._host.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration):
            self._tools.move(away)
            return
        self._slide.setStartValue(self._tools.pos())
        self._slide.setEndValue(away)
        self._slide.start()

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self._tools.isAncestorOf(focus)
