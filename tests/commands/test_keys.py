from __future__ import annotations

import pytest

from flux_studio.providers.registry import PROVIDERS
from tests.commands.shell import CANARY, Shell, everything_on_disk

KEYED = [row for row in PROVIDERS if row.needs_key]


def test_status_names_every_provider_with_a_key_and_shows_none(cli: Shell) -> None:
    cli.env(RUNAPI_API_KEY=CANARY)
    ran = cli("keys", "status", "--json")
    assert ran.code == 0
    assert [line["provider"] for line in ran.lines] == [row.id for row in KEYED]
    states = {line["provider"]: line for line in ran.lines}
    assert states["runapi"]["state"] == "environment"
    assert states["runapi"]["has_key"] is True
    assert states["runflow"]["state"] == "unavailable"
    assert states["runflow"]["has_key"] is False
    assert CANARY not in ran.out + ran.err + cli("keys", "status").out


def test_status_of_one(cli: Shell) -> None:
    ran = cli("keys", "status", "runflow")
    assert len(ran.out.splitlines()) == 1
    assert ran.out.startswith("Runflow")


def test_a_key_is_kept_used_and_forgotten(cli: Shell, memory_keychain: dict) -> None:
    kept = cli("keys", "set", "runapi", "--json", stdin=f"  {CANARY}\r\n")
    assert kept.code == 0
    assert kept.last["state"] == "saved"
    assert list(memory_keychain.values()) == [CANARY]
    assert cli("keys", "status", "runapi", "--json").last["has_key"] is True
    gone = cli("keys", "forget", "runapi", "--json")
    assert gone.code == 0
    assert gone.last["state"] == "none"
    assert memory_keychain == {}
    assert CANARY not in kept.out + kept.err + gone.out
    assert CANARY.encode() not in everything_on_disk(cli.home)


def test_without_a_keychain_nothing_is_promised(cli: Shell) -> None:
    ran = cli("keys", "set", "runflow", "--json", stdin=CANARY)
    assert ran.code == 6
    assert ran.last["state"] == "session_only"
    assert "nothing is kept" in ran.err
    assert "RUNFLOW_API_KEY" in ran.err
    assert CANARY not in ran.out + ran.err


@pytest.mark.parametrize(
    ("stdin", "words"),
    [(None, "empty"), ("", "empty"), ("\n", "empty"), ("two words\n", "without spaces"),
     ("schlüssel\n", "letters, digits"), ("x" * 5000, "too many for a key")],
)  # fmt: skip
def test_what_is_no_key(cli: Shell, memory_keychain: dict, stdin: str | None, words: str) -> None:
    ran = cli("keys", "set", "runapi", stdin=stdin)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""
    assert memory_keychain == {}
    assert "x" * 50 not in ran.err


def test_a_key_is_never_an_argument(cli: Shell, memory_keychain: dict) -> None:
    ran = cli("keys", "set", "runapi", "another")
    assert ran.code == 2
    assert memory_keychain == {}


@pytest.mark.parametrize("do", ["set", "forget"])
def test_a_provider_has_to_be_named(cli: Shell, do: str) -> None:
    ran = cli("keys", do, stdin=CANARY)
    assert ran.code == 2
    assert "runapi, runflow" in ran.err


def test_forgetting_leaves_the_environment_alone_and_says_so(
    cli: Shell, memory_keychain: dict
) -> None:
    cli.env(RUNAPI_API_KEY=CANARY)
    ran = cli("keys", "forget", "runapi")
    assert ran.code == 0
    assert "RUNAPI_API_KEY still gives a key" in ran.err


# Several named keys


def test_several_keys_have_names_and_one_is_in_use(cli: Shell, memory_keychain: dict) -> None:
    cli("keys", "set", "runapi", "--label", "Studio", stdin=CANARY)
    cli("keys", "set", "runapi", "--label", "Client Ä", stdin=f"{CANARY}-2")
    assert sorted(memory_keychain.values()) == [CANARY, f"{CANARY}-2"]
    lines = cli("keys", "status", "runapi", "--json").lines
    assert [(line["label"], line["in_use"]) for line in lines] == [
        ("Studio", True),
        ("Client Ä", False),
    ]
    assert {line["last_used"] for line in lines} == {None}
    assert cli("keys", "use", "runapi", "Client Ä").code == 0
    lines = cli("keys", "status", "runapi", "--json").lines
    assert lines[0]["label"] == "Client Ä"
    assert lines[0]["in_use"]
    assert cli("keys", "forget", "runapi", "--label", "Studio").code == 0
    assert list(memory_keychain.values()) == [f"{CANARY}-2"]


def test_a_name_that_is_not_there_is_not_used(cli: Shell, memory_keychain: dict) -> None:
    cli("keys", "set", "runapi", "--label", "Studio", stdin=CANARY)
    ran = cli("keys", "use", "runapi", "Nobody")
    assert ran.code == 2
    assert "There are: Studio." in ran.err
    assert cli("keys", "use", "runapi").code == 2


def test_a_name_that_cannot_be_one_is_refused(cli: Shell, memory_keychain: dict) -> None:
    ran = cli("keys", "set", "runapi", "--label", "$RUNAPI_API_KEY", stdin=CANARY)
    assert ran.code == 2
    assert "dollar sign" in ran.err
    assert memory_keychain == {}


def test_the_environment_wins_over_the_named_ones(cli: Shell, memory_keychain: dict) -> None:
    cli("keys", "set", "runapi", stdin=CANARY)
    cli.env(RUNAPI_API_KEY="rk-other-4711")
    lines = cli("keys", "status", "runapi", "--json").lines
    assert [(line["label"], line["in_use"]) for line in lines] == [
        ("$RUNAPI_API_KEY", True),
        ("default", False),
    ]
    assert "is used instead" in cli("keys", "use", "runapi", "default").err
