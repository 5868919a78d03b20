"""A keychain in memory, in the place of the desktop's own."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

KEPT: dict[tuple[str, str], str] = {}


class Keyring(KeyringBackend):
    priority = 1  # a class property in the base: it works everywhere

    def get_password(self, service: str, username: str) -> str | None:
        return KEPT.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        KEPT[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if KEPT.pop((service, username), None) is None:
            raise PasswordDeleteError(username)
