"""JSON that a stranger wrote into a picture: an object or a list, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def json_object(text: str | None) -> Mapping[str, object] | None:
    """The object in a text; None where there is none. NaN, which some programs write, is let
    through as a number; endless nesting and endless digits are not.
    """
    data = _read(text, "{")
    return data if isinstance(data, dict) else None


def json_list(text: str | None) -> Sequence[object]:
    """The list in a text; an empty one where there is none."""
    data = _read(text, "[")
    return data if isinstance(data, list) else ()


def _read(text: str | None, first: str) -> object:
    if not text or not text.lstrip().startswith(first):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def table(data: object) -> Mapping[str, object]:
    """A JSON object as it is, and an empty one for everything else."""
    return data if isinstance(data, dict) else {}
