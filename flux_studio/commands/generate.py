"""`flux-studio generate PROMPT …`: runs jobs on the window's engine, progress on stderr, one line a
picture.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from decimal import Decimal

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit, worst
from flux_studio.commands.following import Follower
from flux_studio.commands.output import say, takes_json
from flux_studio.commands.request_options import (
    asked_sum,
    chosen_card,
    draft_on,
    named_controls,
    read_references,
    takes_request,
)
from flux_studio.core.draft import check
from flux_studio.core.errors import Impossible
from flux_studio.core.money import dollars
from flux_studio.core.request import Order
from flux_studio.ground import Ground, lay_ground
from flux_studio.log import start_log


def describe(parser: ArgumentParser) -> None:
    """The options of `generate`."""
    takes_request(parser)
    parser.add_argument(
        "--max-cost", type=asked_sum, metavar="USD", help="send nothing when it would cost more"
    )
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Make the pictures; the worst ending decides the exit code."""
    ground = lay_ground()
    start_log(ground.paths)
    workshop = Workshop(ground)
    try:
        order = make_order(ground, workshop, arguments)
        over = over_budget(order, arguments.max_cost)
        if over:
            say(over)
            return Exit.BUDGET
        return asyncio.run(_make(workshop, order, as_json=arguments.json))
    finally:
        workshop.close()


def make_order(ground: Ground, workshop: Workshop, arguments: Namespace) -> Order:
    """The order that the options describe. Raises Impossible with every problem there is."""
    card = chosen_card(ground, arguments)
    if arguments.prompt == "":
        # Nothing is read from disk for a request that cannot be made anyway.
        arguments.ref = []
    references = read_references(workshop, arguments.ref)
    draft = draft_on(card, arguments, references)
    checked = check(draft, card, lambda: secrets.randbelow(2**31), named_controls(arguments))
    if checked.order is None:
        raise Impossible(checked.problems)
    for note in checked.notes:
        say(note.sentence)
    return checked.order


def over_budget(order: Order, most: Decimal | None) -> str:
    """Why an order may not be sent under a limit in USD; '' when it may. Unknown is over any
    limit.
    """
    total = order.estimate.total
    if most is None or (total is not None and total <= most):
        return ""
    if total is None:
        return f"The price is not known, so it may exceed {dollars(most)}. Nothing was sent."
    return f"This would cost {dollars(total)}, more than {dollars(most)}. Nothing was sent."


async def _make(workshop: Workshop, order: Order, *, as_json: bool) -> Exit:
    follower = Follower(workshop.ground, as_json=as_json)
    runner = await workshop.runner(follower.tell, pausing=False)
    try:
        follower.expect(runner.place(order))
        with _interruptible(follower):
            await follower.ended()
    finally:
        await runner.close()
    return Exit.INTERRUPTED if follower.interrupted else worst(follower.codes())


@contextlib.contextmanager
def _interruptible(follower: Follower) -> Iterator[None]:
    """Ctrl+C stops the waiting; what was accepted stays in the journal and is picked up again."""
    loop = asyncio.get_running_loop()
    wanted = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in wanted:
            loop.add_signal_handler(number, follower.interrupt)
    except NotImplementedError:  # Windows has no such handlers: KeyboardInterrupt ends the run
        yield
        return
    try:
        yield
    finally:
        for number in wanted:
            loop.remove_signal_handler(number)
