"""What differs between pictures in words: prompts by word, settings as rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.ui.inspector.facts import knob_words
from flux_studio.ui.phrases import charge_words, model_words, seconds_words, size_words

translate = QCoreApplication.translate

_WORDS = re.compile(r"\s+|[^\W_]+(?:['’\-][^\W_]+)*|#[0-9A-Fa-f]{3,8}|.", re.DOTALL)
ALIKE = 0.45  # of their words; prompts that share less are two prompts and not an edit of one
MOST_WORDS = 4_000  # of both prompts; longer ones are compared as a whole
AROUND = 70  # characters of what is the same that stand beside a change
AT_ONCE = 170  # characters of a piece that are shown where nothing is beside it
LEFT_OUT = " … "


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and what became of it."""

    change: Change
    text: str


def word_pieces(old: str, new: str) -> tuple[Piece, ...]:
    """From `old` to `new` word by word; joined without what is gone it is `new`, without what is
    new it is `old`.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = [old] if old else [], [new] if new else []
    pieces: list[Piece] = []
    gone = new_words = ""
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (tag, i, j, k, m) in enumerate(opcodes):
        same = "".join(after[k:m])
        is_last = number == len(opcodes) - 1
        if tag == "equal" and (same.strip() or not (gone or new_words) or is_last):
            pieces += _changed(gone, new_words)
            gone = new_words = ""
            pieces.append(Piece(Change.SAME, same))
        else:  # a space between two changes belongs to both
            gone += "".join(before[i:j])
            new_words += same
    return (*pieces, *_changed(gone, new_words))


def _changed(gone: str, new: str) -> list[Piece]:
    """A change; what is the same at its end, a space, is the same."""
    tail = ""
    while gone and new and gone[-1].isspace() and gone[-1] == new[-1]:
        gone, new, tail = gone[:-1], new[:-1], gone[-1] + tail
    found = [Piece(Change.GONE, gone)] if gone else []
    found += [Piece(Change.NEW, new)] if new else []
    return [*found, Piece(Change.SAME, tail)] if tail else found


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same pieces without the middle of what is long: what changed is seen with some words
    around it, and what stands below a prompt of a page is not pushed out of sight.
    """
    if len(pieces) == 1:
        return (_cut(pieces[0], AT_ONCE, 0),)
    found = []
    for at, piece in enumerate(pieces):
        if piece.change is Change.SAME:
            before, after = (0 if at == 0 else AROUND), (0 if at == len(pieces) - 1 else AROUND)
            found.append(_cut(piece, before or AROUND // 2, after))
        else:
            found.append(_cut(piece, AT_ONCE, 0))
    return tuple(found)


def _cut(piece: Piece, head: int, tail: int) -> Piece:
    """Its first and its last characters, at the ends of words; whole where little would go."""
    text = piece.text
    if len(text) <= head + tail + AROUND:
        return piece
    start = text[:head].rsplit(" ", 1)[0] if " " in text[:head] else text[:head]
    end = text[len(text) - tail :] if tail else ""
    end = end.split(" ", 1)[1] if " " in end else end
    return Piece(piece.change, start.rstrip() + LEFT_OUT + end)


def are_alike(old: str, new: str) -> bool:
    """Whether marking single words helps: unrelated prompts would be nothing but marks."""
    before, after = ([w for w in _WORDS.findall(text) if w.strip()] for text in (old, new))
    if len(before) + len(after) > MOST_WORDS:
        return False
    return SequenceMatcher(None, before, after, autojunk=False).ratio() >= ALIKE


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting with its value for each picture; '' where a picture has none."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def setting_rows(
    pictures: Sequence[Generation], cards: Sequence[ModelCard]
) -> tuple[SettingRow, ...]:
    """The settings that differ, then price and time, which always stand there."""
    rows = [row for row in _settings(pictures, cards) if row.differs]
    cost = tuple(charge_words(g.price, g.charged) for g in pictures)
    took = tuple("" if g.seconds is None else seconds_words(g.seconds) for g in pictures)
    rows.append(SettingRow(translate("Compare", "Cost"), cost))
    if any(took):
        rows.append(SettingRow(translate("Compare", "Took"), took))
    return tuple(rows)


def _settings(pictures: Sequence[Generation], cards: Sequence[ModelCard]) -> list[SettingRow]:
    def row(label: str, values: list[str]) -> SettingRow:
        return SettingRow(label, tuple(values))

    requests = [g.request for g in pictures]
    rows = [
        row(translate("Compare", "Model"), [model_words(r, cards) for r in requests]),
        row(translate("Compare", "Size"), [size_words(g.size) for g in pictures]),
        row(translate("Compare", "Seed"), [_plain(g.seed) for g in pictures]),
        row(translate("Compare", "Safety"), [_plain(r.safety) for r in requests]),
        row(translate("Compare", "Checker"), [_switch(r.checker) for r in requests]),
        row(translate("Compare", "Format"), [r.output_format.upper() for r in requests]),
        row(translate("Compare", "References"), [str(len(r.references)) for r in requests]),
    ]
    names = dict.fromkeys(name for r in requests for name, _ in r.knobs)
    titles = {knob.name: knob.title for card in cards for knob in card.knobs}
    for name in names:
        values = [dict(r.knobs).get(name) for r in requests]
        words = ["" if value is None else knob_words(value) for value in values]
        rows.append(row(titles.get(name, name), words))
    return rows


def _plain(value: int | None) -> str:
    return "" if value is None else str(value)


def _switch(value: bool | None) -> str:
    if value is None:
        return ""
    return translate("Compare", "on") if value else translate("Compare", "off")
