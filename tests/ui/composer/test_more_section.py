from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox

from flux_studio.ui.widgets.number_field import NumberField
from tests.ui.composer.conftest import FREE, TIERS, choose


@pytest.fixture
def more(panel):
    return panel.more


def draft(desk):
    return desk.studio.state.draft


def knobs(desk) -> dict[str, object]:
    return dict(draft(desk).knobs)


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_names_for_assistive_technology(more):
    assert more.count.field.accessibleName() == "Number of images"
    assert more.format.bar.accessibleName() == "Output format"
    names = ("steps", "guidance", "quiet", "mood")
    assert [more.knobs.row(n).control.accessibleName() for n in names] == [
        "Steps",
        "Guidance",
        "Quiet",
        "Mood",
    ]


def test_it_is_closed_says_what_is_inside_and_opens(more, panel, qtbot):
    assert not more.is_open()
    assert more.header.summary() == "1 image · JPEG"
    with qtbot.waitSignal(panel.more_opened) as caught:
        press(more.header)
    assert caught.args == [True]
    assert panel.more_is_open()
    panel.open_more(False)
    assert not panel.more_is_open()


def test_it_opens_by_itself_when_a_problem_lies_inside(more, desk):
    desk.studio.set_count(40)
    assert more.is_open()
    assert more.problem.text() == "The number of images is 40; it can be 1 to 8."
    assert more.count.field.problem() == more.problem.text()
    desk.studio.set_count(4)
    assert more.is_open()  # it does not close under the hand
    assert more.problem.text() == ""


def test_the_count_is_typed_and_stepped_within_its_range(more, desk):
    more.open(True)
    more.count.field.setFocus()
    more.count.field.selectAll()
    QTest.keyClicks(more.count.field, "7")
    assert draft(desk).count == 7
    press(more.count.more)
    assert draft(desk).count == 8
    assert not more.count.more.isEnabled()
    press(more.count.fewer)
    assert draft(desk).count == 7
    assert more.header.summary() == "7 images · JPEG"
    desk.studio.set_count(1)
    assert not more.count.fewer.isEnabled()


def test_the_format_is_among_those_of_the_model(more, desk):
    assert more.format.bar.key() == "jpeg"
    more.format.bar.segment_chosen.emit("png")
    assert draft(desk).output_format == "png"
    assert more.format.bar.key() == "png"
    choose(desk, TIERS)
    assert more.format.bar is None
    assert more.format._none.text() == "the model chooses"


def test_the_format_of_another_model_is_its_own(more, desk):
    choose(desk, replace(FREE, formats=("png", "webp")))
    assert more.format.bar.key() == "png"


def test_knobs_show_the_default_and_ask_by_name(more, desk):
    more.open(True)
    steps, guidance = more.knobs.row("steps").control, more.knobs.row("guidance").control
    quiet, mood = more.knobs.row("quiet").control, more.knobs.row("mood").control
    assert isinstance(steps, NumberField)
    assert isinstance(quiet, QCheckBox)
    assert isinstance(mood, QComboBox)
    assert (steps.value(), guidance.exact(), quiet.isChecked(), mood.currentData()) == (
        28,
        Decimal("3.5"),
        False,
        "calm",
    )
    steps.setFocus()
    steps.selectAll()
    QTest.keyClicks(steps, "40")
    guidance.stepUp()
    QTest.mouseClick(quiet, Qt.MouseButton.LeftButton, pos=QPoint(10, quiet.height() // 2))
    mood.activated.emit(1)
    assert knobs(desk) == {
        "steps": 40,
        "guidance": Decimal("3.6"),
        "quiet": True,
        "mood": "wild",
    }
    assert mood.currentData() == "wild"


def test_a_decimal_stays_exact(more, desk):
    guidance = more.knobs.row("guidance").control
    for _ in range(3):
        guidance.stepUp()
    assert knobs(desk)["guidance"] == Decimal("3.8")
    desk.studio.set_knob("guidance", Decimal("7.25"))  # from elsewhere, between two steps
    assert knobs(desk)["guidance"] == Decimal("7.25")


def test_a_knob_out_of_range_is_said_in_words(more, desk):
    desk.studio.set_knob("steps", 99)
    assert more.is_open()
    assert more.problem.text() == "Steps is 99; it can be 1 to 50."


def test_another_model_brings_its_own_knobs(more, desk):
    choose(desk, TIERS)
    assert not more.knobs.isVisible()
    choose(desk, FREE)
    assert more.knobs.row("steps").control.value() == 28


def test_what_will_be_sent_can_be_looked_at(panel, qtbot):
    panel.more.open(True)
    with qtbot.waitSignal(panel.call_asked):
        panel.more.call.click()
    assert "Ctrl+Shift+I" in panel.more.call.toolTip()
