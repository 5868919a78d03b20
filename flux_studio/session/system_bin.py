"""The bin of this system, through Qt: a file that is put there can be taken back in any file
manager.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from PySide6.QtCore import QFile, QStandardPaths

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.storage.deleting import BinRefused

NO_BIN = QT_TRANSLATE_NOOP("Notice", "The bin of this system does not take files from this folder.")


class SystemBin:
    """Blocking; usable from any thread."""

    def put(self, path: Path) -> Path:
        """Move a file into the bin; gives where it is now. Raises BinRefused."""
        if sys.platform.startswith("linux"):
            # Qt makes the bin's own folders and not those above them.
            with suppress(OSError):
                _data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        file = QFile(str(path))
        if not file.moveToTrash():
            raise BinRefused(NO_BIN, elsewhere=True)
        return Path(file.fileName())

    def find(self, path: Path) -> Path | None:
        """Where a file that was at `path` is in the bin, the latest of several. Only where the bin
        keeps a note of it that others can read: the desktops of Linux.
        """
        found = [place for place in _places(path) if os.path.lexists(place)]
        return max(found, key=lambda place: place.lstat().st_ctime, default=None)

    def taken(self, place: Path) -> None:
        """The bin's note about a file that was moved out of it goes too."""
        note = place.parent.parent / "info" / f"{place.name}.trashinfo"
        if place.parent.name == "files" and note.is_file():
            with suppress(OSError):
                note.unlink()
        if place.name.startswith("$R"):  # Windows keeps its notes beside
            with suppress(OSError):
                place.with_name(f"$I{place.name[2:]}").unlink()


def _data_folder() -> Path:
    where = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(where))


def _places(path: Path) -> Iterator[Path]:
    """Files in a bin whose note names `path` (freedesktop.org trash specification 1.0)."""
    if not sys.platform.startswith("linux"):
        return
    top = next((each for each in path.parents if os.path.ismount(each)), Path("/"))
    user = os.getuid()
    for trash, base in (
        (_data_folder() / "Trash", Path("/")),
        (top / f".Trash-{user}", top),
        (top / ".Trash" / str(user), top),
    ):
        # The name in the bin begins with the file's own, so few notes have to be read.
        for note in (trash / "info").glob(f"{_escaped(path.stem)}*.trashinfo"):
            if _named_in(note, base) == path:
                yield trash / "files" / note.name.removesuffix(".trashinfo")


def _named_in(note: Path, base: Path) -> Path | None:
    try:
        lines = note.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    named = next((line[5:] for line in lines if line.startswith("Path=")), None)
    return None if named is None else base / unquote(named)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "[]*?" else letter for letter in name)
