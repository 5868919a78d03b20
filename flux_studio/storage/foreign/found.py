"""What was found in a picture: the settings it was made with, by whichever program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flux_studio.core.size import Size

MOST_PROMPT = 50_000  # characters of a prompt
MOST_WORDS = 300  # characters of any other value
MOST_EXTRAS = 24
_LARGEST_SEED = 2**64 - 1
_LARGEST_SIDE = 65_535
_MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """Settings of a picture. `program` is the name people know it by; '' and None mean not said.

    `size` is width × height in px as it was asked for; `guidance` is the CFG or guidance scale;
    `extras` are further pairs of name and value, as they stood there.
    """

    program: str
    prompt: str = ""
    negative: str = ""
    seed: int | None = None
    size: Size | None = None
    model: str = ""
    steps: int | None = None
    guidance: float | None = None
    extras: tuple[tuple[str, str], ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to bring into a form."""
        return bool(self.prompt) or self.seed is not None


def prompt_from(value: object) -> str:
    """A prompt of any origin: text, or a list of texts, without what no prompt can hold."""
    if isinstance(value, list):
        value = "\n".join(each for each in value[:100] if isinstance(each, str))
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").strip()[:MOST_PROMPT]


def words_from(value: object) -> str:
    """A short text, or a number as text; '' for everything else."""
    match value:
        case bool():
            return "on" if value else "off"
        case int() | float():
            return number_words(value)
        case str():
            return value.replace("\0", "").strip()[:MOST_WORDS]
        case _:
            return ""


def number_words(value: float) -> str:
    """A number as people write it."""
    if isinstance(value, int):
        return str(value) if abs(value) <= _LARGEST_SEED else ""
    return f"{value:g}" if math.isfinite(value) else ""


def whole_from(value: object, most: int = _MOST_STEPS) -> int | None:
    """A whole number from 0 to `most`, written as a number or as digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    return None


def seed_from(value: object) -> int | None:
    """A seed of up to 64 bits; None for -1, which means "any"."""
    return whole_from(value, _LARGEST_SEED)


def scale_from(value: object) -> float | None:
    """A guidance scale from 0 to 1000."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > 20:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 1000 else None


def size_from(width: object, height: object) -> Size | None:
    """Width × height in px, each from 1 to 65,535."""
    across, down = whole_from(width, _LARGEST_SIDE), whole_from(height, _LARGEST_SIDE)
    return Size(across, down) if across and down else None


def size_in(text: object) -> Size | None:
    """The size in "1024x768" or "(1024, 768)"."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    plain = text.strip(" ()[]").lower().replace("×", "x").replace(",", "x")
    width, _, height = plain.partition("x")
    return size_from(width, height)


def extras_from(
    settings: Mapping[str, object], but: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """What else is said, short values only and a bounded number of them."""
    left_out = frozenset(but)
    pairs: list[tuple[str, str]] = []
    for name, value in settings.items():
        words = "" if name in left_out else words_from(value)
        if words and len(pairs) < MOST_EXTRAS:
            pairs.append((name[:60], words))
    return tuple(pairs)
