"""The window is told of the chosen picture in good time, not of each that is passed by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def test_what_is_only_passed_by_is_not_told(wall, qtbot):
    told: list[str] = []
    wall.generation_selected.connect(lambda picture: told.append(picture.id if picture else ""))
    with qtbot.waitSignal(wall.generation_selected):
        wall.view.choose(0)
    for row in range(1, 8):
        wall.view.choose(row)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: told[-1] == wall.model.id(7))
    assert told[0] == wall.model.id(0)
    assert len(told) < 7


def test_telling_is_not_part_of_the_key_that_was_pressed(wall, qtbot):
    told: list[object] = []
    wall.view.choose(0)
    wall.model.look_at([0, 1])
    qtbot.waitUntil(lambda: wall.model.seen(1) is not None)
    wall.generation_selected.connect(told.append)
    QTest.keyClick(wall.view, Qt.Key.Key_Right)
    assert told == []
    qtbot.waitUntil(lambda: bool(told) and told[-1].id == wall.model.id(1))


def test_nothing_selected_is_told_also_when_the_picture_has_just_been_read_anew(wall, qtbot):
    told: list[object] = []
    wall.generation_selected.connect(told.append)
    wall.view.choose(2)
    qtbot.waitUntil(lambda: bool(told) and told[-1].id == wall.model.id(2))
    wall.model.pictures_read.emit((wall.model.id(2),))
    wall.view.clearSelection()
    qtbot.waitUntil(lambda: told[-1] is None)


def test_a_choice_that_is_taken_back_while_it_is_read_is_not_told(wall, qtbot):
    told: list[str] = []
    wall.generation_selected.connect(lambda picture: told.append(picture.id if picture else ""))
    wall.view.choose(1)
    qtbot.waitUntil(lambda: told[-1:] == [wall.model.id(1)])
    wall.model.look_at([3])
    qtbot.waitUntil(lambda: wall.model.seen(3) is not None)
    reading: list[tuple] = []
    wall.telling.with_pictures = lambda ids, act: reading.append((ids, act))
    wall.view.choose(3)
    qtbot.waitUntil(lambda: bool(reading))
    wall.view.choose(1)
    ids, act = reading[0]
    assert ids == [wall.model.id(3)]
    act([wall.model.seen(3).generation])
    assert told == [wall.model.id(1)]
