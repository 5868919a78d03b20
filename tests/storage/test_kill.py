"""`kill -9` of the real save path at random moments: nothing acknowledged is lost, nothing is
torn, no row is without its file. `FLUX_STUDIO_KILLS=500` makes it 500 rounds.
"""

import logging
import os
import random
import signal
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from flux_studio.core.job import ENDED, JobState
from flux_studio.storage.atomic import sweep_parts
from flux_studio.storage.sidecar import PICTURE_ENDINGS
from flux_studio.storage.verify import Trouble, Verification
from tests.storage.kill_worker import picture_of
from tests.storage.killing import run_and_kill
from tests.storage.samples import open_journal, sha

ROUNDS = int(os.environ.get("FLUX_STUDIO_KILLS", "40"))
pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
    pytest.mark.timeout(60 + 3 * ROUNDS),
]


def one_round(folder: Path, order: str, root: Path, after_s: float) -> list[tuple[str, str]]:
    """Start a worker, kill it `after_s` seconds after it began; the saves it acknowledged."""
    ended = run_and_kill(["tests.storage.kill_worker", str(folder), order], root, after_s)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    said = ended.stdout.removeprefix("READY\n")
    whole = said[: said.rfind("\n") + 1].splitlines()  # a line may be cut by the kill
    return [(job, digest) for _, job, digest in map(str.split, whole)]


def wrongs(folder: Path, acknowledged: list[tuple[str, str]]) -> Counter:
    """What the oracle finds: acknowledged saves that are lost, torn pictures, rows without file,
    second copies.
    """
    database, journal = open_journal(folder / "data")
    root = folder / "pictures"
    found: Counter = Counter()
    with closing(database), closing(journal):
        rows = {r["id"]: r for r in database.rows("SELECT id, path, sha256 FROM generations")}
        for job, digest in acknowledged:
            found["lost"] += job not in rows or rows[job]["sha256"] != digest
            found["not saved"] += getattr(journal.job(job), "state", None) is not JobState.SAVED
        pictures = [p for p in root.rglob("*") if p.suffix in PICTURE_ENDINGS]
        for path in pictures:
            found["torn"] += sha(path.read_bytes()) != sha(picture_of(job_in(path)))
        found["second copies"] = len(pictures) - len({job_in(path) for path in pictures})
        for finding in Verification(database, root).findings():
            found[finding.trouble.value] += 1
        # Killed between the files and the row: the job is still open, and the next start finishes
        # it.
        open_ = {j.id for j in journal.jobs() if j.state not in ENDED}
        unfinished = sum(job_in(path) in open_ for path in pictures)
        found[Trouble.STRAY_PICTURE.value] -= unfinished
    return +found


def job_in(path: Path) -> str:
    return path.stem.partition("-")[2]


def test_nothing_acknowledged_is_lost_in_any_kill(tmp_path, pytestconfig):
    chance = random.Random(20261120)
    acknowledged: list[tuple[str, str]] = []
    parts = 0
    for _ in range(ROUNDS):
        acknowledged += one_round(
            tmp_path, "right", pytestconfig.rootpath, chance.uniform(0.02, 0.12)
        )
        parts += len(sweep_parts(tmp_path))
    figures = (ROUNDS, len(acknowledged), parts)
    logging.getLogger(__name__).info("%d kills, %d saves, %d cut off writes", *figures)
    assert len(acknowledged) >= ROUNDS
    assert wrongs(tmp_path, acknowledged) == {}


def test_the_oracle_sees_the_wrong_order(tmp_path, pytestconfig):
    """Row first, then a plain write: if this were not noticed, the test above would prove
    nothing.
    """
    chance = random.Random(7)
    for _ in range(ROUNDS):
        one_round(tmp_path, "wrong", pytestconfig.rootpath, chance.uniform(0.02, 0.12))
        found = wrongs(tmp_path, [])
        if found["torn"] or found["missing"]:
            return
    pytest.fail(f"{ROUNDS} kills of the wrong order went unnoticed")
