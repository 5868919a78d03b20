"""Programs of this computer that open pictures, as the desktop knows them. Linux and the BSDs;
other systems have a window of their own for that.

What is read are desktop entries and the lists of who opens what (freedesktop.org: Desktop Entry
Specification 1.5, Association between MIME types and applications 1.0.1). Blocking for a few
milliseconds: not for the main thread.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST = 24  # programs that are offered
_MOST_BYTES = 1024 * 1024  # of one entry or list
_ENTRY = "Desktop Entry"
_DROPPED = frozenset({"%d", "%D", "%n", "%N", "%v", "%m", "%i"})  # no longer used, or a picture
_FILES = frozenset({"%f", "%F", "%u", "%U"})
Groups = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Program:
    """A program by the name people know; `words` are what starts it, with codes for the file."""

    name: str
    words: tuple[str, ...]
    place: Path

    def command(self, file: Path) -> list[str]:
        """What is started to open a file."""
        found: list[str] = []
        for word in self.words:
            if word not in _DROPPED:
                found.append(self._filled(word, file))
        has_file = any(code in word for word in self.words for code in _FILES)
        return found if has_file else [*found, str(file)]

    def _filled(self, word: str, file: Path) -> str:
        codes = {"f": str(file), "F": str(file), "u": file.as_uri(), "U": file.as_uri()}
        codes |= {"c": self.name, "k": str(self.place), "%": "%"}
        parts, rest = [], word
        while "%" in rest:
            before, _, rest = rest.partition("%")
            parts += [before, codes.get(rest[:1], "")]
            rest = rest[1:]
        return "".join((*parts, rest))


def programs_for(
    kind: str, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> tuple[Program, ...]:
    """The programs that open files of a mime type, the usual one first, then by name. Never
    raises; what cannot be read is passed over.
    """
    home = home or Path.home()
    folders = _folders(environ, home)
    usual, added, removed = _chosen(kind, environ, home, folders)
    known = [*usual, *added, *_cached(kind, folders)]
    language = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    found: dict[str, Program] = {}
    for name in dict.fromkeys(known):
        program = None if name in removed else _program(name, folders, language)
        if program is not None:
            found[name] = program
    first = next((found.pop(name) for name in usual if name in found), None)
    rest = sorted(found.values(), key=lambda each: each.name.casefold())
    return ((first, *rest) if first is not None else tuple(rest))[:MOST]


def _folders(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Where desktop entries are, the person's own first."""
    own = environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    others = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(each, "applications") for each in (own, *others.split(":")) if each]


def _chosen(
    kind: str, environ: Mapping[str, str], home: Path, folders: Sequence[Path]
) -> tuple[list[str], list[str], set[str]]:
    """What people and desktops chose: usual programs, further ones, and those left out."""
    own = environ.get("XDG_CONFIG_HOME") or str(home / ".config")
    others = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    places = [*(Path(each) for each in (own, *others.split(":")) if each), *folders]
    desktops = [d.lower() for d in environ.get("XDG_CURRENT_DESKTOP", "").split(":") if d]
    names = [*(f"{desktop}-mimeapps.list" for desktop in desktops), "mimeapps.list"]
    usual: list[str] = []
    added: list[str] = []
    removed: set[str] = set()
    for file in (place / name for place in places for name in names):
        groups = _read(file)
        usual += _names(groups, "Default Applications", kind)
        added += _names(groups, "Added Associations", kind)
        # What a nearer list adds, a farther one does not take away.
        removed |= set(_names(groups, "Removed Associations", kind)) - {*usual, *added}
    return usual, added, removed


def _cached(kind: str, folders: Sequence[Path]) -> Iterator[str]:
    """Those that say of themselves that they open it."""
    for folder in folders:
        yield from _names(_read(folder / "mimeinfo.cache"), "MIME Cache", kind)


def _names(groups: Groups, group: str, kind: str) -> list[str]:
    return [name for name in groups.get(group, {}).get(kind, "").split(";") if name]


def _program(name: str, folders: Sequence[Path], language: str) -> Program | None:
    """The first entry of this name; None where it is hidden, or its program is not installed."""
    place = next((p for folder in folders for p in _places(folder, name) if p.is_file()), None)
    if place is None:
        return None
    entry = _read(place).get(_ENTRY, {})
    is_shown = not {entry.get("Hidden"), entry.get("NoDisplay"), entry.get("Terminal")} & {"true"}
    if entry.get("Type") != "Application" or not is_shown:
        return None
    words = _words(entry.get("Exec", ""))
    tried = entry.get("TryExec") or (words[0] if words else "")
    if not words or not shutil.which(tried):
        return None
    return Program(_title(entry, language) or name.removesuffix(".desktop"), words, place)


def _places(folder: Path, name: str) -> Iterator[Path]:
    """An entry in a folder of its own has the folder in its name, with a dash."""
    yield folder / name
    first, dash, rest = name.partition("-")
    if dash:
        yield folder / first / rest


def _title(entry: Mapping[str, str], language: str) -> str:
    """Its name in the person's language, where it has one."""
    full = language.partition(".")[0].partition("@")[0]
    for key in (f"Name[{full}]", f"Name[{full.partition('_')[0]}]", "Name"):
        if entry.get(key):
            return entry[key]
    return ""


def _words(line: str) -> tuple[str, ...]:
    """The line that starts a program, in words; nothing when its quotes do not match."""
    try:
        return tuple(shlex.split(line))
    except ValueError:
        return ()


def _read(file: Path) -> Groups:
    """A key file: its groups, each with its keys. Nothing for what cannot be read."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    groups: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("[") and words.endswith("]"):
            keys = groups.setdefault(words[1:-1], {})
        elif "=" in words and not words.startswith("#"):
            name, _, value = words.partition("=")
            keys.setdefault(name.strip(), value.strip().replace("\\s", " "))
    return groups
