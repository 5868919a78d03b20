"""Which keychains are good enough for a key, and opening the one of this system.

keyring itself would also take a plaintext file, or whatever a variable or a configuration file
names. Here only the classes listed below are ever constructed. keyring is imported late: it takes
about 100 ms.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AllowedBackend:
    """A class of keyring that encrypts, and its name for people."""

    module: str
    class_name: str
    title: str


_MACOS = (AllowedBackend("keyring.backends.macOS", "Keyring", "the macOS Keychain"),)
_WINDOWS = (
    AllowedBackend("keyring.backends.Windows", "WinVaultKeyring", "the Windows Credential Manager"),
)
_DESKTOP = (
    AllowedBackend("keyring.backends.SecretService", "Keyring", "the Secret Service"),
    AllowedBackend("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
    AllowedBackend("keyring.backends.libsecret", "Keyring", "the Secret Service (libsecret)"),
)
APP_ID = "Flux Studio"


class NoKeychain(Exception):  # noqa: N818 - says a state of the system
    """No keychain of the list works here."""


class KeychainLocked(Exception):  # noqa: N818 - says a state of the system
    """The keychain is there, but stayed locked."""


def allowed_here() -> tuple[AllowedBackend, ...]:
    """The keychains this operating system may have."""
    match sys.platform:
        case "darwin":
            return _MACOS
        case "win32":
            return _WINDOWS
        case _:
            return _DESKTOP


class OpenKeychain:
    """One working keychain. Every method may block; none is for the main thread.

    Raises KeychainLocked, or whatever the backend raises: several of them let errors of their own
    libraries through.
    """

    def __init__(self, backend: KeyringBackend, title: str, service: str) -> None:
        self._backend = backend
        self._service = service
        self.title = title

    def read(self, account: str) -> str | None:
        """The text stored under `account`, or None."""
        return _unlocked(lambda: self._backend.get_password(self._service, account))

    def write(self, account: str, text: str) -> bool:
        """Store `text` and read it back; False when something else came back."""
        _unlocked(lambda: self._backend.set_password(self._service, account, text))
        return self.read(account) == text

    def remove(self, account: str) -> None:
        """Delete what is stored under `account`; nothing happens when there is nothing."""
        from keyring.errors import PasswordDeleteError

        try:
            _unlocked(lambda: self._backend.delete_password(self._service, account))
        except PasswordDeleteError:
            if self.read(account) is not None:
                raise


def _unlocked(work: Callable[[], _T]) -> _T:
    from keyring.errors import KeyringLocked

    try:
        return work()
    except KeyringLocked as error:
        raise KeychainLocked from error


def open_keychain(allowed: Sequence[AllowedBackend], service: str) -> OpenKeychain:
    """The best allowed keychain that works here. Raises NoKeychain. May block."""
    found: list[tuple[float, AllowedBackend, type[KeyringBackend]]] = []
    for entry in allowed:
        backend_class = _load(entry)
        if backend_class is not None and backend_class.viable:
            found.append((float(backend_class.priority), entry, backend_class))
    if not found:
        raise NoKeychain
    _, entry, backend_class = max(found, key=lambda row: row[0])
    return OpenKeychain(_construct(backend_class), entry.title, service)


def _load(entry: AllowedBackend) -> type[KeyringBackend] | None:
    try:
        found = getattr(importlib.import_module(entry.module), entry.class_name)
    except (ImportError, AttributeError, OSError):
        return None  # a library of another desktop or system is missing
    return found if isinstance(found, type) else None


def _construct(backend_class: type[KeyringBackend]) -> KeyringBackend:
    backend = backend_class()
    if hasattr(backend, "appid"):
        backend.appid = APP_ID  # the name shown in the keychain's own window
    if hasattr(backend, "persist"):
        backend.persist = "local machine"  # Windows would let the key roam to other machines
    return backend
