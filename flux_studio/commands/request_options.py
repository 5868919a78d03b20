"""The options that describe a picture, shared by `generate` and `price`, and the draft they make.

What is named by hand and cannot be had is a problem (exit 2), never silently left out; all problems
are found before any is told.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from secrets import randbits

from flux_studio.commands.output import say
from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.draft import Check, Draft, SeedMode, check
from flux_studio.core.errors import Impossible, PictureUnreadable
from flux_studio.core.money import parse_money
from flux_studio.core.problem import Control, Problem
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.template import NO_LISTS, WordLists
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, parse_size, presets_of
from flux_studio.ground import Ground
from flux_studio.providers.registry import PROVIDERS
from flux_studio.storage.decode import DecoderUnavailable
from flux_studio.storage.picture_facts import PictureRefused, read_regular_file
from flux_studio.storage.word_lists import read_word_lists

FIRST = PROVIDERS[0].id

KeepReference = Callable[[bytes, Path], Reference]


@dataclass(frozen=True, slots=True)
class References:
    """The pictures that could be taken, and what is wrong with the others."""

    taken: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()


def takes_request(parser: ArgumentParser) -> None:
    """Add the options of a request."""
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to show")
    parser.add_argument("--provider", metavar="P", help="provider id, as in `models`")
    parser.add_argument("--model", metavar="M", help="model id, as in `models`")
    parser.add_argument("--size", metavar="WxH|PRESET", help="1024x1024, or a preset of the model")
    parser.add_argument(
        "--ref", nargs="+", action="extend", default=[], metavar="FILE", help="pictures to edit"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed repeats a picture")
    parser.add_argument("--safety", type=int, metavar="N", help="strictness on the model's scale")
    parser.add_argument(
        "--checker", choices=("on", "off"), help="the provider's safety checker, on by default"
    )
    parser.add_argument("--format", metavar="png|jpeg", help="file format")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="number of pictures")
    parser.add_argument(
        "--expand",
        choices=[mode.value for mode in ExpansionMode],
        default=ExpansionMode.ORDERED.value,
        help="what {red|blue}, {1-4} and {@list} in the prompt become: all combinations, each "
        "--count times (ordered, the default); one draw for each of --count pictures, which "
        "follows the seed (random); or nothing, the prompt is sent as it is (off). Lines that "
        "begin with // or with # and a space are comments; lists are the files of the folder "
        "`lists` beside the settings; \\{ is a brace. JSON stays JSON",
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="another knob of the model"
    )


def sum_in_usd(text: str) -> Decimal:
    """A sum for argparse: '0.10' or '$0.10'. Raises ArgumentTypeError."""
    amount = parse_money(text.removeprefix("$"))
    if amount is None:
        raise ArgumentTypeError(f"{text!r} is no sum in USD; write 0.10")
    return amount


def named_cards(ground: Ground, arguments: Namespace) -> list[ModelCard]:
    """The cards of the named provider and model; all where nothing was named.

    Raises Impossible for an id that is not there, naming those that are.
    """
    provider, model = arguments.provider, arguments.model
    cards = [card for card in ground.cards if provider in (None, card.provider)]
    if not cards:
        ids = dict.fromkeys(card.provider for card in ground.cards)
        raise _impossible(f"There is no provider {provider}. There are: {', '.join(ids)}.")
    found = [card for card in cards if model in (None, card.model)]
    if not found:
        ids = dict.fromkeys(card.model for card in cards)
        where = f" at {provider}" if provider else ""
        raise _impossible(f"There is no model {model}{where}. There are: {', '.join(ids)}.")
    return found


def chosen_card(ground: Ground, arguments: Namespace) -> ModelCard:
    """The one card that was asked for; the first provider's first model where nothing was named.

    Raises Impossible when there is none, or when several providers have the model: their prices
    differ.
    """
    if arguments.provider is None and arguments.model is None:
        arguments = Namespace(provider=FIRST, model=None)
    cards = named_cards(ground, arguments)
    if arguments.provider is None and len(cards) > 1:
        ids = ", ".join(card.provider for card in cards)
        raise _impossible(f"{arguments.model} is at several providers. Name one: --provider {ids}.")
    return cards[0]


def read_lists(ground: Ground) -> WordLists:
    """The list files that a prompt may draw from; what is wrong with one is said on stderr."""
    lists, faults = read_word_lists(ground.paths.lists)
    for fault in faults:
        say(fault)
    return lists


def read_references(files: Sequence[str], keep: KeepReference) -> References:
    """Check the pictures to edit and hand them to `keep`; each problem names its file."""
    taken: list[Reference] = []
    problems = []
    for file in files:
        try:
            taken.append(keep(read_regular_file(file), Path(file)))
        except PictureRefused as error:
            problems.append(_problem(Control.REFERENCES, f"{file}: {error.sentence}"))
        except PictureUnreadable as error:
            problems.append(_problem(Control.REFERENCES, f"{file}: {error}"))
        except DecoderUnavailable as error:
            problems.append(_problem(Control.REFERENCES, f"{file}: {error}."))
    return References(tuple(taken), tuple(problems))


def checked_request(
    card: ModelCard,
    arguments: Namespace,
    references: References,
    lists: WordLists = NO_LISTS,
) -> tuple[Draft, Check]:
    """The draft that the options describe on one card, and every problem it has there."""
    faults = list(references.problems)
    draft = Draft(
        provider=card.provider,
        model=card.model,
        prompt=_text(arguments.prompt or "", faults),
        size=_size(card, arguments.size, faults),
        references=references.taken,
        safety=arguments.safety,
        checker=None if arguments.checker is None else arguments.checker == "on",
        output_format=_format(arguments.format),
        count=arguments.count,
        knobs=_knobs(card, arguments.set, faults),
        expansion=ExpansionMode(arguments.expand),
        draw=randbits(31),
    )
    if arguments.seed is not None:
        draft = replace(draft, seed_mode=SeedMode.FIXED, seed=arguments.seed)
    found = check(draft, card, lambda: randbits(31), _named(arguments), lists)
    if not faults:
        return draft, found
    return draft, Check((*faults, *found.problems), found.notes, None, found.estimate)


def _named(arguments: Namespace) -> frozenset[Control]:
    """The controls whose values were named by hand and must not be changed unasked."""
    named = {
        Control.SEED: arguments.seed is not None,
        Control.SAFETY: arguments.safety is not None or arguments.checker is not None,
        Control.FORMAT: bool(arguments.format),
    }
    return frozenset(control for control, given in named.items() if given)


def _text(prompt: str, faults: list[Problem]) -> str:
    """The prompt; one with bytes that are no text could not be sent as it is."""
    try:
        prompt.encode()
    except UnicodeEncodeError:
        sentence = "The prompt has bytes that are no text in this terminal. Type it as UTF-8."
        faults.append(_problem(Control.PROMPT, sentence))
        return prompt.encode(errors="replace").decode()
    return prompt


def _format(text: str | None) -> str:
    word = (text or "").lower()
    return "jpeg" if word == "jpg" else word


def _size(card: ModelCard, text: str | None, faults: list[Problem]) -> Size:
    """'1344x768' or the name of a preset; the card's default where nothing was said."""
    if not text:
        return card.default_size
    presets = presets_of(card.sizes)
    for preset in presets:
        if text.lower() in (preset.name.lower(), preset.wire.lower()):
            return preset.size
    size = parse_size(text)
    if size is None:
        names = ", ".join(preset.wire or preset.name for preset in presets)
        sentence = f"{text!r} is no size. Write 1024x1024, or a preset of {card.title}: {names}."
        faults.append(_problem(Control.SIZE, sentence))
    return size or card.default_size


