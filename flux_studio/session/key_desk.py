"""Keys as the window sees them: their status, never their text.

All keychain calls run in the background, since a locked keychain may wait for a person for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from flux_studio.core.errors import StudioError
from flux_studio.providers.registry import ProviderRow
from flux_studio.session.background import Background
from flux_studio.storage.key_status import KeyStatus, read_key

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.storage.keychain import Keychain


class KeyDesk(QObject):
    """Reads, stores, tests and forgets keys.

    Signals: `status_changed(provider, KeyStatus)`; `tested(provider, ok, sentence)` after a free
    call with the key; `refused(provider, sentence)` when what was entered cannot be a key.
    """

    status_changed = Signal(str, object)
    tested = Signal(str, bool, str)
    refused = Signal(str, str)

    def __init__(
        self,
        keychain: Callable[[], Keychain],
        rows: Sequence[ProviderRow],
        background: Background,
        check: Callable[[str], Future[Any]],
    ) -> None:
        super().__init__()
        self.rows = tuple(row for row in rows if row.key_variable)
        self._open_keychain = keychain
        self._background = background
        self._check = check

    def look(self) -> None:
        """Ask for the status of every provider's key."""
        for row in self.rows:
            self._ask_status(row)

    def store(self, provider: str, text: str) -> None:
        """Store a key that was typed, then test it where the provider has a free call."""
        row = self._row(provider)

        def work() -> KeyStatus:
            return self._keychain.set(provider, read_key(text))

        def done(status: KeyStatus) -> None:
            self.status_changed.emit(provider, status)
            self.test(provider)
            self._ask_status(row)

        self._background.run(work, done, lambda e: self.refused.emit(provider, str(e)))

    def forget(self, provider: str) -> None:
        """Remove a key from the keychain and from this run."""
        row = self._row(provider)
        self._background.run(
            lambda: self._keychain.forget(provider),
            lambda _: self._ask_status(row),
            lambda e: self.refused.emit(provider, str(e)),
        )

    def test(self, provider: str) -> None:
        """Try the key with a call that costs nothing."""
        future = self._check(provider)

        def failed(error: Exception) -> None:
            words = str(error) if isinstance(error, StudioError) else "The key could not be tested."
            self.tested.emit(provider, False, words)

        self._background.run(
            future.result, lambda words: self.tested.emit(provider, True, words or ""), failed
        )

    @property
    def _keychain(self) -> Keychain:
        """Opened on a worker: the first use loads the system's backend."""
        return self._open_keychain()

    def _ask_status(self, row: ProviderRow) -> None:
        self._background.run(
            lambda: self._keychain.status(row.id, row.key_variable),
            lambda status: self.status_changed.emit(row.id, status),
        )

    def _row(self, provider: str) -> ProviderRow:
        return next(row for row in self.rows if row.id == provider)
