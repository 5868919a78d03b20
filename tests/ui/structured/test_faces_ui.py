"""The switch of the prompt, and form and JSON side by side."""

from __future__ import annotations

import gc
import json
import time

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.core.prompt.faces import Face
from flux_studio.ui.structured.side_by_side import SideBySide
from tests.core.sample_cards import free
from tests.ui.composer.conftest import *  # noqa: F403 - the fixtures of the composer
from tests.ui.structured.test_form import CONTROL, FULL, box, focused, prompt, show

KEYSTROKE_MS = 8.0
ROOMY = free(prompt_most=9000, references=8)


@pytest.fixture
def faces(panel):
    return panel.prompt.faces


@pytest.fixture
def side(panel, desk, qtbot):
    """The window of its own, over a composer with a full prompt."""
    choose(desk, ROOMY)  # noqa: F405 - as above
    desk.studio.set_prompt(FULL)
    made = SideBySide(desk.studio, panel)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(made.form.is_whole)
    yield made
    made.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def shown(faces) -> Face:
    """The face on screen; a function, since a property seems to stay what it was."""
    return faces.face


def test_prose_goes_to_the_form_and_back_without_a_scratch(faces, desk, panel):
    prose = "// note\na {red|blue} fox\nsaying “hi”"
    desk.studio.set_prompt(prose)
    assert shown(faces) is Face.TEXT
    faces.bar._buttons["form"].click()
    assert shown(faces) is Face.FORM
    assert prompt(desk) == '// note\n{\n  "scene": "a {red|blue} fox\\nsaying “hi”"\n}'
    assert faces.form.isVisible()
    assert not panel.prompt.box.isVisible()
    faces.bar._buttons["json"].click()
    assert panel.prompt.box.isVisible()
    assert not faces.form.isVisible()
    faces.bar._buttons["text"].click()
    assert prompt(desk) == prose
    assert shown(faces) is Face.TEXT


def test_json_goes_to_prose_and_back_without_a_scratch(faces, desk):
    desk.studio.set_prompt(FULL)
    assert shown(faces) is Face.JSON
    faces.choose(Face.TEXT)
    assert prompt(desk).startswith("a fox in snow. a fox, left third. a hen, age 2. Style: ink.")
    faces.choose(Face.FORM)
    assert prompt(desk) == FULL


def test_one_undo_takes_a_switch_back(faces, desk, panel):
    desk.studio.set_prompt("a fox")
    faces.choose(Face.FORM)
    desk.studio.undo.undo()
    assert prompt(desk) == "a fox"
    assert shown(faces) is Face.TEXT
    assert panel.prompt.box.isVisible()


def test_the_face_follows_the_prompt(faces, desk, qtbot):
    desk.studio.set_prompt("a fox")
    faces.choose(Face.FORM)
    desk.studio.set_prompt("a hen, from the history")
    assert shown(faces) is Face.TEXT
    desk.studio.set_prompt(FULL)
    assert shown(faces) is Face.FORM
    desk.studio.set_prompt("")
    assert shown(faces) is Face.FORM


def test_typing_json_by_hand_makes_it_json_and_keeps_the_caret(faces, desk, panel):
    desk.studio.set_prompt("")
    panel.prompt.box.setFocus()
    QTest.keyClicks(panel.prompt.box, '{"scene": "a fox"}')
    assert shown(faces) is Face.JSON
    assert panel.prompt.box.hasFocus()
    assert prompt(desk) == '{"scene": "a fox"}'
    assert panel.prompt.problem.text() == ""


def test_a_slip_is_said_with_its_place_and_put_right_on_a_press(faces, desk, panel):
    panel.prompt.box.setFocus()
    desk.studio.set_prompt('{\n  "scene": "a fox"\n  "style": "ink"\n}')
    assert panel.prompt.problem.text() == "Line 2, column 19: a comma is missing."
    assert desk.studio.state.blocker is not None
    panel.prompt.problem.offer_taken.emit()
    assert json.loads(prompt(desk)) == {"scene": "a fox", "style": "ink"}
    assert panel.prompt.problem.text() == ""
    desk.studio.undo.undo()
    assert prompt(desk) == '{\n  "scene": "a fox"\n  "style": "ink"\n}'


def test_json_that_cannot_be_read_is_never_turned_into_prose(faces, desk):
    desk.studio.set_prompt('{"scene": "a fox"')
    faces.bar._buttons["text"].click()
    assert prompt(desk) == '{"scene": "a fox"'
    assert shown(faces) is Face.JSON


def test_what_was_meant_to_be_json_becomes_json(faces, desk):
    desk.studio.set_prompt("{“scene”: “a fox”, style: 'ink'}")
    faces.choose(Face.FORM)
    assert json.loads(prompt(desk)) == {"scene": "a fox", "style": "ink"}


def test_broken_json_is_not_shown_in_bold(faces, desk, panel):
    desk.studio.set_prompt('{"scene": "a fox" "style": "ink"}')
    formats = panel.prompt.box.document().firstBlock().layout().formats()
    assert all(each.format.fontWeight() == QFont.Weight.Normal for each in formats)


