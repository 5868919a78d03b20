"""The shared widgets: what they show, what they say to assistive technology, what they ask for."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QEnterEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.theme import Theme, apply_theme
from flux_studio.ui.tokens import DARK, LIGHT, SHAPE
from flux_studio.ui.widgets import toast as toast_module
from flux_studio.ui.widgets.chip import Chip, FilterChip, KeyHint
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.empty_state import Card, EmptyState
from flux_studio.ui.widgets.field_label import FieldLabel, Rule, SectionHeader
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.primary_button import PrimaryButton
from flux_studio.ui.widgets.problem_line import ProblemLine, ThemedIcon
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.star_rating import StarRating
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.toast import Toast
from flux_studio.ui.widgets.tooltip import announce, tooltip

# The offscreen platform says so of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

HTML = "<b>bold</b> & <img src='file:///x'>"


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication):
    apply_theme(qapp, Theme.DARK)
    yield
    apply_theme(qapp, Theme.DARK)


@pytest.fixture
def window(qtbot):
    """A shown window with a column to put widgets in."""
    shown = QWidget()
    QVBoxLayout(shown)
    qtbot.addWidget(shown)
    shown.resize(400, 300)
    shown.show()
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    return shown


def place(window, widget):
    window.layout().addWidget(widget)
    widget.show()
    return widget


def seed_control() -> SegmentedControl:
    return SegmentedControl(
        "Seed mode",
        (
            Segment("random", "Random", "dices"),
            Segment("fixed", "Fixed", "lock"),
            Segment("step", "Stepping", "chevrons-right"),
        ),
    )


def rated(stars: int) -> StarRating:
    rating = StarRating("Rating")
    rating.show_rating(stars)
    return rating


def everything() -> list[QWidget]:
    field, problem, rows = FieldLabel(HTML), ProblemLine(), KeyValueRows()
    field.show_note(HTML)
    field.add_tool(IconButton("history", "Prompt history", "Earlier prompts", edge=24))
    problem.show_problem(HTML, offer="Use 1344")
    rows.show_rows([Row(HTML, HTML, tip=HTML)])
    empty = EmptyState("images", HTML, HTML)
    empty.add_button("Try a sample", "sparkles", primary=True)
    return [
        IconButton("lock", "Lock ratio", "Keep the ratio", "Ctrl+R"),
        seed_control(),
        field,
        SectionHeader(HTML, HTML),
        ElidedLabel(HTML),
        NumberField("Width", "W"),
        rows,
        problem,
        ThinProgress("Job"),
        Chip(HTML),
        KeyHint("Ctrl+F"),
        FilterChip("Rating", "star", "Any rating"),
        PrimaryButton("Generate", "sparkles", "Ctrl+Return"),
        StarRating("Rating"),
        empty,
        Card(),
    ]


def family(widget: QWidget) -> list[QWidget]:
    return [widget, *widget.findChildren(QWidget)]


# ---- all of them ----


def test_everything_that_takes_the_focus_has_a_name_and_a_place_in_the_tab_order(window):
    focusable = [
        each
        for widget in everything()
        for each in family(place(window, widget))
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(each, QLabel)
    ]
    assert len(focusable) >= 9
    for each in focusable:
        spoken = QAccessible.queryAccessibleInterface(each)
        assert spoken.text(QAccessible.Text.Name), each


def test_every_label_is_plain_text_and_every_tooltip_is_escaped(window):
    labels = [
        each
        for widget in everything()
        for each in family(place(window, widget))
        if isinstance(each, QLabel)
    ]
    assert len(labels) >= 10
    for label in labels:
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for widget in everything():
        for each in family(widget):
            assert "<img" not in each.toolTip()


def test_every_button_is_large_enough_to_hit(window):
    for widget in everything():
        place(window, widget)
        for each in (*family(widget),):
            if isinstance(each, QPushButton | QToolButton):
                assert each.sizeHint().height() >= SHAPE.target or each.height() >= SHAPE.target
                if isinstance(each, QToolButton):
                    assert each.width() >= SHAPE.target


@pytest.mark.parametrize(
    ("build", "dark", "light"),
    [
        (lambda: IconButton("square", "n", "t", role="text"), DARK.text, LIGHT.text),
        (seed_control, DARK.raised, LIGHT.raised),
        (lambda: NumberField("Width", "W"), DARK.field, LIGHT.field),
        (lambda: Chip("cheapest", "accent"), DARK.accent, LIGHT.accent),
        (lambda: FilterChip("Rating", "star", "Any"), DARK.line, LIGHT.line),
        (lambda: PrimaryButton("Generate", "sparkles"), DARK.accent, LIGHT.accent),
        (lambda: rated(3), DARK.accent, LIGHT.accent),
        (lambda: ThinProgress("Job"), DARK.line, LIGHT.line),
        (lambda: Rule(), DARK.line, LIGHT.line),
        (lambda: ThemedIcon("square", "danger", 20), DARK.danger, LIGHT.danger),
        (lambda: Card(), DARK.field, LIGHT.field),
    ],
)
def test_a_theme_switch_repaints_with_the_new_colours(qapp, window, build, dark, light):
    widget = place(window, build())
    assert dark in seen(widget)
    assert light not in seen(widget)
    apply_theme(qapp, Theme.LIGHT)
    assert light in seen(widget)
    assert dark not in seen(widget)


# ---- one by one ----


def test_tooltips_show_the_keys_and_escape_the_words():
    assert "Swap&nbsp;&nbsp;<b>Ctrl+F</b>" in tooltip("Swap", "Ctrl+F")
    assert "nowrap" in tooltip("Swap", "Ctrl+F")
    assert "nowrap" not in tooltip("A long sentence. " * 6)
    assert "&lt;b&gt;" in tooltip("<b>")
    assert tooltip("") == ""


def test_an_announcement_carries_its_words_and_its_urgency(window, monkeypatch):
    heard: list[QAccessibleAnnouncementEvent] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(event))
    announce(window, "Saved")
    announce(window, "Not sent", urgent=True)
    assert [event.message() for event in heard] == ["Saved", "Not sent"]
    politeness = QAccessible.AnnouncementPoliteness
    assert [event.politeness() for event in heard] == [politeness.Polite, politeness.Assertive]


@pytest.mark.parametrize(("name", "tip"), [("", "Keep the ratio"), ("Lock ratio", "")])
def test_an_icon_button_without_name_or_tooltip_is_refused(name, tip):
    with pytest.raises(ValueError, match="name and a tooltip"):
        IconButton("lock", name, tip)


def test_an_icon_button_leaves_the_focus_where_it_was(window, qtbot):
    field = place(window, QLineEdit())
    button = place(window, IconButton("lock", "Lock ratio", "Keep the ratio", checkable=True))
    field.setFocus()
    with qtbot.waitSignal(button.toggled):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    button.setFocus()
    with qtbot.waitSignal(button.toggled):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert (button.width(), button.height()) == (28, 28)
    assert button.accessibleDescription() == "Keep the ratio"


def test_segments_are_radio_buttons_and_obey_the_arrows(window, qtbot):
    control = place(window, seed_control())
    first = control.findChildren(QWidget)[0]
    first.setFocus()
    with qtbot.waitSignal(control.segment_chosen) as heard:
        qtbot.keyClick(first, Qt.Key.Key_Right)
    assert heard.args == ["fixed"]
    assert control.key() == "fixed"
    spoken = QAccessible.queryAccessibleInterface(focused())
    assert spoken.role() is QAccessible.Role.RadioButton
    assert spoken.text(QAccessible.Text.Name) == "Fixed"
    assert spoken.state().checked
    with qtbot.waitSignal(control.segment_chosen) as heard:
        qtbot.keyClick(focused(), Qt.Key.Key_End)
    assert heard.args == ["step"]
    with qtbot.waitSignal(control.segment_chosen) as heard:
        qtbot.keyClick(focused(), Qt.Key.Key_Right)  # around the corner
    assert heard.args == ["random"]


def test_tab_enters_a_segmented_control_once_at_the_chosen_one(window, qtbot):
    before = place(window, QLineEdit())
    control = place(window, seed_control())
    after = place(window, QLineEdit())
    control.show_key("step")
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Stepping"
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_segments_speak_only_of_what_the_user_chose(window, qtbot):
    control = place(window, seed_control())
    with qtbot.assertNotEmitted(control.segment_chosen):
        control.show_key("fixed")
    fixed = button_named(control, "Fixed")
    with qtbot.assertNotEmitted(control.segment_chosen):
        qtbot.mouseClick(fixed, Qt.MouseButton.LeftButton)  # it is the chosen one already
    with qtbot.waitSignal(control.segment_chosen) as heard:
        qtbot.mouseClick(button_named(control, "Stepping"), Qt.MouseButton.LeftButton)
    assert heard.args == ["step"]
    with pytest.raises(KeyError):
        control.show_key("none")


def test_a_segment_that_is_off_says_why_and_is_passed_over(window, qtbot):
    control = place(window, seed_control())
    control.show_enabled("fixed", False, "This model has no seed.")
    fixed = button_named(control, "Fixed")
    assert "no seed" in fixed.toolTip()
    assert fixed.accessibleDescription() == "This model has no seed."
    first = button_named(control, "Random")
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert control.key() == "step"


def test_a_field_label_shows_note_and_tools():
    label = FieldLabel("References")
    tool = IconButton("history", "History", "Earlier", edge=24)
    label.add_tool(tool)
    assert tool.parent() is label
    label.show_note("2 of 8", "danger")
    assert label.note() == "2 of 8"


def test_clicking_the_words_goes_to_the_buddy(window):
    field = place(window, QLineEdit())
    label = place(window, FieldLabel("&Prompt", field))
    assert label.findChildren(QLabel)[0].buddy() is field


def test_an_elided_label_cuts_and_shows_the_whole_only_then(window, qtbot):
    label = place(window, ElidedLabel("a long name of a picture that will not fit"))
    label.resize(60, 20)
    assert label.is_cut()
    assert label.text().endswith("not fit")
    label.setText("a")
    assert not label.is_cut()


def test_a_number_may_stand_empty_and_is_entered_once(window, qtbot):
    other = place(window, QLineEdit())
    field = place(window, NumberField("Width", "W", least=256, most=4096, step=16))
    field.show_value(1344)
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(field.value_typed) as heard:
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert heard.args == [None]
    field.show_value(1344)  # a render in between must not fill it again
    assert field.value() is None
    QTest.keyClicks(field, "20x 4,8")
    assert field.text() == "2048"
    entered: list[int] = []
    field.value_entered.connect(entered.append)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    other.setFocus()
    assert entered == [2048]


def test_a_number_left_empty_is_cleared_and_put_back_unless_taken(window, qtbot):
    other = place(window, QLineEdit())
    field = place(window, NumberField("Seed"))
    field.show_value(7)
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    with qtbot.waitSignal(field.cleared):
        other.setFocus()
    assert field.value() == 7
    field.cleared.connect(lambda: field.show_value(None))
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    with qtbot.assertNotEmitted(field.value_entered):
        other.setFocus()
    assert field.value() is None


def test_numbers_step_by_keys_within_their_range(window, qtbot):
    field = place(window, NumberField("Width", least=256, most=4096, step=16))
    field.show_value(4080)
    field.setFocus()
    entered: list[int] = []
    field.value_entered.connect(entered.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        qtbot.keyClick(field, key)
    assert entered == [4096, 4096 - 160]


def test_escape_puts_the_number_back(window, qtbot):
    field = place(window, NumberField("Width"))
    field.show_value(1344)
    field.setFocus()
    QTest.keyClicks(field, "9")
    assert field.value() == 13449
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.value() == 1344


def test_seeds_beyond_32_bits_arrive_whole(window, qtbot):
    field = place(window, NumberField("Seed"))
    field.setFocus()
    QTest.keyClicks(field, "12345678901234")
    with qtbot.waitSignal(field.value_entered) as heard:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.args == [12345678901234]


def test_the_wheel_steps_only_with_focus(window):
    place(window, QLineEdit()).setFocus()
    field = place(window, NumberField("Width", step=16))
    field.show_value(512)
    assert not roll(field)
    assert field.value() == 512
    field.setFocus()
    assert roll(field)
    assert field.value() == 528


def test_a_new_number_is_shown_while_typing_but_the_same_one_is_not(window):
    field = place(window, NumberField("Width"))
    field.show_value(1344)
    field.setFocus()
    QTest.keyClicks(field, "5")
    field.show_value(768)  # swapped meanwhile
    assert field.value() == 768


def test_a_wrong_number_says_why(window):
    field = place(window, NumberField("Width"))
    field.show_problem("Width must be a multiple of 16.")
    assert field.problem() == field.accessibleDescription() == "Width must be a multiple of 16."
    assert DARK.danger in seen(field)
    field.show_problem("")
    assert DARK.danger not in seen(field)


def test_facts_are_shown_reused_and_selectable(window):
    rows = place(window, KeyValueRows())
    rows.make_room(2)
    assert rows.rows() == []
    rows.show_rows([Row("Model", "FLUX.2 pro"), Row("Seed", "7", "danger")])
    labels = rows.findChildren(QLabel)
    assert rows.rows() == [("Model", "FLUX.2 pro"), ("Seed", "7")]
    rows.show_rows([Row("Cost", HTML)])
    assert rows.rows() == [("Cost", HTML)]
    assert rows.findChildren(QLabel) == labels
    selectable = Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert labels[1].textInteractionFlags() & selectable


def test_a_problem_line_keeps_its_room_announces_and_offers(window, qtbot, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        lambda event: said.append(event.message()),
    )
    line = place(window, ProblemLine(keeps_room=True))
    line.clear()
    assert not line.isVisible()
    assert line.sizePolicy().retainSizeWhenHidden()
    line.show_problem("Too wide.", offer="Use 1344")
    line.show_problem("Too wide.", offer="Use 1344")
    assert said == ["Too wide."]
    with qtbot.waitSignal(line.offer_taken):
        qtbot.mouseClick(line.findChild(QPushButton), Qt.MouseButton.LeftButton)
    line.clear()
    assert line.isHidden()
    assert line.text() == ""


def test_progress_is_a_progress_bar_and_rests_when_it_is_not_seen(window, monkeypatch):
    bar = place(window, ThinProgress("Job"))
    monkeypatch.setattr(bar.style(), "styleHint", lambda *_: 200, raising=False)
    bar.show_fraction(0.62)
    spoken = QAccessible.queryAccessibleInterface(bar)
    assert spoken.role() is QAccessible.Role.ProgressBar
    assert bar.value() / bar.maximum() == pytest.approx(0.62)
    assert not bar.is_moving()
    bar.show_fraction(None)
    assert bar.is_moving()
    bar.hide()
    assert not bar.is_moving()
    bar.show()
    assert bar.is_moving()
    bar.show_fraction(2)
    assert bar.value() == bar.maximum()
    assert not bar.is_moving()


def test_progress_does_not_paint_the_window_while_others_still_change_it(window, qtbot):
    class Painted(QWidget):
        times = 0

        def paintEvent(self, event):
            self.times += 1

    other, bar = place(window, Painted()), place(window, ThinProgress("Job"))
    qtbot.waitUntil(lambda: other.times > 0)
    QApplication.processEvents()
    before = other.times
    other.update()
    bar.show_fraction(0.6)
    assert bar.value() / bar.maximum() == pytest.approx(0.6)
    assert other.times == before
    qtbot.waitUntil(lambda: other.times > before)


def test_progress_fills_as_far_as_it_says(window):
    bar = place(window, ThinProgress("Job"))
    bar.resize(100, 3)
    bar.show_fraction(0.5)
    image = bar.grab().toImage()
    assert name_of(image.pixelColor(25, 1)) == DARK.accent
    assert name_of(image.pixelColor(75, 1)) == DARK.line


def test_a_mark_makes_room_for_itself(window):
    bar = place(window, ThinProgress("Budget"))
    before = bar.sizeHint().height()
    bar.show_mark(0.8)
    assert bar.sizeHint().height() > before
    assert DARK.text in seen(bar)


def test_a_filter_shows_its_choice_and_opens_its_menu(window, qtbot):
    chip = place(window, FilterChip("Rating", "star", "Any rating"))
    chip.setMenu(QMenu(chip))
    spoken = QAccessible.queryAccessibleInterface(chip)
    assert spoken.text(QAccessible.Text.Name) == "Rating"
    assert spoken.state().hasPopup
    assert DARK.raised not in seen(chip)
    chip.show_choice("4 & more", active=True)
    assert chip.is_active()
    assert chip.text() == "4 && more"
    assert chip.accessibleDescription() == "4 & more"
    assert DARK.raised in seen(chip)


def test_generate_shows_its_price_or_its_reason(window, qtbot):
    field = place(window, QLineEdit())
    button = place(window, PrimaryButton("Generate", "sparkles", "Ctrl+Return"))
    button.show_state("Generate 4", "$0.24", tip="4 × $0.060")
    assert button.accessibleName() == "Generate"
    assert button.accessibleDescription() == "Generate 4 · $0.24"
    assert "4 × $0.060" in button.toolTip()
    assert "Ctrl+Return" in button.toolTip()
    field.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    button.show_state("Generate 4", reason="Write a prompt first.")
    assert not button.isEnabled()
    assert button.reason() == "Write a prompt first."
    assert "Write a prompt first." in button.accessibleDescription()
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert DARK.accent not in seen(button)


def test_stars_are_given_by_mouse_and_keys(window, qtbot):
    stars = place(window, StarRating("Rating"))
    given: list[int] = []
    stars.rating_chosen.connect(given.append)
    click_at(stars, 3.5 * 24)
    click_at(stars, 3.5 * 24)
    qtbot.keyClick(stars, Qt.Key.Key_5)
    qtbot.keyClick(stars, Qt.Key.Key_Left)
    qtbot.keyClick(stars, Qt.Key.Key_0)
    assert given == [4, 3, 5, 4, 0]
    stars.show_rating(2)
    assert given[-1] == 0
    spoken = QAccessible.queryAccessibleInterface(stars)
    assert spoken.role() is QAccessible.Role.Slider
    assert spoken.valueInterface().currentValue() == 2


def test_shown_stars_cannot_be_changed(window, qtbot):
    stars = place(window, StarRating("Rating", read_only=True))
    with qtbot.assertNotEmitted(stars.rating_chosen):
        click_at(stars, 60)
        qtbot.keyClick(stars, Qt.Key.Key_5)
    assert stars.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_given_star_is_filled_so_that_colour_is_not_all(window):
    stars = place(window, StarRating("Rating"))
    hollow = stars.grab().toImage().pixelColor(8, 12)
    stars.show_rating(1)
    assert name_of(stars.grab().toImage().pixelColor(8, 12)) == DARK.accent
    assert name_of(hollow) != DARK.edge


def test_a_toast_stays_while_hovered_and_then_goes(window, qtbot, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(toast_module, "announce", lambda _widget, text: said.append(text))
    field = place(window, QLineEdit())
    field.setFocus()
    toast = Toast(window)
    toast.show_notice(HTML, action="Undo", seconds=0.05)
    assert said == [HTML]
    assert field.hasFocus()
    assert toast.findChildren(QLabel)[0].textFormat() is Qt.TextFormat.PlainText
    point = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    assert not toast.is_waiting()
    assert toast.isVisible()
    with qtbot.waitSignal(toast.closed):
        QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert not toast.isVisible()


def test_a_toast_asks_for_its_action_and_closes(window, qtbot):
    toast = Toast(window)
    toast.show_notice("Moved 3 pictures.", action="Undo")
    undo = next(each for each in toast.findChildren(QPushButton) if each.text() == "Undo")
    with qtbot.waitSignals([toast.action_asked, toast.closed]):
        qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    toast.show_notice("Saved.")
    assert undo.isHidden()
    with qtbot.waitSignal(toast.closed):
        qtbot.keyClick(toast, Qt.Key.Key_Escape)


def test_a_toast_keeps_to_the_foot_of_its_window(window):
    toast = Toast(window)
    toast.show_notice("Saved. " * 30)
    for width, height in ((400, 300), (700, 500)):
        window.resize(width, height)
        QApplication.processEvents()
        assert window.rect().contains(toast.geometry())
        assert toast.geometry().bottom() > height - 24


@pytest.mark.parametrize("width", [400, 700, 1400])
def test_an_empty_place_says_its_words_whole_however_wide_it_is(window, width):
    long = "Every picture that was paid is on disk. What is in doubt, or waits, stands here then."
    empty = place(window, EmptyState("images", "Nothing to rescue", long))
    empty.resize(width, 500)
    empty.show_words(f"Nothing found for “{long}”", long)
    empty.layout().activate()
    for label in empty.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
        assert label.width() <= 360


def test_an_empty_place_teaches_and_offers(window, qtbot):
    empty = place(window, EmptyState("images", "No pictures yet", "Write a prompt."))
    button = empty.add_button("Try a sample", "sparkles", primary=True)
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    empty.show_words("Nothing found", "Try fewer words.")
    assert [label.text() for label in empty.findChildren(QLabel)] == [
        "Nothing found",
        "Try fewer words.",
    ]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def button_named(control: QWidget, name: str) -> QWidget:
    return next(each for each in control.findChildren(QWidget) if each.accessibleName() == name)


def click_at(widget: QWidget, x: float) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(int(x), widget.height() // 2))


def roll(widget: QWidget) -> bool:
    """One notch up; whether the widget took it."""
    point = QPointF(widget.rect().center())
    event = QWheelEvent(
        point,
        QPointF(widget.mapToGlobal(point.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)
    return event.isAccepted()


def seen(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {
        name_of(image.pixelColor(x, y)) for x in range(image.width()) for y in range(image.height())
    }


def name_of(color: QColor) -> str:
    return str(color.name()).upper()
