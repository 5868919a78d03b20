"""The problem report: what helps is in it, what is secret is not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from flux_studio import startup
from tests.commands.shell import CANARY, Shell
from tests.commands.twins import Twin

PROMPT = 'a canary "prompt" in a cage\nwith a second line'


@pytest.fixture(autouse=True)
def all_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_loads", lambda _: True)


def report(cli: Shell, *options: str) -> dict[str, str]:
    out = cli.home / "out.zip"
    ran = cli("report", "--out", out, *options)
    assert ran.code == 0, ran.err
    assert str(out) in ran.out
    assert out.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(out) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode() for name in file.namelist()}


def test_it_has_what_helps_and_no_prompt(cli: Shell) -> None:
    cli("generate", PROMPT, "--size", "64x64")
    found = report(cli)
    assert {"about.txt", "doctor.txt", "settings.json", "jobs.jsonl"} <= set(found)
    assert '"state": "saved"' in found["jobs.jsonl"]
    assert "Python" in found["doctor.txt"]
    assert '"jobs_in_flight"' in found["settings.json"]
    assert not [name for name, text in found.items() if "canary" in text]


def test_prompts_come_when_they_are_asked_for(cli: Shell) -> None:
    cli("generate", PROMPT, "--size", "64x64")
    assert "second line" in report(cli, "--with-prompts")["jobs.jsonl"]


def test_no_secret_that_got_into_the_log_gets_out(cli: Shell) -> None:
    cli("generate", PROMPT, "--size", "64x64")
    signed = "https://cdn.test/a.png?X-Amz-Signature=canary-signature"
    with cli.paths.log_file.open("a") as file:
        file.write(f"WARNING x: {CANARY} and {signed}\n")
        file.write(f"WARNING y: Authorization: Bearer {'canary-bearer' * 3}\n")
        file.write(f"WARNING z: prompt={PROMPT!r} and {Path.home()}/pictures\n")
        file.write("WARNING p: http://me:canary-password@proxy.test:8080/\n")
    cli.env(RUNAPI_API_KEY=CANARY, MY_OTHER_TOKEN="canary-token-of-another")
    with (cli.paths.log / "flux-studio.log.1").open("w") as file:
        file.write("canary-token-of-another\n")
    found = report(cli)
    assert "WARNING p: http://***@proxy.test:8080/" in found["log/flux-studio.log"]
    assert "log/flux-studio.log.1" in found
    assert not [name for name, text in found.items() if "canary" in text]
    assert not [name for name, text in found.items() if f"{Path.home()}/" in text]


def test_the_end_of_a_run_with_a_provider_leaves_no_key(cli: Shell, twin: Twin) -> None:
    cli.env(**twin.environ)
    cli("generate", PROMPT, "--provider", twin.provider)
    found = report(cli)
    assert f'"provider": "{twin.provider}"' in found["jobs.jsonl"]
    assert not [name for name, text in found.items() if twin.host.key in text]


def test_a_damaged_library_is_said_and_stays_as_it_is(cli: Shell) -> None:
    cli("generate", PROMPT, "--size", "64x64")
    cli.paths.library_db.write_bytes(b"no database" * 500)
    found = report(cli)
    assert "damaged" in found["doctor.txt"]
    assert "damaged" in found["jobs.jsonl"]
    assert cli.paths.library_db.read_bytes().startswith(b"no database")


def test_a_report_that_cannot_be_written_is_a_sentence(cli: Shell) -> None:
    ran = cli("report", "--out", cli.home / "gone" / "out.zip")
    assert (ran.code, ran.out) == (2, "")
    assert "No such file" in ran.err
