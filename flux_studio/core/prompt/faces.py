"""The faces of one prompt: prose, fields of a form, JSON. Going from one to the other and back
gives exactly what was there.
"""

from __future__ import annotations

from enum import Enum

from flux_studio.core.prompt.json_text import JsonFault
from flux_studio.core.prompt.structured import (
    Structured,
    prose_text,
    read_structured,
    structured_text,
)

_SKELETON = '{\n  "scene": ""\n}'


class Face(Enum):
    """How the prompt is shown. Text and JSON are the same box: what is in it says which it is."""

    TEXT = "text"
    FORM = "form"
    JSON = "json"


class Faces:
    """Turns a prompt from prose into JSON and back. What it made is remembered with what it was
    made from: as long as nothing was changed, going back is exact.
    """

    def __init__(self) -> None:
        self._prose_of: dict[str, str] = {}
        self._json_of: dict[str, str] = {}

    def text_for(self, face: Face, text: str) -> str | None:
        """The prompt as `face` needs it, often the same; None where JSON cannot be read as yet."""
        found = read_structured(text)
        if face is Face.TEXT:
            if isinstance(found, JsonFault):
                return None
            return text if found is None or found.root is None else self._prose(text, found)
        if found is None:
            return self._json(text)
        return _SKELETON if face is Face.JSON and not text.strip() else text

    def _json(self, prose: str) -> str:
        made = self._json_of.get(prose)
        if made is None:
            made = structured_text(prose)
            self._prose_of = {made: prose}
        return made

    def _prose(self, text: str, structured: Structured) -> str:
        made = self._prose_of.get(text)
        if made is None:
            made = prose_text(structured)
            self._json_of = {made: text}
        return made


def face_of(wanted: Face, text: str) -> Face:
    """The face that is shown of a prompt while `wanted` is the last one that was asked for."""
    found = read_structured(text)
    if found is None:
        return Face.TEXT
    if wanted is Face.FORM or not text.strip():
        return wanted
    return Face.JSON
