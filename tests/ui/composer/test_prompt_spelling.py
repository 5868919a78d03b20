"""Spell check in the box, as an option; the library may be missing."""

import sys

import pytest
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QMenu

from tests.storage.spell_library import bring_library, hide_library
from tests.ui.composer.test_prompt_completion import middle_of

WAVE = QTextCharFormat.UnderlineStyle.WaveUnderline


@pytest.fixture
def opened(panel, desk, qtbot, monkeypatch, tmp_path):
    """A desk that checks English."""
    bring_library(monkeypatch, tmp_path)
    words = desk.studio.words
    with qtbot.waitSignal(words.opened):
        words.open(desk.ground.paths.own_words)
    with qtbot.waitSignal(words.changed):
        words.choose("en")
    qtbot.waitUntil(lambda: words._speller is not None)
    yield panel
    words._resting.stop()
    sys.modules.pop("spellchecker", None)


def waved(panel) -> list[str]:
    block = panel.prompt.box.document().firstBlock()
    return [
        block.text()[f.start : f.start + f.length]
        for f in block.layout().formats()
        if f.format.underlineStyle() == WAVE
    ]


def menu_of(panel, word: str) -> QMenu:
    menu = QMenu(panel)
    menu.addAction("Undo")
    panel.prompt.box.menu_opening.emit(menu, middle_of(panel.prompt.box, word))
    return menu


def titles(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_misspelt_words_are_underlined_a_moment_later(opened, desk, qtbot):
    desk.studio.set_prompt("the foxxish snow in #fade00 {snowx|light} “QXZV” @image1 lighx 🦊")
    qtbot.waitUntil(lambda: waved(opened) == ["foxxish", "snowx", "lighx"])
    assert desk.saved_preferences[-1].spelling == "en"
    desk.studio.words.choose("")
    assert waved(opened) == []


def test_the_menu_offers_what_may_have_been_meant(opened, desk, qtbot):
    desk.studio.set_prompt("the lighx 🦊")
    qtbot.waitUntil(lambda: waved(opened) == ["lighx"])
    menu = menu_of(opened, "lighx")
    qtbot.waitUntil(lambda: "light" in titles(menu))
    next(action for action in menu.actions() if action.text() == "light").trigger()
    assert desk.studio.state.draft.prompt == "the light 🦊"


def test_a_word_can_be_kept(opened, desk, qtbot):
    desk.studio.set_prompt("the foxxish")
    qtbot.waitUntil(lambda: waved(opened) == ["foxxish"])
    menu = menu_of(opened, "foxxish")
    next(action for action in menu.actions() if "Keep" in action.text()).trigger()
    assert waved(opened) == []
    qtbot.waitUntil(desk.ground.paths.own_words.exists)


def test_without_the_library_the_menu_says_why(panel, desk, qtbot, monkeypatch):
    hide_library(monkeypatch)
    with qtbot.waitSignal(desk.studio.words.opened):
        desk.studio.words.open(desk.ground.paths.own_words)
    desk.studio.set_prompt("the foxxish")
    menu = menu_of(panel, "foxxish")
    (last,) = [action for action in menu.actions() if "pyspellchecker" in action.text()]
    assert not last.isEnabled()
    assert waved(panel) == []
