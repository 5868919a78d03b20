"""The language of the search box: one line of text into words and typed conditions.

    fox "deep snow" -night model:flex rating:>=4 date:this-week

Words and phrases are looked for in prompts and notes, a minus excludes, and `field:value` asks for
a fact. Nothing is ever an error: a field without its value counts for nothing yet, a value that is
none is searched for as words, and both leave a hint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime

from flux_studio.core import search_values as values
from flux_studio.core.job import JobState
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.search_values import OneOf, Test

FLAGS = (
    "favourite", "rejected", "keep", "maybe", "missing", "edit", "rated", "labelled", "tagged",
    "noted",
)  # fmt: skip
DATES = (
    "today", "yesterday", "this-week", "last-week", "7d", "this-month", "last-month", "this-year",
)  # fmt: skip
NONE = "none"  # the value that asks for pictures without a tag, a label, a project, a collection
LEAST_INSIDE = 3  # letters a fragment needs to be looked for inside words
SPACELESS = 0x2E80  # from here on scripts are mostly written without spaces between words
LONGEST = 2_000  # characters that are read
_NEARLY = 0.7  # of the letters of a name have to be right for its field to be meant
_TOKEN = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[A-Za-z]+):(?P<value>(?:"[^"]*"?|[^\s"])*)'
    r'|"(?P<phrase>[^"]*)"?|(?P<word>\S+))'
)
_UNFINISHED = re.compile(r'(>=|<=|>|<|=|"|\$|#|\.\.)*')

Read = Callable[[str, datetime], Test | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, what it says of itself (English, for translation in the context
    "Search"), how its value is read, and values that can be offered.
    """

    name: str
    says: str
    read: Read
    offers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or with `phrase` several in this order. `start` and `end` are where it was typed."""

    text: str
    wanted: bool = True
    phrase: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact that is asked for, or with `wanted` False ruled out; `typed` is the whole token."""

    field: str
    test: Test
    wanted: bool = True
    typed: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Hint:
    """A field that could not be read. `is_unfinished` when it only lacks its value; `is_misspelt`
    when there is none of this name and `field` is the one that was meant, perhaps. `start` and
    `end` are where it was typed.
    """

    field: str
    typed: str
    is_unfinished: bool
    is_misspelt: bool = False
    start: int = dataclass_field(default=0, compare=False)
    end: int = dataclass_field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """A line that was read. Everything in it must hold."""

    words: tuple[Word, ...] = ()
    conditions: tuple[Condition, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it holds for every picture."""
        return not self.words and not self.conditions

    @property
    def likeness(self) -> Condition | None:
        """The condition by which pictures can be put in order, the most alike first: that of a
        picture or of a colour; None when there is none.
        """
        asked = (c for c in self.conditions if c.wanted and c.field in ("like", "near"))
        return next(asked, None)

    @property
    def states(self) -> frozenset[JobState] | None:
        """The states of jobs that are asked for, None when it is not asked for any."""
        asked = [c for c in self.conditions if c.field == "state"]
        if not asked:
            return None
        found = frozenset(JobState)
        for each in asked:
            named = (
                {JobState(v) for v in each.test.values} if isinstance(each.test, OneOf) else set()
            )
            found &= named if each.wanted else found - named
        return found


def read_search(text: str, now: datetime | None = None) -> Search:
    """Read a line. `now` (with its zone) is what `today` counts from, the present without it."""
    at = now or datetime.now().astimezone()
    words: list[Word] = []
    conditions: list[Condition] = []
    hints: list[Hint] = []
    # A lone half of a surrogate pair and a zero byte are no letters of any prompt.
    clean = text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()
    for match in _TOKEN.finditer(clean):
        name = (match["name"] or "").lower()
        field = BY_NAME.get(name)
        if field is None:
            words.extend(_word(match))
            hints += [
                Hint(meant.name, match[0], False, True, *match.span())
                for meant in meant_by(name)[:1]
            ]
            continue
        test = field.read(match["value"], at)
        place = match.start(), match.end()
        if test is not None:
            conditions.append(Condition(field.name, test, not match["minus"], match[0], *place))
            continue
        is_unfinished = _UNFINISHED.fullmatch(match["value"]) is not None
        hints.append(Hint(field.name, match[0], is_unfinished, False, *place))
        if not is_unfinished:
            words.extend(_word(match))
    return Search(tuple(words), tuple(conditions), tuple(hints))


def matched_words(text: str) -> tuple[Word, ...]:
    """The words and phrases that a prompt was found by."""
    search = read_search(text)
    asked = [c for c in search.conditions if c.field == "prompt" and c.wanted]
    of_prompt = tuple(
        Word(value, phrase=each.test.exact)
        for each in asked
        if isinstance(each.test, OneOf)
        for value in each.test.values
    )
    return tuple(word for word in search.words if word.wanted) + of_prompt


def places_of(words: Sequence[Word], text: str) -> list[tuple[int, int]]:
    """Where words occur in a text, as (start, end), without regard to case: at the start of words,
    and from three letters on inside them.
    """
    found = []
    for word in words:
        pattern = r"\s+".join(re.escape(each) for each in word.text.split())
        first = word.text[:1]
        if first.isalnum() and ord(first) < SPACELESS and len(word.text) < LEAST_INSIDE:
            pattern = r"(?<!\w)" + pattern
        found += [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    return sorted(found)


def without(text: str, condition: Condition) -> str:
    """The line without one of its conditions."""
    rest = f"{text[: condition.start].rstrip()} {text[condition.end :].lstrip()}"
    return rest.strip()


def with_condition(text: str, field: str, value: str) -> str:
    """The line that asks for one value of a field, whatever it asked of that field before."""
    for each in reversed(read_search(text).conditions):
        if each.field == field and each.wanted:
            text = without(text, each)
    return f"{text} {field}:{quoted(value)}".strip() if value else text


def quoted(value: str) -> str:
    """A value as it is typed: in quotes where it has spaces or commas."""
    clean = value.replace('"', " ").strip()
    return f'"{clean}"' if re.search(r"[\s,]", clean) else clean


def meant_by(name: str) -> list[Field]:
    """The fields that a name which is none may be a slip of, the nearest first."""
    if not name:
        return []
    import difflib  # when the first slip is made, not at the start

    close = difflib.get_close_matches(name.lower(), BY_NAME, n=3, cutoff=_NEARLY)
    return list(dict.fromkeys(BY_NAME[each] for each in close))


def _word(match: re.Match[str]) -> list[Word]:
    """The token as a word; a lone minus excludes nothing."""
    place = match.start(), match.end()
    phrase = match["phrase"]
    if phrase is not None:
        text = phrase.strip()
        return [Word(text, not match["minus"], True, *place)] if text else []
    text = (match["word"] or match[0].removeprefix(match["minus"])).replace('"', "")
    return [Word(text, not match["minus"], False, *place)] if text.strip("-") else []


def _plain(read: Callable[[str], Test | None]) -> Read:
    return lambda text, now: read(text)


def _among(allowed: tuple[str, ...]) -> Read:
    return lambda text, now: values.chosen(text, allowed)


_STATES = tuple(state.value for state in JobState)
_WORDS = _plain(values.texts)
FIELDS = (
    Field("model", QT_TRANSLATE_NOOP("Search", "part of the model's name"), _WORDS),
    Field("provider", QT_TRANSLATE_NOOP("Search", "the beginning of the provider's name"), _WORDS),
    Field("tag", QT_TRANSLATE_NOOP("Search", "a tag, or none"), _WORDS, (NONE,), ("tags",)),
    Field("project", QT_TRANSLATE_NOOP("Search", "a project, or none"), _WORDS, (NONE,)),
    Field("collection", QT_TRANSLATE_NOOP("Search", "a collection, or none"), _WORDS, (NONE,)),
    Field(
        "rating", QT_TRANSLATE_NOOP("Search", "stars, as in rating:>=4"), _plain(values.numbers),
        (">=3", ">=4", "5", "0"), ("stars",),
    ),
    Field(
        "is", QT_TRANSLATE_NOOP("Search", "a mark, as in is:favourite"),
        lambda text, now: values.chosen(text.lower().replace("favorite", "favourite"), FLAGS),
        FLAGS,
    ),
    Field(
        "label", QT_TRANSLATE_NOOP("Search", "a colour label, or none"),
        _among(("red", "orange", "yellow", "green", "blue", "purple", NONE)),
        ("red", "orange", "yellow", "green", "blue", "purple", NONE),
    ),
    Field(
        "date", QT_TRANSLATE_NOOP("Search", "a day, month or range, as in date:2026-11"),
        values.times, DATES,
    ),
    Field(
        "size", QT_TRANSLATE_NOOP("Search", "as in size:1024x768 or size:>2mp"),
        _plain(values.sizes), (">1mp", ">2mp", "1024x1024", ">=2048"),
    ),
    Field(
        "ratio", QT_TRANSLATE_NOOP("Search", "width to height, as in ratio:16:9"),
        _plain(values.ratios), ("square", "wide", "tall", "16:9", "4:3", "3:2", "9:16"),
    ),
    Field(
        "cost", QT_TRANSLATE_NOOP("Search", "dollars, as in cost:>0.05, or unknown"),
        _plain(values.costs), (">0.05", "<0.03", "unknown"), ("price",),
    ),
    Field("seed", QT_TRANSLATE_NOOP("Search", "this very seed"), _plain(values.numbers)),
    Field(
        "ref", QT_TRANSLATE_NOOP("Search", "made with references: yes, no or how many"),
        _plain(values.yes_or_number), ("yes", "no", ">=2"), ("refs", "references"),
    ),
    Field("note", QT_TRANSLATE_NOOP("Search", "words of the note"), _WORDS),
    Field("prompt", QT_TRANSLATE_NOOP("Search", "words of the prompt"), _WORDS),
    Field(
        "near", QT_TRANSLATE_NOOP("Search", "a colour in the picture: near:#E0A030, near:teal"),
        _plain(values.colors), tuple(values.COLOR_NAMES), ("color", "colour"),
    ),
    Field("like", QT_TRANSLATE_NOOP("Search", "pictures that look like this one, by id"), _WORDS),
    Field("sha", QT_TRANSLATE_NOOP("Search", "the beginning of the file's SHA-256"), _WORDS),
    Field("id", QT_TRANSLATE_NOOP("Search", "the picture with this id"), _WORDS),
    Field(
        "state", QT_TRANSLATE_NOOP("Search", "jobs in this state, as in state:unknown"),
        _among(_STATES), ("unknown", "failed", "running", "planned", "lost"),
    ),
)  # fmt: skip
BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.aliases)}
