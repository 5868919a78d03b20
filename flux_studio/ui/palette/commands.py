"""What the palette offers: every row of the shortcut sheet, the models, projects, searches,
collections and templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.shortcuts import (
    COMPARE,
    COMPOSER,
    PICTURE,
    SHORTCUTS,
    VIEWER,
    WALL,
    WINDOW,
    Shortcut,
)
from flux_studio.ui.widgets.tooltip import shortcut_text

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio
    from flux_studio.ui.furnishing import Furnishing

translate = QCoreApplication.translate
OWN = "palette"  # the row that opens this list
# Rows whose keys mean different things: each key is a command of its own.
EACH_KEY = frozenset({"stars", "label", "price_line", "walk", "zoom", "turn", "compare_next"})


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette. `place` says where it belongs, `keys` as this system writes them.
    Without `run` it is shown and cannot be run now: its place is not in view.
    """

    title: str
    place: str
    keys: str = ""
    run: Callable[[], object] | None = None

    @property
    def searched(self) -> str:
        """What is searched: the title, so that its letters can be marked, then the place. A digit
        tells the rows of one title apart: so many stars.
        """
        digit = f" {self.keys}" if self.keys.isdigit() else ""
        return f"{self.title} {self.place}{digit}"


def commands(room: Furnishing) -> list[Command]:
    """Everything, as it can be done now: what can be run first, in the order of the sheet."""
    found = [*_rows(room), *_models(room.studio), *_projects(room.studio)]
    found += [*_shelf(room), *_templates(room.studio), _restoring(room.studio)]
    return [c for c in found if c.run is not None] + [c for c in found if c.run is None]


def open_palette(room: Furnishing) -> None:
    """Open the list; what is on the shelf is read anew meanwhile."""
    from flux_studio.ui.palette.palette import Palette

    palette, shelf = Palette(partial(commands, room), room.window), room.studio.library.shelf
    palette.open()
    shelf.words_changed.connect(palette.refresh)
    shelf.refresh()


def _rows(room: Furnishing) -> Iterator[Command]:
    actions = {action.objectName(): action for action in room.window.actions()}
    targets = _targets(room)
    for row in SHORTCUTS:
        if row.id == OWN:
            continue
        if row.where == WINDOW:
            action = actions.get(row.id)
            run = None if action is None else action.trigger
            yield Command(row.title, "", _first(row), run)
            continue
        target, place = targets.get(row.where), row.place.split(",")[0]
        for keys in row.keys if row.id in EACH_KEY else row.keys[:1]:
            press = None if target is None else partial(press_keys, target, keys)
            yield Command(row.title, place, shortcut_text(keys), press)


def _targets(room: Furnishing) -> dict[str, QWidget]:
    """Which widget hears the keys of each place that is in view."""
    middle = room.window.middle.currentWidget()
    compare, lineage = room.looking.compare, room.looking.lineage
    found: dict[str, QWidget] = {}
    if room.composer.isVisible():
        found[COMPOSER] = room.composer
    if middle is room.viewer:
        found[VIEWER] = room.viewer
        if room.viewer.generation is not None:
            found[PICTURE] = room.viewer
    elif middle is room.wall:
        found[WALL] = room.wall.view
        if room.wall.view.selected_ids():
            found[PICTURE] = room.wall.view
    elif compare is not None and middle is compare:
        found[COMPARE] = compare
        if compare.active is not None:
            found[PICTURE] = compare
    elif lineage is not None and middle is lineage and lineage.current is not None:
        found[PICTURE] = lineage
    return found


def press_keys(target: QWidget, keys: str) -> None:
    """Do what keys do in a panel: its own shortcut of them, else a key press."""
    sequence = QKeySequence(keys)
    for shortcut in target.findChildren(QShortcut):
        if shortcut.key() == sequence and shortcut.isEnabled():
            shortcut.activated.emit()
            return
    for action in target.findChildren(QAction):
        if sequence in action.shortcuts() and action.isEnabled():
            action.trigger()
            return
    inside = target.focusProxy() or target
    inside.setFocus(Qt.FocusReason.ShortcutFocusReason)
    pressed = sequence[0]  # type: ignore[index]  # missing in PySide's types
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, pressed.key(), pressed.keyboardModifiers())
        QApplication.sendEvent(inside, event)


def _models(studio: Studio) -> Iterator[Command]:
    place = translate("Palette", "Model")
    for card in studio.state.cards:
        title = f"{card.title} · {provider_title(card.provider)}"
        yield Command(title, place, "", partial(_choose, studio, card))


def _choose(studio: Studio, card: ModelCard) -> None:
    studio.choose_model(*card.id)


def _projects(studio: Studio) -> Iterator[Command]:
    place = translate("Palette", "Project")
    nothing = translate("Palette", "No project")
    for name in ("", *studio.state.projects):
        yield Command(name or nothing, place, "", partial(studio.projects.choose, name))


def _shelf(room: Furnishing) -> Iterator[Command]:
    shelves = room.studio.library.shelf.shelves
    if shelves is None:
        return
    for place, lists in (
        (translate("Palette", "Saved search"), shelves.searches),
        (translate("Palette", "Collection"), shelves.collections),
        (translate("Palette", "Pictures of the project"), shelves.projects),
    ):
        for each in lists:
            yield Command(each.name, place, "", partial(_search, room, each.search))


def _search(room: Furnishing, text: str) -> None:
    """Show what a search finds, on the wall."""
    while room.window.middle.currentWidget() is not room.wall:
        room.looking.back()
    room.top_bar.show_search(text)


def _templates(studio: Studio) -> Iterator[Command]:
    style, prompt = translate("Palette", "Style"), translate("Palette", "Template")
    for template in studio.prompts.templates:
        place = prompt if template.style is None else style
        yield Command(template.name, place, "", partial(studio.prompts.use_template, template))


def _restoring(studio: Studio) -> Command:
    title = translate("Palette", "Bring back what was deleted last")
    return Command(title, translate("Palette", "Bin"), "", studio.library.bin.restore_last)


def _first(row: Shortcut) -> str:
    return row.key_words[0] if row.key_words else ""
