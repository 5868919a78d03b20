"""What can be done with the picture: edit it, make it again, compare it, finish it, bring settings
back.

What orders something says its price before it is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QWidget

from flux_studio.core.money import dollars
from flux_studio.core.pricing import Estimate
from flux_studio.session.composing import VARIATIONS, Again, Recall
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.wall.remake_deeds import AGAIN_KEYS, FINISH_KEY
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import shortcut_text, tooltip

NARROWEST = 92  # px: two beside each other in the narrowest inspector


class ActionButtons(QWidget):
    """Signals: `edit_asked()`, `again_asked(Again)`, `compare_asked()`, `finish_asked()`,
    `recall_asked(Recall)`, `lineage_asked()`, `more_opened(QMenu)` before the menu of what else can
    be done is shown.
    """

    edit_asked = Signal()
    again_asked = Signal(object)
    compare_asked = Signal()
    finish_asked = Signal()
    recall_asked = Signal(object)
    lineage_asked = Signal()
    more_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_seed = True
        self._make_buttons()
        self.show_edit("")
        self.show_source(False)
        self.edit.clicked.connect(self.edit_asked)
        self.again.clicked.connect(lambda: self.again_asked.emit(Again.NEW))
        self.compare.clicked.connect(self.compare_asked)
        self.finish.clicked.connect(self.finish_asked)
        self._lay_out()

    def _make_buttons(self) -> None:
        self.edit = _button("wand-sparkles", self.tr("Edit"), self.tr("Use as reference"))
        self.again = _button("refresh-cw", self.tr("Again"), self.tr("Again"))
        ways = self.tr("Again exactly, or varied")
        self.ways = IconButton("chevron-down", ways, ways, edge=SHAPE.control)
        self.ways.setMenu(self._make_ways())
        self.compare = _button("columns-2", self.tr("Compare"), self.tr("Compare with its source"))
        self.finish = _button("sparkles", self.tr("Finish…"), self.tr("Finish"))
        finish = self.tr("Make the final picture of it, with a better model or larger")
        self.finish.setToolTip(tooltip(finish, FINISH_KEY))
        self.recall = _button("history", self.tr("Recall"), self.tr("Recall settings"))
        self.recall.setToolTip(tooltip(self.tr("Bring its settings back into the form")))
        self.recall.setMenu(self._make_recall())
        more = self.tr("Its lineage and its file")
        self.more = IconButton("ellipsis", more, more, edge=SHAPE.control)
        self.more.setMenu(self._make_more())

    def _lay_out(self) -> None:
        again = QWidget()
        row = QHBoxLayout(again)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.again, 1)
        row.addWidget(self.ways)
        row.addWidget(self.more)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE.s)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 1)
        grid.addWidget(self.edit, 0, 0)
        grid.addWidget(self.compare, 0, 1)
        grid.addWidget(again, 1, 0, 1, 2)
        grid.addWidget(self.finish, 2, 0)
        grid.addWidget(self.recall, 2, 1)

    def show_edit(self, reason: str) -> None:
        """Whether the picture can become a reference; `reason` says in words why not."""
        self.edit.setEnabled(not reason)
        words = reason or self.tr("Use the picture as a reference for an edit")
        self.edit.setToolTip(tooltip(words, "" if reason else "E"))

    def show_source(self, known: bool) -> None:
        """Whether there is a source to compare with."""
        self.compare.setEnabled(known)
        words = (
            self.tr("See what the edit changed")
            if known
            else self.tr("It is no edit. Choose two to six pictures on the wall to compare them.")
        )
        self.compare.setToolTip(tooltip(words, "C" if known else ""))

    def show_seed(self, known: bool) -> None:
        """Whether there is a seed that can be brought back, and used again."""
        self._has_seed = known
        self._recalls[Recall.SEED].setEnabled(known)
        self._ways[Again.EXACT].setEnabled(known)

    def show_prices(self, prices: Mapping[Again, Estimate | None]) -> None:
        """What each way of ordering it again costs; None where the model is not offered any
        more.
        """
        names = {
            Again.NEW: self.tr("With a new seed"),
            Again.EXACT: self.tr("Exactly, with the same seed"),
            Again.VARY: self.tr("Vary: {count} pictures, seeds that follow").format(
                count=VARIATIONS
            ),
        }
        for how, action in self._ways.items():
            words = _cost(prices.get(how))
            text = f"{names[how]} · {words}" if words else names[how]
            action.setText(f"{text}\t{shortcut_text(AGAIN_KEYS[how])}")
        new = prices.get(Again.NEW)
        self.again.setEnabled(new is not None)
        self.ways.setEnabled(new is not None)
        words = _cost(new)
        self.again.setText(f"{self.tr('Again')} · {words}" if words else self.tr("Again"))
        gone = self.tr("Its model is not offered here any more")
        tip = self.tr("Order the same settings once more, with a new seed")
        keys = AGAIN_KEYS[Again.NEW]
        self.again.setToolTip(tooltip(gone) if new is None else tooltip(tip, keys))
        self.again.setAccessibleDescription(words)

    def _make_ways(self) -> QMenu:
        menu = QMenu(self)
        self._ways: dict[Again, QAction] = {}
        for how in (Again.NEW, Again.EXACT, Again.VARY):
            action = menu.addAction(how.value)
            action.triggered.connect(partial(self._on_way_triggered, how))
            self._ways[how] = action
        return menu

    def _make_recall(self) -> QMenu:
        menu = QMenu(self)
        self._recalls: dict[Recall, QAction] = {}
        for what, text, key in (
            (Recall.ALL, self.tr("All settings"), "A"),
            (Recall.PROMPT, self.tr("Prompt"), "P"),
            (Recall.SEED, self.tr("Seed"), "S"),
            (Recall.SIZE, self.tr("Size"), "D"),
        ):
            action = menu.addAction(f"{text}\t{key}")
            action.triggered.connect(partial(self._on_recall_triggered, what))
            self._recalls[what] = action
        return menu

    def _make_more(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(self._on_more_about_to_show)
        return menu

    @Slot()
    def _on_more_about_to_show(self) -> None:
        """Made anew for each picture: which programs open it is looked up."""
        menu = self.more.menu()
        menu.clear()
        add_entry(menu, self.tr("Lineage"), "git-fork", "Y", self.lineage_asked.emit)
        menu.addSeparator()
        self.more_opened.emit(menu)

    def _on_recall_triggered(self, what: Recall) -> None:
        self.recall_asked.emit(what)

    def _on_way_triggered(self, how: Again) -> None:
        self.again_asked.emit(how)


def _cost(estimate: Estimate | None) -> str:
    """'$0.03', '' for free, '?' where it is not known."""
    if estimate is None or estimate.total == 0:
        return ""
    return "?" if estimate.total is None else dollars(estimate.total)


def _button(icon: str, text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setMinimumWidth(NARROWEST)
    set_icon(button, icon, "muted")
    return button
