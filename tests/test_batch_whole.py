"""A grid through the whole studio: from the table to the contact sheet on the wall."""

from __future__ import annotations

import csv
import json
from functools import partial

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from flux_studio.core.batch.grid import VARIABLE, Axis, grid_rows, variables_of
from flux_studio.core.batch.run import MARKER, SHEET
from flux_studio.core.size import Size
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.rebuild import rebuild
from flux_studio.ui.batch.dialog import BatchDialog
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.idle_peer import IdlePeer, assert_lives
from tests.ui.test_watchdog import MOST_GAP, Watchdog
from tests.whole import whole_studio

LONG = 60_000  # ms


def opened_batch(qtbot) -> BatchDialog:
    """The window of the batch, once it is on screen."""
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, BatchDialog))
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_a_grid_becomes_a_labelled_contact_sheet(qtbot, tmp_path):
    with whole_studio(tmp_path) as whole:
        studio, batch = whole.studio, whole.studio.batch
        studio.set_prompt("a {red|blue} bowl")
        studio.set_size(Size(64, 64))
        batch.show()
        hue = variables_of(batch.ground)[0]
        down, across = Axis(VARIABLE + hue.label, hue.values), Axis("seed", ("1", "2", "3"))
        batch.put(grid_rows(batch.ground, down, across))
        qtbot.waitUntil(lambda: batch.is_checked)
        batch.payment.send()
        with qtbot.waitSignal(batch.following.sheet_made, timeout=LONG) as made:
            pass
        sheet = made.args[0]
        saved = [each for each in whole.saved if each.id != sheet.id]
        assert (sheet.request.provider, sheet.request.model) == (MARKER, SHEET)
        assert (sheet.price, sheet.charged) == (0, 0)
        assert sheet.origin.cell == ((hue.label, "red, blue"), ("Seed", "1, 2, 3"))
        assert {each.origin.cell for each in saved} == {
            ((hue.label, color), ("Seed", seed)) for color in hue.values for seed in "123"
        }
        assert all(state.saved == 1 for state in batch.following.row_states())
        file = whole.file(sheet)
        with Image.open(file) as picture:
            assert picture.size == (sheet.size.width, sheet.size.height)
            # Pictures stand in their places: a column further is another picture, the ground white.
            assert picture.getpixel((2, 2)) == (255, 255, 255)
            assert len(set(picture.convert("L").resize((60, 40)).get_flattened_data())) > 20
        parents = json.loads(json.loads(file.with_suffix(".json").read_text())["reply"])["pictures"]
        assert set(parents) == {each.id for each in saved}
        assert sheet.parent == parents[0]
        # One collection holds the sheet with its pictures.
        gallery, name = studio.library.gallery, batch.following.run.name
        found = {cell[0] for cell in gallery.ids(Filter(text=f'collection:"{name}"'))}
        assert found == {sheet.id, *parents}
        assert whole.workshop.decoder.inspect(file.read_bytes(), purpose="reference").mime == (
            "image/png"
        )
        # From the window of the batch one comes to them on the wall.
        whole.room.dialogs.open_batch()
        dialog = opened_batch(qtbot)
        assert dialog.wall_button.isVisible()
        dialog.wall_button.click()
        qtbot.waitUntil(lambda: set(whole.room.wall.order()) == found, timeout=LONG)
        results = batch.following.results
        results.export(batch.following.run, tmp_path / "results.csv")
        with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert len(rows) == 6
        assert {row["path"] for row in rows} == {str(whole.file(each)) for each in saved}
        assert {(row["used seed"], row["cost"], row["state"]) for row in rows} == {
            (seed, "0", "saved") for seed in "123"
        }
        again = rebuild(whole.workshop.database, studio.library.root)
        assert (again.restored, again.present, again.faults) == (0, 7, ())


def longest_gap(qtbot, home) -> float:
    """The longest gap (s) from the sending of 64 rows to the contact sheet, with the window of the
    batch open; without what held an idle process up as well.
    """
    with whole_studio(home) as whole:
        studio, batch, room = whole.studio, whole.studio.batch, whole.room
        studio.set_size(Size(64, 64))
        room.dialogs.open_batch()
        seeds = Axis("seed", tuple(str(number) for number in range(32)))
        batch.put(grid_rows(batch.ground, Axis("size", ("64x64", "64x128")), seeds))
        qtbot.waitUntil(lambda: batch.is_checked)
        dialog = opened_batch(qtbot)
        qtbot.waitUntil(lambda: dialog.send_button.reason() == "")
        watchdog, peer = Watchdog(), IdlePeer()
        watchdog.start()
        with qtbot.waitSignal(batch.following.sheet_made, timeout=LONG):
            batch.payment.send()
        gap = watchdog.stop() - peer.longest()
        dialog.close()
        return gap


@pytest.mark.timeout(300)
def test_sixty_four_rows_leave_the_window_alive(qtbot, tmp_path):
    assert_lives(partial(longest_gap, qtbot), MOST_GAP, tmp_path)


def test_one_prompt_on_several_models_is_compared_side_by_side(qtbot, tmp_path):
    with hosting(RunApiHost) as host:
        environ = {**host.environ, "RUNAPI_API_KEY": host.key}
        with whole_studio(tmp_path, environ) as whole:
            studio, room = whole.studio, whole.room
            studio.set_prompt("a lighthouse in fog")
            keys = studio.keys.status_changed
            with qtbot.waitSignal(keys, timeout=LONG, check_params_cb=lambda p, s: p == "runapi"):
                studio.keys.look()
            room.dialogs.open_batch()
            dialog = opened_batch(qtbot)
            dialog.models_button.click()
            dialog.models.check(("runapi", "flux-2-pro"))
            dialog.models.make.click()
            qtbot.waitUntil(lambda: studio.batch.is_checked)
            price = studio.batch.price().total
            dialog.send()
            qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
            qtbot.waitUntil(lambda: studio.batch.following.ended, timeout=LONG)
            dialog.compare_button.click()
            qtbot.waitUntil(lambda: room.looking.compare is not None, timeout=LONG)
            qtbot.waitUntil(lambda: len(room.looking.compare.pictures) == 2, timeout=LONG)
            shown = [each.request.provider for each in room.looking.compare.pictures]
            assert set(shown) == {"practice", "runapi"}
        assert sum(charge.usd for charge in host.ledger) == price


def test_a_grid_that_was_cut_off_gets_its_sheet_after_a_restart(qtbot, tmp_path):
    slow = {"FLUX_STUDIO_PRACTICE_DELAY": "1.5"}
    with whole_studio(tmp_path, slow) as whole:
        studio, batch = whole.studio, whole.studio.batch
        studio.set_size(Size(64, 64))
        batch.show()
        batch.put(
            grid_rows(batch.ground, Axis("seed", ("1", "2")), Axis("size", ("64x64", "64x128")))
        )
        qtbot.waitUntil(lambda: batch.is_checked)
        batch.payment.send()
        rows = batch.rows
        batch.hide()
        qtbot.waitUntil(lambda: (tmp_path / "data" / "batch.json").exists(), timeout=LONG)
        qtbot.waitUntil(lambda: len(studio.state.board.jobs) == 4, timeout=LONG)
    with whole_studio(tmp_path) as whole:
        with qtbot.waitSignal(whole.studio.batch.following.sheet_made, timeout=LONG):
            pass
        assert whole.studio.batch.rows == rows
        assert whole.studio.batch.following.run.sheet
