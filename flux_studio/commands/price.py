"""`flux-studio price …`: the estimate of one request at every provider and model, with its
working.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import emit, takes_json
from flux_studio.commands.request_options import (
    chosen_card,
    draft_on,
    named_controls,
    read_references,
    takes_request,
)
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Check, Draft, check
from flux_studio.core.errors import Impossible
from flux_studio.core.money import dollars, parse_money, plain
from flux_studio.core.problem import Control
from flux_studio.core.request import Reference
from flux_studio.core.size import nearest_size
from flux_studio.ground import lay_ground
from flux_studio.providers.registry import row


def describe(parser: ArgumentParser) -> None:
    """The options of `price`."""
    takes_request(parser)
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Print one line a card; 2 when no card can do it."""
    ground = lay_ground()
    workshop = Workshop(ground)
    try:
        references = read_references(workshop, arguments.ref)
    finally:
        workshop.close()
    if arguments.provider or arguments.model:
        chosen_card(ground, arguments)  # a wrong name is said before anything is printed
    able = False
    for card in ground.cards:
        if arguments.provider not in (None, card.provider) or arguments.model not in (
            None,
            card.model,
        ):
            continue
        fields = price_fields(card, arguments, references)
        able = able or bool(fields["ok"])
        if arguments.json:
            emit(fields)
        else:
            print(_line(card, fields), flush=True)
    return Exit.DONE if able else Exit.IMPOSSIBLE


def price_fields(
    card: ModelCard, arguments: Namespace, references: list[Reference]
) -> dict[str, object]:
    """One card's line of the table."""
    draft, checked = _checked(card, arguments, references)
    # The prompt decides no price, so its absence is no obstacle here.
    problems = [p for p in checked.problems if p.control is not Control.PROMPT]
    size = nearest_size(card.sizes, draft.size)
    estimate = checked.estimate
    return {
        "provider": card.provider,
        "model": card.model,
        "ok": not problems,
        "problems": [problem.sentence for problem in problems],
        "notes": [note.sentence for note in checked.notes],
        "width": size.width,
        "height": size.height,
        "megapixels": size.billed_megapixels,
        "count": draft.count,
        "each": plain(estimate.each) if estimate else None,
        "total": plain(estimate.total) if estimate else None,
        "working": list(estimate.working) if estimate else [],
    }


def _checked(
    card: ModelCard, arguments: Namespace, references: list[Reference]
) -> tuple[Draft, Check]:
    """A card that lacks a named knob or preset still has a line, with the reason."""
    try:
        draft = draft_on(card, arguments, references)
    except Impossible as error:
        draft = Draft(card.provider, card.model, size=card.default_size, count=arguments.count)
        whole = check(draft, card, lambda: 0)
        return draft, Check((*whole.problems, *error.problems), whole.notes, None, whole.estimate)
    return draft, check(draft, card, lambda: 0, named_controls(arguments))


def _line(card: ModelCard, fields: dict[str, object]) -> str:
    name = f"{row(card.provider).title} · {card.title}"
    if not fields["ok"]:
        return f"{name:<34} —        " + " ".join(map(str, _texts(fields["problems"])))
    total = fields["total"]
    sum_words = "not known" if total is None else _dollars(total)
    working = "; ".join([*_texts(fields["working"]), *_texts(fields["notes"])])
    return f"{name:<34} {sum_words:<10} {working}"


def _dollars(text: object) -> str:
    """The sum of a JSON field for people."""
    return dollars(parse_money(text))


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
