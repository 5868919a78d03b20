"""What is known before anything heavy is loaded: folders, settings, model cards, the last draft.

This comes before the first paint, so it imports neither Qt nor HTTP nor the database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from flux_studio.core.card import ModelCard
from flux_studio.providers.registry import PROVIDERS
from flux_studio.storage.drafts import DraftFile
from flux_studio.storage.model_files import read_model_files
from flux_studio.storage.paths import Paths
from flux_studio.storage.settings import Settings, SettingsFile


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything heavy is loaded. `faults` are sentences about files that were
    set aside; `card_faults` those of them about a user's model files, with file and line.
    """

    paths: Paths
    settings_file: SettingsFile
    settings: Settings
    cards: tuple[ModelCard, ...]
    faults: tuple[str, ...]
    environ: Mapping[str, str]
    card_faults: tuple[str, ...] = ()

    def card(self, provider: str, model: str) -> ModelCard | None:
        return next((card for card in self.cards if card.id == (provider, model)), None)

    @property
    def draft_file(self) -> DraftFile:
        return DraftFile(self.paths.draft_file)


def lay_ground(environ: Mapping[str, str] | None = None) -> Ground:
    """Find the folders, read settings and model cards. Raises OSError when a folder cannot be
    made.
    """
    env = dict(os.environ) if environ is None else environ
    paths = Paths.default(env)
    paths.ensure()
    settings_file = SettingsFile(paths.settings_file)
    loaded = settings_file.load()
    cards, card_faults = read_known_cards(paths)
    if loaded.settings.library_folder:
        paths = paths.with_library(loaded.settings.library_folder)
    faults = (*loaded.problems, *card_faults)
    return Ground(paths, settings_file, loaded.settings, cards, faults, env, card_faults)


def read_known_cards(paths: Paths) -> tuple[tuple[ModelCard, ...], tuple[str, ...]]:
    """The cards in the order of their providers, and a sentence for each file with a fault.

    A user's row for a provider that is not in the list could never be sent, so it is such a fault.
    """
    order = {known.id: place for place, known in enumerate(PROVIDERS)}
    models = read_model_files(paths.models, order)
    return tuple(sorted(models.cards, key=lambda card: order[card.provider])), models.faults
