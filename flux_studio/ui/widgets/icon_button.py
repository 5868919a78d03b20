"""A button that shows an icon only, and therefore always has a name and a tooltip."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from flux_studio.ui.icons import Role, set_icon
from flux_studio.ui.tokens import ICON, SHAPE
from flux_studio.ui.widgets.tooltip import tooltip


class IconButton(QToolButton):
    """An icon to press. `name` is for screen readers, `tip` a sentence for the pointer.

    A click leaves the keyboard focus where it was; Tab reaches the button, Space presses it.
    The shortcut is only shown here: it belongs to the action that the window binds.
    Signals: those of QToolButton (`clicked`, `toggled`).
    """

    def __init__(
        self,
        icon: str,
        name: str,
        tip: str,
        shortcut: str | QKeySequence = "",
        *,
        role: Role = "muted",
        size: int = ICON.small,
        edge: int = SHAPE.icon_button,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if not name or not tip:
            raise ValueError("an icon button needs a name and a tooltip")
        self._role: Role = role
        self._size = size
        self._tip = tip
        self._shortcut = shortcut
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(checkable)
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedSize(max(edge, SHAPE.target), max(edge, SHAPE.target))
        self.show_icon(icon)
        self.show_tip(tip, shortcut)

    def show_icon(self, icon: str, role: Role | None = None) -> None:
        """Change the icon, and its colour role if one is given (lock and lock-open, say)."""
        self._role = role or self._role
        set_icon(self, icon, self._role, self._size)

    def show_tip(self, tip: str, shortcut: str | QKeySequence | None = None) -> None:
        """Change the sentence, and the keys if given (they can be bound anew)."""
        self._tip = tip
        self._shortcut = self._shortcut if shortcut is None else shortcut
        self.setToolTip(tooltip(self._tip, self._shortcut))
        self.setAccessibleDescription(tip)
