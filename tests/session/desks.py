"""Stand-ins around a real Studio: an engine that records what it is asked, real storage in a
temporary folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from flux_studio.assembly import Workshop
from flux_studio.core.code_text import SpelledCall
from flux_studio.core.draft import Draft
from flux_studio.core.request import Order, Request
from flux_studio.core.secret import Secret
from flux_studio.ground import Ground, lay_ground
from flux_studio.providers.registry import PROVIDERS
from flux_studio.session.background import Background
from flux_studio.session.key_book import JournalKeyBook
from flux_studio.session.key_desk import KeyDesk
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.session.reference_desk import ReferenceDesk
from flux_studio.session.state import Preferences
from flux_studio.session.studio import Studio
from flux_studio.storage.picture_facts import read_regular_file


class RecordingEngine(QObject):
    """Has the methods of EngineThread that the session calls, and a signal the test may emit."""

    happened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[tuple[Order, bool]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.given_back: dict[str, Any] = {}
        self.runner = MagicMock()
        self.in_time = True  # for what is asked of a job that waits
        self.spelling: Future[SpelledCall | None] = answered(None)

    def place(self, order: Order, front: bool = False) -> tuple[str, ...]:
        self.orders.append((order, front))
        return tuple(f"job{len(self.orders)}-{n}" for n, _ in enumerate(order.requests))

    def cancel(self, job: str) -> None:
        self.asked.append(("cancel", job))

    def resolve(self, job: str, resolution: str, task: str = "") -> Future[Any]:
        self.asked.append(("resolve", job, str(resolution), task))
        return answered(self.given_back.pop(job, None))

    def pause_queue(self) -> None:
        self.asked.append(("pause_queue",))

    def resume_queue(self) -> None:
        self.asked.append(("resume_queue",))

    def stop_after(self, limit: Decimal | None) -> Future[None]:
        self.asked.append(("stop_after", limit))
        return answered(None)

    def move(self, job: str, before: str | None) -> Future[bool]:
        self.asked.append(("move", job, before))
        return answered(True)

    def hold(self, job: str) -> Future[bool]:
        self.asked.append(("hold", job))
        return answered(self.in_time)

    def release(self, job: str) -> None:
        self.asked.append(("release", job))

    def replace(self, job: str, order: Order) -> Future[list[str]]:
        self.asked.append(("replace", job, order))
        return answered(["new-1"] if self.in_time else [])

    def resume(self, provider: str) -> None:
        self.asked.append(("resume", provider))

    def check_key(self, provider: str, key: Secret | None = None) -> Future[str]:
        self.asked.append(("check_key", provider))
        return answered("balance $4.20")

    def balance_of(self, provider: str, key: Secret) -> Future[Decimal | None]:
        self.asked.append(("balance_of", provider))
        return answered(Decimal("4.20"))

    def spell(self, request: Request) -> Future[SpelledCall | None]:
        self.asked.append(("spell", request))
        return self.spelling

    def ask(self, question: Callable[[Any], Any]) -> Future[Any]:
        """What would be asked of the runner, by its name."""
        try:
            return answered(question(self.runner))
        except Exception as error:  # noqa: BLE001  # it travels as that of the engine does
            return failing(error)

    def run_on_loop(self, work: Callable[[], Any]) -> Future[Any]:
        return answered(work())


class Desk:
    """A Studio with everything around it."""

    def __init__(
        self, home: Path, draft: Draft | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.ground: Ground = lay_ground({"FLUX_STUDIO_HOME": str(home), **(environ or {})})
        self.workshop = Workshop(self.ground)
        self.engine = RecordingEngine()
        self.background = Background("test", threads=1)
        self.saved_drafts: list[Draft] = []
        self.saved_preferences: list[Preferences] = []
        root = self.ground.paths.pictures
        library = LibraryDesk(lambda: self.workshop, root, self.background, self.engine.run_on_loop)
        references = ReferenceDesk(
            lambda: self.workshop.references,
            read_regular_file,
            library.original,
            self.fetch,
            self.background,
        )
        self.saved_keys_in_use: list[dict[str, str]] = []
        keys = KeyDesk(
            lambda: self.workshop.keychain,
            PROVIDERS,
            self.background,
            self.engine,
            JournalKeyBook(lambda: self.workshop, self.engine.run_on_loop),
            self.workshop.keys_in_use,
            self.saved_keys_in_use.append,
        )
        card = self.ground.cards[0]
        self.studio = Studio(
            cards=self.ground.cards,
            draft=draft or Draft(card.provider, card.model, prompt="a fox in snow"),
            preferences=Preferences(),
            engine=self.engine,  # type: ignore[arg-type]  # the part of EngineThread that is used
            library=library,
            references=references,
            keys=keys,
            save_draft=self.saved_drafts.append,
            save_preferences=self.saved_preferences.append,
        )

    def fetch(self, url: str) -> Future[bytes]:
        raise AssertionError(f"nothing should be fetched: {url}")

    def close(self) -> None:
        self.background.close()
        self.workshop.close()
        studio = self.studio
        for thing in (studio, studio.library, studio.references, studio.keys, self.background):
            thing.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def answered(value: Any) -> Future[Any]:
    """A future that is done."""
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def failing(error: Exception) -> Future[Any]:
    """A future that failed."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
