"""Builds the objects that the window and the command line share, each once, in two steps.

`lay_ground` is cheap (paths, settings, model cards) and comes before the first paint. `Workshop`
makes the rest when it is first asked for it: the database, the keychain, HTTP. No Qt here, so the
command line never loads it.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_studio.core.card import ModelCard
from flux_studio.core.secret import Secret
from flux_studio.providers.registry import PROVIDERS, base_of, open_provider, row
from flux_studio.storage.database import Database, LibraryDamaged, quarantine
from flux_studio.storage.decode import Decoder
from flux_studio.storage.drafts import DraftFile
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.keychain import Keychain
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.marks import Marks
from flux_studio.storage.model_files import read_model_files
from flux_studio.storage.notes import ProviderNotes
from flux_studio.storage.owners import Owner
from flux_studio.storage.paths import Paths
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.schema import MIGRATIONS
from flux_studio.storage.settings import Settings, SettingsFile
from flux_studio.storage.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from flux_studio.engine.ports import Listener
    from flux_studio.engine.runner import Runner
    from flux_studio.providers.http import HttpSession

VERSION_BYTES = slice(60, 64)  # where an SQLite file keeps user_version (its file format, 1.3)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything heavy is loaded. `faults` are sentences about files that were
    set aside.
    """

    paths: Paths
    settings_file: SettingsFile
    settings: Settings
    cards: tuple[ModelCard, ...]
    faults: tuple[str, ...]
    environ: Mapping[str, str]

    def card(self, provider: str, model: str) -> ModelCard | None:
        return next((card for card in self.cards if card.id == (provider, model)), None)

    @property
    def draft_file(self) -> DraftFile:
        return DraftFile(self.paths.data / "draft.json")


def lay_ground(environ: Mapping[str, str] | None = None) -> Ground:
    """Find the folders, read settings and model cards. Raises OSError when a folder cannot be
    made.
    """
    env = dict(os.environ) if environ is None else environ
    paths = Paths.default(env)
    paths.ensure()
    settings_file = SettingsFile(paths.settings_file)
    loaded = settings_file.load()
    models = read_model_files(paths.models)
    order = {known.id: place for place, known in enumerate(PROVIDERS)}
    # A user's row for a provider that is not in the list could never be sent.
    cards = [card for card in models.cards if card.provider in order]
    cards.sort(key=lambda card: order[card.provider])
    if loaded.settings.library_folder:
        paths = paths.with_library(loaded.settings.library_folder)
    faults = (*loaded.problems, *models.faults)
    return Ground(paths, settings_file, loaded.settings, tuple(cards), faults, env)


class ProviderKeys:
    """Keys for the engine: environment first, then the session, then the keychain."""

    def __init__(self, keychain: Keychain) -> None:
        self._keychain = keychain

    def key(self, provider: str) -> Secret | None:
        return self._keychain.get(provider, row(provider).key_variable)


