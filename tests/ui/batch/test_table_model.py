"""What the table of the batch says of its columns."""

import pytest
from PySide6.QtCore import Qt

from flux_studio.core.batch.rows import Row
from flux_studio.ui.batch.table_view import BatchView
from tests.ui.panels import a_desk
from tests.ui.wall import stock

ALIGNED = Qt.ItemDataRole.TextAlignmentRole


@pytest.fixture
def model(qtbot, tmp_path):
    with a_desk(tmp_path / "home") as desk:
        desk.studio.batch.put([Row({"prompt": "a fox", "seed": "7"})])
        stock.settle(desk)
        view = BatchView(desk.studio.batch, lambda _: ())
        qtbot.addWidget(view)
        yield view.rows


def test_the_head_of_numbers_stands_above_them(model):
    aligned = set()
    for column, name in enumerate(model.columns):
        head = model.headerData(column, Qt.Orientation.Horizontal, ALIGNED)
        assert head == model.data(model.index(0, column), ALIGNED)
        aligned |= {name} if head else set()
    assert aligned == {"seed", "count", "price"}
    assert model.headerData(0, Qt.Orientation.Vertical, ALIGNED) is None
