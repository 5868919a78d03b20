"""The sidecar: a JSON file beside each original that says everything about it.

It is enough to rebuild the library without its database, marks and cost included. It holds no key
and no address that a provider signed, because people pass pictures on with their sidecars. Names
that this version does not know are kept when the marks are rewritten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flux_studio.core.errors import StudioError
from flux_studio.core.generation import Generation
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.json_fields import Fields, RowUnreadable, parse_json, time_text
from flux_studio.storage.rows import Data, generation_data, generation_of

VERSION = 1
MARKER = "flux_studio"  # the name whose presence makes a JSON file a sidecar of ours
MOST_BYTES = 8 * 1024 * 1024
PICTURE_ENDINGS = (".png", ".jpg", ".webp")
LINKED_FOLDER = "Linked"  # of the library: sidecars of pictures that lie elsewhere


class SidecarUnreadable(StudioError):
    """A file that should be a sidecar cannot be read as one."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"The sidecar {path.name} cannot be read: {detail}.")
        self.path = path
        self.detail = detail


@dataclass(frozen=True, slots=True)
class MarkSet:
    """What a person says of a picture. `rating` 0 to 5; `label` a colour's name; `verdict` 'keep'
    or 'maybe'; '' and () mean none.
    """

    rating: int = 0
    favourite: bool = False
    rejected: bool = False
    label: str = ""
    project: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    verdict: str = ""
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobTimes:
    """What the ledger needs of the job a picture came from, should its database be lost."""

    order: str
    planned: datetime
    sent: datetime | None
    finished: datetime


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One sidecar. `reply` is the provider's answer without secrets, '' when there was none."""

    generation: Generation
    marks: MarkSet
    times: JobTimes | None = None
    reply: str = ""


def sidecar_path(picture: Path) -> Path:
    """`120000-abc.png` has `120000-abc.json` beside it."""
    return picture.with_suffix(".json")


def is_linked(path: str) -> bool:
    """Whether the path of a row leads to a picture outside the library, which stays there."""
    return Path(path).is_absolute()


def sidecar_of(root: Path, path: str, generation: str) -> Path:
    """Where the sidecar of a row belongs: beside the picture, and for a linked one in the library.
    Nothing is ever written into a folder that is not ours.
    """
    if is_linked(path):
        return root / LINKED_FOLDER / f"{Path(generation).name}.json"
    return sidecar_path(root / path)


def write_sidecar(picture: Path, sidecar: Sidecar, at: Path | None = None) -> None:
    """Put a sidecar beside a picture, or for a linked one `at` its own place; durably. Raises
    OSError.
    """
    data: Data = {MARKER: VERSION, "file": picture.name, **generation_data(sidecar.generation)}
    if at is not None:
        data["linked"] = str(picture)
    data["marks"] = _marks_data(sidecar.marks)
    data["job_times"] = sidecar.times and _times_data(sidecar.times)
    data["reply"] = sidecar.reply
    if at is not None:
        at.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(at or sidecar_path(picture), data)


def rewrite_marks(picture: Path, marks: MarkSet, at: Path | None = None) -> None:
    """Bring the marks in an existing sidecar up to date; the rest stays. Raises
    SidecarUnreadable, OSError.
    """
    path = at or sidecar_path(picture)
    data = dict(_parse(path))
    old = data.get("marks")
    data["marks"] = {**(old if isinstance(old, Mapping) else {}), **_marks_data(marks)}
    _write(path, data)


def read_sidecar(path: Path, root: Path) -> Sidecar:
    """A sidecar below the library folder `root`. Raises SidecarUnreadable.

    The picture is the file it names if that stands beside it, else the one with the sidecar's own
    stem: people rename and move pairs of files.
    """
    fields = Fields(_parse(path))
    try:
        fields.whole(MARKER, 1)
        marks = _marks_of(fields.table_or_none("marks") or Fields({}))
        times = fields.table_or_none("job_times")
        name = fields.text("file", "")
        place = _place_of(path, name, fields.text("linked", ""), root)
        return Sidecar(
            generation=generation_of(fields, place),
            marks=marks,
            times=_times_of(times) if times else None,
            reply=fields.text("reply", ""),
        )
    except RowUnreadable as error:
        raise SidecarUnreadable(path, str(error)) from error


def is_sidecar(path: Path) -> bool:
    """Whether a JSON file is meant as a sidecar of ours. False for files of other programs."""
    try:
        return MARKER in _parse(path)
    except SidecarUnreadable:
        return any(path.with_suffix(ending).exists() for ending in PICTURE_ENDINGS)


def _parse(path: Path) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SidecarUnreadable(path, error.strerror or "it cannot be opened") from error
    if len(data) > MOST_BYTES:
        raise SidecarUnreadable(path, "it is too large")
    try:
        return parse_json(data)
    except RowUnreadable as error:
        raise SidecarUnreadable(path, str(error)) from error


def _write(path: Path, data: Mapping[str, object]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # a lone half of a surrogate pair in a prompt
        encoded = json.dumps(data, indent=1).encode()
    write_atomic(path, encoded + b"\n")


def _place_of(path: Path, name: str, linked: str, root: Path) -> str:
    if linked and is_linked(linked) and path.parent == root / LINKED_FOLDER:
        return linked
    return _picture_of(path, name).relative_to(root).as_posix()


def _picture_of(path: Path, name: str) -> Path:
    named = path.with_name(name) if Path(name).name == name and name else None
    if named and named.suffix in PICTURE_ENDINGS and named.is_file():
        return named
    beside = (path.with_suffix(ending) for ending in PICTURE_ENDINGS)
    return next((p for p in beside if p.is_file()), path.with_suffix(".png"))


def _marks_data(marks: MarkSet) -> Data:
    return {
        "rating": marks.rating,
        "favourite": marks.favourite,
        "rejected": marks.rejected,
        "label": marks.label,
        "project": marks.project,
        "note": marks.note,
        "tags": list(marks.tags),
        "verdict": marks.verdict,
        "collections": list(marks.collections),
    }


def _marks_of(fields: Fields) -> MarkSet:
    return MarkSet(
        rating=min(5, fields.whole_or_none("rating", 0) or 0),
        favourite=fields.flag("favourite", False),
        rejected=fields.flag("rejected", False),
        label=fields.text("label", ""),
        project=fields.text("project", ""),
        note=fields.text("note", ""),
        tags=fields.texts("tags"),
        verdict=fields.text("verdict", ""),
        collections=fields.texts("collections"),
    )


def _times_data(times: JobTimes) -> Data:
    return {
        "order": times.order,
        "planned": time_text(times.planned),
        "sent": times.sent and time_text(times.sent),
        "finished": time_text(times.finished),
    }


def _times_of(fields: Fields) -> JobTimes:
    return JobTimes(
        order=fields.text("order"),
        planned=fields.time("planned"),
        sent=fields.time_or_none("sent"),
        finished=fields.time("finished"),
    )
