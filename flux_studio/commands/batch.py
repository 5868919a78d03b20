"""`--batch FILE`: the rows of a CSV or TSV file, for `generate` and `price`. The other options are
what an empty cell means, as the form is in the window.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from secrets import randbits

from flux_studio.commands.output import emit, say, write
from flux_studio.commands.request_options import References, checked_request, chosen_card
from flux_studio.commands.table import shortened, table
from flux_studio.core.batch.cells import CellProblem
from flux_studio.core.batch.checking import (
    Ground,
    RowCheck,
    check_row,
    price_of,
    sum_of,
    too_many,
)
from flux_studio.core.batch.rows import MOST_ROWS, read_rows
from flux_studio.core.batch.text import MOST_CHARACTERS
from flux_studio.core.budget import rates_of
from flux_studio.core.errors import Impossible, StudioError
from flux_studio.core.money import dollars, plain
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import Control, Problem
from flux_studio.core.prompt.template import WordLists
from flux_studio.core.request import Order
from flux_studio.ground import Ground as StudioGround

HEADER = ("ROW", "PROVIDER", "MODEL", "SIZE", "COUNT", "COST", "PROMPT")
MOST_PROMPT = 48  # characters of a prompt in the table


def takes_batch(parser: ArgumentParser) -> None:
    """The option itself."""
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help="a row a picture, from a CSV or TSV file with the columns prompt, model, provider, "
        "size, seed, count, references (@image1 is the first --ref), safety, format, and the "
        "titles of knobs; an empty cell is as the other options say",
    )


def read_batch(
    ground: StudioGround, arguments: Namespace, references: References, lists: WordLists
) -> list[RowCheck]:
    """The rows of the file, checked. Raises Impossible for options that are wrong and for more
    pictures than one batch may have, StudioError for a file that cannot be read.
    """
    if arguments.count != 1:
        raise Impossible([_said("In a batch the number of pictures is the column count.")])
    card = chosen_card(ground, arguments)
    prompt, arguments.prompt = arguments.prompt, arguments.prompt or "a picture"
    draft, found = checked_request(card, arguments, references, lists)
    if found.problems:
        raise Impossible(found.problems)
    arguments.prompt = prompt
    base = Ground(replace(draft, prompt=prompt or ""), tuple(ground.cards), lists)
    pasted = read_rows(_text(arguments.batch), ground.cards)
    for head in pasted.left_out:
        say(f"The column {head!r} is left out: nothing here has that name.")
    if not pasted.rows:
        raise StudioError(f"There are no rows in {arguments.batch}.")
    checks = [check_row(row, base, lambda: randbits(31), number)
              for number, row in enumerate(pasted.rows, start=1)]  # fmt: skip
    over = too_many(sum(each.estimate.count for each in checks))
    if over is not None or pasted.cut:
        raise Impossible(
            [
                over
                or _said(f"A batch has at most {MOST_ROWS} rows; the file has {pasted.cut} more.")
            ]
        )
    return checks


def orders_of(checks: Sequence[RowCheck]) -> list[Order]:
    """An order a row. Raises Impossible with every problem of every cell."""
    wrong = [
        _said(problem_line(number, problem))
        for number, each in enumerate(checks, start=1)
        for problem in each.problems
    ]
    if wrong:
        raise Impossible(wrong)
    return [each.order for each in checks if each.order is not None]


def as_one(orders: Sequence[Order]) -> Order:
    """All requests with their sum, for the questions before paying. It is never sent."""
    requests = tuple(request for order in orders for request in order.requests)
    origins = tuple(order.origin(at) for order in orders for at in range(len(order.requests)))
    return Order(requests, Estimate(sum_of(orders), 1, ()), origins)


def problem_line(number: int, found: CellProblem) -> str:
    """'row 3, size: … Write 1024x768.'"""
    line = f"row {number}, {found.column}: {found.problem.sentence}"
    if found.offer is None:
        return line
    return f"{line} Write {found.offer}." if found.offer else f"{line} Leave the cell empty."


def print_prices(ground: StudioGround, checks: Sequence[RowCheck], *, as_json: bool) -> None:
    """A line a row, then the total."""
    price = price_of(checks, rates_of(ground.cards))
    if as_json:
        for number, each in enumerate(checks, start=1):
            emit(row_fields(number, each))
        emit(
            {
                "rows": len(checks),
                "pictures": price.pictures,
                "total": plain(price.total),
                "known": plain(price.known),
                "unpriced": price.unpriced,
                "worst": plain(price.worst),
            }
        )
        return
    for line in table(HEADER, [_cells(n, each) for n, each in enumerate(checks, start=1)],
                      right=("ROW", "COUNT", "COST")):  # fmt: skip
        write(line)
    for number, each in enumerate(checks, start=1):
        for problem in each.problems:
            say(problem_line(number, problem))
    words = f"{price.pictures} pictures for {dollars(price.total)}"
    if price.unpriced:
        least = f"{dollars(price.known)} and {price.unpriced} at a price that is not known"
        worst = (
            "" if price.worst is None else f"; at the highest known price {dollars(price.worst)}"
        )
        words = f"{price.pictures} pictures for {least}{worst}"
    write(words)


def row_fields(number: int, each: RowCheck) -> dict[str, object]:
    """One row as JSON. `offer` is what the cell may have instead, null where nobody can know."""
    return {
        "row": number,
        "provider": each.card.provider,
        "model": each.card.model,
        "ok": not each.problems,
        "problems": [
            {"cell": p.column, "message": p.problem.sentence, "offer": p.offer}
            for p in each.problems
        ],
        "width": each.draft.size.width,
        "height": each.draft.size.height,
        "count": each.estimate.count,
        "each": plain(each.estimate.each),
        "total": plain(each.estimate.total),
    }


def can_be_sent(checks: Iterable[RowCheck]) -> bool:
    return not any(each.problems for each in checks)


def _cells(number: int, each: RowCheck) -> tuple[str, ...]:
    total = each.estimate.total
    cost = "wrong" if each.problems else "not known" if total is None else dollars(total)
    return (
        str(number),
        each.card.provider,
        each.card.model,
        str(each.draft.size),
        str(each.estimate.count),
        cost,
        shortened(each.draft.prompt, MOST_PROMPT),
    )


def _text(file: str) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark as spreadsheets save it."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(4 * MOST_CHARACTERS + 1)
    except OSError as error:
        raise StudioError(f"{file}: {error.strerror or error}.") from error
    if len(data) > 4 * MOST_CHARACTERS:
        raise StudioError(f"{file} is too large for a batch.")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise StudioError(f"{file} is no UTF-8 text. Save it as CSV UTF-8.") from error


def _said(sentence: str) -> Problem:
    return Problem(Control.PROMPT, sentence.replace("{", "{{").replace("}", "}}"))
