"""Cuts what is secret out of texts before they are shown, logged or kept: keys, signed addresses,
picture data.
"""

from __future__ import annotations

import logging
import re

from flux_studio.core.secret import Secret

_QUERY = re.compile(r"""(https?://[^\s"'<>?#\\]+)[?#][^\s"'<>\\]*""")
_DATA = re.compile(r"(data:[\w.+-]+/[\w.+-]+;base64,)[A-Za-z0-9+/=_-]{40,}")
_SCHEME = re.compile(r"\b(Bearer|Key|Token|Basic)\s+[A-Za-z0-9._~+/:=-]{8,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_known: set[str] = set()


def remember(key: Secret) -> None:
    """From now on this key is cut out of every redacted text."""
    if len(key.reveal()) >= 4:
        _known.add(key.reveal())


def redact(text: str) -> str:
    """The text without queries of addresses, picture data and keys."""
    for key in _known:
        text = text.replace(key, "***")
    text = _DATA.sub(r"\1…", text)
    text = _SCHEME.sub(r"\1 ***", text)
    return _QUERY.sub(r"\1?…", text)


def plain_words(text: str, most: int = 500) -> str:
    """Server text as it may be shown: redacted, one line, without control or direction signs, at
    most `most` long.
    """
    words = " ".join(_CONTROL.sub(" ", redact(text[: most * 20])).split())
    return words if len(words) <= most else words[: most - 1] + "…"


class Redacting(logging.Filter):
    """A filter for log handlers and loggers that redacts the finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def quiet_loggers() -> None:
    """The HTTP libraries log whole addresses, signatures included: warnings only, and redacted."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not any(isinstance(known, Redacting) for known in logger.filters):
            logger.addFilter(Redacting())
