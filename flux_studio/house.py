"""Everything behind the window, wired once: engine, background threads, desks, Studio; ended in
reverse.

Loaded after the first paint. The heavier half of it, the `Workshop` (database, keychain, HTTP), is
loaded later still, on the engine's and the background threads.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent

from flux_studio.core.draft import Draft
from flux_studio.core.errors import StudioError
from flux_studio.engine.thread import EngineThread
from flux_studio.first_reading import SAMPLE_PROMPT
from flux_studio.ground import Ground, read_known_cards
from flux_studio.providers.regions_in_use import RegionsInUse
from flux_studio.providers.registry import PROVIDERS
from flux_studio.session.background import Background
from flux_studio.session.key_book import JournalKeyBook
from flux_studio.session.key_desk import KeyDesk
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.session.news import News
from flux_studio.session.price_desks import PriceDesks
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.session.reference_desk import ReferenceDesk
from flux_studio.session.report_desk import ReportDesk
from flux_studio.session.state import Preferences
from flux_studio.session.studio import Studio
from flux_studio.session.switching import switch_quickly
from flux_studio.storage.keys_in_use import KeysInUse

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.assembly import Workshop
    from flux_studio.core.generation import Generation
    from flux_studio.engine.ports import Listener
    from flux_studio.engine.runner import Runner
    from flux_studio.session.batch_results import BatchResults, SheetPlan
    from flux_studio.storage.batches import BatchFile
    from flux_studio.storage.foreign.found import Found
    from flux_studio.storage.pinned_references import PinnedReferences
    from flux_studio.storage.projects import ProjectDrafts

log = logging.getLogger(__name__)

EXIT_DEADLINE = 2.0  # seconds from the close of the window to the end of the process
KEPT_PREFERENCES = (
    *("theme", "jobs_in_flight", "auto_show", "spelling", "move_on", "budget"),
    "favourite_sizes",
)


class House:
    """What lives as long as the window. `theme_wanted` is told when the preferences name a
    theme.
    """

    def __init__(self, ground: Ground, theme_wanted: Callable[[str], None]) -> None:
        self.ground = ground
        self._theme_wanted = theme_wanted
        switch_quickly()
        self._lock = threading.Lock()
        self._workshop: Workshop | None = None
        self._settings = ground.settings
        self.keys_in_use = KeysInUse(ground.settings.keys_in_use)
        self.regions_in_use = RegionsInUse(ground.settings.regions)
        self.engine = EngineThread(self._build_runner)
        self.background = Background("background", threads=3)
        self.studio = self._make_studio()
        self.studio.learn(left_out=ground.card_faults)
        self.news = News(self.studio)
        ReportDesk(self.studio, self._write_report)
        self.engine.broken.connect(self.news.on_engine_broken)
        self._price_desks = PriceDesks(
            self.studio, self.engine, ground.paths.models, lambda: read_known_cards(ground.paths)[0]
        )

    @property
    def workshop(self) -> Workshop:
        """The heavy objects; imported and made when first used, never on the main thread."""
        with self._lock:
            if self._workshop is None:
                from flux_studio.assembly import Workshop

                self._workshop = Workshop(
                    self.ground, self.news.tell, self.keys_in_use, self.regions_in_use
                )
            return self._workshop

    def start(self) -> None:
        """Start the engine and ask for what the first paint did not need."""
        self.engine.start()
        self.tended: Future[bool] = self.engine.ask(self._tend)
        self.studio.start()
        self.studio.prompts.open(self._prompt_shelf())
        self.studio.words.open(self.ground.paths.own_words)
        self.studio.batch.open(self._batch_file, self._batch_results)
        self.studio.pins.open(self._pins)
        self.studio.projects.open(self._stores, self._project_drafts, self.engine.run_on_loop)
        self._price_desks.usual_times.start()
        self.studio.library.imports.start()

    def close(self) -> bool:
        """Save the draft, end engine and workers, let go of the files. False when a thread
        hangs.
        """
        self.studio.save_now()
        self.studio.library.imports.close()
        self.background.close()
        # It dropped what no worker had begun, and that may be the last choice of a setting.
        with contextlib.suppress(OSError):
            self._write_settings()
        if self._workshop is not None:
            self._workshop.stop_care()
        ended = self.engine.stop(EXIT_DEADLINE)
        if ended:
            if self._workshop is not None:
                self._workshop.close()
            self._delete()
        return ended

    def _delete(self) -> None:
        """Destroy the Qt side here and now, on its own thread, and not whenever Python gets to
        it.
        """
        studio = self.studio
        desks = (studio.library, studio.references, studio.keys)
        for thing in (*self._price_desks.all, studio, *desks, self.background, self.engine):
            thing.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _make_studio(self) -> Studio:
        engine, background = self.engine, self.background
        root = self.ground.paths.pictures
        library = LibraryDesk(self._stores, root, background, engine.run_on_loop)
        references = ReferenceDesk(
            lambda: self.workshop.references,
            read_picture_file,
            library.original,
            self._fetch,
            background,
            lambda data, path: self.workshop.parent_of(data, path),
            self._settings_of,
        )
        keys = KeyDesk(
            lambda: self.workshop.keychain,
            PROVIDERS,
            background,
            engine,
            JournalKeyBook(self._stores, engine.run_on_loop),
            self.keys_in_use,
            partial(self._save_setting, "keys_in_use"),
            self.regions_in_use,
            partial(self._save_setting, "regions"),
        )
        return Studio(
            cards=self.ground.cards,
            draft=first_draft(self.ground),
            preferences=preferences_of(self.ground),
            engine=engine,
            library=library,
            references=references,
            keys=keys,
            save_draft=self.ground.draft_file.save,
            save_preferences=self._save_preferences,
        )

    def _project_drafts(self) -> ProjectDrafts:
        from flux_studio.storage.projects import ProjectDrafts

        return ProjectDrafts(self.ground.paths.project_drafts)

    def _pins(self) -> PinnedReferences:
        from flux_studio.storage.pinned_references import PinnedReferences

        return PinnedReferences(self.ground.paths.pinned)

    def _batch_file(self) -> BatchFile:
        from flux_studio.storage.batches import BatchFile

        return BatchFile(self.ground.paths.batch_file)

    def _batch_results(self) -> BatchResults:
        from flux_studio.session.batch_results import BatchResults

        library = self.studio.library
        write, thumbnail = self.engine.run_on_loop, library.thumbnail
        return BatchResults(self._stores, library.root, write, thumbnail, paint_contact_sheet)

    def _prompt_shelf(self) -> PromptShelf:
        paths = self.ground.paths
        return PromptShelf(self._stores, self.engine.run_on_loop, paths.lists, paths.templates)

    def _stores(self) -> Workshop:
        """What the library desk reads; at the very first start it waits for the engine, which
        makes the file.
        """
        if not self.workshop.library_is_current():
            try:
                self.engine.ask(lambda _: None).result()
            except CancelledError:
                # The engine could not be built; what a newer version wrote can be looked at.
                log.info("the library is read as it is")
        return self.workshop

    def _build_runner(self, listener: Listener) -> Awaitable[Runner]:
        return self.workshop.runner(listener)

    async def _tend(self, _: Runner) -> bool:
        """Put things in order beside everything else; True when that is done."""
        await self.workshop.care.run()
        return True

    def _fetch(self, url: str) -> Future[bytes]:
        """A picture from the web for the reference tray, on the engine's loop and without a key."""
        return self.engine.ask(lambda _: self.workshop.fetch(url))

    def _settings_of(
        self, data: bytes, path: Path | None, parent: str | None
    ) -> Generation | Found | None:
        """What a dropped picture says of how it was made; on a worker."""
        from flux_studio.storage.foreign.carried import settings_of

        known = None
        if parent is not None:
            try:
                known = self.workshop.gallery().get(parent)
            except StudioError:
                log.warning("the library could not be asked about a picture", exc_info=True)
        return settings_of(data, path, known)

    def _save_preferences(self, preferences: Preferences) -> None:
        for name in KEPT_PREFERENCES:
            self._settings = self._settings.changed(name, getattr(preferences, name))
        self._theme_wanted(self._settings.theme)
        self.engine.limit(self._settings.jobs_in_flight)
        # The engine reads the lines of the budget in the file.
        self.background.run(self._write_settings, lambda _: self.engine.look_at_budget())

    def _write_report(self, path: Path) -> Path:
        from flux_studio.report import write_report

        return write_report(self.workshop, path)

    def _save_setting(self, name: str, chosen: dict[str, str]) -> None:
        self._settings = self._settings.changed(name, chosen)
        self.background.run(self._write_settings)

    def _write_settings(self) -> None:
        """Write the newest settings, whichever worker comes to it first."""
        self.ground.settings_file.save(self._settings)


def paint_contact_sheet(plan: SheetPlan) -> bytes:
    """A contact sheet as PNG; on a worker."""
    from flux_studio.ui.batch.contact_sheet import paint_sheet  # when the first grid has ended

    return paint_sheet(plan)


def read_picture_file(path: Path) -> bytes:
    """The bytes of a file that was dropped or picked. Raises PictureRefused, OSError."""
    from flux_studio.storage.picture_facts import read_regular_file

    return read_regular_file(path)


def first_draft(ground: Ground) -> Draft:
    """The form as it was left; at the first start the first model with a sample prompt."""
    kept = ground.draft_file.load()
    if kept is not None:
        return kept
    card = ground.cards[0]
    return Draft(card.provider, card.model, prompt=SAMPLE_PROMPT, size=card.default_size)


def preferences_of(ground: Ground) -> Preferences:
    """The part of the settings that the window shows."""
    return Preferences(**{name: getattr(ground.settings, name) for name in KEPT_PREFERENCES})
