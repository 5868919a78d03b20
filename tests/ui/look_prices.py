"""Draw the price table at the foot of the composer, dark and light, to PNG files, for looking at.

    python -m tests.ui.look_prices OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from flux_studio.core.size import Size
from flux_studio.session.state import Quote, question
from flux_studio.session.studio import Studio
from flux_studio.storage.key_status import UNAVAILABLE, saved
from flux_studio.ui.composer.panel import ComposerPanel
from tests.ui import look_composer
from tests.ui.look_composer import PROMPT, choose, keep_taking


def providers(studio: Studio) -> list[str]:
    return list(dict.fromkeys(c.provider for c in studio.state.cards if c.provider != "practice"))


def at(studio: Studio, place: int, model: str = "flux-2-pro") -> None:
    studio.choose_model(providers(studio)[place], model)


def keyed(studio: Studio) -> None:
    """Keys at most places, past jobs at some, balances at two."""
    names = providers(studio)
    status = {name: saved("the keychain") for name in names}
    status[names[2]] = UNAVAILABLE
    usual = {(name, "flux-2-pro"): 7.0 + 2 * place for place, name in enumerate(names[:4])}
    balances = {names[0]: Decimal("4.20"), names[1]: Decimal("12.5")}
    studio.learn(keys=status, usual=usual, balances=balances)


def edit_scene(studio: Studio, panel: QWidget) -> None:
    keyed(studio)
    at(studio, 1)
    keep_taking(studio, 2)
    studio.set_prompt(PROMPT)
    studio.set_size(Size(1344, 768))
    studio.set_count(4)


def no_key_scene(studio: Studio, panel: QWidget) -> None:
    studio.learn(keys={name: UNAVAILABLE for name in providers(studio)})
    at(studio, 1)
    studio.set_prompt(PROMPT)


def open_scene(studio: Studio, panel: QWidget) -> None:
    edit_scene(studio, panel)
    studio.set_size(Size(1360, 760))
    open_all(panel)


def cannot_scene(studio: Studio, panel: QWidget) -> None:
    keyed(studio)
    choose(studio, "flux-2-max")
    keep_taking(studio, 6)
    studio.set_prompt(PROMPT)
    studio.set_size(Size(1001, 777))
    open_all(panel)


def long_scene(studio: Studio, panel: QWidget) -> None:
    keyed(studio)
    card = replace(
        studio.state.card,
        provider=providers(studio)[2],
        model="long",
        title="FLUX.2 with a remarkably long name that cannot fit",
    )
    look_composer.add_cards(studio, card)
    studio.choose_model(*card.id)
    studio.set_prompt(PROMPT)
    studio.set_count(16)


def quoted_scene(studio: Studio, panel: QWidget) -> None:
    keyed(studio)
    at(studio, 0, "flux-2-max")
    studio.set_prompt(PROMPT)
    studio.set_size(Size(1024, 1024))
    studio.set_count(4)
    request = question(studio.state.check)
    assert request is not None
    studio.learn(quote=Quote(request, Decimal("0.12")))


def open_all(panel: QWidget) -> None:
    assert isinstance(panel, ComposerPanel)
    panel.footer.prices.toggle.setChecked(True)


SCENES: dict[str, tuple[int, look_composer.Arrange]] = {
    "edit": (824, edit_scene),
    "none": (824, no_key_scene),
    "open": (824, open_scene),
    "cannot": (1000, cannot_scene),
    "long": (700, long_scene),
    "small": (544, edit_scene),
    "smallopen": (544, open_scene),
    "quoted": (824, quoted_scene),
}

if __name__ == "__main__":
    look_composer.SCENES = SCENES
    look_composer.main()
