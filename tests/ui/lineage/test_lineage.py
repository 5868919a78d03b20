"""The tree of edits: how it is read, arranged, walked by keys, and what it costs."""

import gc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication

from flux_studio.session.library_desk import LibraryChange
from flux_studio.storage.family import Family, family_of
from flux_studio.ui.lineage import LineagePanel
from flux_studio.ui.lineage.arrangement import arranged
from flux_studio.ui.lineage.tree_view import caption_of
from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk
from tests.ui.wall import stock

Key = Qt.Key
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# root > a > a1, a2 ; root > b ; alone
TREE = {0: None, 1: 0, 2: 1, 3: 1, 4: 0, 9: None}


def name(number):
    return f"{number:032x}"


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    stock.keep(made, [
        stock.generation(n, NOW + timedelta(minutes=n), parent=None if p is None else name(p),
                         charged=Decimal("0.01") * (n + 1))
        for n, p in TREE.items()
    ])  # fmt: skip
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()


@pytest.fixture
def panel(qapp, desk):
    made = LineagePanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    made.resize(900, 600)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def show(panel, desk, qtbot):
    def shown(number):
        panel.show_generation(desk.workshop.gallery().get(name(number)))
        qtbot.waitUntil(lambda: name(number) in {g.id for g in panel._family.members})
        panel.tree.setFocus()

    return shown


def numbers(generations):
    return [int(g.id, 16) for g in generations]


@pytest.mark.parametrize("number", [0, 1, 2, 4])
def test_the_whole_tree_is_read_from_any_of_its_pictures(desk, number):
    family = family_of(desk.workshop.gallery(), name(number))
    assert numbers(family.members) == [0, 1, 4, 2, 3]
    assert numbers(family.line(name(3))) == [0, 1, 3]
    assert family.hidden == 0


def test_a_picture_alone_and_one_that_is_not_there(desk):
    assert numbers(family_of(desk.workshop.gallery(), name(9)).members) == [9]
    assert family_of(desk.workshop.gallery(), name(77)).members == ()


def test_a_circle_of_parents_ends(desk):
    one = stock.generation(20, NOW, parent=name(21))
    two = stock.generation(21, NOW, parent=name(20))
    stock.keep(desk, [one, two], with_files=False)
    family = family_of(desk.workshop.gallery(), name(20))
    assert sorted(numbers(family.members)) == [20, 21]
    assert len(arranged(family).places) == 2


def test_a_long_chain_is_walked_without_recursion():
    chain = tuple(stock.generation(n, NOW, parent=name(n - 1) if n else None) for n in range(1500))
    family = Family(chain[:3])
    assert [depth for _, depth in family.walk()] == [0, 1, 2]
    assert len(Family(chain).line(name(1499))) == 1500


def test_parents_stand_in_the_middle_of_their_edits(desk):
    made = arranged(family_of(desk.workshop.gallery(), name(0)))
    at = {int(p.generation.id, 16): (p.column, p.row) for p in made.places}
    assert at == {0: (0, 1.25), 1: (1, 0.5), 2: (2, 0.0), 3: (2, 1.0), 4: (1, 2.0)}
    assert len({(p.column, p.row) for p in made.places}) == 5


def test_keys_walk_the_tree(panel, show, qtbot):
    show(1)
    seen = []
    panel.generation_shown.connect(lambda g: seen.append(int(g.id, 16)))
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Left, Key.Key_Left, Key.Key_Left):
        qtbot.keyClick(panel.tree, key)
    assert seen == [2, 3, 1, 0]
    assert panel.tree.accessibleDescription().startswith("Step 1")


def test_the_branch_and_the_whole_have_their_price(panel, show):
    show(3)  # 0.01 + 0.02 + 0.04
    assert panel.branch.text() == "branch of 3: $0.070"
    assert panel.facts.text() == "5 pictures · $0.15 in all"


def test_enter_opens_and_c_compares_with_the_source(panel, show, qtbot):
    show(2)
    with qtbot.waitSignal(panel.view_requested) as opened:
        qtbot.keyClick(panel.tree, Key.Key_Return)
    assert opened.args[0].id == name(2)
    with qtbot.waitSignal(panel.compare_requested) as compared:
        qtbot.keyClick(panel.tree, Key.Key_C)
    assert numbers(compared.args[0]) == [1, 2]
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel.tree, Key.Key_Escape)


