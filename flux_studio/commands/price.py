"""`flux-studio price …`: the price table of one request at every provider and model, with its
working, the usual wait, whether there is a key and for how many pictures the balance is enough.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from math import ceil
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.batch import can_be_sent, print_prices, read_batch, takes_batch
from flux_studio.commands.circumstances import circumstances
from flux_studio.commands.exits import Exit
from flux_studio.commands.opened import opened
from flux_studio.commands.output import emit, takes_json, write
from flux_studio.commands.request_options import (
    KeepReference,
    checked_request,
    named_cards,
    read_lists,
    read_references,
    takes_request,
)
from flux_studio.commands.table import table
from flux_studio.core.draft import Draft, notes_on
from flux_studio.core.money import dollars, plain
from flux_studio.core.price_table import PriceRow, price_row, ranked
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, nearest_size
from flux_studio.providers.registry import row as known_provider

HEADER = ("PROVIDER", "MODEL", "SIZE", "COST", "WAIT", "KEY", "LEFT", "WORKING")
NOTHING = "—"


def describe(parser: ArgumentParser) -> None:
    """The options of `price`."""
    takes_request(parser)
    takes_batch(parser)
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Print one line a card; 2 when no card can do it."""
    if arguments.batch is not None:
        return _price_batch(arguments)
    with opened() as workshop:
        cards = named_cards(workshop.ground, arguments)
        references = read_references(arguments.ref, _look_at(workshop))
        lists = read_lists(workshop.ground)
        known = circumstances(workshop, cards)
    drafts = {}
    rows = []
    for card in cards:
        draft, checked = checked_request(card, arguments, references, lists)
        drafts[card.id] = draft
        rows.append(price_row(draft, card, checked, known))
    table_rows = ranked(rows)
    if arguments.json:
        found = {row.card.id: row for row in table_rows.all}
        for card in cards:
            emit(price_fields(found[card.id], drafts[card.id]))
    else:
        lines = [_cells(row, drafts[row.card.id]) for row in table_rows.all]
        for line in table(HEADER, lines, right=("COST", "WAIT", "LEFT")):
            write(line)
    return Exit.DONE if table_rows.rows else Exit.IMPOSSIBLE


def _price_batch(arguments: Namespace) -> Exit:
    """A line for each row of a file, and what all of them cost; 2 when a row cannot be sent."""
    with opened() as workshop:
        references = read_references(arguments.ref, _look_at(workshop))
        checks = read_batch(workshop.ground, arguments, references, read_lists(workshop.ground))
        print_prices(workshop.ground, checks, as_json=arguments.json)
    return Exit.DONE if can_be_sent(checks) else Exit.IMPOSSIBLE


def price_fields(row: PriceRow, draft: Draft) -> dict[str, object]:
    """One card's line as JSON. `wait` seconds of past jobs, `key` null where none is needed, `left`
    pictures that the balance pays for.
    """
    card = row.card
    size = nearest_size(card.sizes, draft.size)
    return {
        "provider": card.provider,
        "model": card.model,
        "ok": row.able,
        "problems": [problem.sentence for problem in row.problems],
        "notes": [note.sentence for note in notes_on(draft, card)],
        "width": size.width,
        "height": size.height,
        "megapixels": size.billed_megapixels,
        "count": row.estimate.count,
        "each": plain(row.estimate.each),
        "total": plain(row.estimate.total),
        "working": list(row.estimate.working),
        "wait": row.wait,
        "key": row.has_key,
        "left": row.left,
        "cheapest": row.cheapest,
    }


def _look_at(workshop: Workshop) -> KeepReference:
    """Only the size of a reference decides a price: nothing is kept."""

    def look(data: bytes, path: Path) -> Reference:
        facts = workshop.decoder.inspect(data, purpose="reference")
        return Reference(facts.sha256, facts.mime, Size(*facts.shown_size), path.name)

    return look


def _cells(row: PriceRow, draft: Draft) -> tuple[str, ...]:
    card = row.card
    title = known_provider(card.provider).title
    names = (title, card.model, str(nearest_size(card.sizes, draft.size)))
    key = NOTHING if row.has_key is None else "yes" if row.has_key else "no"
    left = NOTHING if row.left is None else str(row.left)
    wait = NOTHING if row.wait is None else f"~{ceil(row.wait)} s"
    if not row.able:
        why = " ".join(problem.sentence for problem in row.problems)
        return (*names, NOTHING, wait, key, left, why)
    total = row.estimate.total
    cost = "not known" if total is None else dollars(total)
    words = ["cheapest"] if row.cheapest else []
    words += [*row.estimate.working, *(note.sentence for note in notes_on(draft, card))]
    if row.age is not None:
        words.append(f"the price was read {row.age} days ago")
    return (*names, cost, wait, key, left, "; ".join(words))
