"""A whole studio in a test: the real window, engine, storage and HTTP, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from flux_studio.app import Application
from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryChange


class Whole:
    """One running studio, and what it saved."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.studio = application.studio
        self.window = application.window
        assert application.window.room is not None
        self.room = application.window.room
        assert application.house is not None
        self.workshop = application.house.workshop
        self.saved: list[Generation] = []
        self.studio.library.changed.connect(self._on_library_changed)

    def choose(self, provider: str, model: str = "") -> None:
        """Choose a model with its own default size."""
        card = next(
            c for c in self.studio.state.cards if c.provider == provider and model in ("", c.model)
        )
        self.studio.choose_model(*card.id)
        self.studio.set_size(card.default_size)

    def file(self, generation: Generation) -> Path:
        return self.studio.library.file(generation)

    def _on_library_changed(self, change: LibraryChange) -> None:
        self.saved.extend(change.added)


@contextmanager
def whole_studio(home: Path, environ: Mapping[str, str] | None = None) -> Iterator[Whole]:
    """Open a studio in `home`; it is closed as a person closes it. Practice takes no time."""
    env = {
        "FLUX_STUDIO_HOME": str(home),
        "FLUX_STUDIO_PRACTICE_DELAY": "0",
        **(environ or {}),
    }
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    application = Application(qt, env)
    application.show()
    application.wait_until_ready()
    try:
        yield Whole(application)
    finally:
        application.window.close()
        assert application.close(), "a thread did not end within its deadline"
        application.window.deleteLater()
        application.theme.deleteLater()  # it listens to the system as long as it lives
        qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qt.processEvents()


Wait = Callable[[Callable[[], bool]], None]
