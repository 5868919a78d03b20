"""`kill -9` of the command line at every step of the submit and save path, of the rescue, and at
any moment: an intent is charged at most once, no saved picture is lost, no paid job is forgotten.

`FLUX_STUDIO_KILLS=2000` makes it 2000 rounds; by default a few for each provider.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flux_studio.core.job import JobState
from flux_studio.storage.database import Database
from flux_studio.storage.job_rows import job_from
from flux_studio.storage.paths import Paths
from flux_studio.storage.sidecar import PICTURE_ENDINGS
from flux_studio.storage.verify import Trouble, Verification
from tests.commands.shell import ROOT, hurry, process_env
from tests.faults.studio import KINDS
from tests.hosts.fixtures import hosting
from tests.hosts.server import HostServer
from tests.storage.samples import sha

RICH = Decimal(100_000)  # USD: no round ends for want of credit
ROUNDS = int(os.environ.get("FLUX_STUDIO_KILLS", "20"))
pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
    pytest.mark.timeout(60 + 4 * ROUNDS),
]


@dataclass
class Ground:
    """A home, a twin, and a program that can be killed there again and again."""

    host: HostServer
    home: Path
    forge: subprocess.Popen[str]
    prompts: int = 0
    kills: int = 0
    met: Counter[str] = field(default_factory=Counter)

    def run(self, *arguments: str, **how: Any) -> dict[str, Any]:
        """One process of the program; `how` says when it is killed."""
        variable = KINDS[self.host.provider][1]
        environ = {
            **self.host.environ, variable: self.host.key, "FLUX_STUDIO_HOME": str(self.home),
        }  # fmt: skip
        assert self.forge.stdin is not None
        assert self.forge.stdout is not None
        task = {"arguments": list(arguments), "environ": environ, **how}
        self.forge.stdin.write(json.dumps(task) + "\n")
        self.forge.stdin.flush()
        ran: dict[str, Any] = json.loads(self.forge.stdout.readline())
        assert "Traceback" not in ran["out"], ran["out"]
        return ran

    def generate(self, **how: Any) -> dict[str, Any]:
        """A press on Generate with a prompt of its own."""
        self.prompts += 1
        small = () if self.host.provider == "runapi" else ("--size", "256x256")
        prompt = f"intent {self.prompts:05d}"
        ran = self.run(
            "generate", prompt, "--provider", self.host.provider, "--json", *small, **how
        )
        self._note(ran)
        return ran

    def resume(self, **how: Any) -> dict[str, Any]:
        ran = self.run("jobs", "resume", "--json", **how)
        self._note(ran)
        return ran

    def jobs(self) -> list[dict[str, Any]]:
        """The jobs as the command line tells them, newest first."""
        return [json.loads(line) for line in self.run("jobs", "--json")["out"].splitlines()]

    def task_of(self, number: int) -> str:
        """The task that was charged for a prompt, as a person finds it at the provider; '' for
        none.
        """
        charges = self.host.charges_for(f"intent {number:05d}")
        return charges[0].task if charges else ""

    def deed(self, *arguments: str, **how: Any) -> dict[str, Any]:
        """Something that a person does about a job, and is killed in."""
        ran = self.run("jobs", *arguments, "--json", **how)
        self._note(ran)
        return ran

    def _note(self, ran: dict[str, Any]) -> None:
        if ran["code"] == -signal.SIGKILL:
            self.kills += 1
            self.met[ran["steps"][-1] if ran["steps"] else "start"] += 1

    def wrongs(self) -> Counter[str]:
        """What the oracle finds: the twin's ledger against journal, rows and files."""
        paths = Paths.under(self.home)
        found: Counter[str] = Counter()
        with closing(Database(paths.library_db, paths.backups)) as database:
            jobs = [job_from(row) for row in database.rows("SELECT * FROM jobs")]
            rows = {r["id"]: r for r in database.rows("SELECT id, path, sha256 FROM generations")}
            charged = Counter(charge.prompt for charge in self.host.ledger)
            found["charged twice"] = sum(times > 1 for times in charged.values())
            for prompt in charged:
                states = {job.state for job in jobs if job.request.prompt == prompt}
                found["forgotten"] += not states
                is_kept = states & {JobState.SAVED, JobState.UNKNOWN}
                found["paid and given up"] += bool(states) and not is_kept
            tasks = Counter(job.ticket.task for job in jobs if job.ticket is not None)
            found["one task of two jobs"] = sum(times > 1 for times in tasks.values())
            for job in jobs:
                found["still open"] += not job.ended and job.state is not JobState.UNKNOWN
                if job.state is JobState.SAVED:
                    row = rows.get(job.generation or "")
                    found["lost"] += row is None or not _is_whole(paths, row)
            for finding in Verification(database, paths.pictures).findings():
                found[finding.trouble.value] += 1
        return +found


def _is_whole(paths: Paths, row: Any) -> bool:
    file = paths.pictures / row["path"]
    return file.exists() and sha(file.read_bytes()) == str(row["sha256"])


