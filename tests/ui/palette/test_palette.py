"""The palette over a whole studio: what it lists, finds and runs by the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.core.prompt.style import Style
from flux_studio.ui.palette.commands import Command, commands
from flux_studio.ui.palette.palette import Palette, fitting
from flux_studio.ui.shortcuts import SHORTCUTS
from tests.ui.wall import stock
from tests.whole import whole_studio

Key = Qt.Key
LONG = 30_000  # ms


def palette_of(whole):
    found = [w for w in whole.window.findChildren(Palette) if w.isVisible()]
    return found[0] if found else None


def opened(whole, qtbot):
    whole.room.dialogs.open_palette()
    qtbot.waitUntil(lambda: palette_of(whole) is not None)
    return palette_of(whole)


def run(whole, qtbot, letters, title=None):
    """Type letters and press Enter; gives the title of what was run."""
    palette = opened(whole, qtbot)
    QTest.keyClicks(palette.line, letters)
    chosen = palette.current()
    assert chosen is not None, letters
    if title is not None:
        assert chosen.title == title
    qtbot.keyClick(palette.line, Key.Key_Return)
    qtbot.waitUntil(lambda: palette_of(whole) is None)
    QApplication.processEvents()


def test_it_lists_every_row_of_the_sheet_and_runs_by_letters(qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        studio, room = whole.studio, whole.room
        titles = [command.title for command in commands(room)]
        assert {row.title for row in SHORTCUTS if row.id != "palette"} <= set(titles)
        assert sum(title == "Give stars; 0 takes them back" for title in titles) == 6

        run(whole, qtbot, "sh hi insp", "Show or hide the inspector")
        assert not room.inspector.isVisible()
        run(whole, qtbot, "restlay", "Restore the layout")
        assert room.inspector.isVisible()

        card = next(c for c in studio.state.cards if c.id != studio.state.card.id)
        run(whole, qtbot, f"{card.title} {card.provider}")
        assert studio.state.card.id == card.id

        studio.projects.choose("Solstice")
        qtbot.waitUntil(lambda: "Solstice" in studio.state.projects, timeout=LONG)
        run(whole, qtbot, "no proj", "No project")
        qtbot.waitUntil(lambda: studio.state.draft.project == "", timeout=LONG)

        studio.library.shelf.save_search("Best ones", "rating:>=4")
        qtbot.waitUntil(lambda: bool(studio.library.shelf.shelves), timeout=LONG)
        qtbot.waitUntil(lambda: len(studio.library.shelf.shelves.searches) == 1, timeout=LONG)
        run(whole, qtbot, "best on", "Best ones")
        assert room.top_bar.search.text().strip() == "rating:>=4"

        qtbot.waitUntil(lambda: bool(studio.prompts.templates), timeout=LONG)
        template = next(t for t in studio.prompts.templates if t.style is not None)
        run(whole, qtbot, template.name, template.name)
        assert isinstance(studio.state.draft.style, Style)


def test_what_is_not_in_view_is_shown_and_does_nothing(qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        palette = opened(whole, qtbot)
        QTest.keyClicks(palette.line, "filmstrip")
        assert palette.current().run is None
        qtbot.keyClick(palette.line, Key.Key_Return)
        assert palette.isVisible()
        qtbot.keyClick(palette.line, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(palette.line, "qqqxyz")
        assert palette.nothing.isVisible()
        qtbot.keyClick(palette.line, Key.Key_Return)
        qtbot.keyClick(palette.line, Key.Key_Escape)
        qtbot.waitUntil(lambda: palette_of(whole) is None)


def test_pictures_of_the_wall_are_marked_from_it(qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        whole.studio.generate()
        qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
        id_, library = whole.saved[0].id, whole.studio.library
        qtbot.waitUntil(lambda: id_ in whole.room.wall.order(), timeout=LONG)
        whole.room.wall.select(id_)
        run(whole, qtbot, "favourite", "Favourite")
        qtbot.waitUntil(lambda: library.gallery.get(id_).favourite, timeout=LONG)
        run(whole, qtbot, "stars 4", "Give stars; 0 takes them back")
        qtbot.waitUntil(lambda: library.gallery.get(id_).rating == 4, timeout=LONG)


@pytest.mark.parametrize("place", ["lineage", "compare"])
def test_pictures_are_marked_from_it_wherever_they_are_looked_at(qtbot, tmp_path, place):
    with whole_studio(tmp_path / "home") as whole:
        whole.studio.generate()
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
        looking, library = whole.room.looking, whole.studio.library
        if place == "lineage":
            looking.open_lineage(whole.saved[1])
        else:
            looking.open_compare(whole.saved)
        run(whole, qtbot, "favourite", "Favourite")
        qtbot.waitUntil(lambda: library.gallery.get(whole.saved[1].id).favourite, timeout=LONG)


@pytest.mark.parametrize("focus", ["prompt", "wall"])
def test_the_keys_open_it_wherever_one_is(qtbot, tmp_path, focus):
    with whole_studio(tmp_path / "home") as whole:
        whole.window.activateWindow()
        if focus == "prompt":
            whole.room.composer.focus_prompt()
        else:
            whole.room.wall.setFocus()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is whole.window)
        QTest.keyClick(whole.window.windowHandle(), Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: palette_of(whole) is not None)
        palette = palette_of(whole)
        stock.settle(whole.application.house)
        first = palette.list.currentIndex().row()
        last = palette.model.rowCount() - 1
        for key, row in (
            (Key.Key_Down, first + 1),
            (Key.Key_Up, first),
            (Key.Key_Up, last),
            (Key.Key_Down, 0),
        ):
            qtbot.keyClick(palette.line, key)
            assert palette.list.currentIndex().row() == row
        qtbot.keyClick(palette.line, Key.Key_PageDown)
        assert palette.list.currentIndex().row() > 3
        qtbot.keyClick(palette.line, Key.Key_Escape)
        qtbot.waitUntil(lambda: palette_of(whole) is None)


def test_titles_come_before_places_and_what_can_be_done_before_what_cannot():
    def nothing() -> None:
        return None

    listed = [
        Command("Rename", "Keep", "", nothing),
        Command("Keep", "Viewer", "K", None),
        Command("Keep the layout", "Anywhere", "", nothing),
    ]
    assert [c.title for c, _ in fitting(listed, "keep")] == ["Keep the layout", "Rename", "Keep"]
    assert [c.title for c, _ in fitting(listed, "")] == ["Rename", "Keep the layout", "Keep"]
    assert fitting(listed, "keep")[0][1] == (0, 1, 2, 3)
    assert fitting(listed, "keep")[1][1] == ()
    listed.append(Command("Settings", "", "Ctrl+,", nothing))
    assert [c.title for c, _ in fitting(listed, "ctrl+")] == ["Settings"]
    assert fitting(listed, "ctrl") == []
