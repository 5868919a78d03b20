import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from flux_studio.core.secret import Secret
from flux_studio.storage import keychain_backends
from flux_studio.storage.keychain import Keychain, KeyProblem, KeyState, read_key
from flux_studio.storage.keychain_backends import AllowedBackend, allowed_here

ROOT = Path(__file__).parents[2]
CANARY = "sk-canary-1234567890"


# Keychains of our own, chosen by class as the real ones are


class InMemory(KeyringBackend):
    priority = 5
    items: dict[tuple[str, str], str] = {}
    reads: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.reads.append(username)
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.items.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class Forgetful(InMemory):
    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Locked(InMemory):
    def get_password(self, service: str, username: str) -> str | None:
        self.reads.append(username)
        raise KeyringLocked("no")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("no")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("no")


class Broken(InMemory):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"the key was {CANARY}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"the key was {password}")


class Plaintext(InMemory):
    priority = 1000


class Prompting(InMemory):
    answered = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.answered.wait(30)
        super().set_password(service, username, password)

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return super().get_password(service, username)


@pytest.fixture(autouse=True)
def empty_keychains():
    InMemory.items.clear()
    InMemory.reads.clear()
    Prompting.answered.clear()
    yield
    Prompting.answered.set()


def keychain_of(
    backend: type[KeyringBackend],
    *,
    environ: Mapping[str, str] | None = None,
    deadline_s: float = 20,
    places_file: Path | None = None,
) -> Keychain:
    allowed = [AllowedBackend(__name__, backend.__name__, f"the {backend.__name__} keychain")]
    return Keychain(
        environ=environ or {}, deadline_s=deadline_s, allowed=allowed, places_file=places_file
    )


def stored() -> dict[str, str]:
    return {username: text for (_, username), text in InMemory.items.items()}


def test_a_key_is_saved_found_again_and_forgotten() -> None:
    keychain = keychain_of(InMemory)
    assert keychain.status("runflow").state is KeyState.NONE
    assert keychain.set("runflow", Secret(CANARY)).state is KeyState.SAVED
    assert InMemory.items == {("Flux Studio", "runflow/default"): CANARY}
    later = keychain_of(InMemory)
    assert later.get("runflow") == Secret(CANARY)
    status = later.status("runflow")
    assert (status.state, status.backend) == (KeyState.SAVED, "the InMemory keychain")
    assert status.has_key
    assert later.forget("runflow").state is KeyState.NONE
    assert later.get("runflow") is None
    assert stored() == {}
    assert later.forget("runflow").state is KeyState.NONE


def test_a_key_is_read_once_a_run() -> None:
    keychain_of(InMemory).set("runflow", Secret(CANARY))
    keychain = keychain_of(InMemory)
    InMemory.reads.clear()
    for _ in range(5):
        assert keychain.get("runflow") == Secret(CANARY)
    assert InMemory.reads == ["runflow/default"]
    keychain.refresh()
    keychain.get("runflow")
    assert len(InMemory.reads) == 2


def test_the_environment_wins_for_the_run_and_is_never_stored() -> None:
    keychain = keychain_of(InMemory, environ={"RUNFLOW_API_KEY": f"  {CANARY}\n"})
    status = keychain.status("runflow", "RUNFLOW_API_KEY")
    assert status.state is KeyState.ENVIRONMENT
    assert "RUNFLOW_API_KEY" in status.sentence
    assert keychain.get("runflow", "RUNFLOW_API_KEY") == Secret(CANARY)
    assert InMemory.reads == []
    keychain.set("runflow", Secret("other"))
    assert keychain.get("runflow", "RUNFLOW_API_KEY") == Secret(CANARY)
    assert stored() == {"runflow/default": "other"}
    assert keychain.get("runflow", "UNSET_VARIABLE") == Secret("other")


def test_a_variable_that_holds_no_key_is_named_and_nothing_is_sent() -> None:
    keychain = keychain_of(InMemory, environ={"BFL_API_KEY": "two words"})
    status = keychain.status("bfl", "BFL_API_KEY")
    assert status.state is KeyState.NONE
    assert "BFL_API_KEY" in status.sentence
    assert "two words" not in status.sentence
    assert keychain.get("bfl", "BFL_API_KEY") is None


@pytest.mark.parametrize(
    "text", ["", "  \n", "a b", "line\nbreak", "schlüssel", "nul\0", "tab\there", "x" * 1001]
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyProblem) as caught:
        keychain_of(InMemory).set("bfl", Secret(text))
    assert caught.value.sentence.endswith(".")
    assert not text.strip() or text not in caught.value.sentence
    assert stored() == {}


