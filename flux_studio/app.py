"""The window's program: a frame on screen first, then everything behind it, and the end in reverse.

Before the first paint only the frame with the prompt box is loaded. What follows (settings, cards,
panels, engine) comes in short steps, one for each turn of the event loop, so that typing and
painting go on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QSettings, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from flux_studio.first_reading import first_reading
from flux_studio.ui.main_window import MainWindow
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from flux_studio.house import House
    from flux_studio.log import PrivateFile
    from flux_studio.session.main_thread_gc import MainThreadGc
    from flux_studio.session.studio import Studio
    from flux_studio.ui.last_wall import Look

# Loaded one by one after the first paint; see `ui.furnishing.MODULES` for those of the panels.
MODULES = (
    "flux_studio.core.pricing",
    "flux_studio.core.card",
    "flux_studio.core.draft",
    "flux_studio.core.job",
    "flux_studio.storage.settings",
    "flux_studio.core.card_rows",
    "flux_studio.storage.drafts",
    "flux_studio.ground",
    "flux_studio.engine.facts",
    "flux_studio.engine.thread",
    "flux_studio.session.state",
    "flux_studio.session.studio",
    "flux_studio.house",
    "flux_studio.log",
)
UNSEEN = 300  # ms after which a window that was not painted is furnished


class Application(QObject):
    """The window and what is behind it. Signals: `ready()` when every panel is there; `failed()`
    when something stood in the way, which is then in `failure`.
    """

    ready = Signal()
    failed = Signal()

    def __init__(self, qt: QApplication, environ: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._environ = dict(os.environ) if environ is None else environ
        reading = first_reading(self._environ)
        self._paths = reading.paths
        memory = QSettings(str(reading.paths.window_state_file), QSettings.Format.IniFormat)
        light = reading.theme == "light" or memory.value("colors") == LIGHT.name
        guess = LIGHT if light and reading.theme != "dark" else DARK
        self.theme = ThemeSource(qt, Theme(reading.theme), guess)
        self.window = MainWindow(self.theme, memory, reading.prompt)
        self.window.closing.connect(self._on_window_closing)
        self.garbage: MainThreadGc | None = None
        self._log: PrivateFile | None = None
        self.failure: Exception | None = None
        self.house: House | None = None
        self._steps: Iterator[int | None] | None = None
        self._begun = False
        self._closed = False
        self._left: Look | None = None

    @property
    def studio(self) -> Studio:
        """Available from `ready` on."""
        assert self.house is not None, "the studio is not there before `ready`"
        return self.house.studio

    def show(self) -> None:
        """Show the window; all else follows its first paint."""
        self._steps = self._open()
        self.window.first_look.painted.connect(self._on_painted)
        # A window that starts out of sight is not painted; it is furnished all the same.
        QTimer.singleShot(UNSEEN, self, self._on_painted)
        self.window.show()

    def wait_until_ready(self) -> None:
        """Live until every panel is there: for the tour and for tests."""
        if self._steps is not None:
            loop = QEventLoop()
            self.ready.connect(loop.quit)
            self.failed.connect(loop.quit)
            loop.exec()
        if self.failure is not None:
            raise self.failure

    def close(self) -> bool:
        """End everything behind the window. False when a thread hangs. Safe to repeat."""
        if self._closed:
            return True
        self._closed = True
        self._steps = None
        ended = self.house is None or self.house.close()
        if ended and self._left is not None:
            from flux_studio.ui.last_wall import keep_look

            keep_look(self._left, self._paths)
        if self.garbage is not None:
            self.garbage.stop()
        if ended and self._log is not None:
            from flux_studio.log import stop_log

            stop_log(self._log)
        return ended

    def _open(self) -> Iterator[int | None]:
        self.window.show_last_wall(self._paths)
        yield None
        from flux_studio.session.main_thread_gc import MainThreadGc

        self.garbage = MainThreadGc()
        self.theme.settle()
        for name in MODULES:
            import_module(name)
            yield None
        from flux_studio.ground import lay_ground
        from flux_studio.house import House
        from flux_studio.log import note_faults, start_log

        ground = lay_ground(self._environ)
        self._log = start_log(ground.paths)
        note_faults(ground.faults)
        yield None
        from flux_studio.large_blocks import return_large_blocks

        return_large_blocks()  # before the threads begin
        yield None
        self.house = House(ground, self._on_theme_wanted)
        yield None
        yield from self.window.furnish(self.house.studio)
        self.house.start()
        yield None
        self.garbage.settle()

    @Slot()
    def _on_painted(self) -> None:
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self, self._on_turn)

    @Slot()
    def _on_turn(self) -> None:
        if self._steps is None:
            return
        try:
            pause = next(self._steps)
        except StopIteration:
            self._steps = None
            self.ready.emit()
        except Exception as error:  # noqa: BLE001  # a window that never fills would tell nothing
            self._steps = None
            self.failure = error
            self.failed.emit()
        else:
            QTimer.singleShot(pause or 0, self, self._on_turn)

    @Slot()
    def tell_failure(self) -> None:
        """Say in a dialog why the window cannot be opened, then end the program."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Flux Studio could not be opened."))
        box.setInformativeText(str(self.failure))
        box.exec()
        QApplication.exit(1)

    def _on_theme_wanted(self, theme: str) -> None:
        self.theme.go_over_to(Theme(theme))

    @Slot()
    def _on_window_closing(self) -> None:
        if self.window.room is not None and self._steps is None:
            from flux_studio.ui.last_wall import look_of

            self._left = look_of(self.window.room.wall)
        QApplication.quit()


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
    application = Application(qt)
    application.failed.connect(application.tell_failure)
    with quitting_on_signals(qt):
        application.show()
        code = qt.exec()
    if not application.close():
        # A running QThread must not be destroyed: everything is on disk.
        from flux_studio.leaving import leave_at_once
        from flux_studio.log import last_words

        last_words("the engine's thread did not end in time")
        leave_at_once(code)
    application.window.deleteLater()
    qt.processEvents()
    if application.failure is not None:
        raise application.failure
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
