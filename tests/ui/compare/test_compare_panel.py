"""What compare shows of two to six pictures, and what keys and hand ask for."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from flux_studio.core.size import Size
from flux_studio.session.library_desk import LibraryChange
from flux_studio.ui.compare import ComparePanel
from flux_studio.ui.compare import panel as panel_module
from flux_studio.ui.compare.canvas import CompareMode
from flux_studio.ui.compare.differences import Change
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.viewer.picture_loader import Sharpness
from tests.ui.viewer.kept import Kept

Key = Qt.Key
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
RED, BLUE = (200, 0, 0), (0, 0, 180)


def press(qtbot, panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(panel.canvas, key, modifier)


def plain(desk, picture, colour, size=(400, 400)):
    """The same picture with a file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    desk.studio.library.file(picture).write_bytes(file.getvalue())
    return replace(picture, size=Size(*size))


def show(qtbot, panel, pictures):
    panel.show_pictures(pictures)
    qtbot.waitUntil(
        lambda: all(
            panel.pixels.sharpness.get(n, -1) >= Sharpness.PREVIEW
            for n in range(len(panel.pictures))
        )
    )
    qtbot.waitUntil(panel.sheet.is_filled)
    panel.canvas._is_rough = False


def colour(panel, x, y=0.3):
    """The colour that is seen at shares of the canvas."""
    shot = panel.canvas.grab().toImage()
    seen = shot.pixelColor(round(x * shot.width()), round(y * shot.height()))
    return seen.red(), seen.green(), seen.blue()


@pytest.fixture
def pair(desk, pictures):
    one, other = plain(desk, pictures[0], RED), plain(desk, pictures[1], BLUE)
    words = one.request.prompt.replace("last light", "first light")
    return [one, replace(other, request=replace(other.request, prompt=words))]


def test_two_pictures_lie_over_each_other_with_a_line(qtbot, panel, pair):
    show(qtbot, panel, pair)
    assert panel.bar.modes.key() == "wipe"
    assert (colour(panel, 0.4), colour(panel, 0.6)) == (RED, BLUE)
    qtbot.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 100))
    qtbot.mouseMove(panel.canvas, QPoint(280, 100))
    qtbot.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(280, 100))
    assert panel.canvas.split == pytest.approx(280 / panel.canvas.width(), abs=0.01)
    assert colour(panel, 0.4) == BLUE


def test_arrows_move_the_line(qtbot, panel, pair):
    show(qtbot, panel, pair)
    for _ in range(5):
        press(qtbot, panel, Key.Key_Right)
    assert panel.canvas.split == pytest.approx(0.6)


def test_space_flips_in_place(qtbot, panel, pair):
    show(qtbot, panel, pair)
    press(qtbot, panel, Key.Key_Space)
    assert panel.bar.modes.key() == "flip"
    assert (colour(panel, 0.4), panel.active.id) == (RED, pair[0].id)
    press(qtbot, panel, Key.Key_Space)
    assert (colour(panel, 0.4), panel.active.id) == (BLUE, pair[1].id)


def test_v_goes_round_the_ways_of_comparing(qtbot, panel, pair):
    show(qtbot, panel, pair)
    seen = []
    for _ in range(4):
        press(qtbot, panel, Key.Key_V)
        seen.append(panel.bar.modes.key())
    assert seen == ["side", "flip", "difference", "wipe"]


def test_difference_is_black_where_they_are_alike(qtbot, panel, desk, pictures):
    alike = [plain(desk, pictures[0], RED), plain(desk, pictures[1], RED)]
    show(qtbot, panel, alike)
    panel.show_mode(CompareMode.DIFFERENCE)
    qtbot.waitUntil(lambda: bool(panel.canvas._apart))
    assert colour(panel, 0.5, 0.5) == (0, 0, 0)
    other = [alike[0], plain(desk, pictures[2], (210, 0, 60))]
    show(qtbot, panel, other)
    panel.show_mode(CompareMode.DIFFERENCE)
    qtbot.waitUntil(lambda: bool(panel.canvas._apart))
    qtbot.waitUntil(lambda: colour(panel, 0.5, 0.5) == (40, 0, 240))


