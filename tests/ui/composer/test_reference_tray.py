from concurrent.futures import Future
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from flux_studio.core.pricing import Unknown
from flux_studio.core.size import Size
from flux_studio.session.composing import ON_ITS_WAY
from flux_studio.session.state import Awaited
from flux_studio.storage.pinned_references import PinnedReferences
from flux_studio.ui.composer.dropped import GENERATION_MIME, REFERENCE_MIME
from flux_studio.ui.composer.reference_tiles import square
from flux_studio.ui.references.edit_dialog import EditDialog
from flux_studio.ui.references.sent_dialog import SentDialog
from tests.session.desks import answered
from tests.storage.samples import generation
from tests.ui.composer.conftest import FREE, choose, drop, entering, give, picture, reference

SIDE = 56


def files(*paths) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture
def shots(tmp_path):
    """Two pictures on disk."""
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    paths[0].write_bytes(picture((200, 0, 0)))
    paths[1].write_bytes(picture((0, 200, 0)))
    return paths


def names(desk) -> list[str]:
    return [r.name for r in desk.studio.state.draft.references]


def arrived(qtbot, desk, count: int) -> None:
    qtbot.waitUntil(lambda: len(desk.studio.state.draft.references) == count)


def test_names_for_assistive_technology(panel, desk):
    give(desk, reference(1))
    assert panel.tray.accessibleName() == "References"
    assert panel.tray.add.accessibleName() == "Add reference"
    assert [s.accessibleName() for s in panel.tray.slots_shown()] == ["Reference 1, ref-1.png"]


def test_files_dropped_anywhere_on_the_panel_become_references_in_order(panel, desk, qtbot, shots):
    assert drop(panel.seed_safety, files(*shots))
    arrived(qtbot, desk, 2)
    assert names(desk) == ["one.png", "two.png"]
    assert panel.model.detail() == "one · edit with 2 references"
    qtbot.waitUntil(lambda: all(s.has_picture() for s in panel.tray.slots_shown()))


def test_files_dropped_on_the_prompt_go_to_the_tray_and_not_into_the_text(
    panel, desk, qtbot, shots
):
    assert drop(panel.prompt.box.viewport(), files(shots[0]))
    arrived(qtbot, desk, 1)
    assert desk.studio.state.draft.prompt == ""


def test_picture_bytes_dropped_from_a_browser_are_taken(panel, desk, qtbot):
    mime = QMimeData()
    mime.setData("image/png", picture())
    mime.setUrls([QUrl("https://example.test/never-fetched.png")])
    assert drop(panel, mime)
    arrived(qtbot, desk, 1)
    assert desk.studio.state.draft.references[0].size == Size(64, 48)


def test_an_address_is_fetched_by_the_reference_desk(panel, desk, qtbot, monkeypatch):
    asked: list[str] = []

    def fetch(url: str) -> Future[bytes]:
        asked.append(url)
        return answered(picture())

    monkeypatch.setattr(desk.studio.references, "_fetch", fetch)
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.test/a.png")])
    assert drop(panel, mime)
    arrived(qtbot, desk, 1)
    assert asked == ["https://example.test/a.png"]


def test_a_picture_of_the_wall_is_taken_by_its_id(panel, desk, qtbot, monkeypatch):
    shown = generation("gen-1")
    gallery = type("G", (), {"get": lambda self, name: shown if name == "gen-1" else None})()
    monkeypatch.setattr(type(desk.studio.library), "gallery", gallery)
    monkeypatch.setattr(desk.studio.references, "_read_generation", lambda _: picture())
    mime = QMimeData()
    mime.setData(GENERATION_MIME, b"gen-1")
    assert drop(panel, mime)
    arrived(qtbot, desk, 1)
    assert desk.studio.state.draft.references[0].parent == "gen-1"
    mime.setData(GENERATION_MIME, b"gone")
    assert drop(panel, mime)
    qtbot.waitUntil(lambda: "no longer in the library" in panel.tray.refusal.text())


