"""The structured prompt: a JSON object with a scene, subjects, style, palette and so on, to be
read and changed field by field. Its fields are a convention of the makers of FLUX.2, not a schema
(their guide to prompting, "JSON structured prompts"), so every other field is as good.

The text stays the one truth: a change of a field is a change of that value in the text, and all the
rest of it stays exactly as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from flux_studio.core.prompt.json_text import JsonFault, JsonKind, Node, pattern, read_json, spelt
from flux_studio.core.prompt.tokens import COMMENT

FIELDS = (
    "scene",
    "subjects",
    "style",
    "color_palette",
    "lighting",
    "mood",
    "background",
    "composition",
    "camera",
)
SUBJECT_FIELDS = ("description", "position", "action")
CAMERA_FIELDS = ("angle", "lens", "depth_of_field")
MOST_NESTED = 3  # objects in objects that are shown as fields; deeper ones are shown as JSON

_MAY_BEGIN = re.compile(r"\s*(?:[{#/]|$)")
_BEGUN = r'\s*\{\s*["}]'
_BEGUN_FOR_SURE = r'\s*\{\s*"(?:[^"\\\n]|\\.)*"\s*:'  # as for what is sent
_MEANT = r"\s*\{\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[“„][^“”„\n]*[“”]|[A-Za-z_]\w*)\s*:(?!=)"
_MOST_REPAIRS = 100
# What a text field cannot hold as it is: control signs, other ends of lines, halves of letters.
_UNWRITABLE = "[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufdd0\ufdd1\ufffc\ud800-\udfff]"

Path = tuple[str | int, ...]


class RowKind(Enum):
    """How a field is shown. `TEXT` is a string, or a number, true, false or null as it is spelt;
    `JSON` is what no field can show; the others hold rows.
    """

    TEXT = 1
    JSON = 2
    PALETTE = 3
    SUBJECTS = 4
    GROUP = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the form. `is_plain` when its words are a number, true, false or null."""

    path: Path
    kind: RowKind
    words: str = ""
    is_plain: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Structured:
    """A prompt that is a JSON object, or nothing yet: then `root` is None and the text holds at
    most comments.
    """

    text: str
    root: Node | None

    def node(self, path: Path) -> Node | None:
        """The value at a path; of a key that is there twice the last one, as it is read."""
        found = self.root
        for step in path:
            found = None if found is None else child(found, step)
        return found

    def words(self, path: Path) -> str:
        """What a string says, how a plain value is spelt, or the JSON of anything else."""
        node = self.node(path)
        if node is None:
            return ""
        plain = node.kind in (JsonKind.STRING, JsonKind.PLAIN)
        return node.text if plain else self.text[node.start : node.end]


EMPTY = Structured("", None)


@lru_cache(maxsize=8)
def read_structured(text: str) -> Structured | JsonFault | None:
    """A prompt as a structured one. None for prose; a fault where JSON cannot be read."""
    if not _MAY_BEGIN.match(text):
        return None  # the usual case, and each keystroke asks
    bare = without_comments(text)
    if not bare.strip():
        return Structured(text, None)
    if not pattern(_BEGUN).match(bare):
        return None
    found = read_json(bare)
    if isinstance(found, JsonFault):
        return found if pattern(_BEGUN_FOR_SURE).match(bare) else None
    return Structured(text, found) if found.kind is JsonKind.OBJECT else None


def is_structured(text: str) -> bool:
    """Whether a prompt is JSON, or JSON that cannot be read as yet."""
    found = read_structured(text)
    return isinstance(found, JsonFault) or (found is not None and found.root is not None)


def put_right(text: str) -> str | None:
    """A text that was meant to be JSON as JSON; None where it is not plain what was meant."""
    if not pattern(_MEANT).match(without_comments(text)):
        return None
    for _ in range(_MOST_REPAIRS):
        found = read_json(without_comments(text))
        if isinstance(found, Node):
            return text
        if found.repair is None:
            return None
        start, end, new = found.repair
        text = text[:start] + new + text[end:]
    return None


def without_comments(text: str) -> str:
    """The text with spaces for its comments: JSON knows none, and all places stay what they are."""
    if "//" not in text and "#" not in text:
        return text
    return COMMENT.sub(lambda found: " " * len(found.group()), text)


def child(node: Node, step: str | int) -> Node | None:
    """The value under a key, or at a place."""
    if isinstance(step, int):
        fits = node.kind is JsonKind.ARRAY and 0 <= step < len(node.items)
        return node.items[step] if fits else None
    if node.kind is JsonKind.OBJECT:
        for key, item in zip(reversed(node.keys), reversed(node.items), strict=True):
            if key.text == step:
                return item
    return None


def is_known(path: Path) -> bool:
    """Whether a field is always offered: it needs no place in the text while it is empty."""
    match path:
        case (str(name),):
            return name in FIELDS
        case ("camera", str(name)):
            return name in CAMERA_FIELDS
        case ("subjects", int(), str(name)):
            return name in SUBJECT_FIELDS
    return False


def rows_of(structured: Structured) -> tuple[Row, ...]:
    """The form: the known fields in their order, then the others as they stand in the text."""
    return (*_known_rows(structured), *_other_rows(structured, (), FIELDS, 0))