def test_white_space_around_a_key_is_removed() -> None:
    assert read_key(f"\t{CANARY}\r\n ") == Secret(CANARY)
    assert read_key("x" * 1000) == Secret("x" * 1000)


def test_a_provider_may_have_several_named_keys(tmp_path: Path) -> None:
    places = tmp_path / "places.json"
    keychain = keychain_of(InMemory, places_file=places)
    keychain.set("fal", Secret("work"), label="Studio")
    keychain.set("fal", Secret("home"))
    later = keychain_of(InMemory, places_file=places)
    assert later.get("fal", label="Studio") == Secret("work")
    assert later.get("fal") == Secret("home")
    assert later.labels("fal") == ("Studio", "default")
    later.forget("fal", label="Studio")
    assert later.labels("fal") == ("default",)
    assert later.labels("bfl") == ()


@pytest.mark.parametrize("label", ["", " ", "nul\0", "x" * 61, "$BFL_API_KEY"])
def test_a_name_that_would_break_the_keychain_is_refused(label: str) -> None:
    with pytest.raises(KeyProblem):
        keychain_of(InMemory).set("fal", Secret("work"), label=label)


def test_a_key_is_renamed_with_its_bytes_and_its_old_name_is_free(tmp_path: Path) -> None:
    keys = keychain_of(InMemory, places_file=tmp_path / "places.json")
    keys.set("acme", Secret(CANARY), label="old")
    keys.set("acme", Secret("other"), label="taken")
    assert keys.rename("acme", "old", "Client Ä").state is KeyState.SAVED
    assert keys.labels("acme") == ("Client Ä", "taken")
    assert keychain_of(InMemory, places_file=tmp_path / "places.json").labels("acme") == (
        "Client Ä",
        "taken",
    )
    assert stored() == {"acme/Client Ä": CANARY, "acme/taken": "other"}
    with pytest.raises(KeyProblem, match="Another key"):
        keys.rename("acme", "Client Ä", "taken")
    with pytest.raises(KeyProblem, match="dollar"):
        keys.rename("acme", "Client Ä", "$ACME_KEY")
    assert keys.rename("acme", "never there", "new").state is KeyState.NONE
    assert keys.labels("acme") == ("Client Ä", "taken")


def test_a_keychain_that_keeps_nothing_is_found_out() -> None:
    keychain = keychain_of(Forgetful)
    status = keychain.set("bfl", Secret(CANARY))
    assert status.state is KeyState.SESSION_ONLY
    assert "this run only" in status.sentence
    assert keychain.get("bfl") == Secret(CANARY)
    assert keychain.labels("bfl") == ("default",)


def test_a_locked_keychain_is_asked_once_and_again_only_on_request() -> None:
    keychain = keychain_of(Locked)
    assert keychain.status("bfl").state is KeyState.LOCKED
    assert keychain.status("bfl").state is KeyState.LOCKED
    assert keychain.status("fal").state is KeyState.LOCKED
    assert InMemory.reads == ["bfl/default"]
    keychain.refresh()
    assert keychain.status("bfl").state is KeyState.LOCKED
    assert len(InMemory.reads) == 2


def test_with_a_locked_keychain_a_key_lasts_for_the_run() -> None:
    keychain = keychain_of(Locked)
    status = keychain.set("bfl", Secret(CANARY))
    assert status.state is KeyState.SESSION_ONLY
    assert "locked" in status.sentence
    assert keychain.get("bfl") == Secret(CANARY)
    assert keychain.forget("bfl").state is KeyState.LOCKED
    assert keychain.get("bfl") is None


def test_any_error_of_a_backend_is_a_status_and_the_key_stays_out_of_the_log(caplog) -> None:
    caplog.set_level(logging.DEBUG)
    keychain = keychain_of(Broken)
    assert keychain.status("bfl").state is KeyState.UNAVAILABLE
    assert keychain.set("bfl", Secret(CANARY)).state is KeyState.SESSION_ONLY
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_a_keychain_that_holds_rubbish_says_so() -> None:
    InMemory.items["Flux Studio", "bfl/default"] = "two words"
    status = keychain_of(InMemory).status("bfl")
    assert status.state is KeyState.NONE
    assert "InMemory" in status.sentence
    assert keychain_of(InMemory).get("bfl") is None


