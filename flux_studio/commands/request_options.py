"""The options that describe a picture, shared by `generate` and `price`, and the draft they make.

What is named by hand and cannot be had is a problem (exit 2), never silently left out.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from flux_studio.assembly import Workshop
from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.errors import Impossible, PictureUnreadable
from flux_studio.core.money import parse_money
from flux_studio.core.problem import Control, Problem
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, parse_size, presets_of
from flux_studio.ground import Ground
from flux_studio.providers.registry import PROVIDERS
from flux_studio.storage.picture_facts import PictureRefused, read_regular_file

FIRST = PROVIDERS[0].id


def takes_request(parser: ArgumentParser) -> None:
    """Add the options of a request."""
    parser.add_argument("prompt", nargs="?", default="", metavar="PROMPT", help="what to show")
    parser.add_argument("--provider", metavar="P", help="provider id, as in `models`")
    parser.add_argument("--model", metavar="M", help="model id, as in `models`")
    parser.add_argument("--size", metavar="WxH|PRESET", help="1024x1024, or a preset of the model")
    parser.add_argument(
        "--ref", nargs="+", action="extend", default=[], metavar="FILE", help="pictures to edit"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed repeats a picture")
    parser.add_argument("--safety", type=int, metavar="N", help="strictness on the model's scale")
    parser.add_argument("--format", metavar="png|jpeg", help="file format")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="number of pictures")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another knob of it",
    )


def chosen_card(ground: Ground, arguments: Namespace) -> ModelCard:
    """The card that was asked for; the first provider's first model where nothing was named.

    Raises Impossible for an id that is not there, naming those that are.
    """
    provider = arguments.provider or (None if arguments.model else FIRST)
    cards = [c for c in ground.cards if provider is None or c.provider == provider]
    if not cards:
        _refuse(
            Control.MODEL,
            f"There is no provider {provider}. There are: "
            + ", ".join(dict.fromkeys(c.provider for c in ground.cards)),
        )
    if arguments.model is None:
        return cards[0]
    for card in cards:
        if card.model == arguments.model:
            return card
    names = ", ".join(dict.fromkeys(c.model for c in cards))
    return _refuse(Control.MODEL, f"There is no model {arguments.model} here. There are: {names}")


def draft_on(card: ModelCard, arguments: Namespace, references: Sequence[Reference] = ()) -> Draft:
    """The draft that the options describe, for one card. Raises Impossible for a size that is
    none.
    """
    output_format = (arguments.format or "").lower().replace("jpg", "jpeg")
    draft = Draft(
        provider=card.provider,
        model=card.model,
        prompt=arguments.prompt,
        size=asked_size(card, arguments.size),
        references=tuple(references),
        safety=arguments.safety,
        output_format=output_format,
        count=arguments.count,
        knobs=asked_knobs(card, arguments.set),
    )
    if arguments.seed is not None:
        draft = replace(draft, seed_mode=SeedMode.FIXED, seed=arguments.seed)
    return draft


def named_controls(arguments: Namespace) -> frozenset[Control]:
    """The controls whose values were named by hand and must not be changed unasked."""
    named = {
        Control.SEED: arguments.seed is not None,
        Control.SAFETY: arguments.safety is not None,
        Control.FORMAT: bool(arguments.format),
    }
    return frozenset(control for control, given in named.items() if given)


def asked_size(card: ModelCard, text: str | None) -> Size:
    """'1344x768' or the name of a preset; the card's default where nothing was said."""
    if not text:
        return card.default_size
    for preset in presets_of(card.sizes):
        if text.lower() in (preset.name.lower(), preset.wire.lower()):
            return preset.size
    size = parse_size(text)
    if size is None:
        names = ", ".join(preset.wire or preset.name for preset in presets_of(card.sizes))
        _refuse(Control.SIZE, f"{text!r} is no size. Write 1024x1024, or a preset: {names}")
    return size


def asked_knobs(card: ModelCard, pairs: Sequence[str]) -> tuple[tuple[str, KnobValue], ...]:
    """NAME=VALUE pairs as values of the card's knobs. Raises Impossible."""
    found = []
    for pair in pairs:
        name, _, text = pair.partition("=")
        knob = card.knob(name)
        if knob is None:
            names = ", ".join(k.name for k in card.knobs) or "none"
            _refuse(Control.KNOBS, f"{card.title} has no knob {name}. There are: {names}")
        found.append((name, _knob_value(knob, text)))
    return tuple(found)


def read_references(workshop: Workshop, files: Sequence[str]) -> list[Reference]:
    """Check and keep the pictures to edit. Raises Impossible, naming the file and what is wrong."""
    references = []
    for file in files:
        path = Path(file)
        try:
            references.append(workshop.references.add(read_regular_file(path), path.name))
        except PictureRefused as error:
            _refuse(Control.REFERENCES, f"{file}: {error.sentence}")
        except PictureUnreadable as error:
            _refuse(Control.REFERENCES, f"{file}: {error}")
    return references


def asked_sum(text: str) -> object:
    """A sum in USD for argparse. Raises ValueError."""
    amount = parse_money(text.removeprefix("$"))
    if amount is None:
        raise ValueError(text)
    return amount


def _knob_value(knob: Knob, text: str) -> KnobValue:
    match knob.kind:
        case "bool" if text.lower() in ("on", "true", "yes", "1"):
            return True
        case "bool" if text.lower() in ("off", "false", "no", "0"):
            return False
        case "int" if text.lstrip("-").isdecimal():
            return int(text)
        case "decimal":
            amount = parse_money(text)
            if amount is not None:
                return amount
        case "choice":
            return text
    return _refuse(Control.KNOBS, f"{knob.title}: {text!r} is not a value of the kind {knob.kind}.")


def _refuse(control: Control, sentence: str) -> NoReturn:
    text = sentence.replace("{", "{{").replace("}", "}}")
    raise Impossible([Problem(control, text)])