def test_the_key_walks_through_the_faces_with_the_keyboard(faces, desk, panel, qtbot):
    desk.studio.set_prompt("a fox")
    panel.focus_prompt()
    faces.next_face()
    assert shown(faces) is Face.FORM
    qtbot.waitUntil(faces.form.is_whole)
    assert focused().accessibleName() == "Scene"
    faces.next_face()
    assert (shown(faces), focused()) == (Face.JSON, panel.prompt.box)
    faces.next_face()
    assert (shown(faces), prompt(desk)) == (Face.TEXT, "a fox")
    desk.studio.set_prompt('{"scene": "a')
    assert shown(faces) is Face.JSON
    faces.next_face()
    assert shown(faces) is Face.FORM  # there is no text of it


def test_the_arrows_choose_a_face_too(faces, desk):
    desk.studio.set_prompt("a fox")
    button = faces.bar._buttons["text"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Right)
    assert shown(faces) is Face.FORM
    assert focused() is faces.bar._buttons["form"]


def test_the_length_that_counts_is_that_of_what_is_sent(faces, desk, panel):
    desk.studio.set_prompt(FULL)
    faces.choose(Face.FORM)
    most = desk.studio.state.card.prompt_most
    assert faces.foot.length.text() == f"{len(FULL)} of {most} characters"
    assert faces.foot.length.property("tone") == ("danger" if len(FULL) > most else "muted")
    faces.choose(Face.JSON)
    assert faces.foot.length.text() == "Exactly as it is sent"
    desk.studio.set_prompt("a fox")
    assert not faces.foot.isVisible()


def test_generate_goes_to_the_form_where_the_prompt_is_missing(faces, desk, panel, qtbot):
    desk.studio.set_prompt("")
    faces.choose(Face.FORM)
    qtbot.waitUntil(faces.form.is_whole)
    desk.studio.attention.connect(panel.look_at)
    desk.studio.generate()
    assert focused().accessibleName() == "Scene"
    assert "empty" in panel.prompt.problem.text()


# Side by side


def test_both_sides_are_one_prompt(side, desk, panel):
    style = box(side.form, "style")
    style.setFocus()
    style.put_caret(3)
    QTest.keyClicks(style, "!")
    assert side.box.prompt() == prompt(desk) == FULL.replace('"ink"', '"ink!"')
    side.box.setFocus()
    side.box.put_caret(side.box.prompt().index("!"))
    QTest.keyClicks(side.box, "?")
    assert style.prompt() == "ink?!"
    assert panel.prompt.box.prompt() == prompt(desk)


def test_syntax_errors_stand_below_the_json_and_never_stop_typing(side, desk):
    side.box.setFocus()
    side.box.put_caret(FULL.index('"ink"') + 5)
    QTest.keyClick(side.box, Qt.Key.Key_Backspace)
    words = side.problem.text()
    assert words.startswith("Line 7, column 12: the text that begins here has no closing")
    assert box(side.form, "style").prompt() == "ink"
    QTest.keyClicks(side.box, 'y"')
    assert side.problem.text() == ""
    assert box(side.form, "style").prompt() == "inky"
    assert prompt(desk) == FULL.replace('"ink"', '"inky"')


def test_undo_works_in_the_window_of_its_own(side, desk):
    side.box.setFocus()
    side.box.put_caret(0)
    QTest.keyClicks(side.box, " ")
    QTest.keyClick(side.box, Qt.Key.Key_Z, CONTROL)
    assert prompt(desk) == FULL


def test_prose_becomes_structured_when_the_window_opens(panel, desk, qtbot):
    desk.studio.set_prompt("a fox")
    made = SideBySide(desk.studio, panel)
    qtbot.addWidget(made)
    assert json.loads(prompt(desk)) == {"scene": "a fox"}
    desk.studio.undo.undo()
    assert prompt(desk) == "a fox"
    assert "form waits" in made.form.waiting.text()
    made.form.waiting.offer_taken.emit()
    assert json.loads(prompt(desk)) == {"scene": "a fox"}
    assert made.form.waiting.text() == ""


def test_a_keystroke_in_a_field_of_a_long_prompt_stays_in_its_budget(faces, panel, desk, qtbot):
    """The whole way, as for the box: the field, the JSON, the check, every part of the panel."""
    choose(desk, ROOMY)  # noqa: F405 - as above
    long = ("the bottle of @image1 in #C2536B on wet basalt, " * 100)[:4700]
    text = FULL.replace("a fox in snow", long)
    desk.studio.set_prompt(text)
    faces.choose(Face.FORM)
    show(desk, faces.form, qtbot, text)
    QApplication.processEvents()
    for path in (("scene",), ("subjects", 1, "description")):
        field = box(faces.form, *path)
        field.setFocus()
        field.put_caret(len(field.prompt()))
        QApplication.processEvents()
        spent = []
        for _ in range(25):
            start = time.thread_time()
            QTest.keyClick(field, Qt.Key.Key_X)
            QApplication.processEvents()
            spent.append((time.thread_time() - start) * 1000)
        assert field.prompt().endswith("x" * 25)
        assert min(spent) < KEYSTROKE_MS, sorted(spent)
