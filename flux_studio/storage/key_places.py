"""Which keychain took which key, so that a key in another keychain can be explained.

A small JSON file with provider, name of the key and name of the keychain; never the key. Keychains
cannot be listed through keyring, so the names of several keys of a provider come from here too.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from pathlib import Path

from flux_studio.storage.atomic import write_atomic

_log = logging.getLogger(__name__)


class KeyPlaces:
    """The record, read once. Without a file it lives in memory. Safe in several threads."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._places = _read(file)

    def place(self, provider: str, label: str) -> str:
        """The keychain that took the key, or ""."""
        with self._lock:
            return self._places.get(provider, {}).get(label, "")

    def labels(self, provider: str) -> tuple[str, ...]:
        """The names of the provider's keys, sorted."""
        with self._lock:
            return tuple(sorted(self._places.get(provider, {})))

    def note(self, provider: str, label: str, place: str) -> None:
        """Remember that `place` took the key."""
        with self._lock:
            if self._places.get(provider, {}).get(label) != place:
                self._places.setdefault(provider, {})[label] = place
                self._write()

    def drop(self, provider: str, label: str) -> None:
        """Forget the key's place."""
        with self._lock:
            if self._places.get(provider, {}).pop(label, None) is not None:
                self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        try:
            write_atomic(self._file, json.dumps(self._places, indent=1).encode())
        except OSError as error:
            _log.warning("the record of key places could not be written: %s", error.strerror)


def _read(file: Path | None) -> dict[str, dict[str, str]]:
    content: object = None
    if file is not None:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            content = json.loads(file.read_bytes())
    if not isinstance(content, dict):
        return {}
    return {
        provider: {label: str(place) for label, place in places.items()}
        for provider, places in content.items()
        if isinstance(places, dict)
    }
