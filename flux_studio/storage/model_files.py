"""Model cards from their files: those we ship, then a user's own, which win by provider and
model: a whole card, or single values over the card that is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import CardFault, read_cards, read_rows
from flux_studio.core.row_values import Row
from flux_studio.resources import resource_path

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """All cards in the order of the files, and a sentence with file and line for each file that
    cannot be read.
    """

    cards: tuple[ModelCard, ...]
    faults: tuple[str, ...]


def read_model_files(own: Path, providers: Collection[str] = ()) -> ModelFiles:
    """The shipped cards with those of the folder `own` (which may be missing) over them.

    A fault in a file costs that file's cards only; a card for none of the `providers`, where they
    are given, is one. Raises FileNotFoundError when nothing was
    shipped.
    """
    cards: dict[tuple[str, str], ModelCard] = {}
    rows: dict[tuple[str, str], Row] = {}
    faults: list[str] = []
    owned = own_files(own)
    for path in (*_files(resource_path("models")), *owned):
        try:
            text = read_text(path)
            read = read_cards(text, path.name, rows, providers)
            cards.update((card.id, card) for card in read)
        except CardFault as fault:
            faults.append(str(fault))
        else:
            if owned:  # only then there is somebody to lay values over these
                rows.update(read_rows(text, rows))
    return ModelFiles(tuple(cards.values()), tuple(faults))


def own_files(folder: Path) -> list[Path]:
    """A user's own files in the order in which they are read: later ones win."""
    return list(_files(folder))


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.glob("*.toml") if path.is_file())


def read_text(path: Path) -> str:
    """The text of a model file. Raises CardFault with the file's name and, where known, the
    line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise CardFault(f"{path.name}: it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CardFault(f"{path.name}: line {line}: it is not UTF-8 text") from error
    if len(data) > MOST_BYTES:
        raise CardFault(f"{path.name}: it is larger than {MOST_BYTES} bytes")
    return text
