"""What the window shows, frozen: one value, made anew at each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Check, Draft
from flux_studio.core.job import Board
from flux_studio.core.money import Money
from flux_studio.core.problem import Problem
from flux_studio.storage.key_status import KeyStatus


class Tone(StrEnum):
    """How a notice is meant."""

    INFO = "info"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person, shown once. `number` grows, so the same words twice are two
    notices.
    """

    number: int
    tone: Tone
    text: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Money in USD and pictures, read from the ledger. `unknown` counts pictures whose price is not
    known.
    """

    today: Money
    month: Money
    pictures: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Preferences:
    """The part of the settings that the window shows."""

    theme: str = "system"
    jobs_in_flight: int = 2
    auto_show: bool = True


@dataclass(frozen=True, slots=True)
class StudioState:
    """Everything the panels render.

    `card` belongs to the draft; `check` is the draft on that card; `blocker` is why Generate cannot
    run, None when it can; `reading` counts references that are being read; `reference_problems` are
    those that were refused, each as a sentence; `keys` by provider id; `paused` gives the reason by
    provider; `expected` seconds a picture like the draft's usually takes, None when not known.
    """

    draft: Draft
    card: ModelCard
    cards: tuple[ModelCard, ...]
    check: Check
    blocker: Problem | None
    board: Board
    keys: Mapping[str, KeyStatus] = field(default_factory=dict)
    balances: Mapping[str, Money] = field(default_factory=dict)
    paused: Mapping[str, str] = field(default_factory=dict)
    reading: int = 0
    reference_problems: tuple[str, ...] = ()
    expected: float | None = None
    totals: Totals | None = None
    notice: Notice | None = None
    preferences: Preferences = Preferences()

    @property
    def edits(self) -> bool:
        """Whether the draft is an edit: a reference is present."""
        return bool(self.draft.references)
