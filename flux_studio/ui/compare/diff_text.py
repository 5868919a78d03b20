"""A prompt with what was added and what was taken away, laid out and painted as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_studio.ui.compare.differences import Change, Piece, shortened
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import TYPE
from flux_studio.ui.widgets.tooltip import tooltip

MOST_TIP = 2_000  # characters


class DiffText(QWidget):
    """Added words are underlined in the accent, removed ones struck through and muted: never by
    colour alone. No signals.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[Piece, ...] = ()
        self._name = name
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        self.setFont(font)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """The pieces of a prompt; a long one is shown in part, the whole of it is in the tip."""
        shown = shortened(pieces)
        self._pieces = tuple(_spaced(shown))
        whole = "".join(piece.text for piece in pieces if piece.change is not Change.GONE)
        self.setToolTip("" if shown == tuple(pieces) else tooltip(whole[:MOST_TIP]))
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(self._spoken())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return "".join(piece.text for piece in self._pieces)

    def heightForWidth(self, width: int) -> int:
        layout = self._laid_out(width)
        return int(layout.boundingRect().height() + 0.999) + 2

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(current_colors().text))
        self._laid_out(self.width()).draw(painter, QPointF(0, 0))

    def _laid_out(self, width: int) -> QTextLayout:
        # A line break of the prompt is one for the layout, too.
        text = self.text().replace("\n", "\u2028")
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(20, width))
            line.setPosition(QPointF(0, top))
            top += line.height() + 1
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        colors, found, at = current_colors(), [], 0
        for piece in self._pieces:
            # Qt counts UTF-16 units.
            length = len(piece.text.encode("utf-16-le")) // 2
            if piece.change is not Change.SAME:
                look = QTextCharFormat()
                if piece.change is Change.NEW:
                    look.setForeground(QColor(colors.accent))
                    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
                else:
                    look.setForeground(QColor(colors.muted))
                    look.setFontStrikeOut(True)
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = at, length, look
                found.append(part)
            at += length
        return found

    def pieces(self) -> tuple[Piece, ...]:
        return self._pieces

    def _spoken(self) -> str:
        words = {Change.SAME: "{0}", Change.NEW: self.tr("added: {0}")}
        words[Change.GONE] = self.tr("removed: {0}")
        parts = [
            words[p.change].format(" ".join(p.text.split())) for p in self._pieces if p.text.strip()
        ]
        return "; ".join(parts)

    def changeEvent(self, event: object) -> None:
        self.update()


def _spaced(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A thin space between what is gone and what came, so that they are two words."""
    for at, piece in enumerate(pieces):
        yield piece
        after = pieces[at + 1] if at + 1 < len(pieces) else piece
        if piece.change is Change.GONE and after.change is Change.NEW:
            yield Piece(Change.SAME, "\u2009")
