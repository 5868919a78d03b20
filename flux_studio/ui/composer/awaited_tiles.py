"""What is on its way into the tray: a tile for each, which says what is awaited and gives it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from flux_studio.session.state import Awaited
from flux_studio.ui.composer.reference_slot import SIDE
from flux_studio.ui.composer.tile_grid import TileGrid
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

_CROSS = 24  # px square, a target of its own
_LONGEST = 200  # characters of an address in a tooltip


class AwaitedTile(QAbstractButton):
    """Stands where a reference will be. Signal: `given_up(number)` by the cross, Enter, Space or
    Delete.
    """

    given_up = Signal(int)

    def __init__(self, awaited: Awaited, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.awaited = awaited
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        doing = (
            self.tr("The picture at {address} is fetched")
            if awaited.address
            else self.tr("{name} is read and checked")
        )
        words = doing.format(address=awaited.address[:_LONGEST], name=self._name())
        give_up = self.tr("Stop waiting for it")
        self.setAccessibleName(self.tr("Stop waiting for {name}").format(name=self._name()))
        self.setAccessibleDescription(words)
        self.setToolTip(tooltip(f"{words}\n{give_up}", "Delete"))
        self.bar = ThinProgress(self.tr("Waiting for {name}").format(name=self._name()))
        self.bar.show_fraction(None)
        self.bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.s, 0, SPACE.s, 0)
        column.addWidget(self.bar)
        self.clicked.connect(lambda: self.given_up.emit(self.awaited.number))

    def hitButton(self, pos: QPoint) -> bool:
        return self._cross().contains(pos.toPointF())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, frame = current_colors(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        lit = self.hasFocus() or self.underMouse()
        paint_icon(painter, self._cross().adjusted(6, 6, -6, -6), "x",
                   colors.text if lit else colors.muted)  # fmt: skip
        self._paint_name(painter, frame.adjusted(SPACE.xs, 0, -SPACE.xs, -SPACE.xs))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_name(self, painter: QPainter, room: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(QColor(current_colors().muted))
        words = painter.fontMetrics().elidedText(
            self._short_name(), Qt.TextElideMode.ElideRight, int(room.width())
        )
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(room, bottom, words)

    def _cross(self) -> QRectF:
        return QRectF(SIDE - _CROSS, 0, _CROSS, _CROSS)

    def _host(self) -> str:
        return urlsplit(self.awaited.address).hostname or ""

    def _short_name(self) -> str:
        """What fits below the bar: the file, or the end of the host, which names it best."""
        return self.awaited.name or ".".join(self._host().split(".")[-2:])

    def _name(self) -> str:
        name = self.awaited.name or self._host() or self.tr("a picture")
        if not self.awaited.more:
            return name
        return self.tr("{name} and {count} more").format(name=name, count=self.awaited.more)


class AwaitedTiles:
    """The tiles in a tray's grid, before the last of its tiles."""

    def __init__(self, grid: TileGrid, give_up: Callable[[int], None]) -> None:
        """`give_up(number)` is told which batch is waited for no longer."""
        self._grid = grid
        self._give_up = give_up
        self.tiles: list[AwaitedTile] = []

    def show(self, awaited: Sequence[Awaited]) -> None:
        """One tile for each."""
        for tile in [each for each in self.tiles if each.awaited not in awaited]:
            self._drop(tile)
        known = [tile.awaited for tile in self.tiles]
        for each in awaited:
            if each not in known:
                self._add(each)

    def _add(self, awaited: Awaited) -> None:
        tile = AwaitedTile(awaited)
        tile.given_up.connect(self._give_up)
        self.tiles.append(tile)
        self._grid.insert(self._grid.count() - 1, tile)
        self._grid.setAlignment(tile, Qt.AlignmentFlag.AlignTop)
        tile.show()

    def _drop(self, tile: AwaitedTile) -> None:
        self.tiles.remove(tile)
        self._grid.removeWidget(tile)
        tile.hide()  # which hands the focus on
        tile.deleteLater()
