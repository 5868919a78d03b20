"""Changes of a structured prompt: each takes the text that is there and gives the text after it.
Only what is changed is written anew; spaces, order, comments and spelling of the rest stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from flux_studio.core.prompt.json_text import JsonKind, Node, read_json, spelt
from flux_studio.core.prompt.structured import (
    CAMERA_FIELDS,
    FIELDS,
    SUBJECT_FIELDS,
    Path,
    Structured,
    child,
    is_known,
    read_structured,
    without_comments,
)

_STEP = "  "  # what one level is indented by, where there is nothing to follow


def with_words(structured: Structured, path: Path, words: str, *, plain: bool = False) -> str:
    """The field at `path` says `words`. With `plain` a number, true, false or null stays one as
    long as the words spell one. A known field without words has no place in the text.
    """
    node = structured.node(path)
    if node is not None and structured.words(path) == words:
        return structured.text
    if not words and is_known(path):
        return without(structured, path)
    return with_json(structured, path, words if plain and is_plain(words) else spelt(words))


def is_plain(words: str) -> bool:
    """Whether words spell a number, true, false or null."""
    found = read_json(words)
    return isinstance(found, Node) and found.kind is JsonKind.PLAIN and found.text == words


def is_json(text: str) -> bool:
    """Whether a text is a JSON value of any kind."""
    return isinstance(read_json(text), Node)


def with_json(structured: Structured, path: Path, value: str) -> str:
    """The field at `path` is the JSON `value`. What is missing on the way there comes along.

    Raises ValueError where something on the way is neither an object nor a list that ends there.
    """
    text, found = structured.text, structured.root
    if found is None:
        return _begun(text) + _nested(path, value, "")
    for at, step in enumerate(path):
        inner = child(found, step)
        if inner is None:
            return _inserted(structured, found, step, path[at:], value, path[:at])
        found = inner
    return text[: found.start] + value + text[found.end :]


def without(structured: Structured, path: Path) -> str:
    """The field at `path` is gone, and so is a camera, a palette or a list of subjects that has
    nothing else.
    """
    parent, node = structured.node(path[:-1]), structured.node(path)
    if parent is None or node is None:
        return structured.text
    if len(parent.items) == 1:
        if not path[:-1]:
            return comments_before(structured)
        if path[:-1] in (("camera",), ("color_palette",), ("subjects",)):
            return without(structured, path[:-1])
    return _cut(structured.text, parent, parent.items.index(node))


def moved(structured: Structured, path: Path, to: int) -> str:
    """The item at `path` stands at place `to` of its list; of an object, its field does."""
    parent, node = structured.node(path[:-1]), structured.node(path)
    if parent is None or node is None or not 0 <= to < len(parent.items):
        return structured.text
    spans = [_span(parent, at) for at in range(len(parent.items))]
    pieces = [structured.text[start:end] for start, end in spans]
    pieces.insert(to, pieces.pop(parent.items.index(node)))
    parts, at = [], 0
    for (start, end), piece in zip(spans, pieces, strict=True):
        parts += [structured.text[at:start], piece]
        at = end
    return "".join([*parts, structured.text[at:]])


def comments_before(structured: Structured) -> str:
    """The text without its object: the comments that stand in front."""
    root = structured.root
    return structured.text[: root.start].rstrip() if root is not None else structured.text


def _begun(text: str) -> str:
    return text.rstrip() + "\n" if text.strip() else ""


def _span(parent: Node, at: int) -> tuple[int, int]:
    """From where to where an item stands, its key included."""
    start = parent.keys[at].start if parent.keys else parent.items[at].start
    return start, parent.items[at].end


def _cut(text: str, parent: Node, at: int) -> str:
    """Without the item and one comma; comments between items stay."""
    start, end = _span(parent, at)
    bare = without_comments(text)
    if len(parent.items) == 1:
        around = bare[parent.start + 1 : start] + text[parent.start + 1 : start]
        if around.strip():
            return text[:start] + text[end:]
        return text[: parent.start + 1] + text[parent.end - 1 :]
    if at + 1 < len(parent.items):
        after = _span(parent, at + 1)[0]
        between = text[end:after]
        if between == bare[end:after]:
            return text[:start] + text[after:]
        comma = bare.index(",", end)
        return text[:start] + text[end:comma] + text[comma + 1 :]
    before = _span(parent, at - 1)[1]
    if text[before:start] == bare[before:start]:
        return text[:before] + text[end:]
    comma = bare.index(",", before)
    return text[:comma] + text[comma + 1 : start].rstrip() + text[end:]


def _inserted(
    structured: Structured, parent: Node, step: str | int, path: Path, value: str, above: Path
) -> str:
    """`path` begins with `step`, which `parent` has not."""
    wanted = JsonKind.ARRAY if isinstance(step, int) else JsonKind.OBJECT
    if parent.kind is not wanted or (isinstance(step, int) and step != len(parent.items)):
        raise ValueError(f"no field can stand at {path!r}")
    text = structured.text
    indent = _indent_inside(text, parent)
    item = _item(step, path[1:], value, indent or "")
    if not parent.items:
        return _filled(text, parent, item, above)
    after = _place(parent, step, above)
    gap = "\n" + indent if indent is not None else " "
    if after < 0:
        start = _span(parent, 0)[0]
        return f"{text[:start]}{item},{gap}{text[start:]}"
    end = parent.items[after].end
    return f"{text[:end]},{gap}{item}{text[end:]}"


def _filled(text: str, parent: Node, item: str, above: Path) -> str:
    """The first item of what is empty. Subjects and fields at the top have lines of their own."""
    inside = text[parent.start + 1 : parent.end - 1]
    if not above or above == ("subjects",) or inside.strip():
        line = text[text.rfind("\n", 0, parent.start) + 1 : parent.start]
        indent = line[: len(line) - len(line.lstrip())]
        kept = inside.rstrip() if inside.strip() else ""
        item = f"{kept}\n{indent}{_STEP}{item}\n{indent}"
    return text[: parent.start + 1] + item + text[parent.end - 1 :]


def _place(parent: Node, step: str | int, above: Path) -> int:
    """Behind which item a new one stands: a known field behind those that come before it."""
    order = _order(above)
    if isinstance(step, int) or step not in order:
        return len(parent.items) - 1
    own, found = order.index(step), -1
    for at, key in enumerate(parent.keys):
        if key.text in order and order.index(key.text) < own:
            found = at
    return found


def _order(above: Path) -> Sequence[str]:
    match above:
        case ():
            return FIELDS
        case ("camera",):
            return CAMERA_FIELDS
        case ("subjects", int()):
            return SUBJECT_FIELDS
    return ()


def _indent_inside(text: str, parent: Node) -> str | None:
    """What the items of a container are indented by; None where they do not begin lines."""
    if not parent.items:
        return None
    start = _span(parent, 0)[0]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return line if not line.strip() and "\n" in text[parent.start : start] else None


def _item(step: str | int, rest: Path, value: str, indent: str) -> str:
    inner = _nested(rest, value, indent, step)
    return inner if isinstance(step, int) else f"{spelt(step)}: {inner}"


def _nested(path: Path, value: str, indent: str, above: str | int | None = None) -> str:
    """`value` inside of what `path` asks for. The outermost object and the list of subjects are
    written over several lines, all else in one.
    """
    if not path:
        return value
    opens, closes = ("[", "]") if isinstance(path[0], int) else ("{", "}")
    wide = above is None or above == "subjects"
    inner = _item(path[0], path[1:], value, indent + _STEP if wide else indent)
    if wide:
        return f"{opens}\n{indent}{_STEP}{inner}\n{indent}{closes}"
    return f"{opens}{inner}{closes}"


def read_after(text: str) -> Structured:
    """A text that an edit made. Raises ValueError when it is no structured prompt."""
    found = read_structured(text)
    if not isinstance(found, Structured):
        raise ValueError("an edit made a text that cannot be read")
    return found
