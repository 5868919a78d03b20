"""Provider keys: from the environment, from memory, or from the keychain of the system.

Every question to the keychain has a deadline, because a locked keychain waits for a person. What
was read once stays in memory for this run, and a refused prompt is not shown again until `refresh`.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flux_studio.core.secret import Secret
from flux_studio.storage import key_status
from flux_studio.storage.bounded import BoundedCaller, StillWaiting
from flux_studio.storage.key_places import KeyPlaces
from flux_studio.storage.key_status import (
    KeyProblem,
    KeyState,
    KeyStatus,
    check_label,
    read_key,
)
from flux_studio.storage.keychain_backends import (
    AllowedBackend,
    KeychainLocked,
    NoKeychain,
    OpenKeychain,
    allowed_here,
    open_keychain,
)
from flux_studio.storage.keys_in_use import DEFAULT_LABEL

__all__ = ["DEFAULT_LABEL", "KeyProblem", "KeyState", "KeyStatus", "Keychain", "read_key"]

SERVICE = "Flux Studio"
DEADLINE_S = 5.0

_log = logging.getLogger(__name__)
_Answer = tuple[KeyStatus, Secret | None]


class Keychain:
    """Keys by provider id and label. Thread-safe; blocks at most the deadline; never raises
    anything but KeyProblem.
    """

    def __init__(
        self,
        *,
        places_file: Path | None = None,
        environ: Mapping[str, str] | None = None,
        deadline_s: float = DEADLINE_S,
        allowed: Sequence[AllowedBackend] | None = None,
    ) -> None:
        """`places_file` is `Paths.key_places_file`; `allowed` are the keychains that may be used.

        Nothing is opened, and keyring is not imported, until a key is asked for.
        """
        self._environ = os.environ if environ is None else environ
        self._allowed = allowed_here() if allowed is None else tuple(allowed)
        self._places = KeyPlaces(places_file)
        self._caller = BoundedCaller(deadline_s, "keychain")
        self._lock = threading.Lock()
        self._session: dict[str, tuple[Secret, KeyStatus]] = {}
        self._known: dict[str, _Answer] = {}
        self._closed_for_now: KeyStatus | None = None

    def status(
        self, provider: str, env_name: str | None = None, *, label: str = DEFAULT_LABEL
    ) -> KeyStatus:
        """Where the key is. `env_name` is the environment variable that wins for this run."""
        return self.look_up(provider, env_name, label=label)[0]

    def get(
        self, provider: str, env_name: str | None = None, *, label: str = DEFAULT_LABEL
    ) -> Secret | None:
        """The key, or None; `status` then says why."""
        return self.look_up(provider, env_name, label=label)[1]

    def look_up(
        self, provider: str, env_name: str | None = None, *, label: str = DEFAULT_LABEL
    ) -> _Answer:
        """Status and key together, in one question."""
        text = self._environ.get(env_name, "") if env_name else ""
        if env_name and text.strip():
            return _from_environment(env_name, text)
        account = _account(provider, label)
        with self._lock:
            if account in self._session:
                secret, status = self._session[account]
                return status, secret
            if account in self._known:
                return self._known[account]
            if self._closed_for_now is not None:
                return self._closed_for_now, None
        return self._ask(lambda: self._read(provider, label))

    def set(self, provider: str, secret: Secret, *, label: str = DEFAULT_LABEL) -> KeyStatus:
        """Store the key and read it back; where that fails it is kept for this run, and said so.

        Raises KeyProblem when it cannot be a key.
        """
        secret = read_key(secret.reveal())
        account = _account(provider, label)
        with self._lock:
            self._session[account] = secret, key_status.session_only("it is being saved.")
            self._known.pop(account, None)
            self._closed_for_now = None
        status, _ = self._ask(lambda: self._write(provider, label, secret))
        if status.state is KeyState.SAVED:
            return status
        kept = _kept_for_now(status)
        with self._lock:
            if account in self._session:  # a late answer may have saved it meanwhile
                self._session[account] = secret, kept
        return kept

    def forget(self, provider: str, *, label: str = DEFAULT_LABEL) -> KeyStatus:
        """Remove the key from memory and keychain. State NONE means that it is surely gone."""
        account = _account(provider, label)
        with self._lock:
            self._session.pop(account, None)
            self._known.pop(account, None)
            self._closed_for_now = None
        status, _ = self._ask(lambda: self._remove(provider, label))
        if status.state is KeyState.UNAVAILABLE and not self._places.place(provider, label):
            return key_status.none()  # nothing was ever saved
        return status

    def rename(self, provider: str, old: str, new: str) -> KeyStatus:
        """Give a key another name; under the old one it is gone when that worked. State NONE: there
        was no such key.

        Raises KeyProblem when the new name cannot be one or is taken.
        """
        check_label(new)
        if new in self.labels(provider):
            raise KeyProblem("Another key of this provider has this name. Choose another.")
        status, secret = self.look_up(provider, label=old)
        if secret is None:
            return status
        kept = self.set(provider, secret, label=new)
        if kept.has_key:
            self.forget(provider, label=old)
        return kept

    def has_variable(self, env_name: str) -> bool:
        """Whether the environment gives a key for this run."""
        return bool(self._environ.get(env_name, "").strip())

    def labels(self, provider: str) -> tuple[str, ...]:
        """The names of the provider's keys, saved or of this run, sorted."""
        with self._lock:
            here = {a.partition("/")[2] for a in self._session if a.startswith(f"{provider}/")}
        return tuple(sorted(here.union(self._places.labels(provider))))

    def refresh(self) -> None:
        """Ask the keychain anew from now on: after unlocking it, or when the key page opens."""
        with self._lock:
            self._known.clear()
            self._closed_for_now = None

    # The questions themselves; they run on the daemon thread and may finish long after the
    # deadline, so each puts its result where the next call will find it.

    def _read(self, provider: str, label: str) -> _Answer:
        account = _account(provider, label)
        keychain = self._open()
        text = keychain.read(account)
        answer: _Answer
        if text is None:
            answer = key_status.none(self._places.place(provider, label), keychain.title), None
        else:
            answer = _from_keychain(keychain.title, text)
            self._places.note(provider, label, keychain.title)
        with self._lock:
            if account not in self._session:
                self._known[account] = answer
        return answer

    def _write(self, provider: str, label: str, secret: Secret) -> _Answer:
        account = _account(provider, label)
        keychain = self._open()
        if not keychain.write(account, secret.reveal()):
            return key_status.UNAVAILABLE, None
        with self._lock:
            wanted = self._session.get(account, (None, None))[0] == secret
            if wanted:
                del self._session[account]
                self._known[account] = key_status.saved(keychain.title), secret
        if not wanted:  # forgotten or replaced while the prompt was open
            keychain.remove(account)
            return key_status.none(), None
        self._places.note(provider, label, keychain.title)
        return key_status.saved(keychain.title), secret

    def _remove(self, provider: str, label: str) -> _Answer:
        keychain = self._open()
        keychain.remove(_account(provider, label))
        self._places.drop(provider, label)
        return key_status.none(), None

    def _open(self) -> OpenKeychain:
        return open_keychain(self._allowed, SERVICE)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        try:
            return self._caller.call(lambda: self._answered(question))
        except StillWaiting:
            return key_status.WAITING, None

    def _answered(self, question: Callable[[], _Answer]) -> _Answer:
        """The answer, or what kept it from us; that is remembered, so that no prompt comes back."""
        try:
            return question()
        except KeychainLocked:
            status = key_status.LOCKED
        except NoKeychain:
            status = key_status.UNAVAILABLE
        except Exception as error:  # noqa: BLE001 - backends let errors of their libraries through
            _log.warning("the keychain failed: %s", type(error).__name__)
            status = key_status.UNAVAILABLE
        with self._lock:
            self._closed_for_now = status
        return status, None


def _account(provider: str, label: str) -> str:
    check_label(label)
    return f"{provider}/{label}"


def _from_environment(variable: str, text: str) -> _Answer:
    try:
        return key_status.environment(variable), read_key(text)
    except KeyProblem as problem:
        return key_status.unusable(f"the variable {variable}", problem), None


def _from_keychain(title: str, text: str) -> _Answer:
    try:
        return key_status.saved(title), read_key(text)
    except KeyProblem as problem:
        return key_status.unusable(title, problem), None


def _kept_for_now(status: KeyStatus) -> KeyStatus:
    match status.state:
        case KeyState.WAITING:
            why = "the keychain has not answered yet. Look for a prompt of the system."
        case KeyState.LOCKED:
            why = "the keychain is locked. Unlock it and save the key again."
        case _:
            why = "no keychain answers on this system."
    return key_status.session_only(why)
