import pytest

from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.options import LARGEST, MOST_REMEMBERED, Remembered, WallOptions


def test_what_is_remembered_comes_back():
    left = Remembered(
        WallOptions(512, squares=True, grouping=Grouping.PROMPT, piles=True),
        ("p7", -31),
        ("p7", "p8"),
        "p8",
    )
    assert Remembered.from_text(left.to_text()) == left


@pytest.mark.parametrize(
    "text",
    [None, 7, "", "{", "[]", "null", '{"options": 3}', '{"options": {"grouping": "moon"}}',
     '{"place": [1]}', '{"options": {"size": "large"}}'],
)  # fmt: skip
def test_what_cannot_be_read_gives_the_first_state(text):
    assert Remembered.from_text(text) == Remembered()


def test_sizes_and_selections_have_bounds():
    left = Remembered(WallOptions(99_999), selected=tuple(map(str, range(900))))
    back = Remembered.from_text(left.to_text())
    assert back.options.size == LARGEST
    assert len(back.selected) == MOST_REMEMBERED
