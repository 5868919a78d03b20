"""JSON that a stranger wrote into a picture: an object, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping


def json_object(text: str | None) -> Mapping[str, object] | None:
    """The object in a text; None where there is none. NaN, which some programs write, is let
    through as a number; endless nesting and endless digits are not.
    """
    if not text or not text.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def table(data: object) -> Mapping[str, object]:
    """A JSON object as it is, and an empty one for everything else."""
    return data if isinstance(data, dict) else {}
