"""What the viewer shows of a picture, and what keys and hand ask for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from flux_studio.core.size import Size
from flux_studio.session.library_desk import LibraryChange
from flux_studio.ui.viewer.picture_loader import Sharpness
from flux_studio.ui.viewer.zooming import Mode
from tests.ui.wall import stock

Key = Qt.Key


def press(qtbot, viewer, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(viewer.canvas, key, modifier)


def wheel(canvas, steps, at):
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def sharpness(viewer, id_):
    kept = viewer._loader.kept(id_)
    return None if kept is None else kept.sharpness


def show(viewer, qtbot, picture, ids, number, least=Sharpness.PREVIEW):
    viewer.show_generation(picture(number), ids)
    qtbot.waitUntil(lambda: (sharpness(viewer, ids[number]) or 0) >= least)


def test_the_picture_sharpens_step_by_step(viewer, qtbot, picture, ids):
    came: list = []
    viewer._loader.came.connect(lambda loaded: came.append((loaded.id, loaded.sharpness)))
    show(viewer, qtbot, picture, ids, 1, Sharpness.FULL)
    mine = [sharp for id_, sharp in came if id_ == ids[1]]
    assert mine == sorted(mine)
    assert mine[-1] is Sharpness.FULL
    assert viewer.canvas._levels


def test_fit_by_default_and_the_scale_is_said(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    assert viewer.canvas.pose.mode is Mode.FIT
    assert viewer.tools.scale.text() == f"{round(viewer.canvas.pose.scale * 100)} %"
    assert viewer.tools.fit.isChecked()
    assert viewer.tools.place.text() == "1 of 5"
    assert not viewer.tools.previous.isEnabled()


def test_the_painted_picture_is_the_file(viewer, qtbot, picture, ids, desk):
    made = replace(picture(0), size=Size(600, 600))
    desk.studio.library.file(made).write_bytes(stock.drawn(0, Size(600, 600), 600, "PNG"))
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    press(qtbot, viewer, Key.Key_Z)
    shot = viewer.canvas.grab().toImage()
    pose = viewer.canvas.pose
    wanted = QImage.fromData(stock.drawn(0, Size(600, 600), 600, "PNG"))
    for x, y in ((350, 120), (200, 300), (400, 400)):
        at = (round(x - pose.left), round(y - pose.top))
        assert shot.pixelColor(x, y).rgb() == wanted.pixelColor(*at).rgb()


@pytest.mark.parametrize(("key", "number"), [(Key.Key_Right, 3), (Key.Key_PageDown, 3),
                                             (Key.Key_Left, 1), (Key.Key_PageUp, 1),
                                             (Key.Key_Home, 0), (Key.Key_End, 4)])  # fmt: skip
def test_keys_walk_along_the_wall(viewer, qtbot, picture, ids, key, number):
    show(viewer, qtbot, picture, ids, 2)
    with qtbot.waitSignal(viewer.generation_shown) as told:
        press(qtbot, viewer, key)
    assert told.args[0].id == ids[number]
    assert viewer.generation.id == ids[number]


def test_the_ends_of_the_wall_are_ends(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 4)
    press(qtbot, viewer, Key.Key_PageDown)
    assert viewer.generation.id == ids[4]
    assert not viewer.tools.next.isEnabled()


def test_neighbours_are_ready_before_they_are_asked_for(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 2)
    qtbot.waitUntil(lambda: all(sharpness(viewer, ids[n]) is not None for n in (1, 3)))
    assert sharpness(viewer, ids[3]) >= Sharpness.PREVIEW
    press(qtbot, viewer, Key.Key_Right)
    assert viewer.generation.id == ids[3]  # at once, without waiting for anything
    assert viewer.canvas._levels


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return, Key.Key_Space])
def test_the_way_back(viewer, qtbot, picture, ids, key):
    show(viewer, qtbot, picture, ids, 0)
    with qtbot.waitSignal(viewer.closed):
        press(qtbot, viewer, key)


def test_zooming_by_wheel_holds_the_point_under_the_pointer(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    for _ in range(4):
        wheel(viewer.canvas, 1, QPoint(350, 280))
    pose, at = viewer.canvas.pose, QPoint(300, 250)
    before = ((at.x() - pose.left) / pose.scale, (at.y() - pose.top) / pose.scale)
    wheel(viewer.canvas, 1, at)
    pose = viewer.canvas.pose
    after = ((at.x() - pose.left) / pose.scale, (at.y() - pose.top) / pose.scale)
    assert after == pytest.approx(before, abs=0.5)
    assert pose.mode is Mode.FREE


def test_zoom_keys_and_one_to_one(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    fit = viewer.canvas.pose.scale
    press(qtbot, viewer, Key.Key_Plus)
    assert viewer.canvas.pose.scale > fit
    press(qtbot, viewer, Key.Key_Minus)
    assert viewer.canvas.pose.scale == pytest.approx(fit)
    press(qtbot, viewer, Key.Key_Z)
    assert viewer.tools.scale.text() == "100 %"
    assert viewer.tools.actual.isChecked()
    press(qtbot, viewer, Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.tools.fill.isChecked()
    press(qtbot, viewer, Key.Key_W)
    assert viewer.tools.fit.isChecked()


def test_zooming_in_reads_every_pixel(viewer, qtbot, picture, ids, desk):
    size = Size(2000, 2000)
    made = replace(picture(0), size=size, mime="image/jpeg")
    desk.studio.library.file(made).write_bytes(stock.drawn(0, size, 2000, "JPEG"))
    viewer._dwell.setInterval(10**6)  # nobody dwells: only the zoom asks
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.PREVIEW)
    press(qtbot, viewer, Key.Key_Z)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    assert viewer.canvas._levels[0].width() == 2000


def test_a_png_is_decoded_once_and_whole(viewer, qtbot, picture, ids, desk):
    size = Size(2000, 2000)
    made = replace(picture(0), size=size)
    desk.studio.library.file(made).write_bytes(stock.drawn(0, size, 2000, "PNG"))
    came: list = []
    viewer._loader.came.connect(lambda loaded: came.append((loaded.id, loaded.sharpness)))
    viewer._dwell.setInterval(10**6)
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: (ids[0], Sharpness.FULL) in came)
    assert (ids[0], Sharpness.PREVIEW) not in came


def test_dwelling_reads_every_pixel(viewer, qtbot, picture, ids, desk):
    size = Size(2000, 2000)
    made = replace(picture(0), size=size, mime="image/jpeg")
    desk.studio.library.file(made).write_bytes(stock.drawn(0, size, 2000, "JPEG"))
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)


def test_arrows_move_a_picture_that_is_larger_than_the_room(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 2)
    press(qtbot, viewer, Key.Key_Z)
    before = viewer.canvas.pose
    press(qtbot, viewer, Key.Key_Down)
    assert viewer.canvas.pose.y > before.y
    assert viewer.generation.id == ids[2]


def test_dragging_moves_the_picture(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    press(qtbot, viewer, Key.Key_Z)
    before, canvas = viewer.canvas.pose, viewer.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(canvas, QPoint(260, 330))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(260, 330))
    ratio = canvas.devicePixelRatioF()
    assert canvas.pose.x == pytest.approx(before.x + 40 * ratio, abs=2)
    assert canvas.pose.y == pytest.approx(before.y - 30 * ratio, abs=2)


def test_double_click_toggles_one_to_one(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    for scale in (1.0, viewer.canvas.pose.fit):
        qtbot.mouseDClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
        assert viewer.canvas.pose.scale == pytest.approx(scale)


def test_dragging_a_picture_that_fits_carries_it_out(
    viewer, qtbot, picture, ids, desk, monkeypatch
):
    carried: list = []
    monkeypatch.setattr(
        "flux_studio.ui.viewer.panel.drag_out", lambda _, mime, pixmap: carried.append(mime)
    )
    show(viewer, qtbot, picture, ids, 0)
    qtbot.mousePress(viewer.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(viewer.canvas, QPoint(360, 300))
    file = desk.studio.library.file(picture(0))
    assert [url.toLocalFile() for url in carried[0].urls()] == [str(file)]


def test_b_changes_the_background_through_neutral_greys(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    seen = []
    for _ in range(4):
        press(qtbot, viewer, Key.Key_B)
        color = viewer.canvas.grab().toImage().pixelColor(2, 2)
        assert color.red() == color.green() == color.blue()
        seen.append(color.red())
    assert seen == [0, 0x77, 255, 0x16]


def test_i_hides_the_words(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    assert viewer.info.isVisible()
    assert viewer.info._lines[0].startswith("Layered hills")
    assert "1024 × 1024" in viewer.info._lines[1]
    press(qtbot, viewer, Key.Key_I)
    assert not viewer.info.isVisible()
    viewer.canvas.pointer_moved.emit()
    assert not viewer.info.isVisible()


def test_the_words_fade_while_the_pointer_rests(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    viewer.info._rest.setInterval(1)
    viewer.info.wake()
    qtbot.waitUntil(lambda: viewer.info._strength == 0.0)
    viewer.canvas.pointer_moved.emit()
    assert viewer.info._strength == 1.0


def test_marks_by_key_and_button_are_kept_and_shown(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 0)
    press(qtbot, viewer, Key.Key_3)
    qtbot.waitUntil(lambda: viewer.tools.rating.rating() == 3)
    viewer.tools.favourite.click()
    qtbot.waitUntil(lambda: desk.workshop.gallery().marks(ids[0]).favourite)
    qtbot.waitUntil(lambda: viewer.generation.favourite)
    assert viewer.tools.favourite.isChecked()


def test_recall_and_reference_as_on_the_wall(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 3)
    press(qtbot, viewer, Key.Key_P)
    assert desk.studio.state.draft.prompt.startswith("A fox")
    press(qtbot, viewer, Key.Key_E)
    qtbot.waitUntil(lambda: len(desk.studio.state.draft.references) == 1)


def test_a_missing_file_says_so_over_the_thumbnail(viewer, qtbot, picture, ids, desk):
    desk.studio.library.file(picture(0)).unlink()
    viewer.show_generation(picture(0), ids)
    qtbot.waitUntil(viewer.trouble.isVisible)
    assert "missing" in viewer.trouble.text()
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.THUMBNAIL)
    press(qtbot, viewer, Key.Key_Right)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[1])
    assert not viewer.trouble.isVisible()


def test_a_damaged_file_says_so(viewer, qtbot, picture, ids, desk):
    file = desk.studio.library.file(picture(0))
    file.write_bytes(file.read_bytes()[:400])
    viewer.show_generation(picture(0), ids)
    qtbot.waitUntil(viewer.trouble.isVisible)
    assert viewer.trouble.text().startswith("The file is damaged")


def test_a_removed_picture_closes_the_viewer(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 0)
    with qtbot.waitSignal(viewer.closed):
        desk.studio.library.changed.emit(LibraryChange(removed=(ids[0],)))


def test_a_picture_that_is_not_on_the_wall(viewer, qtbot, picture, ids):
    viewer.show_generation(picture(0), [])
    assert viewer.tools.place.text() == ""
    press(qtbot, viewer, Key.Key_PageDown)
    assert viewer.generation.id == ids[0]


def test_every_control_has_a_name_and_a_tip(viewer):
    tools = viewer.tools
    for control in (
        tools.back,
        tools.previous,
        tools.next,
        tools.favourite,
        tools.rating,
        tools.fit,
        tools.fill,
        tools.actual,
        tools.smaller,
        tools.larger,
        tools.ground,
        tools.info,
    ):
        assert control.accessibleName()
        assert control.toolTip()


def test_the_picture_is_named_for_those_who_listen(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 2)
    assert viewer.canvas.accessibleName().startswith("Three bottles on a shelf")
    assert "4 of 5 stars" in viewer.canvas.accessibleName()
