"""The top bar: search as one types, and the doors to keys, settings and shortcuts."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from flux_studio.ui.top_bar import TopBar
from flux_studio.ui.widgets.icon_button import IconButton
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def bar(desk):
    with opened(desk, lambda theme: TopBar(desk.studio, theme)) as made:
        made.resize(1440, made.height())
        stock.settle(desk)
        yield made


def test_the_search_has_its_name_and_tells_once_a_moment_after_typing(bar, qtbot):
    assert bar.search.accessibleName() == "Search"
    told: list[str] = []
    bar.search_changed.connect(told.append)
    QTest.keyClicks(bar.search, " basalt ledge ")
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["basalt ledge"]


def test_return_searches_at_once_and_only_once(bar, qtbot):
    told: list[str] = []
    bar.search_changed.connect(told.append)
    QTest.keyClicks(bar.search, "fox")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    assert told == ["fox"]
    assert not bar._pause.isActive()


def test_escape_clears_the_search(bar, qtbot):
    QTest.keyClicks(bar.search, "fox")
    with qtbot.waitSignal(bar.search_changed) as told:
        QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told.args == [""]
    assert bar.search.text() == ""


def test_the_shortcut_hint_gives_way_to_what_is_typed(bar):
    assert bar.search._hint.isVisible()
    QTest.keyClicks(bar.search, "f")
    assert not bar.search._hint.isVisible()


def test_focus_search_selects_what_is_there(bar):
    bar.search.setText("fox")
    bar.focus_search()
    assert bar.search.selectedText() == "fox"
    assert bar.focusWidget() is bar.search


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Keys", "keys_requested"),
        ("Settings", "settings_requested"),
        ("Keyboard shortcuts", "shortcuts_requested"),
    ],
)
def test_each_door_asks_for_its_dialog(bar, qtbot, name, signal):
    button = next(b for b in bar.findChildren(IconButton) if b.accessibleName() == name)
    assert button.toolTip()
    with qtbot.waitSignal(getattr(bar, signal)):
        button.click()


@pytest.mark.parametrize("width", [1440, 960])
def test_the_search_stands_in_the_middle_of_the_window(desk, bar, width):
    bar.resize(width, bar.height())
    stock.settle(desk)
    middle = bar.search.mapTo(bar, QPoint(bar.search.width() // 2, 0)).x()
    assert abs(middle - width // 2) <= 24


@pytest.mark.parametrize("width", [1440, 960, 800, 760, 700])
@pytest.mark.parametrize("name", ["", "Autumn catalogue for the mountain house"])
def test_the_project_never_runs_into_its_chevron(desk, bar, width, name):
    desk.studio.projects.choose(name)
    bar.show_state(desk.studio.state)
    bar.resize(width, bar.height())
    stock.settle(desk)
    chooser = bar.project
    words = chooser.fontMetrics().horizontalAdvance(chooser.text())
    assert words + 64 <= max(chooser.width(), 64)
    assert chooser.accessibleDescription() == (name or "No project")
    assert (name or "No project") in chooser.toolTip()
