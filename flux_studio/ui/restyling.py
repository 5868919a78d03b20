"""Other colours for the whole application, in short steps.

Qt hands a new style sheet to every widget in one call and, with a sheet in force already, to each
as many times as it has ancestors: a fifth of a second in the whole window. Here the sheet is put
in force without telling anybody, and then each widget is polished in its turn. What is in view is
painted anew only when all of it has the new colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from flux_studio.ui.icons import refresh_icons_of
from flux_studio.ui.style import keep_colors, palette, style_sheet
from flux_studio.ui.tokens import Colors

PART = 60  # widgets that are painted in one step, at most
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished
_OWN_STYLE = Qt.WidgetAttribute.WA_SetStyle
_STILL = Qt.WidgetAttribute.WA_UpdatesDisabled


def restyle(app: QApplication, colors: Colors, tell: Callable[[], None]) -> Iterator[bool]:
    """Give every widget of `app` other colours; each `next` is a short step. `tell` is called when
    all that is in view has them and before it is painted.
    """
    everything = app.allWidgets()
    seen = [each for each in everything if each.isVisible()]
    _hold(seen, True)
    try:
        yield True
        _put_in_force(app, colors)
        yield True
        yield from _polish(seen)
        tell()
        yield True
    finally:
        _hold(seen, False)
    for window in [each for each in seen if isValid(each) and each.isWindow()]:
        yield from _paint(window)
    hidden = set(everything).difference(seen)
    yield from _polish(each for each in everything if each in hidden)


def _put_in_force(app: QApplication, colors: Colors) -> None:
    """Make `colors` those of the application without polishing any widget."""
    everything = app.allWidgets()
    polished = [each for each in everything if each.testAttribute(_POLISHED)]
    common = [each for each in everything if not each.testAttribute(_OWN_STYLE)]
    keep_colors(app, colors)
    # As Qt sees it none of them was polished yet, and each has a style of its own.
    _set(polished, _POLISHED, False)
    _set(common, _OWN_STYLE, True)
    app.setPalette(palette(colors))
    app.setStyleSheet("")  # a sheet in place of another one would be told to all the same
    app.setStyleSheet(style_sheet(colors))
    _set(common, _OWN_STYLE, False)
    _set(polished, _POLISHED, True)


def _polish(widgets: Iterable[QWidget]) -> Iterator[bool]:
    for widget in widgets:
        if isValid(widget):
            if widget.testAttribute(_POLISHED):
                widget.style().polish(widget)
            refresh_icons_of(widget)
            yield False


def _paint(widget: QWidget) -> Iterator[bool]:
    """Paint a widget and what is in it, part by part."""
    inside = [each for each in widget.findChildren(QWidget) if each.isVisible()]
    if len(inside) <= PART:
        widget.repaint()
        yield False
        return
    widget.repaint(QRegion(widget.rect()).subtracted(widget.childrenRegion()))
    yield False
    for child in [each for each in inside if each.parent() is widget and not each.isWindow()]:
        if isValid(child):
            yield from _paint(child)


def _hold(widgets: Iterable[QWidget], still: bool) -> None:
    """Let no widget be painted anew, or let all."""
    _set((each for each in widgets if isValid(each)), _STILL, still)


def _set(widgets: Iterable[QWidget], attribute: Qt.WidgetAttribute, on: bool) -> None:
    for widget in widgets:
        widget.setAttribute(attribute, on)
