"""Paints the tree of a family: pictures, the lines between them, and on each what was asked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.money import dollars
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.lineage.arrangement import Arrangement, Place
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE, TYPE, Colors
from flux_studio.ui.widgets.tooltip import tooltip

PICTURE = (128, 96)  # px, the room of one picture
CAPTION = 18  # px below it
WORDS = 176  # px for what was asked for, on the line
COLUMN = PICTURE[0] + WORDS + 3 * SPACE.m
ROW = PICTURE[1] + CAPTION + SPACE.xl
MARGIN = SPACE.xl
LINES = 4  # of an instruction; more is cut and stands in the tip and the inspector
MOST_TIP = 1_200  # characters


class TreeView(QAbstractScrollArea):
    """Signals: `current_chosen(Generation)` by key or click, `opened(Generation)` by Enter or
    double click.
    """

    current_chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangement = Arrangement(())
        self._images: dict[str, QImage | None] = {}
        self._scaled: dict[str, QImage] = {}
        self._current = ""
        self._branch: frozenset[str] = frozenset()
        self.setAccessibleName(self.tr("Lineage"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_arrangement(self, arrangement: Arrangement) -> None:
        known = {place.generation.id for place in arrangement.places}
        self._images = {id_: i for id_, i in self._images.items() if id_ in known}
        self._scaled = {}
        self._arrangement = arrangement
        self._fit_bars()
        self.viewport().update()

    def missing(self) -> tuple[str, ...]:
        """Ids whose picture was not shown yet."""
        ids = [place.generation.id for place in self._arrangement.places]
        return tuple(id_ for id_ in ids if id_ not in self._images)

    def show_image(self, generation_id: str, image: QImage | None) -> None:
        self._images[generation_id] = image
        self._scaled.pop(generation_id, None)
        self.viewport().update()

    def show_current(self, generation_id: str, branch: frozenset[str]) -> None:
        """The chosen picture; the lines of its `branch` are drawn stronger."""
        self._current, self._branch = generation_id, branch
        place = self._arrangement.of(generation_id)
        if place is not None:
            self._bring_into_view(self.rect_of(place))
        self.viewport().update()

    def rect_of(self, place: Place) -> QRectF:
        """The room of a picture on the whole sheet, px."""
        size = self._sheet()
        spare_x = max(0, self.viewport().width() - size.width()) / 2
        spare_y = max(0, self.viewport().height() - size.height()) / 2
        x = MARGIN + spare_x + place.column * COLUMN
        y = MARGIN + spare_y + place.row * ROW
        return QRectF(x, y, *PICTURE)

    def _box_of(self, place: Place) -> QRectF:
        return self._box_in(self.rect_of(place), place.generation)

    @staticmethod
    def _box_in(rect: QRectF, generation: Generation) -> QRectF:
        """Where the picture itself lies in its room."""
        size = generation.size
        scale = min(rect.width() / size.width, rect.height() / size.height)
        wide, high = round(size.width * scale), round(size.height * scale)
        left = round(rect.center().x() - wide / 2)
        top = round(rect.center().y() - high / 2)
        return QRectF(left, top, wide, high)

    def _sheet(self) -> QSize:
        columns, rows = self._arrangement.columns, self._arrangement.rows
        wide = 2 * MARGIN + max(0, columns - 1) * COLUMN + PICTURE[0]
        return QSize(wide, round(2 * MARGIN + (rows - 1) * ROW + PICTURE[1] + CAPTION))

    def _fit_bars(self) -> None:
        size, view = self._sheet(), self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), size.width(), view.width()),
            (self.verticalScrollBar(), size.height(), view.height()),
        ):
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(40)

    def _bring_into_view(self, rect: QRectF) -> None:
        for bar, first, last, seen in (
            (self.horizontalScrollBar(), rect.left(), rect.right(), self.viewport().width()),
            (self.verticalScrollBar(), rect.top(), rect.bottom() + CAPTION,
             self.viewport().height()),
        ):  # fmt: skip
            if first - MARGIN < bar.value():
                bar.setValue(round(first - MARGIN))
            elif last + MARGIN > bar.value() + seen:
                bar.setValue(round(last + MARGIN - seen))

    def _offset(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = current_colors(), QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colors.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._offset())
        seen = QRectF(event.rect()).translated(self._offset())
        edges = self._arrangement.edges()
        for source, edit in sorted(edges, key=lambda edge: edge[1].generation.id in self._branch):
            start, end = self._box_of(source), self._box_of(edit)
            if start.united(end).adjusted(0, -ROW, 0, ROW).intersects(seen):
                self._paint_edge(painter, start, end, edit.generation, colors)
        for place in self._arrangement.places:
            rect = self.rect_of(place)
            if rect.adjusted(-4, -4, 4, CAPTION).intersects(seen):
                self._paint_node(painter, rect, place.generation, colors)
        painter.end()

    def _paint_edge(
        self, painter: QPainter, start: QRectF, end: QRectF, edit: Generation, colors: Colors
    ) -> None:
        from_x, to_x = start.right() + SPACE.s, end.left() - SPACE.s
        from_y, to_y = start.center().y(), end.center().y()
        column = start.center().x() + PICTURE[0] / 2
        bend = column + SPACE.m
        path = QPainterPath(QPointF(from_x, from_y))
        path.lineTo(bend, from_y)
        path.lineTo(bend, to_y)
        path.lineTo(to_x, to_y)
        strong = edit.id in self._branch
        pen = QPen(QColor(colors.accent if strong else colors.edge), 2.0 if strong else 1.0)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        for dy in (-4, 4):
            painter.drawLine(QPointF(to_x - 5, to_y + dy), QPointF(to_x, to_y))
        top = to_y - PICTURE[1] / 2
        words = QRectF(bend + SPACE.s, top, WORDS, PICTURE[1] / 2 - 4)
        painter.setPen(QColor(colors.text if strong else colors.muted))
        _paint_words(painter, words, edit.request.prompt, self._small())

    def _paint_node(
        self, painter: QPainter, rect: QRectF, generation: Generation, colors: Colors
    ) -> None:
        picture = self._picture(generation.id)
        box = self._box_in(rect, generation)
        if picture is None:
            painter.fillRect(box, QColor(colors.raised))
            icon = QRectF(0, 0, ICON.small, ICON.small)
            icon.moveCenter(box.center())
            paint_icon(painter, icon, "image", colors.muted)
        else:
            painter.drawImage(box, picture)
        if generation.id == self._current:
            painter.setPen(QPen(QColor(colors.accent), SHAPE.focus_stroke))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), SHAPE.radius, SHAPE.radius)
        painter.setFont(self._small())
        painter.setPen(QColor(colors.muted))
        line = QRectF(rect.left() - 8, box.bottom() + 5, rect.width() + 16, CAPTION)
        caption = caption_of(generation)
        metrics = QFontMetrics(self._small())
        fitted = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, fitted)

    def _picture(self, id_: str) -> QImage | None:
        """The thumbnail fitted into its room, for this screen."""
        image = self._images.get(id_)
        if image is None:
            return None
        ratio = self.devicePixelRatioF()
        made = self._scaled.get(id_)
        if made is None or made.devicePixelRatioF() != ratio:
            made = image.scaled(
                QSize(round(PICTURE[0] * ratio), round(PICTURE[1] * ratio)),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            made.setDevicePixelRatio(ratio)
            self._scaled[id_] = made
        return made

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        return font

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()

    # The hand and the keyboard

    def _at(self, point: QPointF) -> Place | None:
        where = point + self._offset()
        return next((p for p in self._arrangement.places if self.rect_of(p).contains(where)), None)

    def viewportEvent(self, event: QEvent) -> bool:
        """The whole instruction while the pointer rests on a picture or on the words to it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.instructed_at(QPointF(event.pos()))
            words = "" if place is None else place.generation.request.prompt
            QToolTip.showText(event.globalPos(), tooltip(words[:MOST_TIP]), self.viewport())
            return True
        return super().viewportEvent(event)

    def instructed_at(self, point: QPointF) -> Place | None:
        """The picture at a point of the view, or the one whose instruction is there."""
        where = point + self._offset()
        for place in self._arrangement.places:
            words = WORDS + SPACE.xl if place.column else 0
            if self.rect_of(place).adjusted(-words, 0, 0, 0).contains(where):
                return place
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.current_chosen.emit(place.generation)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None:
            self.opened.emit(place.generation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        ways = {key.Key_Left: (-1, 0), key.Key_Right: (1, 0), key.Key_Up: (0, -1),
                key.Key_Down: (0, 1)}  # fmt: skip
        if event.key() in ways:
            place = self._arrangement.beside(self._current, *ways[key(event.key())])
            if place is not None:
                self.current_chosen.emit(place.generation)
        elif event.key() in (key.Key_Return, key.Key_Enter):
            current = self._arrangement.of(self._current)
            if current is not None:
                self.opened.emit(current.generation)
        else:
            event.ignore()  # letters and Escape belong to the panel


def caption_of(generation: Generation) -> str:
    """Model and price: 'flux-2-pro · $0.045', the price left out where there is none or it is not
    known.
    """
    cost = generation.price if generation.charged is None else generation.charged
    model = generation.request.model
    return f"{model} · {dollars(cost)}" if cost else model


def _paint_words(painter: QPainter, box: QRectF, text: str, font: QFont) -> None:
    """A few lines that end above the line of the edge, the last cut with an ellipsis."""
    metrics = QFontMetrics(font)
    high = metrics.lineSpacing()
    most = max(1, min(LINES, int(box.height() // high)))
    lines = _lines(" ".join(text.split()), font, box.width(), most)
    painter.setFont(font)
    top = box.bottom() - high * len(lines)
    for line in lines:
        fitted = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(QPointF(box.left(), top + metrics.ascent()), fitted)
        top += high


def _lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """Words broken to lines; what does not fit stays in the last one."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    kept = starts[:most]
    units = text.encode("utf-16-le")  # Qt counts UTF-16 units
    ends = [*kept[1:], len(units) // 2]
    return [
        units[2 * a : 2 * b].decode("utf-16-le", "replace").rstrip()
        for a, b in zip(kept, ends, strict=True)
    ]
