"""Large widgets that stay as they are while the pointer comes and goes.

A splitter follows the pointer because the style sheet has a look for its handles below it, and a
main window for the sake of docks that ours has not. Qt then paints everything in them anew whenever
the pointer enters or leaves, or a dialog opens below it: 8 ms for the whole window.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_COMES_AND_GOES = (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave)


class _Stillness(QObject):
    """Takes the coming and going of the pointer from what it watches; children hear of theirs."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() in _COMES_AND_GOES or super().eventFilter(watched, event)


def keep_still(*widgets: QWidget) -> None:
    """Let none of `widgets` be painted anew because the pointer came or went."""
    for widget in widgets:
        widget.installEventFilter(_Stillness(widget))
