from __future__ import annotations

import logging
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_studio.core.secret import Secret
from flux_studio.log import KEPT, MOST_BYTES, PrivateFile, logged, start_log, stop_log
from flux_studio.providers.redaction import remember
from flux_studio.storage.paths import Paths

ours = logging.getLogger("flux_studio.test")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path)


@pytest.fixture
def log_file(paths: Paths) -> Iterator[Path]:
    with logged(paths) as file:
        yield file


def test_what_goes_into_it(log_file: Path) -> None:
    ours.debug("too small")
    ours.info("ours")
    logging.getLogger("someone.else").info("theirs")
    logging.getLogger("someone.else").warning("their warning")
    logging.getLogger("httpx").info("HTTP Request: GET https://a.test/?signature=1")
    text = log_file.read_text()
    assert "INFO flux_studio.test: ours" in text
    assert "their warning" in text
    for unwanted in ("too small", "theirs\n", "HTTP Request"):
        assert unwanted not in text


def test_nothing_is_written_until_there_is_something_to_say(log_file: Path) -> None:
    assert not log_file.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_its_owner_can_read_it(log_file: Path) -> None:
    ours.info("private")
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_keys_and_signatures_are_cut_out_of_tracebacks_too(log_file: Path) -> None:
    remember(Secret("canary-in-a-log-123"))
    try:
        raise ValueError("https://files.test/a.png?signature=abc with canary-in-a-log-123")
    except ValueError:
        ours.exception("it broke: %s", "Authorization: Bearer canary-in-a-log-123")
    text = log_file.read_text()
    assert "Traceback" in text
    assert "https://files.test/a.png?…" in text
    assert "canary" not in text
    assert "signature=" not in text


def test_any_text_can_be_logged(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest's own handler would take the text along, and its workers cannot send half a sign.
    mine = [h for h in logging.getLogger().handlers if isinstance(h, PrivateFile)]
    with monkeypatch.context() as patch:
        patch.setattr(logging.getLogger(), "handlers", mine)
        ours.info("a lone half \ud800 and 狐")
    assert "a lone half \\ud800 and 狐" in log_file.read_text(encoding="utf-8")


def test_it_rotates(log_file: Path) -> None:
    for _ in range(6):
        ours.info("x" * (MOST_BYTES * 3 // 4))
    files = sorted(log_file.parent.iterdir())
    assert len(files) == KEPT + 1
    assert all(file.stat().st_size <= MOST_BYTES for file in files)


def test_a_second_start_writes_nothing_twice(paths: Paths, log_file: Path) -> None:
    assert start_log(paths) is start_log(paths)
    ours.info("once")
    assert log_file.read_text().count("once") == 1


def test_a_log_that_cannot_be_written_stops_nothing_and_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths.under(tmp_path)
    paths.log.write_text("a file where the folder should be")
    with logged(paths):
        ours.warning("nobody hears this")
    assert capsys.readouterr() == ("", "")


def test_a_thread_that_breaks_speaks_to_the_log_alone(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert "ZeroDivisionError" in log_file.read_text()
    assert capsys.readouterr() == ("", "")


def test_afterwards_everything_is_as_it_was(paths: Paths) -> None:
    before = threading.excepthook
    with logged(paths) as file:
        assert threading.excepthook is not before
    ours.warning("too late")
    assert threading.excepthook is before
    assert not file.exists()
    assert not [h for h in logging.getLogger().handlers if isinstance(h, PrivateFile)]


def test_a_thread_that_outlives_the_log_does_not_speak_on_the_terminal(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in the program itself
    stop_log(start_log(paths))
    logging.getLogger("flux_studio.late").warning("the keychain failed")
    assert capfd.readouterr().err == ""
