"""Which of a provider's named keys is used now: shared by the window, which changes it, and the
engine, which asks for it before each job.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_LABEL = "default"


class KeysInUse:
    """The name of the key in use, by provider id. Safe in several threads: each change is one new
    dictionary.
    """

    def __init__(self, chosen: Mapping[str, str]) -> None:
        """`chosen` is what the settings say."""
        self._chosen = dict(chosen)

    def label(self, provider: str) -> str:
        """The name of the key in use, 'default' where none was chosen."""
        return self._chosen.get(provider, DEFAULT_LABEL)

    def choose(self, provider: str, label: str) -> None:
        """Use another key from the next job on."""
        self._chosen = {**self._chosen, provider: label}

    def chosen(self) -> dict[str, str]:
        """What was chosen, for the settings."""
        return dict(self._chosen)


def variable_label(variable: str) -> str:
    """How the journal names the key of an environment variable. No key can be given such a name."""
    return f"${variable}"
