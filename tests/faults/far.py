"""A twin in a process of its own, so that its work takes nothing from the thread whose gaps are
measured.

`python -m tests.faults.far PROVIDER` says where it is, and then does one thing a line of stdin:
`{"fault": ["submit", "429", {…}]}`, `{"seconds": 0.2}` (how long each job takes), `{}`. Each answer
is a line that tells what it has had so far.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from tests.commands.shell import ROOT
from tests.faults.studio import KINDS
from tests.hosts.server import HostServer

RICH = Decimal(100_000)


class FarHost:
    """What a test sees of the twin on the other side."""

    def __init__(self, provider: str, process: subprocess.Popen[str]) -> None:
        self.provider, self._process = provider, process
        first = self._heard()
        self.environ: dict[str, str] = first["environ"]
        self.key: str = first["key"]

    def fault(self, route: str, name: str, **details: Any) -> None:
        self._say({"fault": [route, name, details]})

    def takes(self, seconds: float) -> None:
        """How long each job takes from now on."""
        self._say({"seconds": seconds})

    def told(self) -> dict[str, Any]:
        """`charges`, `asked` by route, `faults` that nobody met yet, `violations`."""
        return self._say({})

    def _say(self, words: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def far_host(provider: str) -> Iterator[FarHost]:
    """A running twin; it ends with its stdin. Checked for violations at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.far", provider], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        host = FarHost(provider, process)
        yield host
        assert host.told()["violations"] == []
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def told_by(host: HostServer) -> dict[str, Any]:
    return {
        "charges": len(host.ledger),
        "asked": Counter(asked.route for asked in host.requests),
        "faults": len(host._faults),
        "violations": [*host.violations, *(asked.target for asked in host.foreign)],
    }


def obey(host: HostServer, words: dict[str, Any]) -> None:
    if "fault" in words:
        route, name, details = words["fault"]
        host.fault(route, name, **details)
    if "seconds" in words:
        host.duration = lambda: words["seconds"]


def main(provider: str) -> None:
    with KINDS[provider][0]() as host:
        host.balance = RICH
        sys.stdout.write(json.dumps({"environ": host.environ, "key": host.key}) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            obey(host, json.loads(line))
            sys.stdout.write(json.dumps(told_by(host)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
