"""The batch: rows beside the form, what they cost, how they are sent and followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.batch.grid import Axis, grid_rows
from flux_studio.core.batch.rows import Row, read_rows
from flux_studio.core.budget import Limits
from flux_studio.core.job import JobState, Planned, Stopped
from flux_studio.core.money import Money
from flux_studio.session.state import Preferences
from flux_studio.storage.batches import BatchFile, KeptBatch
from tests.ui.wall import stock

FOX, DOG = Row({"prompt": "a fox"}), Row({"prompt": "a dog"})


@pytest.fixture
def paid(studio):
    """A form on a model of a known price, $0.030 a picture; its batch is looked at."""
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    studio.batch.show()
    return studio


def confirm_above(studio, most: str) -> None:
    studio.set_preferences(Preferences(budget=Limits(confirm_above=Decimal(most))))


def settled(studio, qtbot):
    qtbot.waitUntil(lambda: studio.batch.is_checked)
    return studio.batch


def test_each_row_is_an_order_with_its_own_price(desk, paid, qtbot):
    dear = Row({"prompt": "a dog", "size": "1920x1088", "count": "2"})
    paid.batch.put([FOX, dear])
    batch = settled(paid, qtbot)
    assert batch.price().total == Decimal("0.030") + 2 * Decimal("0.045")
    assert batch.obstacle() is None
    batch.payment.send()
    orders = [order for order, _ in desk.engine.orders]
    assert [order.estimate.total for order in orders] == [Decimal("0.030"), Decimal("0.090")]
    assert [len(order.requests) for order in orders] == [1, 2]
    assert orders[1].origin(1).cell == (("Row", "2"),)
    assert batch.following.run.jobs == ("job1-0", "job2-0", "job2-1")


def test_a_wrong_cell_keeps_all_from_being_sent(desk, paid, qtbot):
    paid.batch.put([FOX, replace(DOG, cells={"prompt": "a dog", "size": "9999x9"})])
    batch = settled(paid, qtbot)
    obstacle = batch.obstacle()
    assert (obstacle.row, obstacle.problem.control) == (2, "size")
    batch.payment.send()
    assert desk.engine.orders == []
    assert batch.take_offers() == 1
    assert settled(paid, qtbot).obstacle() is None


def test_the_form_moves_and_empty_cells_follow(paid, qtbot):
    paid.batch.put([FOX])
    assert settled(paid, qtbot).price().total == Decimal("0.030")
    paid.choose_model("runapi", "flux-2-pro")
    assert settled(paid, qtbot).price().total == Decimal("0.050")


def test_rows_without_text_are_never_sent(desk, paid, qtbot):
    paid.batch.put([FOX, Row()])
    batch = settled(paid, qtbot)
    assert batch.price().pictures == 1
    batch.payment.send()
    assert len(desk.engine.orders) == 1
    paid.batch.put([Row()])
    assert settled(paid, qtbot).obstacle().row == 0


def test_more_than_the_queue_takes_is_not_sent(desk, paid, qtbot):
    paid.batch.put([Row({"prompt": f"fox {n}", "count": "8"}) for n in range(33)])
    batch = settled(paid, qtbot)
    assert "264" in batch.obstacle().problem.sentence
    batch.payment.send()
    assert desk.engine.orders == []


def test_above_the_sum_it_waits_for_a_yes(desk, paid, qtbot):
    confirm_above(paid, "0.05")
    paid.batch.put([FOX, DOG])
    batch = settled(paid, qtbot)
    batch.payment.send()
    assert desk.engine.orders == []
    asked = batch.payment.asked
    assert (asked.pictures, asked.total, asked.have) == (2, Decimal("0.060"), 0)
    batch.payment.pay()
    batch.payment.pay()
    assert len(desk.engine.orders) == 2


def test_other_rows_take_the_question_back(desk, paid, qtbot):
    confirm_above(paid, "0")
    paid.batch.put([FOX])
    settled(paid, qtbot).payment.send()
    assert paid.batch.payment.asked is not None
    paid.batch.insert(1, [DOG])
    assert paid.batch.payment.asked is None
    paid.batch.payment.pay()
    assert desk.engine.orders == []


def test_an_unknown_price_waits_for_a_yes_and_is_not_nothing(desk, paid, qtbot):
    dark = next(c for c in paid.state.cards if c.estimate(c.default_size).each is None)
    confirm_above(paid, "100")
    paid.batch.put([Row({"prompt": "a fox", "model": f"{dark.provider}/{dark.model}"}), DOG])
    batch = settled(paid, qtbot)
    price = batch.price()
    assert (price.total, price.known, price.unpriced) == (None, Decimal("0.030"), 1)
    assert price.worst > price.known
    batch.payment.send()
    assert batch.payment.asked.total is None
    assert desk.engine.orders == []


def test_pictures_that_are_there_are_not_paid_again(desk, paid, qtbot):
    paid.batch.put([Row({"prompt": "a fox", "seed": "7"}), Row({"prompt": "a fox", "seed": "8"})])
    batch = settled(paid, qtbot)
    [(_, first), _] = batch.orders()
    stock.keep(desk, [stock.generation(1, datetime.now(UTC), request=first.requests[0])])
    batch.payment.send()
    qtbot.waitUntil(lambda: batch.payment.asked is not None)
    asked = batch.payment.asked
    assert (asked.have, asked.pictures) == (1, 2)
    assert asked.fresh_total == Decimal("0.030")
    batch.payment.pay(fresh_only=True)
    [(sent, _)] = desk.engine.orders
    assert [request.seed for request in sent.requests] == [8]


def test_steps_of_the_table_are_taken_back_and_done_again(paid, qtbot):
    batch = paid.batch
    batch.put([FOX, DOG])
    batch.edit(0, "seed", "7")
    batch.fill_down(0, 1, ["seed"])
    assert [row.cell("seed") for row in batch.rows] == ["7", "7"]
    batch.duplicate([1])
    assert len(batch.rows) == 3
    batch.remove([0, 2])
    assert [row.cell("prompt") for row in batch.rows] == ["a dog"]
    for _ in range(4):
        batch.undo()
    assert batch.rows == (FOX, DOG)
    for _ in range(4):
        batch.redo()
    assert [row.cell("prompt") for row in batch.rows] == ["a dog"]
    assert not batch.can_redo


def test_a_paste_goes_over_the_cells_below_and_adds_rows(paid):
    batch = paid.batch
    batch.put([FOX, DOG])
    pasted = read_rows("640x480\n512x512\n256x256", paid.state.cards, "size")
    batch.paste(pasted, 1)
    assert [row.cell("size") for row in batch.rows] == ["", "640x480", "512x512", "256x256"]
    assert batch.rows[1].cell("prompt") == "a dog"


def test_hundreds_of_rows_are_checked_in_short_turns(paid, qtbot):
    rows = [Row({"prompt": f"a fox {n} " + "in the snow " * 20}) for n in range(250)]
    paid.batch.put(rows)
    assert not paid.batch.is_checked
    assert settled(paid, qtbot).price().pictures == 250


def test_the_table_comes_back_after_a_restart(desk, paid, qtbot, tmp_path):
    file = BatchFile(tmp_path / "data" / "batch.json")
    batch = paid.batch
    batch.open(lambda: file, lambda: None)
    batch.put(grid_rows(batch.ground, Axis("seed", ("1", "2")), Axis("size", ("512x512",))))
    rows = batch.rows
    settled(paid, qtbot).payment.send()
    qtbot.waitUntil(lambda: len(desk.engine.orders) == 2)
    batch.hide()
    qtbot.waitUntil(lambda: file.load().run is not None)
    kept = file.load()
    assert kept.rows == rows
    assert kept.run == batch.following.run


def test_a_damaged_file_is_an_empty_table(tmp_path):
    path = tmp_path / "batch.json"
    for text in ("", "{", '{"rows": 3}', '{"rows": [{"cells": [["a"]]}]}', "[]"):
        path.write_text(text)
        assert BatchFile(path).load() == KeptBatch()


def test_a_row_shows_how_far_its_jobs_are(desk, paid, qtbot):
    paid.batch.put([Row({"prompt": "a fox", "count": "2"}), DOG])
    batch = settled(paid, qtbot)
    batch.payment.send()
    run = batch.following.run
    now = datetime.now(UTC)
    for (order, _), each in zip(desk.engine.orders, run.sent, strict=True):
        for job, request in zip(each.jobs, order.requests, strict=True):
            desk.engine.happened.emit(Planned(job, now, "o", request, Money("0.03")))
    first, second = batch.following.row_states()
    assert (first.jobs, first.saved, first.failed, first.ended) == (2, 0, 0, False)
    desk.engine.happened.emit(
        Stopped(run.sent[0].jobs[1], now, JobState.REFUSED, "moderated", "It was refused.", None)
    )
    first, second = batch.following.row_states()
    assert (first.failed, first.message) == (1, "It was refused.")
    assert not second.ended
