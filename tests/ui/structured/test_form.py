"""The form on a real studio: what a prompt shows, and what a field does to the prompt."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QLabel, QMenu, QWidget

from flux_studio.core.prompt.faces import Face
from flux_studio.ui.structured.field_box import FieldBox
from flux_studio.ui.structured.field_row import FieldRow
from flux_studio.ui.structured.form import StructuredForm
from flux_studio.ui.structured.palette_row import PaletteRow
from flux_studio.ui.structured.rows_column import GroupBlock, SubjectsBlock
from tests.core.prompt.test_structured import TEXTS
from tests.ui.composer.conftest import *  # noqa: F403 - the fixtures of the composer

FULL = """{
  "scene": "a fox in snow",
  "subjects": [
    {"description": "a fox", "position": "left third"},
    {"description": "a hen", "age": 2}
  ],
  "style": "ink",
  "color_palette": ["#C2536B", "burnt orange"],
  "camera": {"angle": "low"},
  "type": {"font": "serif", "track": 1.50},
  "weights": [0.50, 1]
}"""
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(panel, desk, qtbot) -> StructuredForm:
    panel.prompt.faces.choose(Face.FORM)
    made = panel.prompt.faces.form
    qtbot.waitUntil(made.is_whole)
    return made


def show(desk, form, qtbot, text: str) -> None:
    desk.studio.set_prompt(text)
    qtbot.waitUntil(form.is_whole)


def prompt(desk) -> str:
    return desk.studio.state.draft.prompt


def row(form, *path) -> QWidget:
    found = form.rows.widget_at(path)
    assert found is not None, path
    return found


def box(form, *path) -> FieldBox:
    found = row(form, *path)
    assert isinstance(found, FieldRow)
    return found.box


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def menu() -> QMenu:
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMenu)]
    return next(each for each in found if each.isVisible())


def test_a_prompt_fills_its_fields(form, desk, qtbot):
    show(desk, form, qtbot, FULL)
    words = {
        ("scene",): "a fox in snow",
        ("subjects", 0, "description"): "a fox",
        ("subjects", 1, "age"): "2",
        ("style",): "ink",
        ("mood",): "",
        ("camera", "angle"): "low",
        ("camera", "lens"): "",
        ("type", "track"): "1.50",
        ("weights",): "[0.50, 1]",
    }
    assert {path: box(form, *path).prompt() for path in words} == words
    palette = row(form, "color_palette")
    assert [chip.words for chip in palette.chips] == ["#C2536B", "burnt orange"]
    assert prompt(desk) == FULL


def test_looking_at_the_form_changes_no_letter(form, desk, qtbot, panel):
    for text in (FULL, '{"b":1.0,"a":"\\u00e9"}', '// note\n{"scene" : "x"}\n'):
        show(desk, form, qtbot, text)
        panel.prompt.faces.choose(Face.JSON)
        panel.prompt.faces.choose(Face.FORM)
        assert prompt(desk) == text


def test_typing_changes_that_field_alone(form, desk, qtbot):
    show(desk, form, qtbot, FULL)
    style = box(form, "style")
    style.setFocus()
    style.put_caret(3)
    QTest.keyClicks(style, ' "wet"')
    assert prompt(desk) == FULL.replace('"ink"', '"ink \\"wet\\""')
    assert style.prompt() == 'ink "wet"'
    assert style.textCursor().position() == 9


def test_a_form_that_is_filled_by_keys_from_nothing(form, desk, qtbot):
    form.focus()
    QTest.keyClicks(focused(), "dusk")
    assert json.loads(prompt(desk)) == {"scene": "dusk"}
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    names = []
    for _ in range(30):
        names.append(focused().accessibleName())
        if names[-1] == "Subject 1, Description":
            break
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "a fox")
    assert json.loads(prompt(desk)) == {"scene": "dusk", "subjects": [{"description": "a fox"}]}


def test_a_field_that_is_emptied_leaves_the_prompt_and_stays_in_the_form(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a", "style": "ink"}')
    style = box(form, "style")
    style.setFocus()
    style.selectAll()
    QTest.keyClick(style, Qt.Key.Key_Delete)
    assert prompt(desk) == '{"scene": "a"}'
    QTest.keyClicks(style, "oil")
    assert prompt(desk) == '{"scene": "a", "style": "oil"}'


def test_numbers_stay_numbers_while_they_are_some(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a", "steps": 1.50}')
    steps = box(form, "steps")
    steps.put_caret(4)
    QTest.keyClicks(steps, "5")
    assert prompt(desk) == '{"scene": "a", "steps": 1.505}'
    QTest.keyClicks(steps, " mm")
    assert prompt(desk) == '{"scene": "a", "steps": "1.505 mm"}'


def test_json_that_is_no_json_yet_is_said_and_kept_out_of_the_prompt(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a", "weights": [1]}')
    weights = row(form, "weights")
    weights.box.setFocus()
    weights.box.put_caret(2)
    QTest.keyClicks(weights.box, ",")
    assert prompt(desk) == '{"scene": "a", "weights": [1]}'
    assert "not JSON yet" in weights.problem.text()
    desk.studio.set_count(2)
    assert weights.box.prompt() == "[1,]"
    QTest.keyClicks(weights.box, "2")
    assert prompt(desk) == '{"scene": "a", "weights": [1,2]}'
    assert weights.problem.text() == ""


def test_subjects_are_added_moved_and_removed_by_keys(form, desk, qtbot):
    show(desk, form, qtbot, '{"subjects": [{"description": "a fox"}]}')
    subjects = row(form, "subjects")
    assert isinstance(subjects, SubjectsBlock)
    subjects.add.setFocus()
    QTest.keyClick(subjects.add, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: focused().accessibleName() == "Subject 2, Description")
    QTest.keyClicks(focused(), "hen")
    assert prompt(desk) == '{"subjects": [{"description": "a fox"}, {"description": "hen"}]}'
    QTest.keyClick(focused(), Qt.Key.Key_Up, ALT | SHIFT)
    assert prompt(desk) == '{"subjects": [{"description": "hen"}, {"description": "a fox"}]}'
    assert focused() is box(form, "subjects", 0, "description")
    card = row(form, "subjects", 0)
    assert isinstance(card, GroupBlock)
    card.buttons[-1].click()
    assert prompt(desk) == '{"subjects": [{"description": "a fox"}]}'
    desk.studio.undo.undo()
    assert box(form, "subjects", 0, "description").prompt() == "hen"


def test_the_first_subject_can_be_added_to_from_nothing(form, desk, qtbot):
    show(desk, form, qtbot, "")
    row(form, "subjects").add.click()
    qtbot.waitUntil(lambda: focused().accessibleName() == "Subject 2, Description")
    assert json.loads(prompt(desk)) == {"subjects": [{}, {}]}


def test_a_subject_of_words_alone_becomes_fields_on_a_press(form, desk, qtbot):
    show(desk, form, qtbot, '{"subjects": ["a fox"]}')
    card = row(form, "subjects", 0)
    field = card.findChild(FieldRow)
    assert field.box.prompt() == "a fox"
    field.box.put_caret(5)
    QTest.keyClicks(field.box, "!")
    assert prompt(desk) == '{"subjects": ["a fox!"]}'
    card.buttons[0].click()
    qtbot.waitUntil(form.is_whole)
    assert prompt(desk) == '{"subjects": [{"description": "a fox!"}]}'
    assert box(form, "subjects", 0, "description").prompt() == "a fox!"


def test_fields_of_ones_own_are_added_anywhere_moved_and_removed(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a", "camera": {"angle": "low"}}')
    form.name.setFocus()
    QTest.keyClicks(form.name, "film")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: focused().accessibleName() == "Film")
    QTest.keyClicks(focused(), "Portra")
    camera = row(form, "camera")
    camera.buttons[0].click()
    assert focused() is camera.name
    QTest.keyClicks(camera.name, "shutter")
    QTest.keyClick(camera.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: focused().accessibleName() == "Camera, Shutter")
    QTest.keyClicks(focused(), "1/60")
    assert json.loads(prompt(desk)) == {
        "scene": "a",
        "camera": {"angle": "low", "shutter": "1/60"},
        "film": "Portra",
    }
    film = row(form, "film")
    film._fill(made := QMenu())
    words = {action.text(): action for action in made.actions()}
    assert not words["Move down"].isEnabled()
    words["Move up"].trigger()
    assert list(json.loads(prompt(desk))) == ["scene", "film", "camera"]
    film._fill(made)
    next(action for action in made.actions() if action.text() == "Remove").trigger()
    assert "film" not in json.loads(prompt(desk))
    assert form.rows.widget_at(("film",)) is None


def test_values_that_are_often_written_are_offered_and_toggled(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a", "lighting": "fog"}')
    lighting = box(form, "lighting")
    lighting.setFocus()
    QTest.keyClick(lighting, Qt.Key.Key_Down, ALT)
    offered = menu()
    first = offered.actions()[0]
    first.trigger()
    offered.close()
    assert lighting.prompt() == f"fog, {first.text()}"
    assert json.loads(prompt(desk))["lighting"] == lighting.prompt()
    row(form, "lighting").open_values()
    again = menu()
    assert again.actions()[0].isChecked()
    again.actions()[0].trigger()
    again.close()
    assert lighting.prompt() == "fog"


# The palette


def palette(form) -> PaletteRow:
    found = row(form, "color_palette")
    assert isinstance(found, PaletteRow)
    return found


def test_colours_are_written_and_taken_away_by_keys(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a"}')
    field = palette(form).field
    field.setFocus()
    QTest.keyClicks(field, "#c2536b, warm {grey|white}, x")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert json.loads(prompt(desk))["color_palette"] == ["#c2536b", "warm {grey|white}", "x"]
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Left)
    assert focused() is palette(form).chips[2]
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    QTest.keyClick(focused(), Qt.Key.Key_Left, ALT)
    assert json.loads(prompt(desk))["color_palette"] == ["warm {grey|white}", "#c2536b"]
    assert focused() is palette(form).chips[0]
    QTest.keyClick(focused(), Qt.Key.Key_F2)
    assert field.text() == "warm {grey|white}"
    QTest.keyClicks(field, "grey")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert json.loads(prompt(desk))["color_palette"] == ["grey", "#c2536b"]
    for chip in reversed(palette(form).chips):
        chip.remove_asked.emit()
    assert prompt(desk) == '{"scene": "a"}'


def test_a_half_written_colour_is_not_lost_when_the_keyboard_goes(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a"}')
    palette(form).field.setFocus()
    QTest.keyClicks(palette(form).field, "rust")
    box(form, "mood").setFocus()
    assert json.loads(prompt(desk))["color_palette"] == ["rust"]


def test_a_colour_is_changed_in_the_colour_dialog(form, desk, qtbot):
    show(desk, form, qtbot, '{"color_palette": ["#c2536b", "rust"]}')
    palette(form).chips[0].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    dialog = form.window().findChild(QColorDialog)
    assert dialog.currentColor() == QColor("#c2536b")
    dialog.setCurrentColor(QColor("#204060"))
    dialog.accept()
    assert prompt(desk) == '{"color_palette": ["#204060", "rust"]}'


def test_colours_of_earlier_prompts_are_offered(form, desk, qtbot):
    desk.studio.prompts.recent_colors = lambda: ("#112233",)
    show(desk, form, qtbot, '{"scene": "a"}')
    palette(form).open_colors()
    offered = menu()
    assert offered.actions()[0].text() == "#112233  recent"
    offered.actions()[0].trigger()
    offered.close()
    assert json.loads(prompt(desk))["color_palette"] == ["#112233"]


# Help with writing, and the rest of the window


def test_names_and_variables_work_in_fields(form, desk, qtbot):
    give(desk, reference(1), reference(2))  # noqa: F405 - of the composer's conftest
    show(desk, form, qtbot, '{"scene": "a "}')
    scene = box(form, "scene")
    scene.setFocus()
    scene.put_caret(2)
    QTest.keyClicks(scene, "@")
    completion = form.editing.offers_of(scene).completion
    assert [each.title for each in completion.rows()] == ["@image1", "@image2"]
    QTest.keyClick(scene, Qt.Key.Key_Return)
    assert prompt(desk) == '{"scene": "a @image1 "}'
    QTest.keyClicks(scene, "{red|blue}")
    assert desk.studio.state.check.estimate.count == 2


def test_the_number_of_a_slot_writes_its_name_where_one_writes(form, desk, panel, qtbot):
    give(desk, reference(1))  # noqa: F405 - as above
    show(desk, form, qtbot, '{"scene": "a", "mood": "calm"}')
    box(form, "mood").setFocus()
    box(form, "mood").put_caret(4)
    panel.tray.name_asked.emit(1)
    assert json.loads(prompt(desk))["mood"].strip() == "calm @image1"


def test_a_pasted_picture_goes_to_the_references(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a"}')
    box(form, "scene").setFocus()
    mime = QMimeData()
    mime.setData("image/png", b"bytes")
    with qtbot.waitSignal(form.pictures_pasted) as caught:
        box(form, "scene").insertFromMimeData(mime)
    assert caught.args == [mime]


def test_undo_takes_fields_back_one_by_one(form, desk, qtbot):
    show(desk, form, qtbot, '{"scene": "a"}')
    box(form, "mood").setFocus()
    QTest.keyClicks(focused(), "calm")
    palette(form).field.setFocus()
    QTest.keyClicks(palette(form).field, "rust")
    QTest.keyClick(palette(form).field, Qt.Key.Key_Return)
    box(form, "mood").setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Z, CONTROL)
    assert json.loads(prompt(desk)) == {"scene": "a", "mood": "calm"}
    while desk.studio.undo.to_undo is not None and "mood" in prompt(desk):
        QTest.keyClick(focused(), Qt.Key.Key_Z, CONTROL)
    assert box(form, "mood").prompt() == ""
    while desk.studio.undo.to_redo is not None:
        QTest.keyClick(focused(), Qt.Key.Key_Z, CONTROL | SHIFT)
    assert json.loads(prompt(desk)) == {"scene": "a", "color_palette": ["rust"], "mood": "calm"}


def test_while_the_json_is_broken_the_form_keeps_its_last_good_state(form, desk, qtbot, panel):
    show(desk, form, qtbot, FULL)
    broken = FULL.replace('"ink",', '"ink"')
    desk.studio.set_prompt(broken)
    assert box(form, "style").prompt() == "ink"
    assert box(form, "style").isReadOnly()
    assert not row(form, "subjects").add.isEnabled()
    assert "waits" in form.waiting.text()
    assert panel.prompt.problem.text() == "Line 7, column 17: a comma is missing."
    form.waiting.offer_taken.emit()
    assert prompt(desk) == FULL
    assert not box(form, "style").isReadOnly()
    assert row(form, "subjects").add.isEnabled()
    assert form.waiting.text() == ""


def test_every_control_has_a_name_and_says_what_it_is_for(form, desk, qtbot):
    show(desk, form, qtbot, FULL)
    tab = Qt.FocusPolicy.TabFocus
    stops = [w for w in form.findChildren(QWidget) if w.focusPolicy() & tab and w.isVisibleTo(form)]
    assert len(stops) > 25
    names = [stop.accessibleName() for stop in stops]
    assert all(names), [stop for stop in stops if not stop.accessibleName()]
    assert all(stop.toolTip() for stop in stops), [s for s in stops if not s.toolTip()]
    assert len(set(names)) == len(names)
    assert all(each.placeholderText() for each in form.boxes())  # no empty outline alone
    for label in form.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_nothing_of_the_form_is_cut_in_a_narrow_composer(form, desk, qtbot, panel):
    show(desk, form, qtbot, FULL.replace('"type"', '"' + "x" * 60 + '"'))
    for width in (320, 520):
        panel.resize(width, 1200)
        qtbot.waitUntil(lambda width=width: width - 10 <= panel._body.width() <= width)
        assert panel._body.minimumSizeHint().width() <= panel._scroll.viewport().width()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXTS)
def test_any_json_is_shown_and_a_walk_through_all_fields_changes_no_letter(form, desk, qtbot, text):
    show(desk, form, qtbot, text)
    for each in form.boxes():
        each.setFocus()
    assert prompt(desk) == text
