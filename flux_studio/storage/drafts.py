"""The half-filled form on disk, so that it comes back after a restart: `<data>/draft.json`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Reference
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.json_fields import (
    Fields,
    RowUnreadable,
    canonical,
    knobs_data,
    parse_json,
)
from flux_studio.storage.rows import reference_data, reference_of

T = TypeVar("T")
MOST_BYTES = 4 * 1024 * 1024


class DraftFile:
    """One draft in one file. Blocking: not for the main thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, draft: Draft) -> None:
        """Keep a draft, the old one or the new one, never half of it. Raises NotKept."""
        text = canonical(draft_data(draft))
        with disk_words():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._path, text.encode())

    def load(self) -> Draft | None:
        """The last draft; None when there is none or it cannot be read: an empty form is no loss
        of a picture.
        """
        try:
            with self._path.open("rb") as file:
                return draft_of(Fields(parse_json(file.read(MOST_BYTES))))
        except (OSError, RowUnreadable):
            return None


def draft_data(draft: Draft) -> dict[str, object]:
    return {
        "provider": draft.provider,
        "model": draft.model,
        "prompt": draft.prompt,
        "size": {"width": draft.size.width, "height": draft.size.height},
        "references": [reference_data(reference) for reference in draft.references],
        "seed_mode": draft.seed_mode.value,
        "seed": draft.seed,
        "safety": draft.safety,
        "checker": draft.checker,
        "output_format": draft.output_format,
        "count": draft.count,
        "knobs": knobs_data(draft.knobs),
        "expansion": draft.expansion.value,
        "draw": draft.draw,
        "project": draft.project,
        "style": draft.style and {"name": draft.style.name, "text": draft.style.text},
    }


def draft_of(fields: Fields) -> Draft:
    """The draft of such data; a value that cannot be read is the default. Raises RowUnreadable when
    not even the model can be read.
    """
    none: Draft = Draft(fields.text("provider"), fields.text("model"))
    mode = _kept(lambda: fields.text("seed_mode"), "")
    expansion = _kept(lambda: fields.text("expansion"), "")
    return Draft(
        provider=none.provider,
        model=none.model,
        prompt=_kept(lambda: fields.text("prompt"), none.prompt),
        size=_kept(lambda: fields.size("size"), none.size),
        references=_kept(lambda: _references(fields), none.references),
        seed_mode=SeedMode(mode) if mode in list(SeedMode) else none.seed_mode,
        seed=_kept(lambda: fields.seed("seed"), None) or 0,
        safety=_kept(lambda: fields.whole_or_none("safety"), none.safety),
        checker=_kept(lambda: fields.flag_or_none("checker"), none.checker),
        output_format=_kept(lambda: fields.text("output_format"), none.output_format),
        count=_kept(lambda: fields.whole("count", 1), none.count),
        knobs=_kept(lambda: fields.knobs("knobs"), none.knobs),
        expansion=ExpansionMode(expansion) if expansion in list(ExpansionMode) else none.expansion,
        draw=_kept(lambda: fields.whole_or_none("draw"), None) or 0,
        style=_kept(lambda: _style(fields), none.style),
        project=_kept(lambda: fields.text("project", ""), none.project),
    )


def _style(fields: Fields) -> Style | None:
    style = fields.table_or_none("style")
    return None if style is None else Style(style.text("name"), style.text("text"))


def _references(fields: Fields) -> tuple[Reference, ...]:
    return tuple(reference_of(item) for item in fields.tables("references"))


def _kept(read: Callable[[], T], default: T) -> T:
    try:
        return read()
    except RowUnreadable:
        return default
