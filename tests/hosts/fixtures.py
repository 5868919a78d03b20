"""Twins as pytest fixtures. A test that lets the client break the protocol fails when the twin is
taken down.

Import the ones you need into a test module or conftest: `from tests.hosts.fixtures import
runapi_host`. A test that provokes violations on purpose reads and clears `host.violations` itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from tests.hosts.runapi import RunApiHost
from tests.hosts.server import HostServer

S = TypeVar("S", bound=HostServer)


@contextmanager
def hosting(kind: type[S]) -> Iterator[S]:
    """A running twin of a kind, checked for violations and strangers at the end."""
    with kind() as host:
        yield host
    assert host.violations == []
    assert host.foreign == []


@pytest.fixture
def runapi_host() -> Iterator[RunApiHost]:
    with hosting(RunApiHost) as host:
        yield host
