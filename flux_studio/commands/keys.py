"""`flux-studio keys status|set|forget`: keys go to the system's keychain, from a prompt or stdin,
never an argument.
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import say, show, takes_json
from flux_studio.ground import lay_ground
from flux_studio.providers.registry import PROVIDERS, ProviderRow
from flux_studio.storage.key_status import KeyProblem, KeyState, KeyStatus, read_key

KEYED = tuple(row for row in PROVIDERS if row.needs_key)


def describe(parser: ArgumentParser) -> None:
    """The options of `keys`."""
    parser.add_argument("do", choices=("status", "set", "forget"))
    parser.add_argument("provider", nargs="?", choices=[row.id for row in KEYED], metavar="P")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Look at, store or forget a key."""
    workshop = Workshop(lay_ground())
    try:
        if arguments.do == "status":
            return _status(workshop, arguments)
        if arguments.provider is None:
            say("Name a provider: " + ", ".join(row.id for row in KEYED))
            return Exit.IMPOSSIBLE
        chosen = next(row for row in KEYED if row.id == arguments.provider)
        if arguments.do == "forget":
            return _show(arguments, chosen, workshop.keychain.forget(chosen.id))
        return _set(workshop, arguments, chosen)
    finally:
        workshop.close()


def _status(workshop: Workshop, arguments: Namespace) -> Exit:
    for known in KEYED:
        if arguments.provider in (None, known.id):
            _show(arguments, known, workshop.keychain.status(known.id, known.key_variable))
    return Exit.DONE


def _set(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    try:
        secret = read_key(_typed(chosen))
    except KeyProblem as problem:
        say(problem.sentence)
        return Exit.IMPOSSIBLE
    status = workshop.keychain.set(chosen.id, secret)
    _show(arguments, chosen, status)
    if status.state is KeyState.SAVED:
        return Exit.DONE
    say(f"For this run only: the key can also come from {chosen.key_variable}.")
    return Exit.NO_KEY


def _typed(chosen: ProviderRow) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Key for {chosen.title} (not shown): ", stream=sys.stderr)
    return sys.stdin.readline()


def _show(arguments: Namespace, known: ProviderRow, status: KeyStatus) -> Exit:
    fields = {
        "provider": known.id,
        "state": status.state.value,
        "has_key": status.has_key,
        "backend": status.backend,
        "variable": known.key_variable,
        "message": status.sentence,
    }
    show(arguments, fields, f"{known.title:<10} {status.sentence}")
    return Exit.DONE
