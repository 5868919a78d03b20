"""`flux-studio library delete`, `deleted` and `restore-deleted`: into the bin and back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from uuid import uuid4

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import iso, say, show
from flux_studio.core.job import ENDED, JobState
from flux_studio.storage.deleted import Record
from flux_studio.storage.deleting import Deleting, Mover, OwnBin
from flux_studio.storage.uses import Uses, rejected, uses_of

DEEDS = ("delete", "deleted", "restore-deleted")
_PORTION = 20
_LONGEST_NAME = 32  # letters of a collection


def describe(parser: ArgumentParser) -> None:
    """The options of the deeds here."""
    parser.add_argument(
        "more", nargs="*", metavar="ID",
        help="`delete` and `restore-deleted`: the pictures by their ids; without any,"
        " `restore-deleted` takes back what was deleted last",
    )  # fmt: skip
    parser.add_argument(
        "--rejected", action="store_true", help="`delete`: everything that was rejected"
    )
    parser.add_argument(
        "--own-bin", action="store_true",
        help="`delete`: into the folder .bin of the library, where the system has no bin",
    )  # fmt: skip


def wrong_use(arguments: Namespace) -> str:
    """What does not go together, as a sentence; '' when all does."""
    named = bool(arguments.text or arguments.more)
    match arguments.do:
        case "delete" if named == arguments.rejected:
            return "Say `library delete ID…` or `library delete --rejected`."
        case "delete":
            return ""
        case "deleted" if named:
            return "`library deleted` takes no ids: it lists what is in the bin."
        case _ if arguments.rejected or arguments.own_bin:
            return "--rejected and --own-bin belong to `library delete`."
        case "restore-deleted":
            return ""
        case _ if arguments.more:
            return f"`library {arguments.do}` takes one text at most; quote it if it has spaces."
    return ""


def run(workshop: Workshop, arguments: Namespace) -> Exit:
    """Do what was asked; 3 when a picture could not be moved."""
    ids = list(dict.fromkeys((*([arguments.text] if arguments.text else ()), *arguments.more)))
    root = workshop.ground.paths.pictures
    token = workshop.owner.token
    deleting = Deleting(workshop.database, root, token, lambda work: work())
    match arguments.do:
        case "delete":
            return _delete(workshop, arguments, deleting, ids)
        case "deleted":
            for record in deleting.every():
                fields = {**_fields(workshop, record), "deleted_at": iso(record.at)}
                show(arguments, fields, f"{record.id}\t{iso(record.at)}\t{record.path}")
            return Exit.DONE
        case _:
            return _restore(workshop, arguments, deleting, ids)


def _delete(
    workshop: Workshop, arguments: Namespace, deleting: Deleting, ids: Sequence[str]
) -> Exit:
    gallery = workshop.gallery()
    if arguments.rejected:
        ids = rejected(gallery)
    known = [generation.id for generation in gallery.rows(ids)]
    unknown = [id_ for id_ in ids if id_ not in set(known)]
    if unknown:
        say(f"The library has no picture {', '.join(unknown)}. Nothing was deleted.")
        return Exit.IMPOSSIBLE
    _say_uses(_uses(workshop, known))
    system, own = _bins(workshop)
    if system is None and not arguments.own_bin:
        say("The bin of the system is reached through Qt, which is not here. --own-bin works.")
        return Exit.IMPOSSIBLE
    bin_ = own if arguments.own_bin or system is None else system
    done, stayed, batch = 0, 0, uuid4().hex
    for start in range(0, len(known), _PORTION):
        some = deleting.delete(known[start : start + _PORTION], batch, bin_)
        for record in deleting.of_batch(batch)[done:]:
            show(arguments, _fields(workshop, record), f"{record.id}\t{record.path}")
        done, stayed = done + len(some.ids), stayed + len(some.held) + len(some.left)
        if some.held:
            say(f"Their job still brings pictures, so these stay: {', '.join(some.held)}")
        if some.sentence:
            stayed += len(known) - start - _PORTION if len(known) > start + _PORTION else 0
            say(some.sentence + (" Try --own-bin." if some.elsewhere else ""))
            break
    show(arguments, {"deleted": done, "left": stayed}, f"deleted: {done}, left: {stayed}")
    return Exit.REFUSED if stayed else Exit.DONE


def _restore(
    workshop: Workshop, arguments: Namespace, deleting: Deleting, ids: Sequence[str]
) -> Exit:
    every = deleting.every()
    if not every:
        say("Nothing was deleted that could come back.")
        return Exit.IMPOSSIBLE if ids else Exit.DONE
    wanted = ids or [each.id for each in every if each.batch == every[-1].batch]
    unknown = set(wanted).difference(each.id for each in every)
    if unknown:
        say(f"Not among the deleted pictures: {', '.join(sorted(unknown))}. Nothing was restored.")
        return Exit.IMPOSSIBLE
    system, own = _bins(workshop)
    bins = (own,) if system is None else (system, own)
    back = deleting.restore(wanted, bins)
    workshop.marks.catch_up()
    for generation in workshop.gallery().rows(back.ids):
        path = str(workshop.ground.paths.pictures / generation.path)
        show(arguments, {"id": generation.id, "path": path}, f"{generation.id}\t{path}")
    if back.lost:
        say(f"No longer in the bin: {', '.join(back.lost)}")
    if back.sentence:
        say(back.sentence)
    stayed = len(back.lost) + len(back.left)
    fields = {"restored": len(back.ids), "left": stayed}
    show(arguments, fields, f"restored: {len(back.ids)}, left: {stayed}")
    return Exit.REFUSED if stayed else Exit.DONE


def _fields(workshop: Workshop, record: Record) -> dict[str, object]:
    path = str(record.file(workshop.ground.paths.pictures))
    return {"id": record.id, "path": path, "bin": record.picture, "bytes": record.bytes}


def _bins(workshop: Workshop) -> tuple[Mover | None, Mover]:
    """That of the system, None without Qt, and the library's own."""
    own = OwnBin(workshop.ground.paths.pictures)
    try:
        from flux_studio.session.system_bin import SystemBin
    except ImportError:
        return None, own
    return SystemBin(), own


def _uses(workshop: Workshop, ids: Sequence[str]) -> Uses:
    draft = workshop.ground.draft_file.load()
    waiting = [state for state in JobState if state not in ENDED]
    of_form = draft.references if draft is not None else ()
    of_jobs = [r for job in workshop.journal.jobs(waiting) for r in job.request.references]
    form, jobs = (
        {name for r in refs for name in (r.parent, r.whole.sha256) if name}
        for refs in (of_form, of_jobs)
    )
    return uses_of(workshop.gallery(), ids, form, jobs)


def _say_uses(uses: Uses) -> None:
    for count, words in (
        (uses.form, "references in the form"),
        (uses.jobs, "references of jobs on their way"),
        (uses.edited, "with edits that stay"),
        (uses.outside, "with their file outside the library"),
    ):
        if count:
            say(f"In use: {count} {words}.")
    for name, count in uses.collections:
        say(f"In the collection {name[:_LONGEST_NAME]}: {count}.")
