"""Where originals go, and that nothing there is ever overwritten."""

import os
import stat
import time
from datetime import timedelta

import pytest

from flux_studio.storage.originals import day_folder, keep_original, make_folder
from tests.storage.samples import NOON, png


def keep(root, job="job-1", data=b"bytes", mime="image/png", at=NOON):
    return keep_original(root, job, at, data, mime)


@pytest.fixture
def local(monkeypatch):
    """The local time zone by name, for the time of a test."""

    def chosen(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield chosen
    monkeypatch.undo()
    time.tzset()


def test_the_name_says_local_day_and_time(tmp_path, local):
    local("UTC")
    path, number = keep(tmp_path)
    assert path.relative_to(tmp_path).as_posix() == "2026/2026-11-20/120000-job-1.png"
    assert number == 1
    assert path.read_bytes() == b"bytes"
    local("Pacific/Auckland")
    assert day_folder(tmp_path, NOON) == tmp_path / "2026" / "2026-11-21"


@pytest.mark.parametrize(
    ("mime", "ending"), [("image/png", ".png"), ("image/jpeg", ".jpg"), ("image/webp", ".webp")]
)
def test_the_ending_says_what_the_bytes_are(tmp_path, mime, ending):
    assert keep(tmp_path, mime=mime)[0].suffix == ending


def test_the_same_bytes_of_a_job_are_kept_once(tmp_path):
    first, _ = keep(tmp_path)
    written = first.stat().st_mtime_ns
    again, number = keep(tmp_path)
    assert (again, number) == (first, 1)
    assert first.stat().st_mtime_ns == written


@pytest.mark.parametrize("mime", ["image/png", "image/webp"])
def test_other_bytes_of_a_job_get_the_next_number(tmp_path, mime):
    first, _ = keep(tmp_path)
    second, number = keep(tmp_path, data=b"other", mime=mime)
    assert number == 2
    assert second.stem == f"{first.stem}-2"
    assert (first.read_bytes(), second.read_bytes()) == (b"bytes", b"other")
    assert keep(tmp_path, data=b"other", mime=mime) == (second, 2)


def test_equal_bytes_of_two_jobs_are_two_files(tmp_path):
    assert keep(tmp_path, "job-1")[0] != keep(tmp_path, "job-2")[0]


@pytest.mark.parametrize(
    "job", ["../../evil", "CON/x", "a.b", "", "x" * 400, "\u202egnp.exe", "nul\0", "\ud800"]
)
def test_an_id_that_is_no_word_never_leaves_the_folder(tmp_path, job):
    path, _ = keep(tmp_path, job)
    assert path.parent == day_folder(tmp_path, NOON)
    assert len(path.name) < 60
    assert path.name.isascii()


def test_files_and_folders_are_private(tmp_path):
    root = tmp_path / "pictures"
    path, _ = keep(root, data=png())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (root, root / "2026", path.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_new_folders_are_flushed_into_their_parents(tmp_path, monkeypatch):
    flushed = []
    real = os.fsync

    def noted(descriptor):
        flushed.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    make_folder(tmp_path / "root" / "2026" / "day", tmp_path / "root")
    expected = [tmp_path, tmp_path / "root", tmp_path / "root" / "2026"]
    assert flushed == [folder.stat().st_ino for folder in expected]


def test_a_repeat_on_another_day_finds_the_first_file(tmp_path):
    """The name comes from the job, not from the hour in which the save is repeated."""
    job_time = NOON - timedelta(days=3)
    assert keep(tmp_path, at=job_time) == keep(tmp_path, at=job_time)
