"""The workshop: the heavy objects that window and command line share, each made once.

The database, the keychain, the decoder, HTTP, the engine. The window imports this module after its
first paint only. No Qt here, so the command line never loads it.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from flux_studio.core.budget import rates_of
from flux_studio.core.errors import StudioError
from flux_studio.ground import Ground
from flux_studio.providers.regions_in_use import RegionsInUse
from flux_studio.storage.backups import Backups
from flux_studio.storage.balances import Balances
from flux_studio.storage.database import Database, LibraryDamaged
from flux_studio.storage.decode import Decoder
from flux_studio.storage.filesystems import database_refusal
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.keychain import Keychain
from flux_studio.storage.keys_in_use import KeysInUse
from flux_studio.storage.ledger import LedgerBudget
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.marks import Marks
from flux_studio.storage.owners import Owner
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.schema import MIGRATIONS
from flux_studio.storage.sidecar import SidecarUnreadable, read_sidecar, sidecar_path
from flux_studio.storage.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from flux_studio.care import Care
    from flux_studio.engine.ports import Journal, Listener
    from flux_studio.engine.runner import Runner
    from flux_studio.providers.http import HttpSession

log = logging.getLogger(__name__)

T = TypeVar("T")

PREVIEW_SIDE = 256  # px on the longest side of what a running card shows
VERSION_BYTES = slice(60, 64)  # where an SQLite file keeps user_version (its file format, 1.3)


class made_once(Generic[T]):
    """A property that is made when first used, under the workshop's lock: two threads share one.

    (`functools.cached_property` has no lock since Python 3.12.)
    """

    def __init__(self, make: Callable[[Workshop], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, workshop: Workshop, kind: object = None) -> T:
        with workshop.lock:
            made = workshop.__dict__
            if self._name not in made:
                made[self._name] = self._make(workshop)
            found: T = made[self._name]
            return found


class Workshop:
    """The heavy objects, each made when first used. Thread-safe, so window and engine share one.

    `tell` hears a sentence when something had to be repaired or left out.
    """

    def __init__(
        self,
        ground: Ground,
        tell: Callable[[str], None] = log.warning,
        keys_in_use: KeysInUse | None = None,
        regions_in_use: RegionsInUse | None = None,
    ) -> None:
        self.ground = ground
        self.keys_in_use = keys_in_use or KeysInUse(ground.settings.keys_in_use)
        self.regions_in_use = regions_in_use or RegionsInUse(ground.settings.regions)
        self.lock = threading.RLock()
        self.tell = tell
        self._gallery: Gallery | None = None
        self._http: HttpSession | None = None

    @made_once
    def decoder(self) -> Decoder:
        return Decoder()

    @made_once
    def thumbnails(self) -> ThumbnailStore:
        return ThumbnailStore(self.ground.paths.thumbs_db)

    @made_once
    def references(self) -> ReferenceStore:
        return ReferenceStore(self.ground.paths.references, self.decoder)

    @made_once
    def keychain(self) -> Keychain:
        places = self.ground.paths.key_places_file
        return Keychain(places_file=places, environ=self.ground.environ)

    @made_once
    def library(self) -> PictureLibrary:
        root = self.ground.paths.pictures
        return PictureLibrary(root, self.decoder, self.thumbnails, self.references)

    @made_once
    def database(self) -> Database:
        """The one writing connection; a damaged file is set aside and made anew from its backup,
        its readable rows and the sidecars.

        Raises LibraryNewer when a newer version of the program wrote the file, NotKept when the
        disk refuses, StudioError when the file may not lie where it is or is damaged while another
        process has it open.
        """
        try:
            database = self.open_database()
            found = self._doubted(database)
        except LibraryDamaged as error:
            return self._recovered(error)
        return database if found is None else self._recovered(found)

    @made_once
    def backups(self) -> Backups:
        """The rolling copies of the database."""
        return Backups(self.ground.paths.library_db, self.ground.paths.backups)

    @made_once
    def care(self) -> Care:
        """What is put in order after the start of the window."""
        from flux_studio.care import Care

        return Care(self, self.tell)

    def _doubted(self, database: Database) -> LibraryDamaged | None:
        """A backup found the file damaged in its depth, which an opening does not see."""
        doubt = self.ground.paths.doubt_file
        if not doubt.exists() or self.owner.others():
            return None
        trouble = database.check()
        doubt.unlink(missing_ok=True)
        if not trouble:
            return None
        database.close()
        return LibraryDamaged(database.path, trouble[0])

    def _recovered(self, damage: LibraryDamaged) -> Database:
        from flux_studio.storage.recovery import recover

        if self.owner.others():
            raise StudioError(
                "The library's database is damaged, and another Flux Studio has it open. Close that"
                " one first; then it is repaired."
            ) from damage
        self.tell(recover(damage.path, self.backups, self.ground.paths.pictures).sentence)
        return self.open_database()

    def open_database(self) -> Database:
        """The database as it is; the caller closes it. Raises LibraryDamaged, LibraryNewer or
        NotKept.
        """
        refusal = database_refusal(self.ground.paths.data)
        if refusal:
            raise StudioError(refusal)
        self._finish_recovery()
        return Database(self.ground.paths.library_db, self.ground.paths.backups)

    def _finish_recovery(self) -> None:
        """A recovery that an end of the program cut off goes on with its last step."""
        if self.ground.paths.library_db.with_name("library.sqlite.recovered").exists():
            from flux_studio.storage.recovery import finish_recovery

            if self.owner.others():
                raise StudioError("Another Flux Studio repairs the library. Start again after it.")
            finish_recovery(self.ground.paths.library_db)

    @made_once
    def owner(self) -> Owner:
        owner = Owner(self.ground.paths.owners)
        owner.sweep()
        return owner

    @made_once
    def journal(self) -> JobJournal:
        return JobJournal(self.database, self.owner)

    @made_once
    def budget(self) -> LedgerBudget:
        """Whether something may be sent, by the ledger and the settings file as they are now."""
        limits, rates = self.ground.settings_file.budget, rates_of(self.ground.cards)
        return LedgerBudget(self.database.rows, limits, rates)

    @made_once
    def balances(self) -> Balances:
        """What providers said is left, kept for evidence."""
        return Balances(self.database)

    @made_once
    def marks(self) -> Marks:
        return Marks(self.database, self.ground.paths.pictures)

    def library_is_current(self) -> bool:
        """Whether the file is there in this program's own form, so that reading need not wait."""
        if "database" in self.__dict__:
            return True  # who asks on the engine's own thread must not wait for it
        try:
            with self.ground.paths.library_db.open("rb") as file:
                header = file.read(VERSION_BYTES.stop)
        except OSError:
            return False
        # A version that is still in the write-ahead log reads as older: then reading waits.
        return int.from_bytes(header[VERSION_BYTES], "big") == len(MIGRATIONS)

    def open_http(self) -> HttpSession:
        """A session for a few questions without the engine; the caller closes it."""
        from flux_studio.providers.http import HttpSession

        return HttpSession(network_environ(self.ground))

    async def fetch(self, url: str) -> bytes:
        """A picture from a web address, without a key. Raises Unreachable or ResultGone."""
        assert self._http is not None, "the engine is running"
        return await self._http.download(url)

    def gallery(self) -> Gallery:
        """The reading side of the library; the file is made first where there is none."""
        with self.lock:
            if self._gallery is None:
                if not self.ground.paths.library_db.exists():
                    _ = self.database
                self._gallery = Gallery(self.ground.paths.library_db)
            return self._gallery

    def parent_of(self, data: bytes, path: Path | None = None) -> str | None:
        """The generation a picture is, None when it is not one of ours. Blocking; never raises.

        Its bytes tell, wherever they lie; else the sidecar beside `path`, for a picture of ours
        that was retouched or comes from another library.
        """
        try:
            if "database" in self.__dict__ or self.library_is_current():
                known = self.gallery().id_of(hashlib.sha256(data).hexdigest())
                if known is not None:
                    return known
        except (StudioError, sqlite3.Error):
            log.warning("the library could not be asked about a reference", exc_info=True)
        return None if path is None else _id_beside(path)

    async def runner(
        self, listener: Listener, *, pausing: bool = True, journal: Journal | None = None
    ) -> Runner:
        """The engine, on the loop that will run it. The imports behind it are the slow ones.

        `journal` stands before the workshop's own where only some jobs are meant.
        """
        from flux_studio.engine_assembly import assemble_engine
        from flux_studio.providers.http import HttpSession

        self._http = HttpSession(network_environ(self.ground))
        return assemble_engine(self, self._http, listener, pausing=pausing, journal=journal)

    def small(self, data: bytes) -> bytes:
        """A preview as a small JPEG of our own making."""
        return self.decoder.thumbnails(data, (PREVIEW_SIDE,))[0]

    def stop_care(self) -> None:
        """The studio closes: what was put in order meanwhile may wait for the next start."""
        if "care" in self.__dict__:
            self.care.stop()

    def close(self) -> None:
        """Let go of everything that was made, in reverse."""
        self.stop_care()
        made = self.__dict__
        if self._gallery is not None:
            self._gallery.close()
        for name in ("journal", "database", "thumbnails", "decoder"):
            if name in made:
                made[name].close()
        if "owner" in made:
            self.owner.release()

    def reference_bytes(self, sha256: str) -> bytes:
        return self.references.read_by_hash(sha256)


def network_environ(ground: Ground) -> dict[str, str]:
    """The environment HTTP sees: the system's proxies, with what the settings name on top."""
    from flux_studio.providers.addresses import system_environ

    environ = {**system_environ(), **ground.environ}
    if ground.settings.proxy:
        environ |= {"HTTPS_PROXY": ground.settings.proxy, "HTTP_PROXY": ground.settings.proxy}
    if ground.settings.ca_file:
        environ["SSL_CERT_FILE"] = ground.settings.ca_file
    return environ


def _id_beside(picture: Path) -> str | None:
    """The id in the sidecar beside a picture, None when there is none that can be read."""
    try:
        return read_sidecar(sidecar_path(picture), picture.parent).generation.id
    except (SidecarUnreadable, ValueError):
        return None
