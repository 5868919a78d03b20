"""Completion, the pointer and the walk in the prompt box."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog

from flux_studio.core.draft import check
from flux_studio.core.job import Planned
from flux_studio.core.prompt.template import WordLists
from flux_studio.core.request import Origin
from flux_studio.session.composing import no_seed
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.storage.templates import PromptTemplate
from flux_studio.ui.composer.prompt_triggers import Begun, trigger_in
from tests.ui.composer.conftest import give, picture, reference


@pytest.fixture
def box(panel):
    panel.prompt.box.setFocus()
    return panel.prompt.box


def offered(panel) -> list[str]:
    return [row.title for row in panel.prompt.offers.completion.rows()]


@pytest.mark.parametrize(
    ("before", "begun", "start", "typed"),
    [
        ("put @", Begun.NAME, 4, ""),
        ("put @im", Begun.NAME, 4, "im"),
        ("sky #", Begun.COLOR, 4, ""),
        ("#e0", Begun.COLOR, 0, "e0"),
        ("a {@me", Begun.LIST, 2, "me"),
        ("a __me", Begun.LIST, 2, "me"),
        ("a /pro", Begun.TEMPLATE, 2, "pro"),
        ("/", Begun.TEMPLATE, 0, ""),
    ],
)
def test_what_is_begun_at_the_caret(before, begun, start, typed):
    assert trigger_in(before) == (begun, start, typed)


@pytest.mark.parametrize(
    "before", ["and/or", "a@b", "x#12", "// @", "a / b /c d? ", "plain", "&#3"]
)
def test_what_only_looks_like_it_begins_nothing(before):
    assert trigger_in(before) is None


def test_names_of_references_are_offered_and_written(panel, desk, box):
    give(desk, reference(1), reference(2))
    QTest.keyClicks(box, "the bottle of @")
    assert offered(panel) == ["@image1", "@image2"]
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.studio.state.draft.prompt == "the bottle of @image2 "
    assert offered(panel) == []
    desk.studio.undo.undo()
    assert box.prompt() == "the bottle of @"


def test_escape_leaves_the_text_and_stays_quiet(panel, desk, box):
    give(desk, reference(1))
    QTest.keyClicks(box, "a @")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    QTest.keyClicks(box, "im")
    assert offered(panel) == []
    assert box.prompt() == "a @im"
    QTest.keyClicks(box, " @")
    assert offered(panel) == []  # the line goes on like the one that was left alone
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClicks(box, "@")
    assert offered(panel) == ["@image1"]


def test_lists_are_offered_in_braces(panel, studio, box):
    studio.learn(lists=WordLists({"metals": ("gold", "tin"), "moods": ("calm",)}))
    QTest.keyClicks(box, "a {@me")
    assert offered(panel) == ["metals"]
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert studio.state.draft.prompt == "a {@metals}"
    assert studio.state.check.estimate.count == 2


def test_a_style_that_is_taken_leaves_no_slash(panel, studio, box):
    stone = PromptTemplate("On stone", "{prompt}, on stone", "Product")
    fox = PromptTemplate("Fox", "a {red|white} fox", "Animals")
    studio.prompts.templates = (stone, fox)
    QTest.keyClicks(box, "a cup /prod")
    assert offered(panel) == ["On stone"]
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert studio.state.draft.prompt == "a cup "
    assert studio.state.draft.style == stone.style
    QTest.keyClicks(box, "/fox")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert studio.state.draft.prompt == "a cup a {red|white} fox"


def open_shelf(desk, qtbot):
    paths = desk.ground.paths
    shelf = PromptShelf(
        lambda: desk.workshop, desk.engine.run_on_loop, paths.lists, paths.templates
    )
    with qtbot.waitSignal(desk.studio.prompts.history_changed):
        desk.studio.prompts.open(shelf)


def send(desk, qtbot, prompt, number=1):
    desk.studio.set_prompt("a fox")
    order = check(desk.studio.state.draft, desk.studio.state.card, no_seed).order
    at = datetime.now(UTC)
    event = Planned(
        f"j{number}", at, order.requests[0], Decimal(0), f"o{number}", Origin("", prompt)
    )
    desk.workshop.journal.record(event)
    with qtbot.waitSignal(desk.studio.prompts.history_changed):
        desk.engine.happened.emit(event)
    desk.studio.set_prompt("")


def test_colours_of_references_and_of_latest_prompts_are_offered(panel, desk, box, qtbot):
    open_shelf(desk, qtbot)
    send(desk, qtbot, "a sky in #C2536B")
    with qtbot.waitSignal(desk.studio.prompts.colors_changed):
        desk.studio.references.take_bytes(picture((0, 0, 200)), "blue.png")
    QTest.keyClicks(box, "in #")
    rows = panel.prompt.offers.completion.rows()
    assert [row.note for row in rows] == ["from @image1", "recent", ""]
    assert rows[1].color == "#C2536B"
    QTest.keyClicks(box, "c2")
    assert offered(panel) == ["#C2536B"]
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert desk.studio.state.draft.prompt == "in #C2536B"


def test_alt_up_and_down_walk_and_never_lose_the_draft(panel, desk, box, qtbot):
    open_shelf(desk, qtbot)
    send(desk, qtbot, "a {red|blue} chair", 1)
    send(desk, qtbot, "an owl", 2)
    QTest.keyClicks(box, "a")
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(box, Qt.Key.Key_Up, alt)
    assert desk.studio.state.draft.prompt == "an owl"
    QTest.keyClick(box, Qt.Key.Key_Up, alt)
    assert box.prompt() == "a {red|blue} chair"
    assert box.textCursor().atEnd()
    QTest.keyClick(box, Qt.Key.Key_Down, alt)
    QTest.keyClick(box, Qt.Key.Key_Down, alt)
    assert desk.studio.state.draft.prompt == "a"


def middle_of(box, text: str) -> QPoint:
    """The middle of a stretch of the text, px in the viewport."""
    start = QTextCursor(box.document())
    start.setPosition(box.prompt().index(text))
    end = QTextCursor(box.document())
    end.setPosition(box.prompt().index(text) + len(text))
    left, right = box.cursorRect(start), box.cursorRect(end)
    return QPoint((left.left() + right.left()) // 2, left.center().y())


def press(box, at: QPoint) -> None:
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(at)
    event = QMouseEvent(QEvent.Type.MouseButtonPress, place, place, button, button, none)
    QApplication.sendEvent(box.viewport(), event)


def test_a_click_on_the_bar_of_a_colour_changes_it(panel, studio, box, qtbot):
    studio.set_prompt("a sky in #C2536B at dusk")
    at = middle_of(box, "#C2536B")
    press(box, at - QPoint(0, 6))  # on the letters: only the caret moves
    assert not panel.window().findChildren(QColorDialog)
    height = box.fontMetrics().height()
    press(box, QPoint(at.x(), at.y() + height // 2 - 2))
    (dialog,) = panel.window().findChildren(QColorDialog)
    assert dialog.currentColor().name().upper() == "#C2536B"
    dialog.colorSelected.emit("#1020F0")
    assert studio.state.draft.prompt == "a sky in #1020F0 at dusk"
    dialog.close()


def test_the_colour_at_the_caret_is_changed_by_keyboard(panel, studio, box):
    studio.set_prompt("🦊 in #fa0")
    box.moveCursor(QTextCursor.MoveOperation.End)
    panel.prompt.offers.pointer.change_color_at_caret()
    (dialog,) = panel.window().findChildren(QColorDialog)
    dialog.colorSelected.emit("#00FF00")
    assert studio.state.draft.prompt == "🦊 in #00FF00"
    dialog.close()


def test_resting_on_a_name_shows_its_picture(panel, desk, box, qtbot):
    offers = panel.prompt.offers
    desk.studio.references.take_bytes(picture(), "one.png")
    qtbot.waitUntil(lambda: offers.picture_of(1) is not None)
    desk.studio.set_prompt("the cup of @image1")
    at = middle_of(box, "@image1")
    tip = QHelpEvent(QEvent.Type.ToolTip, at, box.viewport().mapToGlobal(at))
    QApplication.sendEvent(box.viewport(), tip)
    shown = offers.pointer._shown
    assert shown.isVisible()
    assert not shown.pixmap().isNull()
    QApplication.sendEvent(box.viewport(), QEvent(QEvent.Type.Leave))
    assert not shown.isVisible()


def test_the_caret_stays_when_names_are_renumbered(panel, desk, box):
    give(desk, reference(1), reference(2))
    desk.studio.set_prompt("@image1 beside @image2, at dusk")
    box.moveCursor(QTextCursor.MoveOperation.End)
    desk.studio.move_reference(0, 1)
    assert box.prompt() == "@image2 beside @image1, at dusk"
    assert box.textCursor().atEnd()
    desk.studio.undo.undo()
    assert desk.studio.state.draft.prompt == "@image1 beside @image2, at dusk"
