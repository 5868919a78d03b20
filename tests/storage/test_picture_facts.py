import os
import sys
from pathlib import Path

import pytest

from flux_studio.storage.picture_facts import SENTENCES, PictureRefused, read_regular_file

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(data)
    assert read_regular_file(tmp_path / "a") == data
    assert read_regular_file(str(tmp_path / "a"), len(data)) == data


def reading(path: Path | str, limit: int = 1000) -> str:
    with pytest.raises(PictureRefused) as caught:
        read_regular_file(path, limit)
    return caught.value.reason


@posix_only
def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "picture").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "picture")
    assert reading(tmp_path / "pipe") == "not_a_file"
    assert reading(tmp_path) == "not_a_file"
    assert reading("/dev/zero") == "not_a_file"
    assert reading(tmp_path / "link") == "link"
    assert reading("a\0b") == "not_a_file"


@pytest.mark.parametrize("path", [r"\\host\share\a.png", "//host/share/a.png", r"\\.\pipe\x"])
def test_network_paths_are_refused_before_they_are_touched(monkeypatch, path: str) -> None:
    monkeypatch.setattr(os, "open", lambda *_args: pytest.fail("the path was opened"))
    assert reading(path) == "network_path"


def test_missing_empty_and_too_large_files_each_have_their_word(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "large").write_bytes(bytes(1001))
    assert reading(tmp_path / "none") == "missing"
    assert reading(tmp_path / "empty" / "below") == "missing"
    assert reading(tmp_path / "empty") == "empty"
    assert reading(tmp_path / "large") == "too_large"


@linux_only
def test_a_file_that_lies_about_its_size_is_still_limited() -> None:
    assert reading("/proc/kallsyms", 100) == "too_large"


def test_every_reason_has_a_sentence_that_can_be_made() -> None:
    numbers = {"most_mib": 64, "kind": "x", "width": 1, "height": 1, "megapixels": 1, "most": 1}
    for reason in SENTENCES:
        assert "{" not in PictureRefused(reason, **numbers).sentence
