"""A1111, Forge and everything that writes their one text: PNG `parameters`, EXIF UserComment.

The prompt, then lines that begin with "Negative prompt:", then a last line of `Name: value` pairs
with commas between them; a value that holds a comma or a colon is quoted as in JSON, or is a JSON
list or object itself (Civitai writes so).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from flux_studio.storage.foreign.found import (
    Found,
    extras_from,
    prompt_from,
    scale_from,
    seed_from,
    size_in,
    whole_from,
    words_from,
)
from flux_studio.storage.foreign.json_text import json_list, table
from flux_studio.storage.foreign.texts import Texts

_NEGATIVE = "Negative prompt:"
_MOST_LINE = 20_000  # characters of the line of pairs
_KNOWN = frozenset({"Steps", "Sampler", "CFG scale", "Seed", "Size", "Model", "Model hash"})
_READ = ("Steps", "CFG scale", "Distilled CFG Scale", "Seed", "Size", "Model")
_RESOURCES = "Civitai resources"
_DECODER = json.JSONDecoder()


def read(texts: Texts) -> Found | None:
    """The settings, None where none of the texts has this form."""
    own = texts.get("parameters")
    if own is not None and not own.lstrip().startswith("{"):
        return read_text(own, needs_pairs=False)
    comment = texts.get("exif:UserComment")
    return read_text(comment, needs_pairs=True) if comment else None


def read_text(text: str, *, needs_pairs: bool) -> Found | None:
    """The settings in one text. With `needs_pairs` a text without the last line is none of
    theirs.
    """
    lines = text.replace("\r\n", "\n").strip().split("\n")
    settings = pairs(lines[-1])
    if len(_KNOWN & settings.keys()) >= 2:
        lines = lines[:-1]
    elif needs_pairs:
        return None
    else:
        settings = {}
    prompt, negative = _prompts(lines)
    found = Found(
        "Fooocus" if settings.get("Version", "").startswith("Fooocus") else "A1111",
        prompt=prompt_from(prompt),
        negative=prompt_from(negative),
        seed=seed_from(settings.get("Seed")),
        size=size_in(settings.get("Size")),
        model=words_from(settings.get("Model")) or _checkpoint(settings.get(_RESOURCES, "")),
        steps=whole_from(settings.get("Steps")),
        guidance=_guidance(settings),
        extras=extras_from(settings, _READ),
    )
    return found if found.says_something else None


def _guidance(settings: Mapping[str, str]) -> float | None:
    """The scale that guides: for a distilled model, whose CFG scale is 1, its own."""
    plain = scale_from(settings.get("CFG scale"))
    distilled = scale_from(settings.get("Distilled CFG Scale"))
    return distilled if distilled is not None and plain in (None, 1.0) else plain


def _checkpoint(resources: str) -> str:
    """The model among the resources that Civitai lists."""
    for each in map(table, json_list(resources)):
        if words_from(each.get("type")) == "checkpoint":
            names = each.get("modelName"), each.get("modelVersionName")
            return " ".join(words for name in names if (words := words_from(name)))
    return ""


def pairs(line: str) -> dict[str, str]:
    """The pairs of a line of settings; the first of a name counts."""
    line, at, found = line[:_MOST_LINE], 0, dict[str, str]()
    while (colon := line.find(":", at)) >= 0:
        name, start = line[at:colon].strip(" ,"), colon + 1
        while start < len(line) and line[start] == " ":
            start += 1
        value, at = _value(line, start)
        if name and len(name) <= 60:
            found.setdefault(name, value)
    return found


def _value(line: str, start: int) -> tuple[str, int]:
    """The value that begins at `start`, and where the next pair begins."""
    if line.startswith(('"', "[", "{"), start):
        try:
            value, end = _DECODER.raw_decode(line, start)
            return value if isinstance(value, str) else line[start:end], end + 1
        except (ValueError, RecursionError):
            pass
    comma = line.find(",", start)
    end = len(line) if comma < 0 else comma
    return line[start:end].strip(), end + 1


def _prompts(lines: list[str]) -> tuple[str, str]:
    for number, line in enumerate(lines):
        if line.startswith(_NEGATIVE):
            rest = [line.removeprefix(_NEGATIVE), *lines[number + 1 :]]
            return "\n".join(lines[:number]), "\n".join(rest)
    return "\n".join(lines), ""
