"""`flux-studio library import FOLDER`: pictures from elsewhere are brought into the library."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import generation_fields, say, show
from flux_studio.core.errors import StudioError
from flux_studio.storage.decode import Decoder
from flux_studio.storage.import_runs import ImportRun, ImportRuns, RunState
from flux_studio.storage.importer import Control, Importer, ImportProgress, finish
from flux_studio.storage.taking_in import Taker

LOOK_EVERY_S = 2.0  # between two looks into a watched folder


def describe(parser: ArgumentParser) -> None:
    """The options that only `import` has."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--link", action="store_true", help="import: originals stay where they are (the default)"
    )
    how.add_argument(
        "--copy", action="store_true", help="import: originals are copied into the library"
    )
    parser.add_argument(
        "--watch", action="store_true", help="import: go on with what comes later, until Ctrl+C"
    )


def run(workshop: Workshop, arguments: Namespace) -> Exit:
    """Import a folder or a file; one that was interrupted goes on. Gives 3 when a file could not be
    brought in.
    """
    source = Path(arguments.text).expanduser().absolute()
    if not arguments.text or not source.exists():
        say("Name a folder or a picture that exists.")
        return Exit.IMPOSSIBLE
    runs = ImportRuns(workshop.database)
    owner = workshop.owner.token
    for open_run, holder in runs.open_runs():
        elsewhere = holder != owner and not workshop.owner.is_free(holder)
        if elsewhere and source in open_run.sources:
            say("Another Flux Studio imports this folder at the moment.")
            return Exit.REFUSED
    run_ = runs.begin((source,), copies=arguments.copy, watches=False, owner=owner)
    with closing(Decoder()) as decoder:
        return _Import(workshop, arguments, decoder, runs).follow(run_)


class _Import:
    """One run on this terminal."""

    def __init__(
        self, workshop: Workshop, arguments: Namespace, decoder: Decoder, runs: ImportRuns
    ) -> None:
        self._workshop = workshop
        self._arguments = arguments
        self._decoder = decoder
        self._runs = runs
        self._root = workshop.ground.paths.pictures

    def follow(self, run: ImportRun) -> Exit:
        """Passes until everything is in, with --watch until it is interrupted."""
        try:
            progress = self._pass(run, settle=False)
            while self._arguments.watch:
                time.sleep(LOOK_EVERY_S)
                progress = self._pass(run, settle=True)
        except KeyboardInterrupt:
            # What a person ended on purpose does not go on by itself in the window.
            end = RunState.DONE if self._arguments.watch else RunState.PAUSED
            self._runs.stand(run.number, end)
            raise
        except (StudioError, OSError):
            self._runs.stand(run.number, RunState.PAUSED)
            raise
        return self._sum_up(progress)

    def _pass(self, run: ImportRun, *, settle: bool) -> ImportProgress:
        taker = Taker(
            self._root,
            self._workshop.database,
            self._decoder,
            self._workshop.thumbnails,
            copies=run.copies,
        )
        importer = Importer(self._workshop.database, taker, _at_once, self._tell, Control())
        return importer.run(run, settle=settle)

    def _tell(self, progress: ImportProgress) -> None:
        for generation in progress.news:
            fields = {"event": "added", **generation_fields(generation, self._root)}
            show(self._arguments, fields, str(fields["path"]))
        if progress.total and progress.done:
            say(f"{progress.done} of {progress.total}")

    def _sum_up(self, progress: ImportProgress) -> Exit:
        failures = self._runs.failures(progress.run.number)
        finish(self._runs, replace(progress, run=replace(progress.run, watches=False)))
        for each in failures:
            fields = {"event": "failed", "path": each.path, "message": each.sentence}
            show(self._arguments, fields, f"{each.path}\t{each.sentence}")
        counts = {
            "added": progress.added,
            "known": progress.known,
            "found": progress.found,
            "failed": progress.failed,
        }
        words = ", ".join(f"{name}: {count}" for name, count in counts.items())
        show(self._arguments, counts, words)
        return Exit.REFUSED if failures else Exit.DONE


def _at_once(work: Callable[[], None]) -> None:
    """Here nobody else writes."""
    work()
