"""`flux-studio library list|search|verify|rebuild`: the pictures on disk, and whether all is in
order.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import emit, generation_fields, say, show, takes_json
from flux_studio.core.money import dollars
from flux_studio.ground import lay_ground
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.verify import Verification


def describe(parser: ArgumentParser) -> None:
    """The options of `library`."""
    parser.add_argument("do", choices=("list", "search", "verify", "rebuild"))
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="words to search for")
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Do what was asked; `verify` gives 3 when it found a problem."""
    workshop = Workshop(lay_ground())
    try:
        match arguments.do:
            case "verify":
                return _verify(workshop, arguments)
            case "rebuild":
                return _rebuild(workshop, arguments)
            case "search" if not arguments.text:
                say("Say what to search for.")
                return Exit.IMPOSSIBLE
            case _:
                return _list(workshop, arguments)
    finally:
        workshop.close()


def _list(workshop: Workshop, arguments: Namespace) -> Exit:
    _ = workshop.database  # makes or upgrades the file before it is read
    root = str(workshop.ground.paths.pictures)
    for generation in workshop.gallery().all(Filter(text=arguments.text)):
        fields = generation_fields(generation, root)
        words = f"{fields['path']}\t{dollars(generation.charged)}\t{generation.request.prompt[:80]}"
        show(arguments, fields, words.replace("\n", " "))
    return Exit.DONE


def _verify(workshop: Workshop, arguments: Namespace) -> Exit:
    verification = Verification(workshop.database, workshop.ground.paths.pictures)
    for finding in verification.findings():
        fields = {
            "problem": finding.trouble.value,
            "path": finding.path,
            "id": finding.id,
            "message": finding.sentence,
            "detail": finding.detail,
        }
        show(arguments, fields, f"{finding.path or finding.id}\t{finding.sentence}")
    counts = {"checked": verification.checked, "problems": verification.problems}
    if arguments.json:
        emit(counts)
    else:
        say(f"{counts['checked']} checked, {counts['problems']} problems.")
    return Exit.REFUSED if verification.problems else Exit.DONE


def _rebuild(workshop: Workshop, arguments: Namespace) -> Exit:
    done = rebuild(workshop.database, workshop.ground.paths.pictures)
    for fault in done.faults:
        say(fault)
    fields = {"restored": done.restored, "present": done.present, "faults": len(done.faults)}
    show(arguments, fields, f"{done.restored} restored, {done.present} were there already.")
    return Exit.DONE
