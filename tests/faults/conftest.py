from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_studio.core import retry
from flux_studio.core.waiting import WaitingPlan
from flux_studio.engine import book, delivering, following
from flux_studio.providers import http, replicate
from flux_studio.providers.calls import Patience
from flux_studio.storage import keychain
from tests.faults.studio import KINDS, Bench, LivingDecoder
from tests.hosts.fixtures import hosting

QUICK = Patience(connect=5.0, silence=0.5, submit=1.0, read=0.6, download=0.6)


@pytest.fixture(scope="session")
def decoder() -> Iterator[LivingDecoder]:
    made = LivingDecoder(deadline_s=60.0)
    yield made
    made.end()


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the keychain of the person's own desktop."""
    monkeypatch.setattr(keychain, "allowed_here", lambda: ())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait of our own is short; how long they are is tested on virtual time elsewhere."""
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.0005)
    monkeypatch.setattr(delivering, "DISK_PAUSE", 0.01)
    monkeypatch.setattr(book, "DISK_PAUSE", 0.01)
    monkeypatch.setattr(following, "LEAST_GAP", 0.01)
    monkeypatch.setattr(following, "FORGET_AFTER", 0.2)
    monkeypatch.setattr(WaitingPlan, "next_poll", lambda _plan, _elapsed, asked: asked + 0.01)
    monkeypatch.setattr(http, "Patience", lambda: QUICK)


@pytest.fixture(params=sorted(KINDS))
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, decoder: LivingDecoder, quick: None
) -> Iterator[Bench]:
    """Each provider's twin in turn."""
    with hosting(KINDS[request.param][0]) as host:
        # Long enough that nobody answers a submit with the picture itself.
        waits = replicate.WAIT if request.param == "replicate" else 0
        host.duration = lambda: waits + 0.02
        yield Bench(request.param, host, tmp_path, decoder)
