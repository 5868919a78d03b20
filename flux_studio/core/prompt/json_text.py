"""Reads JSON and remembers where each part stands, so that one value can be changed in its text
and everything else stays as it was typed: spaces, the order of keys, the spelling of numbers.

What cannot be read is a `JsonFault` with its place, in plain words and, where it is plain what was
meant, with what would put it right. What is read here is what Python's own reader takes.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple, NoReturn

from flux_studio.core.problem import QT_TRANSLATE_NOOP

MOST_DEPTH = 64

_SPACE = r"[ \t\n\r]*"
_STRING = r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*)"'
_GOOD_START = r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*'
_PLAIN = (
    r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity)"
    r"(?![\w.+-])"
)
_QUOTED_OTHERWISE = r"[“”„«]([^“”„«»\n]*)[“”»]|'([^'\n]*)'|‘([^‘’\n]*)’"
_WORD = r"[^\s\"'{}\[\],:“”„«»]+"
_BARE = r"[^\"{}\[\],\n]+"
_MEANT = {"True": "true", "False": "false", "None": "null", "undefined": "null"}

# Compiled when first wanted: most prompts are no JSON, and the start of the window waits for none.
pattern = cache(re.compile)


class JsonKind(Enum):
    """What a node is. `PLAIN` is a number, true, false or null."""

    STRING = 1
    PLAIN = 2
    ARRAY = 3
    OBJECT = 4


class Node(NamedTuple):
    """A value, from character `start` to before `end` of the text. `text` is what a string says, or
    how a plain value is spelt; `items` are the values of an array or an object, `keys` its keys.
    """

    kind: JsonKind
    start: int
    end: int
    text: str = ""
    items: tuple[Node, ...] = ()
    keys: tuple[Node, ...] = ()


class Repair(NamedTuple):
    """The text from `start` to before `end` becomes `text`."""

    start: int
    end: int
    text: str


class JsonFault(NamedTuple):
    """Where reading ended. `text` is an English template, marked for translation in context
    "Problem"; besides `values` it has {line} and {column}, both counted from 1.
    """

    at: int
    text: str
    values: tuple[tuple[str, str], ...] = ()
    repair: Repair | None = None


class _Stopped(Exception):  # noqa: N818 - it says where reading stopped
    def __init__(self, fault: JsonFault) -> None:
        super().__init__()
        self.fault = fault


@lru_cache(maxsize=8)
def read_json(text: str) -> Node | JsonFault:
    """The value a text is, or the first thing that keeps it from being one. The last few texts are
    remembered.
    """
    reader = _JsonReader(text)
    try:
        node = reader.value(reader.space(0), 0)
        reader.nothing_more(node.end)
    except _Stopped as stopped:
        return stopped.fault
    return node


def place_of(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def spelt(words: str) -> str:
    """A string as JSON writes it, in letters as they are."""
    return json.dumps(words, ensure_ascii=False)


class _JsonReader:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._open = ""  # the brackets that would close what is open

    def space(self, at: int) -> int:
        """Where the space that begins here ends."""
        found = pattern(_SPACE).match(self.text, at)
        return found.end() if found else at

    def nothing_more(self, end: int) -> None:
        at = self.space(end)
        if at < len(self.text):
            text = QT_TRANSLATE_NOOP(
                "Problem", "Line {line}, column {column}: there is more behind the end of the JSON."
            )
            extra = self.text[at:].strip()
            repair = Repair(end, len(self.text), "") if not extra.strip("}],;") else None
            raise self._stop(at, text, repair)

    def value(self, at: int, depth: int) -> Node:
        if depth > MOST_DEPTH:
            text = QT_TRANSLATE_NOOP(
                "Problem", "Line {line}, column {column}: the JSON is nested too deep."
            )
            raise self._stop(at, text)
        match self.text[at : at + 1]:
            case '"':
                return self._string(at)
            case "{":
                return self._object(at, depth)
            case "[":
                return self._array(at, depth)
        found = pattern(_PLAIN).match(self.text, at)
        if found is None:
            self._no_value(at)
        return Node(JsonKind.PLAIN, at, found.end(), found.group())

    def _object(self, start: int, depth: int) -> Node:
        keys: list[Node] = []
        items: list[Node] = []
        at = self._entered(start, "}")
        while self.text[at : at + 1] != "}":
            key = self._key(at)
            at = self._past_colon(key)
            item = self.value(at, depth + 1)
            keys.append(key)
            items.append(item)
            at = self._past_comma(item.end, "}")
        self._open = self._open[1:]
        return Node(JsonKind.OBJECT, start, at + 1, "", tuple(items), tuple(keys))

    def _array(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        at = self._entered(start, "]")
        while self.text[at : at + 1] != "]":
            items.append(self.value(at, depth + 1))
            at = self._past_comma(items[-1].end, "]")
        self._open = self._open[1:]
        return Node(JsonKind.ARRAY, start, at + 1, "", tuple(items))

    def _entered(self, start: int, closing: str) -> int:
        self._open = closing + self._open
        return self.space(start + 1)

    def _key(self, at: int) -> Node:
        if self.text[at : at + 1] == '"':
            return self._string(at)
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "Line {line}, column {column}: the name of a field is expected, in quotation marks.",
        )
        if at >= len(self.text):
            self._ended()
        repair = self._requoted(at)
        if repair is None:
            word = pattern(_WORD).match(self.text, at)
            repair = Repair(at, word.end(), spelt(word.group())) if word else None
        if self.text[at] in ",;":
            repair = Repair(at, at + 1, "")
        elif self.text[at] in "])" and self._open:
            repair = Repair(at, at + 1, "}")
        raise self._stop(at, text, repair)

    def _past_colon(self, key: Node) -> int:
        at = self.space(key.end)
        if self.text[at : at + 1] == ":":
            return self.space(at + 1)
        text = QT_TRANSLATE_NOOP(
            "Problem", "Line {line}, column {column}: a colon is missing behind {name}."
        )
        sign = self.text[at : at + 1]
        if sign == "=":
            repair = Repair(at, at + 1, ":")
        else:
            ends = not sign or sign in ",}"
            repair = Repair(key.end, key.end, ': ""' if ends else ":")
        raise self._stop(key.end, text, repair, (("name", key.text[:40] or '""'),))

    def _past_comma(self, end: int, closing: str) -> int:
        """Where the next item, or the end of the container, stands."""
        at = self.space(end)
        sign = self.text[at : at + 1]
        if sign == closing:
            return at
        if sign == ",":
            after = self.space(at + 1)
            if self.text[after : after + 1] not in (closing, "", ","):
                return after
            text = QT_TRANSLATE_NOOP(
                "Problem", "Line {line}, column {column}: this comma is one too many."
            )
            raise self._stop(at, text, Repair(at, at + 1, ""))
        if not sign:
            self._ended()
        if sign in "]})":
            text = QT_TRANSLATE_NOOP(
                "Problem", "Line {line}, column {column}: {sign} is expected here."
            )
            known = sign == ")" or sign not in self._open
            repair = Repair(at, at + 1, closing) if known else Repair(end, end, closing)
            raise self._stop(at, text, repair, (("sign", closing),))
        text = QT_TRANSLATE_NOOP("Problem", "Line {line}, column {column}: a comma is missing.")
        repair = Repair(at, at + 1, ",") if sign in ";，、" else Repair(end, end, ",")
        raise self._stop(end, text, repair)

    def _string(self, start: int) -> Node:
        found = pattern(_STRING).match(self.text, start)
        if found is None:
            self._bad_string(start)
        raw = found[1]
        words = raw if "\\" not in raw else json.loads(found.group())
        return Node(JsonKind.STRING, start, found.end(), words)

    def _bad_string(self, start: int) -> NoReturn:
        good = pattern(_GOOD_START).match(self.text, start)
        at = good.end() if good else start
        sign = self.text[at : at + 1]
        if sign == "\\" and self.text[at + 1 : at + 2] not in ("", "\n"):
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "Line {line}, column {column}: a backslash is written twice in JSON, \\\\.",
            )
            raise self._stop(at, text, Repair(at, at, "\\"))
        if sign and sign not in "\\\n\r":
            text = QT_TRANSLATE_NOOP(
                "Problem", "Line {line}, column {column}: this sign cannot stand in JSON as it is."
            )
            raise self._stop(at, text, Repair(at, at + 1, spelt(sign)[1:-1]))
        self._unclosed(start, at)

    def _unclosed(self, start: int, at: int) -> NoReturn:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "Line {line}, column {column}: the text that begins here has no closing quotation mark "
            "in its line.",
        )
        line = self.text[start:at].rstrip()
        inside = line.rstrip(",") if line.endswith(",") else line
        if inside.endswith("\\"):
            raise self._stop(start, text)
        end = start + len(inside)
        raise self._stop(start, text, Repair(end, end, '"'))

    def _no_value(self, at: int) -> NoReturn:
        sign = self.text[at : at + 1]
        if not sign and self._open:
            at_end = len(self.text.rstrip())
            missing = self.text[:at_end].endswith(":")
            self._ended(Repair(at_end, at_end, ' ""') if missing else None)
        repair = self._requoted(at)
        word = pattern(_WORD).match(self.text, at)
        if repair is None and word is not None:
            repair = Repair(at, word.end(), _MEANT.get(word.group()) or self._quoted_rest(at))
            repair = repair._replace(end=at + len(self._rest_of(at)))
            if word.group() in _MEANT:
                repair = repair._replace(end=word.end())
        if sign and sign in ",}]" and self._open:
            before = self.text[:at].rstrip()
            repair = Repair(len(before), len(before), ' ""') if before.endswith(":") else None
            repair = repair or (Repair(at, at + 1, "") if sign == "," else None)
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "Line {line}, column {column}: a value is expected; text stands in quotation marks.",
        )
        raise self._stop(at, text, repair if self._open else None)

    def _rest_of(self, at: int) -> str:
        """Text without quotation marks, as far as it seems to go."""
        found = pattern(_BARE).match(self.text, at)
        return found.group().rstrip() if found else ""

    def _quoted_rest(self, at: int) -> str:
        return spelt(self._rest_of(at))

    def _requoted(self, at: int) -> Repair | None:
        """Text in other quotation marks, which a word processor or Python wrote."""
        found = pattern(_QUOTED_OTHERWISE).match(self.text, at)
        if found is None:
            return None
        inside = next((each for each in found.groups() if each is not None), "")
        return Repair(at, found.end(), spelt(inside))

    def _ended(self, repair: Repair | None = None) -> NoReturn:
        """The text ends, and something is still open."""
        text = QT_TRANSLATE_NOOP(
            "Problem", "Line {line}, column {column}: the JSON breaks off, {sign} is missing."
        )
        end = len(self.text.rstrip())
        repair = repair or Repair(end, end, self._open[:1])
        raise self._stop(end, text, repair, (("sign", self._open[:1]),))

    def _stop(
        self,
        at: int,
        text: str,
        repair: Repair | None = None,
        values: tuple[tuple[str, str], ...] = (),
    ) -> _Stopped:
        line, column = place_of(self.text, at)
        place = (("line", str(line)), ("column", str(column)))
        return _Stopped(JsonFault(at, text, (*place, *values), repair))
