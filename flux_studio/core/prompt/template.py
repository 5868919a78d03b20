"""Reads what was typed into parts: text that is sent as it stands, and variables.

Reading never fails: what cannot be understood is a `Fault` with its place, said at the prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.prompt.parts import Again, Alternative, Part, Parts, Variable
from flux_studio.core.prompt.parts import alternative as alternative_of
from flux_studio.core.prompt.parts import variable as variable_of
from flux_studio.core.prompt.tokens import COMMENT, Kind, Token, tokens

MOST_DEPTH = 6  # braces inside braces
MOST_IN_RANGE = 1000
LABEL_LENGTH = 32  # characters of a variable that stand for it in a list of choices

_NAMED = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*):=")
_WEIGHT = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)::")
_LIST = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_ -]*)")
_NUMBERS = re.compile(r"(\d{1,9})-(\d{1,9})(?::([1-9]\d{0,8}))?")
_LETTERS = re.compile(r"([a-z])-([a-z])|([A-Z])-([A-Z])")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_JSON_BEGUN = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')


@dataclass(frozen=True, slots=True, eq=False)
class WordLists:
    """The list files: the lines of each by its name, without ending. Compared by identity."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NO_LISTS = WordLists()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be read at character `at`. `text` is an English template, marked for
    translation in context "Problem"; `values` has `line` and `column`, both counted from 1.
    """

    at: int
    text: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A text as it was read."""

    parts: Parts
    faults: tuple[Fault, ...] = ()
    is_json: bool = False


@lru_cache(maxsize=8)
def read_template(text: str, lists: WordLists = NO_LISTS) -> Template:
    """Read what was typed. The last few texts are remembered: each keystroke is asked about from
    several places.
    """
    reader = _Reader(text, lists)
    if reader.is_json():
        return Template(reader.json_parts(), reader.ordered_faults(), True)
    if not reader.faults:
        return Template(reader.prose_parts(0, len(text)), reader.ordered_faults())
    return Template((reader.plain(0, len(text)),), reader.ordered_faults())


def literal(text: str) -> Template:
    """A text that is sent as it stands, whatever is in it."""
    return Template((text,))


