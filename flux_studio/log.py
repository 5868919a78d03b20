"""The log: rotated, private to the user, and without a key, a signed address or a prompt in it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast

from flux_studio.providers.redaction import redact
from flux_studio.storage.paths import Paths

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
KEPT = 3
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Cuts the query of every address and every key it knows, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner can read, whatever the umask. Opened when first written
    to.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True,
            errors="backslashreplace",
        )  # fmt: skip

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        opened = os.fdopen(descriptor, self.mode, encoding=self.encoding, errors=self.errors)
        return cast(TextIOWrapper, opened)

    def handleError(self, record: logging.LogRecord) -> None:
        """A log that cannot be written must neither stop anything nor speak on the terminal."""


def start_log(paths: Paths) -> PrivateFile:
    """Write warnings, and what our own rooms say at INFO, to the log file. Never raises: a full
    disk must not keep the window from opening. Starting it again changes nothing.
    """
    root = logging.getLogger()
    for known in root.handlers:
        if isinstance(known, PrivateFile) and known.baseFilename == str(paths.log_file.absolute()):
            return known
    file = PrivateFile(paths.log_file)
    file.setFormatter(RedactingFormatter(FORM))
    root.addHandler(file)
    root.setLevel(logging.WARNING)
    logging.getLogger("flux_studio").setLevel(logging.INFO)
    for loud in ("httpx", "httpcore"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    return file


def stop_log(file: PrivateFile) -> None:
    """Write no more to it. Threads that are still at work speak to nobody: with no handler at all
    Python would print their warnings on the terminal.
    """
    root = logging.getLogger()
    root.removeHandler(file)
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    file.close()


@contextmanager
def logged(paths: Paths) -> Iterator[Path]:
    """The log for as long as a command runs; gives its file. What a thread lets through goes there
    too, not to the terminal.
    """
    file, before = start_log(paths), threading.excepthook
    threading.excepthook = _log_thread_fault
    try:
        yield Path(file.baseFilename)
    finally:
        threading.excepthook = before
        stop_log(file)


def _log_thread_fault(fault: threading.ExceptHookArgs) -> None:
    if fault.exc_value is not None:
        logging.getLogger(__name__).error("a thread broke", exc_info=fault.exc_value)


def note_faults(faults: Iterable[str]) -> None:
    """Sentences about files that were set aside at the start."""
    for fault in faults:
        log.warning("%s", fault)


def last_words(sentence: str) -> None:
    """One line before the process leaves without Python's own clean-up."""
    log.warning("%s", sentence)
    logging.shutdown()