def test_c_changes_sides_and_prompts_are_compared_the_other_way(qtbot, panel, pair):
    show(qtbot, panel, pair)
    assert [p.change for p in panel.sheet.prompts[0].pieces()] == [Change.SAME]
    press(qtbot, panel, Key.Key_C)
    assert (colour(panel, 0.4), colour(panel, 0.6)) == (BLUE, RED)
    qtbot.waitUntil(lambda: any(p.change is Change.GONE for p in panel.sheet.prompts[0].pieces()))
    assert [p.change for p in panel.sheet.prompts[1].pieces()] == [Change.SAME]


def test_six_pictures_side_by_side_move_together(qtbot, panel, pictures):
    show(qtbot, panel, [*pictures, pictures[0]])
    assert panel.bar.modes.key() == "side"
    assert len(panel.pictures) == 6
    before = panel.canvas.pose
    press(qtbot, panel, Key.Key_Z)
    assert panel.canvas.pose.scale == 1.0
    assert panel.canvas.pose.room == before.room
    rects = panel.canvas.tile_rects()
    qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=rects[4].center())
    assert panel.active.id == pictures[4].id


def test_pictures_of_other_sizes_lie_on_each_other(qtbot, panel, desk, pictures):
    pair = [plain(desk, pictures[0], RED, (300, 300)), plain(desk, pictures[1], BLUE, (600, 600))]
    show(qtbot, panel, pair)
    width = panel.canvas.width()
    edge = panel.canvas.pose.left / width
    assert edge > 0.02
    assert colour(panel, edge + 0.02) == RED
    assert colour(panel, 1 - edge - 0.02) == BLUE
    assert colour(panel, edge - 0.02) == colour(panel, 1 - edge + 0.02)


def test_zooming_in_reads_every_pixel_of_what_is_compared(qtbot, panel, desk, pictures):
    big = [plain(desk, p, RED, (1600, 1600)) for p in pictures[:2]]
    show(qtbot, panel, big)
    assert set(panel.pixels.sharpness.values()) == {Sharpness.PREVIEW}
    press(qtbot, panel, Key.Key_Z)
    qtbot.waitUntil(lambda: set(panel.pixels.sharpness.values()) == {Sharpness.FULL})
    assert panel.canvas.levels(1)[0].width() == 1600


def test_letters_act_on_the_picture_that_is_compared_and_looking_changes_no_form(
    qtbot, panel, desk, pictures
):
    before = desk.studio.state.draft
    show(qtbot, panel, pictures[:3])
    press(qtbot, panel, Key.Key_PageDown)
    assert panel.active.id == pictures[2].id
    assert desk.studio.state.draft == before
    press(qtbot, panel, Key.Key_P)
    assert desk.studio.state.draft.prompt == pictures[2].request.prompt
    press(qtbot, panel, Key.Key_4)
    qtbot.waitUntil(lambda: desk.workshop.gallery().marks(pictures[2].id).rating == 4)
    qtbot.waitUntil(lambda: panel.active.rating == 4)


def test_the_source_is_named(qtbot, panel, pictures):
    edit = replace(pictures[1], parent=pictures[0].id)
    show(qtbot, panel, [pictures[0], edit])
    words = [label.text() for label in panel.sheet.findChildren(QLabel)]
    assert "Picture 1 · source" in words
    assert dict(panel.sheet.rows)["Cost"]


def test_the_sheet_is_filled_over_turns_and_the_last_wish_wins(qtbot, panel, pictures, monkeypatch):
    monkeypatch.setattr("flux_studio.ui.steps.SLICE", 0.0)  # a label a turn
    show(qtbot, panel, pictures[:2])
    before = panel.sheet.prompts
    turns: list[bool] = []
    beat = QTimer(panel, interval=0)
    beat.timeout.connect(lambda: turns.append(panel.sheet.prompts is before))
    panel.show_pictures(pictures)
    panel.show_pictures(pictures[:3])
    beat.start()
    qtbot.waitUntil(panel.sheet.is_filled)
    beat.stop()
    assert turns.count(True) > 6, "the columns before stay until the new ones are whole"
    assert len(panel.sheet.prompts) == 3
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in range(50):
        QApplication.processEvents()
    assert len(panel.sheet.prompts) == 3


