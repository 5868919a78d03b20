import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flux_studio.storage import atomic
from flux_studio.storage.atomic import sweep_parts, write_atomic

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX behaviour")


def test_the_file_holds_exactly_the_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    data = os.urandom(300_000)
    write_atomic(tmp_path / "picture.png", data)
    assert (tmp_path / "picture.png").read_bytes() == data
    assert [p.name for p in tmp_path.iterdir()] == ["picture.png"]


def test_an_empty_file_can_be_written(tmp_path: Path) -> None:
    write_atomic(tmp_path / "empty", b"")
    assert (tmp_path / "empty").read_bytes() == b""


@posix_only
def test_the_file_is_closed_to_other_users_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_atomic(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_short_writes_are_continued(tmp_path: Path, monkeypatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:7])))
    write_atomic(tmp_path / "a", b"0123456789" * 9)
    assert (tmp_path / "a").read_bytes() == b"0123456789" * 9


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_an_error_keeps_the_old_file_and_removes_the_part(tmp_path, monkeypatch, step) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def fail(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="full"):
        write_atomic(target, b"new")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_write_that_takes_nothing_is_a_full_disk(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(os, "write", lambda _fd, _data: 0)
    with pytest.raises(OSError, match="nothing more") as caught:
        write_atomic(tmp_path / "a", b"new")
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_real_full_device_is_reported(monkeypatch) -> None:
    real = os.open
    monkeypatch.setattr(os, "open", lambda _path, flags, mode=0: real("/dev/full", os.O_WRONLY))
    with pytest.raises(OSError, match="space"):
        write_atomic(Path("/nowhere/a"), b"new")


@posix_only
def test_bytes_reach_the_disk_before_the_name_and_the_folder_after(tmp_path, monkeypatch) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(fd: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
        real_fsync(fd)

    def replace(a: Path, b: Path) -> None:
        steps.append("rename")
        real_replace(a, b)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_atomic(tmp_path / "a", b"x")
    assert steps == ["file", "rename", "folder"]


class _Busy(PermissionError):
    winerror = 32


def test_a_file_held_by_a_scanner_is_tried_again(tmp_path: Path, monkeypatch) -> None:
    real = os.replace
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    def replace(a: Path, b: Path) -> None:
        if len(pauses) < 4:
            raise _Busy(errno.EACCES, "in use")
        real(a, b)

    monkeypatch.setattr(os, "replace", replace)
    write_atomic(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"
    assert len(pauses) == 4


def test_a_file_held_for_ever_is_given_up_after_its_patience(tmp_path, monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda s: clock.__setitem__(0, clock[0] + s))

    def replace(_a: Path, _b: Path) -> None:
        raise _Busy(errno.EACCES, "in use")

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(PermissionError):
        write_atomic(tmp_path / "a", b"x")
    assert 2.4 < clock[0] < 3.0
    assert list(tmp_path.iterdir()) == []


def test_a_very_long_name_can_still_be_written(tmp_path: Path) -> None:
    write_atomic(tmp_path / ("n" * 255), b"x")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"x"


@posix_only
def test_parts_of_dead_processes_and_old_ones_are_swept(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    day = tmp_path / "2026"
    day.mkdir()
    dead = day / f".a.png.{child.pid}-{'0' * 16}.part"
    old = tmp_path / f".b.png.{os.getpid()}-{'1' * 16}.part"
    living = tmp_path / f".c.png.{os.getpid()}-{'2' * 16}.part"
    foreign = tmp_path / ".browser-download.part"
    picture = tmp_path / "a.part.png"
    for file in (dead, old, living, foreign, picture):
        file.write_bytes(b"x")
    os.utime(old, (time.time() - 4000, time.time() - 4000))
    os.utime(foreign, (0, 0))
    assert set(sweep_parts(tmp_path)) == {dead, old}
    assert {p.name for p in tmp_path.iterdir()} == {
        "2026",
        living.name,
        foreign.name,
        picture.name,
    }


@posix_only
def test_what_a_kill_leaves_is_a_part_that_the_sweep_knows(tmp_path: Path) -> None:
    code = (
        "import os, sys, signal; from pathlib import Path\n"
        "import flux_studio.storage.atomic as a\n"
        "os.fsync = lambda fd: os.kill(os.getpid(), signal.SIGKILL)\n"
        "a.write_atomic(Path(sys.argv[1]), b'half')\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert run.returncode == -9
    assert not (tmp_path / "a").exists()
    (part,) = tmp_path.iterdir()
    assert sweep_parts(tmp_path) == [part]


def test_a_folder_that_cannot_be_flushed_is_not_an_error_but_a_broken_disk_is(monkeypatch) -> None:
    def fail_with(number: int):
        def fsync(_fd: int) -> None:
            raise OSError(number, "fsync")

        return fsync

    monkeypatch.setattr(os, "fsync", fail_with(errno.EINVAL))
    atomic.flush_folder(Path("/"))
    monkeypatch.setattr(os, "fsync", fail_with(errno.EIO))
    with pytest.raises(OSError, match="fsync"):
        atomic.flush_folder(Path("/"))
