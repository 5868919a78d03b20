from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from flux_studio.core.pricing import Free, PerMegapixel, Unknown
from flux_studio.core.size import MEGAPIXEL, FreeSizes, ListedSize, ListedSizes, Preset, Size
from flux_studio.ui.composer.price_ruler import PriceRuler
from flux_studio.ui.composer.ratio_tiles import present_tile, tiles_of
from flux_studio.ui.composer.size_picker import TYPING_PAUSE_MS
from tests.ui.composer.conftest import FREE, TIERS, choose, give, reference

PRESETS = (
    Preset("square_hd", Size(1024, 1024)),
    Preset("square", Size(512, 512)),
    Preset("landscape_16_9", Size(1024, 576)),
)
WIDE = replace(FREE, sizes=FreeSizes(least=64, most=4096, step=1, most_pixels=0, presets=PRESETS))


@pytest.fixture
def picker(panel):
    return panel.size_picker


def size(desk) -> Size:
    size: Size = desk.studio.state.draft.size
    return size


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_names_for_assistive_technology(picker):
    sides = picker.sides
    named = [sides.width_field, sides.height_field, sides.swap, sides.lock]
    assert [w.accessibleName() for w in named] == [
        "Width",
        "Height",
        "Swap width and height",
        "Lock ratio",
    ]


def test_tiles_have_the_ratio_and_tell_equal_ratios_apart():
    tiles = tiles_of(WIDE.sizes, Size(1024, 1024))
    assert [t.label for t in tiles] == ["1:1", "512²", "16:9"]


def test_the_present_tile_is_the_very_size_else_the_ratio_else_none():
    tiles = tiles_of(WIDE.sizes, Size(1024, 1024))
    assert present_tile(tiles, Size(512, 512)) == tiles[1]
    assert present_tile(tiles, Size(2048, 2048)) == tiles[0]
    assert present_tile(tiles, Size(1344, 768)) == tiles[2]
    assert present_tile(tiles, Size(1500, 1000)) is None


def test_a_tile_chooses_its_size_and_is_marked(picker, desk):
    choose(desk, WIDE)
    press(picker.tiles.buttons()[2])
    assert size(desk) == Size(1024, 576)
    assert [b.isChecked() for b in picker.tiles.buttons()] == [False, False, True]


def test_a_click_on_the_present_tile_leaves_it_marked(picker, desk):
    choose(desk, WIDE)
    press(picker.tiles.buttons()[0])
    press(picker.tiles.buttons()[0])
    assert picker.tiles.buttons()[0].isChecked()


def test_arrows_go_through_the_tiles(picker, desk):
    choose(desk, WIDE)
    press(picker.tiles.buttons()[0])
    picker.tiles.stop().setFocus()
    QTest.keyClick(picker.tiles.stop(), Qt.Key.Key_Right)
    assert size(desk) == Size(512, 512)
    assert picker.tiles.buttons()[1].hasFocus()
    QTest.keyClick(picker.tiles.stop(), Qt.Key.Key_Left)
    QTest.keyClick(picker.tiles.stop(), Qt.Key.Key_Left)
    assert size(desk) == Size(1024, 576)


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_typing_a_side_changes_the_size_at_once(picker, desk):
    type_into(picker.sides.width_field, "1344")
    assert size(desk) == Size(1344, 768)
    type_into(picker.sides.height_field, "512")
    assert size(desk) == Size(1344, 512)


def test_an_emptied_side_asks_for_nothing_and_comes_back(picker, desk):
    field = picker.sides.width_field
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == ""
    assert size(desk) == Size(1024, 768)
    picker.sides.height_field.setFocus()
    assert field.text() == "1024"


def test_a_locked_ratio_is_kept_on_the_grid(picker, desk):
    desk.studio.set_size(Size(1024, 512))
    press(picker.sides.lock)
    type_into(picker.sides.width_field, "800")
    assert size(desk) == Size(800, 400)
    type_into(picker.sides.height_field, "256")
    assert size(desk) == Size(512, 256)
    press(picker.sides.lock)
    type_into(picker.sides.width_field, "640")
    assert size(desk) == Size(640, 256)


def test_swapping_turns_the_size(picker, desk):
    press(picker.sides.swap)
    assert size(desk) == Size(768, 1024)


def test_match_source_needs_a_source(picker, desk):
    assert not picker.match.isEnabled()
    assert "there is none yet" in picker.match.toolTip()
    give(desk, reference(1, Size(640, 480)))
    assert picker.match.isEnabled()
    press(picker.match)
    assert size(desk) == Size(640, 480)


def test_a_wrong_size_is_said_with_an_offer_that_mends_it(picker, desk):
    desk.studio.set_size(Size(1001, 768))
    assert "off the grid" in picker.problem.text()
    assert picker.sides.width_field.problem() == picker.problem.text()
    offer = picker.problem.findChild(QPushButton)
    assert offer.text() == "Use 1008 × 768"
    press(offer)
    assert size(desk) == Size(1008, 768)
    assert picker.problem.text() == ""
    assert picker.sides.width_field.problem() == ""


def test_half_a_number_is_not_scolded_until_the_typing_rests(picker, desk, qtbot):
    type_into(picker.sides.width_field, "13")
    assert size(desk) == Size(13, 768)
    assert picker.problem.text() == ""
    qtbot.waitUntil(lambda: picker.problem.text() != "", timeout=5 * TYPING_PAUSE_MS)
    QTest.keyClicks(picker.sides.width_field, "44")
    assert picker.problem.text() == ""


