"""Paints one line of the price table: who, the mark, what would change, how long, how much."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from flux_studio.core.price_table import PriceRow
from flux_studio.ui.composer.price_lines import PriceLines
from flux_studio.ui.composer.price_words import detail_words, name_words, price_words, wait_words
from flux_studio.ui.phrases import translate
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE

ROW = 24  # px; the least size of a target
_MARK = 12  # px before the name, for the dot of the chosen line
_LEAST_DETAIL = 28  # px; less than this says nothing
_LEAST_NAME = 72  # px
_Index = QModelIndex | QPersistentModelIndex


class LineFonts:
    """The two fonts of the lines with their metrics, made once: fonts are dear to make."""

    def __init__(self, font: QFont) -> None:
        self.of = font
        self.plain, self.strong = small_font(font), small_font(font, strong=True)
        self.plain_metrics = QFontMetrics(self.plain)
        self.strong_metrics = QFontMetrics(self.strong)

    def name(self, row: PriceRow) -> tuple[QFont, QFontMetrics]:
        """What the name of a line is written in."""
        if row.chosen:
            return self.strong, self.strong_metrics
        return self.plain, self.plain_metrics


class PriceDelegate(QStyledItemDelegate):
    """Prices and waits stand in columns, as wide as the widest of them."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._price = self._wait = 0
        self._fonts = LineFonts(view.font())

    def measure(self, rows: Sequence[PriceRow], font: QFont) -> None:
        """Find the widths of the columns for these rows."""
        if font != self._fonts.of:
            self._fonts = LineFonts(font)
        strong, plain = self._fonts.strong_metrics, self._fonts.plain_metrics
        self._price = max((strong.horizontalAdvance(price_words(r)) for r in rows), default=0)
        self._wait = max((plain.horizontalAdvance(wait_words(r)) for r in rows), default=0)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, PriceLines)
        row = model.rows()[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect)
        paint_ground(painter, box, hovered=hovered, current=current)
        self._paint_words(painter, box, row, model.family)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRectF, row: PriceRow, family: str) -> None:
        colors = current_colors()
        if row.chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.text))
            painter.drawEllipse(QPointF(box.left() + 5, box.center().y()), 3.5, 3.5)
        words = box.adjusted(_MARK, 0, -2, 0)
        painter.setFont(self._fonts.name(row)[0])
        painter.setPen(QColor(colors.text if row.able else colors.muted))
        painter.drawText(words, _RIGHT, price_words(row))
        words.setRight(words.right() - self._price - SPACE.s)
        painter.setFont(self._fonts.plain)
        painter.setPen(QColor(colors.muted))
        if wait_words(row):  # the column is free for words where there is no wait
            painter.drawText(words, _RIGHT, wait_words(row))
            words.setRight(words.right() - self._wait - SPACE.s)
        _paint_name(painter, words, row, self._fonts, family)


def _paint_name(
    painter: QPainter, box: QRectF, row: PriceRow, fonts: LineFonts, family: str
) -> None:
    """Name, mark and detail from the left; the detail is cut first, then the provider's name."""
    colors = current_colors()
    plain, (font, metrics) = fonts.plain_metrics, fonts.name(row)
    mark = translate("PriceTable", "cheapest") if row.cheapest else ""
    mark_width = plain.horizontalAdvance(mark) + 10 + SPACE.s if mark else 0
    detail = detail_words(row)
    first = plain.horizontalAdvance(detail[0]) if detail else 0
    needed = min(_LEAST_DETAIL, first) + SPACE.s if detail else 0
    room = max(_LEAST_NAME, box.width() - mark_width - needed)
    name = _fitted_name(metrics, name_words(row, family), int(room))
    painter.setFont(font)
    painter.setPen(QColor(colors.text if row.chosen else colors.muted))
    painter.drawText(box, _LEFT, name)
    box.setLeft(box.left() + metrics.horizontalAdvance(name) + SPACE.s)
    painter.setFont(fonts.plain)
    if mark:
        _paint_mark(painter, box, mark, mark_width - SPACE.s)
        box.setLeft(box.left() + mark_width)
    if box.width() >= _LEAST_DETAIL:
        painter.setPen(QColor(colors.muted))
        painter.drawText(box, _LEFT, fitted_detail(plain, detail, int(box.width())))


def fitted_detail(metrics: QFontMetrics, detail: Sequence[str], room: int) -> str:
    """As much of it as fits whole into `room` px; the first of it is cut where even that is too
    long. The tooltip has all of it.
    """
    for count in range(len(detail), 0, -1):
        words = ", ".join(detail[:count])
        if metrics.horizontalAdvance(words) <= room:
            return words
    return metrics.elidedText(detail[0], _CUT, room) if detail else ""


def _fitted_name(metrics: QFontMetrics, name: tuple[str, str], room: int) -> str:
    """'Practice · pro'; a long provider is cut, since the model is what tells lines apart."""
    provider, title = name
    if not provider:
        return metrics.elidedText(title, _CUT, room)
    rest = f" · {title}"
    left = room - metrics.horizontalAdvance(rest)
    if left < _LEAST_DETAIL:
        return metrics.elidedText(provider + rest, _CUT, room)
    return metrics.elidedText(provider, _CUT, left) + rest


def _paint_mark(painter: QPainter, box: QRectF, text: str, width: float) -> None:
    color = QColor(current_colors().accent)
    frame = QRectF(box.left(), box.center().y() - 8, width, 16).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1))
    painter.drawRoundedRect(frame, 4, 4)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)


def paint_ground(painter: QPainter, box: QRectF, *, hovered: bool, current: bool) -> None:
    """What lies behind a line: under the pointer, and where the keyboard is."""
    colors = current_colors()
    if hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if current:
        inset = SHAPE.focus_stroke / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 4, 4)


def small_font(font: QFont, *, strong: bool = False) -> QFont:
    """The type of the table's lines."""
    made = QFont(font)
    made.setPixelSize(TYPE.small)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made


_CUT = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
