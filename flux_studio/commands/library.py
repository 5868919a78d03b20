"""`flux-studio library …`: the pictures on disk, whether all is in order, and the backups."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import closing

from flux_studio.assembly import Workshop
from flux_studio.commands import deleting, importing
from flux_studio.commands.exits import Exit
from flux_studio.commands.opened import opened
from flux_studio.commands.output import generation_fields, iso, say, show, takes_json
from flux_studio.commands.table import shortened
from flux_studio.core.money import dollars
from flux_studio.storage.backups import is_sound
from flux_studio.storage.database import LibraryDamaged, LibraryNewer
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.recovery import put_in_place
from flux_studio.storage.verify import Trouble, Verification

LONGEST_PROMPT = 80  # characters
DEEDS = ("list", "search", "import", "verify", "rebuild", "backups", "restore", *deleting.DEEDS)


def describe(parser: ArgumentParser) -> None:
    """The options of `library`."""
    parser.add_argument("do", choices=DEEDS)
    parser.add_argument(
        "text", nargs="?", default="", metavar="TEXT",
        help="words to search for, the folder to import, the name of the backup to restore, or the"
        " id of a picture",
    )  # fmt: skip
    deleting.describe(parser)
    importing.describe(parser)
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Do what was asked; `verify` gives 3 when it found a problem."""
    wrong = _wrong_use(arguments)
    if wrong:
        say(wrong)
        return Exit.IMPOSSIBLE
    with opened() as workshop:
        match arguments.do:
            case "delete" | "deleted" | "restore-deleted":
                return deleting.run(workshop, arguments)
            case "import":
                return importing.run(workshop, arguments)
            case "verify":
                return _verify(workshop, arguments)
            case "rebuild":
                return _rebuild(workshop, arguments)
            case "backups":
                return _backups(workshop, arguments)
            case "restore":
                return _restore(workshop, arguments)
            case "search" if not arguments.text.strip():
                say("Say what to search for.")
                return Exit.IMPOSSIBLE
            case _:
                return _list(workshop, arguments)


def _wrong_use(arguments: Namespace) -> str:
    """What does not go together, as a sentence; '' when all does."""
    do = arguments.do
    if arguments.text and do not in ("search", "import", "restore", *deleting.DEEDS):
        return f"`library {do}` takes no text. Say `library search TEXT`."
    if do != "import" and (arguments.copy or arguments.link or arguments.watch):
        return "--copy, --link and --watch belong to `library import FOLDER`."
    return deleting.wrong_use(arguments)


def _list(workshop: Workshop, arguments: Namespace) -> Exit:
    try:
        _ = workshop.database  # makes, upgrades or repairs the file before it is read
    except LibraryNewer as error:
        say(str(error))
    root = workshop.ground.paths.pictures
    for generation in workshop.gallery().all(Filter(text=arguments.text)):
        fields = generation_fields(generation, root)
        prompt = shortened(generation.request.prompt, LONGEST_PROMPT)
        show(arguments, fields, f"{fields['path']}\t{dollars(generation.charged)}\t{prompt}")
    return Exit.DONE


def _verify(workshop: Workshop, arguments: Namespace) -> Exit:
    """Changes nothing: a damaged database is told and not repaired."""
    try:
        database = workshop.open_database()
    except LibraryDamaged as error:
        _show_problem(arguments, Trouble.DAMAGED_DATABASE, "", "", str(error), "")
        return _count(arguments, checked=0, problems=1)
    with closing(database):
        verification = Verification(database, workshop.ground.paths.pictures)
        for found in verification.findings():
            place = found.path, found.id
            _show_problem(arguments, found.trouble, *place, found.sentence, found.detail)
    return _count(arguments, verification.checked, verification.problems)


def _show_problem(
    arguments: Namespace, trouble: Trouble, path: str, name: str, message: str, detail: str
) -> None:
    fields = {"problem": trouble.value, "path": path, "id": name}
    words = f"{path or name or 'library'}\t{message}"
    show(arguments, {**fields, "message": message, "detail": detail}, words)


def _count(arguments: Namespace, checked: int, problems: int) -> Exit:
    """The last line."""
    fields = {"checked": checked, "problems": problems}
    show(arguments, fields, f"checked: {checked}, problems: {problems}")
    return Exit.REFUSED if problems else Exit.DONE


def _backups(workshop: Workshop, arguments: Namespace) -> Exit:
    for backup in workshop.backups.all():
        name, at = backup.path.name, iso(backup.at)
        fields = {"name": name, "made": at, "why": backup.label, "bytes": backup.bytes}
        show(arguments, fields, f"{name}\t{at}\t{backup.bytes / 1e6:.1f} MB")
    return Exit.DONE


def _restore(workshop: Workshop, arguments: Namespace) -> Exit:
    """The present file is put aside, never deleted."""
    backup = workshop.backups.find(arguments.text)
    if backup is None:
        say("There is no backup of that name. `library backups` lists them.")
        return Exit.IMPOSSIBLE
    if not is_sound(backup.path):
        say("This backup does not hold together, or a newer Flux Studio made it. Choose another.")
        return Exit.REFUSED
    if workshop.owner.others():
        say("Another Flux Studio is open and works on jobs. Close it first.")
        return Exit.REFUSED
    paths = workshop.ground.paths
    aside, pictures = put_in_place(paths.library_db, workshop.backups, backup, paths.pictures)
    fields = {"restored": backup.path.name, "aside": str(aside), "pictures": pictures}
    show(arguments, fields, f"restored {backup.path.name}; the file before is {aside}")
    return Exit.DONE


def _rebuild(workshop: Workshop, arguments: Namespace) -> Exit:
    done = rebuild(workshop.database, workshop.ground.paths.pictures)
    for fault in done.faults:
        say(fault)
    fields = {"restored": done.restored, "present": done.present, "faults": len(done.faults)}
    show(arguments, fields, f"restored: {done.restored}, there already: {done.present}")
    return Exit.REFUSED if done.faults else Exit.DONE