def test_the_words_of_a_comparison_do_not_stand_below_the_next_one(qtbot, panel, pictures):
    show(qtbot, panel, pictures[:2])
    high = panel.sheet.height()
    panel.forget()
    assert (panel.sheet.prompts, panel.sheet.rows) == ([], [])
    assert panel.sheet.height() == high, "nothing moves until there are others"
    show(qtbot, panel, pictures[:2])
    assert len(panel.sheet.prompts) == 2
    assert dict(panel.sheet.rows)["Cost"]


def test_a_missing_file_is_said_over_its_thumbnail(qtbot, panel, desk, pictures):
    desk.studio.library.file(pictures[1]).unlink()
    panel.show_pictures(pictures[:2])
    qtbot.waitUntil(lambda: "missing" in panel.bar.pair.text())
    qtbot.waitUntil(lambda: bool(panel.canvas.levels(1)))


def test_compare_behind_something_else_leads_nowhere(qtbot, panel, pair, desk):
    panel.show_pictures(pair)
    panel.hide()
    with qtbot.assertNotEmitted(panel.closed):
        desk.studio.library.changed.emit(LibraryChange(removed=(pair[1].id,)))


def test_compare_ends_when_fewer_than_two_are_left(qtbot, panel, pair, desk):
    show(qtbot, panel, pair)
    with qtbot.waitSignal(panel.closed):
        desk.studio.library.changed.emit(LibraryChange(removed=(pair[1].id,)))


def remove(desk, *pictures):
    desk.studio.library.changed.emit(LibraryChange(removed=tuple(p.id for p in pictures)))


def test_it_goes_on_with_those_that_are_left(qtbot, panel, pictures, desk):
    show(qtbot, panel, pictures[:4])
    panel.canvas.active_picked.emit(2)
    with qtbot.assertNotEmitted(panel.closed):
        remove(desk, pictures[2])
    assert panel.pictures == (pictures[0], pictures[1], pictures[3])
    assert panel.active == pictures[3], "the next one is chosen"
    assert len(panel.canvas.tile_rects()) == 3
    assert panel.canvas.accessibleName() == "Comparing 3 pictures"
    qtbot.waitUntil(lambda: len(panel.sheet.prompts) == 3)
    with qtbot.assertNotEmitted(panel.closed):
        remove(desk, pictures[0], pictures[5])
    assert (panel.pictures, panel.active) == ((pictures[1], pictures[3]), pictures[3])
    with qtbot.waitSignal(panel.closed):
        remove(desk, pictures[3])


def test_what_came_of_the_others_stays_when_one_goes(qtbot, panel, desk, pictures):
    three = [plain(desk, p, c) for p, c in zip(pictures, (RED, BLUE, (0, 90, 0)), strict=False)]
    show(qtbot, panel, three)
    panel.show_mode(CompareMode.WIPE)
    remove(desk, three[0])
    assert (colour(panel, 0.4), colour(panel, 0.6)) == (BLUE, (0, 90, 0))
    panel.show_mode(CompareMode.DIFFERENCE)
    remove(desk, three[0])
    qtbot.waitUntil(lambda: colour(panel, 0.5, 0.5) == (0, 255, 255))


def test_the_last_of_a_difference_gives_way_to_the_one_before(qtbot, panel, desk, pictures):
    show(qtbot, panel, pictures[:3])
    panel.canvas.active_picked.emit(2)
    panel.show_mode(CompareMode.DIFFERENCE)
    remove(desk, pictures[2])
    assert panel.active == pictures[1]


