"""`kill -9` of an import at random moments: the next start goes on, and in the end every picture is
there once, whole, and nothing else is.
"""

import random
import signal
from contextlib import closing
from pathlib import Path

import pytest

from flux_studio.storage.import_runs import ImportRuns
from flux_studio.storage.sidecar import PICTURE_ENDINGS
from flux_studio.storage.verify import Verification
from tests.storage.foreign.pictures import A1111_TEXT, png
from tests.storage.killing import run_and_kill
from tests.storage.samples import open_journal, sha

FILES = 300
MOST_STARTS = 40
SEED = 7
pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
    pytest.mark.timeout(180),
]


def one_start(home: Path, root: Path, after_s: float | None) -> str:
    """Start an import and kill it `after_s` seconds after files began to come in; the last words
    it said.
    """
    words = ["tests.storage.import_worker", str(home)]
    return run_and_kill(words, root, after_s).stdout.splitlines()[-1]


def test_an_import_that_is_killed_again_and_again_comes_to_its_end(tmp_path, pytestconfig):
    home = tmp_path / "home"
    folder = home / "elsewhere"
    folder.mkdir(parents=True)
    (home / "pictures").mkdir()
    wanted = set()
    for number in range(FILES):
        data = png((90 + number, 64 + number), number % 256, parameters=A1111_TEXT)
        (folder / f"{number:03}.png").write_bytes(data)
        wanted.add(sha(data))
    moment, starts, last = random.Random(SEED), 0, ""
    while not last.startswith("DONE") and starts < MOST_STARTS:
        patience = None if starts == MOST_STARTS - 1 else moment.uniform(0.02, 0.4)
        last = one_start(home, pytestconfig.rootpath, patience)
        starts += 1
    assert last == f"DONE {FILES}"
    assert starts > 1, "it was never killed"
    database, journal = open_journal(home)
    with closing(database), closing(journal):
        rows = [row["sha256"] for row in database.rows("SELECT sha256 FROM generations")]
        findings = list(Verification(database, home / "pictures").findings())
        open_runs = ImportRuns(database).open_runs()
    kept = [p for p in (home / "pictures").rglob("*") if p.suffix in PICTURE_ENDINGS]
    assert (len(rows), set(rows)) == (FILES, wanted)
    assert {sha(path.read_bytes()) for path in kept} == wanted
    assert len(kept) == FILES, "no second copies"
    assert findings == []
    assert open_runs == []
    assert [p for p in (home / "pictures").rglob("*") if p.name.endswith(".part")] == []
    assert len(list(folder.iterdir())) == FILES, "the originals stay"
