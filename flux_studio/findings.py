"""What works on this machine and what does not, each with its cure: for `doctor` and the problem
report. No network; nothing is repaired.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from flux_studio import __version__, startup
from flux_studio.assembly import Workshop
from flux_studio.core.errors import StudioError
from flux_studio.ground import Ground
from flux_studio.providers.registry import PROVIDERS, base_of
from flux_studio.storage.filesystems import database_refusal, pictures_note
from flux_studio.storage.schema import has_full_text

LEAST_FREE = 1_000_000_000  # bytes; a 4096 × 4096 PNG has up to 50 MB
PACKAGES = ("PySide6-Essentials", "httpx", "pillow", "keyring", "truststore", "msgspec")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `ok` None: a fact, neither good nor bad."""

    name: str
    ok: bool | None
    words: str


def findings(ground: Ground, workshop: Workshop) -> Iterator[Finding]:
    """Everything the doctor looks at, in order."""
    yield Finding("version", None, f"Flux Studio {__version__}, Python {platform.python_version()}")
    # Not platform.platform(): it runs `uname -p`, which would inherit the keys of the environment.
    told = (platform.system(), platform.release(), platform.machine(), *platform.libc_ver())
    yield Finding("system", None, " ".join(filter(None, told)))
    yield Finding("packages", None, ", ".join(_versions()))
    yield from _screen()
    yield from _disk(ground)
    yield from _library(workshop)
    yield from _backups(workshop)
    yield from _files(ground)
    yield from _keys(workshop)
    yield from _addresses(ground)


def _versions() -> Iterator[str]:
    for name in PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} (version not recorded)"


def _screen() -> Iterator[Finding]:
    sentence = startup.library_sentence(for_display=startup.has_display())
    yield Finding("system libraries", sentence is None, sentence or "all that Qt needs is there")
    words = "there is one" if startup.has_display() else "none: the window cannot be shown"
    yield Finding("display", None, words)


def _disk(ground: Ground) -> Iterator[Finding]:
    paths = ground.paths
    for name in ("pictures", "data", "config", "cache", "log"):
        yield _folder(f"{name} folder", getattr(paths, name))
    refusal = database_refusal(paths.data)
    yield Finding("database disk", not refusal, refusal or "a disk of this computer")
    note = pictures_note(paths.pictures)
    yield Finding("pictures disk", None, note or "a disk of this computer")


def _folder(name: str, folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(name, False, f"{folder} cannot be used: {error.strerror}")
    if not os.access(folder, os.W_OK):
        return Finding(name, False, f"{folder} may not be written")
    return Finding(name, free > LEAST_FREE, f"{folder}, {free / 1e9:.1f} GB free")


def _backups(workshop: Workshop) -> Iterator[Finding]:
    made = workshop.backups.all()
    newest = f", the newest of {made[0].at:%Y-%m-%d}" if made else ""
    yield Finding("backups", None, f"{len(made)}{newest}")


def _library(workshop: Workshop) -> Iterator[Finding]:
    try:
        with closing(workshop.open_database()) as database:  # as it is: the doctor repairs nothing
            trouble = database.check()
            unclear = database.rows("SELECT count(*) FROM jobs WHERE state = 'unknown'")[0][0]
        count = workshop.gallery().count()
    except StudioError as error:
        yield Finding("library", False, str(error))
        return
    yield Finding("library", not trouble, "; ".join(trouble) or f"sound, pictures: {count}")
    words = f"{unclear} of unknown outcome: `flux-studio jobs --open`" if unclear else "none"
    yield Finding("unclear jobs", not unclear, words)
    connection = sqlite3.connect(":memory:")
    full_text = has_full_text(connection)
    connection.close()
    found = "full text" if full_text else "slow: this Python's SQLite lacks FTS5"
    yield Finding("search", full_text or None, f"{found} (SQLite {sqlite3.sqlite_version})")


def _files(ground: Ground) -> Iterator[Finding]:
    for fault in ground.faults:
        yield Finding("settings and models", False, fault)
    if not ground.faults:
        words = f"{len(ground.cards)} models from {len(PROVIDERS)} providers"
        yield Finding("settings and models", True, words)


def _keys(workshop: Workshop) -> Iterator[Finding]:
    for row in PROVIDERS:
        if row.needs_key:
            status = workshop.keychain.status(row.id, row.key_variable)
            yield Finding(f"key of {row.title}", None, status.sentence)


def _addresses(ground: Ground) -> Iterator[Finding]:
    for row in PROVIDERS:
        if not row.default_base:
            continue
        try:
            base = base_of(row, ground.environ)
        except StudioError as error:
            yield Finding(f"address of {row.title}", False, str(error))
        else:
            if base != row.default_base:
                yield Finding(f"address of {row.title}", None, f"{base} (replaced)")
