"""`flux-studio keys status|set|forget`: keys go to the system's keychain, from a prompt or stdin,
never an argument.
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.opened import opened
from flux_studio.commands.output import say, show, takes_json
from flux_studio.providers.redaction import remember
from flux_studio.providers.registry import PROVIDERS, ProviderRow
from flux_studio.storage.key_status import KeyProblem, KeyState, KeyStatus, read_key

KEYED = tuple(row for row in PROVIDERS if row.needs_key)
LONGEST_LINE = 4096  # characters read of a line on stdin; no key comes near it


def describe(parser: ArgumentParser) -> None:
    """The options of `keys`."""
    parser.add_argument("do", choices=("status", "set", "forget"))
    parser.add_argument("provider", nargs="?", choices=[row.id for row in KEYED], metavar="P")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Look at, store or forget a key."""
    if arguments.do != "status" and arguments.provider is None:
        say("Name a provider: " + ", ".join(row.id for row in KEYED))
        return Exit.IMPOSSIBLE
    with opened() as workshop:
        if arguments.do == "status":
            return _status(workshop, arguments)
        chosen = next(row for row in KEYED if row.id == arguments.provider)
        if arguments.do == "forget":
            return _forget(workshop, arguments, chosen)
        return _set(workshop, arguments, chosen)


def _status(workshop: Workshop, arguments: Namespace) -> Exit:
    for known in KEYED:
        if arguments.provider in (None, known.id):
            _show(arguments, known, workshop.keychain.status(known.id, known.key_variable))
    return Exit.DONE


def _forget(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    status = workshop.keychain.forget(chosen.id)
    _show(arguments, chosen, status)
    if workshop.ground.environ.get(chosen.key_variable, "").strip():
        say(f"The variable {chosen.key_variable} still gives a key; it is not ours to remove.")
    return Exit.DONE if status.state is KeyState.NONE else Exit.REFUSED


def _set(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    try:
        secret = read_key(_typed(chosen))
    except KeyProblem as problem:
        say(problem.sentence)
        return Exit.IMPOSSIBLE
    remember(secret)
    status = workshop.keychain.set(chosen.id, secret)
    _show(arguments, chosen, status)
    if status.state is KeyState.SAVED:
        return Exit.DONE
    say(f"This command ends now, so nothing is kept. Give the key in {chosen.key_variable}.")
    return Exit.NO_KEY


def _typed(chosen: ProviderRow) -> str:
    """One line from a prompt that shows nothing, or from stdin; '' when there is none."""
    if sys.stdin is None:
        return ""
    try:
        if sys.stdin.isatty():
            return getpass.getpass(f"Key for {chosen.title} (not shown): ", stream=sys.stderr)
        return sys.stdin.readline(LONGEST_LINE)
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"  # told as what it is: no key has such signs
    except (EOFError, OSError):
        return ""


def _show(arguments: Namespace, known: ProviderRow, status: KeyStatus) -> None:
    fields = {
        "provider": known.id,
        "state": status.state.value,
        "has_key": status.has_key,
        "backend": status.backend,
        "variable": known.key_variable,
        "message": status.sentence,
    }
    show(arguments, fields, f"{known.title:<10} {status.sentence}")
