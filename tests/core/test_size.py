import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.size import (
    MEGAPIXEL,
    FreeSizes,
    ListedSize,
    ListedSizes,
    Preset,
    Size,
    listed,
    nearest_size,
    nearest_within,
    parse_size,
    presets_of,
    size_problem,
)

ANY_PIXEL = FreeSizes(least=64, most=4096, step=1, most_pixels=0)
GRID_16 = FreeSizes(least=64, most=4096, step=16, most_pixels=4 * MEGAPIXEL)
ODD_GRID = FreeSizes(least=100, most=2000, step=48, most_pixels=1_500_000)
RATIOS = ListedSizes(
    (
        ListedSize("1:1", "1k", Size(1024, 1024)),
        ListedSize("16:9", "1k", Size(1344, 768)),
        ListedSize("9:16", "1k", Size(768, 1344)),
        ListedSize("1:1", "2k", Size(2048, 2048)),
        ListedSize("16:9", "2k", Size(2688, 1536)),
    )
)

sizes = st.builds(Size, st.integers(1, 30_000), st.integers(1, 30_000))
free_rules = st.builds(
    lambda least, more, step, room: FreeSizes(
        least, least + more + step, step, most_pixels=room and (least + step) ** 2 + room
    ),
    st.integers(1, 600), st.integers(0, 5000), st.integers(1, 128), st.integers(0, 20_000_000),
)  # fmt: skip
rules = st.one_of(free_rules, st.sampled_from([ANY_PIXEL, GRID_16, ODD_GRID, RATIOS]))


@pytest.mark.parametrize(
    ("size", "billed"),
    [
        (Size(512, 512), 1),
        (Size(1024, 768), 1),
        (Size(1024, 576), 1),
        (Size(1024, 1024), 1),
        (Size(1025, 1024), 2),
        (Size(1040, 1024), 2),
        (Size(1920, 1080), 2),
        (Size(1920, 1088), 2),
        (Size(2048, 1024), 2),
        (Size(2048, 1536), 3),
        (Size(2048, 2048), 4),
        (Size(4096, 4096), 16),
        (Size(1, 1), 1),
    ],
)
def test_a_billed_megapixel_is_1048576_pixels_rounded_up(size: Size, billed: int) -> None:
    assert size.billed_megapixels == billed


@given(sizes)
def test_the_billed_megapixels_just_cover_the_pixels(size: Size) -> None:
    billed = size.billed_megapixels
    assert (billed - 1) * MEGAPIXEL < size.pixels <= billed * MEGAPIXEL


def test_megapixels_for_people_are_not_rounded() -> None:
    assert f"{Size(1920, 1080).megapixels:.2f}" == "1.98"
    assert Size(1344, 768).ratio == pytest.approx(1.75)


@pytest.mark.parametrize("text", ["1344x768", "1344×768", "1344*768", " 1344 X 768 ", "01344x768"])
def test_a_size_is_read_in_every_common_spelling(text: str) -> None:
    assert parse_size(text) == Size(1344, 768)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1344", "1344x", "x768", "0x768", "1344x0", "-5x7", "1.5x2", "axb", "square_hd",
     "10x10x10", "9999999x64", "9" * 5000 + "x64", "²x2"],
)  # fmt: skip
def test_what_is_no_size_gives_none(text: str) -> None:
    assert parse_size(text) is None


@given(sizes)
def test_a_size_is_read_back_from_its_text(size: Size) -> None:
    assert parse_size(str(size)) == size
    assert size.swapped().swapped() == size


@pytest.mark.parametrize(
    ("rule", "size", "broken"),
    [
        (ANY_PIXEL, Size(1920, 1080), None),
        (ANY_PIXEL, Size(4096, 4096), None),
        (ANY_PIXEL, Size(64, 64), None),
        (ANY_PIXEL, Size(63, 1024), "side"),
        (ANY_PIXEL, Size(1024, 4097), "side"),
        (GRID_16, Size(1920, 1080), "grid"),
        (GRID_16, Size(1920, 1088), None),
        (GRID_16, Size(1081, 1920), "grid"),
        (GRID_16, Size(2048, 2048), None),
        (GRID_16, Size(2064, 2048), "area"),
        (RATIOS, Size(1344, 768), None),
        (RATIOS, Size(1920, 1080), "listed"),
    ],
)
def test_the_broken_rule_is_named(rule, size: Size, broken: str | None) -> None:
    assert size_problem(rule, size) == broken


@given(rules, sizes)
def test_the_nearest_size_is_always_valid(rule, size: Size) -> None:
    assert size_problem(rule, nearest_size(rule, size)) is None


