"""`flux-studio price …`: the estimate of one request at every provider and model, with its
working.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.opened import opened
from flux_studio.commands.output import emit, takes_json, write
from flux_studio.commands.request_options import (
    KeepReference,
    checked_request,
    named_cards,
    read_references,
    takes_request,
)
from flux_studio.commands.table import table
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Check, Draft
from flux_studio.core.money import dollars, plain
from flux_studio.core.problem import Control, Problem
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, nearest_size
from flux_studio.providers.registry import row

HEADER = ("PROVIDER", "MODEL", "SIZE", "COST", "WORKING")


def describe(parser: ArgumentParser) -> None:
    """The options of `price`."""
    takes_request(parser)
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Print one line a card; 2 when no card can do it."""
    with opened() as workshop:
        cards = named_cards(workshop.ground, arguments)
        references = read_references(arguments.ref, _look_at(workshop))
    found = [(card, *checked_request(card, arguments, references)) for card in cards]
    if arguments.json:
        for card, draft, checked in found:
            emit(price_fields(card, draft, checked))
    else:
        for line in table(HEADER, [_cells(*each) for each in found], right=("COST",)):
            write(line)
    able = any(not _obstacles(checked) for _, _, checked in found)
    return Exit.DONE if able else Exit.IMPOSSIBLE


def price_fields(card: ModelCard, draft: Draft, checked: Check) -> dict[str, object]:
    """One card's line as JSON."""
    size = nearest_size(card.sizes, draft.size)
    problems, estimate = _obstacles(checked), checked.estimate
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


def _look_at(workshop: Workshop) -> KeepReference:
    """Only the size of a reference decides a price: nothing is kept."""

    def look(data: bytes, path: Path) -> Reference:
        facts = workshop.decoder.inspect(data, purpose="reference")
        return Reference(facts.sha256, facts.mime, Size(*facts.shown_size), path.name)

    return look


def _obstacles(checked: Check) -> list[Problem]:
    """What keeps a card from doing it. The prompt decides no price, so it may be missing here."""
    return [problem for problem in checked.problems if problem.control is not Control.PROMPT]


def _cells(card: ModelCard, draft: Draft, checked: Check) -> tuple[str, ...]:
    problems, estimate = _obstacles(checked), checked.estimate
    names = (row(card.provider).title, card.model, str(nearest_size(card.sizes, draft.size)))
    if problems:
        return (*names, "—", " ".join(problem.sentence for problem in problems))
    known = estimate is not None and estimate.total is not None
    cost = dollars(estimate.total) if estimate and known else "not known"
    notes = (note.sentence for note in checked.notes)
    return (*names, cost, "; ".join([*(estimate.working if estimate else ()), *notes]))
