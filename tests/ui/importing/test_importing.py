"""The window's side of the import: the dialog, the bar, drops on the wall, the list at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from flux_studio.session.import_desk import ImportDesk
from flux_studio.session.state import Notice
from flux_studio.storage.import_runs import FileRecord, Outcome
from flux_studio.ui.composer.dropped import GENERATION_MIME
from flux_studio.ui.importing.bar import ImportBar
from flux_studio.ui.importing.dialog import ImportDialog
from flux_studio.ui.importing.failures import FailuresDialog
from flux_studio.ui.importing.hall import SHOW
from flux_studio.ui.settings_dialog import SettingsDialog
from tests.session.desks import Desk
from tests.storage.foreign.pictures import A1111_TEXT, PROMPT, png
from tests.ui.panels import a_desk, opened
from tests.whole import Whole, whole_studio

WAIT = 30_000  # ms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "<b>elsewhere"
    made.mkdir()
    (made / "fox.png").write_bytes(png(parameters=A1111_TEXT))
    return made


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path / "home") as made:
        yield made
        made.studio.library.imports.close(30)


class Recorded:
    """What a dialog asked of the desk."""

    def __init__(self, desk: ImportDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[tuple[tuple[Path, ...], bool, bool]] = []
        monkeypatch.setattr(desk, "begin", self._begin)

    def _begin(self, sources: tuple[Path, ...], *, copies: bool, watches: bool) -> None:
        self.begun.append((tuple(sources), copies, watches))


def test_the_dialog_begins_only_with_a_folder(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Recorded(desk.studio.library.imports, monkeypatch)
    with opened(desk, lambda _: ImportDialog(desk.studio.library.imports)) as dialog:
        assert not dialog.begin.isEnabled()
        dialog.show_sources([folder])
        assert dialog.begin.isEnabled()
        assert dialog.source.text() == str(folder)
        dialog.copy.click()
        dialog.watch.click()
        dialog.begin.click()
    assert asked.begun == [((folder,), True, True)]


def test_a_file_cannot_be_watched(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Recorded(desk.studio.library.imports, monkeypatch)
    files = [folder / "fox.png"]
    with opened(desk, lambda _: ImportDialog(desk.studio.library.imports, files)) as dialog:
        assert not dialog.watch.isEnabled()
        dialog.begin.click()
    assert asked.begun == [((folder / "fox.png",), False, False)]


def test_all_words_of_the_dialog_are_plain_text(desk: Desk, folder: Path) -> None:
    with opened(desk, lambda _: ImportDialog(desk.studio.library.imports, [folder])) as dialog:
        labels = dialog.findChildren(QLabel)
        assert labels
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


def test_the_bar_counts_pauses_and_goes_on(desk: Desk, folder: Path, qtbot: QtBot) -> None:
    imports = desk.studio.library.imports
    with opened(desk, lambda _: ImportBar(imports)) as bar:
        bar.show_view(imports.view)
        assert bar.isHidden()
        imports.begin([folder], copies=False)
        qtbot.waitUntil(lambda: bool(imports._passes), timeout=WAIT)
        imports.pause()
        qtbot.waitUntil(lambda: not bar.isHidden() and "1" in bar.words.text(), timeout=WAIT)
        assert bar.words.text().startswith("Paused at")
        assert bar.hold.text() == "Continue"
        with qtbot.waitSignal(imports.ended, timeout=WAIT):
            bar.hold.click()
        assert bar.isHidden()


def test_a_watched_folder_is_listed_and_left(desk: Desk, folder: Path, qtbot: QtBot) -> None:
    imports = desk.studio.library.imports
    with qtbot.waitSignal(imports.ended, timeout=WAIT):
        imports.begin([folder], copies=False, watches=True)
    with opened(desk, lambda _: ImportDialog(imports)) as dialog:
        assert not dialog.watched.isHidden()
        imports.unwatch(imports.view.watched[0].number)
        assert dialog.watched.isHidden()


def test_the_settings_say_how_many_folders_are_watched_and_lead_there(
    desk: Desk, folder: Path, qtbot: QtBot
) -> None:
    imports = desk.studio.library.imports
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme)) as settings:
        assert settings.watched.text().startswith("None")
        with qtbot.waitSignal(imports.ended, timeout=WAIT):
            imports.begin([folder], copies=False, watches=True)
        assert settings.watched.text().startswith("1")
        settings.watched.click()
        dialog = settings.findChild(ImportDialog)
        assert dialog is not None
        assert not dialog.watched.isHidden()
        dialog.reject()


def test_the_list_of_failures_is_plain_and_can_be_copied(desk: Desk) -> None:
    failure = FileRecord("/a/<i>b.png", 1, 2, Outcome.FAILED, "It is cut short.")
    with opened(desk, lambda _: FailuresDialog([failure])) as dialog:
        assert dialog.list.toPlainText() == "<i>b.png\nIt is cut short.\n/a"
        dialog._on_copy_clicked()
        assert QApplication.clipboard().text() == dialog.list.toPlainText()


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Whole]:
    with whole_studio(tmp_path / "home") as made:
        yield made


def drop(whole: Whole, mime: QMimeData) -> bool:
    """Let go of something over the wall; whether it is taken."""
    wall, copy = whole.room.wall, Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    middle = wall.rect().center()
    enter = QDragEnterEvent(middle, copy, mime, buttons, keys)
    QApplication.sendEvent(wall, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(wall, QDropEvent(QPointF(middle), copy, mime, buttons, keys))
    return True


def urls(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_folder_dropped_on_the_wall_comes_in_and_its_settings_come_back(
    whole: Whole, folder: Path, qtbot: QtBot
) -> None:
    (folder / "bad.png").write_bytes(b"%PDF-1.4")
    assert drop(whole, urls(folder))
    dialog = whole.window.findChild(ImportDialog)
    assert dialog is not None
    imports = whole.studio.library.imports
    with qtbot.waitSignal(imports.ended, timeout=WAIT):
        dialog.begin.click()
    qtbot.waitUntil(lambda: len(whole.room.wall.order()) == 1, timeout=WAIT)
    notice = whole.studio.state.notice
    assert isinstance(notice, Notice)
    assert (notice.action, len(notice.about)) == (SHOW, 1)
    whole.studio.acted.emit(notice)
    failures = whole.window.findChild(FailuresDialog)
    assert failures is not None
    assert "bad.png" in failures.list.toPlainText()
    failures.accept()
    found = whole.studio.library.gallery.get(whole.room.wall.order()[0])
    assert found is not None
    before = whole.studio.state.draft
    whole.room.inspector.show_generation(found)
    assert whole.studio.state.draft == before  # only looked at
    whole.studio.recall(found)
    draft = whole.studio.state.draft
    assert (draft.prompt, draft.seed) == (PROMPT, found.seed)
    assert (draft.provider, draft.model) == (before.provider, before.model)
    assert whole.studio.state.totals is None or whole.studio.state.totals.today == 0


def test_a_picture_of_the_wall_that_comes_home_is_no_import(whole: Whole, folder: Path) -> None:
    mime = urls(folder / "fox.png")
    mime.setData(GENERATION_MIME, b"some-id")
    assert not drop(whole, mime)


def test_an_import_is_reached_by_key_and_from_the_empty_wall(whole: Whole) -> None:
    titles = [action.text() for action in whole.window.actions()]
    assert "Import pictures" in titles
    next(a for a in whole.window.actions() if a.text() == "Import pictures").trigger()
    dialog = whole.window.findChild(ImportDialog)
    assert dialog is not None
    dialog.reject()


def test_many_files_come_in_while_the_window_answers(
    whole: Whole, folder: Path, qtbot: QtBot
) -> None:
    for number in range(60):
        (folder / f"{number}.png").write_bytes(png((200, 150), color=number * 4 % 256))
        os.utime(folder / f"{number}.png", ns=(1_700_000_000_000_000_000 + number,) * 2)
    imports = whole.studio.library.imports
    imports.begin([folder], copies=True)
    qtbot.waitUntil(lambda: len(whole.room.wall.order()) == 61, timeout=WAIT)
    qtbot.waitUntil(lambda: imports.view.progress is None, timeout=WAIT)
    assert whole.studio.library.gallery.count() == 61
