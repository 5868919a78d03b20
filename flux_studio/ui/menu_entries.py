"""An entry of a context menu: words, an icon, and the key that does the same in the panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from flux_studio.ui.icons import set_icon


def add_entry(menu: QMenu, text: str, icon: str, keys: str, run: Callable[[], object]) -> QAction:
    """Add an entry; '' for no icon and no key."""
    action = menu.addAction(text)
    if icon:
        set_icon(action, icon)
    if keys:
        action.setShortcut(QKeySequence(keys))
        # Only shown here: the key is read by the panel that has the focus.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda _checked=False: run())
    return action
