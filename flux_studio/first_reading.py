"""What the first paint needs to know, read in a millisecond or two: the theme and the last prompt.

The real readers of both files come right after it; a file that cannot be read here is simply not
known yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from flux_studio.storage.paths import Paths

SAMPLE_PROMPT = (
    "Layered hills in the last light, warm haze, a low sun over the third ridge, #C2536B sky"
)
MOST_BYTES = 1_000_000
# A whole TOML reader costs more time than everything else here.
_THEME = re.compile(rb'^theme\s*=\s*["\'](dark|light)["\']', re.MULTILINE)


class FirstReading(NamedTuple):
    """Where things are, the chosen theme, and the prompt as it was left."""

    paths: Paths
    theme: str
    prompt: str


def first_reading(environ: Mapping[str, str]) -> FirstReading:
    """Read what there is. Never raises for a damaged file. Raises OSError when no folder can be
    made.
    """
    paths = Paths.default(environ)
    paths.ensure()
    return FirstReading(paths, _theme(paths), _prompt(paths))


def _theme(paths: Paths) -> str:
    try:
        with paths.settings_file.open("rb") as file:
            found = _THEME.search(file.read(MOST_BYTES))
    except OSError:
        return "system"
    return found.group(1).decode() if found else "system"


def _prompt(paths: Paths) -> str:
    try:
        with paths.draft_file.open("rb") as file:
            prompt = json.loads(file.read(MOST_BYTES)).get("prompt")
    except OSError:
        return SAMPLE_PROMPT
    except (ValueError, AttributeError, RecursionError):
        return ""
    return prompt if isinstance(prompt, str) else ""
