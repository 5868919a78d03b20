"""The settings dialog: each control shows the preference and changes it at once."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QRadioButton

from flux_studio.session.report_desk import ReportDesk
from flux_studio.session.state import Preferences
from flux_studio.storage import key_status
from flux_studio.storage.paths import Paths
from flux_studio.ui import settings_dialog
from flux_studio.ui.settings_dialog import SettingsDialog
from flux_studio.ui.spelling_choice import language_words
from flux_studio.ui.widgets.icon_button import IconButton
from tests.storage.spell_library import bring_library
from tests.ui.panels import a_desk, opened

PATHS = Paths.under(Path("/home/someone/flux"))


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        made.studio._set(preferences=Preferences("dark", 3, auto_show=False))
        yield made


@pytest.fixture
def dialog(desk):
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme, paths=PATHS)) as made:
        yield made


def test_it_shows_the_preferences(dialog):
    assert dialog.theme.key() == "dark"
    assert dialog.jobs.value() == 3
    assert not dialog.auto_show.isChecked()


def test_spelling_is_chosen_in_a_language_or_says_why_not(
    desk, dialog, qtbot, monkeypatch, tmp_path
):
    row = dialog.spelling
    assert row.choice.isHidden()
    assert "not ready" in row.reason.text()
    words = desk.studio.words
    bring_library(monkeypatch, tmp_path)
    with qtbot.waitSignal(words.opened):
        words.open(desk.ground.paths.own_words)
    assert not row.choice.isHidden()
    assert row.reason.isHidden()
    assert row.choice.currentText() == "Off"
    with qtbot.waitSignal(words.changed):
        QTest.keyClicks(row.choice, "En")
    qtbot.waitUntil(lambda: words.checks)
    assert desk.saved_preferences[-1].spelling == "en"
    words.choose("")
    assert row.choice.currentText() == "Off"
    sys.modules.pop("spellchecker", None)


def test_a_language_is_named():
    assert language_words("de") == "German (de)"
    assert language_words("ru") == "Russian (ru)"
    assert language_words("zz9") == "zz9"


def test_appearance_is_applied_at_once(desk, dialog):
    light = next(
        b for b in dialog.theme.findChildren(QRadioButton) if b.accessibleName() == "Light"
    )
    light.click()
    assert desk.saved_preferences == [Preferences("light", 3, auto_show=False)]


def test_jobs_and_auto_show_change_one_thing_each(desk, dialog):
    QTest.keyClick(dialog.jobs, Qt.Key.Key_Up)
    dialog.auto_show.click()
    assert desk.saved_preferences == [
        Preferences("dark", 4, auto_show=False),
        Preferences("dark", 4, auto_show=True),
    ]


def test_changes_from_elsewhere_are_shown_and_not_saved_again(desk, dialog):
    desk.studio._set(preferences=Preferences("system", 7, auto_show=True))
    assert (dialog.theme.key(), dialog.jobs.value()) == ("system", 7)
    assert dialog.auto_show.isChecked()
    assert desk.saved_preferences == []


def test_places_are_whole_and_can_be_copied(desk, dialog):
    shown = {name: row.value() for name, row in dialog.places.items()}
    assert shown["Pictures"] == str(desk.studio.library.root)
    assert shown["Library database"] == str(PATHS.library_db)
    assert shown["Settings file"] == str(PATHS.settings_file)
    assert shown["Log"] == str(PATHS.log_file)
    dialog.places["Log"].copy.click()
    assert QGuiApplication.clipboard().text() == str(PATHS.log_file)


def test_the_folder_of_a_place_can_be_opened(desk, dialog, monkeypatch):
    folders: list[QUrl] = []
    monkeypatch.setattr("flux_studio.ui.reveal.QDesktopServices.openUrl", folders.append)
    for name in ("Pictures", "Log"):
        row = dialog.places[name]
        next(b for b in row.findChildren(IconButton) if b is not row.copy).click()
    assert [url.toLocalFile() for url in folders] == [
        str(desk.studio.library.root),
        str(PATHS.log),
    ]


def test_the_keychain_is_named(desk):
    desk.studio._set(keys={"runflow": key_status.saved("GNOME keyring")})
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme, paths=PATHS)) as dialog:
        assert dialog.places["Keys"].value() == "GNOME keyring"


def test_texts_are_plain_and_controls_have_names(dialog):
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for control in (dialog.theme, dialog.jobs, dialog.auto_show):
        assert control.accessibleName()
    for control in (dialog.jobs, dialog.auto_show):
        assert control.toolTip()


# The problem report, and where the pictures are


def test_the_report_is_written_where_one_chose_and_told(desk, qtbot, tmp_path):
    def write(path: Path) -> Path:
        path.write_bytes(b"zip")
        return path

    ReportDesk(desk.studio, write)
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme, paths=PATHS)) as dialog:
        assert dialog.report.isVisible()
        dialog.report.click()
        [chooser] = dialog.findChildren(QFileDialog)
        chooser.fileSelected.emit(str(tmp_path / "out.zip"))
        chooser.close()
        qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    assert (tmp_path / "out.zip").read_bytes() == b"zip"
    assert dict(desk.studio.state.notice.values) == {"file": str(tmp_path / "out.zip")}


def test_a_report_that_cannot_be_written_is_told(desk, qtbot, tmp_path):
    def write(path: Path) -> Path:
        raise OSError(28, "No space left on device")

    ReportDesk(desk.studio, write).save(tmp_path / "out.zip")
    qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    assert "No space left" in dict(desk.studio.state.notice.values)["why"]


def test_without_a_way_to_write_one_there_is_no_button(dialog):
    assert not dialog.report.isVisible()


def test_pictures_in_a_synced_folder_are_noted(desk, qtbot, monkeypatch):
    monkeypatch.setattr(settings_dialog, "pictures_note", lambda root: f"Dropbox has {root}.")
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme, paths=PATHS)) as dialog:
        qtbot.waitUntil(dialog.disk_note.isVisible)
        assert dialog.disk_note.text() == f"Dropbox has {desk.studio.library.root}."
        assert dialog.disk_note.textFormat() == Qt.TextFormat.PlainText


def test_a_note_that_comes_after_the_dialog_was_closed_is_dropped(desk):
    with opened(desk, lambda theme: SettingsDialog(desk.studio, theme, paths=PATHS)) as dialog:
        heard = dialog._on_disk_seen
    heard("late")