def test_a_drop_of_text_is_left_to_the_prompt(panel):
    mime = QMimeData()
    mime.setText("a fox")
    assert not drop(panel.seed_safety, mime)


def test_dropping_on_a_slot_replaces_it(panel, desk, qtbot, shots):
    give(desk, reference(1), reference(2))
    assert drop(panel.tray.slots_shown()[0], files(shots[0]))
    qtbot.waitUntil(lambda: names(desk) == ["one.png", "ref-2.png"])


def test_a_file_elsewhere_and_a_file_that_is_no_picture_are_refused_in_words(
    panel, desk, qtbot, tmp_path
):
    remote = QMimeData()
    remote.setUrls([QUrl("file://server/share/one.png")])
    assert drop(panel, remote)
    assert "is on another computer" in panel.tray.refusal.text()
    notes = tmp_path / "notes.png"
    notes.write_text("<svg/>")
    assert drop(panel, files(notes))
    qtbot.waitUntil(lambda: panel.tray.refusal.text().startswith("notes.png: "))
    assert names(desk) == []
    QTest.mouseClick(panel.tray._dismiss, Qt.MouseButton.LeftButton)
    assert panel.tray.refusal.text() == ""
    assert not panel.tray._dismiss.isVisible()


def test_where_a_drop_would_go_is_outlined(panel, desk):
    give(desk, reference(1))
    slot = panel.tray.slots_shown()[0]
    mime = files("/a.png")
    enter = entering(mime, QPoint(5, 5))
    for widget, target in ((panel, panel.tray.add), (slot, slot)):
        QApplication.sendEvent(widget, enter)
        assert target.is_target()
        QApplication.sendEvent(widget, QDragLeaveEvent())
        assert not target.is_target()


