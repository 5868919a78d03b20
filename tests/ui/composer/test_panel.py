import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from flux_studio.core.problem import Control
from flux_studio.core.size import Size
from flux_studio.storage.key_status import UNAVAILABLE
from flux_studio.ui.theme import Theme, apply_theme
from tests.ui.composer.conftest import FREE, TIERS, choose, give, reference


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def stops(panel) -> list[QWidget]:
    """Where Tab goes from the model on, until it comes round."""
    found: list[QWidget] = []
    panel.model.setFocus()
    while not found or QApplication.focusWidget() is not panel.model:
        found.append(focused())
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        assert len(found) < 60
    return found


def names(panel) -> list[str]:
    return [stop.accessibleName() for stop in stops(panel)]


def test_tab_goes_down_the_panel_as_the_eye_does(panel, desk):
    give(desk, reference(1), reference(2))
    desk.studio.set_prompt("A fox")
    panel.open_more(True)
    assert names(panel) == [
        "Model",
        "About this model",
        "Text",
        "Prompt",
        "Reference 1, ref-1.png",
        "Reference 2, ref-2.png",
        "Add reference",
        "match source",
        "Scale, print and favourites",
        "Width",
        "Swap width and height",
        "Height",
        "Lock ratio",
        "Area",
        "Random",
        "Seed",
        "Safety tolerance",
        "Safety checker",
        "More",
        "Number of images",
        "One more",
        "JPEG",
        "Steps",
        "Guidance",
        "Quiet",
        "Mood",
        "What will be sent…",
        "Cost",
        "All prices",
        "Batch",
        "Prices",
        "Generate",
    ]


def test_tab_keeps_its_way_when_the_model_brings_other_controls(panel, desk):
    give(desk, reference(1))
    desk.studio.set_prompt("A fox")
    desk.studio.set_size(Size(1344, 768))
    choose(desk, TIERS)
    expected = [
        "Model",
        "About this model",
        "Text",
        "Prompt",
        "Reference 1, ref-1.png",
        "Add reference",
        "match source",
        "Scale, print and favourites",
        "16:9, 1344 × 768",
        "Swap width and height",
        "1k",
        "More",
        "Cost",
        "All prices",
        "Batch",
        "Prices",
        "Generate",
    ]
    assert names(panel) == expected
    desk.studio.set_size(Size(1024, 1024))  # another tile is the stop now
    expected[8] = "1:1, 1024 × 1024"
    assert names(panel) == expected


def test_back_tab_goes_the_same_way_back(panel, desk):
    desk.studio.set_prompt("A fox")
    forward = stops(panel)
    backward: list[QWidget] = []
    panel.model.setFocus()
    for _ in forward:
        backward.append(focused())
        QTest.keyClick(backward[-1], Qt.Key.Key_Backtab)
    assert backward[1:] == list(reversed(forward))[:-1]


def test_every_stop_has_a_name_and_a_tooltip_or_placeholder(panel, desk):
    give(desk, reference(1))
    for stop in stops(panel):
        assert stop.accessibleName(), stop
        explained = stop.toolTip() or getattr(stop, "placeholderText", str)()
        offers = isinstance(stop, QPushButton) and stop.text()
        assert explained or offers, stop.accessibleName()


def test_every_label_is_plain_text(panel):
    for label in panel.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText, label.text()


def test_a_change_of_state_disturbs_neither_caret_nor_selection(panel, desk):
    desk.studio.set_prompt("A fox in snow")
    box = panel.prompt.box
    box.setFocus()
    cursor = box.textCursor()
    cursor.setPosition(2)
    cursor.setPosition(5, QTextCursor.MoveMode.KeepAnchor)
    box.setTextCursor(cursor)
    desk.studio.set_count(3)
    desk.studio._set(expected=3.0)
    choose(desk, TIERS)
    assert box.textCursor().selectedText() == "fox"
    assert box.hasFocus()


