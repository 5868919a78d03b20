"""`flux-studio generate PROMPT …`: runs jobs on the window's engine, progress on stderr, one line a
picture.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.asking import takes_answers, wanted
from flux_studio.commands.batch import as_one, orders_of, read_batch, takes_batch
from flux_studio.commands.exits import Exit
from flux_studio.commands.following import following
from flux_studio.commands.opened import opened
from flux_studio.commands.output import emit, say, takes_json
from flux_studio.commands.request_options import (
    KeepReference,
    checked_request,
    chosen_card,
    read_lists,
    read_references,
    sum_in_usd,
    takes_request,
)
from flux_studio.core.budget import Stopped, Wish
from flux_studio.core.errors import Impossible, StudioError
from flux_studio.core.money import dollars
from flux_studio.core.request import Order, Reference
from flux_studio.engine.daemon_threads import run_with_daemon_threads
from flux_studio.providers.registry import row

MOST_PROMPTS = 20  # shown before they are sent


def describe(parser: ArgumentParser) -> None:
    """The options of `generate`."""
    takes_request(parser)
    takes_batch(parser)
    parser.add_argument(
        "--max-cost", type=sum_in_usd, metavar="USD", help="send nothing when it would cost more"
    )
    parser.add_argument(
        "--project", default="", metavar="NAME", help="count it, and keep it, with this project"
    )
    takes_answers(parser)
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Make the pictures; the worst ending decides the exit code."""
    with opened() as workshop:
        orders = make_orders(workshop, arguments)
        whole = orders[0] if len(orders) == 1 else as_one(orders)
        over = over_budget(whole, arguments.max_cost) or stopped_by_budget(workshop, orders)
        if over:
            say(over)
            return Exit.BUDGET
        if not wanted(workshop, whole, arguments):
            return Exit.IMPOSSIBLE
        return run_with_daemon_threads(_make(workshop, orders, as_json=arguments.json))


def make_orders(workshop: Workshop, arguments: Namespace) -> list[Order]:
    """One order, or one for each row of a batch. Raises Impossible with every problem there is."""
    if arguments.batch is None:
        return [make_order(workshop, arguments)]
    _ = workshop.database
    references = read_references(arguments.ref, _keeping(workshop))
    checks = read_batch(workshop.ground, arguments, references, read_lists(workshop.ground))
    return [in_project(order, arguments.project) for order in orders_of(checks)]


def make_order(workshop: Workshop, arguments: Namespace) -> Order:
    """The order that the options describe. Raises Impossible with every problem there is."""
    card = chosen_card(workshop.ground, arguments)
    if arguments.prompt is None and arguments.ref:
        say("There is no prompt: write it before --ref, which takes all that follows as files.")
    _ = workshop.database  # a library that cannot be written is told before anything is read
    references = read_references(arguments.ref, _keeping(workshop))
    lists = read_lists(workshop.ground)
    _, checked = checked_request(card, arguments, references, lists)
    if checked.order is None:
        raise Impossible(checked.problems)
    for line in (*(note.sentence for note in checked.notes), *prompt_lines(checked.order)):
        say(line)
    return in_project(checked.order, arguments.project)


def prompt_lines(order: Order) -> list[str]:
    """The prompts that will be sent, each once, where they are not what was typed; the first
    few.
    """
    if not any(origin.typed for origin in order.origins):
        return []
    prompts = list(dict.fromkeys(request.prompt for request in order.requests))
    lines = [f"{number}. {prompt}" for number, prompt in enumerate(prompts[:MOST_PROMPTS], start=1)]
    if len(prompts) > MOST_PROMPTS:
        lines.append(f"… and {len(prompts) - MOST_PROMPTS} more")
    return lines


def in_project(order: Order, name: str) -> Order:
    """The order with every picture in a project, '' for none."""
    project = " ".join(name.split())
    count = range(len(order.requests))
    origins = tuple(replace(order.origin(at), project=project) for at in count)
    return replace(order, origins=origins) if project else order


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


def stopped_by_budget(workshop: Workshop, orders: Sequence[Order]) -> str:
    """Why the budget of the settings stops all of it; '' when it may go. What waits to be sent
    counts too.
    """
    for wish in _wishes(orders):
        verdict = workshop.budget.verdict(wish, with_queue=True)
        if isinstance(verdict, Stopped):
            return f"{verdict.sentence} Nothing was sent."
    return ""


def _wishes(orders: Sequence[Order]) -> list[Wish]:
    """What is asked for at each provider, known and unknown prices apart. The engine looks at each
    picture once more before it is sent.
    """
    sums: dict[tuple[str, bool], Wish] = {}
    for order in orders:
        each, count = order.estimate.each, len(order.requests)
        provider, project = order.requests[0].provider, order.origin(0).project
        name = provider, each is None
        before = sums.get(name)
        if len(orders) == 1 or each is None:
            total, pictures = each, count + (before.count if before else 0)
        else:
            total, pictures = each * count + ((before.price if before else None) or 0), 1
        sums[name] = Wish(provider, total, pictures, project=project)
    return list(sums.values())


async def _make(workshop: Workshop, orders: Sequence[Order], *, as_json: bool) -> Exit:
    providers = list(dict.fromkeys(order.requests[0].provider for order in orders))
    async with following(workshop, as_json=as_json) as (runner, follower):
        for provider in providers:
            refusal = runner.why_left_out(provider)
            if refusal:
                raise StudioError(refusal)
        for number, order in enumerate(orders, start=1):
            _say_price(order)
            jobs = runner.place(order)
            follower.expect(jobs)
            if as_json and len(orders) > 1:
                emit({"event": "placed", "row": number, "jobs": jobs})
        await follower.ended()
        if follower.interrupted:
            await follower.take_back(runner)
    code = follower.code()
    if code is Exit.NO_KEY:
        for known in (row(provider) for provider in providers if row(provider).needs_key):
            say(f"Set {known.key_variable}, or run `flux-studio keys set {known.id}`.")
    return code


def _keeping(workshop: Workshop) -> KeepReference:
    def keep(data: bytes, path: Path) -> Reference:
        return workshop.references.add(data, path.name, workshop.parent_of(data, path))

    return keep


def _say_price(order: Order) -> None:
    count, total = len(order.requests), order.estimate.total
    what = "1 picture" if count == 1 else f"{count} pictures"
    cost = "at a price that is not known" if total is None else f"for {dollars(total)}"
    say(f"{what} at {row(order.requests[0].provider).title} {cost}.")
