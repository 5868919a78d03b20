from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from flux_studio.core.card import SafetyScale
from flux_studio.core.draft import SeedMode
from tests.ui.composer.conftest import FREE, TIERS, choose


@pytest.fixture
def part(panel):
    return panel.seed_safety


def draft(desk):
    return desk.studio.state.draft


def test_names_for_assistive_technology(part):
    named = [part.mode, part.seed, part.safety, part.checker]
    assert [w.accessibleName() for w in named] == [
        "Seed mode",
        "Seed",
        "Safety tolerance",
        "Safety checker",
    ]


def test_a_random_seed_is_an_empty_field_that_says_so(part):
    assert part.mode.key() == "random"
    assert part.seed.text() == ""
    assert part.seed.placeholderText() == "random"


@pytest.mark.parametrize("mode", list(SeedMode))
def test_the_mode_is_shown_and_asked_for(part, desk, mode):
    desk.studio.set_seed_mode(mode)
    assert part.mode.key() == mode.value
    desk.studio.set_seed_mode(SeedMode.RANDOM)
    part.mode.segment_chosen.emit(mode.value)
    assert draft(desk).seed_mode is mode


def test_typing_a_seed_fixes_it(part, desk):
    part.seed.setFocus()
    QTest.keyClicks(part.seed, "482")
    assert draft(desk).seed == 482
    assert draft(desk).seed_mode is SeedMode.FIXED
    assert part.seed.text() == "482"
    assert part.mode.key() == "fixed"


def test_rubbing_the_seed_out_makes_it_random_again(part, desk, panel):
    desk.studio.set_seed(7)
    desk.studio.set_seed_mode(SeedMode.STEP)
    assert part.seed.text() == "7"
    part.seed.setFocus()
    QTest.keyClick(part.seed, Qt.Key.Key_Backspace)
    assert draft(desk).seed_mode is SeedMode.STEP  # still at it
    panel.prompt.box.setFocus()
    assert draft(desk).seed_mode is SeedMode.RANDOM
    assert part.seed.text() == ""


def test_a_seed_out_of_range_is_said_at_the_field(part, desk):
    desk.studio.set_seed(5000)  # the sample card takes up to 999
    desk.studio.set_seed_mode(SeedMode.FIXED)
    assert part.problem.text() == "The seed is 5000; it can be 0 to 999."
    assert part.seed.problem() == part.problem.text()
    desk.studio.set_seed(5)
    assert part.problem.text() == ""
    assert part.seed.problem() == ""


def test_a_model_without_seed_says_so_in_words(part, desk):
    desk.studio.set_seed(7)
    desk.studio.set_seed_mode(SeedMode.FIXED)
    choose(desk, TIERS)
    assert not part.mode.isEnabled()
    assert not part.seed.isEnabled()
    assert part.seed.text() == ""
    assert part.seed.placeholderText() == "not taken"
    assert part.reason.text() == (
        "Listed sizes takes no seed here, so a result cannot be repeated. "
        "Safety is not for you to set here."
    )
    choose(desk, FREE)
    assert part.seed.text() == "7"  # nothing typed was lost
    assert not part.reason.isVisible()


def test_the_safety_scale_is_shown_with_words(part, desk):
    texts = [part.safety.itemText(i) for i in range(part.safety.count())]
    assert texts == ["1  strict", "2  balanced", "3  relaxed", "4  open", "5  permissive"]
    assert part.safety.accessibleDescription().startswith("2 of 5 balanced")
    choose(desk, replace(FREE, safety=SafetyScale(0, 6, 2), safety_note="A note."))
    assert part.safety.count() == 7
    assert part.safety.itemText(0) == "0  strict"
    assert part.safety.itemText(6) == "6  permissive"
    assert "A note." in part.safety.toolTip()


def test_safety_is_asked_for_by_its_number(part, desk):
    part.safety.activated.emit(3)
    assert draft(desk).safety == 4
    assert part.safety.currentData() == 4


def test_safety_outside_a_smaller_scale_shows_what_will_be_sent(part, desk):
    desk.studio.set_safety(5)
    choose(desk, replace(FREE, safety=SafetyScale(1, 3, 2)))
    assert part.safety.currentData() == 3


def test_without_a_scale_there_is_no_control_but_a_word(part, desk):
    choose(desk, replace(FREE, safety=None))
    assert not part.safety.isVisible()
    assert part.reason.text() == "There is no safety scale here."
    assert part.checker.isVisible()


def test_the_checker_is_on_unless_switched_off(part, desk):
    assert part.checker.isChecked()
    spot = QPoint(10, part.checker.height() // 2)
    QTest.mouseClick(part.checker, Qt.MouseButton.LeftButton, pos=spot)
    assert draft(desk).checker is False
    assert not part.checker.isChecked()
    choose(desk, replace(FREE, checker=False))
    assert not part.checker.isVisible()


def test_how_far_a_seed_repeats_is_said_from_the_card(part, desk):
    assert part.repeat_mark() == "likely repeats"
    choose(desk, replace(FREE, repeats="loosely", repeat_note="Prompts are rewritten."))
    assert part.repeat_mark() == "may differ"
    assert "Prompts are rewritten." in part.seed_label.toolTip()
    choose(desk, replace(FREE, repeats="exactly"))
    assert part.repeat_mark() == "repeats exactly"
    choose(desk, TIERS)  # takes no seed
    assert part.repeat_mark() == ""


def test_the_words_of_a_scale_are_the_cards(part, desk):
    words = ("strictest", "strict", "balanced", "relaxed", "open", "permissive")
    choose(desk, replace(FREE, safety=SafetyScale(0, 5, 2, words)))
    assert [part.safety.itemText(i) for i in (0, 2, 5)] == [
        "0  strictest",
        "2  balanced",
        "5  permissive",
    ]


def test_one_word_is_one_strictness_at_every_provider(desk):
    """The same number has the same word on all scales that we ship, so nothing changes its meaning
    when the model does.
    """
    scales = [card.safety for card in desk.studio.state.cards if card.safety is not None]
    words: dict[int, set[str]] = {}
    for scale in scales:
        for number in range(scale.least, scale.most + 1):
            words.setdefault(number, set()).add(scale.word(number))
    assert all(len(each) == 1 for each in words.values())
    assert {scale.word(scale.default) for scale in scales} == {"balanced"}


@pytest.mark.parametrize("width", [320, 340, 360, 460])
def test_the_word_in_the_empty_seed_is_whole_or_not_there(part, panel, qtbot, width):
    panel.resize(width, 900)
    qtbot.waitUntil(lambda: panel.width() == width)
    word = part.seed.placeholderText()
    room = part.seed.width() - 18  # what edge and padding leave
    assert word in ("", "random")
    assert part.seed.fontMetrics().horizontalAdvance(word) <= room
    if width >= 360:
        assert word == "random"


@pytest.mark.parametrize("width", [320, 360, 520])
def test_the_switch_of_the_prompt_begins_where_its_name_ends(panel, qtbot, width):
    panel.resize(width, 900)
    qtbot.waitUntil(lambda: panel.width() == width)
    section = panel.prompt
    section.label.layout().activate()
    left = section.faces.bar.mapTo(section, QPoint(0, 0)).x()
    name = section.label.findChild(QLabel)
    expected = 0 if name.isHidden() else name.x() + name.width() + 4
    assert left == expected
    assert name.isHidden() == (width == 320)
