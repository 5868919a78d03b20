"""The evidence file: everything about a job, nothing that is secret."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.commands.twins import Twin

KEY_PARTS = 12  # characters of a key that must not be found in a row


def secrets_in(text: str, twin: Twin) -> list[str]:
    key = twin.host.key
    return [part for part in (key, key[:KEY_PARTS], key[-KEY_PARTS:]) if part in text]


def test_a_saved_job_with_ids_times_money_and_reply(cli: Shell, twin: Twin, tmp_path: Path):
    saved = cli(*twin.order).last
    file = tmp_path / "evidence.json"
    ran = cli("jobs", "evidence", saved["job"], "--out", file)
    assert ran.code == 0
    said = json.loads(file.read_text())
    assert (said["job"], said["task"], said["state"]) == (saved["job"], saved["task"], "saved")
    assert said["money_usd"]["price_shown"] == twin.price
    assert said["money_usd"]["charged"] == twin.price
    assert [fact["fact"] for fact in said["facts"]][:3] == ["planned", "sending", "accepted"]
    assert said["times"]["sent"] <= said["times"]["accepted"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secrets_in(file.read_text(), twin) == []
    assert "a red fox" not in file.read_text()


def test_the_prompt_only_when_asked_for(cli: Shell, twin: Twin):
    job = cli(*twin.order).last["job"]
    without, with_it = (
        cli("jobs", "evidence", job, "--json", *more) for more in ((), ("--with-prompt",))
    )
    assert "a red fox" not in without.out
    assert with_it.last["request"]["prompt"] == "a red fox"
    assert secrets_in(with_it.out, twin) == []


def test_a_job_of_unknown_outcome_for_people(cli: Shell, twin: Twin):
    twin.host.fault("submit", "500", accepted=True)
    for _ in range(5):  # where a repetition is safe it is repeated, so it fails for long
        twin.host.fault("submit", "500", accepted=True)
    job = str(cli(*twin.order).last["job"])
    ran = cli("jobs", "evidence", job)
    assert ran.code == 0
    assert f"Job {job} at {twin.provider}" in ran.out
    assert f"Price shown ${twin.price}" in ran.out.replace("0.050", "0.05").replace("0.030", "0.03")
    assert secrets_in(ran.out + ran.err, twin) == []


@pytest.mark.parametrize(
    "words", [("evidence",), ("evidence", "nonsense"), ("list", "--with-prompt")]
)
def test_wrong_use(cli: Shell, words: tuple[str, ...]):
    assert cli("jobs", *words).code == 2
