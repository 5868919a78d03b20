"""One line of plain text that ends in an ellipsis where it does not fit."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from flux_studio.ui.widgets.tooltip import tooltip


class ElidedLabel(QLabel):
    """A label that shrinks; the whole text is its tooltip while it is cut. No signals of its own.

    `text()` stays whole, so a screen reader reads all of it.
    """

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def is_cut(self) -> bool:
        """Whether the text does not fit at the present width."""
        return self._fitted() != self._line()

    def minimumSizeHint(self) -> QSize:
        few = self.fontMetrics().horizontalAdvance("ab…")
        return QSize(min(few, super().sizeHint().width()), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            self._fitted(),
            self.foregroundRole(),
        )

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.is_cut():
            QToolTip.showText(event.globalPos(), tooltip(self.text()), self)
            return True
        return super().event(event)

    def _line(self) -> str:
        return " ".join(self.text().split("\n"))

    def _fitted(self) -> str:
        return self.fontMetrics().elidedText(self._line(), self._mode, self.contentsRect().width())