def test_a_click_chooses_and_letters_act(panel, show, qtbot, desk):
    show(1)
    place = panel.tree._arrangement.of(name(4))
    where = panel.tree.rect_of(place).center() - panel.tree._offset()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
    assert panel.current.id == name(4)
    qtbot.keyClick(panel.tree, Key.Key_P)
    assert desk.studio.state.draft.prompt == panel.current.request.prompt


def test_pictures_come_and_a_new_edit_joins(panel, show, qtbot, desk):
    show(4)
    qtbot.waitUntil(lambda: not panel.tree.missing())
    assert all(image is not None for image in panel.tree._images.values())
    edit = stock.generation(30, NOW + timedelta(hours=1), parent=name(4))
    stock.keep(desk, [edit])
    desk.studio.library.add(edit)
    qtbot.waitUntil(lambda: name(30) in {g.id for g in panel._family.members})


def remove(desk, *gone):
    """Pictures leave the library, and that is told."""
    ids = [name(number) for number in gone]
    marks = ",".join("?" for _ in ids)
    desk.workshop.database.write(
        lambda db: db.execute(f"DELETE FROM generations WHERE id IN ({marks})", ids)
    )
    desk.studio.library.changed.emit(LibraryChange(removed=tuple(ids)))


@pytest.mark.parametrize(
    ("shown", "gone", "then", "left"),
    [
        (3, (3,), 1, [0, 1, 4, 2]),  # to its source
        (0, (0,), 1, [1, 2, 3]),  # to its first edit
        (1, (0, 1), 2, [2]),
        (4, (2,), 4, [0, 1, 4, 3]),  # another one goes
    ],
)
def test_the_tree_goes_on_with_what_is_left_of_it(
    panel, show, qtbot, desk, shown, gone, then, left
):
    show(shown)
    with qtbot.assertNotEmitted(panel.closed):
        remove(desk, *gone)
        qtbot.waitUntil(lambda: numbers(panel._family.members) == left)
    assert panel.current.id == name(then)


def test_the_last_picture_closes_its_tree(panel, show, qtbot, desk):
    show(9)
    assert "no source and no edits" in panel.facts.text()
    with qtbot.waitSignal(panel.closed):
        remove(desk, 9)
    assert panel.current is None


def test_what_changed_meanwhile_is_read_when_one_comes_back(panel, show, qtbot, desk):
    show(3)
    panel.hide()
    with qtbot.assertNotEmitted(panel.generation_shown):
        remove(desk, 3)
    assert numbers(panel._family.members) == [0, 1, 4, 2, 3]
    panel.show()
    qtbot.waitUntil(lambda: numbers(panel._family.members) == [0, 1, 4, 2])


def test_the_tip_says_the_whole_instruction(panel, show):
    show(3)
    tree = panel.tree
    box = tree.rect_of(tree._arrangement.of(name(3)))
    assert tree.instructed_at(box.center()).generation.id == name(3)
    assert tree.instructed_at(box.center() - QPointF(150, 0)).generation.id == name(3)
    assert tree.instructed_at(QPointF(5, 5)) is None


def test_a_picture_that_cost_nothing_says_no_price():
    free = stock.generation(1, NOW, charged=Decimal(0))
    assert caption_of(free) == free.request.model
    assert caption_of(replace(free, charged=None, price=None)) == free.request.model
    assert caption_of(replace(free, charged=Decimal("0.03"))).endswith(" · $0.030")


def test_long_instructions_are_cut_to_their_room(panel, show, qtbot, desk):
    from flux_studio.ui.lineage.tree_view import _lines

    long = "put the bottle 🦊 on a wet ledge " * 30
    lines = _lines(long, panel.font(), 176, 4)
    assert len(lines) == 4
    assert long.startswith(lines[0])
    made = replace(stock.generation(31, NOW, parent=name(4)), request=stock.request(0, prompt=long))
    stock.keep(desk, [made])
    show(31)
    assert not panel.tree.grab().toImage().isNull()