@contextmanager
def ground(provider: str, home: Path) -> Iterator[Ground]:
    """A twin and a forge of processes; both are gone at the end."""
    paths = Paths.under(home)
    paths.ensure()
    hurry(paths)
    command = [sys.executable, "-m", "tests.faults.killed"]
    with hosting(KINDS[provider][0]) as host, subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=process_env(),
    ) as forge:  # fmt: skip
        host.duration, host.balance = (lambda: 0.01), RICH
        try:
            yield Ground(host, home, forge)
        finally:
            assert forge.stdin is not None
            forge.stdin.close()
            forge.wait(30)


def settle(here: Ground) -> None:
    """Start again and again as people do, until nothing is left to do."""
    for _ in range(3):
        ran = here.resume()
        if ran["code"] in (0, 4):
            break
    else:
        raise AssertionError(ran)
    for job in here.jobs():
        if job["state"] == "lost":  # one that was left aside is fetched by its name alone
            here.deed("fetch", job["job"])


def kill_at_steps(here: Ground, rounds: int, seed: int = 20261120) -> None:
    """Kill at each step of a generation in turn, and sometimes at a step of what mends it."""
    chance = random.Random(seed)
    length = len(here.generate()["steps"])
    assert length > 20, "the path has lost its steps"
    for number in range(rounds):
        here.generate(
            die_at=1 + number * length // rounds if rounds < length else 1 + number % length
        )
        if number % 4 == 3:
            here.resume(die_at=chance.randint(1, length))
    settle(here)


# What goes wrong, and what a truthful person does about it: whether it was charged is looked up.
TROUBLES = ("close_after", "reset_before", "403")
CHARGED = (("look",), ("resolve", "--found"), ("settle", "--charged"), ("leave",))
FREE = (("again",), ("look",), ("settle", "--not-charged"), ("resolve", "--not-charged", "--again"))
LOST = (("fetch",), ("leave",), ("settle", "--charged"), ("fetch",))


def kill_in_the_rescue(here: Ground, rounds: int, seed: int = 11) -> None:
    """Lose an answer or a picture, and be killed at some step of what a person does then."""
    chance = random.Random(seed)
    for number in range(rounds):
        trouble = TROUBLES[number % len(TROUBLES)]
        route = "result" if trouble == "403" else "submit"
        here.host.fault(route, trouble, times=99 if route == "result" else 1)
        here.generate()
        here.host._faults.clear()
        job, prompt = here.jobs()[0], here.prompts
        if job["state"] not in ("unknown", "lost"):
            continue  # the same key was asked again
        for _ in range(2):
            arguments = _deed(chance, job, here.task_of(prompt))
            here.deed(*arguments, die_at=1 + chance.randrange(28))
            job = here.jobs()[0]
            if job["state"] not in ("unknown", "lost"):
                break
    settle(here)


def _deed(chance: random.Random, job: dict[str, Any], task: str) -> list[str]:
    if job["state"] == "lost":
        deed = chance.choice(LOST)
    else:
        deed = chance.choice(CHARGED if task else FREE)
    words = [deed[0], job["job"], *deed[1:]]
    return [*words, task] if "--found" in words else words


def kill_at_any_moment(here: Ground, rounds: int, seed: int = 7) -> None:
    chance = random.Random(seed)
    for _ in range(rounds):
        here.generate(after=chance.uniform(0.01, 0.35))
    settle(here)


@pytest.mark.parametrize("provider", sorted(KINDS))
def test_killed_at_a_step_nothing_is_paid_twice_lost_or_forgotten(
    provider: str, tmp_path: Path
) -> None:
    with ground(provider, tmp_path) as here:
        kill_at_steps(here, max(4, ROUNDS // len(KINDS) * 3 // 2))
        assert here.kills >= 4
        assert here.wrongs() == {}
        assert here.host.ledger


@pytest.mark.parametrize("provider", ["bfl", "runapi"])
def test_killed_at_any_moment_nothing_is_paid_twice_lost_or_forgotten(
    provider: str, tmp_path: Path
) -> None:
    with ground(provider, tmp_path) as here:
        kill_at_any_moment(here, max(4, ROUNDS // 4))
        assert here.wrongs() == {}


@pytest.mark.parametrize("provider", sorted(KINDS))
def test_killed_in_the_rescue_nothing_is_paid_twice_lost_or_forgotten(
    provider: str, tmp_path: Path
) -> None:
    with ground(provider, tmp_path) as here:
        kill_in_the_rescue(here, max(6, ROUNDS // len(KINDS)))
        assert here.kills >= 1
        assert here.wrongs() == {}


def test_the_oracle_sees_a_second_charge_a_lost_picture_and_a_forgotten_job(tmp_path: Path) -> None:
    """If these were not noticed, the tests above would prove nothing."""
    with ground("runflow", tmp_path) as here:
        here.generate()
        assert here.wrongs() == {}
        [charge] = here.host.ledger
        here.host.ledger.append(charge)
        assert here.wrongs() == {"charged twice": 1}
        here.host.ledger[1:] = [type(charge)("other", charge.usd, "", "a prompt nobody knows")]
        assert here.wrongs() == {"forgotten": 1}
        del here.host.ledger[1:]
        files = Paths.under(tmp_path).pictures.rglob("*.*")
        [picture] = (file for file in files if file.suffix in PICTURE_ENDINGS)
        picture.write_bytes(picture.read_bytes()[:-9])
        assert here.wrongs() == {"lost": 1, Trouble.ALTERED.value: 1}
