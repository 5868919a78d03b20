"""How the viewer shows a picture beyond zooming: words, filmstrip, background, turning, windows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.ui.icons import set_icon
from flux_studio.ui.viewer.painting import CHECKER, GROUNDS


class ViewMenu(QMenu):
    """Signals: `ground_chosen(str)`, `turn_chosen(int)` quarter turns, `compare_chosen()`,
    `lineage_chosen()`, `window_chosen()`, `full_screen_chosen()`. `info` and `filmstrip` are its
    two switches.
    """

    ground_chosen = Signal(str)
    turn_chosen = Signal(int)
    compare_chosen = Signal()
    lineage_chosen = Signal()
    window_chosen = Signal()
    full_screen_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = self._switch(self.tr("Facts over the picture"), "I", on=True)
        self.filmstrip = self._switch(self.tr("Filmstrip"), "Shift+T", on=False)
        self._grounds = self._make_grounds()
        self.addSeparator()
        right = self._entry(self.tr("Turn right"), "rotate-cw", "R")
        right.triggered.connect(lambda: self.turn_chosen.emit(1))
        left = self._entry(self.tr("Turn left"), "undo-2", "Shift+R")
        left.triggered.connect(lambda: self.turn_chosen.emit(-1))
        self.addSeparator()
        self.compare = self._entry(self.tr("Compare with its source"), "columns-2", "C")
        self.compare.triggered.connect(self.compare_chosen)
        self.lineage = self._entry(self.tr("Lineage"), "git-fork", "Y")
        self.lineage.triggered.connect(self.lineage_chosen)
        self.addSeparator()
        self.window_entry = self._entry(
            self.tr("In a window of its own"), "monitor", "Shift+Return"
        )
        self.window_entry.triggered.connect(self.window_chosen)
        full = self._entry(self.tr("Full screen"), "fullscreen", "F11")
        full.triggered.connect(self.full_screen_chosen)

    def show_ground(self, name: str) -> None:
        """Tick the background that is in use."""
        self._grounds[name].setChecked(True)

    def show_source(self, known: bool) -> None:
        """Whether there is a source to compare with."""
        self.compare.setEnabled(known)

    def _make_grounds(self) -> dict[str, QAction]:
        menu = self.addMenu(self.tr("Background"))
        set_icon(menu.menuAction(), "palette")
        names = {
            "": self.tr("Window"),
            "#000000": self.tr("Black"),
            "#404040": self.tr("Dark grey"),
            "#777777": self.tr("Mid grey"),
            "#BFBFBF": self.tr("Light grey"),
            "#FFFFFF": self.tr("White"),
            CHECKER: self.tr("Checker"),
        }
        group, found = QActionGroup(menu), {}
        for name in GROUNDS:
            action = menu.addAction(names[name])
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self.ground_chosen.emit(name))
            found[name] = action
        found[""].setChecked(True)
        return found

    def _entry(self, text: str, icon: str, keys: str) -> QAction:
        action = self.addAction(text)
        if icon:
            set_icon(action, icon)
        action.setShortcut(QKeySequence(keys))
        # Only shown here: the viewer reads the key itself.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        return action

    def _switch(self, text: str, keys: str, *, on: bool) -> QAction:
        """Without an icon, which would hide the tick."""
        action = self._entry(text, "", keys)
        action.setCheckable(True)
        action.setChecked(on)
        return action