def _known_rows(structured: Structured) -> Iterator[Row]:
    for name in FIELDS:
        path, node = (name,), structured.node((name,))
        if name == "subjects" and (node is None or node.kind is JsonKind.ARRAY):
            yield _subjects(structured, path, node)
        elif name == "color_palette" and (node is None or _is_list_of_words(node)):
            items = () if node is None else node.items
            rows = tuple(Row((name, at), RowKind.TEXT, item.text) for at, item in enumerate(items))
            yield Row(path, RowKind.PALETTE, rows=rows)
        elif name == "camera" and (node is None or node.kind is JsonKind.OBJECT):
            yield Row(path, RowKind.GROUP, rows=_group(structured, path, CAMERA_FIELDS, 1))
        else:
            yield _row(structured, path, 0)


def _subjects(structured: Structured, path: Path, node: Node | None) -> Row:
    """At least one, so that there is always one to write into."""
    items = node.items if node is not None else ()
    rows = []
    for at, item in enumerate(items):
        inner = (*path, at)
        if item.kind is JsonKind.OBJECT:
            rows.append(
                Row(inner, RowKind.GROUP, rows=_group(structured, inner, SUBJECT_FIELDS, 1))
            )
        else:
            rows.append(_row(structured, inner, 1))
    if not rows:
        first = (*path, 0)
        rows.append(Row(first, RowKind.GROUP, rows=_group(structured, first, SUBJECT_FIELDS, 1)))
    return Row(path, RowKind.SUBJECTS, rows=tuple(rows))


def _group(
    structured: Structured, path: Path, known: tuple[str, ...], depth: int
) -> tuple[Row, ...]:
    own = (_row(structured, (*path, name), depth) for name in known)
    return (*own, *_other_rows(structured, path, known, depth))


def _other_rows(
    structured: Structured, path: Path, known: tuple[str, ...], depth: int
) -> Iterator[Row]:
    node = structured.node(path)
    keys = node.keys if node is not None else ()
    for name in dict.fromkeys(key.text for key in keys):
        if name not in known:
            yield _row(structured, (*path, name), depth)


def _row(structured: Structured, path: Path, depth: int) -> Row:
    node = structured.node(path)
    if node is None:
        return Row(path, RowKind.TEXT)
    if node.kind is JsonKind.STRING and not pattern(_UNWRITABLE).search(node.text):
        return Row(path, RowKind.TEXT, node.text)
    if node.kind is JsonKind.PLAIN:
        return Row(path, RowKind.TEXT, node.text, True)
    if node.kind is JsonKind.OBJECT and node.keys and depth < MOST_NESTED:
        rows = tuple(_other_rows(structured, path, (), depth + 1))
        return Row(path, RowKind.GROUP, rows=rows)
    return Row(path, RowKind.JSON, structured.text[node.start : node.end])


def _is_list_of_words(node: Node) -> bool:
    return node.kind is JsonKind.ARRAY and all(
        item.kind is JsonKind.STRING and not pattern(_UNWRITABLE).search(item.text)
        for item in node.items
    )


# From prose and back


def structured_text(prose: str) -> str:
    """Prose as a structured prompt: all of it is the scene. Comments stay, above it. What was
    meant to be JSON becomes JSON.
    """
    meant = put_right(prose)
    if meant is not None:
        return meant
    notes = comments_of(prose)
    at, scene = 0, []
    for found in COMMENT.finditer(prose):
        scene.append(prose[at : found.start()])
        at = found.end() + (found.end() < len(prose))
    words = "".join([*scene, prose[at:]])
    if not words.strip():
        return prose
    return notes + "{\n  " + f"{spelt('scene')}: {spelt(words)}" + "\n}"


def prose_text(structured: Structured) -> str:
    """A structured prompt as prose: every word of it, in sentences. Comments stay, above it."""
    notes = comments_of(structured.text)
    rows = [row for row in rows_of(structured) if _says(row)]
    scene = structured.node(("scene",))
    if len(rows) == 1 and rows[0].path == ("scene",) and scene and scene.kind is JsonKind.STRING:
        return notes + scene.text
    return notes + " ".join(_sentence(row) for row in rows)


def comments_of(text: str) -> str:
    """The comments of a text, each on its line with the end of it."""
    return "".join(found.group() + "\n" for found in COMMENT.finditer(text))


def title_of(name: str) -> str:
    """A field's name for people who read it: `depth_of_field` is "Depth of field"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _says(row: Row) -> bool:
    return bool(row.words.strip()) or any(_says(inner) for inner in row.rows)


def _sentence(row: Row) -> str:
    name = row.path[0]
    if name == "subjects" and row.kind is RowKind.SUBJECTS:
        return " ".join(_ended(_listed(each)) for each in row.rows if _says(each))
    words = _listed(row)
    return _ended(words if name == "scene" else f"{title_of(str(name))}: {words}")


def _listed(row: Row) -> str:
    """What a row and all rows in it say, with commas."""
    if not row.rows:
        return row.words
    inner = [each for each in row.rows if _says(each)]
    if row.kind is RowKind.PALETTE:
        return ", ".join(each.words for each in inner)
    return ", ".join(_named(each) for each in inner)


def _named(row: Row) -> str:
    """Of the known fields the words say what they are about; the others need their names."""
    words, name = _listed(row), row.path[-1]
    if is_known(row.path) and name != "depth_of_field":
        return words
    return f"{title_of(str(name)).lower()} {words}"


def _ended(words: str) -> str:
    return words if words.rstrip()[-1:] in (".", "!", "?", "…") else f"{words}."