def test_half_a_number_survives_a_change_of_state(panel, desk):
    field = panel.size_picker.sides.width_field
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    desk.studio._set(expected=3.0)
    desk.studio.set_count(2)
    assert field.text() == ""


@pytest.mark.parametrize(
    ("control", "name"),
    [
        (Control.MODEL, "Model"),
        (Control.PROMPT, "Prompt"),
        (Control.REFERENCES, "Add reference"),
        (Control.SIZE, "Width"),
        (Control.SEED, "Seed"),
        (Control.SAFETY, "Seed"),
        (Control.COUNT, "Number of images"),
        (Control.FORMAT, "Number of images"),
        (Control.KNOBS, "Number of images"),
    ],
)
def test_looking_at_a_control_gives_it_the_keyboard(panel, control, name):
    panel.look_at(control)
    assert focused().accessibleName() == name


def test_looking_at_the_size_of_a_listing_model_goes_to_its_tiles(panel, desk):
    choose(desk, TIERS)
    desk.studio.set_size(Size(1024, 1024))
    panel.look_at(Control.SIZE)
    assert QApplication.focusWidget() is panel.size_picker.tiles.stop()


def test_looking_at_the_key_goes_to_the_offer(panel, desk):
    desk.studio.set_prompt("A fox")
    desk.studio._set(keys={"one": UNAVAILABLE})
    panel.look_at(Control.KEY)
    assert focused().accessibleName() == "Add key…"


def test_looking_lets_the_control_glow_and_the_glow_goes(panel, desk, qtbot):
    panel.look_at(Control.COUNT)
    qtbot.waitUntil(panel._flash.isVisible)
    assert panel._flash.geometry().contains(
        panel.more.inside.geometry().translated(panel.more.pos()).center()
    )
    qtbot.waitUntil(lambda: not panel._flash.isVisible(), timeout=5000)


def test_generate_on_an_empty_prompt_says_so_at_the_prompt(panel, desk):
    desk.studio.attention.connect(panel.look_at)
    desk.studio.generate()
    assert panel.prompt.problem.text() == "The prompt is empty. Say what the picture should show."
    assert panel.prompt.box.hasFocus()
    desk.studio.set_prompt("A fox")
    assert panel.prompt.problem.text() == ""


def test_the_placeholder_teaches_the_mode(panel, desk):
    assert panel.prompt.box.placeholderText().startswith("Describe the picture")
    give(desk, reference(1))
    assert panel.prompt.box.placeholderText().startswith("Say what should change")


def test_focus_prompt(panel):
    panel.model.setFocus()
    panel.focus_prompt()
    assert panel.prompt.box.hasFocus()


def test_the_scroll_bar_takes_no_room_from_the_controls(panel, desk, qtbot):
    wide = panel.model.width()
    panel.resize(360, 500)
    qtbot.waitUntil(lambda: panel._scroll.verticalScrollBar().isVisible())
    qtbot.waitUntil(lambda: panel.model.width() == wide)
    panel.resize(360, 1200)
    qtbot.waitUntil(lambda: not panel._scroll.verticalScrollBar().isVisible())
    assert panel.model.width() == wide


def test_nothing_is_cut_at_the_sides(panel, desk, qtbot):
    give(desk, *(reference(number) for number in range(1, 9)))
    for card in (FREE, TIERS):
        choose(desk, card)
        for width in (320, 360, 520):
            panel.resize(width, 1200)
            qtbot.waitUntil(lambda width=width: panel._body.width() == width)
            assert panel._body.minimumSizeHint().width() <= width


def test_the_panel_follows_the_theme(panel, qapp):
    dark = panel.grab().toImage()
    apply_theme(qapp, Theme.LIGHT)
    light = panel.grab().toImage()
    apply_theme(qapp, Theme.DARK)
    assert dark.pixelColor(3, 3) != light.pixelColor(3, 3)
