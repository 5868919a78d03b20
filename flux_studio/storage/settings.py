"""The settings people choose, kept in `settings.toml`.

A value that does not fit falls back to its default and is named; it stays in the file until it is
changed. Keys this version does not know are kept. A file that is no TOML is set aside, never lost.
Only what was changed here is written: what an editor or another process changed meanwhile stays.
"""

from __future__ import annotations

import contextlib
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
import tomli_w

from flux_studio.core.budget import Limits, Lines
from flux_studio.core.money import LARGEST
from flux_studio.core.size import parse_size
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.key_status import MOST_LABEL_CHARACTERS, KeyProblem, check_label

_PROXY_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
_PATHS = frozenset({"library_folder", "ca_file"})
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_LABEL_CHARACTERS)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default. An empty string means "none chosen"."""

    theme: Literal["system", "dark", "light"] = "system"
    jobs_in_flight: Annotated[int, msgspec.Meta(ge=1, le=16)] = 2
    """How many jobs are sent at the same time."""
    practice_delay: Annotated[float, msgspec.Meta(ge=0, le=600)] = 2.0
    """Seconds that the Practice provider pretends to work."""
    library_folder: str = ""
    """Where originals go instead of the pictures folder; an absolute path."""
    ca_file: str = ""
    """Further certificate authorities to trust (PEM); an absolute path."""
    proxy: str = ""
    """Address of a proxy, used instead of the system's. Without a password: this file is plain."""
    auto_show: bool = True
    """Select each new picture by itself, unless another one is being looked at."""
    move_on: bool = True
    """After stars, keep, maybe, reject or a label by key the next picture is selected."""
    reduce_motion: bool = False
    """No animations."""
    spelling: str = ""
    """The language that prompts are checked in, as two letters; needs pyspellchecker."""
    keys_in_use: dict[str, _Label] = {}
    """Which of several named keys is used, by provider id; the one named "default" elsewhere."""

    regions: dict[str, _Label] = {}
    """Which of several regions new requests go to, by provider id; the first one elsewhere."""

    favourite_sizes: dict[str, str] = {}
    """Sizes with names of one's own, such as "Poster" = "1344x768"."""

    budget: Limits = Limits()
    """Warning and stop lines in USD; see `core.budget`."""

    def changed(self, name: str, value: object) -> Settings:
        """A copy with one other value. Raises SettingRefused when it does not fit."""
        return msgspec.structs.replace(self, **{name: _checked(name, value)})


_EXPECTED = {
    "theme": '"system", "dark" or "light"',
    "jobs_in_flight": "a whole number from 1 to 16",
    "practice_delay": "a number of seconds from 0 to 600",
    "library_folder": "the full path of a folder, or nothing",
    "ca_file": "the full path of a PEM file, or nothing",
    "proxy": "an address such as http://proxy.example:8080 without a password, or nothing",
    "auto_show": "true or false",
    "move_on": "true or false",
    "reduce_motion": "true or false",
    "spelling": "the two letters of a language, such as en, or nothing",
    "keys_in_use": "a table of provider ids, each with the name of one of its keys",
    "regions": "a table of provider ids, each with the id of one of its regions",
    "favourite_sizes": 'a table of names, each with a size such as "1344x768"',
    "budget": "a table of sums in USD: day_warn, day_stop, month_warn, month_stop, "
    "confirm_above, and [budget.providers.NAME] or [budget.projects.NAME] with the first four",
}
_TYPES: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(Settings)}
_DEFAULTS: dict[str, object] = msgspec.structs.asdict(Settings())


class SettingRefused(ValueError):  # noqa: N818 - what the form shows beside the control
    """A value that does not fit. `name` is the setting, `sentence` says what would be right."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sentence = (
            f"The setting {name} must be {_EXPECTED[name]}."
            if name in _EXPECTED
            else f"There is no setting {name}."
        )
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings that can be used, and a sentence for each thing that could not."""

    settings: Settings
    problems: tuple[str, ...]


