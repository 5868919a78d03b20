"""The log: rotated, private to the user, and without a key, a signed address or a prompt in it."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler

from flux_studio.providers.redaction import redact
from flux_studio.storage.paths import Paths

MOST_BYTES = 1_000_000
KEPT = 3
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Cuts the query of every address and every key it knows, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner can read, whatever the umask."""

    def _open(self):  # type: ignore[no-untyped-def]  # the stream type is the handler's own
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)


def start_log(paths: Paths) -> None:
    """Write warnings and what our own rooms say at INFO to the log file. Never raises: a full disk
    must not keep the window from opening.
    """
    try:
        handler = PrivateFile(
            paths.log_file, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(RedactingFormatter(FORM))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("flux_studio").setLevel(logging.INFO)
    for loud in ("httpx", "httpcore"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    logging.raiseExceptions = False