def test_only_listed_classes_are_ever_chosen(monkeypatch) -> None:
    assert Plaintext.viable
    keychain = keychain_of(InMemory)
    assert keychain.set("bfl", Secret(CANARY)).backend == "the InMemory keychain"
    nothing = Keychain(environ={}, allowed=[])
    assert nothing.status("bfl").state is KeyState.UNAVAILABLE
    assert nothing.set("bfl", Secret(CANARY)).state is KeyState.SESSION_ONLY
    assert nothing.forget("bfl").state is KeyState.NONE
    missing = [AllowedBackend("no.such.module", "X", "X"), AllowedBackend("json", "nothing", "X")]
    assert Keychain(environ={}, allowed=missing).status("bfl").state is KeyState.UNAVAILABLE


@pytest.mark.parametrize(
    ("platform", "modules"),
    [
        ("darwin", {"macOS"}),
        ("win32", {"Windows"}),
        ("linux", {"SecretService", "kwallet", "libsecret"}),
    ],
)
def test_each_system_has_its_own_keychains(monkeypatch, platform: str, modules: set) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert {entry.module.rpartition(".")[2] for entry in allowed_here()} == modules


def test_on_windows_a_key_does_not_roam_to_other_machines() -> None:
    class Vault(InMemory):
        persist = "enterprise"

    assert keychain_backends._construct(Vault).persist == "local machine"  # type: ignore[attr-defined]  # of this backend only


def test_a_prompt_leaves_the_caller_free_and_a_late_answer_still_counts() -> None:
    InMemory.items["Flux Studio", "bfl/default"] = CANARY
    keychain = keychain_of(Prompting, deadline_s=0.05)
    assert keychain.status("bfl").state is KeyState.WAITING
    assert keychain.get("fal") is None
    Prompting.answered.set()
    finish(keychain)
    assert keychain.get("bfl") == Secret(CANARY)
    assert InMemory.reads == ["bfl/default"]


def finish(keychain: Keychain) -> None:
    """Wait for the question that is still open."""
    assert keychain._caller._turn.acquire(timeout=20)
    keychain._caller._turn.release()


def test_a_key_saved_late_moves_from_memory_to_the_keychain() -> None:
    keychain = keychain_of(Prompting, deadline_s=0.05)
    status = keychain.set("bfl", Secret(CANARY))
    assert status.state is KeyState.SESSION_ONLY
    assert "prompt" in status.sentence
    assert keychain.get("bfl") == Secret(CANARY)
    Prompting.answered.set()
    finish(keychain)
    assert keychain.status("bfl").state is KeyState.SAVED
    assert stored() == {"bfl/default": CANARY}


def test_a_key_forgotten_while_the_prompt_was_open_is_not_saved_after_all() -> None:
    keychain = keychain_of(Prompting, deadline_s=0.05)
    keychain.set("bfl", Secret(CANARY))
    assert keychain.forget("bfl").state is KeyState.WAITING
    Prompting.answered.set()
    finish(keychain)
    assert stored() == {}
    assert keychain.get("bfl") is None


def test_a_key_in_another_keychain_is_explained(tmp_path: Path) -> None:
    places = tmp_path / "places.json"
    keychain_of(InMemory, places_file=places).set("bfl", Secret(CANARY))
    InMemory.items.clear()
    status = keychain_of(Forgetful, places_file=places).status("bfl")
    assert status.state is KeyState.NONE
    assert "the InMemory keychain" in status.sentence


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff", b'{"bfl": 3}', b"[" * 100_000])
def test_a_damaged_record_of_places_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    places = tmp_path / "places.json"
    places.write_bytes(content)
    keychain = keychain_of(InMemory, places_file=places)
    assert keychain.labels("bfl") == ()
    keychain.set("bfl", Secret(CANARY))
    assert json.loads(places.read_bytes()) == {"bfl": {"default": "the InMemory keychain"}}
    assert CANARY.encode() not in places.read_bytes()


def test_a_record_that_cannot_be_written_does_not_lose_the_key(tmp_path: Path) -> None:
    keychain = keychain_of(InMemory, places_file=tmp_path / "none" / "places.json")
    assert keychain.set("bfl", Secret(CANARY)).state is KeyState.SAVED


def test_keyring_is_not_imported_before_a_key_is_asked_for() -> None:
    code = (
        "import sys; from flux_studio.storage.keychain import Keychain; Keychain()\n"
        "assert not any(name.startswith('keyring') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_hanging_keychain_does_not_hold_up_the_end_of_the_program() -> None:
    code = (
        "import threading; from tests.storage.test_keychain import Prompting, keychain_of\n"
        "print(keychain_of(Prompting, deadline_s=0.1).status('bfl').state.value)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=20,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "waiting\n", "")
