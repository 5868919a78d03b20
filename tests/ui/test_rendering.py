"""Panels show the newest state, over turns of the event loop."""

import time

import pytest
from PySide6.QtCore import QObject, QTimer

from flux_studio.core.money import Money
from flux_studio.ui import rendering
from flux_studio.ui.rendering import Rendering
from tests.ui.panels import a_desk


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def shower(desk):
    made = Rendering(desk.studio, QObject(desk.studio))
    yield made
    made.deleteLater()


class Panel:
    """Keeps what it was shown; takes `seconds` for it."""

    def __init__(self, seconds=0.0):
        self.prompts, self.balances, self.seconds = [], [], seconds

    def show_state(self, state):
        until = time.perf_counter() + self.seconds
        while time.perf_counter() < until:
            pass
        self.prompts.append(state.draft.prompt)
        self.balances.append(dict(state.balances))


def test_several_changes_are_shown_once_and_the_newest_of_them(desk, shower, qtbot):
    panel = Panel()
    shower.add(panel)
    for word in ("one", "two", "three"):
        desk.studio.set_prompt(word)
    assert panel.prompts == []
    qtbot.waitUntil(lambda: bool(panel.prompts))
    qtbot.waitUntil(lambda: not shower._turn.isActive())
    assert panel.prompts == ["three"]


def test_a_panel_is_shown_at_once_what_it_must_not_miss_and_all_else_later(desk, shower, qtbot):
    panel = Panel()
    shower.add(panel, ("draft",))
    shower.finish()
    desk.studio.set_prompt("one")
    desk.studio.set_prompt("two")
    assert panel.prompts[1:] == ["one", "two"]
    desk.studio.learn(balances={"practice": Money(1)})
    assert len(panel.prompts) == 3
    qtbot.waitUntil(lambda: len(panel.prompts) == 4)
    assert panel.balances[-1] == {"practice": Money(1)}


def test_between_the_panels_the_window_answers(desk, shower, qtbot):
    ticks, panels, order = QTimer(interval=0), [Panel(2 * rendering.TURN) for _ in range(3)], []
    ticks.timeout.connect(lambda: order.append(sum(len(panel.prompts) for panel in panels)))
    for panel in panels:
        shower.add(panel)
    ticks.start()
    qtbot.waitUntil(lambda: all(panel.prompts for panel in panels))
    assert {1, 2} <= set(order)  # it came to its turn after one panel, and after two


def test_no_panel_is_forgotten_while_changes_go_on(desk, shower, qtbot):
    panels, count = [Panel(2 * rendering.TURN) for _ in range(3)], iter(range(1000))
    for panel in panels:
        shower.add(panel)
    changing = QTimer(interval=0)
    changing.timeout.connect(lambda: desk.studio.set_prompt(f"prompt {next(count)}"))
    changing.start()
    qtbot.waitUntil(lambda: all(len(panel.prompts) > 2 for panel in panels))
    changing.stop()
    shower.finish()
    assert {panel.prompts[-1] for panel in panels} == {desk.studio.state.draft.prompt}


def test_what_a_panel_changes_while_it_is_shown_comes_to_it_as_well(desk, shower, qtbot):
    class Correcting(Panel):
        def show_state(self, state):
            super().show_state(state)
            if state.draft.prompt == "wrong":
                desk.studio.set_prompt("right")

    panel = Correcting()
    shower.add(panel)
    shower.finish()
    desk.studio.set_prompt("wrong")
    qtbot.waitUntil(lambda: panel.prompts[-1] == "right")
    assert panel.prompts[-2:] == ["wrong", "right"]
