"""What the inspector shows of a picture, and what it asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from flux_studio.core.crop import Box
from flux_studio.core.draft import SeedMode
from flux_studio.core.money import dollars
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.size import Size
from flux_studio.session.composing import Recall
from flux_studio.session.library_desk import LibraryChange
from flux_studio.storage.marks import MarkChange
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.inspector.marks_section import WordChip
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

NOW = datetime.now(UTC)


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def panel(desk):
    with opened(desk, lambda theme: Inspector(desk.studio, theme)) as made:
        made.resize(300, 900)
        yield made


@pytest.fixture
def family(desk):
    """A picture, its edit, and two edits of that."""
    first = stock.generation(0, NOW - timedelta(hours=3))
    edit = stock.generation(1, NOW - timedelta(hours=2), parent=first.id)
    children = [stock.generation(n, NOW - timedelta(hours=1), parent=edit.id) for n in (2, 4)]
    made = [first, edit, *children]
    stock.keep(desk, made)
    return made


def show(desk, panel, generation):
    panel.show_generation(generation)
    stock.settle(desk)
    stock.settle(desk)


def words_of(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_it_has_its_name_and_teaches_while_it_is_empty(panel):
    assert panel.accessibleName() == "Inspector"
    assert panel.generation is None
    assert "No picture chosen" in words_of(panel)


def test_a_picture_with_prompt_marks_facts_and_pixels(desk, panel, family):
    show(desk, panel, replace(family[2], task="task-1"))
    assert panel.prompt.toPlainText() == family[2].request.prompt
    assert panel.marks.stars.rating() == 4
    assert panel.marks.heart.isChecked()
    assert dict(panel.facts.rows())["Seed"] == str(family[2].seed)
    assert panel.task.value() == "task-1"
    assert panel.picture.has_image()
    assert "No picture chosen" not in words_of(panel)


def test_a_prompt_is_shown_as_typed_and_never_as_markup(desk, panel, family):
    prompt = "<b>bold</b> & <img src='file:///x'>\n  two lines"
    asked = replace(family[0].request, prompt=prompt)
    show(desk, panel, replace(family[0], request=asked))
    assert panel.prompt.toPlainText() == prompt


def test_hex_colours_of_a_prompt_are_found(desk, panel, family):
    asked = replace(family[0].request, prompt="🦊 #C2536B and #fa0, not #12345 nor #1234567")
    show(desk, panel, replace(family[0], request=asked))
    assert panel.prompt.colors() == ["#C2536B", "#fa0"]


def test_a_picture_whose_file_is_gone_is_said_by_a_mark(desk, panel):
    gone = stock.generation(1, NOW)
    stock.keep(desk, [gone], with_files=False)
    show(desk, panel, gone)
    assert not panel.picture.has_image()
    assert panel.prompt.toPlainText() == gone.request.prompt


def test_the_picture_keeps_its_ratio_within_its_height(desk, panel, family):
    show(desk, panel, replace(family[0], size=Size(768, 1344)))
    face = panel.picture.face()
    assert face.height() / face.width() == pytest.approx(1344 / 768, rel=0.01)
    assert panel.picture.heightForWidth(268) == 300
    assert panel.picture.heightForWidth(100) == 175


def test_lineage_goes_from_ancestor_to_children_with_the_cost_of_the_branch(desk, panel, family):
    show(desk, panel, family[1])
    names = [button.accessibleName() for button in panel.lineage.buttons()]
    assert names == [each.request.prompt for each in family]
    assert "Lineage · branch $0.12" in words_of(panel)
    assert not panel.lineage.missing()


def test_a_press_on_the_lineage_chooses_that_picture(desk, panel, family, qtbot):
    show(desk, panel, family[1])
    with qtbot.waitSignal(panel.generation_chosen) as chosen:
        panel.lineage.buttons()[0].click()
    assert chosen.args == [family[0]]


def test_a_picture_without_relatives_has_no_lineage(desk, panel):
    alone = stock.generation(1, NOW)
    stock.keep(desk, [alone])
    show(desk, panel, alone)
    assert not panel.lineage.isVisible()


def test_a_new_child_appears_in_the_lineage(desk, panel, family):
    show(desk, panel, family[1])
    child = stock.generation(7, NOW, parent=family[1].id)
    stock.keep(desk, [child])
    desk.studio.library.add(child)
    stock.settle(desk)
    assert len(panel.lineage.buttons()) == 5


def test_references_are_shown_and_lead_to_their_picture(desk, panel, family, qtbot):
    desk.studio.references.take_bytes(stock.drawn(1, Size(64, 64), 64, "PNG"), "bottle.png")
    qtbot.waitUntil(lambda: bool(desk.studio.state.draft.references))
    reference = replace(desk.studio.state.draft.references[0], parent=family[0].id)
    asked = replace(family[1].request, references=(reference,))
    show(desk, panel, replace(family[1], request=asked))
    (button,) = panel.references.buttons()
    assert button.accessibleName() == "@image1 · bottle.png"
    assert button.icons() == ()
    assert button.image() is not None
    with qtbot.waitSignal(panel.generation_chosen) as chosen:
        button.click()
    assert chosen.args == [family[0]]


def test_what_a_reference_was_for_and_what_of_it_was_sent_is_said(desk, panel, family, qtbot):
    desk.studio.references.take_bytes(stock.drawn(1, Size(640, 480), 640, "PNG"), "bottle.png")
    qtbot.waitUntil(lambda: bool(desk.studio.state.draft.references))
    whole = desk.studio.state.draft.references[0]
    edit = ReferenceEdit(whole.sha256, whole.mime, Size(640, 480), Box(0, 0, 320, 240), turns=1)
    part = replace(whole, size=edit.result, edit=edit)
    prompt = "a fox. Use @image2 for the style."
    asked = replace(family[1].request, references=(whole, part), prompt=prompt)
    show(desk, panel, replace(family[1], request=asked))
    first, second = panel.references.buttons()
    assert first.icons() == ()
    assert first.accessibleDescription() == "640 × 480"
    assert second.icons() == ("palette", "crop")
    words = "Style · 240 × 320, part of 640 × 480 · turned 90°"
    assert second.accessibleDescription() == words
    assert words in second.toolTip()
    panel.grab()


def test_stars_and_heart_are_written_and_come_back(desk, panel, family):
    show(desk, panel, family[0])
    panel.marks.stars.setFocus()
    QTest.keyClick(panel.marks.stars, Qt.Key.Key_3)
    panel.marks.heart.click()
    stock.settle(desk)
    stock.settle(desk)
    kept = desk.studio.library.gallery.get(family[0].id)
    assert (kept.rating, kept.favourite) == (3, True)
    assert panel.generation == kept


def test_marks_set_elsewhere_are_followed(desk, panel, family):
    show(desk, panel, family[0])
    desk.studio.library.marks.change([family[0].id], MarkChange(rating=5))
    stock.settle(desk)
    stock.settle(desk)
    assert panel.marks.stars.rating() == 5


def test_words_set_elsewhere_are_followed(desk, panel, family):
    show(desk, panel, family[0])
    change = MarkChange(
        tags_added=("sky",), note="ask Ana", collections_added=("covers",), project="Solstice"
    )
    desk.studio.library.marks.change([family[0].id], change)
    stock.settle(desk)
    stock.settle(desk)
    marks = panel.more_marks
    assert [chip.accessibleName() for chip in marks.words.findChildren(WordChip)] == [
        "Solstice", "sky", "covers",
    ]  # fmt: skip
    assert marks.note.text() == "ask Ana"


def test_a_removed_picture_leaves_the_inspector_empty(desk, panel, family):
    show(desk, panel, family[0])
    desk.studio.library.changed.emit(LibraryChange(removed=(family[0].id,)))
    assert panel.generation is None


def test_again_orders_the_same_settings_with_a_new_seed(desk, panel, family):
    card = desk.studio.state.card
    asked = replace(family[0].request, provider=card.provider, model=card.model)
    show(desk, panel, replace(family[0], request=asked))
    panel.buttons.again.click()
    ((order, _),) = desk.engine.orders
    assert order.requests[0].prompt == asked.prompt
    assert order.requests[0].seed != family[0].seed


def test_edit_takes_the_picture_as_a_reference(desk, panel, family, qtbot):
    show(desk, panel, family[0])
    panel.buttons.edit.click()
    qtbot.waitUntil(lambda: bool(desk.studio.state.draft.references))
    assert desk.studio.state.draft.references[0].parent == family[0].id


def test_edit_is_off_with_a_reason_where_the_model_takes_no_references(desk, panel, family):
    desk.studio._set(card=replace(desk.studio.state.card, references=0))
    assert not panel.buttons.edit.isEnabled()
    assert "takes no references" in panel.buttons.edit.toolTip()


@pytest.mark.parametrize(
    ("what", "text"),
    [(Recall.PROMPT, "Prompt\tP"), (Recall.SIZE, "Size\tD"), (Recall.SEED, "Seed\tS")],
)
def test_recall_brings_a_part_of_the_settings_back(desk, panel, family, what, text):
    show(desk, panel, family[1])
    entry = next(a for a in panel.buttons.recall.menu().actions() if a.text() == text)
    entry.trigger()
    draft = desk.studio.state.draft
    assert (draft.prompt == family[1].request.prompt) is (what is Recall.PROMPT)
    assert (draft.size == family[1].request.size) is (what is Recall.SIZE)
    assert (draft.seed_mode is SeedMode.FIXED) is (what is Recall.SEED)


def test_there_is_no_seed_to_recall_where_none_is_known(desk, panel, family):
    show(desk, panel, replace(family[1], seed=None))
    entry = next(a for a in panel.buttons.recall.menu().actions() if "Seed" in a.text())
    assert not entry.isEnabled()


def test_prompt_and_task_are_copied_whole(desk, panel, family):
    show(desk, panel, replace(family[1], task="t" * 90))
    panel.marks.copy_prompt.click()
    assert QGuiApplication.clipboard().text() == family[1].request.prompt
    panel.task.copy.click()
    assert QGuiApplication.clipboard().text() == "t" * 90


def test_the_file_is_copied_as_a_file_manager_would(desk, panel, family):
    show(desk, panel, family[1])
    panel.marks.copy_file.click()
    stock.settle(desk)
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    assert url.toLocalFile() == str(desk.studio.library.file(family[1]))


def test_reveal_opens_the_folder_and_says_when_it_cannot(desk, panel, family, monkeypatch):
    asked = Mock(side_effect=[True, False])
    monkeypatch.setattr("flux_studio.ui.wall.out_deeds.reveal", asked)
    monkeypatch.setattr("flux_studio.ui.wall.out_deeds.select_in_manager", lambda file: False)
    show(desk, panel, family[1])
    entry = more_entries(panel)["Show in the file manager"]
    entry.trigger()
    stock.settle(desk)
    asked.assert_called_once_with(desk.studio.library.file(family[1]))
    assert not desk.studio.state.notice
    entry.trigger()
    stock.settle(desk)
    assert "could be opened" in desk.studio.state.notice.text


def more_entries(panel):
    panel.buttons.more.menu().aboutToShow.emit()
    return {action.text(): action for action in panel.buttons.more.menu().actions()}


def test_the_ways_out_are_found_beside_the_buttons(desk, panel, family):
    show(desk, panel, family[1])
    wanted = ["Lineage", "", "Copy file", "Copy the picture itself", "Show in the file manager",
              "Open with"]  # fmt: skip
    assert list(more_entries(panel)) == wanted
    assert list(more_entries(panel)) == wanted, "made anew and not twice"
    stock.settle(desk)


def test_letters_work_in_the_inspector_as_on_the_wall(desk, panel, family):
    show(desk, panel, family[1])
    QTest.keyClick(panel.buttons.again, Qt.Key.Key_P)
    assert desk.studio.state.draft.prompt == family[1].request.prompt


def test_the_buttons_stay_in_view_in_a_low_window(desk, panel, family):
    show(desk, panel, family[1])
    panel.resize(300, 400)
    stock.settle(desk)
    foot = panel.buttons.mapTo(panel, panel.buttons.rect().bottomLeft())
    assert foot.y() <= panel.height()
    panel.resize(300, 1000)
    stock.settle(desk)
    assert panel._scroll.height() == panel._scroll.maximumHeight()


def test_every_control_has_a_name_and_a_tooltip(desk, panel, family):
    show(desk, panel, family[1])
    controls = (
        *(panel.marks.stars, panel.marks.heart, panel.marks.copy_prompt, panel.marks.copy_file),
        *(panel.buttons.edit, panel.buttons.again, panel.buttons.ways, panel.buttons.compare),
        *(panel.buttons.finish, panel.buttons.recall, panel.buttons.more),
        *(panel.task.copy, *panel.lineage.buttons()),
    )
    for control in controls:
        assert control.accessibleName(), control
        assert control.toolTip(), control


@pytest.mark.parametrize("width", [240, 300, 420])
def test_the_whole_prompt_is_in_view_at_each_width(desk, panel, family, width):
    show(desk, panel, family[0])
    panel.resize(width, 1200)
    stock.settle(desk)
    assert panel.prompt.height() == panel.prompt.heightForWidth(panel.prompt.width())
    assert panel.prompt.verticalScrollBar().maximum() == 0
    assert panel._content.height() == panel._scroll.height()


def test_a_very_long_prompt_scrolls(desk, panel, family):
    asked = replace(family[0].request, prompt="a fox in snow " * 90)
    show(desk, panel, replace(family[0], request=asked))
    assert panel.prompt.height() < 200
    assert panel.prompt.verticalScrollBar().maximum() > 0


def test_what_orders_something_says_its_price(desk, panel, family):
    card = desk.ground.card("runflow", "flux-2-pro")
    asked = replace(family[0].request, provider=card.provider, model=card.model)
    show(desk, panel, replace(family[0], request=asked))
    price = dollars(card.estimate(asked.size).total)
    assert panel.buttons.again.text() == f"Again · {price}"
    ways = {action.text().split("\t")[0]: action for action in panel.buttons._ways.values()}
    exactly = ways[f"Exactly, with the same seed · {price}"]
    assert exactly.text().endswith("\tCtrl+D")
    exactly.trigger()
    stock.settle(desk)
    assert desk.engine.orders[0][0].requests[0].seed == family[0].seed


def test_again_is_off_where_the_model_is_gone(desk, panel, family):
    gone = replace(family[0].request, model="no-more")
    show(desk, panel, replace(family[0], request=gone))
    assert not panel.buttons.again.isEnabled()


def test_an_edit_is_compared_with_its_source(desk, panel, family, qtbot):
    show(desk, panel, family[0])
    assert not panel.buttons.compare.isEnabled()
    show(desk, panel, family[1])
    with qtbot.waitSignal(panel.compare_requested) as told:
        panel.buttons.compare.click()
    assert [g.id for g in told.args[0]] == [family[0].id, family[1].id]
    with qtbot.waitSignal(panel.lineage_requested):
        QTest.keyClick(panel, Qt.Key.Key_Y)
