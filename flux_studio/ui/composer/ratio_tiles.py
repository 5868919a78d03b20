"""Tiles with an outline drawing of each ratio; exactly one may be the present one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from flux_studio.core.size import (
    FreeSizes,
    ListedSize,
    ListedSizes,
    Preset,
    Size,
    SizeRule,
    listed,
    presets_of,
    size_problem,
)
from flux_studio.ui.composer.tile_grid import TileGrid
from flux_studio.ui.phrases import size_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, TYPE
from flux_studio.ui.widgets.tooltip import tooltip

_GAP = 6  # px
_HEIGHT = 44  # px
_DRAWING = 20  # px, longest side of a drawing
_MOST_IN_ROW = 7
_SAME = 0.04  # ratios within 4 % have one name: 1344 × 768 is the 16:9 of a grid of 64


@dataclass(frozen=True, slots=True)
class Tile:
    """One choice: what stands on it, the size in px it gives, the provider's name for it."""

    label: str
    size: Size
    name: str


def tiles_of(rule: SizeRule, present: Size) -> tuple[Tile, ...]:
    """The tiles of a rule. Of listed sizes there is one a ratio, at the tier of `present`."""
    match rule:
        case ListedSizes(options=options):
            tier = tier_of(rule, present)
            ratios = dict.fromkeys(option.ratio for option in options)
            found = [_option(options, ratio, tier) for ratio in ratios]
            return tuple(Tile(o.ratio, o.size, f"{o.ratio} {o.tier}".strip()) for o in found)
        case FreeSizes():
            return _named(presets_of(rule))


def with_favourites(
    tiles: Sequence[Tile], favourites: Sequence[Preset], rule: SizeRule
) -> tuple[Tile, ...]:
    """The tiles, and beside them as many favourites that the rule allows as their rows have room
    for: the picker never grows by them.
    """
    room = -len(tiles) % _MOST_IN_ROW
    fitting = [each for each in favourites if size_problem(rule, each.size) is None]
    return (*tiles, *(Tile(each.name, each.size, each.name) for each in fitting[:room]))


def tier_of(rule: SizeRule, size: Size) -> str:
    """The tier that stands for a size, '' where sizes are free."""
    option = listed(rule, size)
    return option.tier if option else ""


def present_tile(tiles: Sequence[Tile], size: Size) -> Tile | None:
    """The tile of a size: the very size, else the same ratio, else none."""
    exact = next((tile for tile in tiles if tile.size == size), None)
    if exact is not None or not tiles:
        return exact
    near = min(tiles, key=lambda tile: abs(tile.size.ratio / size.ratio - 1))
    return near if abs(near.size.ratio / size.ratio - 1) <= _SAME else None


def ratio_words(size: Size) -> str:
    """'16:9'."""
    part = gcd(size.width, size.height)
    return f"{size.width // part}:{size.height // part}"


class RatioTiles(QWidget):
    """One stop for Tab, arrows move and choose. Signal: `size_chosen(Size)`."""

    size_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Ratio"))
        self._tiles: tuple[Tile, ...] = ()
        self._buttons: list[RatioTile] = []
        self._grid = TileGrid(_GAP, _MOST_IN_ROW, self)

    def show_tiles(self, tiles: Sequence[Tile], present: Tile | None) -> None:
        """Show `tiles`, with `present` marked."""
        if tuple(tiles) != self._tiles:
            self._tiles = tuple(tiles)
            self._build()
        largest = max((tile.size.pixels for tile in tiles), default=1)
        for button in self._buttons:
            scale = (button.tile.size.pixels / largest) ** 0.5
            button.show_state(present=button.tile == present, scale=scale)
        self._lead_tab()

    def buttons(self) -> list[RatioTile]:
        return list(self._buttons)

    def stop(self) -> RatioTile | None:
        """The tile that Tab enters at."""
        present = next((b for b in self._buttons if b.isChecked()), None)
        return present or (self._buttons[0] if self._buttons else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), None)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
        }.get(Qt.Key(event.key()))
        if focused is None or steps is None:
            super().keyPressEvent(event)
            return
        button = self._buttons[(focused + steps) % len(self._buttons)]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        self.size_chosen.emit(button.tile.size)

    def _build(self) -> None:
        focused = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), None)
        while len(self._buttons) < len(self._tiles):
            button = RatioTile(self)
            button.clicked.connect(self._on_button_clicked)
            self._buttons.append(button)
            self._grid.addWidget(button)
            button.show()
        while len(self._buttons) > len(self._tiles):
            button = self._buttons.pop()
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        for button, tile in zip(self._buttons, self._tiles, strict=True):
            button.show_tile(tile)
        self._grid.show_columns(_columns(len(self._tiles)))
        if focused is not None and self._buttons:
            self._buttons[min(focused, len(self._buttons) - 1)].setFocus()

    def _lead_tab(self) -> None:
        stop = self.stop()
        for button in self._buttons:
            policy = Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus
            if button.focusPolicy() != policy:
                button.setFocusPolicy(policy)

    def _on_button_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RatioTile):
            self.size_chosen.emit(button.tile.size)


