"""Names of the fields of a structured prompt for people, and values that are often written there.

The values go into the prompt, so they are English in every language of the window.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.prompt.structured import Path, title_of

_NAMES = {
    "scene": QT_TRANSLATE_NOOP("Structured", "Scene"),
    "subjects": QT_TRANSLATE_NOOP("Structured", "Subjects"),
    "style": QT_TRANSLATE_NOOP("Structured", "Style"),
    "color_palette": QT_TRANSLATE_NOOP("Structured", "Palette"),
    "lighting": QT_TRANSLATE_NOOP("Structured", "Lighting"),
    "mood": QT_TRANSLATE_NOOP("Structured", "Mood"),
    "background": QT_TRANSLATE_NOOP("Structured", "Background"),
    "composition": QT_TRANSLATE_NOOP("Structured", "Composition"),
    "camera": QT_TRANSLATE_NOOP("Structured", "Camera"),
    "description": QT_TRANSLATE_NOOP("Structured", "Description"),
    "position": QT_TRANSLATE_NOOP("Structured", "Position"),
    "action": QT_TRANSLATE_NOOP("Structured", "Action"),
    "angle": QT_TRANSLATE_NOOP("Structured", "Angle"),
    "lens": QT_TRANSLATE_NOOP("Structured", "Lens"),
    "depth_of_field": QT_TRANSLATE_NOOP("Structured", "Depth of field"),
}
_HINTS = {
    "scene": QT_TRANSLATE_NOOP("Structured", "What the picture shows, and where"),
    "description": QT_TRANSLATE_NOOP("Structured", "Who or what it is"),
    "position": QT_TRANSLATE_NOOP("Structured", "Where in the picture"),
    "action": QT_TRANSLATE_NOOP("Structured", "What it does"),
    "style": QT_TRANSLATE_NOOP("Structured", "Photograph, drawing …"),
    "lighting": QT_TRANSLATE_NOOP("Structured", "From where, how hard"),
    "mood": QT_TRANSLATE_NOOP("Structured", "How it feels"),
    "background": QT_TRANSLATE_NOOP("Structured", "What is behind"),
    "composition": QT_TRANSLATE_NOOP("Structured", "How it is arranged"),
    "angle": QT_TRANSLATE_NOOP("Structured", "From where one looks"),
    "lens": QT_TRANSLATE_NOOP("Structured", "Focal length in mm"),
    "depth_of_field": QT_TRANSLATE_NOOP("Structured", "How much is sharp"),
}
_ANY_HINT = QT_TRANSLATE_NOOP("Structured", "Anything")
_VALUES: dict[str, tuple[str, ...]] = {
    "style": (
        "product photograph",
        "editorial photograph",
        "documentary photograph",
        "cinematic still",
        "flat vector illustration",
        "ink drawing",
        "oil painting",
        "3D render",
    ),
    "lighting": (
        "soft window light from the left",
        "large softbox from above",
        "low sun at golden hour",
        "overcast daylight",
        "hard noon sun",
        "rim light from behind",
        "candlelight",
        "neon signs at night",
    ),
    "mood": ("calm", "joyful", "dramatic", "mysterious", "nostalgic", "luxurious", "playful"),
    "background": ("seamless white paper", "wet basalt", "out of focus city lights", "plain sky"),
    "composition": (
        "rule of thirds",
        "centred and symmetrical",
        "close-up",
        "wide shot",
        "flat lay",
        "empty space on the left for text",
    ),
    "position": ("foreground", "centre", "left third", "right third", "background"),
    "angle": ("eye level", "low angle", "high angle", "from above", "three-quarter view"),
    "lens": ("24 mm", "35 mm", "50 mm", "85 mm", "100 mm macro", "200 mm", "tilt-shift"),
    "depth_of_field": ("shallow, f/1.8", "medium, f/4", "deep, f/11"),
}


def field_name(path: Path) -> str:
    """A field's name, translated where it is one of ours."""
    step = path[-1]
    if isinstance(step, int):
        words = QCoreApplication.translate("Structured", "Subject {number}")
        return words.format(number=step + 1)
    known = _NAMES.get(step)
    return QCoreApplication.translate("Structured", known) if known else title_of(step)


def whole_name(path: Path) -> str:
    """A field's name with what it belongs to, for who cannot see where it stands."""
    parts = [field_name(path[: at + 1]) for at in range(len(path)) if path[at] != "subjects"]
    return ", ".join(parts)


def field_hint(path: Path) -> str:
    """What stands in an empty field."""
    return QCoreApplication.translate("Structured", _HINTS.get(str(path[-1]), _ANY_HINT))


def field_values(path: Path) -> tuple[str, ...]:
    """Values that are often written in a field."""
    return _VALUES.get(str(path[-1]), ())


def with_value(words: str, value: str) -> str:
    """The field's words with `value` behind them, or without it where it is one of them."""
    parts = [part.strip() for part in words.split(",") if part.strip()]
    inner = [part.strip() for part in value.split(",")]
    for at in range(len(parts) - len(inner) + 1):
        if parts[at : at + len(inner)] == inner:
            return ", ".join(parts[:at] + parts[at + len(inner) :])
    return f"{words.rstrip().rstrip(',')}, {value}" if words.strip() else value


def has_value(words: str, value: str) -> bool:
    """Whether `value` is one of the field's words, between commas."""
    return len(with_value(words, value)) < len(words)
