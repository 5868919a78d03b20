"""What the size picker discloses: outline, scale steps, print, favourites; savings and sums."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.size import FreeSizes, Preset, Size, nearest_size, size_problem
from tests.core.test_size_snapping import FREE_CARDS
from tests.ui.composer.conftest import FREE, TIERS, choose, give, reference

EIGHTS = replace(
    FREE,
    sizes=FreeSizes(64, 4096, 8, 4_194_304, (Preset("16:9", Size(1344, 768)),)),
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def picker(panel, desk):
    choose(desk, EIGHTS)
    desk.studio.set_size(Size(1024, 768))
    return panel.size_picker


@pytest.fixture
def tools(picker):
    picker.more.setChecked(True)
    return picker.tools


def size(desk) -> Size:
    found: Size = desk.studio.state.draft.size
    return found


def height_of(picker) -> int:
    """px that the picker takes in a composer of the usual width."""
    height: int = picker.layout().totalHeightForWidth(328)
    return height


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


# Sums


@pytest.mark.parametrize(
    ("text", "width"), [("1920/2", 960), ("1024*1.5", 1536), ("(500+12)*2", 1024)]
)
def test_a_sum_counts_at_once_and_becomes_a_number_on_leaving(picker, desk, text, width):
    field = picker.sides.width_field
    type_into(field, text)
    assert size(desk) == Size(width, 768)
    assert field.text() == text
    picker.sides.height_field.setFocus()
    assert field.text() == str(width)


def test_an_unfinished_sum_asks_for_nothing_and_goes_back(picker, desk):
    field = picker.sides.width_field
    type_into(field, "960")
    QTest.keyClicks(field, "*")
    assert size(desk) == Size(960, 768)
    picker.sides.height_field.setFocus()
    assert field.text() == "960"


def test_return_makes_a_number_of_a_sum_and_escape_takes_it_back(picker, desk):
    field = picker.sides.width_field
    type_into(field, "2048/4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "512"
    QTest.keyClicks(field, "+")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "512"


def test_letters_have_no_place_in_a_size(picker):
    type_into(picker.sides.width_field, "5a1b2")
    assert picker.sides.width_field.text() == "512"


def test_a_typed_side_is_one_step_to_undo_even_with_a_locked_ratio(picker, desk):
    before = desk.studio.state.draft
    press(picker.sides.lock)
    type_into(picker.sides.width_field, "512")
    assert size(desk) == Size(512, 384)
    desk.studio.undo.undo()
    assert desk.studio.state.draft == before


# What a smaller size saves


def test_a_size_just_above_a_step_offers_the_saving(picker, desk):
    desk.studio.set_size(Size(1032, 1024))
    assert picker.save.isVisible()
    assert picker.save.text() == "8 px narrower saves $0.015"
    press(picker.save)
    assert size(desk) == Size(1024, 1024)
    assert not picker.save.isVisible()
    desk.studio.set_size(Size(1024, 1040))
    assert picker.save.text() == "16 px lower saves $0.015"


def test_the_picker_is_as_high_with_an_offer_as_without(picker, desk, qtbot):
    desk.studio.set_size(Size(1024, 1024))
    height = height_of(picker)
    desk.studio.set_size(Size(1032, 1024))
    assert picker.save.isVisible()
    assert height_of(picker) == height


# Disclosure


def test_the_tools_are_made_when_first_wanted_and_leave_no_room_when_closed(picker):
    assert picker.tools is None
    rest = height_of(picker)
    press(picker.more)
    assert picker.tools.isVisible()
    assert height_of(picker) > rest
    press(picker.more)
    assert not picker.tools.isVisible()
    assert height_of(picker) == rest


def test_limits_are_said_in_place(picker, tools, desk):
    words = f"{EIGHTS.title}: each side 64 to 4096 px, in steps of 8, at most 4 MP."
    assert tools.limits.text() == words
    assert "in steps of 8" in picker.sides.width_field.toolTip()
    choose(desk, TIERS)
    assert "by ratio and resolution" in tools.limits.text()


# Scale steps


def test_scale_steps_keep_the_ratio(tools, desk):
    desk.studio.set_size(Size(1344, 768))
    for area in (0.5, 2.0, 4.0, 1.0):
        press(tools.scales.buttons[area])
        assert size(desk).megapixels == pytest.approx(area, rel=0.05)
        assert size(desk).ratio == pytest.approx(16 / 9, rel=0.04)
        assert tools.scales.buttons[area].isChecked()


def test_steps_that_the_model_cannot_make_are_off_and_say_so(tools, desk):
    choose(desk, replace(EIGHTS, sizes=FreeSizes(64, 1440, 8, 2_073_600)))
    assert not tools.scales.buttons[2.0].isEnabled()
    assert "does not make 2 MP" in tools.scales.buttons[2.0].toolTip()
    choose(desk, TIERS)
    assert not tools.scales.isVisible()


# The outline


def drag(outline, by: QPoint) -> None:
    start = outline.corner().toPoint()
    QTest.mousePress(outline, Qt.MouseButton.LeftButton, pos=start)
    for part in (0.25, 0.5, 0.75, 1):
        QTest.mouseMove(outline, start + by * part)
    QTest.mouseRelease(outline, Qt.MouseButton.LeftButton, pos=start + by)


def test_the_corner_is_dragged_to_valid_sizes_in_one_step(tools, desk):
    before, passed = desk.studio.state.draft, []
    tools.outline.size_dragged.connect(passed.append)
    drag(tools.outline, QPoint(12, 8))
    assert size(desk).width > 1024
    assert size(desk).height > 768
    assert len(passed) > 1
    assert all(size_problem(EIGHTS.sizes, each) is None for each in passed)
    desk.studio.undo.undo()
    assert desk.studio.state.draft == before


def test_the_corner_is_caught_only_where_it_is(tools, desk):
    QTest.mousePress(tools.outline, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    QTest.mouseMove(tools.outline, QPoint(30, 30))
    QTest.mouseRelease(tools.outline, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert size(desk) == Size(1024, 768)


def test_a_locked_ratio_is_kept_while_dragging(picker, tools, desk):
    desk.studio.set_size(Size(1024, 512))
    press(picker.sides.lock)
    drag(tools.outline, QPoint(14, 1))
    assert size(desk).width > 1024
    assert size(desk).ratio == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize(
    ("key", "by"),
    [
        (Qt.Key.Key_Right, (16, 0)),
        (Qt.Key.Key_Left, (-16, 0)),
        (Qt.Key.Key_Down, (0, 16)),
        (Qt.Key.Key_Up, (0, -16)),
    ],
)
def test_arrows_move_the_corner(tools, desk, key, by):
    tools.outline.setFocus()
    QTest.keyClick(tools.outline, key)
    assert size(desk) == Size(1024 + by[0], 768 + by[1])
    QTest.keyClick(tools.outline, key, Qt.KeyboardModifier.ShiftModifier)
    assert size(desk) == Size(1024 + 5 * by[0], 768 + 5 * by[1])


def test_arrows_go_through_listed_sizes(tools, desk):
    choose(desk, TIERS)
    desk.studio.set_size(Size(1024, 1024))
    tools.outline.setFocus()
    QTest.keyClick(tools.outline, Qt.Key.Key_Right)
    assert size(desk) == Size(1344, 768)


@pytest.mark.parametrize("card", FREE_CARDS, ids=lambda card: "/".join(card.id))
def test_the_handle_stays_in_its_drawing_at_every_card(tools, card):
    for wanted in (Size(64, 64), Size(4096, 512), Size(512, 4096), Size(2048, 2048)):
        tools.outline.show_size(card, nearest_size(card.sizes, wanted), None)
        corner: QPointF = tools.outline.corner()
        assert tools.outline.rect().contains(corner.toPoint())


# Print


def test_a_sheet_says_what_it_needs_and_is_used(tools, desk):
    words = tools.print.words.text()
    assert words.startswith("Needs 2480 × 3508 px. Nearest here: 1720 × 2432, enlarged 1.44 ×")
    press(tools.print.use)
    assert size(desk) == Size(1720, 2432)
    tools.print.turn.setChecked(True)
    press(tools.print.use)
    assert size(desk) == Size(2432, 1720)


def test_dots_per_inch_and_sheet_are_chosen(tools):
    tools.print.dpi.setCurrentIndex(0)
    tools.print.paper.setCurrentIndex(0)
    assert tools.print.plan().wanted == Size(620, 874)
    assert "large enough as it is" in tools.print.words.text()


# Favourites


def test_a_favourite_is_named_kept_and_stands_beside_the_presets(picker, tools, desk):
    desk.studio.set_size(Size(1280, 512))
    press(tools.favourites.keep)
    type_into(tools.favourites.name, "Poster")
    QTest.keyClick(tools.favourites.name, Qt.Key.Key_Return)
    assert [row.preset.name for row in tools.favourites.rows] == ["Poster"]
    desk.studio.set_size(Size(512, 512))
    tile = next(b for b in picker.tiles.buttons() if b.tile.label == "Poster")
    press(tile)
    assert size(desk) == Size(1280, 512)
    assert tile.isChecked()
    desk.studio.set_size(Size(512, 512))
    press(tools.favourites.rows[0].use)
    assert size(desk) == Size(1280, 512)


def test_a_favourite_is_renamed_and_removed_with_a_way_back(tools, desk):
    desk.studio.sizes.keep("Poster", Size(1344, 768))
    press(tools.favourites.rows[0].rename)
    assert tools.favourites.name.text() == "Poster"
    type_into(tools.favourites.name, "Banner")
    QTest.keyClick(tools.favourites.name, Qt.Key.Key_Return)
    assert [row.preset.name for row in tools.favourites.rows] == ["Banner"]
    press(tools.favourites.rows[0].remove)
    assert tools.favourites.rows == []
    desk.studio.acted.emit(desk.studio.state.notice)
    assert [row.preset.name for row in tools.favourites.rows] == ["Banner"]


def test_escape_leaves_the_name(tools, desk):
    press(tools.favourites.keep)
    QTest.keyClicks(tools.favourites.name, "x")
    QTest.keyClick(tools.favourites.name, Qt.Key.Key_Escape)
    assert not tools.favourites.name.isVisible()
    assert tools.favourites.keep.isVisible()
    assert desk.studio.sizes.favourites() == ()


def test_favourites_never_make_the_picker_higher(picker, desk, qtbot):
    height = height_of(picker)
    for number in range(12):
        desk.studio.sizes.keep(f"size {number}", Size(512 + 16 * number, 512))
    assert len(picker.tiles.buttons()) == 7
    qtbot.waitUntil(lambda: height_of(picker) == height)  # once the layout has heard of them


def test_favourites_that_the_model_cannot_make_are_no_tiles(picker, desk):
    desk.studio.sizes.keep("huge", Size(8000, 8000))
    assert "huge" not in [b.tile.label for b in picker.tiles.buttons()]


# The narrowest composer


@pytest.mark.parametrize("card", [EIGHTS, TIERS], ids=["free", "listed"])
def test_nothing_is_wider_than_the_narrowest_composer(panel, picker, desk, qtbot, card):
    panel.resize(320, 700)
    choose(desk, card)
    give(desk, reference(1), reference(2))
    picker.more.setChecked(True)
    desk.studio.sizes.keep("A name as long as names can be, or so", Size(1024, 1024))
    qtbot.waitUntil(lambda: panel.width() == 320)
    assert panel._body.minimumSizeHint().width() <= panel._scroll.viewport().width()


# The ruler


@pytest.mark.parametrize("card", FREE_CARDS, ids=lambda card: "/".join(card.id))
def test_the_ruler_has_the_price_of_the_card_at_every_pixel(picker, card):
    if not isinstance(card.price, PerMegapixel):
        return
    ruler = picker.ruler
    for wanted in (Size(512, 512), Size(1920, 1080), Size(4096, 4096)):
        ruler.show_size(card, nearest_size(card.sizes, wanted))
        for x in range(ruler.width()):
            end = ruler.area_at(x) * 1_048_576
            start = end - ruler._cell * 1_048_576
            price = ruler.price_at(x)
            for pixels in (start + 1, (start + end) / 2, end):
                assert price == card.estimate(Size(max(1, int(pixels)), 1)).each


def test_a_drag_on_the_ruler_is_one_step_to_undo(picker, desk):
    before = desk.studio.state.draft
    ruler = picker.ruler
    QTest.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    for x in range(40, ruler.width(), 30):
        QTest.mouseMove(ruler, QPoint(x, 12))
    QTest.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=QPoint(x, 12))
    assert size(desk).billed_megapixels >= 3
    desk.studio.undo.undo()
    assert desk.studio.state.draft == before
