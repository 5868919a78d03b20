"""Keys as the window sees them: names, status, balance and last use, never their text.

All keychain calls run in the background, since a locked keychain may wait for a person for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.errors import KeyMissing, StudioError
from flux_studio.core.money import Money
from flux_studio.core.secret import Secret
from flux_studio.providers.regions_in_use import RegionsInUse
from flux_studio.providers.registry import ProviderRow
from flux_studio.session.background import Background
from flux_studio.storage.key_status import KeyState, KeyStatus, check_label, read_key
from flux_studio.storage.keys_in_use import DEFAULT_LABEL, KeysInUse, variable_label

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.storage.keychain import Keychain


@dataclass(frozen=True, slots=True)
class NamedKey:
    """One key of a provider. `label` is its name, '$VARIABLE' for the environment's, which wins
    while it is set; `used` when it last sent a job (UTC); `balance` USD where the provider tells.
    """

    label: str
    status: KeyStatus
    in_use: bool
    used: datetime | None = None
    balance: Money | None = None

    @property
    def from_shell(self) -> bool:
        """Whether it comes from the environment: then it is not ours to rename or forget."""
        return self.status.state is KeyState.ENVIRONMENT


class Accounts(Protocol):
    """Free questions with a key: the part of the engine that the desk asks. None is the key in
    use.
    """

    def check_key(self, provider: str, key: Secret | None = None) -> Future[str]: ...

    def balance_of(self, provider: str, key: Secret) -> Future[Money | None]: ...


class KeyBook(Protocol):
    """What the journal knows of keys, by their names. `uses` blocks; `rename` is a future."""

    def uses(self, provider: str) -> Mapping[str, datetime]: ...

    def rename(self, provider: str, old: str, new: str) -> Future[Any]: ...


class KeyDesk(QObject):
    """Reads, stores, names, tests and forgets keys.

    Signals: `status_changed(provider, KeyStatus)` of the key in use; `listed(provider, tuple of
    NamedKey)`; `tested(provider, label, ok, sentence)` after a free call with a key;
    `refused(provider, sentence)` when what was entered cannot be a key or a name; `chosen(provider,
    label)` when another key is used from now on.
    """

    status_changed = Signal(str, object)
    listed = Signal(str, object)
    tested = Signal(str, str, bool, str)
    refused = Signal(str, str)
    chosen = Signal(str, str)
    _arrived = Signal(object)

    def __init__(
        self,
        keychain: Callable[[], Keychain],
        rows: Sequence[ProviderRow],
        background: Background,
        accounts: Accounts,
        book: KeyBook,
        in_use: KeysInUse,
        save_in_use: Callable[[dict[str, str]], None],
        regions: RegionsInUse | None = None,
        save_regions: Callable[[dict[str, str]], None] = lambda chosen: None,
    ) -> None:
        """`save_in_use` and `save_regions` write the settings; they are called on the thread of
        this object.
        """
        super().__init__()
        self.rows = tuple(row for row in rows if row.key_variable)
        self._open_keychain = keychain
        self._background = background
        self._accounts = accounts
        self._book = book
        self._in_use = in_use
        self._save_in_use = save_in_use
        self._regions = regions or RegionsInUse({})
        self._save_regions = save_regions
        self._lists: dict[str, tuple[NamedKey, ...]] = {}
        self._balances: dict[tuple[str, str], Money] = {}
        self._arrived.connect(self._on_arrived)

    def look(self) -> None:
        """Ask for the status of each provider's key in use."""
        for row in self.rows:
            self._ask_status(row)

    def list_keys(self) -> None:
        """Ask for all keys of all providers, and what is left on their accounts."""
        for row in self.rows:
            self._ask_list(row, with_balances=True)

    def keys(self, provider: str) -> tuple[NamedKey, ...]:
        """The keys as last listed."""
        return self._lists.get(provider, ())

    def store(self, provider: str, text: str, label: str = DEFAULT_LABEL) -> None:
        """Store a key that was typed, under a name, then test it where the provider has a free
        call. It is used at once where none was in use.
        """
        row, label = self._row(provider), label.strip() or DEFAULT_LABEL

        def work() -> bool:
            secret = read_key(text)
            check_label(label)
            lacking = self._keychain.get(provider, label=self._in_use.label(provider)) is None
            self._keychain.set(provider, secret, label=label)
            return lacking

        def done(lacking: bool) -> None:
            self._balances.pop((provider, label), None)
            if lacking:
                self._choose(provider, label)
            self._tell(row)
            self.test(provider, label)

        self._run(provider, work, done)

    def region(self, provider: str) -> str:
        """The id of the region that new requests go to, '' for the provider's first one."""
        return self._regions.region(provider)

    def choose_region(self, provider: str, region: str) -> None:
        """Send to another region from the next request on; jobs that run stay where they are."""
        self._regions.choose(provider, region)
        self._save_regions(self._regions.chosen())

    def rename(self, provider: str, old: str, new: str) -> None:
        """Give a key another name, in the journal too, so that its jobs find it."""
        row, new = self._row(provider), new.strip()

        def work() -> KeyStatus:
            status = self._keychain.rename(provider, old, new)
            if status.has_key:
                self._book.rename(provider, old, new).result()
            return status

        def done(status: KeyStatus) -> None:
            if not status.has_key:
                self.refused.emit(provider, status.sentence)
                return
            if (provider, old) in self._balances:
                self._balances[provider, new] = self._balances.pop((provider, old))
            if self._in_use.label(provider) == old:
                self._choose(provider, new)
            self._tell(row)

        self._run(provider, work, done)

    def forget(self, provider: str, label: str = DEFAULT_LABEL) -> None:
        """Remove a key from the keychain and from this run. No other takes its place by itself."""
        row = self._row(provider)
        self._balances.pop((provider, label), None)
        self._run(
            provider,
            lambda: self._keychain.forget(provider, label=label),
            lambda _: self._tell(row),
        )

    def use(self, provider: str, label: str) -> None:
        """Use another key from the next job on; what is on its way keeps its own."""
        self._choose(provider, label)
        self._tell(self._row(provider))

    def test(self, provider: str, label: str = DEFAULT_LABEL) -> None:
        """Try a key with a call that costs nothing."""
        row = self._row(provider)

        def failed(error: Exception) -> None:
            words = str(error) if isinstance(error, StudioError) else "The key could not be tested."
            self.tested.emit(provider, label, False, words)

        def done(words: str) -> None:
            self.tested.emit(provider, label, True, words or "")
            self._ask_balance(row, label)

        def ask(secret: Secret) -> None:
            self._await(self._accounts.check_key(provider, secret), done, failed)

        self._background.run(lambda: self._secret(row, label), ask, failed)

    @property
    def _keychain(self) -> Keychain:
        """Opened on a worker: the first use loads the system's backend."""
        return self._open_keychain()

    def _run(self, provider: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._background.run(work, done, lambda e: self.refused.emit(provider, str(e)))

    def _choose(self, provider: str, label: str) -> None:
        self._in_use.choose(provider, label)
        self._save_in_use(self._in_use.chosen())
        self.chosen.emit(provider, label)

    def _tell(self, row: ProviderRow) -> None:
        self._ask_status(row)
        self._ask_list(row)

    def _ask_status(self, row: ProviderRow) -> None:
        self._background.run(
            lambda: self._status(row), lambda status: self.status_changed.emit(row.id, status)
        )

    def _status(self, row: ProviderRow) -> KeyStatus:
        label = self._in_use.label(row.id)
        return self._keychain.status(row.id, row.key_variable, label=label)

    def _ask_list(self, row: ProviderRow, *, with_balances: bool = False) -> None:
        def done(keys: tuple[NamedKey, ...]) -> None:
            self._show_list(row.id, keys)
            for key in keys:
                if with_balances and key.status.has_key:
                    self._ask_balance(row, key.label)

        self._background.run(lambda: self._read_list(row), done)

    def _read_list(self, row: ProviderRow) -> tuple[NamedKey, ...]:
        """All keys of a provider, the environment's first. Blocking."""
        uses = self._book.uses(row.id)
        from_shell = variable_label(row.key_variable)
        is_set = self._keychain.has_variable(row.key_variable)
        keys = []
        if is_set:
            status = self._keychain.status(row.id, row.key_variable)
            keys.append(NamedKey(from_shell, status, True, uses.get(from_shell)))
        chosen = self._in_use.label(row.id)
        for label in self._keychain.labels(row.id):
            status = self._keychain.status(row.id, label=label)
            keys.append(NamedKey(label, status, label == chosen and not is_set, uses.get(label)))
        return tuple(keys)

    def _show_list(self, provider: str, keys: tuple[NamedKey, ...]) -> None:
        shown = tuple(replace(k, balance=self._balances.get((provider, k.label))) for k in keys)
        self._lists[provider] = shown
        self.listed.emit(provider, shown)

    def _ask_balance(self, row: ProviderRow, label: str) -> None:
        """What is left on the account of a key; that it is not told is no trouble here."""

        def done(left: Money | None) -> None:
            if left is not None:
                self._balances[row.id, label] = left
                self._show_list(row.id, self.keys(row.id))

        def ask(secret: Secret) -> None:
            self._await(self._accounts.balance_of(row.id, secret), done, _in_silence)

        self._background.run(lambda: self._secret(row, label), ask, _in_silence)

    def _secret(self, row: ProviderRow, label: str) -> Secret:
        """The key itself. Blocking; raises KeyMissing."""
        variable = row.key_variable if label == variable_label(row.key_variable) else None
        name = DEFAULT_LABEL if variable else label
        status, secret = self._keychain.look_up(row.id, variable, label=name)
        if secret is None:
            raise KeyMissing(status.sentence)
        return secret

    def _await(
        self, future: Future[Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Hear of a future's end on this thread, without a worker that waits for the network."""

        def ended(future: Future[Any]) -> None:
            error = None if future.cancelled() else future.exception()
            if future.cancelled():
                return  # the studio ends
            with suppress(RuntimeError):  # the window went away meanwhile
                if isinstance(error, Exception):
                    self._arrived.emit((failed, error))
                elif error is None:
                    self._arrived.emit((done, future.result()))

        future.add_done_callback(ended)

    @Slot(object)
    def _on_arrived(self, answer: tuple[Callable[[Any], None], Any]) -> None:
        call, value = answer
        call(value)

    def _row(self, provider: str) -> ProviderRow:
        return next(row for row in self.rows if row.id == provider)


def _in_silence(_error: Exception) -> None:
    """A balance that is not told is no trouble: the row goes without."""
