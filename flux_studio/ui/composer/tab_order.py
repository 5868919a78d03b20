"""Tab goes the way the eye goes: the order of the layouts, also for controls that came later."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLayout, QScrollArea, QWidget


def order_tabs(panel: QWidget) -> None:
    """Chain everything in `panel` that takes the keyboard in the order of its layouts."""
    stops = list(tab_stops(panel))
    # Qt leaves those out that take no focus now, so they take it for the moment of ordering.
    passed = [stop for stop in stops if not stop.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for stop in passed:
        stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for one, other in zip(stops, stops[1:], strict=False):
        QWidget.setTabOrder(one, other)
    for stop in passed:
        stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def tab_stops(widget: QWidget) -> Iterator[QWidget]:
    """What may take the keyboard, now or later, in the order of the layouts; hidden ones too.

    Buttons count even while Tab passes them: of a row of tiles only the chosen one is a stop.
    """
    inside = widget.widget() if isinstance(widget, QScrollArea) else None
    if inside is not None:
        yield from tab_stops(inside)
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractButton):
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from tab_stops(widget)
        elif inner is not None:
            yield from _in_layout(inner)
