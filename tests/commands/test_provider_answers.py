"""What providers answer, through real HTTP: the exit code, the ending, and at most one charge a
picture.
"""

from __future__ import annotations

import socket
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.shell import CANARY, Ran, Shell, everything_on_disk
from tests.commands.twins import Twin


def ended(ran: Ran, event: str, reason: str) -> None:
    """One ending without a picture, with all its fields."""
    assert ran.last["event"] == event
    assert ran.last["reason"] == reason
    assert ran.last["message"].endswith(".")
    assert "charged" in ran.last
    assert ran.saved == []


def test_a_picture_and_one_charge(cli: Shell, twin: Twin) -> None:
    ran = cli(*twin.order)
    assert ran.code == 0
    assert ran.events[0] == "planned"
    assert ran.events[-1] == "saved"
    assert twin.charges == [Decimal(twin.price)]
    assert Decimal(ran.last["charged"]) == Decimal(twin.price)
    assert Decimal(ran.last["estimate"]) == Decimal(twin.price)
    assert ran.last["task"] == twin.host.ledger[0].task
    assert Path(ran.last["path"]).stat().st_size > 0


def test_several_pictures_are_as_many_charges(cli: Shell, twin: Twin) -> None:
    ran = cli(*twin.order, "--count", "3")
    assert ran.code == 0
    assert len(ran.saved) == len(twin.charges) == 3
    assert {line["task"] for line in ran.saved} == {charge.task for charge in twin.host.ledger}


def test_an_edit_sends_the_reference_and_names_the_parent(cli: Shell, twin: Twin) -> None:
    first = cli(*twin.order).last
    ran = cli(*twin.order, "--ref", first["path"])
    assert ran.code == 0
    assert ran.last["parent"] == first["id"]
    assert len(twin.charges) == 2
    assert len(twin.host.asked("put")) == 1


def test_a_wrong_key_is_refused(cli: Shell, twin: Twin) -> None:
    cli.env(**{twin.key_variable: CANARY})
    ran = cli(*twin.order)
    assert ran.code == 3
    ended(ran, "refused", "bad_key")
    assert ran.last["charged"] == "0"
    assert twin.charges == []
    assert CANARY not in ran.out + ran.err


def test_no_credit_is_refused(cli: Shell, twin: Twin) -> None:
    twin.host.balance = Decimal(0)
    ran = cli(*twin.order)
    assert ran.code == 3
    ended(ran, "refused", "no_credit")
    assert twin.charges == []


def test_refused_content(cli: Shell, twin: Twin) -> None:
    code, message = "CONTENT_POLICY_VIOLATION", "Please <b>rephrase</b>."
    twin.host.fault("submit", "422", code=code, message=message)
    ran = cli(*twin.order)
    assert ran.code == 3
    ended(ran, "refused", "moderated_input")
    assert "Please <b>rephrase</b>." in ran.last["message"]
    assert twin.charges == []


def test_a_task_that_fails_is_not_charged(cli: Shell, twin: Twin) -> None:
    twin.host.ending("failed", message="The model\x1b[2J tripped.")
    ran = cli(*twin.order)
    assert ran.code == 3
    ended(ran, "failed", "provider_failed")
    assert ran.last["charged"] == "0"
    assert "\x1b" not in ran.last["message"]


def test_too_many_requests_then_success(cli: Shell, twin: Twin) -> None:
    twin.host.fault("submit", "429", times=2, retry_after=0)
    ran = cli(*twin.order)
    assert ran.code == 0
    assert len(twin.host.asked("submit")) == 3
    assert len(twin.charges) == 1
    waited = [line for line in ran.lines if line["event"] == "planned" and "retry_at" in line]
    assert len(waited) == 2


@pytest.mark.parametrize("fault", ["500", "badjson", "close_after"])
def test_an_unclear_answer_is_never_paid_twice(cli: Shell, twin: Twin, fault: str) -> None:
    details = {"accepted": True} if fault == "500" else {}
    twin.host.fault("submit", fault, **details)
    ran = cli(*twin.order)
    assert len(twin.charges) == 1
    if twin.again:  # asked again under the same idempotency key
        assert ran.code == 0
        assert ran.last["task"] == twin.host.ledger[0].task
    else:
        assert ran.code == 4
        ended(ran, "unknown", "outcome_unknown")
        assert ran.last["charged"] is None
        assert len(twin.host.asked("submit")) == 1