class SettingsFile:
    """Reads and writes one settings file, from any thread. Blocking."""

    def __init__(self, path: Path) -> None:
        """`path` is `Paths.settings_file`."""
        self._path = path
        self._lock = threading.Lock()
        self._known: Settings | None = None  # what the last load or save here made of the file

    def load(self) -> LoadedSettings:
        """What the file says, with defaults for the rest. Never raises."""
        content, problems = self._read()
        values: dict[str, Any] = {}
        for name in _TYPES.keys() & content.keys():
            try:
                values[name] = _checked(name, content[name])
            except SettingRefused as refused:
                problems.append(f"{refused.sentence} Until then the default is used.")
        self._known = Settings(**values)
        return LoadedSettings(self._known, tuple(sorted(problems)))

    def save(self, settings: Settings) -> None:
        """Write what differs from the last load or save of this object, and all settings where
        there is no sound file; the rest of the file stays. Raises OSError; the old file stays.

        A value that did not fit stays too, as long as the setting has its default.
        """
        with self._lock:
            if settings == self._known:
                return
            content, _ = self._read()
            known = self._known if content else None
            for name, value in msgspec.structs.asdict(settings).items():
                before = None if known is None else getattr(known, name)
                if before != value and (known or self._is_ours(name, value, content)):
                    content[name] = _merged(name, content.get(name), before, value)
            write_atomic(self._path, tomli_w.dumps(content).encode())
            self._known = settings

    @staticmethod
    def _is_ours(name: str, value: object, content: Mapping[str, object]) -> bool:
        """Whether a value may stand in the place of what the file has."""
        return value != _DEFAULTS[name] or _fits(name, content.get(name, value))

    def budget(self) -> Limits:
        """The budget as the file has it now, whoever wrote it. Raises SettingRefused where it
        cannot be understood.
        """
        try:
            content = tomllib.loads(self._path.read_bytes().decode())
        except FileNotFoundError:
            return Limits()
        except (OSError, ValueError, RecursionError):
            raise SettingRefused("budget") from None
        limits = _checked("budget", content.get("budget", Limits()))
        assert isinstance(limits, Limits)
        return limits

    def _read(self) -> tuple[dict[str, Any], list[str]]:
        try:
            return tomllib.loads(self._path.read_bytes().decode()), []
        except FileNotFoundError:
            return {}, []
        except OSError as error:
            return {}, [f"{self._path.name} cannot be read ({error.strerror}); defaults are used."]
        except (ValueError, RecursionError):
            return {}, [self._set_aside()]

    def _set_aside(self) -> str:
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        aside = self._path.with_name(f"{self._path.name}.damaged-{stamp}")
        with contextlib.suppress(OSError):
            self._path.rename(aside)
        return f"{self._path.name} was damaged and is now {aside.name}; defaults are used."


def _fits(name: str, value: object) -> bool:
    try:
        _checked(name, value)
    except SettingRefused:
        return False
    return True


def _checked(name: str, value: object) -> object:
    """The value as the setting's type. Raises SettingRefused."""
    try:
        converted: object = msgspec.convert(value, _TYPES[name])
    except (KeyError, msgspec.ValidationError):
        raise SettingRefused(name) from None
    fits = True
    match name, converted:
        case "budget", Limits():
            fits = _is_budget(value, converted)
        case _, str(text) if name in _PATHS:
            fits = not text or _is_full_path(text)
        case "proxy", str(text):
            fits = not text or _is_proxy(text)
        case "keys_in_use", dict(labels):
            fits = all(map(_is_label, labels.values()))
        case "favourite_sizes", dict(sizes):
            fits = all(parse_size(size) and name.strip() for name, size in sizes.items())
    if not fits:
        raise SettingRefused(name)
    return converted


def _is_label(text: str) -> bool:
    try:
        check_label(text)
    except KeyProblem:
        return False
    return True


def _is_budget(given: object, limits: Limits) -> bool:
    """Whether every name is known, since a misspelt line would hold nothing, and every sum can be
    one.
    """
    tables: list[tuple[object, Limits | Lines]] = [(given, limits)]
    if isinstance(given, Mapping):
        for kind, known in (("providers", limits.providers), ("projects", limits.projects)):
            tables += [(given[kind][name], each) for name, each in known.items()]
    for table, lines in tables:
        names = {each.name for each in fields(lines)}
        if isinstance(table, Mapping) and not table.keys() <= names:
            return False
        sums = [getattr(lines, name) for name in names - {"providers", "projects"}]
        if not all(each is None or (each.is_finite() and 0 <= each <= LARGEST) for each in sums):
            return False
    return True


def _written(value: object) -> object:
    """A value as TOML has it: what is None is not written."""
    if not isinstance(value, Limits):
        return value
    table: dict[str, Any] = _without_none(msgspec.to_builtins(value, builtin_types=(Decimal,)))
    for kind in ("providers", "projects"):
        lines = {name: _without_none(each) for name, each in table.pop(kind).items()}
        table |= {kind: lines} if lines else {}
    return table


def _merged(name: str, there: object, before: object, value: object) -> object:
    """A changed value as the file gets it. Of a table only the changed lines are replaced, unless
    what is there does not fit.
    """
    old, new = _written(before), _written(value)
    if isinstance(there, dict) and isinstance(old, dict) and isinstance(new, dict):
        return _lines_of(there, old, new) if _fits(name, there) else new
    return new


def _lines_of(there: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A table with the lines replaced, added and removed that are not as they were."""
    lines = dict(there)
    for name in old.keys() | new.keys():
        before, after, now = old.get(name), new.get(name), there.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict):
            lines[name] = _lines_of(now, before, after)
        elif name in new:
            lines[name] = after
        else:
            lines.pop(name, None)
    return lines


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not None}


def _is_full_path(text: str) -> bool:
    try:
        return Path(text).expanduser().is_absolute()
    except RuntimeError:  # the folder of a person who is not there
        return False


def _is_proxy(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in _PROXY_SCHEMES
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
        )
    except ValueError:
        return False


def known_settings() -> Mapping[str, str]:
    """Name of every setting, and in words what it may be."""
    return dict(_EXPECTED)
