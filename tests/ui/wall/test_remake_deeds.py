"""Ordering from a picture by keys and by the menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from flux_studio.session.composing import Again
from flux_studio.ui.finish_dialog import FinishDialog
from flux_studio.ui.wall.picture_deeds import PictureDeeds, Ways
from tests.ui.wall import stock

CONTROL = Qt.KeyboardModifier.ControlModifier
KEYS = {Qt.Key.Key_R: Again.NEW, Qt.Key.Key_D: Again.EXACT, Qt.Key.Key_G: Again.VARY}


@pytest.fixture
def deeds(desk, host):
    return PictureDeeds(desk.studio, host)


@pytest.fixture
def ordered(desk, monkeypatch):
    """What was ordered, instead of ordering it."""
    found: list = []
    monkeypatch.setattr(desk.studio.remakes, "again", lambda *order: found.append(order))
    return found


def picture(number=1, **changes):
    return replace(stock.generation(number, datetime.now(UTC)), **changes)


def key_press(key, modifier=CONTROL, *, held=False):
    return QKeyEvent(QEvent.Type.KeyPress, key, modifier, "", held)


@pytest.mark.parametrize("key", KEYS)
def test_each_way_has_a_key(deeds, ordered, key):
    one = picture()
    deeds.deed_of(key_press(key))([one])
    assert ordered == [(one, KEYS[key])]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_held_orders_once(deeds, ordered, key):
    deeds.deed_of(key_press(key, held=True))([picture()])
    assert ordered == []


def test_a_key_orders_nothing_of_which_nobody_saw_the_price(desk, deeds, ordered):
    deeds.deed_of(key_press(Qt.Key.Key_R))([picture(1), picture(2)])
    assert ordered == []
    assert "price" in desk.studio.state.notice.text


def test_without_a_seed_there_is_no_exactly(desk, deeds, ordered):
    deeds.deed_of(key_press(Qt.Key.Key_D))([picture(seed=None)])
    assert ordered == []
    assert "seed" in desk.studio.state.notice.text


def test_a_letter_alone_orders_nothing(deeds, ordered):
    for key in (Qt.Key.Key_R, Qt.Key.Key_G):
        assert deeds.deed_of(key_press(key, Qt.KeyboardModifier.NoModifier)) is None
    assert ordered == []


def test_u_asks_how_to_finish(deeds, host, qtbot):
    deeds.deed_of(key_press(Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier))([picture()])
    (dialog,) = host.findChildren(FinishDialog)
    dialog.reject()


def again_entries(deeds, host, pictures):
    menu = deeds.menu(pictures, Ways(), host)
    (again,) = [m for m in menu.findChildren(QMenu) if m.title() == "Again"]
    return {action.text(): action for action in again.actions()}


def test_the_menu_says_price_and_key(desk, deeds, host, qtbot):
    card = desk.ground.card("runflow", "flux-2-pro")
    request = replace(picture().request, provider=card.provider, model=card.model)
    entries = again_entries(deeds, host, [picture(request=request)])
    assert [action.shortcut().toString() for action in entries.values()] == [
        "Ctrl+R", "Ctrl+D", "Ctrl+G",
    ]  # fmt: skip
    assert all(" · $" in text for text in entries)
    two = again_entries(deeds, host, [picture(1, request=request), picture(2, request=request)])
    assert all(action.shortcut().isEmpty() for action in two.values())
    stock.settle(desk)


def test_an_edit_is_compared_with_its_source_and_others_are_told_why_not(desk, deeds, qtbot):
    source, edit, orphan = picture(1), picture(2), picture(3, parent="f" * 32)
    stock.keep(desk, [source])
    found: list = []
    deeds.compare([replace(edit, parent=source.id)], found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert [g.id for g in found[0]] == [source.id, edit.id]
    deeds.compare([edit], found.append)
    assert "no edit" in desk.studio.state.notice.text
    deeds.compare([orphan], found.append)
    qtbot.waitUntil(lambda: "any more" in desk.studio.state.notice.text)
    deeds.compare([picture(n) for n in range(7)], found.append)
    assert "Two to six" in desk.studio.state.notice.text
    assert len(found) == 1


def test_a_menu_leads_where_it_can(deeds, desk, host):
    seen: list = []
    ways = Ways(lineage=lambda: seen.append("lineage"), compare=lambda: seen.append("compare"))
    menu = deeds.menu([picture()], ways, host)
    first, second = menu.actions()[:2]
    assert (first.text(), first.isEnabled()) == ("Compare with its source", False)
    second.trigger()
    assert seen == ["lineage"]
    several = deeds.menu([picture(1), picture(2)], ways, host)
    assert several.actions()[0].text() == "Compare"
    stock.settle(desk)