def test_an_unknown_outcome_is_found_again_by_its_task(cli: Shell, twin: Twin) -> None:
    if twin.again:
        twin.host.fault("submit", "500", times=4, accepted=True)
    else:
        twin.host.fault("submit", "badjson")
    lost = cli(*twin.order)
    assert lost.code == 4
    assert len(twin.charges) == 1
    task = twin.host.ledger[0].task
    wrong = cli("jobs", "resolve", lost.last["job"], "--found", "no-such-task", "--json")
    assert wrong.code == 4
    assert cli("jobs", "--open", "--json").last["state"] == "unknown"
    found = cli("jobs", "resolve", "--found", task, lost.last["job"], "--json")
    assert found.code == 0
    assert found.last["event"] == "saved"
    assert found.last["task"] == task
    assert len(twin.charges) == 1


def test_a_cut_picture_is_fetched_again(cli: Shell, twin: Twin) -> None:
    twin.host.fault("result", "truncated")
    ran = cli(*twin.order)
    assert ran.code == 0
    assert len(twin.host.asked("result")) == 2
    assert len(twin.charges) == 1


@pytest.mark.parametrize("twin", ["runapi"], indirect=True)
def test_what_never_becomes_a_picture_is_a_charge_without_one(cli: Shell, twin: Twin) -> None:
    twin.host.fault("result", "truncated", times=9)
    ran = cli(*twin.order)
    assert ran.code == 4
    ended(ran, "failed", "bad_picture")
    assert Decimal(ran.last["charged"]) == Decimal(twin.price)
    assert len(twin.charges) == 1
    assert not list(cli.paths.pictures.rglob("*.*"))


@pytest.mark.parametrize("twin", ["runflow"], indirect=True)
def test_nobody_answers(cli: Shell, twin: Twin) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    cli.env(**{f"FLUX_STUDIO_{twin.provider.upper()}_URL": f"http://127.0.0.1:{port}"})
    ran = cli(*twin.order)
    assert ran.code == 3
    ended(ran, "failed", "network")
    assert ran.last["charged"] == "0"


def test_the_worst_of_several_decides(cli: Shell, twin: Twin) -> None:
    twin.host.fault("submit", "422", message="No.")
    ran = cli(*twin.order, "--count", "3")
    assert ran.code == 3
    assert ran.events.count("refused") == 1
    assert len(ran.saved) == len(twin.charges) == 2


def test_a_key_that_is_refused_while_following_leaves_the_job_open(cli: Shell, twin: Twin) -> None:
    twin.host.fault("check", "401", times=9)
    ran = cli(*twin.order)
    assert ran.code == 4  # accepted and paid, and not here yet
    assert "accepted" in ran.events
    cli.monkeypatch.delenv(twin.key_variable)
    without = cli("jobs", "resume", "--json")
    assert without.code == 6
    twin.host._faults.clear()
    cli.env(**twin.environ)
    resumed = cli("jobs", "resume", "--json")
    assert resumed.code == 0
    assert resumed.last["event"] == "saved"
    assert len(twin.charges) == 1


@pytest.mark.parametrize("fault", ["", "401", "badjson", "truncated"])
def test_the_key_shows_nowhere(cli: Shell, twin: Twin, fault: str) -> None:
    twin.host.key = CANARY
    cli.env(**{twin.key_variable: CANARY})
    if fault:
        twin.host.fault("result" if fault == "truncated" else "submit", fault)
    ran = cli(*twin.order)
    status = cli("keys", "status", "--json")
    for text in (ran.out, ran.err, status.out, status.err, cli("doctor").out):
        assert CANARY not in text
    assert CANARY.encode() not in everything_on_disk(cli.home)
    assert any(CANARY in asked.headers["authorization"] for asked in twin.host.asked("submit"))
