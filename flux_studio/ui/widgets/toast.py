"""A passing notice at the foot of the window, with something to do about it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from flux_studio.ui.style import current_colors, set_look
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import announce

_WIDEST = 560  # px


class Toast(QWidget):
    """One notice at a time over the foot of `parent`; a newer one takes its place.

    It never takes the focus, stays while the pointer or the focus is on it, and is announced.
    Signals: `action_asked()` when its button was pressed, `closed()` when it went away, by itself
    or not.
    """

    action_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.hide()
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._action = QPushButton()
        self._action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self._action, "link")
        self._action.clicked.connect(self._on_action_clicked)
        self._close = IconButton("x", self.tr("Close notice"), self.tr("Close"), "Esc", edge=24)
        self._close.clicked.connect(self.dismiss)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, SPACE.s, SPACE.s, SPACE.s)
        row.setSpacing(SPACE.m)
        row.addWidget(self._label, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)
        parent.installEventFilter(self)

    def show_notice(self, text: str, *, action: str = "", seconds: float = 6.0) -> None:
        """Show `text` for `seconds`; with an `action` there is a button of that name."""
        self._label.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._timer.setInterval(round(seconds * 1000))
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, text)

    def text(self) -> str:
        return self._label.text()

    def dismiss(self) -> None:
        """Take the notice away now."""
        self._timer.stop()
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def is_waiting(self) -> bool:
        """Whether it will go away by itself: not while pointer or focus is on it."""
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible():
            self._timer.start()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colors.raised))
        painter.setPen(QPen(QColor(colors.edge), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)

    def _place(self) -> None:
        parent = self._host
        widest = min(_WIDEST, parent.width() - 2 * SPACE.l)
        words = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 4
        self._label.setMinimumWidth(0)
        rest = self._row.minimumSize().width() - self._label.minimumSizeHint().width()
        self._label.setMinimumWidth(max(0, min(words, widest - rest)))
        wide = min(widest, self._row.minimumSize().width())
        height = max(self.heightForWidth(wide), self.minimumSizeHint().height())
        left = (parent.width() - wide) // 2
        self.setGeometry(left, parent.height() - height - SPACE.l, wide, height)

    def _on_action_clicked(self) -> None:
        self.dismiss()
        self.action_asked.emit()

    def _on_timer_timeout(self) -> None:
        focused = self.focusWidget()
        if focused is not None and focused.hasFocus():
            self._timer.start()
        else:
            self.dismiss()