def test_a_key_deletes_the_chosen_of_several_and_comparing_goes_on(qtbot, panel, desk, pictures):
    show(qtbot, panel, pictures[:3])
    wanted = []
    desk.studio.library.bin.request = wanted.extend
    press(qtbot, panel, Key.Key_Delete)
    assert wanted == [pictures[1].id]


def test_flipping_after_small_tiles_is_sharp(qtbot, panel, desk, pictures):
    three = [plain(desk, p, RED, (1600, 1600)) for p in pictures[:3]]
    show(qtbot, panel, three)
    tile = panel.canvas.levels(0)[0].width()
    assert tile <= 400
    press(qtbot, panel, Key.Key_Space)
    qtbot.waitUntil(lambda: panel.canvas.levels(panel.canvas.active)[0].width() == 1600)


def test_a_wide_and_a_tall_picture_are_both_seen(qtbot, panel, desk, pictures):
    pair = [plain(desk, pictures[0], RED, (800, 60)), plain(desk, pictures[1], BLUE, (60, 800))]
    show(qtbot, panel, pair)
    panel.show_mode(CompareMode.FLIP)
    shown = [panel.canvas.shown_side(number) for number in (0, 1)]
    room = panel.canvas.device_room()
    assert shown == [pytest.approx(min(800, room[0]), abs=1), pytest.approx(room[1], abs=1)]
    panel.show_mode(CompareMode.DIFFERENCE)
    qtbot.waitUntil(lambda: bool(panel.canvas._apart))
    qtbot.waitUntil(lambda: colour(panel, 0.5, 0.1) == (0, 0, 255))  # only of the tall one
    assert colour(panel, 0.2, 0.5)[2] == 0
    assert colour(panel, 0.1, 0.1) == (0, 0, 0)


def test_another_room_makes_the_difference_anew(qtbot, panel, desk, pictures):
    pair = [plain(desk, pictures[0], RED, (800, 60)), plain(desk, pictures[1], BLUE, (60, 800))]
    show(qtbot, panel, pair)
    panel.show_mode(CompareMode.DIFFERENCE)
    qtbot.waitUntil(lambda: bool(panel.canvas._apart))
    before = panel.canvas._apart_frame
    panel.resize(500, 700)
    qtbot.waitUntil(lambda: panel.canvas._apart_frame == panel.canvas.pose.picture != before)


def test_two_fingers_zoom_about_the_point_between_them(qtbot, panel, pair):
    show(qtbot, panel, pair)
    at, pose = QPoint(300, 200), panel.canvas.pose
    where = QPointF(panel.canvas.mapToGlobal(at))
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        QPointF(at), QPointF(at), where, 1.0, QPointF(), 1,
    )  # fmt: skip
    QApplication.sendEvent(panel.canvas, event)
    assert panel.canvas.pose.scale == pytest.approx(pose.scale * 2)


def test_the_middle_button_moves_where_the_left_one_draws_the_line(qtbot, panel, pair):
    show(qtbot, panel, pair)
    for _ in range(6):
        press(qtbot, panel, Key.Key_Plus)
    split, x = panel.canvas.split, panel.canvas.pose.x
    middle, line = Qt.MouseButton.MiddleButton, QPoint(round(split * panel.canvas.width()), 100)
    qtbot.mousePress(panel.canvas, middle, pos=line)
    qtbot.mouseMove(panel.canvas, line + QPoint(60, 0))
    qtbot.mouseRelease(panel.canvas, middle, pos=line + QPoint(60, 0))
    assert panel.canvas.split == split
    assert panel.canvas.pose.x < x


def test_a_picture_is_carried_out(qtbot, panel, pictures, desk, monkeypatch):
    carried = []
    monkeypatch.setattr(
        panel_module, "drag_out", lambda _source, mime, _pixmap: carried.append(mime.urls())
    )
    show(qtbot, panel, pictures[:3])
    middle = panel.canvas.tile_rects()[2].center()
    qtbot.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(panel.canvas, middle + QPoint(40, 0))
    qtbot.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=middle)
    file = desk.studio.library.file(pictures[2])
    assert carried == [[QUrl.fromLocalFile(str(file))]]


