"""What is known of a picture, as rows of words. Pure: a generation and its card give the rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QCoreApplication, QLocale

from flux_studio.core.card import KnobValue, ModelCard
from flux_studio.core.generation import IMPORTED, Generation
from flux_studio.ui.phrases import (
    bytes_words,
    charge_words,
    model_words,
    prompt_start,
    size_words,
    sum_words,
    when_words,
)
from flux_studio.ui.widgets.key_value_rows import Row

translate = QCoreApplication.translate
LONGEST_TIP = 600  # characters


def rows(generation: Generation, card: ModelCard | None) -> list[Row]:
    """The facts in their order. `card` is None when the model is not offered any more."""
    request = generation.request
    model = model_words(request, () if card is None else (card,))
    found = [
        Row(translate("Inspector", "Model"), model, tip=request.model),
        _size_row(generation),
        _seed_row(generation),
        *_safety_rows(generation, card),
        *_knob_rows(generation, card),
        *_choice_rows(generation),
    ]
    is_ours = request.provider != IMPORTED
    if is_ours:
        cost = charge_words(generation.price, generation.charged)
        found.append(Row(translate("Inspector", "Cost"), cost))
    if generation.seconds is not None:
        took = translate("Inspector", "{count} s").format(
            count=QLocale().toString(generation.seconds, "f", 1)
        )
        found.append(Row(translate("Inspector", "Took"), took))
    found.append(Row(translate("Inspector", "Created"), when_words(generation.created)))
    if is_ours:
        found.append(Row(translate("Inspector", "Repeatable"), repeatable_words(generation, card)))
        found.extend(Row(name, value) for name, value in generation.quality)
    else:
        found.extend(_said_rows(generation))
    if generation.has_c2pa:
        found.append(
            Row(
                translate("Inspector", "Credentials"),
                translate("Inspector", "content credentials present"),
                tip=translate(
                    "Inspector",
                    "The file carries C2PA content credentials, kept exactly as they came.",
                ),
            )
        )
    return found


def repeatable_words(generation: Generation, card: ModelCard | None) -> str:
    """Whether the same picture can be made again, as honestly as anyone can say it."""
    if card is None:
        return translate("Inspector", "no: the model is not offered here any more")
    if generation.seed is None:
        return translate("Inspector", "no: the provider gives no seed")
    match card.repeats:
        case "exactly":
            return translate("Inspector", "yes, exactly: same settings and seed")
        case "loosely":
            return translate("Inspector", "loosely: the provider may rewrite the prompt")
    if generation.request.references:
        return translate("Inspector", "likely, same model, seed and references")
    return translate("Inspector", "likely, same model and seed")


def branch_words(branch: Sequence[Generation]) -> str:
    """What a line of pictures cost together: '$0.105', 'at least $0.060', '' when it was free or
    nothing is known.
    """
    costs = [g.price if g.charged is None else g.charged for g in branch]
    return sum_words(costs) if any(costs) else ""


def knob_words(value: KnobValue) -> str:
    match value:
        case bool():
            return translate("Inspector", "on") if value else translate("Inspector", "off")
        case Decimal():
            return format(value.normalize(), "f")
        case _:
            return str(value)


def _size_row(generation: Generation) -> Row:
    asked = generation.request.size
    kind = generation.mime.partition("/")[2].upper() or "?"
    words = f"{size_words(generation.size)} · {kind} · {bytes_words(generation.bytes)}"
    if asked != generation.size:
        words += "\n" + translate("Inspector", "asked for {size}").format(size=size_words(asked))
    return Row(translate("Inspector", "Size"), words)


def _seed_row(generation: Generation) -> Row:
    if generation.seed is None:
        missing = translate("Inspector", "not given by this provider")
        if generation.request.provider == IMPORTED:
            missing = translate("Inspector", "not said in the file")
        return Row(translate("Inspector", "Seed"), missing, "muted")
    return Row(translate("Inspector", "Seed"), str(generation.seed))


def _safety_rows(generation: Generation, card: ModelCard | None) -> list[Row]:
    request = generation.request
    parts = []
    if request.safety is not None:
        scale = card.safety if card is not None else None
        text = translate("Inspector", "{safety} of {most}") if scale else "{safety}"
        parts.append(text.format(safety=request.safety, most=scale.most if scale else ""))
    if request.checker is not None:
        on = translate("Inspector", "checker on")
        parts.append(on if request.checker else translate("Inspector", "checker off"))
    return [Row(translate("Inspector", "Safety"), ", ".join(parts))] if parts else []


def _said_rows(generation: Generation) -> list[Row]:
    """What the file of a picture from elsewhere says of how it was made."""
    names = {
        "program": translate("Inspector", "Made with"),
        "negative": translate("Inspector", "Negative"),
        "steps": translate("Inspector", "Steps"),
        "guidance": translate("Inspector", "Guidance"),
        "file": translate("Inspector", "File"),
    }
    return [
        Row(names.get(name, name), prompt_start(value), tip=_tip(value))
        for name, value in generation.quality
    ]


def _choice_rows(generation: Generation) -> list[Row]:
    """What the variables of its prompt became, and how the prompt was typed."""
    origin = generation.origin
    names = {"Style": translate("Inspector", "Style")}
    found = [
        Row(names.get(label, label), text or translate("Inspector", "nothing"), tip=label)
        for label, text in origin.choices
    ]
    if origin.typed:
        found.append(
            Row(translate("Inspector", "Typed"), prompt_start(origin.typed), tip=_tip(origin.typed))
        )
    return found


def _tip(text: str) -> str:
    return text if len(text) <= LONGEST_TIP else text[: LONGEST_TIP - 1].rstrip() + "…"


def _knob_rows(generation: Generation, card: ModelCard | None) -> list[Row]:
    found = []
    for name, value in generation.request.knobs:
        knob = card.knob(name) if card is not None else None
        title = knob.title if knob is not None else name
        found.append(Row(title, knob_words(value)))
    return found
