"""`flux-studio generate PROMPT …`: runs jobs on the window's engine, progress on stderr, one line a
picture.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.asking import takes_answers, wanted
from flux_studio.commands.exits import Exit
from flux_studio.commands.following import following
from flux_studio.commands.opened import opened
from flux_studio.commands.output import say, takes_json
from flux_studio.commands.request_options import (
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
        order = make_order(workshop, arguments)
        over = over_budget(order, arguments.max_cost) or stopped_by_budget(workshop, order)
        if over:
            say(over)
            return Exit.BUDGET
        if not wanted(workshop, order, arguments):
            return Exit.IMPOSSIBLE
        return run_with_daemon_threads(_make(workshop, order, as_json=arguments.json))


def make_order(workshop: Workshop, arguments: Namespace) -> Order:
    """The order that the options describe. Raises Impossible with every problem there is."""
    card = chosen_card(workshop.ground, arguments)
    if arguments.prompt is None and arguments.ref:
        say("There is no prompt: write it before --ref, which takes all that follows as files.")
    _ = workshop.database  # a library that cannot be written is told before anything is read

    def keep(data: bytes, path: Path) -> Reference:
        return workshop.references.add(data, path.name, workshop.parent_of(data, path))

    references, lists = read_references(arguments.ref, keep), read_lists(workshop.ground)
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


def stopped_by_budget(workshop: Workshop, order: Order) -> str:
    """Why the budget of the settings stops an order as a whole; '' when it may go. What waits to be
    sent counts too.
    """
    wish = Wish(
        order.requests[0].provider,
        order.estimate.each,
        len(order.requests),
        project=order.origin(0).project,
    )
    verdict = workshop.budget.verdict(wish, with_queue=True)
    return f"{verdict.sentence} Nothing was sent." if isinstance(verdict, Stopped) else ""


async def _make(workshop: Workshop, order: Order, *, as_json: bool) -> Exit:
    async with following(workshop, as_json=as_json) as (runner, follower):
        refusal = runner.why_left_out(order.requests[0].provider)
        if refusal:
            raise StudioError(refusal)
        _say_price(order)
        follower.expect(runner.place(order))
        await follower.ended()
        if follower.interrupted:
            await follower.take_back(runner)
    code = follower.code()
    if code is Exit.NO_KEY:
        provider = row(order.requests[0].provider)
        say(f"Set {provider.key_variable}, or run `flux-studio keys set {provider.id}`.")
    return code


def _say_price(order: Order) -> None:
    count, total = len(order.requests), order.estimate.total
    what = "1 picture" if count == 1 else f"{count} pictures"
    cost = "at a price that is not known" if total is None else f"for {dollars(total)}"
    say(f"{what} at {row(order.requests[0].provider).title} {cost}.")
