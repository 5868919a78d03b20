from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from flux_studio.core.draft import SeedMode
from flux_studio.core.pricing import Free, Unknown
from flux_studio.core.size import Size
from flux_studio.storage.key_status import UNAVAILABLE, saved
from tests.ui.composer.conftest import FREE, TIERS, choose, give, reference


@pytest.fixture
def footer(panel, desk):
    desk.studio.set_prompt("A fox in snow")
    return panel.footer


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_names_for_assistive_technology(footer):
    assert footer.cost.accessibleName() == "Cost"
    assert footer.button.accessibleName() == "Generate"


def test_the_button_says_what_how_many_and_for_how_much(footer, desk):
    assert (footer.button.label(), footer.button.price()) == ("Generate", "$0.030")
    desk.studio.set_count(4)
    assert (footer.button.label(), footer.button.price()) == ("Generate 4", "$0.12")
    assert footer.cost.text() == "4 × $0.030 = $0.12"
    desk.studio.set_prompt("Make it dusk")
    give(desk, reference(1))
    assert (footer.button.label(), footer.button.price()) == ("Edit 4", "$0.18")


def test_pressing_orders_what_stood_on_the_button_and_keeps_the_focus(footer, desk, panel):
    panel.prompt.box.setFocus()
    press(footer.button)
    [(order, front)] = desk.engine.orders
    assert not front
    assert order.requests[0].prompt == "A fox in snow"
    assert order.estimate.total == Decimal("0.03")
    assert panel.prompt.box.hasFocus()


def test_the_working_stands_behind_the_cost(footer, desk):
    desk.studio.set_size(Size(1920, 1088))
    tip = footer.cost.toolTip()
    assert "billed as 2 MP" in tip
    assert "1 further × $0.015" in tip
    assert "billed as 2 MP" in footer.cost.accessibleDescription()


def test_the_working_is_shown_when_the_keyboard_comes_to_it(footer, qtbot):
    event = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
    QApplication.sendEvent(footer.cost, event)
    assert "first megapixel" in QToolTip.text()
    QApplication.sendEvent(footer.cost, QFocusEvent(QEvent.Type.FocusOut))
    QToolTip.hideText()


def test_unknown_is_said_to_be_unknown(footer, desk):
    choose(desk, replace(FREE, price=Unknown()))
    desk.studio.set_count(3)
    assert footer.cost.text() == "price not known"
    assert footer.button.price() == "price ?"
    assert "$0" not in footer.button.accessibleDescription()
    assert footer.button.isEnabled()  # the person may well take it


def test_free_is_said_to_be_free(footer, desk):
    choose(desk, replace(FREE, price=Free()))
    assert (footer.cost.text(), footer.button.price()) == ("free", "free")


def test_an_empty_prompt_stands_on_the_button_and_not_in_red(footer, desk, panel):
    desk.studio.set_prompt("  ")
    assert footer.button.reason() == "Write a prompt first"
    assert panel.prompt.problem.text() == ""
    give(desk, reference(1))
    assert footer.button.reason() == "Say what should change first"


def test_every_obstacle_stands_on_the_button_in_words(footer, desk):
    desk.studio.set_prompt("x" * 300)
    assert footer.button.reason() == "The prompt does not fit this model"
    desk.studio.set_prompt("A fox")
    desk.studio.set_size(Size(1001, 768))
    assert footer.button.reason() == "This size cannot be made"
    assert not footer.button.isEnabled()
    desk.studio.set_size(Size(1024, 768))
    desk.studio.set_count(99)
    assert footer.button.reason() == "The number of images is out of range"
    desk.studio.set_count(1)
    assert footer.button.reason() == ""
    assert footer.button.isEnabled()


def test_a_missing_key_offers_the_way_to_add_one(footer, desk, panel, qtbot):
    desk.studio._set(keys={"one": UNAVAILABLE})
    assert footer.button.reason() == "A key is needed first"
    assert "no key" in footer.blocker.text()
    offer = footer.blocker.findChild(QPushButton)
    assert offer.text() == "Add key…"
    with qtbot.waitSignal(panel.keys_requested):
        press(offer)
    desk.studio._set(keys={"one": saved("the keychain")})
    assert footer.blocker.text() == ""
    assert footer.button.reason() == ""


def test_what_will_be_sent_otherwise_is_said(footer, desk):
    assert not footer.notes.isVisible()
    desk.studio.set_size(Size(1360, 768))
    desk.studio.set_format("png")
    desk.studio.set_seed_mode(SeedMode.FIXED)
    choose(desk, TIERS)
    assert footer.notes.text().splitlines() == [
        "Sent as 16:9 at 1k: Listed sizes takes a ratio, not pixels.",
        "Listed sizes does not offer png here; it sends a format of its own choice.",
    ]


def test_the_usual_time_is_the_models_until_there_are_past_jobs(footer, desk):
    assert footer.time.text() == "about 8 s a picture"
    desk.studio._set(expected=21.2)
    assert footer.time.text() == "about 22 s a picture"


def test_the_button_says_that_a_reference_is_awaited(footer, desk):
    desk.studio.wait_for(+1)
    assert footer.button.reason() == "A reference is on its way"
    press(footer.button)
    assert desk.engine.orders == []
    desk.studio.wait_for(-1)
    assert footer.button.reason() == ""
