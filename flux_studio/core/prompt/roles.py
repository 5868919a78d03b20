"""What a reference is for, said in the prompt: *Use @image2 for the style.*

A role is nothing but its sentence. It stands in the prompt to be read and changed, it follows the
number of its reference like every name does, and it is found there again after a restart. A
sentence that was changed by hand is the person's own: no role is read from it, and it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from flux_studio.core.prompt.tokens import Kind, number_of, tokens


class Role(StrEnum):
    """What is taken from a reference."""

    CHARACTER = "character"
    STYLE = "style"
    OBJECT = "object"
    COLOR = "colour"
    POSE = "pose"
    BACKGROUND = "background"


_BEFORE, _AFTER = "Use ", " for the "
_WORDS = {role: "colours" if role is Role.COLOR else role.value for role in Role}
_ROLES = {word: role for role, word in _WORDS.items()}
_REST = re.compile(rf"{_AFTER}({'|'.join(_ROLES)})\.")
_ONLY = re.compile(rf"(?:{_BEFORE}@image\d{{1,2}}{_REST.pattern} ?)+")


def sentence(role: Role, number: int) -> str:
    """The sentence of a role for reference `number`, from 1. It is for the model: English."""
    return f"{_BEFORE}@image{number}{_AFTER}{_WORDS[role]}."


def role_of(text: str, number: int) -> Role | None:
    """The role of reference `number` that a prompt gives; the first where it gives several."""
    return next((role for _, _, each, role in _found(text) if each == number), None)


def roles_in(text: str) -> dict[int, Role]:
    """All roles that a prompt gives, by the number of their reference."""
    found: dict[int, Role] = {}
    for _, _, number, role in _found(text):
        found.setdefault(number, role)
    return found


def with_role(text: str, number: int, role: Role | None) -> str:
    """The prompt with this role of reference `number` instead of the one it gives, or without
    one. A new sentence goes to the end, behind other roles on their line.
    """
    if role_of(text, number) is role:
        return text
    if role is None:
        return without_role(text, number)
    stands = [(start, end) for start, end, each, _ in _found(text) if each == number]
    if not stands:
        return _added(text, sentence(role, number))
    for start, end in reversed(stands[1:]):
        text = _cut(text, start, end)
    start, end = stands[0]
    return text[:start] + sentence(role, number) + text[end:]


def without_role(text: str, number: int) -> str:
    """The prompt without the sentences that give reference `number` a role; what else stands there
    stays as it is.
    """
    for start, end, each, _ in reversed(list(_found(text))):
        if each == number:
            text = _cut(text, start, end)
    return text


def _found(text: str) -> Iterator[tuple[int, int, int, Role]]:
    """Start, end, number and role of each sentence; none in a comment."""
    if _AFTER not in text:
        return
    for token in tokens(text):
        start = token.start - len(_BEFORE)
        if token.kind is not Kind.NAME or start < 0 or not text.startswith(_BEFORE, start):
            continue
        rest = _REST.match(text, token.end)
        if rest is not None:
            yield start, rest.end(), number_of(token.text), _ROLES[rest[1]]


def _added(text: str, words: str) -> str:
    if not text.strip():
        return words
    line = text.rpartition("\n")[2]
    if not line:
        return text + words
    gap = " " if _ONLY.fullmatch(line) else "\n"
    return (text.rstrip(" ") if gap == " " else text) + gap + words


def _cut(text: str, start: int, end: int) -> str:
    """The text without a stretch, and without the space or the empty line that it would leave."""
    before, after = text[:start], text[end:]
    own_line = not before or before.endswith("\n")
    if own_line and (not after or after.startswith("\n")):
        return before.removesuffix("\n") + after if before else after.removeprefix("\n")
    if own_line or before.endswith(" "):
        return before + after.removeprefix(" ") if after else before.removesuffix(" ")
    return before + after
