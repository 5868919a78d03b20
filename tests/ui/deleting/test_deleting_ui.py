"""Deleting in the window: keys, questions, notices, what comes next; and a whole studio."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session import bin_desk
from flux_studio.session.system_bin import NO_BIN, SystemBin
from flux_studio.storage.deleting import BinRefused
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.uses import Uses
from flux_studio.ui.deleting import progress
from flux_studio.ui.deleting.deleting import UNDO, Deleting
from flux_studio.ui.deleting.question import use_lines
from flux_studio.ui.phrases import notice_words
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.wall import WallPanel
from tests.ui.panels import a_desk
from tests.ui.wall import stock
from tests.whole import whole_studio

Key = Qt.Key
LONG = 30_000  # ms


@pytest.fixture(autouse=True)
def trash(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash" / "files"


class Place:
    """A wall in a window, with what leads a deletion."""

    def __init__(self, desk, qapp) -> None:
        self.desk, self.studio = desk, desk.studio
        self.bin = desk.studio.library.bin
        self.window = QMainWindow()
        self.wall = WallPanel(self.studio, ThemeSource(qapp, Theme.DARK))
        self.middle = QStackedWidget()
        self.middle.addWidget(self.wall)
        self.window.setCentralWidget(self.middle)
        self.window.resize(900, 700)
        self.leads = Deleting(self.window, self.middle, self.studio, self.wall)
        self.window.show()
        self.window.activateWindow()
        self.wall.show_state(self.studio.state)
        stock.settle(desk)
        stock.listed(self.wall)

    def said(self) -> str:
        notice = self.studio.state.notice
        return "" if notice is None else notice_words(notice)

    def settle(self) -> None:
        while True:
            stock.settle(self.desk)
            stock.listed(self.wall)
            if not self.bin.is_busy:
                return

    def selected(self) -> list[str]:
        return self.wall.view.selected_ids()


@pytest.fixture
def place(qapp, tmp_path):
    with a_desk(tmp_path / "home") as desk:
        now = datetime.now(UTC)
        made = [
            stock.generation(n, now - timedelta(minutes=n), favourite=False, rating=0)
            for n in range(8)
        ]
        stock.keep(desk, made)
        made_place = Place(desk, qapp)
        made_place.ids = [each.id for each in made]
        yield made_place
        made_place.wall.loader.close()
        made_place.window.close()
        made_place.window.deleteLater()
        stock.settle(desk)


def choose(place, *rows):
    place.wall.view.choose(rows[0])
    for row in rows[1:]:
        index = place.wall.model.index(row)
        place.wall.view.selectionModel().select(
            index, place.wall.view.selectionModel().SelectionFlag.Select
        )


def test_one_picture_goes_at_once_and_the_next_is_chosen(place, qtbot, trash):
    choose(place, 2)
    qtbot.keyClick(place.wall.view, Key.Key_Delete)
    place.settle()
    assert place.leads.question is None
    assert place.said() == "The picture is in the bin."
    assert len(list(trash.iterdir())) == 1
    assert place.wall.order() == [*place.ids[:2], *place.ids[3:]]
    assert place.selected() == [place.ids[3]]
    assert place.studio.state.totals.pictures == 7


def test_the_button_of_the_notice_takes_it_back(place, qtbot):
    choose(place, 7)
    qtbot.keyClick(place.wall.view, Key.Key_Delete)
    place.settle()
    assert place.selected() == [place.ids[6]]  # there is none behind
    first = place.studio.state.notice
    assert first.action == UNDO
    place.studio.library.marks.change([place.ids[0]], MarkChange(rating=3))
    place.studio.acted.emit(first)
    place.settle()
    assert place.said() == "The picture is back."
    assert place.wall.order() == place.ids
    assert place.selected() == [place.ids[7]]
    place.studio.acted.emit(first)  # pressed once more: there is nothing to take back
    place.settle()
    assert place.wall.order() == place.ids
    assert place.studio.library.gallery.get(place.ids[0]).rating == 3


def test_several_go_together_and_come_back(place, qtbot):
    choose(place, *range(1, 7))
    qtbot.keyClick(place.wall.view, Key.Key_Delete)
    place.settle()
    assert place.said() == "6 pictures are in the bin."
    assert place.wall.order() == [place.ids[0], place.ids[7]]
    assert place.selected() == [place.ids[7]]
    place.studio.library.history.undo()
    place.settle()
    assert place.said() == "6 pictures are back."
    assert place.wall.order() == place.ids
    assert place.selected() == place.ids[1:7]


def test_what_is_in_use_is_said_first(place, qtbot):
    picture = place.studio.library.gallery.get(place.ids[1])
    form = Reference("ef" * 32, "image/png", Size(8, 8), "a", picture.id)
    place.studio._set(draft=replace(place.studio.state.draft, references=(form,)))
    place.studio.library.marks.change([picture.id], MarkChange(collections_added=("Best <b>",)))
    place.settle()
    choose(place, 1)
    qtbot.keyClick(place.wall.view, Key.Key_Delete)
    qtbot.waitUntil(lambda: place.leads.question is not None)
    question = place.leads.question
    assert [line.text() for line in question.lines] == [
        "It is a reference in the form.",
        "It is in: Best <b>.",
    ]
    assert all(line.textFormat() == Qt.TextFormat.PlainText for line in question.lines)
    place.bin.request([place.ids[2]])  # another one meanwhile asks nothing
    stock.settle(place.desk)
    qtbot.keyClick(question, Key.Key_Escape)
    place.settle()
    assert place.leads.question is None
    qtbot.keyClick(place.wall.view, Key.Key_Delete)
    qtbot.waitUntil(lambda: place.leads.question is not None)
    qtbot.keyClick(place.leads.question, Key.Key_Return)
    place.settle()
    assert picture.id not in place.wall.order()


def test_rejected_ones_are_swept_after_a_question(place, qtbot):
    place.leads.sweep()
    place.settle()
    assert place.said().startswith("No picture is rejected")
    for row in (1, 3, 4):
        place.studio.library.marks.change([place.ids[row]], MarkChange(rejected=True))
    place.leads.sweep()
    qtbot.waitUntil(lambda: place.leads.question is not None)
    assert place.leads.question.accessibleName() == "Sweep 3 rejected?"
    assert "4.2 MB" in place.leads.question.go.text()
    place.leads.question.go.click()
    place.settle()
    assert place.wall.order() == [place.ids[n] for n in (0, 2, 5, 6, 7)]
    place.studio.library.history.undo()
    place.settle()
    assert place.studio.library.gallery.get(place.ids[3]).rejected


def test_a_search_for_rejected_ones_offers_to_sweep_them(place, qtbot):
    line = place.wall.sweep
    place.studio.library.marks.change(place.ids[:2], MarkChange(rejected=True))
    place.settle()
    for text, shown in (("is:rejected", True), ("-is:rejected", False), ("is:keep", False)):
        place.wall.search(text)
        place.settle()
        assert line.isVisible() == shown, text
    place.wall.search("is:rejected fox")
    place.settle()
    assert line.button.text() == "Sweep rejected (2)"
    place.studio.library.marks.change([place.ids[2]], MarkChange(rejected=True))
    place.settle()
    assert line.button.text() == "Sweep rejected (3)"
    line.button.click()
    qtbot.waitUntil(lambda: place.leads.question is not None)
    place.leads.question.go.click()
    place.settle()
    assert not line.isVisible()
    assert place.studio.library.gallery.count() == 5


class NoBin(SystemBin):
    def put(self, path):
        raise BinRefused(NO_BIN, elsewhere=True)


def test_the_own_bin_is_offered_once_in_a_run(place, qtbot):
    place.bin.system_bin = NoBin()
    place.bin.request(place.ids[:2])
    qtbot.waitUntil(lambda: place.leads.question is not None)
    assert place.leads.question.accessibleName() == "No bin takes these pictures"
    assert place.wall.order() == place.ids
    place.leads.question.go.click()
    place.settle()
    assert place.wall.order() == place.ids[2:]
    assert place.said() == "2 pictures are in the bin."
    place.bin.request(place.ids[2:3])
    place.settle()
    assert place.leads.question is None
    assert place.wall.order() == place.ids[3:]


def test_a_folder_that_may_not_be_written_is_said(place, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    place.bin.request(place.ids[:2])
    stock.settle(place.desk)
    place.settle()
    assert place.said() == "2 stay. The folder may not be written. Check its permissions."
    assert place.wall.order() == place.ids
    assert place.leads.question is None


def test_nothing_to_bring_back_is_said(place):
    place.bin.restore_last()
    stock.settle(place.desk)
    place.settle()
    assert place.said() == "Nothing was deleted that could come back."


def test_a_long_deletion_tells_how_far_it_is_and_can_be_stopped(place, qtbot, monkeypatch):
    monkeypatch.setattr(bin_desk, "PORTION", 2)
    monkeypatch.setattr(progress, "AFTER", 0)
    seen = []

    def look(done, _count):
        strip = place.leads._progress
        seen.append(strip.words.text())
        if done == 4:
            strip.stop.click()

    place.bin.progressed.connect(look)
    place.bin.request(place.ids)
    qtbot.waitUntil(lambda: bool(seen))
    place.settle()
    assert seen == ["To the bin: 2 of 8", "To the bin: 4 of 8"]
    assert place.said() == "Stopped: 4 pictures are in the bin."
    assert not place.leads._progress.isVisible()
    assert place.wall.order() == place.ids[4:]


def test_uses_in_words():
    many = tuple((f"Collection {n}" + "x" * 60 * (n == 0), n + 1) for n in range(5))
    assert use_lines(Uses(9, 1, 2, 1, 1, 3, many)) == [
        "2 are references in the form.",
        "One is a reference of a job on its way.",
        "One has edits that stay; they lose sight of their source.",
        "3 files lie in folders of yours, outside the library.",
        f"In collections: Collection 0{'x' * 20}… (1), Collection 1 (2), Collection 2 (3)"
        " and 2 more.",
    ]


def test_in_a_whole_studio_undo_is_a_key_and_the_viewer_moves_on(qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        whole.studio.set_count(3)
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 3, timeout=LONG)
        room, library = whole.room, whole.studio.library
        spent = library.gallery.spent(datetime(2020, 1, 1, tzinfo=UTC))
        qtbot.waitUntil(lambda: len(room.wall.order()) == 3, timeout=LONG)
        order = room.wall.order()
        room.looking.view(library.gallery.get(order[0]))
        qtbot.keyClick(room.viewer, Key.Key_Delete)
        qtbot.waitUntil(lambda: room.viewer.generation.id == order[1], timeout=LONG)
        assert not whole.file(next(g for g in whole.saved if g.id == order[0])).exists()
        qtbot.waitUntil(lambda: not library.bin.is_busy, timeout=LONG)
        qtbot.waitUntil(lambda: room.notices.toast.isVisible(), timeout=LONG)
        assert room.undoing.undo()
        qtbot.waitUntil(lambda: sorted(room.wall.order()) == sorted(order), timeout=LONG)
        assert all(whole.file(each).is_file() for each in whole.saved)
        assert library.gallery.spent(datetime(2020, 1, 1, tzinfo=UTC)) == spent
        qtbot.waitUntil(lambda: not library.bin.is_busy, timeout=LONG)
