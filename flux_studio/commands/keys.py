"""`flux-studio keys status|set|forget|use`: keys go to the system's keychain, from a prompt or
stdin, never an argument. A provider may have several, each under a name.
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.opened import opened
from flux_studio.commands.output import iso, say, show, takes_json
from flux_studio.providers.redaction import remember
from flux_studio.providers.registry import PROVIDERS, ProviderRow
from flux_studio.storage.gallery_figures import key_uses
from flux_studio.storage.key_status import KeyProblem, KeyState, KeyStatus, check_label, read_key
from flux_studio.storage.keys_in_use import DEFAULT_LABEL, variable_label

KEYED = tuple(row for row in PROVIDERS if row.needs_key)
LONGEST_LINE = 4096  # characters read of a line on stdin; no key comes near it


def describe(parser: ArgumentParser) -> None:
    """The options of `keys`."""
    parser.add_argument("do", choices=("status", "set", "forget", "use"))
    parser.add_argument("provider", nargs="?", choices=[row.id for row in KEYED], metavar="P")
    parser.add_argument("name", nargs="?", metavar="LABEL", help="the key to use, with `use` only")
    parser.add_argument("--label", help="which of several keys to set or forget, by its name")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Look at, store or forget a key."""
    if arguments.do != "status" and arguments.provider is None:
        say("Name a provider: " + ", ".join(row.id for row in KEYED))
        return Exit.IMPOSSIBLE
    if arguments.name is not None and arguments.do != "use":
        say("A key is never an argument: it is read from a prompt or stdin. Name it with --label.")
        return Exit.IMPOSSIBLE
    with opened() as workshop:
        if arguments.do == "status":
            return _status(workshop, arguments)
        chosen = next(row for row in KEYED if row.id == arguments.provider)
        try:
            match arguments.do:
                case "forget":
                    return _forget(workshop, arguments, chosen)
                case "use":
                    return _use(workshop, arguments, chosen)
                case _:
                    return _set(workshop, arguments, chosen)
        except KeyProblem as problem:
            say(problem.sentence)
            return Exit.IMPOSSIBLE


def _status(workshop: Workshop, arguments: Namespace) -> Exit:
    for known in KEYED:
        if arguments.provider in (None, known.id):
            for label in _labels(workshop, known):
                _show(workshop, arguments, known, label, _status_of(workshop, known, label))
    return Exit.DONE


def _labels(workshop: Workshop, known: ProviderRow) -> list[str]:
    """The names of a provider's keys, the one in use first; that one even when it is not there."""
    in_use = _in_use(workshop, known)
    return [in_use, *(n for n in workshop.keychain.labels(known.id) if n != in_use)]


def _in_use(workshop: Workshop, known: ProviderRow) -> str:
    if workshop.keychain.has_variable(known.key_variable):
        return variable_label(known.key_variable)
    return workshop.keys_in_use.label(known.id)


def _status_of(workshop: Workshop, known: ProviderRow, label: str) -> KeyStatus:
    if label == variable_label(known.key_variable):
        return workshop.keychain.status(known.id, known.key_variable)
    return workshop.keychain.status(known.id, label=label)


def _use(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    """Another key for the next jobs; those on their way keep the one they were sent with."""
    labels = workshop.keychain.labels(chosen.id)
    if arguments.name not in labels:
        there = ", ".join(labels) or "none"
        say(f"{chosen.title} has no key of that name. There are: {there}.")
        return Exit.IMPOSSIBLE
    _choose(workshop, chosen, arguments.name)
    status = _status_of(workshop, chosen, arguments.name)
    _show(workshop, arguments, chosen, arguments.name, status)
    if workshop.keychain.has_variable(chosen.key_variable):
        say(f"While the variable {chosen.key_variable} is set, its key is used instead.")
    return Exit.DONE


def _choose(workshop: Workshop, chosen: ProviderRow, label: str) -> None:
    workshop.keys_in_use.choose(chosen.id, label)
    file = workshop.ground.settings_file
    file.save(file.load().settings.changed("keys_in_use", workshop.keys_in_use.chosen()))


def _forget(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    label = arguments.label or DEFAULT_LABEL
    status = workshop.keychain.forget(chosen.id, label=label)
    _show(workshop, arguments, chosen, label, status)
    if workshop.ground.environ.get(chosen.key_variable, "").strip():
        say(f"The variable {chosen.key_variable} still gives a key; it is not ours to remove.")
    return Exit.DONE if status.state is KeyState.NONE else Exit.REFUSED


def _set(workshop: Workshop, arguments: Namespace, chosen: ProviderRow) -> Exit:
    label = arguments.label or DEFAULT_LABEL
    check_label(label)
    secret = read_key(_typed(chosen))
    remember(secret)
    in_use = workshop.keys_in_use.label(chosen.id)
    is_first = label != in_use and not workshop.keychain.status(chosen.id, label=in_use).has_key
    status = workshop.keychain.set(chosen.id, secret, label=label)
    if is_first:
        _choose(workshop, chosen, label)
    _show(workshop, arguments, chosen, label, status)
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


def _show(
    workshop: Workshop, arguments: Namespace, known: ProviderRow, label: str, status: KeyStatus
) -> None:
    in_use = label == _in_use(workshop, known)
    fields = {
        "provider": known.id,
        "label": label,
        "in_use": in_use,
        "last_used": iso(_last_use(workshop, known, label)),
        "state": status.state.value,
        "has_key": status.has_key,
        "backend": status.backend,
        "variable": known.key_variable,
        "message": status.sentence,
    }
    name = "" if label == DEFAULT_LABEL else f"{label}: "
    mark = " (in use)" if in_use and len(workshop.keychain.labels(known.id)) > 1 else ""
    show(arguments, fields, f"{known.title:<10} {name}{status.sentence}{mark}")


def _last_use(workshop: Workshop, known: ProviderRow, label: str) -> datetime | None:
    """When a key last sent a job, where there is a library of this version to tell."""
    if not workshop.library_is_current():
        return None
    return key_uses(workshop.gallery(), known.id).get(label)
