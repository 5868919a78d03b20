"""The window's program: builds every object once, wires them, runs, and shuts down in reverse.

Only what the first paint needs is made before it: settings, cards, the draft, the widgets. The
engine (HTTP, keychain, database) starts right after, on its own thread.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from flux_studio.assembly import Workshop
from flux_studio.core.draft import Draft
from flux_studio.engine.thread import EngineThread
from flux_studio.ground import Ground, lay_ground
from flux_studio.log import start_log
from flux_studio.providers.registry import PROVIDERS
from flux_studio.session.background import Background
from flux_studio.session.key_desk import KeyDesk
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.session.reference_desk import ReferenceDesk
from flux_studio.session.state import Preferences
from flux_studio.session.studio import Studio
from flux_studio.ui.main_window import MainWindow
from flux_studio.ui.theme import Theme, ThemeSource

if TYPE_CHECKING:
    from flux_studio.assembly import Workshop
    from flux_studio.engine.ports import Listener
    from flux_studio.engine.runner import Runner

log = logging.getLogger(__name__)

EXIT_DEADLINE = 2.0  # seconds from the close of the window to the end of the process
SAMPLE_PROMPT = (
    "Layered hills in the last light, warm haze, a low sun over the third ridge, #C2536B sky"
)


class Application(QObject):
    """Everything that lives while the window does."""

    def __init__(self, qt: QApplication, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self._lock = threading.Lock()
        self._workshop: Workshop | None = None
        self.theme = ThemeSource(qt, Theme(ground.settings.theme))
        self.engine = EngineThread(self._build_runner)
        self.background = Background("background", threads=3)
        self.studio = self._make_studio()
        self.window = MainWindow(self.studio, self.theme, str(ground.paths.window_state_file))
        self.window.closing.connect(self._on_window_closing)
        self._closed = False

    def show(self) -> None:
        """Show the window; the engine starts after its first paint."""
        self.window.show()
        QTimer.singleShot(0, self, self._on_first_paint)

    @Slot()
    def _on_first_paint(self) -> None:
        self.engine.start()
        self.studio.start()

    def close(self) -> bool:
        """Save the draft, end engine and workers, let go of the files. False when a thread
        hangs.
        """
        if self._closed:
            return True
        self._closed = True
        self.studio.save_now()
        self.background.close()
        ended = self.engine.stop(EXIT_DEADLINE)
        if ended and self._workshop is not None:
            self._workshop.close()
        return ended

    @Slot()
    def _on_window_closing(self) -> None:
        QApplication.quit()

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
        )
        keys = KeyDesk(lambda: self.workshop.keychain, PROVIDERS, background, engine.check_key)
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

    @property
    def workshop(self) -> Workshop:
        """The heavy objects; made and imported when first used, never on the main thread."""
        with self._lock:
            if self._workshop is None:
                from flux_studio.assembly import Workshop

                self._workshop = Workshop(self.ground)
            return self._workshop

    def _stores(self) -> Workshop:
        """What the library desk reads; at the very first start it waits for the engine, which
        makes the file.
        """
        if not self.workshop.library_is_current():
            self.engine.ask(lambda _: None).result()
        return self.workshop

    def _build_runner(self, listener: Listener) -> Awaitable[Runner]:
        return self.workshop.runner(listener)

    def _fetch(self, url: str) -> bytes:
        """A picture from the web for the reference tray, on the engine's loop and without a key."""

        def work() -> Awaitable[bytes]:
            return self.workshop.fetch(url)

        return self.engine.run_on_loop(work).result()

    def _save_preferences(self, preferences: Preferences) -> None:
        settings = self.ground.settings
        for name in ("theme", "jobs_in_flight", "auto_show"):
            settings = settings.changed(name, getattr(preferences, name))
        self.theme.choose(Theme(settings.theme))
        self.engine.limit(settings.jobs_in_flight)
        self.background.run(lambda: self.ground.settings_file.save(settings))


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
    settings = ground.settings
    return Preferences(settings.theme, settings.jobs_in_flight, settings.auto_show)


def make_qt(arguments: Sequence[str]) -> QApplication:
    """The one application object, with the names desktops know us by."""
    qt = QApplication(list(arguments[:1]))
    qt.setApplicationName("flux-studio")
    qt.setApplicationDisplayName("Flux Studio")
    qt.setDesktopFileName("io.github.flux_studio.FluxStudio")
    return qt


def run(arguments: Sequence[str]) -> int:
    """Open the window and stay until it closes; gives the exit code."""
    qt = make_qt(arguments)
    ground = lay_ground()
    start_log(ground.paths)
    for fault in ground.faults:
        log.warning("%s", fault)
    application = Application(qt, ground)
    with quitting_on_signals(qt):
        application.show()
        code = qt.exec()
    ended = application.close()
    if not ended:
        # A running QThread must not be destroyed: leave at once, everything is on disk.
        log.warning("a thread did not end in time")
        logging.shutdown()
        os._exit(code)
    application.window.deleteLater()
    qt.processEvents()
    return code


@contextmanager
def quitting_on_signals(qt: QApplication) -> Iterator[None]:
    """Ctrl+C and a session's end close the program as the window does.

    Python runs a handler only between bytecodes, and Qt's loop has none: a timer gives it some.
    """
    pulse = QTimer(interval=200)
    pulse.timeout.connect(_breathe)
    pulse.start()
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: qt.quit()) for number in wanted}
    try:
        yield
    finally:
        pulse.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _breathe() -> None:
    """Let Python look whether a signal came."""