class RatioTile(QAbstractButton):
    """A ratio, drawn. Checked while it is the present one. Signals: those of QAbstractButton."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tile = Tile("", Size(1, 1), "")
        self._scale = 1.0
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_tile(self, tile: Tile) -> None:
        self.tile = tile
        size = size_words(tile.size)
        self.setAccessibleName(f"{tile.label}, {size}")
        words = f"{tile.label} · {size}"
        self.setToolTip(tooltip(f"{words} · {tile.name}" if tile.name != tile.label else words))
        self.update()

    def show_state(self, *, present: bool, scale: float) -> None:
        """Mark the tile as the present one or not; `scale` is its side against the largest."""
        if (present, scale) != (self.isChecked(), self._scale):  # panels render at each keystroke
            self._scale = scale
            self.setChecked(present)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(34, _HEIGHT)  # seven of them fit the narrowest composer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()  # arrows are for the whole row

    def nextCheckState(self) -> None:
        """The state decides which tile is the present one, not the click."""

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isChecked()
        color = colors.accent if lit else colors.line
        stroke = SHAPE.focus_stroke if self.hasFocus() else 1
        painter.setPen(QPen(QColor(colors.focus if self.hasFocus() else color), stroke))
        fill = colors.raised if lit or self.underMouse() else colors.field
        painter.setBrush(QColor(fill))
        inset = stroke / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        ink = QColor(colors.text if lit or self.underMouse() else colors.muted)
        self._paint_drawing(painter, ink)
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(ink)
        words = QRectF(0, self.height() - 17, self.width(), 14)
        label = painter.fontMetrics().elidedText(
            self.tile.label, Qt.TextElideMode.ElideRight, self.width() - 4
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_drawing(self, painter: QPainter, ink: QColor) -> None:
        longest = _DRAWING * (0.55 + 0.45 * self._scale)
        ratio = self.tile.size.ratio
        wide, high = (longest, longest / ratio) if ratio >= 1 else (longest * ratio, longest)
        middle = QRectF(0, 3, self.width(), self.height() - 19).center()
        # On whole pixels, so that the outline is sharp.
        wide, high = max(5, round(wide)), max(5, round(high))
        left, top = round(middle.x() - wide / 2), round(middle.y() - high / 2)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(left + 0.5, top + 0.5, wide, high), 1, 1)


def _named(presets: Sequence[Preset]) -> tuple[Tile, ...]:
    """Tiles of presets; a second one of the same ratio says how large it is."""
    tiles: list[Tile] = []
    seen: set[str] = set()
    for preset in presets:
        ratio = _ratio_of(preset)
        label = f"{preset.size.width}²" if ratio in seen and ratio == "1:1" else ratio
        if ratio in seen and ratio != "1:1":
            label = str(preset.size)
        seen.add(ratio)
        tiles.append(Tile(label, preset.size, preset.name.replace("_", " ")))
    return tuple(tiles)


def _ratio_of(preset: Preset) -> str:
    """The ratio that a preset is named after, else that of its pixels: on a grid of 16 the pixels
    of '16:9' come to 85:48.
    """
    word = preset.name.partition(" ")[0]
    return word if ":" in word else ratio_words(preset.size)


def _option(options: Sequence[ListedSize], ratio: str, tier: str) -> ListedSize:
    """The option of a ratio at a tier, or the ratio's first where the tier is not offered."""
    same = [option for option in options if option.ratio == ratio]
    return next((option for option in same if option.tier == tier), same[0])


def _columns(count: int) -> int:
    """As few rows as hold them, evenly filled."""
    rows = -(-count // _MOST_IN_ROW) or 1
    return -(-count // rows) or 1
