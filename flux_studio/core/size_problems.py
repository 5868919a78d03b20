"""What is wrong with size and references of a draft, each with what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from flux_studio.core.card import ModelCard
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.request import Reference
from flux_studio.core.size import (
    MEGAPIXEL,
    FreeSizes,
    ListedSizes,
    Size,
    listed,
    nearest_size,
    nearest_within,
    size_problem,
)


def reference_problems(count: int, card: ModelCard) -> list[Problem]:
    """What is wrong with so many references."""
    if count <= card.references:
        return []
    if not card.references:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "{model} takes no references. Remove them, or choose a model that can edit.",
        )
        return [Problem(Control.REFERENCES, text, (("model", card.title),))]
    text = QT_TRANSLATE_NOOP(
        "Problem", "{model} takes at most {most} references and there are {count}. Remove {over}."
    )
    over = count - card.references
    counts = (("most", card.references), ("count", count), ("over", over))
    values = (("model", card.title), *((name, str(number)) for name, number in counts))
    return [Problem(Control.REFERENCES, text, values)]


def size_problems(size: Size, card: ModelCard) -> list[Problem]:
    """What is wrong with a size, with the nearest valid one."""
    rule = card.sizes
    broken = size_problem(rule, size)
    nearest = nearest_size(rule, size)
    values: list[tuple[str, str]] = [
        ("size", str(size)),
        ("nearest", str(nearest)),
        ("model", card.title),
    ]
    match rule, broken:
        case _, None:
            return []
        case FreeSizes() as free, "side":
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is outside the limits: each side of {model} is {least} to {most} px. "
                "Nearest: {nearest}.",
            )
            values += [("least", str(free.least)), ("most", str(free.most))]
        case FreeSizes() as free, "grid":
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is off the grid: sides of {model} go in steps of {step} px. "
                "Nearest: {nearest}.",
            )
            values += [("step", str(free.step))]
        case FreeSizes() as free, _:
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is too large: {model} makes at most {area} megapixels. Nearest: {nearest}.",
            )
            values += [("area", f"{free.most_pixels / 1_048_576:g}")]
        case _:
            if _same_ratio(nearest, size):
                return []  # a ratio and a tier stand for it: a note says so
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{model} takes a ratio, not pixels, and has none near {size}. "
                "Nearest: {ratio} {tier}, {nearest}.",
            )
            values += tier_words(rule, size)
    return [Problem(Control.SIZE, text, tuple(values), nearest)]


def together_problems(
    size: Size, references: Sequence[Reference], card: ModelCard
) -> list[Problem]:
    """References and picture share one bound on some models. A smaller picture is offered where one
    fits beside the references.
    """
    room = card.megapixels_most * MEGAPIXEL
    taken = sum(reference.size.pixels for reference in references)
    size = nearest_size(card.sizes, size)
    if not room or len(references) > card.references or taken + size.pixels <= room:
        return []
    values = (
        ("area", f"{(taken + size.pixels) / MEGAPIXEL:.2f}"),
        ("model", card.title),
        ("most", str(card.megapixels_most)),
    )
    smaller = nearest_within(card.sizes, size, room - taken)
    if smaller is None:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "References and picture come to {area} megapixels together; {model} takes at most "
            "{most}. Remove a reference or use smaller ones.",
        )
        return [Problem(Control.REFERENCES, text, values)]
    text = QT_TRANSLATE_NOOP(
        "Problem",
        "References and picture come to {area} megapixels together; {model} takes at most {most}. "
        "Beside these references: {nearest}.",
    )
    return [Problem(Control.SIZE, text, (*values, ("nearest", str(smaller))), smaller)]


def _same_ratio(one: Size, other: Size) -> bool:
    """Within 4 %: 1344 × 768 is the 16:9 of a grid of 64, and 1920 × 1088 that of a grid of 16."""
    return abs(one.ratio / other.ratio - 1) <= 0.04


def tier_words(rule: FreeSizes | ListedSizes, size: Size) -> list[tuple[str, str]]:
    """The ratio and the tier that stand for a size, as values of a sentence."""
    option = listed(rule, size)
    return [("ratio", option.ratio), ("tier", option.tier)] if option else []
