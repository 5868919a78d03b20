"""The workshop: the heavy objects that window and command line share, each made once.

The database, the keychain, the decoder, HTTP, the engine. The window imports this module after its
first paint only. No Qt here, so the command line never loads it.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

from flux_studio.core.secret import Secret
from flux_studio.ground import Ground
from flux_studio.providers.registry import PROVIDERS, base_of, open_provider, row
from flux_studio.storage.database import Database, LibraryDamaged, quarantine
from flux_studio.storage.decode import Decoder
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.keychain import Keychain
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.marks import Marks
from flux_studio.storage.notes import ProviderNotes
from flux_studio.storage.owners import Owner
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.schema import MIGRATIONS
from flux_studio.storage.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from flux_studio.engine.ports import Listener
    from flux_studio.engine.runner import Runner
    from flux_studio.providers.http import HttpSession

VERSION_BYTES = slice(60, 64)  # where an SQLite file keeps user_version (its file format, 1.3)


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
