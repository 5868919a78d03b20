"""The history of a form: every draft it had, step by step, to go back to and forth again.

A step leads from one exact draft to the next. Letters that are typed one after the other are one
step up to the end of a word or a pause, and so is everything that belongs to one gesture.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from flux_studio.core.draft import Draft

PAUSE = 1.0  # seconds without a change that end a step
MOST_STEPS = 20_000
MOST_CHARACTERS = 4_000_000  # of all prompts that are kept


class Part(StrEnum):
    """What of the form a step changed; `SETTINGS` is several of them at once."""

    PROMPT = "prompt"
    STYLE = "style"
    VARIABLES = "variables"
    REFERENCES = "references"
    SIZE = "size"
    MODEL = "model"
    SEED = "seed"
    SAFETY = "safety"
    FORMAT = "format"
    COUNT = "count"
    KNOBS = "knobs"
    SETTINGS = "settings"


_PARTS = {
    "prompt": Part.PROMPT,
    "style": Part.STYLE,
    "expansion": Part.VARIABLES,
    "draw": Part.VARIABLES,
    "references": Part.REFERENCES,
    "size": Part.SIZE,
    "provider": Part.MODEL,
    "model": Part.MODEL,
    "seed_mode": Part.SEED,
    "seed": Part.SEED,
    "safety": Part.SAFETY,
    "checker": Part.SAFETY,
    "output_format": Part.FORMAT,
    "count": Part.COUNT,
    "knobs": Part.KNOBS,
}


@dataclass(frozen=True, slots=True)
class DraftStep:
    """From the draft `before` to `after`; `at` is when it was last added to, in seconds of any
    steady clock, and `key` what may be added to it.
    """

    before: Draft
    after: Draft
    at: float
    key: str = ""

    @property
    def part(self) -> Part:
        """What the step changed."""
        return changed_part(self.before, self.after)


class DraftHistory:
    """The drafts of one form. It forgets the oldest steps when there are too many.

    The project is no part of it: a form that goes back stays in its project.
    """

    def __init__(
        self, present: Draft, most: int = MOST_STEPS, characters: int = MOST_CHARACTERS
    ) -> None:
        self.present = _plain(present)
        self._most, self._characters = most, characters
        self._kept = 0
        self._done: list[DraftStep] = []
        self._undone: list[DraftStep] = []

    @property
    def to_undo(self) -> DraftStep | None:
        """The step that `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> DraftStep | None:
        """The step that `redo` would do again."""
        return self._undone[-1] if self._undone else None

    def record(self, draft: Draft, at: float, key: str = "", *, held: bool = False) -> bool:
        """The form became `draft` at `at` seconds. False when nothing changed.

        Changes with the same `key` are one step while no pause lies between them, or while
        they are `held` together by one gesture, however long it lasts.
        """
        draft = _plain(draft)
        if draft == self.present:
            return False
        key = key or _own_key(self.present, draft)
        last = self.to_undo
        merges = (
            last is not None
            and not self._undone
            and key
            and last.key == key
            and (held or at - last.at <= PAUSE)
            and (not key.startswith(_TYPED) or _goes_on(last, draft))
        )
        if merges and last is not None:
            self._forget(self._done.pop())
            self._keep(DraftStep(last.before, draft, at, key))
        else:
            self._keep(DraftStep(self.present, draft, at, key))
        self._undone.clear()
        self.present = draft
        self._trim()
        return True

    def amend(self, draft: Draft) -> None:
        """The form became `draft` without the person's doing: no step leads there."""
        self.present = _plain(draft)

    def undo(self) -> DraftStep | None:
        """Go one step back; `before` of what comes is the form now. None at the beginning."""
        if not self._done:
            return None
        step = self._done.pop()
        self._forget(step)
        self._undone.append(replace(step, after=self.present))
        self.present = step.before
        return step

    def redo(self) -> DraftStep | None:
        """Go one step forth again; `after` of what comes is the form now. None at the end."""
        if not self._undone:
            return None
        step = replace(self._undone.pop(), key="")  # nothing is added to it any more
        self._keep(step)
        self.present = step.after
        return step

    def copy(self) -> DraftHistory:
        """The same history, to go on by itself."""
        other = DraftHistory(self.present, self._most, self._characters)
        other._done, other._undone = list(self._done), list(self._undone)
        other._kept = self._kept
        return other

    def _keep(self, step: DraftStep) -> None:
        self._done.append(step)
        self._kept += _weight(step)

    def _forget(self, step: DraftStep) -> None:
        self._kept -= _weight(step)

    def _trim(self) -> None:
        while len(self._done) > 1 and (
            len(self._done) > self._most or self._kept > self._characters
        ):
            self._forget(self._done.pop(0))


def changed_part(before: Draft, after: Draft) -> Part:
    """The part of the form in which two drafts differ."""
    parts = {_PARTS.get(name, Part.SETTINGS) for name in _changed(before, after)}
    if parts == {Part.REFERENCES, Part.PROMPT}:
        return Part.REFERENCES  # their names in the prompt follow them
    return parts.pop() if len(parts) == 1 else Part.SETTINGS


def caret_after(before: str, after: str) -> int:
    """Where the caret belongs in the text `after`: behind what differs from `before`."""
    same = _same_start(before, after)
    most = min(len(before), len(after)) - same
    return len(after) - min(most, _same_start(before[::-1], after[::-1]))


_TYPED = "prompt"


def _plain(draft: Draft) -> Draft:
    return replace(draft, project="") if draft.project else draft


def _weight(step: DraftStep) -> int:
    return 0 if step.after.prompt is step.before.prompt else len(step.after.prompt)


def _changed(before: Draft, after: Draft) -> tuple[str, ...]:
    names = (field.name for field in fields(Draft) if field.name != "project")
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _own_key(before: Draft, after: Draft) -> str:
    """What may be added to a step that came without a key: typing and stepping."""
    names = _changed(before, after)
    if names == ("prompt",):
        _, gone, new = _difference(before.prompt, after.prompt)
        return f"{_TYPED}+" if len(new) == 1 else f"{_TYPED}-" if not new and len(gone) == 1 else ""
    if names == ("size",):
        one_side = before.size.height == after.size.height or before.size.width == after.size.width
        side = "width" if before.size.height == after.size.height else "height"
        return side if one_side else ""
    if names == ("knobs",):
        old = dict(before.knobs)
        moved = [name for name, value in after.knobs if old.get(name) != value]
        return f"knob {moved[0]}" if len(moved) == 1 else ""
    return names[0] if names in (("count",), ("seed",)) else ""


def _goes_on(last: DraftStep, draft: Draft) -> bool:
    """Whether a letter belongs to the word that `last` is about."""
    at, gone, new = _difference(last.after.prompt, draft.prompt)
    before_at, before_gone, before_new = _difference(last.before.prompt, last.after.prompt)
    if new:
        joins = at == before_at + len(before_new)
        return joins and not (before_new[-1:].isspace() and not new.isspace())
    joins = at + 1 == before_at or at == before_at
    return joins and not (before_gone[:1].isspace() and not gone.isspace())


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """Where two texts begin to differ, what was there, and what is there now."""
    start = _same_start(before, after)
    most = min(len(before), len(after)) - start
    end = min(most, _same_start(before[::-1], after[::-1]))
    return start, before[start : len(before) - end], after[start : len(after) - end]


def _same_start(one: str, other: str) -> int:
    """Length of the common start, by halving: comparing stretches is quicker than letters."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
