"""A button with words, for rows, cards and the feet of dialogs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from flux_studio.ui.icons import set_icon
from flux_studio.ui.widgets.tooltip import tooltip


def word_button(text: str, tip: str, *, keys: str = "", icon: str = "") -> QPushButton:
    """`tip` and `keys` are its tooltip. A click leaves the keyboard where it is, and Enter at
    another control of a dialog does not press it.
    """
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, keys))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    if icon:
        set_icon(button, icon, "muted")
    return button
