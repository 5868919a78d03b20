"""The table of keys, and the sheet that shows it."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from flux_studio.ui.shortcut_sheet import ShortcutSheet
from flux_studio.ui.shortcuts import PICTURE, SHORTCUTS, matching, window_shortcuts
from flux_studio.ui.wall.picture_deeds import PictureDeeds
from tests.ui.panels import a_desk

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def window(qtbot):
    """A window with one action that is in the table and one that is not."""
    made = QMainWindow()
    for text, keys in (("Search", "Ctrl+F"), ("Plug-in &thing", "Ctrl+Alt+P"), ("No keys", "")):
        action = QAction(text, made)
        action.setShortcut(QKeySequence(keys))
        made.addAction(action)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def sheet(window):
    made = ShortcutSheet(window)
    made.show()
    return made


def first_of(sequence: QKeySequence) -> QKeyCombination:
    combination: QKeyCombination = sequence[0]  # type: ignore[index]  # missing in PySide's types
    return combination


def test_each_key_of_the_table_can_be_bound():
    for row in SHORTCUTS:
        for keys in row.keys:
            sequence = QKeySequence(keys)
            assert not sequence.isEmpty(), row
            assert first_of(sequence).key() != Qt.Key.Key_unknown, row


def test_ids_are_unique_and_a_key_means_one_thing_in_its_place():
    assert max(Counter(row.id for row in SHORTCUTS).values()) == 1
    keys = Counter((row.where, key) for row in SHORTCUTS for key in row.keys)
    assert max(keys.values()) == 1


def test_keys_of_the_window_never_take_a_letter_from_a_text():
    for row in window_shortcuts():
        for keys in row.keys:
            assert "+" in keys or keys.startswith("F"), row


def test_the_keys_of_a_picture_do_what_the_table_says(tmp_path):
    host = QWidget()
    with a_desk(tmp_path / "home") as desk:
        deeds = PictureDeeds(desk.studio, host)
        for row in SHORTCUTS:
            for keys in row.keys if row.where == PICTURE else ():
                combination = first_of(QKeySequence(keys))
                event = QKeyEvent(
                    QEvent.Type.KeyPress, combination.key(), combination.keyboardModifiers()
                )
                assert deeds.deed_of(event) is not None, row
    host.deleteLater()
    QApplication.sendPostedEvents(host, QEvent.Type.DeferredDelete)


def test_rows_are_found_by_words_place_or_keys():
    assert [row.id for row in matching(SHORTCUTS, "FRONT queue")] == ["generate_front"]
    assert [row.id for row in matching(SHORTCUTS, "ctrl+l")] == ["prompt"]
    assert {row.id for row in matching(SHORTCUTS, "bring back")} == {
        "recall_all",
        "recall_prompt",
        "recall_seed",
        "recall_size",
    }
    assert matching(SHORTCUTS, "") == list(SHORTCUTS)


def test_the_sheet_shows_the_table_and_further_actions_of_the_window(sheet):
    titles = sheet.shown()
    assert titles.count("Search") == 1
    assert "Plug-in thing" in titles
    assert "No keys" not in titles
    assert set(row.title for row in SHORTCUTS) <= set(titles)


def test_the_search_narrows_the_sheet_as_one_types(sheet):
    assert sheet.focusWidget() is sheet.search
    QTest.keyClicks(sheet.search, "full screen")
    assert sheet.shown() == ["Full screen"]
    QTest.keyClicks(sheet.search, " nonsense")
    assert sheet.shown() == []
    assert sheet.nothing.isVisible()
    sheet.search.clear()
    assert len(sheet.shown()) == len(SHORTCUTS) + 1


def test_escape_closes_it(sheet):
    QTest.keyClick(sheet.search, Qt.Key.Key_Escape)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with pytest.raises(RuntimeError):
        sheet.isVisible()
