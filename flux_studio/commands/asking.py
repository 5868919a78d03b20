"""What `generate` asks before it sends: an order above the sum of one's choice, and a picture that
is there already. On a terminal it asks; without one it wants the answer as an option.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from flux_studio.assembly import Workshop
from flux_studio.commands.output import say
from flux_studio.core.generation import Generation
from flux_studio.core.money import dollars
from flux_studio.core.request import Order
from flux_studio.storage.same_request import same_pictures
from flux_studio.storage.settings import SettingRefused


def takes_answers(parser: ArgumentParser) -> None:
    """The options that answer before it is asked."""
    parser.add_argument(
        "--yes", action="store_true", help="send it even above the confirm_above of the settings"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="pay for a picture that the library has already (same request, same seed); "
        "without it nothing is sent and the exit code is 2",
    )


def wanted(workshop: Workshop, order: Order, arguments: Namespace) -> bool:
    """Whether the person wants to pay for this order; what stands against it has been said."""
    has_seed = arguments.seed is not None or arguments.batch is not None
    if not arguments.again and has_seed and order.estimate.total != 0:
        found = same_pictures(workshop.gallery(), order.requests, workshop.ground.paths.pictures)
        if found and not _pay_again(workshop, found, order):
            return False
    return arguments.yes or _is_small(workshop, order) or _confirmed(order)


def may_send_again(workshop: Workshop, order: Order, arguments: Namespace) -> bool:
    """Whether the person wants to pay for an order that takes the place of a job."""
    if arguments.yes:
        return True
    if order.requests[0].seed is not None and order.estimate.total != 0:
        found = same_pictures(workshop.gallery(), order.requests, workshop.ground.paths.pictures)
        for each in found:
            say(f"You have this picture already: {workshop.ground.paths.pictures / each.path}")
        if found:
            question = f"Pay again {dollars(order.estimate.total)}?"
            return _asked(question, "Nothing was sent. Say --yes to pay for it again.")
    return _is_small(workshop, order) or _confirmed(order)


def _pay_again(workshop: Workshop, found: Sequence[Generation], order: Order) -> bool:
    for each in found:
        say(f"You have this picture already: {workshop.ground.paths.pictures / each.path}")
    question = f"Pay again {dollars(order.estimate.total)}?"
    return _asked(question, "Nothing was sent. Say --again to pay for it again.")


def _is_small(workshop: Workshop, order: Order) -> bool:
    """Not above the sum of one's choice; a price that is not known is above any."""
    try:
        most = workshop.ground.settings_file.budget().confirm_above
    except SettingRefused:
        return order.estimate.total == 0
    total = order.estimate.total
    return most is None or (total is not None and total <= most)


def _confirmed(order: Order) -> bool:
    count, total = len(order.requests), order.estimate.total
    question = f"Generate {count} for {dollars(total)}?"
    return _asked(question, "That is above your confirm_above. Nothing was sent; say --yes.")


def _asked(question: str, otherwise: str) -> bool:
    """The answer on a terminal; without one, and for anything but yes, no."""
    if sys.stdin is not None and sys.stdin.isatty():
        say(f"{question} [y/N]")
        if sys.stdin.readline().strip().casefold() in ("y", "yes"):
            return True
    else:
        say(question)
    say(otherwise)
    return False
