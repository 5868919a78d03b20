"""The providers there are: one row each, in the order in which they are shown.

Adding a provider is one row here, one module and one card file. A row holds text only, so reading
the list loads neither the HTTP nor the picture libraries; `open_provider` loads the module of the
one that is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from flux_studio.providers.contract import Notes, Provider
    from flux_studio.providers.http import HttpSession


@dataclass(frozen=True, slots=True)
class Region:
    """One of a provider's own addresses; the id of the first, which is used unless another one is
    chosen, is ''.
    """

    id: str
    title: str
    base: str


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider as data.

    `key_variable` is the environment variable of its key, '' where none is needed; `site` the page
    where people get keys and see their use; `default_base` the address of its API without a slash
    at the end, '' where nothing is sent; `options` the further arguments its class takes of those
    that `open_provider` is given; `lists_tasks` says that its class is a `ListsTasks`; `regions`
    are its addresses where it has several.
    """

    id: str
    title: str
    key_variable: str
    site: str
    default_base: str
    module: str
    class_name: str
    options: tuple[str, ...] = ()
    lists_tasks: bool = False
    regions: tuple[Region, ...] = ()

    @property
    def needs_key(self) -> bool:
        return bool(self.key_variable)


PROVIDERS = (
    ProviderRow(
        id="practice",
        title="Practice",
        key_variable="",
        site="",
        default_base="",
        module="flux_studio.providers.practice",
        class_name="PracticeProvider",
        options=("environ", "delay", "read_reference"),
    ),
    ProviderRow(
        id="runapi",
        title="RunAPI",
        key_variable="RUNAPI_API_KEY",
        site="https://runapi.ai",
        default_base="https://runapi.ai",
        module="flux_studio.providers.runapi",
        class_name="RunApiProvider",
    ),
    ProviderRow(
        id="runflow",
        title="Runflow",
        key_variable="RUNFLOW_API_KEY",
        site="https://www.runflow.io",
        default_base="https://api.runflow.io",
        module="flux_studio.providers.runflow",
        class_name="RunflowProvider",
        lists_tasks=True,
    ),
    ProviderRow(
        id="bfl",
        title="Black Forest Labs",
        key_variable="BFL_API_KEY",
        site="https://dashboard.bfl.ai",
        default_base="https://api.bfl.ai",
        module="flux_studio.providers.bfl",
        class_name="BflProvider",
        options=("region",),
        regions=(
            Region("", "Global", "https://api.bfl.ai"),
            Region("eu", "Europe", "https://api.eu.bfl.ai"),
            Region("us", "USA", "https://api.us.bfl.ai"),
        ),
    ),
    ProviderRow(
        id="fal",
        title="fal",
        key_variable="FAL_KEY",
        site="https://fal.ai/dashboard/keys",
        default_base="https://queue.fal.run",
        module="flux_studio.providers.fal",
        class_name="FalProvider",
        lists_tasks=True,
    ),
    ProviderRow(
        id="replicate",
        title="Replicate",
        key_variable="REPLICATE_API_TOKEN",
        site="https://replicate.com/account/api-tokens",
        default_base="https://api.replicate.com",
        module="flux_studio.providers.replicate",
        class_name="ReplicateProvider",
        lists_tasks=True,
    ),
)


def row(provider: str) -> ProviderRow:
    """The row of a provider id. Raises KeyError for an id that is not in the list."""
    for known in PROVIDERS:
        if known.id == provider:
            return known
    raise KeyError(provider)


def region_base(provider: ProviderRow, region: str) -> str:
    """The address of a region; the provider's default for an id that is not in its list."""
    known = (each.base for each in provider.regions if each.id == region)
    return next(known, provider.default_base)


def base_of(provider: ProviderRow, environ: Mapping[str, str]) -> str:
    """The base address that is used: `FLUX_STUDIO_<PROVIDER>_URL` in `environ`, else the row's own.

    Raises StudioError for an address that cannot be used.
    """
    from flux_studio.providers.addresses import base_address  # urllib: not before the first paint

    return base_address(provider.id, provider.default_base, environ)


def open_provider(
    provider: ProviderRow,
    http: HttpSession,
    notes: Notes,
    environ: Mapping[str, str],
    **options: object,
) -> Provider:
    """Load the module of a provider and make its one object.

    `options` are what single providers need beyond that (`read_reference`, `delay`, and `region`,
    which gives the address of the chosen region); each takes those that its row names, so the
    caller gives them all to everyone. Raises StudioError for an address or an option that cannot
    be used.
    """
    given = {"environ": environ, **options}
    wanted = {name: given[name] for name in provider.options if name in given}
    kind = getattr(import_module(provider.module), provider.class_name)
    return cast("Provider", kind(http, base_of(provider, environ), notes, **wanted))
