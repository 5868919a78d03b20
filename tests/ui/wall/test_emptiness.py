"""What the wall says where nothing was found: what finds more, or why there is nothing."""

import pytest
from PySide6.QtWidgets import QLabel

from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.emptiness import NothingFound


@pytest.fixture
def page(qtbot):
    made = NothingFound()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Filter(text="zebra"), "Fewer or shorter words"),
        (Filter(text="zebra rating:5"), "a word or a condition less"),
        (Filter(text="is:keep rating:5"), "a word or a condition less"),
        (Filter(text="is:keep"), "no such picture"),
        (Filter(text="rating:banana"), "as in rating:>=4"),
        (Filter(text="modle:flex"), "Did you mean “model:”"),
        (Filter(text="is:keep", favourite=True), "filters above"),
        (Filter(favourite=True), "F makes a picture a favourite"),
        (Filter(text="state:lost"), "Ctrl+J"),
    ],
)
def test_the_sentence_fits_what_was_asked(page, chosen, said):
    page.show_filter(chosen)
    assert any(said in label.text() for label in page.findChildren(QLabel))
