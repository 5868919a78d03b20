"""The shelf above the wall: projects, collections and saved searches in one menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from flux_studio.session.shelf_desk import ShelfDesk
from flux_studio.ui.icons import set_icon
from flux_studio.ui.search.word_popover import WordPopover
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import FilterChip

if TYPE_CHECKING:
    from flux_studio.storage.shelf import Shelved, Shelves

_LONGEST = 40  # letters of a name in the menu


class ShelfChip(FilterChip):
    """Signal: `search_wanted(str)` with the search of what was chosen."""

    search_wanted = Signal(str)

    def __init__(self, shelf: ShelfDesk, parent: QWidget | None = None) -> None:
        super().__init__("", "bookmark", "", parent=parent)
        self._shelf = shelf
        self._search = ""
        self.setAccessibleName(self.tr("Library"))
        self._tip = self.tr("Projects, collections and saved searches")
        self.show_choice(self.tr("Library"), active=False)
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Library"))
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        self.setMenu(menu)
        shelf.changed.connect(self._on_shelf_changed)

    def show_search(self, text: str) -> None:
        """The search as it is now: the chip says when it is one of the shelf."""
        self._search = text.strip()
        chosen = next((each for each in self._all() if each.search == self._search), None)
        words = _short(chosen.name) if chosen is not None else self.tr("Library")
        self.show_choice(words, active=chosen is not None)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot()
    def ask_name(self) -> None:
        """Ask for the name under which the present search is kept."""
        if self._search:
            search, shelves = self._search, self._lists()
            names = [each.name for each in shelves.searches] if shelves else []
            keep = partial(self._shelf.save_search, search=search)
            self._ask(self.tr("Keep this search as"), names, keep)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        self._shelf.refresh()  # what is shown may be of a moment ago; it is filled again then
        self._fill()

    @Slot(object)
    def _on_shelf_changed(self, _shelves: Shelves) -> None:
        self.show_search(self._search)
        if self.menu().isVisible():
            self._fill()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        shelves = self._lists()
        any_there = False
        for title, found, icon in (
            (self.tr("Projects"), shelves.projects if shelves else (), "folder"),
            (self.tr("Collections"), shelves.collections if shelves else (), "layers"),
            (self.tr("Saved searches"), shelves.searches if shelves else (), "bookmark"),
        ):
            if found:
                any_there = True
                self._add_list(menu, title, found, icon)
        if not any_there:
            _add_title(menu, self.tr("Collections and saved searches will stand here"))
        menu.addSeparator()
        keep = menu.addAction(self.tr("Keep this search…"))
        set_icon(keep, "bookmark")
        keep.setEnabled(bool(self._search))
        keep.triggered.connect(self.ask_name)
        new = menu.addAction(self.tr("New collection…"))
        set_icon(new, "plus")
        new.triggered.connect(self._on_new_triggered)
        if shelves and (shelves.collections or shelves.searches):
            self._add_renaming(menu, shelves)
            self._add_removal(menu, shelves)

    def _add_list(self, menu: QMenu, title: str, found: Sequence[Shelved], icon: str) -> None:
        _add_title(menu, title)
        for each in found:
            count = "" if each.pictures is None else f"\t{each.pictures}"
            action = menu.addAction(_safe(each.name) + count)
            set_icon(action, icon, "muted")
            action.setCheckable(True)
            action.setChecked(each.search == self._search)
            # Chosen once more, it is left again.
            wanted = "" if each.search == self._search else each.search
            action.triggered.connect(partial(self._want, wanted))

    def _add_renaming(self, menu: QMenu, shelves: Shelves) -> None:
        rename = menu.addMenu(self.tr("Rename"))
        for found, use, icon in (
            (shelves.collections, self._shelf.rename_collection, "layers"),
            (shelves.searches, self._shelf.rename_search, "bookmark"),
        ):
            for each in found:
                action = rename.addAction(_safe(each.name))
                set_icon(action, icon, "muted")
                action.triggered.connect(partial(self._rename, use, each.name))

    def _add_removal(self, menu: QMenu, shelves: Shelves) -> None:
        remove = menu.addMenu(self.tr("Remove from the library"))
        for found, drop in (
            (shelves.collections, self._shelf.drop_collection),
            (shelves.searches, self._shelf.forget_search),
        ):
            for each in found:
                action = remove.addAction(_safe(each.name))
                action.triggered.connect(partial(_call, drop, each.name))

    def _want(self, search: str, _checked: bool = False) -> None:
        self.search_wanted.emit(search)

    def _rename(self, use: Callable[[str, str], None], name: str, _checked: bool = False) -> None:
        title = self.tr("New name of {name}").format(name=name)
        self._ask(title, [], partial(use, name), name)

    @Slot()
    def _on_new_triggered(self) -> None:
        self._ask(self.tr("New collection"), [], self._shelf.make_collection)

    def _ask(
        self, title: str, words: Sequence[str], use: Callable[[str], None], text: str = ""
    ) -> None:
        popover = WordPopover(title, self)
        popover.show_words(words)
        popover.word_chosen.connect(lambda word, _is_there: use(word))
        popover.open_at(self.mapToGlobal(QPoint(0, self.height() + SPACE.xs)), text)

    def _lists(self) -> Shelves | None:
        return self._shelf.shelves

    def _all(self) -> tuple[Shelved, ...]:
        shelves = self._lists()
        return (*shelves.projects, *shelves.collections, *shelves.searches) if shelves else ()


def _call(drop: Callable[[str], None], name: str, _checked: bool = False) -> None:
    drop(name)


def _add_title(menu: QMenu, text: str) -> None:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setContentsMargins(SPACE.s, SPACE.s, SPACE.s, SPACE.xs)
    set_type(label, "small")
    set_tone(label, "muted")
    action = QWidgetAction(menu)
    action.setDefaultWidget(label)
    action.setEnabled(False)
    menu.addAction(action)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _safe(name: str) -> str:
    """A name in a menu: an ampersand is a letter, a tab no column."""
    return _short(name).replace("&", "&&").replace("\t", " ")