def _knobs(
    card: ModelCard, pairs: Sequence[str], faults: list[Problem]
) -> tuple[tuple[str, KnobValue], ...]:
    """NAME=VALUE pairs as values of the card's knobs."""
    found = []
    for pair in pairs:
        name, _, text = pair.partition("=")
        knob = card.knob(name)
        value = None if knob is None else _knob_value(knob, text)
        if value is not None:
            found.append((name, value))
        elif knob is not None:
            sentence = f"{knob.title}: {text!r} is not a value of the kind {knob.kind}."
            faults.append(_problem(Control.KNOBS, sentence))
        else:
            names = ", ".join(known.name for known in card.knobs) or "none"
            sentence = f"{card.title} has no knob {name!r}. There are: {names}."
            faults.append(_problem(Control.KNOBS, sentence))
    return tuple(found)


def _knob_value(knob: Knob, text: str) -> KnobValue | None:
    match knob.kind:
        case "bool" if text.lower() in ("on", "true", "yes", "1"):
            return True
        case "bool" if text.lower() in ("off", "false", "no", "0"):
            return False
        case "int" if text.removeprefix("-").isdecimal() and len(text) < 20:
            return int(text)
        case "decimal":
            return parse_money(text)
        case "choice":
            return text
        case _:
            return None


def _impossible(sentence: str) -> Impossible:
    return Impossible([_problem(Control.MODEL, sentence)])


def _problem(control: Control, sentence: str) -> Problem:
    return Problem(control, sentence.replace("{", "{{").replace("}", "}}"))
