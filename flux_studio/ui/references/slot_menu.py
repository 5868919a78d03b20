"""The menu of a reference in its slot: everything that can be done with it, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.prompt.roles import Role
from flux_studio.core.reference_diet import choices
from flux_studio.core.request import Reference
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.references.words import role_words, smaller_words

translate = QCoreApplication.translate
CROP, ROLE, SENT, PIN = DEEDS = ("C", "R", "I", "B")  # keys of a slot, and what they ask for


def slot_menu(studio: Studio, slot: int, parent: QWidget, crop: Callable[[], None]) -> QMenu:
    """What the studio can do with the reference in `slot`, from 0; `crop` opens its editor."""
    menu = QMenu(parent)
    reference = studio.state.draft.references[slot]
    menu.addMenu(role_menu(studio, slot, menu))
    part = _action(menu, translate("References", "Crop and turn…"), crop, "crop", CROP)
    menu.addAction(part)
    menu.addMenu(_size_menu(studio, slot, reference, menu))
    if reference.edit is not None:
        whole = translate("References", "Send the whole picture again")
        back = partial(studio.slots.edit, reference, reference.whole.as_edit)
        menu.addAction(_action(menu, whole, back, "undo-2"))
    menu.addSeparator()
    pin = studio.pins.pin_of(reference)
    if pin is None:
        words, act = (
            translate("References", "Keep on the shelf"),
            partial(studio.pins.pin, reference),
        )
    else:
        words, act = translate("References", "Take off the shelf"), partial(studio.pins.unpin, pin)
    icon = "bookmark" if pin is None else "bookmark-check"
    menu.addAction(_action(menu, words, act, icon, PIN))
    return menu


def role_menu(studio: Studio, slot: int, parent: QWidget) -> QMenu:
    """The roles, the one it has ticked. Where the prompt takes no sentence they are off, and it
    says why.
    """
    takes = studio.slots.takes_roles
    menu = QMenu(translate("References", "Role"), parent)
    menu.setToolTipsVisible(True)
    group = QActionGroup(menu)
    now = studio.slots.roles.get(slot + 1)
    for role in (None, *Role):
        action = _action(menu, role_words(role), partial(studio.slots.set_role, slot, role))
        action.setCheckable(True)
        action.setChecked(role is now)
        action.setEnabled(takes)
        group.addAction(action)
        menu.addAction(action)
    if not takes:
        words = translate("References", "First put the JSON of the prompt right")
        menu.addAction(words).setEnabled(False)
    return menu


def _size_menu(studio: Studio, slot: int, reference: Reference, parent: QWidget) -> QMenu:
    menu = QMenu(translate("References", "Send smaller"), parent)
    set_icon(menu.menuAction(), "scaling", "muted")
    group = QActionGroup(menu)
    whole, *smaller = choices(reference, studio.state.card)
    now = reference.edit.megapixels if reference.edit is not None else 0
    for choice in (whole, *smaller):
        words = smaller_words(choice, whole)
        act = partial(studio.slots.send_at_most, slot, choice.megapixels)
        action = _action(menu, words, act)
        action.setCheckable(True)
        action.setChecked(choice.megapixels == now)
        group.addAction(action)
        menu.addAction(action)
    if not smaller:
        menu.addAction(translate("References", "It has less than one megapixel")).setEnabled(False)
    return menu


def _action(
    menu: QMenu, words: str, act: Callable[[], object], icon: str = "", key: str = ""
) -> QAction:
    # The key is only told here: the slot itself hears it.
    action = QAction(f"{words}\t{key}" if key else words, menu)
    action.triggered.connect(lambda: act())
    if icon:
        set_icon(action, icon, "muted")
    return action
