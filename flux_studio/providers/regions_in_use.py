"""Which region of a provider new requests go to, where it has several: shared by the window, which
changes it, and the engine, which asks for it before each request.
"""

from __future__ import annotations

from collections.abc import Mapping

from flux_studio.providers.registry import ProviderRow, region_base


class RegionsInUse:
    """The id of a region by provider id. Safe in several threads: each change is one new
    dictionary.
    """

    def __init__(self, chosen: Mapping[str, str]) -> None:
        """`chosen` is what the settings say."""
        self._chosen = dict(chosen)

    def region(self, provider: str) -> str:
        """The id of the chosen region, '' for the provider's first one."""
        return self._chosen.get(provider, "")

    def address(self, provider: ProviderRow) -> str:
        """The address of the region in use."""
        return region_base(provider, self.region(provider.id))

    def choose(self, provider: str, region: str) -> None:
        """Send to another region from the next request on; '' is the provider's first one."""
        rest = {known: each for known, each in self._chosen.items() if known != provider}
        self._chosen = {**rest, provider: region} if region else rest

    def chosen(self) -> dict[str, str]:
        """What was chosen, for the settings."""
        return dict(self._chosen)
