"""What the viewer shows of a picture, and what keys and hand ask for."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from flux_studio.core.size import Size
from flux_studio.session.library_desk import LibraryChange
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.viewer import ViewerPanel
from flux_studio.ui.viewer.picture_loader import Sharpness
from flux_studio.ui.viewer.zooming import Mode
from tests.ui.viewer.kept import Kept
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
    kept = viewer.stage.loader.kept(id_)
    return None if kept is None else kept.sharpness


def show(viewer, qtbot, picture, ids, number, least=Sharpness.PREVIEW):
    viewer.show_generation(picture(number), ids)
    qtbot.waitUntil(lambda: (sharpness(viewer, ids[number]) or 0) >= least)


def test_the_picture_sharpens_step_by_step(viewer, qtbot, picture, ids):
    came: list = []
    viewer.stage.loader.came.connect(lambda loaded: came.append((loaded.id, loaded.sharpness)))
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
    viewer.stage.dwell.stop()  # nobody dwells: walking alone prepares what comes next
    qtbot.waitUntil(lambda: sharpness(viewer, ids[4]) is not None)


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
    viewer.stage.dwell.setInterval(10**6)  # nobody dwells: only the zoom asks
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.PREVIEW)
    press(qtbot, viewer, Key.Key_Z)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    assert viewer.canvas._levels[0].width() == 2000


def test_a_png_is_decoded_once_first_sharp_then_whole(
    viewer, qtbot, picture, ids, desk, monkeypatch
):
    size = Size(2000, 2000)
    made = replace(picture(0), size=size)
    desk.studio.library.file(made).write_bytes(stock.drawn(0, size, 2000, "PNG"))
    library, asked, came = desk.studio.library, [], []
    view = library.view
    monkeypatch.setattr(library, "view", lambda g, *rest: asked.append(g.id) or view(g, *rest))
    viewer.stage.loader.came.connect(lambda loaded: came.append((loaded.id, loaded.sharpness)))
    viewer.stage.dwell.setInterval(10**6)
    viewer.show_generation(made, [made.id])
    qtbot.waitUntil(lambda: (ids[0], Sharpness.FULL) in came)
    sharp = [sharpness for id_, sharpness in came if sharpness > Sharpness.THUMBNAIL]
    assert sharp == [Sharpness.PREVIEW, Sharpness.FULL]
    assert asked == [ids[0]]


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
    for _ in range(7):
        press(qtbot, viewer, Key.Key_B)
        color = viewer.canvas.grab().toImage().pixelColor(2, 2)
        assert color.red() == color.green() == color.blue()
        seen.append(color.red())
    assert seen == [0, 0x40, 0x77, 0xBF, 255, 0x91, 0x16]


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
    viewer.tools.rating.rating_chosen.emit(3)
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
    qtbot.waitUntil(viewer.stage.trouble.isVisible)
    assert "missing" in viewer.stage.trouble.text()
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.THUMBNAIL)
    press(qtbot, viewer, Key.Key_Right)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[1])
    assert not viewer.stage.trouble.isVisible()


def test_a_damaged_file_says_so(viewer, qtbot, picture, ids, desk):
    file = desk.studio.library.file(picture(0))
    file.write_bytes(file.read_bytes()[:400])
    viewer.show_generation(picture(0), ids)
    qtbot.waitUntil(viewer.stage.trouble.isVisible)
    assert viewer.stage.trouble.text().startswith("The file is damaged")


def remove(desk, *ids):
    desk.studio.library.changed.emit(LibraryChange(removed=ids))


def test_a_removed_picture_gives_way_to_the_next(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 1)
    remove(desk, ids[1], ids[2])
    qtbot.waitUntil(lambda: viewer.generation.id == ids[3])
    assert viewer.tools.place.text() == "2 of 3"
    remove(desk, ids[0])
    assert viewer.tools.place.text() == "1 of 2"
    assert viewer.generation.id == ids[3]


def test_the_last_removed_picture_gives_way_to_the_one_before(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 4)
    remove(desk, ids[4])
    qtbot.waitUntil(lambda: viewer.generation.id == ids[3])


def test_the_only_picture_closes_the_viewer_when_it_goes(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids[:1], 0)
    with qtbot.waitSignal(viewer.closed):
        remove(desk, ids[0])


def test_a_viewer_that_is_not_seen_leads_nowhere(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 1)
    viewer.hide()
    with qtbot.assertNotEmitted(viewer.closed), qtbot.assertNotEmitted(viewer.generation_shown):
        remove(desk, ids[1])
        stock.settle(desk)
    assert viewer.generation is None


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
        tools.compare,
        tools.more,
        viewer.filmstrip,
    ):
        assert control.accessibleName()
        assert control.toolTip() or control is viewer.filmstrip


def test_the_picture_is_named_for_those_who_listen(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 2)
    assert viewer.canvas.accessibleName().startswith("Three bottles on a shelf")
    assert "4 of 5 stars" in viewer.canvas.accessibleName()


def test_the_checker_is_seen_through_what_is_transparent(viewer, qtbot, picture, ids, desk):
    made = replace(picture(0), size=Size(64, 64))
    file = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(file, "PNG")
    desk.studio.library.file(made).write_bytes(file.getvalue())
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    viewer.canvas.show_ground("checker")
    centre = viewer.canvas.rect().center()
    shot = viewer.canvas.grab().toImage()
    seen = {shot.pixelColor(centre.x() + dx, centre.y() + 2).red() for dx in range(-24, 24)}
    assert seen == {0x6E, 0x91}


def test_turning_is_of_the_view_and_ends_with_the_picture(viewer, qtbot, picture, ids, desk):
    size = Size(600, 300)
    made = replace(picture(0), size=size)
    image = Image.new("RGB", (600, 300), (10, 20, 30))
    image.paste((200, 0, 0), (0, 0, 60, 60))  # upper left
    file = io.BytesIO()
    image.save(file, "PNG")
    desk.studio.library.file(made).write_bytes(file.getvalue())
    viewer.show_generation(made, ids)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    viewer.tools.menu.info.setChecked(False)  # the words would lie over a corner
    for turns, (right, down) in ((1, (1, 0)), (2, (1, 1)), (3, (0, 1)), (0, (0, 0))):
        press(qtbot, viewer, Key.Key_R)
        pose = viewer.canvas.pose
        assert viewer.canvas.turns == turns
        assert pose.picture == ((300, 600) if turns % 2 else (600, 300))
        viewer.canvas._is_rough = False
        shot = viewer.canvas.grab().toImage()
        edge = 20 * pose.scale
        wide, high = pose.picture[0] * pose.scale, pose.picture[1] * pose.scale
        x = pose.left + (wide - edge if right else edge)
        y = pose.top + (high - edge if down else edge)
        assert shot.pixelColor(round(x), round(y)).red() == 200
    press(qtbot, viewer, Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.canvas.turns == 3
    assert file.getvalue() == desk.studio.library.file(made).read_bytes()
    press(qtbot, viewer, Key.Key_PageDown)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[1])
    assert viewer.canvas.turns == 0


def test_two_fingers_zoom_about_the_point_between_them(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    at = QPointF(300, 250)
    device = QPointingDevice.primaryPointingDevice()

    def pinch(value):
        where = QPointF(viewer.canvas.mapToGlobal(at))
        kind = Qt.NativeGestureType.ZoomNativeGesture
        event = QNativeGestureEvent(kind, device, 2, at, at, where, value, QPointF())
        QApplication.sendEvent(viewer.canvas, event)
        pose = viewer.canvas.pose
        return (at.x() - pose.left) / pose.scale, (at.y() - pose.top) / pose.scale

    under = [pinch(0.25) for _ in range(8)][-1]  # larger than the room in both directions
    scale = viewer.canvas.pose.scale
    assert pinch(0.5) == pytest.approx(under, abs=0.5)
    assert viewer.canvas.pose.scale == pytest.approx(scale * 1.5)


def test_space_held_moves_the_picture_and_tapped_leads_back(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 0)
    press(qtbot, viewer, Key.Key_Z)
    before, canvas, closed = viewer.canvas.pose, viewer.canvas, []
    viewer.closed.connect(lambda: closed.append(True))
    qtbot.keyPress(canvas, Key.Key_Space)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(canvas, QPoint(260, 300))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(260, 300))
    qtbot.keyRelease(canvas, Key.Key_Space)
    assert canvas.pose.x > before.x
    assert closed == []
    press(qtbot, viewer, Key.Key_Space)
    assert closed == [True]


def test_the_release_of_a_space_that_opened_the_viewer_does_not_close_it(
    viewer, qtbot, picture, ids
):
    show(viewer, qtbot, picture, ids, 0)
    closed = []
    viewer.closed.connect(lambda: closed.append(True))
    qtbot.keyRelease(viewer.canvas, Key.Key_Space)
    assert closed == []


def test_the_filmstrip_shows_where_one_is_and_leads_elsewhere(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 1)
    strip = viewer.filmstrip
    assert not strip.isVisible()
    press(qtbot, viewer, Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert strip.isVisible()
    qtbot.waitUntil(lambda: all(strip._images.get(id_) is not None for id_ in ids))
    where = strip.rect_of(4).center().toPoint()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[4])
    qtbot.keyClick(strip, Key.Key_Left)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[3])
    qtbot.keyClick(strip, Key.Key_Home)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[0])
    assert strip.accessibleDescription() == "1 of 5"


def test_a_filmstrip_of_a_hundred_thousand_paints_what_is_in_view(viewer, picture):
    strip = viewer.filmstrip
    order = [f"{n:032x}" for n in range(100_000)]
    viewer.show_generation(picture(3), order)
    viewer.tools.menu.filmstrip.setChecked(True)
    strip.show_order(order, 50_000)
    places = strip.visible()
    assert 50_000 in places
    assert len(places) < 20
    middle = strip.rect_of(50_000).center().x()
    assert middle == pytest.approx(strip.width() / 2, abs=1)


def test_background_words_and_filmstrip_are_remembered(desk, qapp, viewer):
    memory = Kept()
    first = ViewerPanel(desk.studio, ThemeSource(qapp, Theme.DARK), memory)
    first.canvas.show_ground("#777777")
    first.tools.menu.filmstrip.setChecked(True)
    first.tools.menu.info.setChecked(False)
    second = ViewerPanel(desk.studio, ThemeSource(qapp, Theme.DARK), memory)
    assert second.canvas.ground == "#777777"
    assert second.tools.menu.filmstrip.isChecked()
    assert not second.tools.menu.info.isChecked()
    for panel in (first, second):
        panel.close_workers()
        panel.deleteLater()


def test_c_compares_an_edit_with_its_source(viewer, qtbot, picture, ids, desk):
    edit = stock.generation(60, datetime.now(UTC), parent=ids[2])
    stock.keep(desk, [edit])
    viewer.show_generation(edit, [edit.id, *ids])
    assert viewer.tools.compare.isVisible()
    with qtbot.waitSignal(viewer.compare_requested) as told:
        press(qtbot, viewer, Key.Key_C)
    assert [g.id for g in told.args[0]] == [ids[2], edit.id]


def test_without_a_source_that_is_said(viewer, qtbot, picture, ids, desk):
    show(viewer, qtbot, picture, ids, 0)
    assert not viewer.tools.compare.isVisible()
    with qtbot.assertNotEmitted(viewer.compare_requested):
        press(qtbot, viewer, Key.Key_C)
    assert "no edit" in desk.studio.state.notice.text


def test_control_carries_out_what_is_larger_than_the_room(viewer, qtbot, picture, ids, monkeypatch):
    carried: list = []
    monkeypatch.setattr(
        "flux_studio.ui.viewer.panel.drag_out", lambda _, mime, pixmap: carried.append(mime)
    )
    show(viewer, qtbot, picture, ids, 0)
    press(qtbot, viewer, Key.Key_Z)
    canvas, control = viewer.canvas, Qt.KeyboardModifier.ControlModifier
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, control, QPoint(300, 300))
    where = QPointF(360, 300)
    QApplication.sendEvent(canvas, QMouseEvent(
        QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, control,
    ))  # fmt: skip
    assert len(carried) == 1


def test_the_next_screen_is_asked_for_its_colours(viewer, qtbot, picture, ids, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "flux_studio.ui.viewer.picture_loader.profile_of",
        lambda number, platform: asked.append((number, platform)) or b"",
    )
    loader = viewer.stage.loader
    show(viewer, qtbot, picture, ids, 0)
    loader.show_on(1, "xcb")
    assert loader.kept(ids[0]) is None, "what was made for another screen is forgotten"
    loader.load_full(picture(0))
    qtbot.waitUntil(lambda: sharpness(viewer, ids[0]) == Sharpness.FULL)
    assert asked[-1] == (1, "xcb")


def test_a_mark_by_key_leads_to_the_next_picture_where_that_is_wanted(
    viewer, qtbot, picture, ids, desk
):
    show(viewer, qtbot, picture, ids, 0)
    press(qtbot, viewer, Key.Key_3)
    qtbot.waitUntil(lambda: viewer.generation.id == ids[1])
    qtbot.waitUntil(lambda: desk.workshop.gallery().marks(ids[0]).rating == 3)
    press(qtbot, viewer, Key.Key_F)
    qtbot.waitUntil(lambda: desk.workshop.gallery().marks(ids[1]).favourite)
    assert viewer.generation.id == ids[1], "a favourite is looked at longer"
    desk.studio._set(preferences=replace(desk.studio.state.preferences, move_on=False))
    press(qtbot, viewer, Key.Key_X)
    qtbot.waitUntil(lambda: desk.workshop.gallery().marks(ids[1]).rejected)
    assert viewer.generation.id == ids[1]


def sized(desk, picture, number, size):
    """A picture with a file of this size in px."""
    one = picture(number)
    file = io.BytesIO()
    Image.new("RGB", size, (90, 20 * number, 40)).save(file, "PNG")
    desk.studio.library.file(one).write_bytes(file.getvalue())
    return replace(one, size=Size(*size))


def test_the_next_picture_of_the_same_size_is_seen_at_the_same_place(
    viewer, qtbot, picture, ids, desk
):
    one, other = (sized(desk, picture, number, (1800, 1400)) for number in (0, 1))
    viewer.show_generation(one, ids)
    press(qtbot, viewer, Key.Key_Z)
    press(qtbot, viewer, Key.Key_Down)
    pose = viewer.canvas.pose
    assert (pose.scale, pose.mode) == (1.0, Mode.FREE)
    viewer.walk._near = {ids[1]: other}
    press(qtbot, viewer, Key.Key_PageDown)
    assert (viewer.generation.id, viewer.canvas.pose) == (ids[1], pose)
    qtbot.waitUntil(lambda: sharpness(viewer, ids[1]) is Sharpness.FULL)
    viewer.walk._near = {ids[2]: sized(desk, picture, 2, (1400, 1800))}
    press(qtbot, viewer, Key.Key_PageDown)
    assert viewer.generation.id == ids[2]
    assert viewer.canvas.pose.mode is Mode.FIT, "another size has no such place"


def test_a_viewer_that_is_opened_anew_shows_all_of_the_picture(viewer, qtbot, picture, ids, desk):
    one = sized(desk, picture, 0, (1800, 1400))
    viewer.show_generation(one, ids)
    press(qtbot, viewer, Key.Key_Z)
    viewer.hide()
    viewer.show_generation(one, ids)
    assert viewer.canvas.pose.mode is Mode.FIT


def test_the_side_buttons_of_a_mouse_lead_through_the_pictures(viewer, qtbot, picture, ids):
    show(viewer, qtbot, picture, ids, 2)
    for button, number in ((Qt.MouseButton.ForwardButton, 3), (Qt.MouseButton.BackButton, 2)):
        qtbot.mouseClick(viewer.canvas, button, pos=QPoint(300, 300))
        qtbot.waitUntil(lambda number=number: viewer.generation.id == ids[number])
