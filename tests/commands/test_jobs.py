from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flux_studio.assembly import Workshop
from flux_studio.core.draft import Draft, check
from flux_studio.core.job import Planned, Queued
from flux_studio.core.size import Size
from flux_studio.ground import lay_ground
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from tests.commands.shell import Shell
from tests.commands.twins import Twin

FIELDS = {"job", "state", "provider", "model", "task", "created", "estimate", "expires"}
SMALL = ("--size", "64x64")


# One twin is enough here: what each provider's answers mean is in test_provider_answers.
one_twin = pytest.mark.parametrize("twin", ["runflow"], indirect=True)


@pytest.fixture
def lost(cli: Shell, twin: Twin) -> str:
    """A job of unknown outcome, charged once at the twin; gives its id."""
    twin.host.fault("submit", "500", accepted=True)
    return str(cli(*twin.order).last["job"])


def test_the_fields_of_a_line(cli: Shell) -> None:
    first = cli("generate", "a red fox", "--json", *SMALL).last
    second = cli("generate", "a red fox", "--json", *SMALL).last
    ran = cli("jobs", "--json")
    assert ran.code == 0
    assert [line["job"] for line in ran.lines] == [second["job"], first["job"]]  # newest first
    assert set(ran.last) >= FIELDS
    assert (ran.last["state"], ran.last["task"]) == ("saved", first["task"])
    assert (ran.last["estimate"], ran.last["charged"]) == ("0", "0")
    assert ran.last["created"].endswith("Z")
    assert cli("jobs", "list", "--json").lines == ran.lines
    assert cli("jobs", "--open", "--json").out == ""


def test_the_table_for_people(cli: Shell) -> None:
    assert cli("jobs").out == ""
    job = cli("generate", "a red\nfox", "--json", *SMALL).last["job"]
    head, row = cli("jobs").out.splitlines()
    assert row.startswith(job)
    assert row[head.index("STATE") :].startswith("saved ")
    assert row[head.index("NOTE") :] == "a red fox"


def test_nothing_is_open(cli: Shell) -> None:
    ran = cli("jobs", "resume", "--json")
    assert (ran.code, ran.out) == (0, "")
    assert "Nothing is open" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["resolve"], "Say which job"),
        (["resolve", "x"], "--found TASK or --not-charged"),
        (["resolve", "--not-charged"], "Say which job"),
        (["resolve", "x", "--not-charged"], "There is no job x"),
        (["resolve", "x", "--found", " "], "as the provider shows it"),
        (["resolve", "x", "--found", "t", "--again"], "belongs to --not-charged"),
        (["resolve", "x", "--found", "t", "--not-charged"], "not allowed with argument"),
        (["resume", "x"], "There is no job x"),
        (["resume", "--not-charged"], "belong to `jobs resolve"),
        (["list", "x"], "takes no job"),
    ],
)
def test_wrong_use(cli: Shell, arguments: list[str], words: str) -> None:
    ran = cli("jobs", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_job_that_ended_cannot_be_resolved(cli: Shell) -> None:
    job = cli("generate", "a red fox", "--json", *SMALL).last["job"]
    ran = cli("jobs", "resolve", job, "--not-charged")
    assert ran.code == 2
    assert "has ended: saved" in ran.err


@one_twin
def test_not_charged_closes_it(cli: Shell, twin: Twin, lost: str) -> None:
    assert cli("jobs", "resume", "--json").code == 4  # it stays unknown by itself
    ran = cli("jobs", "resolve", lost, "--not-charged", "--json")
    assert ran.code == 0
    assert (ran.last["event"], ran.last["charged"]) == ("cancelled", "0")
    assert cli("jobs", "--open", "--json").out == ""
    assert len(twin.charges) == 1  # nothing was sent again


@one_twin
def test_not_charged_and_again_is_a_new_job(cli: Shell, twin: Twin, lost: str) -> None:
    ran = cli("jobs", "resolve", lost, "--not-charged", "--again", "--json")
    assert ran.code == 0
    assert ran.last["event"] == "saved"
    assert ran.last["job"] != lost
    assert "Sent again as a new job for $0." in ran.err
    assert len(twin.charges) == 2
    states = {line["job"]: line["state"] for line in cli("jobs", "--json").lines}
    assert states == {lost: "cancelled", ran.last["job"]: "saved"}


@one_twin
def test_found_without_a_key(cli: Shell, twin: Twin, lost: str) -> None:
    cli.monkeypatch.delenv(twin.key_variable)
    ran = cli("jobs", "resolve", lost, "--found", twin.host.ledger[0].task, "--json")
    assert ran.code == 6
    assert twin.key_variable in ran.err
    assert cli("jobs", "--open", "--json").last["state"] == "unknown"


@one_twin
def test_settling_one_job_sends_no_other(cli: Shell, twin: Twin, lost: str) -> None:
    """A job that was planned and never sent waits until `resume` is asked for."""
    other = planned_copy(cli, lost)
    asked = len(twin.host.asked("submit"))
    found = cli("jobs", "resolve", lost, "--found", twin.host.ledger[0].task, "--json")
    assert found.code == 0
    assert {line["job"] for line in found.lines} == {lost}
    assert len(twin.host.asked("submit")) == asked
    assert cli("jobs", "--open", "--json").last["job"] == other
    resumed = cli("jobs", "resume", other, "--json")
    assert resumed.code == 0
    assert len(twin.host.asked("submit")) == asked + 1


def planned_copy(cli: Shell, job: str) -> str:
    """Another job of the same request that was planned by a process which is gone."""
    from flux_studio.core.job import Planned

    database = Database(cli.paths.library_db, cli.paths.backups)
    journal = JobJournal(database, Owner(cli.paths.owners))
    old = journal.job(job)
    assert old is not None
    journal.record(Planned("b" * 16, old.created, old.request, old.price, "order"))
    journal.close()
    database.close()
    return "b" * 16


@one_twin
def test_a_held_job_stays_held_until_it_is_named(cli, twin):
    workshop = Workshop(lay_ground({"FLUX_STUDIO_HOME": str(cli.home)}))
    card = workshop.ground.card("runflow", "flux-2-pro")
    draft = Draft("runflow", "flux-2-pro", prompt="a fox", size=Size(256, 256), project="zoo")
    order = check(draft, card, lambda: 1).order
    now = datetime.now(UTC)
    planned = Planned(
        "held0", now, order.requests[0], order.estimate.each, "o", order.origin(0), 5.0
    )
    workshop.journal.record(planned)
    workshop.journal.record(Queued("held0", now, 5.0, held=True))
    workshop.close()
    listed = cli("jobs", "--open", "--json").last
    assert (listed["project"], listed["held"]) == ("zoo", True)
    ran = cli("jobs", "resume", "--json")
    assert (ran.code, set(ran.events)) == (0, {"planned"})
    assert "Nothing is open" in ran.err
    assert twin.charges == []
    assert cli("jobs", "resume", "held0", "--json").last["event"] == "saved"
    assert len(twin.charges) == 1
