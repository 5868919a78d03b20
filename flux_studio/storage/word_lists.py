"""List files for prompts: `<config>/lists/metals.txt` is what `{@metals}` draws from, a line each.

Blank lines and comment lines count for nothing, as in a prompt.
"""

from __future__ import annotations

from pathlib import Path

from flux_studio.core.prompt.template import WordLists
from flux_studio.core.prompt.tokens import COMMENT

ENDING = ".txt"
MOST_BYTES = 1_000_000  # of one file
MOST_LINES = 5000
MOST_FILES = 500


def read_word_lists(folder: Path) -> tuple[WordLists, tuple[str, ...]]:
    """The lists of a folder, and a sentence for each file that could not be read. Blocking; a
    folder that is not there has none.
    """
    words: dict[str, tuple[str, ...]] = {}
    faults = []
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING)
    except OSError:
        files = []
    for path in files[:MOST_FILES]:
        try:
            words[path.stem] = _lines(path)
        except (OSError, UnicodeDecodeError):
            faults.append(f"The list {path.name} cannot be read: it must be a text file in UTF-8.")
        except ValueError as error:
            faults.append(f"The list {path.name} {error}.")
    return WordLists(words), tuple(faults)


def _lines(path: Path) -> tuple[str, ...]:
    """Raises OSError, UnicodeDecodeError, or ValueError for a list that is too long."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES:,} bytes")
    text = COMMENT.sub("", data.decode("utf-8-sig").replace("\r", "\n"))
    lines = tuple(line.strip() for line in text.split("\n") if line.strip())
    if len(lines) > MOST_LINES:
        raise ValueError(f"has more than {MOST_LINES:,} lines")
    return lines
