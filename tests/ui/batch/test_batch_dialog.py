"""The batch window: what it shows, and what a person does in it with mouse and keys."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from shiboken6 import isValid

from flux_studio.core.batch.rows import Row
from flux_studio.core.batch.run import Told
from flux_studio.core.budget import Limits
from flux_studio.core.job import JobState
from flux_studio.core.size import Size
from flux_studio.session.batch_results import SheetPicture, SheetPlan
from flux_studio.session.state import Preferences
from flux_studio.ui.batch.contact_sheet import CELL, SheetLayout, paint_sheet, png_of
from flux_studio.ui.batch.dialog import BatchDialog
from flux_studio.ui.shortcuts import BATCH, SHORTCUTS
from tests.ui.panels import a_desk
from tests.ui.wall import stock

FOX, DOG = Row({"prompt": "a fox"}), Row({"prompt": "a dog"})
DISPLAY = Qt.ItemDataRole.DisplayRole


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        made.studio.choose_model("runflow", "flux-2-pro")
        made.studio.set_size(Size(1024, 1024))
        made.studio.set_prompt("a {red|blue} bowl")
        yield made


@pytest.fixture
def open_batch(desk, qtbot):
    with ExitStack() as stack:

        def opened(*rows: Row) -> BatchDialog:
            desk.studio.batch.put(rows)
            made = BatchDialog(desk.studio)
            made.show()
            made.activateWindow()
            stack.callback(_end, made)
            qtbot.waitUntil(lambda: desk.studio.batch.is_checked)
            stock.settle(desk)
            return made

        yield opened


def _end(dialog: BatchDialog) -> None:
    if isValid(dialog):
        dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def words(dialog: BatchDialog, row: int, column: str) -> str:
    rows = dialog.table.rows
    return str(rows.index(row, rows.place(column)).data(DISPLAY) or "")


def prompts(desk) -> list[str]:
    return [row.cell("prompt") for row in desk.studio.batch.rows]


def test_a_table_shows_the_form_where_cells_are_empty(open_batch):
    dialog = open_batch(FOX, Row({"prompt": "a dog", "size": "640x480"}))
    assert words(dialog, 0, "prompt") == "a fox"
    assert words(dialog, 0, "model") == "FLUX.2 pro · Runflow"
    assert words(dialog, 0, "seed") == "random"
    assert (words(dialog, 0, "size"), words(dialog, 1, "size")) == ("1024x1024", "640x480")
    assert words(dialog, 0, "price") == "$0.030"
    assert (dialog.send_button.label(), dialog.send_button.price()) == ("Send 2", "$0.060")
    assert dialog.send_button.reason() == ""


def test_rows_are_pasted_with_the_keyboard(desk, open_batch):
    dialog = open_batch(FOX)
    QGuiApplication.clipboard().setText("prompt\tseed\na cat\t7\na cow\t8\n")
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert prompts(desk) == ["a cat", "a cow"]
    QTest.keyClick(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert prompts(desk) == ["a fox"]


def test_what_is_copied_is_what_is_pasted(desk, open_batch):
    dialog = open_batch(FOX, Row({"prompt": 'says "HI"\nloudly', "seed": "3"}))
    dialog.table.select_rows(0, 1)
    QTest.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = desk.studio.batch.rows
    desk.studio.batch.put([Row()])
    dialog.table.point_at(0)
    dialog.deeds.paste()
    assert desk.studio.batch.rows == rows


def test_a_wrong_cell_is_marked_and_put_right(desk, open_batch, qtbot):
    dialog = open_batch(FOX, Row({"prompt": "a dog", "size": "9999x100"}))
    assert "Row 2" in dialog.send_button.reason()
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.engine.orders == []
    index = dialog.table.currentIndex()
    assert (index.row(), dialog.table.rows.column(index)) == (1, "size")
    assert not dialog.problem.isHidden()
    assert "Size" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: dialog.send_button.reason() == "")


def test_all_offers_are_taken_at_once(desk, open_batch, qtbot):
    dialog = open_batch(
        Row({"prompt": "a dog", "size": "9999x100"}), Row({"prompt": "a fox", "count": "99"})
    )
    assert dialog.fix_all.isVisible()
    dialog.fix_all.click()
    qtbot.waitUntil(lambda: dialog.send_button.reason() == "")
    assert not dialog.fix_all.isVisible()
    dialog.deeds._desk.undo()
    assert desk.studio.batch.rows[1].cell("count") == "99"


def test_cells_are_edited_in_place_and_models_completed(desk, open_batch, qtbot):
    dialog = open_batch(FOX)
    table = dialog.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    box = QApplication.focusWidget()
    assert isinstance(box, QPlainTextEdit)
    QTest.keyClicks(box, "a wolf")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box, "at night")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert prompts(desk) == ["a wolf\nat night"]
    table.point_at(0, "model")
    QTest.keyClick(table, Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.completer() is not None
    QTest.keyClicks(line, "runapi/flux-2-pro")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: words(dialog, 0, "price") == "$0.050")


def test_rows_are_added_doubled_filled_and_removed_by_keys(desk, open_batch):
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    dialog = open_batch(Row({"prompt": "a fox", "seed": "7"}), DOG)
    table = dialog.table
    table.setFocus()
    table.point_at(0, "seed")
    QTest.keyClick(table, Qt.Key.Key_D, control)
    assert [row.cell("seed") for row in desk.studio.batch.rows] == ["7", "7"]
    QTest.keyClick(table, Qt.Key.Key_D, control | shift)
    assert prompts(desk) == ["a fox", "a fox", "a dog"]
    QTest.keyClick(table, Qt.Key.Key_Delete, control)
    assert prompts(desk) == ["a fox", "a dog"]
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert desk.studio.batch.rows[0].cell("seed") == ""
    QTest.keyClick(table, Qt.Key.Key_N, control)
    box = QApplication.focusWidget()
    assert isinstance(box, QPlainTextEdit)
    QTest.keyClicks(box, "a cat")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert prompts(desk) == ["a fox", "a cat", "a dog"]


def test_a_grid_of_the_prompts_variable_and_a_seed(desk, open_batch, qtbot):
    dialog = open_batch()
    assert dialog.empty.isVisible()
    dialog.grid_button.click()
    assert dialog.grid.down.values.text() == "red, blue"
    assert dialog.grid.across.parameter.currentData() == "seed"
    dialog.grid.across.values.setText("1-3")
    assert dialog.grid.make.text() == "Make 2 × 3 rows"
    dialog.grid.make.click()
    qtbot.waitUntil(lambda: dialog.send_button.label() == "Send 6")
    assert dialog.grid.isHidden()
    assert desk.studio.batch.rows[5].axes[1] == ("Seed", "3")


def test_a_grid_over_one_parameter_twice_is_not_made(open_batch):
    dialog = open_batch()
    dialog.grid_button.click()
    across = dialog.grid.across.parameter
    across.setCurrentIndex(dialog.grid.down.parameter.currentIndex())
    assert not dialog.grid.make.isEnabled()
    assert "different" in dialog.grid.note.text()
    assert dialog.grid.rows() == ()


def test_one_prompt_on_several_models(desk, open_batch, qtbot):
    dialog = open_batch()
    dialog.models_button.click()
    for card in (("runapi", "flux-2-pro"), ("bfl", "flux-2-pro")):
        dialog.models.check(card)
    assert dialog.models.make.text() == "Make 3 rows"
    dialog.models.make.click()
    qtbot.waitUntil(lambda: desk.studio.batch.is_checked)
    cards = {desk.studio.batch.check(row).card.id for row in desk.studio.batch.rows}
    assert cards == {("runflow", "flux-2-pro"), ("runapi", "flux-2-pro"), ("bfl", "flux-2-pro")}


def test_above_the_sum_the_keyboard_is_on_the_question(desk, open_batch, qtbot):
    budget = Limits(confirm_above=Decimal("0.01"))
    desk.studio.set_preferences(Preferences(budget=budget))
    dialog = open_batch(FOX, DOG)
    dialog.send()
    assert desk.engine.orders == []
    assert dialog.question.isVisible()
    assert dialog.question.words.text() == "Send 2 for $0.060?"
    QTest.keyClick(dialog.question.all, Qt.Key.Key_Escape)
    assert not dialog.question.isVisible()
    assert dialog.isVisible()
    dialog.send()
    QTest.keyClick(dialog.question.all, Qt.Key.Key_Return)
    assert len(desk.engine.orders) == 2
    qtbot.waitUntil(lambda: dialog.send_button.label() == "Send 2 again")


def states(dialog: BatchDialog) -> list[str]:
    return [words(dialog, row, "state") for row in (0, 1)]


def test_rows_show_how_far_they_are(desk, open_batch, qtbot):
    dialog = open_batch(FOX, DOG)
    assert not dialog.export_button.isVisible()
    dialog.send()
    qtbot.waitUntil(lambda: states(dialog) == ["waits", "waits"])
    following = desk.studio.batch.following
    first, second = following.run.jobs
    following.progress.hear(first, Told(JobState.SAVED))
    following.progress.hear(second, Told(JobState.REFUSED, "It was <b>refused</b>."))
    following.changed.emit()
    qtbot.waitUntil(lambda: states(dialog) == ["saved", "It was <b>refused</b>."])
    qtbot.waitUntil(dialog.export_button.isVisible)
    assert not dialog.sheet_button.isVisible()
    desk.studio.batch.edit(0, "seed", "9")
    assert words(dialog, 0, "state") == ""


def test_only_the_rows_that_are_further_are_painted_again(desk, open_batch, qtbot):
    dialog, told = open_batch(FOX, DOG), []
    dialog.send()
    qtbot.waitUntil(lambda: states(dialog) == ["waits", "waits"])
    rows, following = dialog.table.rows, desk.studio.batch.following
    rows.dataChanged.connect(lambda first, last, _: told.append((first.row(), last.row())))
    for state in (JobState.SENDING, JobState.SAVED):
        following.progress.hear(following.run.jobs[1], Told(state))
        following.changed.emit()
    qtbot.waitUntil(lambda: states(dialog) == ["waits", "saved"])
    assert told == [(1, 1)]


def test_a_closed_window_leaves_no_table_behind_that_still_listens(desk, open_batch):
    dialog = open_batch(FOX, DOG)
    rows = dialog.table.rows
    _end(dialog)
    assert not isValid(rows)


def test_a_file_is_opened_and_a_bad_one_is_told(desk, open_batch, qtbot, tmp_path):
    dialog = open_batch(FOX)
    good, bad = tmp_path / "rows.csv", tmp_path / "bad.csv"
    good.write_text("prompt,client\na cat,Acme\n")
    bad.write_bytes(b"\xff\xfe\x00")
    dialog.deeds.take_file(good)
    qtbot.waitUntil(lambda: prompts(desk) == ["a cat"])
    assert "client" in desk.studio.state.notice.values[0][1]
    dialog.deeds.take_file(bad)
    qtbot.waitUntil(lambda: "cannot be read" in desk.studio.state.notice.text)
    assert prompts(desk) == ["a cat"]


def test_every_button_has_a_name_and_a_tip_and_every_key_its_row(open_batch):
    dialog = open_batch(FOX)
    for button in dialog.findChildren(type(dialog.close_button)):
        if not button.isVisible():
            continue
        assert button.accessibleName(), button
        assert button.toolTip(), button.accessibleName()
    assert {row.id for row in SHORTCUTS if row.where == BATCH} >= {"batch_send", "batch_fill"}


def test_a_sheet_has_its_pictures_in_their_places(qapp):
    made = [stock.generation(number, datetime.now(UTC)) for number in range(2)]
    sizes = [made[0].size, made[1].size]
    jpegs = [stock.drawn(number, size, 512, "JPEG") for number, size in enumerate(sizes)]
    pictures = (SheetPicture(0, 0, jpegs[0], made[0]), SheetPicture(0, 1, jpegs[1], made[1]),
                SheetPicture(1, 0), SheetPicture(1, 1, b"no picture", made[1]))  # fmt: skip
    plan = SheetPlan("a fox", ("Model", "Seed"), ("a", "b" * 300), ("1", "2"), pictures)
    layout = SheetLayout(plan)

    with Image.open(io.BytesIO(paint_sheet(plan))) as sheet:
        assert sheet.size == (layout.width, layout.height)
        x, y, side, high = layout.place(1, 0)
        assert side == CELL
        assert sheet.getpixel((x + side // 2, y + high // 2)) == (0xEE, 0xEE, 0xEE)
        x, y, side, high = layout.place(0, 0)
        assert sheet.getpixel((x + side // 2, y + 20)) not in ((0xEE, 0xEE, 0xEE), (255, 255, 255))
        assert sheet.getpixel((x - 4, y + 20)) == (255, 255, 255)


def test_a_sheet_of_many_stays_within_its_pixels(qapp):
    down = tuple(str(number) for number in range(16))
    plan = SheetPlan("a fox", ("Seed", "Steps"), down, down, ())
    layout = SheetLayout(plan)
    assert layout.width * layout.height < 20_000_000


def test_a_packed_picture_has_its_very_pixels():
    made = Image.effect_noise((93, 77), 80).convert("RGB")
    with Image.open(io.BytesIO(png_of(made))) as read:
        assert read.format == "PNG"
        assert read.tobytes() == made.tobytes()
