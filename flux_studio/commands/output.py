"""What commands print: JSON lines or text on stdout, words for people on stderr.

JSON is plain ASCII, so no locale can break it and no sign in a prompt can break a line. Text that a
terminal cannot show is escaped, and its control signs are replaced: a prompt must not move a
cursor.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.money import plain

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def prepare_streams() -> None:
    """From now on no text is an error because stdout or stderr cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def takes_json(parser: ArgumentParser) -> None:
    """The option every command has."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def emit(fields: Mapping[str, object]) -> None:
    """One JSON object on a line of its own, at once. Raises OSError when nobody reads it."""
    _write(json.dumps(fields))


def show(arguments: Namespace, fields: Mapping[str, object], words: str) -> None:
    """A result: the object with --json, else the words, on stdout. Raises OSError as `emit`."""
    if arguments.json:
        emit(fields)
    else:
        write(words)


def write(words: str) -> None:
    """A line of text on stdout. Raises OSError when nobody reads it."""
    _write(_harmless(words))


def say(words: str) -> None:
    """A line for people on stderr. Never fails: it is only news."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(_harmless(words), file=sys.stderr, flush=True)


def let_go_of_stdout() -> None:
    """Nobody reads it any more: what is still written, at the exit too, goes nowhere."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def iso(moment: datetime | None) -> str | None:
    """UTC, to the second."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def generation_fields(generation: Generation, root: Path) -> dict[str, object]:
    """One picture of the library as JSON. `root` is the library folder."""
    return {
        "id": generation.id,
        "path": str(root / generation.path),
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


def _write(line: str) -> None:
    if sys.stdout is not None:
        print(line, flush=True)


def _harmless(words: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)