def test_listed_sizes_cannot_be_typed_and_say_why(picker, desk):
    choose(desk, TIERS)
    assert not picker.sides.width_field.isEnabled()
    assert not picker.sides.height_field.isEnabled()
    assert picker.reason.text() == "Listed sizes takes a ratio and a resolution, not pixels."
    assert not picker.ruler.isVisible()
    assert picker.cost.text() == "$0.050"
    choose(desk, FREE)
    assert picker.sides.width_field.isEnabled()
    assert not picker.reason.isVisible()


def test_listed_sizes_are_chosen_by_ratio_and_tier(picker, desk):
    choose(desk, TIERS)
    desk.studio.set_size(Size(1024, 1024))
    bar = picker.tier.bar()
    assert bar.key() == "1k"
    assert [b.tile.label for b in picker.tiles.buttons()] == ["1:1", "16:9"]
    bar.segment_chosen.emit("2k")
    assert size(desk) == Size(2048, 2048)
    assert bar.key() == "2k"
    press(picker.tiles.buttons()[1])  # 16:9 is offered at 1k only
    assert size(desk) == Size(1344, 768)


def test_swapping_a_listed_size_finds_the_listed_one(picker, desk):
    options = (ListedSize("16:9", "", Size(1344, 768)), ListedSize("9:16", "", Size(768, 1344)))
    choose(desk, replace(TIERS, sizes=ListedSizes(options)))
    desk.studio.set_size(Size(1360, 768))
    press(picker.sides.swap)
    assert size(desk) == Size(768, 1344)


def test_area_and_next_step_in_words(picker, desk):
    desk.studio.set_size(Size(1344, 768))
    assert picker.area.text() == "0.98 MP · next step at 1.00 MP"
    desk.studio.set_size(Size(1024, 1024))
    assert picker.area.text() == "1.00 MP · next step just above"
    desk.studio.set_size(Size(1920, 1088))
    assert picker.area.text() == "1.99 MP · next step at 2.00 MP"
    desk.studio.set_size(Size(2048, 2048))  # the most this model makes
    assert picker.area.text() == "4.00 MP"


def test_price_of_size_and_references_in_words(picker, desk):
    assert picker.cost.text() == "$0.030"
    give(desk, reference(1), reference(2))
    assert picker.cost.text() == "$0.030 + references $0.030"
    choose(desk, replace(FREE, price=Unknown()))
    assert picker.cost.text() == "price not known"
    choose(desk, replace(FREE, price=Free()))
    assert picker.cost.text() == "free"
    assert not picker.ruler.isVisible()


@pytest.mark.parametrize("area", [0.3, 1.0, 3.9, 9.5, 16.0])
def test_the_ruler_says_the_price_of_the_core_at_every_pixel(qtbot, area):
    ruler = PriceRuler()
    qtbot.addWidget(ruler)
    ruler.resize(328, 24)
    ruler.show_size(WIDE, Size(int(area * MEGAPIXEL), 1))
    for x in range(ruler.width()):
        end = ruler.area_at(x)
        start = end - ruler._cell
        price = ruler.price_at(x)
        for megapixels in (start + 1e-5, (start + end) / 2, end):
            pixels = Size(max(1, round(megapixels * MEGAPIXEL)), 1)
            assert price == WIDE.estimate(pixels).each, (x, megapixels)


def test_the_ruler_covers_the_model_and_stands_at_the_size(qtbot):
    ruler = PriceRuler()
    qtbot.addWidget(ruler)
    ruler.show_size(WIDE, Size(1024, 1024))
    assert (ruler.maximum(), ruler.value()) == (16, 4)  # quarters up to 4 MP
    ruler.show_size(WIDE, Size(4096, 4096))
    assert (ruler.maximum(), ruler.value()) == (16, 16)  # whole ones up to 16 MP
    ruler.show_size(FREE, Size(64, 64))
    assert (ruler.maximum(), ruler.value()) == (16, 1)


def test_the_printed_prices_stand_on_the_ruler(qtbot):
    card = replace(WIDE, price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")))
    ruler = PriceRuler()
    qtbot.addWidget(ruler)
    ruler.resize(328, 24)
    for side, price in ((1024, "0.030"), (2048, "0.075"), (4096, "0.255")):
        ruler.show_size(card, Size(side, side))
        assert ruler.price_of(ruler.value()) == Decimal(price)


def test_a_click_on_the_ruler_scales_the_size_and_keeps_the_ratio(picker, desk):
    choose(desk, WIDE)
    desk.studio.set_size(Size(1024, 576))
    spot = QPoint(picker.ruler.width() - 2, 12)
    QTest.mouseClick(picker.ruler, Qt.MouseButton.LeftButton, pos=spot)
    chosen = size(desk)
    assert chosen.billed_megapixels == 4
    assert chosen.megapixels > 3.9
    assert chosen.ratio == pytest.approx(16 / 9, rel=0.01)
    QTest.mouseClick(picker.ruler, Qt.MouseButton.LeftButton, pos=QPoint(70, 12))
    assert size(desk).billed_megapixels == 1


def test_arrows_walk_the_ruler(picker, desk):
    choose(desk, WIDE)
    desk.studio.set_size(Size(1024, 1024))
    picker.ruler.setFocus()
    QTest.keyClick(picker.ruler, Qt.Key.Key_Right)
    assert size(desk).billed_megapixels == 2
    QTest.keyClick(picker.ruler, Qt.Key.Key_Left)
    assert size(desk) == Size(1024, 1024)
