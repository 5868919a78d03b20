"""How far a long deletion is, over the foot of the window, with a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from flux_studio.ui.style import current_colors, set_look
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

AFTER = 400  # ms: what is done sooner shows nothing
WIDTH = 360  # px


class BinProgress(QWidget):
    """Signal: `stop_asked()`. It never takes the focus by itself."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.hide()
        self.setAccessibleName(self.tr("Deleting"))
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = ThinProgress(self.tr("Pictures moved"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop"))
        self.stop.setToolTip(tooltip(self.tr("Stop here; what was moved can be undone")))
        self.stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.stop, "link")
        self.stop.clicked.connect(self.stop_asked)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE.l, SPACE.s, SPACE.m, SPACE.m)
        grid.setHorizontalSpacing(SPACE.m)
        grid.setVerticalSpacing(SPACE.xs)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self.stop, 0, 1)
        grid.addWidget(self.bar, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._wait = QTimer(self, singleShot=True, interval=AFTER)
        self._wait.timeout.connect(self._on_wait_timeout)
        parent.installEventFilter(self)

    def begin(self) -> None:
        """A deed began; it shows itself when that takes long."""
        if not self.isVisible() and not self._wait.isActive():
            self.bar.setValue(0)
            self._wait.start()

    def show_progress(self, done: int, count: int, *, deletes: bool) -> None:
        """So many of so many are moved, or are back."""
        text = self.tr("To the bin: {done} of {count}") if deletes else self.tr(
            "Coming back: {done} of {count}"
        )  # fmt: skip
        number = QLocale().toString
        self.words.setText(text.format(done=number(done), count=number(count)))
        self.bar.setValue(round(1000 * done / max(1, count)))

    def end(self) -> None:
        """The deed is over."""
        self._wait.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colors.raised))
        painter.setPen(QPen(QColor(colors.edge), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)

    def _on_wait_timeout(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        host, wide = self._host, min(WIDTH, self._host.width() - 2 * SPACE.l)
        high = self.sizeHint().height()
        self.setGeometry((host.width() - wide) // 2, host.height() - high - SPACE.l, wide, high)