def test_alt_arrows_reorder_and_the_focus_goes_along(panel, desk):
    give(desk, reference(1), reference(2), reference(3))
    slots = panel.tray.slots_shown()
    slots[0].setFocus()
    QTest.keyClick(slots[0], Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert names(desk) == ["ref-2.png", "ref-1.png", "ref-3.png"]
    assert slots[1].hasFocus()
    QTest.keyClick(slots[1], Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(slots[0], Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert names(desk) == ["ref-1.png", "ref-2.png", "ref-3.png"]


def test_dragging_a_slot_reorders(panel, desk):
    give(desk, reference(1), reference(2), reference(3))
    slots = panel.tray.slots_shown()
    mime = slots[2].drag_data()
    assert mime.hasFormat(REFERENCE_MIME)
    assert drop(slots[0], mime)
    assert names(desk) == ["ref-3.png", "ref-1.png", "ref-2.png"]


def test_delete_removes_and_the_focus_stays_in_the_tray(panel, desk):
    give(desk, reference(1), reference(2))
    slots = panel.tray.slots_shown()
    slots[1].setFocus()
    QTest.keyClick(slots[1], Qt.Key.Key_Delete)
    assert names(desk) == ["ref-1.png"]
    assert slots[0].hasFocus()
    QTest.keyClick(slots[0], Qt.Key.Key_Delete)
    assert names(desk) == []
    assert panel.tray.add.hasFocus()


def test_the_cross_removes_and_the_number_writes_the_name(panel, desk):
    give(desk, reference(1), reference(2))
    slot = panel.tray.slots_shown()[1]
    QTest.mouseClick(slot, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert desk.studio.state.draft.prompt == "@image2"
    QTest.mouseClick(slot, Qt.MouseButton.LeftButton, pos=QPoint(SIDE - 8, 8))
    assert names(desk) == ["ref-1.png"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_keyboard_writes_the_name_too(panel, desk, key):
    give(desk, reference(1))
    slot = panel.tray.slots_shown()[0]
    slot.setFocus()
    QTest.keyClick(slot, key)
    assert desk.studio.state.draft.prompt == "@image1"


def test_the_menu_says_everything_a_slot_can_do(panel, desk):
    give(desk, reference(1), reference(2))
    menu = panel.tray.slots_shown()[1].make_menu()
    actions = {a.text(): a for a in menu.actions() if a.text()}
    assert list(actions) == [
        "Write @image2",
        "Role",
        "Crop and turn…\tC",
        "Send smaller",
        "Keep on the shelf\tB",
        "Move left",
        "Move right",
        "Remove",
    ]
    actions["Move left"].trigger()
    assert names(desk) == ["ref-2.png", "ref-1.png"]
    actions["Remove"].trigger()
    assert names(desk) == ["ref-2.png"]
    menu.deleteLater()


def test_the_note_counts_and_prices(panel, desk):
    assert panel.tray.label.note() == "up to 8"
    give(desk, reference(1), reference(2))
    assert panel.tray.label.note() == "2 of 8 · +$0.030"
    choose(desk, replace(FREE, price=Unknown()))
    assert panel.tray.label.note() == "2 of 8 · price not known"


def test_a_slot_tells_name_size_and_cost(panel, desk):
    give(desk, reference(1, Size(2048, 1024)))
    tip = panel.tray.slots_shown()[0].accessibleDescription()
    assert tip.startswith("ref-1.png\n2048 × 1024 · 2.00 MP\nadds $0.030 a picture")


def test_names_of_files_are_shown_as_text_and_not_as_html(panel, desk):
    give(desk, replace(reference(1), name="<img src=x>.png"))
    assert "&lt;img src=x&gt;.png" in panel.tray.slots_shown()[0].toolTip()


def test_no_more_than_the_model_takes_can_be_added(panel, desk):
    card = replace(FREE, references=2)
    choose(desk, card)
    give(desk, reference(1), reference(2))
    assert not panel.tray.add.isEnabled()
    assert panel.tray.add.accessibleDescription() == "Free sizes takes at most 2 references."
    give(desk, reference(1), reference(2), reference(3))
    assert panel.tray.problem.text() == (
        "Free sizes takes at most 2 references and there are 3. Remove 1."
    )
    choose(desk, replace(FREE, references=0))
    assert panel.tray.label.note() == "this model takes none"
    assert not panel.tray.add.isEnabled()


def test_a_picture_being_read_has_a_place(panel, desk):
    awaited = Awaited(3, "hill.png", more=2)
    desk.studio._set(reading=(awaited,))
    (tile,) = panel.tray.awaited.tiles
    assert tile.isVisible()
    assert tile.accessibleName() == "Stop waiting for hill.png and 2 more"
    assert tile.accessibleDescription() == "hill.png and 2 more is read and checked"
    desk.studio._set(reading=(awaited, Awaited(4, "", "https://www.slow.test/a.png")))
    kept, new = panel.tray.awaited.tiles
    assert kept is tile
    assert new.accessibleName() == "Stop waiting for www.slow.test"
    assert new.accessibleDescription() == "The picture at https://www.slow.test/a.png is fetched"
    desk.studio._set(reading=())
    assert panel.tray.awaited.tiles == []


@pytest.mark.parametrize("way", ["cross", "Delete", "Return", "Space"])
def test_what_is_awaited_can_be_given_up_at_its_place(panel, desk, monkeypatch, way):
    slow: Future[bytes] = Future()
    desk.studio.set_prompt("a fox")
    monkeypatch.setattr(desk.studio.references, "_fetch", lambda url: slow)
    desk.studio.references.take_address("https://slow.test/a.png")
    assert desk.studio.state.blocker is ON_ITS_WAY
    (tile,) = panel.tray.awaited.tiles
    if way == "cross":
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=QPoint(SIDE // 2, SIDE - 8))
        assert desk.studio.state.reading, "only the cross gives up"
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=QPoint(SIDE - 8, 8))
    else:
        tile.setFocus()
        QTest.keyClick(tile, getattr(Qt.Key, f"Key_{way}"))
    assert slow.cancelled()
    assert desk.studio.state.reading == ()
    assert desk.studio.state.blocker is not ON_ITS_WAY


def test_a_full_tray_has_no_row_for_adding_alone(panel, desk):
    """Five fit into a row; the sixth place would be for a tile that can do nothing."""
    choose(desk, replace(FREE, references=5))
    tray = panel.tray
    give(desk, *map(reference, range(1, 5)))
    grid = tray._grid
    before = grid.heightForWidth(tray.width())
    tray.add.setFocus()
    give(desk, *map(reference, range(1, 6)))
    assert tray.add.isHidden()
    assert tray.slots_shown()[-1].hasFocus()
    assert grid.heightForWidth(tray.width()) == before
    assert "takes at most 5 references" in tray.label.toolTip()
    give(desk, reference(1))
    assert tray.add.isVisible()


def test_the_add_tile_opens_a_dialog_for_pictures(panel, desk, qtbot, shots):
    QTest.mouseClick(panel.tray.add, Qt.MouseButton.LeftButton)
    dialog = panel.tray.findChild(QFileDialog)
    assert "*.webp" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(path) for path in shots])
    arrived(qtbot, desk, 2)
    dialog.close()


def test_pictures_of_the_clipboard_are_pasted(panel, desk, qtbot):
    clipboard = QApplication.clipboard()
    clipboard.setText("words")
    assert not panel.paste_pictures()
    mime = QMimeData()
    mime.setData("image/png", picture())
    mime.setText("a table")
    clipboard.setMimeData(mime)
    panel.prompt.box.setFocus()
    assert not panel.paste_pictures()  # text and a text field: the text is meant
    panel.tray.add.setFocus()
    assert panel.paste_pictures()
    arrived(qtbot, desk, 1)
    clipboard.clear()


def test_ctrl_v_in_the_prompt_takes_a_picture(panel, desk, qtbot):
    mime = QMimeData()
    mime.setData("image/png", picture())
    QApplication.clipboard().setMimeData(mime)
    panel.prompt.box.setFocus()
    QTest.keyClick(panel.prompt.box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    arrived(qtbot, desk, 1)
    assert desk.studio.state.draft.prompt == ""
    QApplication.clipboard().clear()


def test_only_our_own_jpeg_is_decoded():
    assert square(picture(), 56) is None  # a PNG: the format is forced
    assert square(b"", 56) is None
    assert square(None, 56) is None


def test_a_thumbnail_is_cut_square():
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (256, 128), (10, 200, 30)).save(file, "JPEG")
    cut = square(file.getvalue(), 56)
    assert isinstance(cut, QImage)
    assert (cut.width(), cut.height()) == (56, 56)


# Roles, prices, parts and smaller copies


def taken(qtbot, desk, *sizes) -> None:
    for number, size in enumerate(sizes, start=1):
        desk.studio.references.take_bytes(picture((number, 0, 0), size), f"ref-{number}.png")
        arrived(qtbot, desk, number)


def test_a_role_is_chosen_by_keyboard_and_stands_in_the_prompt_and_on_the_slot(panel, desk, qtbot):
    give(desk, reference(1), reference(2))
    desk.studio.set_prompt("a fox")
    slot = panel.tray.slots_shown()[1]
    slot.setFocus()
    QTest.keyClick(slot, Qt.Key.Key_R)
    menu = QApplication.activePopupWidget()
    style = next(a for a in menu.actions() if a.text() == "Style")
    style.trigger()
    menu.close()
    assert panel.prompt.box.toPlainText() == "a fox\nUse @image2 for the style."
    assert "Role: Style" in slot.accessibleDescription()
    QTest.keyClick(slot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert panel.prompt.box.toPlainText() == "a fox\nUse @image1 for the style."
    panel.prompt.box.setPlainText("a fox\nUse @image1 for the style of the hat.")
    desk.studio.set_prompt("a fox\nUse @image1 for the style of the hat.")
    assert "Role" not in panel.tray.slots_shown()[0].accessibleDescription()


def test_broken_json_says_why_it_takes_no_role(panel, desk):
    give(desk, reference(1))
    desk.studio.set_prompt('{"scene": "a fox"')
    menu = panel.tray.slots_shown()[0].make_menu()
    roles = next(a.menu() for a in menu.actions() if a.text() == "Role")
    assert not any(action.isEnabled() for action in roles.actions())
    assert roles.actions()[-1].text() == "First put the JSON of the prompt right"
    menu.deleteLater()


def test_each_slot_shows_what_it_adds(panel, desk):
    give(desk, reference(1, Size(2048, 1024)), reference(2))
    assert [slot._look.caption for slot in panel.tray.slots_shown()] == ["+$0.030", "+$0.015"]
    choose(desk, replace(FREE, price=Unknown()))
    assert [slot._look.caption for slot in panel.tray.slots_shown()] == ["", ""]


def test_smaller_copies_are_offered_with_what_they_save_and_made_at_a_press(panel, desk, qtbot):
    taken(qtbot, desk, (2048, 1024), (640, 480))
    assert panel.tray.offer.text() == "Copies of 1 MP save $0.015 a picture."
    before = desk.studio.state.check.estimate.each
    panel.tray.offer.offer_taken.emit()
    qtbot.waitUntil(lambda: panel.tray.offer.text() == "")
    assert str(before - desk.studio.state.check.estimate.each) == "0.015"
    slot = panel.tray.slots_shown()[0]
    assert "at most 1 MP" in slot.accessibleDescription()
    menu = slot.make_menu()
    sizes = next(a.menu() for a in menu.actions() if a.text() == "Send smaller")
    whole = next(a for a in sizes.actions() if a.text().startswith("As large as it is"))
    whole.trigger()
    qtbot.waitUntil(lambda: desk.studio.state.draft.references[0].edit is None)
    menu.deleteLater()


def test_c_opens_the_part_and_i_what_is_sent(panel, desk, qtbot):
    taken(qtbot, desk, (640, 480))
    slot = panel.tray.slots_shown()[0]
    slot.setFocus()
    for key, kind in ((Qt.Key.Key_C, EditDialog), (Qt.Key.Key_I, SentDialog)):
        QTest.keyClick(slot, key)
        (dialog,) = panel.window().findChildren(kind)
        dialog.close()


def test_b_keeps_a_reference_on_the_shelf_and_takes_it_off(panel, desk, qtbot):
    desk.studio.pins.open(lambda: PinnedReferences(desk.ground.paths.pinned))
    taken(qtbot, desk, (640, 480))
    slot = panel.tray.slots_shown()[0]
    slot.setFocus()
    for count in (1, 0):
        with qtbot.waitSignal(desk.studio.pins.changed):
            QTest.keyClick(slot, Qt.Key.Key_B)
        assert len(desk.studio.pins.pins) == count


def test_a_slot_dropped_beside_the_others_goes_to_the_end(panel, desk):
    give(desk, reference(1), reference(2), reference(3))
    slots = panel.tray.slots_shown()
    assert drop(panel.tray.add, slots[0].drag_data())
    assert names(desk) == ["ref-2.png", "ref-3.png", "ref-1.png"]


def test_a_part_is_marked_and_said_and_the_whole_picture_is_one_step_away(panel, desk, qtbot):
    taken(qtbot, desk, (640, 480))
    whole = desk.studio.state.draft.references[0]
    desk.studio.slots.edit(whole, replace(whole.as_edit, turns=1))
    qtbot.waitUntil(lambda: desk.studio.state.draft.references[0].edit is not None)
    slot = panel.tray.slots_shown()[0]
    assert slot._look.is_edited
    assert "turned 90°" in slot.accessibleDescription()
    menu = slot.make_menu()
    back = next(a for a in menu.actions() if a.text() == "Send the whole picture again")
    back.trigger()
    qtbot.waitUntil(lambda: desk.studio.state.draft.references == (whole,))
    menu.deleteLater()
