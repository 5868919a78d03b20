"""How a person wants the wall: sizes, shape of the cells, groups, piles; kept as one line of text.

The text goes into the window's memory and may be thrown away: what cannot be read gives defaults.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flux_studio.ui.wall.grouping import Grouping

SMALLEST, LARGEST, USUAL = 64, 1024, 168  # px
MOST_REMEMBERED = 500  # selected pictures


@dataclass(frozen=True, slots=True)
class WallOptions:
    """`size` is how tall a row should be in px, which is the width of a square picture; `squares`
    crops every picture to a square cell of that width.
    """

    size: int = USUAL
    squares: bool = False
    grouping: Grouping = Grouping.DAY
    piles: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """A wall as it was left: `place` is the picture at the top of the view and how many px its own
    top is below that, () when the wall was not scrolled; `current` has the keyboard.
    """

    options: WallOptions = WallOptions()
    place: tuple[str, int] | tuple[()] = ()
    selected: Sequence[str] = ()
    current: str = ""

    def to_text(self) -> str:
        data = asdict(self) | {"selected": list(self.selected)[:MOST_REMEMBERED]}
        return json.dumps(data)

    @classmethod
    def from_text(cls, text: object) -> Remembered:
        """What was written by `to_text`; the first state of all where that cannot be read."""
        try:
            data = json.loads(text) if isinstance(text, str) else {}
            options, place = data.get("options", {}), data.get("place", ())
            return cls(
                options=WallOptions(
                    size=min(LARGEST, max(SMALLEST, int(options.get("size", USUAL)))),
                    squares=options.get("squares") is True,
                    grouping=Grouping(options.get("grouping", Grouping.DAY)),
                    piles=options.get("piles") is True,
                ),
                place=(str(place[0]), int(place[1])) if place else (),
                selected=tuple(str(id_) for id_ in data.get("selected", ()))[:MOST_REMEMBERED],
                current=str(data.get("current", "")),
            )
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            return cls()