class Workshop:
    """The heavy objects, each made when first used. Thread-safe, so window and engine share one."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._lock = threading.RLock()
        self._gallery: Gallery | None = None
        self._http: HttpSession | None = None

    @functools.cached_property
    def decoder(self) -> Decoder:
        return Decoder()

    @functools.cached_property
    def thumbnails(self) -> ThumbnailStore:
        return ThumbnailStore(self.ground.paths.thumbs_db)

    @functools.cached_property
    def references(self) -> ReferenceStore:
        return ReferenceStore(self.ground.paths.references, self.decoder)

    @functools.cached_property
    def keychain(self) -> Keychain:
        places = self.ground.paths.key_places_file
        return Keychain(places_file=places, environ=self.ground.environ)

    @functools.cached_property
    def library(self) -> PictureLibrary:
        root = self.ground.paths.pictures
        return PictureLibrary(root, self.decoder, self.thumbnails, self.references)

    @functools.cached_property
    def database(self) -> Database:
        """The one writing connection; a damaged file is set aside and rebuilt from the sidecars.

        Raises LibraryNewer when a newer version of the program wrote the file, NotKept when the
        disk refuses.
        """
        paths = self.ground.paths
        with self._lock:
            try:
                return Database(paths.library_db, paths.backups)
            except LibraryDamaged:
                from flux_studio.storage.rebuild import rebuild

                quarantine(paths.library_db)
                database = Database(paths.library_db, paths.backups)
                rebuild(database, paths.pictures)
                return database

    @functools.cached_property
    def owner(self) -> Owner:
        owner = Owner(self.ground.paths.owners)
        owner.sweep()
        return owner

    @functools.cached_property
    def journal(self) -> JobJournal:
        return JobJournal(self.database, self.owner)

    @functools.cached_property
    def marks(self) -> Marks:
        return Marks(self.database, self.ground.paths.pictures)

    def library_is_current(self) -> bool:
        """Whether the file is there in this program's own form, so that reading need not wait."""
        try:
            with self.ground.paths.library_db.open("rb") as file:
                header = file.read(VERSION_BYTES.stop)
        except OSError:
            return False
        # A version that is still in the write-ahead log reads as older: then reading waits.
        return int.from_bytes(header[VERSION_BYTES], "big") == len(MIGRATIONS)

    async def fetch(self, url: str) -> bytes:
        """A picture from a web address, without a key. Raises Unreachable or ResultGone."""
        assert self._http is not None, "the engine is running"
        return await self._http.download(url)

    def gallery(self) -> Gallery:
        """The reading side of the library; the file is made first where there is none."""
        with self._lock:
            if self._gallery is None:
                if not self.ground.paths.library_db.exists():
                    _ = self.database
                self._gallery = Gallery(self.ground.paths.library_db)
            return self._gallery

    async def runner(self, listener: Listener, *, pausing: bool = True) -> Runner:
        """The engine, on the loop that will run it. The imports behind it are the slow ones."""
        from flux_studio.engine.runner import Runner
        from flux_studio.providers.addresses import is_loopback
        from flux_studio.providers.http import HttpSession

        settings, environ = self.ground.settings, _network_environ(self.ground)
        http = self._http = HttpSession(environ)
        options = {
            "delay": settings.practice_delay,
            "read_reference": self._reference_bytes,
        }
        providers = {}
        for known in PROVIDERS:
            notes = ProviderNotes(self.database, known.id)
            providers[known.id] = open_provider(known, http, notes, environ, **options)

        async def download(provider: str, url: str) -> bytes:
            base = base_of(row(provider), environ)
            return await http.download(url, base_is_loopback=bool(base) and is_loopback(base))

        return Runner(
            providers=providers,
            cards={card.id: card for card in self.ground.cards},
            journal=self.journal,
            library=self.library,
            keys=ProviderKeys(self.keychain),
            download=download,
            listener=listener,
            at_once=settings.jobs_in_flight,
            pausing=pausing,
            closers=[http.aclose],
        )

    def close(self) -> None:
        """Let go of everything that was made, in reverse."""
        made = self.__dict__
        if self._gallery is not None:
            self._gallery.close()
        for name in ("journal", "database", "thumbnails", "decoder"):
            if name in made:
                made[name].close()

    def _reference_bytes(self, sha256: str) -> bytes:
        return self.references.read_by_hash(sha256)


def _network_environ(ground: Ground) -> dict[str, str]:
    """The environment HTTP sees: the system's proxies, with what the settings name on top."""
    from flux_studio.providers.addresses import system_environ

    environ = {**system_environ(), **ground.environ}
    if ground.settings.proxy:
        environ |= {"HTTPS_PROXY": ground.settings.proxy, "HTTP_PROXY": ground.settings.proxy}
    if ground.settings.ca_file:
        environ["SSL_CERT_FILE"] = ground.settings.ca_file
    return environ
