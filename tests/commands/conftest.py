from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_studio import assembly
from flux_studio.core.waiting import WaitingPlan
from flux_studio.storage import keychain
from flux_studio.storage.decode import Decoder
from flux_studio.storage.keychain_backends import AllowedBackend
from tests.commands import memory_keyring
from tests.commands.shell import Shell, hurry
from tests.commands.twins import KINDS, Twin
from tests.hosts.fixtures import hosting
from tests.storage.samples import png


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the keychain of the person's own desktop."""
    monkeypatch.setattr(keychain, "allowed_here", lambda: ())


@pytest.fixture
def memory_keychain(monkeypatch: pytest.MonkeyPatch, no_keychain: None) -> dict:
    """A keychain that works."""
    here = AllowedBackend(memory_keyring.__name__, "Keyring", "the test's keychain")
    monkeypatch.setattr(keychain, "allowed_here", lambda: (here,))
    memory_keyring.KEPT.clear()
    return memory_keyring.KEPT


class LivingDecoder(Decoder):
    """A decoder that a command may close and the next one still uses: starting its children is
    what takes the time.
    """

    def close(self) -> None:
        """Ended by the session's fixture."""


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    made = LivingDecoder()
    yield made
    Decoder.close(made)


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], decoder: Decoder
) -> Shell:
    """The command line in this process; Practice and the twins answer at once."""
    monkeypatch.setattr(assembly, "Decoder", lambda: decoder)
    # When to ask is tested elsewhere; here it is at once.
    monkeypatch.setattr(WaitingPlan, "next_poll", lambda _plan, _elapsed, asked: asked)
    monkeypatch.setenv("FLUX_STUDIO_PRACTICE_DELAY", "0")
    shell = Shell(monkeypatch, capsys)
    hurry(shell.paths)
    return shell


@pytest.fixture(params=sorted(KINDS))
def twin(request: pytest.FixtureRequest, cli: Shell) -> Iterator[Twin]:
    """Each provider's twin in turn; the environment leads there, with its key."""
    kind, variable, price, again = KINDS[request.param]
    with hosting(kind) as host:
        found = Twin(host, variable, price, again)
        cli.env(**found.environ)
        yield found


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture that may be a reference."""
    path = tmp_path / "fox.png"
    path.write_bytes(png(64, 64))
    return path
