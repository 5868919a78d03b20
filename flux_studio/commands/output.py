"""What commands print: JSON lines or text on stdout, words for people on stderr."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime

from flux_studio.core.generation import Generation
from flux_studio.core.money import plain


def takes_json(parser: ArgumentParser) -> None:
    """The option every command has."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def emit(fields: Mapping[str, object]) -> None:
    """One JSON object on a line of its own, at once."""
    print(json.dumps(fields, ensure_ascii=False), flush=True)


def say(words: str) -> None:
    """A line for people."""
    print(words, file=sys.stderr, flush=True)


def show(arguments: Namespace, fields: Mapping[str, object], words: str) -> None:
    """A result: the object with --json, else the words, on stdout."""
    if arguments.json:
        emit(fields)
    else:
        print(words, flush=True)


def iso(moment: datetime | None) -> str | None:
    """UTC, to the second."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def generation_fields(generation: Generation, root: str) -> dict[str, object]:
    """One picture of the library as JSON. `root` is the library folder."""
    return {
        "id": generation.id,
        "path": f"{root}/{generation.path}",
        "created": iso(generation.created),
        "provider": generation.request.provider,
        "model": generation.request.model,
        "prompt": generation.request.prompt,
        "width": generation.size.width,
        "height": generation.size.height,
        "seed": generation.seed,
        "charged": plain(generation.charged),
        "parent": generation.parent,
        "rating": generation.rating,
    }
