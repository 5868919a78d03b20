"""Which key a job is sent with: the one place that knows the order of environment, session and
keychain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flux_studio.engine.ports import HeldKey
from flux_studio.providers.registry import row
from flux_studio.storage.keys_in_use import KeysInUse, variable_label

if TYPE_CHECKING:
    from flux_studio.storage.keychain import Keychain


class ProviderKeys:
    """Keys for the engine: environment first, then the session, then the keychain.

    `in_use` says which of a provider's named keys is used.
    """

    def __init__(self, keychain: Keychain, in_use: KeysInUse) -> None:
        self._keychain = keychain
        self._in_use = in_use

    def key(self, provider: str, label: str = "") -> HeldKey | None:
        """The key in use, or the one of a name, which the environment does not replace: it may be
        of another account. The keychain is not asked for a provider that needs none.
        """
        known = row(provider)
        if not known.needs_key:
            return None
        from_shell = variable_label(known.key_variable)
        is_set = self._keychain.has_variable(known.key_variable)
        wanted = label or (from_shell if is_set else self._in_use.label(provider))
        if wanted == from_shell:
            secret = self._keychain.get(provider, known.key_variable) if is_set else None
        else:
            secret = self._keychain.get(provider, label=wanted)
        return HeldKey(secret, wanted) if secret else None
