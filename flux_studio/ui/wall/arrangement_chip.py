"""The chip "By day": how the wall is grouped, the shape of its cells, piles, and new pictures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.options import WallOptions
from flux_studio.ui.widgets.chip import FilterChip

_CHIP = {
    Grouping.DAY: QT_TRANSLATE_NOOP("Wall", "By day"),
    Grouping.SESSION: QT_TRANSLATE_NOOP("Wall", "By session"),
    Grouping.PROJECT: QT_TRANSLATE_NOOP("Wall", "By project"),
    Grouping.PROMPT: QT_TRANSLATE_NOOP("Wall", "By prompt"),
    Grouping.NONE: QT_TRANSLATE_NOOP("Wall", "No groups"),
    Grouping.LIKENESS: QT_TRANSLATE_NOOP("Wall", "Most alike"),
}
_ROW = {
    Grouping.LIKENESS: QT_TRANSLATE_NOOP("Wall", "The most alike first"),
    Grouping.DAY: QT_TRANSLATE_NOOP("Wall", "Group by day"),
    Grouping.SESSION: QT_TRANSLATE_NOOP("Wall", "Group by session: until nothing came for 3 hours"),
    Grouping.PROJECT: QT_TRANSLATE_NOOP("Wall", "Group by project"),
    Grouping.PROMPT: QT_TRANSLATE_NOOP("Wall", "Group by prompt"),
    Grouping.NONE: QT_TRANSLATE_NOOP("Wall", "No groups"),
}
_ICON = {
    Grouping.DAY: "calendar",
    Grouping.SESSION: "clock",
    Grouping.PROJECT: "folder",
    Grouping.PROMPT: "list",
    Grouping.NONE: "layout-grid",
    Grouping.LIKENESS: "images",
}


class ArrangementChip(FilterChip):
    """Signals: `options_chosen(WallOptions)`, `auto_show_chosen(bool)`, `likeness_chosen(bool)`
    when the order by likeness was chosen, or another instead of it.
    """

    options_chosen = Signal(object)
    auto_show_chosen = Signal(bool)
    likeness_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        name = QCoreApplication.translate("Wall", "Arrangement")
        tip = QCoreApplication.translate("Wall", "How the pictures are arranged")
        super().__init__(name, _ICON[Grouping.DAY], "", tip, parent)
        self._options = WallOptions()
        self._is_by_likeness = False
        self.setMenu(QMenu(self))
        self._fill()
        self._show()

    def show_options(self, options: WallOptions) -> None:
        """Show what was chosen elsewhere, without a signal."""
        if options != self._options:
            self._options = options
            self._show()

    def show_likeness(self, *, offered: bool, chosen: bool) -> None:
        """Whether pictures can be, and are, in the order of their likeness to what is searched."""
        self._likeness.setVisible(offered)
        if chosen != self._is_by_likeness:
            self._is_by_likeness = chosen
            self._show()

    def show_auto_show(self, on: bool) -> None:
        self._auto_show.setChecked(on)

    def _fill(self) -> None:
        menu = self.menu()
        self._groupings = QActionGroup(self)
        for grouping, words in _ROW.items():
            action = _checkable(menu, QCoreApplication.translate("Wall", words), grouping)
            self._groupings.addAction(action)
        self._likeness = self._groupings.actions()[0]
        self._likeness.setVisible(False)
        self._groupings.triggered.connect(self._on_grouping_triggered)
        menu.addSeparator()
        self._shapes = QActionGroup(self)
        for words, is_square in (
            (self.tr("Pictures in their own shape"), False),
            (self.tr("Square cells"), True),
        ):
            self._shapes.addAction(_checkable(menu, words, is_square))
        self._shapes.triggered.connect(self._on_shape_triggered)
        menu.addSeparator()
        self._piles = _checkable(menu, self.tr("Pile up runs of one prompt"), None)
        self._piles.triggered.connect(self._on_piles_triggered)
        self._auto_show = _checkable(menu, self.tr("Show each new picture by itself"), None)
        self._auto_show.triggered.connect(self.auto_show_chosen)

    def _show(self) -> None:
        options = self._options
        grouping = Grouping.LIKENESS if self._is_by_likeness else options.grouping
        self._icon = _ICON[grouping]
        words = QCoreApplication.translate("Wall", _CHIP[grouping])
        self.show_choice(words, active=False)
        for action in self._groupings.actions():
            action.setChecked(action.data() == grouping)
        for action in self._shapes.actions():
            action.setChecked(action.data() == options.squares)
        self._piles.setChecked(options.piles)

    def _choose(self, options: WallOptions) -> None:
        self._options = options
        self._show()
        self.options_chosen.emit(options)

    @Slot(QAction)
    def _on_grouping_triggered(self, action: QAction) -> None:
        is_by_likeness = action is self._likeness
        if is_by_likeness != self._is_by_likeness:
            self._is_by_likeness = is_by_likeness
            self.likeness_chosen.emit(is_by_likeness)
        if is_by_likeness:
            self._show()
        else:
            self._choose(replace(self._options, grouping=Grouping(action.data())))

    @Slot(QAction)
    def _on_shape_triggered(self, action: QAction) -> None:
        self._choose(replace(self._options, squares=bool(action.data())))

    @Slot(bool)
    def _on_piles_triggered(self, on: bool) -> None:
        self._choose(replace(self._options, piles=on))


def _checkable(menu: QMenu, words: str, data: object) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setData(data)
    return action
