"""Our icons: Lucide shapes from `resources/icons`, tinted with the theme's colours.

`set_icon(button, "lock")` is the usual way: the icon follows a change of theme by itself
(`refresh_icons_of`, called with each change). `icon` and `pixmap` are for painting and menus.
The files are our own, shipped ones; nothing foreign is ever opened here.
"""

from functools import lru_cache
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from flux_studio.resources import resource_path
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, Colors

Role = Literal["text", "muted", "accent", "on_accent", "danger", "ok", "warn", "disabled"]
ROLES: tuple[Role, ...] = get_args(Role)
# Lucide draws 2 units of 24 wide, which is heavy at 16 px beside 13 px text.
_STROKE = 'stroke-width="1.75"'
_PROPERTY = "flux_icon"
_GAP = 5  # px


def icon(name: str, role: Role = "text", size: int = ICON.small, gap: int = 0) -> QIcon:
    """The icon `name` (a file in `resources/icons`, without `.svg`), `size` px square with `gap` px
    of nothing at its right, drawn for every screen there is.

    Disabled is the theme's disabled colour; a checked or hovered `muted` icon is drawn in the text
    colour. The colours are those of now: use `set_icon` to follow the theme.
    Raises FileNotFoundError for an unknown name.
    """
    ratios = tuple(sorted({1.0} | {each.devicePixelRatio() for each in QGuiApplication.screens()}))
    return _icon(name, role, (size + gap, size), current_colors(), ratios)


def pixmap(
    name: str, color: str, size: int = ICON.small, ratio: float = 1.0, *, filled: bool = False
) -> QPixmap:
    """The icon `name` in `color` (`#RRGGBB`), `size` px square, for a screen of `ratio` device
    pixels per px; `filled` also fills the shape (a star that is given). Cached: do not paint on it.
    """
    return _pixmap(name, color, (size, size), ratio, filled)


def paint_icon(
    painter: QPainter, rect: QRectF, name: str, color: str, *, filled: bool = False
) -> None:
    """Draw the icon `name` in the middle of `rect`, as large as its shorter edge allows."""
    size = int(min(rect.width(), rect.height()))
    device = painter.device()
    picture = pixmap(name, color, size, device.devicePixelRatio(), filled=filled)
    left = round(rect.x() + (rect.width() - size) / 2)
    top = round(rect.y() + (rect.height() - size) / 2)
    painter.drawPixmap(left, top, picture)


def set_icon(
    target: QAbstractButton | QAction, name: str, role: Role = "text", size: int = ICON.small
) -> None:
    """Give `target` the icon `name` and keep it in the colours of the theme from now on."""
    # A style sheet cannot widen the gap between icon and words, so the icon brings its own.
    gap = _GAP if isinstance(target, QPushButton) else 0
    target.setProperty(_PROPERTY, [name, role, size, gap])
    if isinstance(target, QAbstractButton):
        target.setIconSize(QSize(size + gap, size))
    target.setIcon(icon(name, role, size, gap))


def refresh_icons(app: QApplication) -> None:
    """Draw again every icon that `set_icon` gave out, after a change of screens."""
    for widget in app.allWidgets():
        refresh_icons_of(widget)


def refresh_icons_of(widget: QWidget) -> None:
    """Draw again the icon of `widget` and those of its actions, as after a change of theme."""
    if isinstance(widget, QAbstractButton):
        _refresh(widget)
    for action in widget.actions():
        _refresh(action)


def app_icon() -> QIcon:
    """The mark of the application, for windows, the dock and the task bar."""
    found = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        found.addFile(str(resource_path(f"icons/app/flux-studio-{size}.png")), QSize(size, size))
    return found


def _refresh(target: QAbstractButton | QAction) -> None:
    kept = target.property(_PROPERTY)
    if kept:
        name, role, size, gap = kept
        target.setIcon(icon(name, role, size, gap))


@lru_cache(maxsize=1024)
def _icon(
    name: str, role: Role, edges: tuple[int, int], colors: Colors, ratios: tuple[float, ...]
) -> QIcon:
    found = QIcon()
    normal = getattr(colors, role)
    lit = colors.text if role == "muted" else normal
    on, off = QIcon.State.On, QIcon.State.Off
    looks = [
        (normal, QIcon.Mode.Normal, off),
        (lit, QIcon.Mode.Active, off),
        (colors.disabled, QIcon.Mode.Disabled, off),
        (lit, QIcon.Mode.Normal, on),
        (lit, QIcon.Mode.Active, on),
        (colors.disabled, QIcon.Mode.Disabled, on),
        (normal, QIcon.Mode.Selected, off),
    ]
    for color, mode, state in looks:
        for ratio in ratios:
            found.addPixmap(_pixmap(name, color, edges, ratio, False), mode, state)
    return found


@lru_cache(maxsize=4096)
def _pixmap(name: str, color: str, edges: tuple[int, int], ratio: float, filled: bool) -> QPixmap:
    renderer = _renderer(name, color, filled)
    width, height = (round(edge * ratio) for edge in edges)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, height, height))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


@lru_cache(maxsize=512)
def _renderer(name: str, color: str, filled: bool) -> QSvgRenderer:
    drawing = _drawing(name).replace("currentColor", QColor(color).name())
    if filled:
        drawing = drawing.replace('fill="none"', f'fill="{QColor(color).name()}"', 1)
    return QSvgRenderer(QByteArray(drawing.encode()))


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    text = resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', _STROKE, 1)