@given(rules, sizes)
def test_a_valid_size_is_its_own_nearest(rule, size: Size) -> None:
    near = nearest_size(rule, size)
    assert nearest_size(rule, near) == near


@given(free_rules, sizes)
def test_no_neighbour_is_nearer_where_no_limit_bites(rule: FreeSizes, size: Size) -> None:
    near = nearest_size(rule, size)
    inside = (
        rule.least <= min(size.width, size.height) and max(size.width, size.height) <= rule.most
    )
    if not inside or (rule.most_pixels and size.pixels > rule.most_pixels):
        return

    def away(other: Size) -> int:
        return (other.width - size.width) ** 2 + (other.height - size.height) ** 2

    steps = (-rule.step, 0, rule.step)
    neighbours = [Size(near.width + x, near.height + y) for x in steps for y in steps]
    valid = [n for n in neighbours if n.width > 0 < n.height and size_problem(rule, n) is None]
    grown_over = rule.most_pixels and any(n.pixels > rule.most_pixels for n in neighbours)
    assert grown_over or away(near) == min(map(away, valid))


@given(free_rules, sizes)
def test_a_size_over_the_area_is_not_made_smaller_than_it_must_be(
    rule: FreeSizes, size: Size
) -> None:
    if not rule.most_pixels or size.pixels <= rule.most_pixels:
        return
    near = nearest_size(rule, size)
    bigger = Size(near.width + rule.step, near.height + rule.step)
    assert size_problem(rule, bigger) is not None


@given(st.sampled_from(RATIOS.options), st.floats(0.8, 1.25))
def test_a_scaled_listed_size_keeps_its_ratio(option: ListedSize, scale: float) -> None:
    asked = Size(round(option.size.width * scale), round(option.size.height * scale))
    assert nearest_size(RATIOS, asked) == option.size


def test_limits_keep_the_ratio_where_they_force_a_change() -> None:
    assert nearest_size(ANY_PIXEL, Size(8192, 4096)) == Size(4096, 2048)
    assert nearest_size(GRID_16, Size(4096, 4096)) == Size(2048, 2048)
    assert nearest_size(GRID_16, Size(1920, 1080)) == Size(1920, 1088)
    assert nearest_size(ANY_PIXEL, Size(10, 1000)) == Size(64, 1000)


def test_presets_of_free_sizes_are_the_cards_own() -> None:
    presets = (Preset("square", Size(512, 512), "square"),)
    assert presets_of(FreeSizes(64, 4096, 1, 0, presets)) == presets


def test_presets_of_listed_sizes_name_ratio_and_tier() -> None:
    assert [p.name for p in presets_of(RATIOS)][:4] == ["1:1 1k", "16:9 1k", "9:16 1k", "1:1 2k"]
    one_tier = ListedSizes(RATIOS.options[:3])
    assert [p.name for p in presets_of(one_tier)] == ["1:1", "16:9", "9:16"]
    assert [p.size for p in presets_of(one_tier)] == [o.size for o in RATIOS.options[:3]]


def test_only_listed_sizes_have_a_ratio_and_a_tier() -> None:
    assert listed(ANY_PIXEL, Size(1024, 1024)) is None
    option = listed(RATIOS, Size(1920, 1080))
    assert option is not None
    assert (option.ratio, option.tier) == ("16:9", "2k")


@pytest.mark.parametrize(
    ("rule", "size", "pixels", "nearest"),
    [
        (GRID_16, Size(2048, 1024), MEGAPIXEL, Size(1456, 720)),
        (GRID_16, Size(512, 512), MEGAPIXEL, Size(512, 512)),
        (GRID_16, Size(4096, 4096), 100 * MEGAPIXEL, Size(2048, 2048)),
        (GRID_16, Size(1024, 1024), 64 * 64, Size(64, 64)),
        (GRID_16, Size(1024, 1024), 64 * 64 - 1, None),
        (GRID_16, Size(1024, 1024), 0, None),
        (GRID_16, Size(1024, 1024), -5, None),
        (ANY_PIXEL, Size(2000, 1000), MEGAPIXEL // 2, Size(1024, 512)),
        (RATIOS, Size(2048, 2048), MEGAPIXEL, Size(1024, 1024)),
        (RATIOS, Size(2688, 1536), 2 * MEGAPIXEL, Size(1344, 768)),
        (RATIOS, Size(1024, 1024), MEGAPIXEL // 2, None),
    ],
)
def test_the_nearest_size_within_an_area(
    rule, size: Size, pixels: int, nearest: Size | None
) -> None:
    assert nearest_within(rule, size, pixels) == nearest
