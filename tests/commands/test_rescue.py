"""Everything that the rescue desk can do, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.settings import SettingsFile
from tests.commands.shell import Shell
from tests.commands.twins import Twin

pytestmark = pytest.mark.parametrize("twin", ["runflow"], indirect=True)


@pytest.fixture
def unclear(cli: Shell, twin: Twin) -> str:
    """A job of unknown outcome, charged once at the twin."""
    twin.host.fault("submit", "500", accepted=True)
    return str(cli(*twin.order).last["job"])


@pytest.fixture
def lost(cli: Shell, twin: Twin) -> str:
    """A job whose picture the provider did not hand over; it would now."""
    twin.host.link_seconds = -1.0
    job = str(cli(*twin.order).last["job"])
    twin.host.link_seconds = 86_400.0
    return job


def confirm_above(cli: Shell, usd: str) -> None:
    path = cli.paths.settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[budget]\nconfirm_above = "{usd}"\n')
    SettingsFile(path).budget()


def rescued(cli: Shell, *more: str) -> dict[str, dict]:
    return {line["job"]: line for line in cli("jobs", "rescue", "--json", *more).lines}


def test_the_list(cli: Shell, twin: Twin, unclear: str, lost: str) -> None:
    cases = rescued(cli)
    assert {job: case["standing"] for job, case in cases.items()} == {
        unclear: "unclear", lost: "given_up"
    }  # fmt: skip
    assert cases[lost]["ways"][0] == "fetch"
    assert cases[unclear]["ways"][:2] == ["look", "enter_id"]
    assert cases[unclear]["estimate"] == twin.price
    head, *rows = cli("jobs", "rescue").out.splitlines()
    assert len(rows) == 2
    assert "a red fox" in rows[0]
    assert "LEFT" in head


def test_nothing_to_rescue(cli: Shell, twin: Twin) -> None:
    ran = cli("jobs", "rescue")
    assert (ran.code, ran.out) == (0, "")
    assert "every picture that was paid is on disk" in ran.err
    assert cli("jobs", "fetch").code == 0


def test_a_lost_job_comes_back_and_is_paid_once(cli: Shell, twin: Twin, lost: str) -> None:
    ran = cli("jobs", "fetch", lost, "--json")
    assert ran.code == 0
    assert (ran.last["event"], ran.last["job"]) == ("saved", lost)
    assert len(twin.charges) == 1
    assert rescued(cli) == {}
    again = cli("jobs", "fetch", lost)
    assert again.code == 2
    assert "needs no rescue: it is saved" in again.err


def test_all_are_fetched_at_once_and_nothing_else_is_sent(cli: Shell, twin: Twin) -> None:
    twin.host.link_seconds = -1.0
    jobs = {str(cli(*twin.order).last["job"]) for _ in range(3)}
    twin.host.link_seconds = 86_400.0
    ran = cli("jobs", "fetch", "--json")
    assert ran.code == 0
    assert {line["job"] for line in ran.saved} == jobs
    assert len(twin.charges) == 3


def test_one_that_is_still_gone_says_so(cli: Shell, twin: Twin, lost: str) -> None:
    twin.host.link_seconds = -1.0
    assert cli("jobs", "fetch", lost).code == 4
    assert rescued(cli)[lost]["state"] == "lost"


def test_an_unknown_job_is_found_in_the_providers_list(cli: Shell, twin: Twin, unclear: str):
    ran = cli("jobs", "look", unclear, "--json")
    assert ran.code == 0
    assert (ran.last["event"], ran.last["job"]) == ("saved", unclear)
    assert len(twin.charges) == 1
    assert len(twin.host.asked("submit")) == 1


def test_one_that_is_not_in_the_list_is_said_and_not_sent(cli: Shell, twin: Twin) -> None:
    twin.host.fault("submit", "500")
    job = str(cli(*twin.order).last["job"])
    ran = cli("jobs", "look")
    assert ran.code == 4
    assert f"{job}  It is not in the provider's list, which may not be complete yet" in ran.err
    assert (twin.charges, len(twin.host.asked("submit"))) == ([], 1)


def test_looking_without_a_key(cli: Shell, twin: Twin, unclear: str) -> None:
    cli.monkeypatch.delenv(twin.key_variable)
    assert cli("jobs", "look", unclear).code == 6


@pytest.mark.parametrize("charged", [True, False])
def test_what_a_person_saw_is_noted(cli: Shell, twin: Twin, lost: str, charged: bool) -> None:
    ran = cli("jobs", "settle", lost, "--charged" if charged else "--not-charged", "--json")
    assert ran.code == 0
    assert (ran.last["job"], ran.last["state"]) == (lost, "lost")
    [line] = [line for line in cli("jobs", "--json").lines if line["job"] == lost]
    assert line["charged"] == (twin.price if charged else "0")
    assert (lost in rescued(cli)) == charged


def test_a_job_is_left_aside_and_put_back(cli: Shell, twin: Twin, lost: str) -> None:
    assert cli("jobs", "leave", lost).code == 0
    assert rescued(cli) == {}
    assert list(rescued(cli, "--aside")) == [lost]
    assert cli("jobs", "return", lost).code == 0
    assert list(rescued(cli)) == [lost]


def test_sent_again_it_is_a_new_job_that_names_the_old(cli: Shell, twin: Twin, lost: str) -> None:
    ran = cli("jobs", "again", lost, "--json")
    assert ran.code == 0
    assert ran.last["job"] != lost
    sidecar = json.loads(Path(ran.last["sidecar"]).read_text("utf-8"))
    assert sidecar["origin"]["again_of"] == lost
    assert len(twin.charges) == 2


@pytest.mark.parametrize("how", ["again", "resolve"])
def test_above_the_sum_nothing_is_sent_without_a_yes(
    cli: Shell, twin: Twin, unclear: str, how: str
) -> None:
    confirm_above(cli, "0.01")
    more = ("--not-charged", "--again") if how == "resolve" else ()
    ran = cli("jobs", how, unclear, *more)
    assert ran.code == 2
    assert "say --yes" in ran.err
    assert len(twin.charges) == 1
    assert rescued(cli)[unclear]["state"] == "unknown", "the old one is as it was"
    ran = cli("jobs", how, unclear, *more, "--yes", "--json")
    assert ran.code == 0
    assert len(twin.charges) == 2
    assert rescued(cli) == {}


def test_a_job_of_another_live_studio_is_left_to_it(cli: Shell, twin: Twin, lost: str) -> None:
    database = Database(cli.paths.library_db, cli.paths.backups)
    window = JobJournal(database, Owner(cli.paths.owners))
    assert window.claim(lost)
    try:
        fetched, left = cli("jobs", "fetch", lost), cli("jobs", "leave", lost)
        assert (fetched.code, left.code) == (2, 2)
        assert "takes care of it" in fetched.err
        assert "another Flux Studio" in left.err
    finally:
        window.close()
        database.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["settle", "x"], "--charged or --not-charged"),
        (["settle", "x", "--charged", "--not-charged"], "--charged or --not-charged"),
        (["settle"], "Say which job"),
        (["again"], "Say which job"),
        (["leave"], "Say which job"),
        (["rescue", "x"], "takes no job"),
        (["fetch", "x"], "There is no job x"),
        (["fetch", "--aside"], "belongs to `jobs rescue`"),
        (["fetch", "x", "--not-charged"], "belongs to `jobs settle JOB`"),
        (["list", "--charged"], "belongs to `jobs settle JOB`"),
        (["resolve", "x", "--not-charged", "--yes"], "sent again"),
    ],
)
def test_wrong_use(cli: Shell, twin: Twin, arguments: list[str], words: str) -> None:
    ran = cli("jobs", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_evidence_has_the_balances_before_and_after(cli: Shell, twin: Twin, lost: str) -> None:
    said = cli("jobs", "evidence", lost, "--json").last["money_usd"]
    assert set(said) >= {"balance_before", "balance_after", "price_shown", "charged"}
