"""Which prompts a draft sends and with which seeds, in the order of the pictures.

Seeds. Without variables a fixed seed counts up inside one order, since equal requests would only be
paid twice. All combinations of a fixed seed share it, so that only the words differ; the seed
counts up where each is made several times. A draw follows its seed: the same seed draws the same
words, so a picture's seed brings back what it was made from. Where the seeds of draws are random
they come from `draw`, a number of the draft that stays until it is sent: what the window shows
before sending is what is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from flux_studio.core.prompt.parts import Expansion
from flux_studio.core.prompt.reading import (
    ExpansionMode,
    count,
    drawn,
    has_variables,
    ordered,
)
from flux_studio.core.prompt.template import Template


class Seeds(NamedTuple):
    """How seeds are made: from `pick` where `first` is None, else from `first` on. `step` lets all
    pictures of an order have another one; `draw` is where random draws come from; `most` is the
    largest seed.
    """

    first: int | None
    step: bool
    draw: int
    most: int
    pick: Callable[[], int]


class Planned(NamedTuple):
    """One picture to ask for."""

    expansion: Expansion
    seed: int


def pictures(template: Template, mode: ExpansionMode, each: int) -> int:
    """How many pictures there will be, `each` of every combination or so many draws."""
    if mode is ExpansionMode.RANDOM or not has_variables(template):
        return each
    return each * count(template)


def planned(template: Template, mode: ExpansionMode, each: int, seeds: Seeds) -> Iterator[Planned]:
    """The pictures in their order."""
    if has_variables(template) and mode is ExpansionMode.RANDOM:
        yield from _drawn(template, each, seeds)
    else:
        yield from _ordered(template, each, seeds)


def draw_seed(draw: int, number: int) -> int:
    """The seed of draw `number` of a draft, 0 to 2^31 - 1."""
    digest = hashlib.sha256(f"draw/{draw}/{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _drawn(template: Template, each: int, seeds: Seeds) -> Iterator[Planned]:
    for number in range(each):
        first = draw_seed(seeds.draw, number) if seeds.first is None else seeds.first + number
        seed = first % (seeds.most + 1)
        yield Planned(drawn(template, seed), seed)


def _ordered(template: Template, each: int, seeds: Seeds) -> Iterator[Planned]:
    for combination in range(count(template)):
        expansion = ordered(template, combination)
        for number in range(each):
            if seeds.first is None:
                seed = seeds.pick()
            else:
                seed = seeds.first + (combination * each if seeds.step else 0) + number
            yield Planned(expansion, seed % (seeds.most + 1))
