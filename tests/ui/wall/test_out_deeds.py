"""Ways out: the programs that are offered for a picture, and what is handed to them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu

from flux_studio.storage.programs import Program
from flux_studio.ui.wall import out_deeds
from flux_studio.ui.wall.out_deeds import OutDeeds
from tests.ui.wall import stock

PROGRAMS = (
    Program("Look & Feel", ("look", "%f"), Path("/look.desktop")),
    Program("Paint", ("paint", "--new"), Path("/paint.desktop")),
)


@pytest.fixture
def started(monkeypatch):
    """What was started, instead of starting it."""
    found: list = []
    monkeypatch.setattr(out_deeds, "start", lambda command: found.append(command) or True)
    return found


def open_with(desk, host, pictures):
    menu = QMenu(host)
    OutDeeds(desk.studio, host).add_to(menu, pictures)
    stock.settle(desk)
    (programs,) = menu.findChildren(QMenu)
    return {action.text(): action for action in programs.actions() if action.text()}


def test_real_programs_are_offered_and_get_the_real_file(desk, host, monkeypatch, started):
    asked: list = []
    monkeypatch.setattr(
        "flux_studio.storage.programs.programs_for", lambda kind: asked.append(kind) or PROGRAMS
    )
    picture = stock.generation(1, datetime.now(UTC))
    entries = open_with(desk, host, [picture])
    assert list(entries) == ["The usual program", "Look && Feel", "Paint"]
    assert asked == [picture.mime]
    file = str(desk.studio.library.file(picture))
    entries["Look && Feel"].trigger()
    entries["Paint"].trigger()
    assert started == [["look", file], ["paint", "--new", file]]


def test_where_none_is_known_the_usual_one_is_left(desk, host, monkeypatch, started):
    monkeypatch.setattr("flux_studio.storage.programs.programs_for", lambda kind: ())
    entries = open_with(desk, host, [stock.generation(1, datetime.now(UTC))])
    assert list(entries) == ["The usual program"]


def test_a_menu_that_is_closed_before_the_programs_are_known_is_left_alone(desk, host, qtbot):
    menu = QMenu(host)
    OutDeeds(desk.studio, host).add_to(menu, [stock.generation(1, datetime.now(UTC))])
    with qtbot.waitSignal(menu.destroyed):
        menu.deleteLater()
    stock.settle(desk)


def test_other_systems_ask_in_a_window_of_their_own(desk, host, monkeypatch):
    chosen: list = []
    monkeypatch.setattr(out_deeds, "asks_for_program", lambda: True)
    monkeypatch.setattr(out_deeds, "choose_program", lambda *asked: chosen.append(asked))
    picture = stock.generation(1, datetime.now(UTC))
    entries = open_with(desk, host, [picture])
    assert list(entries) == ["The usual program", "Another program…"]
    entries["Another program…"].trigger()
    assert chosen[0][0] == desk.studio.library.file(picture)
    chosen[0][2](False)
    assert "No program" in desk.studio.state.notice.text
