"""The corpus job sees a child that dies or hangs, and does without what cannot be fetched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flux_studio.storage.decode import Decoder
from tests.bench import corpora
from tests.faults.gaps import GapWatch
from tests.storage.samples import png

DIES = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
HANGS = (sys.executable, "-c", "import threading; threading.Event().wait()")


@pytest.mark.parametrize(
    ("command", "deadline_s", "word"), [(DIES, 60.0, "crashed"), (HANGS, 0.2, "timeout")]
)
def test_a_child_that_dies_or_hangs_is_seen(
    tmp_path: Path, command: tuple[str, ...], deadline_s: float, word: str
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(png(8, 8))
    decoder = Decoder(workers=1, deadline_s=deadline_s, command=command)
    try:
        assert corpora.word_for(decoder, file, "result") == word
    finally:
        decoder.close()


def test_every_file_is_decoded_in_both_ways(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.png").write_bytes(png(8, 8))
    (folder / "bad.jpg").write_bytes(b"<svg/>")
    (folder / "notes.txt").write_text("no picture")
    total, gaps = corpora.run(list(corpora.pictures(tmp_path)))
    assert (total.files, total.words.total(), total.words["decoded"]) == (2, 4, 2)
    gaps.own = 0.0  # how busy this machine is has its own test
    assert corpora.report(total, gaps, 1.0) == 0
    total.wrong.append("bad.jpg (result): crashed")
    assert corpora.report(total, gaps, 1.0) == 1
    assert "bad.jpg (result): crashed" in capsys.readouterr().out


def test_a_stall_fails_it() -> None:
    assert corpora.report(corpora.Found(), GapWatch(0.002, 0.2, 0.2), 1.0) == 1


def test_what_cannot_be_fetched_is_said(tmp_path: Path) -> None:
    assert corpora.fetched(["no-such-client"], tmp_path) == "no-such-client is not installed"
    failing = [sys.executable, "-c", "raise SystemExit('offline')"]
    assert corpora.fetched(failing, tmp_path) == f"{sys.executable}: offline"
