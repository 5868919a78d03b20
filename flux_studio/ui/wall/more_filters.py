"""One button for the filters that the line above the wall has no room for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.ui.widgets.chip import FilterChip
from flux_studio.ui.widgets.icon_button import IconButton


class MoreFilters(IconButton):
    """Its menu has a row for each filter that is left out, with the same menu below it. No signals
    of its own: the filters do what they do in the line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        name = QCoreApplication.translate("Wall", "More filters")
        tip = QCoreApplication.translate("Wall", "Filters that have no room in this line")
        super().__init__("ellipsis", name, tip, parent=parent)
        self._left_out: Sequence[FilterChip] = ()
        menu = QMenu(self)
        menu.setAccessibleName(name)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        self.setMenu(menu)

    def show_left_out(self, chips: Sequence[FilterChip]) -> None:
        """Stand for these; for none it hides."""
        self._left_out = tuple(chips)
        self.setVisible(bool(chips))

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        menu = self.menu()
        menu.clear()
        for chip in self._left_out:
            words = chip.accessibleName().replace("&", "&&")
            if chip.menu() is not None:
                chip.menu().setTitle(words)
                menu.addMenu(chip.menu())
            else:
                action = menu.addAction(words)
                action.setCheckable(True)
                action.setChecked(chip.isChecked())
                action.triggered.connect(partial(_press, chip))


def _press(chip: FilterChip, _checked: bool = False) -> None:
    chip.click()