class _Reader:
    """One reading of one text; positions are characters of the text."""

    def __init__(self, text: str, lists: WordLists) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self._lists = lists
        self._names: set[str] = set()
        self._in_json = False
        self._spoilt = False
        self._tokens: list[Token] = []
        self._at = 0
        self._hidden = list(_comment_spans(text))

    def plain(self, start: int, end: int) -> str:
        """The text from `start` to before `end` without its comments."""
        if not self._hidden:
            return self.text[start:end]
        pieces = []
        for first, last in self._hidden:
            if last > start and first < end:
                pieces.append(self.text[start : max(start, first)])
                start = last
        return "".join([*pieces, self.text[start:end]])

    def ordered_faults(self) -> tuple[Fault, ...]:
        """The faults as they stand in the text. What is behind a brace that spoils the rest may be
        the rest of it, so that one comes alone.
        """
        found = sorted(self.faults, key=lambda fault: fault.at)
        return tuple(found[:1] if self._spoilt else found)

    def is_json(self) -> bool:
        """Whether the text is a JSON object. One that breaks off is a fault."""
        bare = self._blanked
        if not _JSON_BEGUN.match(bare):
            return False
        try:
            return isinstance(json.loads(bare), dict)
        except json.JSONDecodeError as error:
            from flux_studio.core.prompt.json_text import JsonFault, read_json  # seldom wanted

            found = read_json(bare)
            if isinstance(found, JsonFault):
                self.faults.append(Fault(found.at, found.text, found.values))
            else:
                text = QT_TRANSLATE_NOOP(
                    "Problem",
                    "The JSON cannot be read from line {line}, column {column} on: {why}.",
                )
                self._fault(error.pos, text, why=error.msg)
        except RecursionError:
            text = QT_TRANSLATE_NOOP("Problem", "The JSON is nested too deep to be read.")
            self._fault(0, text)
        return False

    def json_parts(self) -> Parts:
        """The parts of a JSON object: variables are inside its strings."""
        self._in_json = True
        parts: list[Part] = []
        at = 0
        for found in _STRING.finditer(self._blanked):
            start, end = found.start() + 1, found.end() - 1
            parts.append(self.plain(at, start))
            parts += self.prose_parts(start, end)
            at = end
        return _joined([*parts, self.plain(at, len(self.text))])

    def prose_parts(self, start: int, end: int) -> Parts:
        """The parts of a stretch of text."""
        if not self._tokens:
            marks = (Kind.ESCAPE, Kind.LIST, Kind.OPEN, Kind.CLOSE, Kind.BAR)
            self._tokens = [token for token in tokens(self.text) if token.kind in marks]
            self._at = 0
        while self._at < len(self._tokens) and self._tokens[self._at].start < start:
            self._at += 1
        alternatives, _ = self._sequence(start, end, 0)
        return _joined(alternatives[0])

    @property
    def _blanked(self) -> str:
        """The text with spaces for comments: JSON knows none, and places stay what they are."""
        if not self._hidden:
            return self.text
        return COMMENT.sub(lambda found: " " * len(found.group()), self.text)

    def _sequence(self, start: int, end: int, depth: int) -> tuple[list[list[Part]], Token | None]:
        """The alternatives from `start` on, up to the brace that closes them; None where `end`
        comes first.
        """
        found: list[list[Part]] = [[]]
        while self._at < len(self._tokens) and self._tokens[self._at].start < end:
            token = self._tokens[self._at]
            self._at += 1
            if token.kind is Kind.CLOSE and depth:
                found[-1].append(self.plain(start, token.start))
                return found, token
            if token.kind is Kind.BAR and depth:
                found[-1].append(self.plain(start, token.start))
                found.append([])
                start = token.end
            elif token.kind is Kind.ESCAPE and (depth or token.text != r"\|"):
                # In JSON the backslash is written twice.
                before = token.start - 1 if self._in_json else token.start
                found[-1] += [self.plain(start, max(start, before)), token.text[1:]]
                start = token.end
            elif token.kind is Kind.LIST:
                found[-1] += [self.plain(start, token.start), self._list(token, token.text[2:-2])]
                start = token.end
            elif token.kind is Kind.OPEN:
                parts, after = self._brace(token, end, depth + 1)
                found[-1] += [self.plain(start, token.start), *parts]
                start = after
        found[-1].append(self.plain(start, end))
        return found, None

    def _brace(self, opened: Token, end: int, depth: int) -> tuple[list[Part], int]:
        """What a brace and all inside it become, and where the text goes on."""
        if depth > MOST_DEPTH:
            text = QT_TRANSLATE_NOOP(
                "Problem", "The braces in line {line}, column {column} are nested too deep."
            )
            return self._given_up(opened, text, end)
        alternatives, closed = self._sequence(opened.end, end, depth)
        if closed is None:
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "The brace in line {line}, column {column} is not closed. "
                "Write }} behind it, or \\{{ for a brace that is sent.",
            )
            return self._given_up(opened, text, end)
        raw = self.plain(opened.end, closed.start)
        named = _NAMED.match(raw)
        name = named[1] if named else ""
        body = raw[named.end() :] if named else raw
        made = self._variable(opened, alternatives, body, name)
        if made is None:
            return ["{", *alternatives[0], "}"], closed.end
        if name and depth > 1:
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{name} in line {line}, column {column} stands inside other braces, "
                "where it cannot be named.",
            )
            self._fault(opened.start, text, name=name)
        self._names |= {name} - {""}
        return [made], closed.end

    def _variable(
        self, opened: Token, alternatives: list[list[Part]], body: str, name: str
    ) -> Variable | Again | None:
        """What a closed brace stands for; None when its braces are only braces."""
        if len(alternatives) == 1:
            listed = _LIST.fullmatch(body.strip())
            if listed:
                return self._list(opened, listed[1].rstrip(), name)
            if body in self._names and not name:
                return Again(body)
            texts = self._range(opened, body.strip())
            if texts:
                options = [alternative_of((text,)) for text in texts]
                return variable_of(name or body.strip(), options, name)
            if not name:
                return None
        if name:
            first = str(alternatives[0][0])
            alternatives[0][0] = first.partition(":=")[2]
        weighed = [_weighed(parts) for parts in alternatives]
        return variable_of(name or _label(body), weighed, name)

    def _list(self, token: Token, list_name: str, name: str = "") -> Variable:
        words = self._lists.words.get(list_name, ())
        if not words:
            known = ", ".join(self._lists.words) or "—"
            if list_name in self._lists.words:
                text = QT_TRANSLATE_NOOP("Problem", "The list {list} has no lines.")
            else:
                text = QT_TRANSLATE_NOOP(
                    "Problem",
                    "There is no list {list}, which line {line}, column {column} asks for. "
                    "There are: {known}.",
                )
            self._fault(token.start, text, list=list_name, known=known)
            return variable_of(name or f"@{list_name}", [alternative_of(("",))], name)
        return _listed(self._lists, list_name, name, self._in_json)

    def _range(self, opened: Token, body: str) -> list[str]:
        """The texts of `1-4`, `01-12`, `0-90:15` or `a-c`; none for what is no range."""
        letters = _LETTERS.fullmatch(body)
        if letters:
            first, last = ord(body[0]), ord(body[-1])
            step = 1 if first <= last else -1
            return [chr(code) for code in range(first, last + step, step)]
        numbers = _NUMBERS.fullmatch(body)
        if not numbers:
            return []
        first, last, by = int(numbers[1]), int(numbers[2]), int(numbers[3] or 1)
        step, width = (by if first <= last else -by), len(numbers[1])
        padded = width if numbers[1].startswith("0") else 0
        found = range(first, last + (1 if step > 0 else -1), step)
        if len(found) > MOST_IN_RANGE:
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "The range in line {line}, column {column} has more than {most} numbers.",
            )
            self._fault(opened.start, text, most=str(MOST_IN_RANGE))
            found = found[:1]
        return [str(number).zfill(padded) for number in found]

    def _given_up(self, opened: Token, text: str, end: int) -> tuple[list[Part], int]:
        """Nothing is read behind a brace that spoils the rest."""
        if not self._spoilt:
            self._fault(opened.start, text)
        self._spoilt = True
        while self._at < len(self._tokens) and self._tokens[self._at].start < end:
            self._at += 1
        return [self.plain(opened.start, end)], end

    def _fault(self, at: int, text: str, **values: str) -> None:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        place = (("line", str(line)), ("column", str(column)))
        self.faults.append(Fault(at, text, (*place, *values.items())))


@lru_cache(maxsize=64)
def _listed(lists: WordLists, list_name: str, name: str, in_json: bool) -> Variable:
    """The variable of a list, made once: a list may be long."""
    words = lists.words[list_name]
    if in_json:
        words = tuple(json.dumps(word, ensure_ascii=False)[1:-1] for word in words)
    return variable_of(name or f"@{list_name}", [alternative_of((word,)) for word in words], name)


def _comment_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where comments stand, each with the end of its line; the last one with the line break before
    it.
    """
    if "//" not in text and "#" not in text:
        return
    for found in COMMENT.finditer(text):
        start, end = found.span()
        if end < len(text):
            yield start, end + 1
        else:
            yield max(0, start - 1), end


def _weighed(parts: list[Part]) -> Alternative:
    first = parts[0] if parts else ""
    found = _WEIGHT.match(first) if isinstance(first, str) else None
    if found is None or not isinstance(first, str):
        return alternative_of(_joined(parts))
    return alternative_of(_joined([first[found.end() :], *parts[1:]]), float(found[1]))


def _label(body: str) -> str:

    line = " ".join(body.split())
    return line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip() + "…"


def _joined(parts: list[Part]) -> Parts:
    """Neighbouring texts as one; empty ones fall away."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)
