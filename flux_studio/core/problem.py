"""What is wrong with a draft, said at the control it belongs to, with what would be right.

Sentences are English templates marked for translation; the window translates `text` in the context
"Problem" and then fills in `values`. The command line prints `sentence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flux_studio.core.size import Size


class Control(StrEnum):
    """The control of the form a problem belongs to."""

    MODEL = "model"
    PROMPT = "prompt"
    REFERENCES = "references"
    SIZE = "size"
    SEED = "seed"
    SAFETY = "safety"
    FORMAT = "format"
    COUNT = "count"
    KNOBS = "knobs"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a draft from being sent. `nearest` is the valid size on offer, where
    size is the trouble.
    """

    control: Control
    text: str
    values: tuple[tuple[str, str], ...] = ()
    nearest: Size | None = None

    @property
    def sentence(self) -> str:
        return self.text.format(**dict(self.values))


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark a literal for translation; `context` is only read by lupdate."""
    del context
    return text
