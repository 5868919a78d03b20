"""The providers of a run, and why one had to be left out: its jobs are refused, the others work."""

from __future__ import annotations

from collections.abc import Mapping

from flux_studio.core.errors import Reason, Refused
from flux_studio.providers.contract import Provider


class OfferedProviders(dict[str, Provider]):
    """Providers by id. `[]` raises Refused for one that was left out, KeyError for one that nobody
    knows.
    """

    def __init__(self) -> None:
        super().__init__()
        self._left_out: dict[str, str] = {}

    def leave_out(self, provider: str, sentence: str) -> None:
        """This one cannot be used in this run; `sentence` says why and what to do."""
        self._left_out[provider] = sentence

    def __missing__(self, provider: str) -> Provider:
        if provider in self._left_out:
            raise Refused(Reason.BAD_ADDRESS, self._left_out[provider])
        raise KeyError(provider)


def refusal(providers: Mapping[str, Provider], provider: str) -> str:
    """Why a provider was left out; '' when it is there. Raises LookupError for an unknown one."""
    try:
        providers[provider]
    except Refused as error:
        return str(error)
    return ""
