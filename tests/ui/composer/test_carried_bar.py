"""A dropped picture that carries settings: the offer, the yes, the no, and what stays untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from flux_studio.core.draft import SeedMode
from flux_studio.core.size import Size
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar
from tests.storage.foreign.pictures import A1111_TEXT, PROMPT, SEED, png
from tests.storage.samples import generation, sha
from tests.whole import Whole, whole_studio

WAIT = 30_000  # ms


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Whole]:
    with whole_studio(tmp_path / "home") as made:
        made.window.show()
        yield made


@pytest.fixture
def fox(tmp_path: Path) -> Path:
    path = tmp_path / "<b>fox.png"
    path.write_bytes(png(parameters=A1111_TEXT))
    return path


def drop(whole: Whole, qtbot: QtBot, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(whole.studio.references.taken, timeout=WAIT):
        whole.room.composer.tray.take(mime)


def test_the_drop_is_a_reference_and_overwrites_nothing(
    whole: Whole, qtbot: QtBot, fox: Path
) -> None:
    before = whole.studio.state.draft
    bar = whole.room.composer.carried
    assert bar.isHidden()
    drop(whole, qtbot, fox)
    draft = whole.studio.state.draft
    assert [each.name for each in draft.references] == ["<b>fox.png"]
    assert (draft.prompt, draft.size, draft.seed_mode) == (
        before.prompt, before.size, before.seed_mode,
    )  # fmt: skip
    assert not bar.isHidden()
    assert bar.title.text().startswith("<b>fox.png")
    assert "A1111" in bar.facts.text()
    assert "640 × 384" in bar.facts.text()
    assert str(SEED) in bar.facts.text()
    labels = bar.findChildren(QLabel)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


def test_yes_loads_the_settings_and_one_undo_takes_them_back(
    whole: Whole, qtbot: QtBot, fox: Path
) -> None:
    drop(whole, qtbot, fox)
    dropped = whole.studio.state.draft
    bar = whole.room.composer.carried
    bar.load.setFocus()
    qtbot.keyClick(bar.load, Qt.Key.Key_Space)
    draft = whole.studio.state.draft
    assert (draft.prompt, draft.size) == (PROMPT, Size(640, 384))
    assert (draft.seed_mode, draft.seed) == (SeedMode.FIXED, SEED)
    assert draft.references == ()
    assert (draft.provider, draft.model) == (dropped.provider, dropped.model)
    assert bar.isHidden()
    assert whole.studio.undo.undo()
    assert whole.studio.state.draft == dropped


def test_no_leaves_the_reference_and_the_form(whole: Whole, qtbot: QtBot, fox: Path) -> None:
    drop(whole, qtbot, fox)
    dropped = whole.studio.state.draft
    bar = whole.room.composer.carried
    bar.keep.setFocus()
    qtbot.keyClick(bar.keep, Qt.Key.Key_Space)
    assert bar.isHidden()
    assert whole.studio.state.draft == dropped


def test_what_was_typed_meanwhile_is_kept_where_nothing_replaces_it(
    whole: Whole, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "prompt only.png"
    path.write_bytes(png(parameters="a heron at dawn"))
    drop(whole, qtbot, path)
    whole.studio.set_size(Size(512, 256))
    whole.room.composer.carried.load.click()
    draft = whole.studio.state.draft
    assert (draft.prompt, draft.size) == ("a heron at dawn", Size(512, 256))
    assert draft.references == ()


def test_a_reference_that_was_there_before_stays(whole: Whole, qtbot: QtBot, fox: Path) -> None:
    drop(whole, qtbot, fox)
    whole.room.composer.carried.keep.click()
    drop(whole, qtbot, fox)
    whole.studio.set_prompt("something else")
    whole.room.composer.carried.load.click()
    draft = whole.studio.state.draft
    assert draft.prompt == PROMPT
    assert len(draft.references) == 1


def test_the_offer_goes_with_its_picture(whole: Whole, qtbot: QtBot, fox: Path) -> None:
    drop(whole, qtbot, fox)
    whole.studio.remove_reference(0)
    assert whole.room.composer.carried.isHidden()


def test_a_picture_without_settings_makes_no_offer(
    whole: Whole, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(png(color=3))
    drop(whole, qtbot, path)
    assert whole.room.composer.carried.isHidden()
    assert len(whole.studio.state.draft.references) == 1


def test_a_picture_of_ours_from_elsewhere_brings_all_its_settings(
    whole: Whole, qtbot: QtBot, tmp_path: Path
) -> None:
    data = png(color=9)
    path = tmp_path / "ours.png"
    path.write_bytes(data)
    card = whole.studio.state.card
    ours = generation("job-9", path="ours.png", sha256=sha(data), bytes=len(data))
    write_sidecar(path, Sidecar(ours, MarkSet()))
    drop(whole, qtbot, path)
    bar = whole.room.composer.carried
    assert "Flux Studio" in bar.facts.text()
    bar.load.click()
    draft = whole.studio.state.draft
    assert (draft.prompt, draft.size) == (ours.request.prompt, ours.request.size)
    assert draft.seed == ours.seed
    assert (draft.provider, draft.model) == card.id  # its own is not offered here


def test_a_picture_of_the_library_dropped_from_the_file_manager_is_known(
    whole: Whole, qtbot: QtBot, fox: Path
) -> None:
    imports = whole.studio.library.imports
    with qtbot.waitSignal(imports.ended, timeout=WAIT):
        imports.begin([fox], copies=False)
    drop(whole, qtbot, fox)
    bar = whole.room.composer.carried
    assert "A1111" in bar.facts.text()
    bar.load.click()
    assert whole.studio.state.draft.prompt == PROMPT