def test_escape_and_the_sheet(qtbot, panel, pair):
    show(qtbot, panel, pair)
    press(qtbot, panel, Key.Key_I)
    assert not panel.sheet.isVisible()
    with qtbot.waitSignal(panel.closed):
        press(qtbot, panel, Key.Key_Escape)


def test_the_way_of_comparing_two_is_remembered(qapp, qtbot, desk, pair):
    memory = Kept()
    made = ComparePanel(desk.studio, ThemeSource(qapp, Theme.DARK), memory)
    made.resize(700, 600)
    made.show_pictures(pair)
    made.show_mode(CompareMode.DIFFERENCE)
    made.show_pictures(pair)
    assert made.bar.modes.key() == "difference"
    made.close_workers()
    made.deleteLater()


def test_what_was_compared_is_let_go(qtbot, panel, pair):
    show(qtbot, panel, pair)
    panel.forget()
    assert panel.canvas.levels(0) == ()
    assert panel.pixels.loader._kept == {}


def test_prompts_that_share_little_are_not_marked_word_by_word(qtbot, panel, pictures):
    show(qtbot, panel, pictures[:2])
    assert [p.change for p in panel.sheet.prompts[1].pieces()] == [Change.SAME]
    qtbot.waitUntil(lambda: panel.sheet._heads[1].text() == "Picture 2 · another prompt")


def test_below_a_very_long_prompt_the_settings_stay_near(qtbot, panel, pictures):
    words = " ".join(f"<b>word{n}</b>" for n in range(2_000))
    asked = replace(pictures[0].request, prompt=words)
    show(qtbot, panel, [replace(pictures[0], request=asked), pictures[1]])
    text = panel.sheet.prompts[0]
    qtbot.waitUntil(lambda: bool(text.toolTip()))
    assert text.heightForWidth(300) < 190
    assert "&lt;b&gt;word0" in text.toolTip()
    assert panel.sheet.prompts[1].toolTip() == ""


@pytest.mark.parametrize("width", [400, 560, 640, 900])
def test_the_bar_is_legible_at_every_width(qtbot, panel, pictures, width):
    panel.resize(width, 600)
    show(qtbot, panel, pictures[:2])
    bar = panel.bar
    assert bar.width() == width
    shown = bar.modes if width >= 600 else bar.choice
    other = bar.choice if shown is bar.modes else bar.modes
    assert (shown.isVisible(), other.isVisible()) == (True, False)
    for part in bar.findChildren(QWidget, options=DIRECT):
        if part.isVisible() and part is not bar.pair:
            assert part.width() >= part.sizeHint().width(), part
            assert bar.rect().contains(part.geometry()), part


def test_the_menu_of_a_narrow_bar_chooses_the_way(qtbot, panel, pictures):
    panel.resize(420, 600)
    show(qtbot, panel, pictures[:2])
    assert panel.bar.choice.text() == "Slider"
    entries = {action.text(): action for action in panel.bar.choice.menu().actions()}
    assert list(entries) == ["Slider", "Side by side", "Flip", "Difference"]
    entries["Flip"].trigger()
    assert (panel.canvas.mode, panel.bar.choice.text()) == (CompareMode.FLIP, "Flip")
    press(qtbot, panel, Key.Key_V)
    assert entries["Difference"].isChecked()


@pytest.mark.parametrize("width", [400, 1200])
def test_every_column_of_six_can_be_reached(qtbot, panel, pictures, width):
    panel.resize(width, 700)
    show(qtbot, panel, pictures)
    qtbot.waitUntil(lambda: len(panel.sheet.prompts) == 6)
    last, scroll = panel.sheet.prompts[-1], panel.sheet._scroll
    qtbot.waitUntil(lambda: last.isVisible())
    end = last.mapTo(scroll.widget(), last.rect().bottomRight()).x()
    assert end <= scroll.widget().width()
    assert (
        scroll.widget().width()
        <= scroll.viewport().width() + scroll.horizontalScrollBar().maximum()
    )
    assert panel.width() == width
