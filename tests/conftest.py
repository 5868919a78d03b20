"""What every test stands on: no network beyond loopback, nothing of the person's own folders,
nothing left alive.
"""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator

import pytest

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every path of the program lies in a folder of this test, and no key comes from the shell."""
    monkeypatch.setenv("FLUX_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("RUNAPI_API_KEY", "RUNFLOW_API_KEY", "BFL_API_KEY", "FAL_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REPLICATE_API_TOKEN", raising=False)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere else is a defect of the test, or of us."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {host}")
        real(self, address)  # type: ignore[arg-type]  # whatever the caller gave

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def garbage_on_the_main_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Qt objects in reference cycles must not be destroyed by whichever thread allocates next."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """No test may leave a thread that would keep the program from ending."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
    for thread in left:
        thread.join(2)
    assert not [t for t in left if t.is_alive()], left
