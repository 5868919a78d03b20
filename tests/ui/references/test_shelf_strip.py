"""The shelf of references: dropped on, dragged from, searched and driven by keyboard."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.session.reference_desk import SHELF
from flux_studio.ui.composer.dropped import PIN_MIME
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.style import current_colors
from tests.ui.composer.conftest import drop, entering
from tests.ui.panels import opened
from tests.ui.references.conftest import photo, take

KEY = Qt.Key


@pytest.fixture
def panel(desk):
    with opened(desk, lambda theme: ComposerPanel(desk.studio, theme)) as made:
        made.resize(360, 1000)
        yield made


@pytest.fixture
def strip(panel):
    panel.tray.toggle_shelf()
    return panel.tray.shelf


def names(studio) -> list[str]:
    return [pin.name for pin in studio.pins.pins]


def pin(qtbot, desk, count: int) -> None:
    for number in range(count):
        with qtbot.waitSignal(desk.studio.pins.changed):
            take(qtbot, desk, photo(color=(20 * number, 9, 9)), slot=SHELF)
    for number, each in enumerate(reversed(desk.studio.pins.pins)):
        with qtbot.waitSignal(desk.studio.pins.changed):
            desk.studio.pins.rename(each, f"pin {number}")


def test_an_empty_shelf_teaches_and_opens_and_closes(panel, strip):
    assert strip.isVisible()
    assert "Drag a reference" in strip.hint.text()
    assert panel.tray.shelf_button.isChecked()
    panel.tray.toggle_shelf()
    assert not strip.isVisible()
    assert not panel.tray.shelf_button.isChecked()


def test_a_slot_and_a_file_dropped_on_it_stay(qtbot, desk, studio, panel, strip, tmp_path):
    take(qtbot, desk, photo())
    with qtbot.waitSignal(studio.pins.changed):
        assert drop(strip, panel.tray.slots_shown()[0].drag_data())
    assert names(studio) == ["photo-0"]
    path = tmp_path / "sky.jpg"
    path.write_bytes(photo(color=(0, 0, 200)))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(studio.pins.changed):
        assert drop(strip, mime)
    assert sorted(names(studio)) == ["photo-0", "sky"]
    assert len(studio.state.draft.references) == 1
    assert not strip.is_target()


def test_a_pin_dragged_out_goes_into_the_next_slot_or_replaces_one(
    qtbot, desk, studio, panel, strip
):
    pin(qtbot, desk, 2)
    mime = strip.model.mimeData([strip.model.index(0)])
    assert mime.hasFormat(PIN_MIME)
    assert drop(panel.tray.add, mime)
    assert [r.sha256 for r in studio.state.draft.references] == [
        studio.pins.pins[0].reference.sha256
    ]
    assert drop(panel.tray.slots_shown()[0], strip.model.mimeData([strip.model.index(1)]))
    assert [r.sha256 for r in studio.state.draft.references] == [
        studio.pins.pins[1].reference.sha256
    ]
    assert not drop(strip.list.viewport(), mime) or len(names(studio)) == 2


def test_the_keyboard_uses_renames_and_takes_off(qtbot, desk, studio, strip):
    pin(qtbot, desk, 2)
    strip.list.setFocus()
    strip.list.setCurrentIndex(strip.model.index(0))
    first = strip.model.pin(0)
    QTest.keyClick(strip.list, KEY.Key_Return)
    assert studio.state.draft.references == (first.reference,)
    QTest.keyClick(strip.list, KEY.Key_F2)
    editor = strip.list.indexWidget(strip.model.index(0)) or strip.list.focusWidget()
    QTest.keyClicks(editor, "Anna")
    with qtbot.waitSignal(studio.pins.changed):
        QTest.keyClick(editor, KEY.Key_Return)
    assert "Anna" in names(studio)
    strip.list.setCurrentIndex(strip.model.index(0))
    with qtbot.waitSignal(studio.pins.changed):
        QTest.keyClick(strip.list, KEY.Key_Delete)
    assert len(names(studio)) == 1


def test_many_can_be_searched(qtbot, desk, studio, strip):
    assert not strip.search.isVisible()
    pin(qtbot, desk, 12)
    assert strip.search.isVisible()
    strip.search.setText("pin 7")
    assert [strip.model.pin(row).name for row in range(strip.model.rowCount())] == ["pin 7"]
    strip.search.setText("nothing like it")
    assert strip.hint.text() == "No name on the shelf has these words."
    QTest.keyClick(strip.search, KEY.Key_Escape)


def test_pins_are_named_for_assistive_technology(qtbot, desk, strip):
    pin(qtbot, desk, 1)
    index = strip.model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "pin 0"
    assert "800 × 600" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    menu = strip.list.make_menu(strip.model.pin(0))
    assert [a.text().split("\t")[0] for a in menu.actions() if a.text()] == [
        "Use as a reference", "Rename", "Take off the shelf",
    ]  # fmt: skip
    menu.deleteLater()


def test_where_a_drop_would_stay_is_outlined(panel, strip):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a.png")])
    enter = entering(mime, QPoint(5, 5))
    QApplication.sendEvent(strip, enter)
    assert strip.is_target()
    edge = strip.grab().toImage().pixelColor(0, strip.height() // 2)
    assert edge.name().upper() == current_colors().focus
    QApplication.sendEvent(strip, QDragLeaveEvent())
    assert not strip.is_target()
