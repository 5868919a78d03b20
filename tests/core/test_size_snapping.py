"""Size snapping against brute force, on small grids and on every card that we ship."""

from __future__ import annotations

import random
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.size import FreeSizes, ListedSizes, Size, nearest_size, size_problem
from flux_studio.session.composing import largest_size

CARDS = [
    card
    for path in sorted(Path("resources/models").glob("*.toml"))
    for card in read_cards(path.read_text(encoding="utf-8"), path.name)
]
FREE_CARDS = [card for card in CARDS if isinstance(card.sizes, FreeSizes)]


def target(rule: FreeSizes, size: Size) -> tuple[float, float]:
    """The wanted size, made smaller in its ratio as far as the limits force it."""
    scale = min(1.0, rule.most / max(size.width, size.height))
    if rule.most_pixels:
        scale = min(scale, sqrt(rule.most_pixels / size.pixels))
    return size.width * scale, size.height * scale


def away(size: Size, wanted: tuple[float, float]) -> float:
    return (size.width - wanted[0]) ** 2 + (size.height - wanted[1]) ** 2


small_rules = st.builds(
    lambda least, more, step, room: FreeSizes(
        least, least + more + step, step, most_pixels=room and (least + step) ** 2 + room
    ),
    st.integers(1, 40), st.integers(0, 90), st.integers(1, 9), st.integers(0, 4000),
)  # fmt: skip


@settings(deadline=None)
@given(small_rules, st.builds(Size, st.integers(1, 400), st.integers(1, 400)))
def test_no_valid_size_of_a_small_grid_is_nearer(rule: FreeSizes, size: Size):
    near, wanted = nearest_size(rule, size), target(rule, size)
    assert size_problem(rule, near) is None
    sides = range(rule.least, rule.most + 1)
    valid = [Size(w, h) for w in sides if w % rule.step == 0 for h in sides if h % rule.step == 0]
    best = min(away(s, wanted) for s in valid if size_problem(rule, s) is None)
    assert away(near, wanted) == pytest.approx(best)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: "/".join(card.id))
def test_what_each_card_makes_of_a_size_is_valid_and_nearest(card: ModelCard):
    chance = random.Random("/".join(card.id))
    for _ in range(300):
        size = Size(chance.randint(1, 9000), chance.randint(1, 9000))
        near = nearest_size(card.sizes, size)
        assert size_problem(card.sizes, near) is None
        if isinstance(card.sizes, ListedSizes):
            assert near in {option.size for option in card.sizes.options}
            continue
        wanted = target(card.sizes, size)
        around = range(-3 * card.sizes.step, 4 * card.sizes.step, card.sizes.step)
        neighbours = [Size(near.width + x, near.height + y) for x in around for y in around]
        valid = [s for s in neighbours if min(s.width, s.height) > 0]
        valid = [s for s in valid if size_problem(card.sizes, s) is None]
        assert away(near, wanted) == pytest.approx(min(away(s, wanted) for s in valid))


@pytest.mark.parametrize("card", FREE_CARDS, ids=lambda card: "/".join(card.id))
@pytest.mark.parametrize("megapixels", [0.5, 1, 2, 4])
def test_scale_steps_keep_the_ratio_and_never_pass_the_step(card: ModelCard, megapixels: float):
    rule = card.sizes
    assert isinstance(rule, FreeSizes)
    grid = max(rule.step, 16)
    for ratio in (Size(1, 1), Size(16, 9), Size(2, 3), Size(4, 5), Size(1344, 768)):
        size = largest_size(card, ratio, megapixels)
        assert size_problem(rule, size) is None
        scale = min(1.0, sqrt((rule.most_pixels or 10**9) / (megapixels * 1_048_576)))
        wide = sqrt(megapixels * 1_048_576 * ratio.ratio) * scale
        if max(wide, wide / ratio.ratio) <= rule.most:
            assert abs(size.width - wide) <= grid
            assert abs(size.height - wide / ratio.ratio) <= grid
