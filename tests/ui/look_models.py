"""Renders the page of a model, the list of models and what will be sent, in dark and light.

`python -m tests.ui.look_models OUT [scene…]`; QT_SCALE_FACTOR chooses the ratio.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.engine.spelling import Speller
from flux_studio.providers.fal import FalProvider
from flux_studio.storage.gallery_figures import ModelFigures
from flux_studio.ui.call_dialog import CallDialog
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.model_page import ModelPage
from flux_studio.ui.theme import ThemeSource
from tests.session.desks import Desk, answered
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

KEPT: list[QWidget] = []
TODAY = date(2026, 11, 20)
USED = ModelFigures(214, 61, 3, 7.4, Decimal("8.12"), 0)
PARTLY = ModelFigures(12, 0, 1, None, Decimal("0.36"), 2)


def page(desk: Desk, provider: str, model: str, figures: ModelFigures | None) -> QWidget:
    card = desk.ground.card(provider, model)
    assert card is not None
    made = ModelPage(desk.studio, card, today=TODAY)
    made.resize(made.sizeHint())
    made.show()
    stock.settle(desk)
    if figures is not None:
        made.show_figures(figures)
    return made


def whole(desk: Desk, provider: str, model: str, figures: ModelFigures | None) -> QWidget:
    made = page(desk, provider, model, figures)
    made.resize(made.width(), 1180)
    return made


def models(desk: Desk, theme: ThemeSource) -> QWidget:
    panel = ComposerPanel(desk.studio, theme)
    panel.resize(360, 780)
    panel.show_state(desk.studio.state)
    panel.show()
    panel.model.open_list()
    KEPT.append(panel)  # the list goes with its panel
    return panel.model.list


def card(desk: Desk, theme: ThemeSource) -> QWidget:
    desk.studio.choose_model("runflow", "flux-2-pro")
    panel = ComposerPanel(desk.studio, theme)
    panel.resize(360, 780)
    panel.show_state(desk.studio.state)
    panel.show()
    return panel


def call(desk: Desk, page: int) -> QWidget:
    """What a form would send, at a provider with references."""
    card = desk.ground.card("fal", "flux-2-pro")
    assert card is not None
    reference = Reference("ab" * 32, "image/png", Size(512, 512), "bottle on basalt.png")
    request = Request(
        *card.id, prompt=stock.PROMPTS[0], size=Size(1920, 1080), output_format="png",
        references=(reference,), seed=7, safety=2,
    )  # fmt: skip
    provider = FalProvider(None, "https://queue.fal.run", None)  # type: ignore[arg-type]  # it asks nobody
    desk.engine.spelling = answered(Speller({"fal": provider}, {card.id: card}).spell(request))
    made = CallDialog(desk.studio)
    made.resize(made.sizeHint())
    made.show()
    for _ in range(page):
        QTest.keyClick(made.pages, Qt.Key.Key_Right)
    return made


SCENES = {
    "call-fields": lambda desk, theme: call(desk, 0),
    "call-curl": lambda desk, theme: call(desk, 1),
    "call-python": lambda desk, theme: call(desk, 2),
    "model-priced": lambda desk, theme: page(desk, "runflow", "flux-2-pro", USED),
    "model-whole": lambda desk, theme: whole(desk, "bfl", "flux-2-pro", USED),
    "model-unknown": lambda desk, theme: whole(desk, "runapi", "flux-2-max", PARTLY),
    "model-empty": lambda desk, theme: whole(desk, "fal", "flux-2", None),
    "model-list": models,
    "model-card": card,
}


def main() -> None:
    frame = Frame()
    theme = frame.theme
    for name, scene in frame.scenes(SCENES):
        with frame.desk() as desk:
            widget = scene(desk, theme)
            for chosen in frame.themes():
                stock.settle(desk)
                frame.save(widget, f"{name}-{chosen}")
            widget.hide()
            widget.deleteLater()


if __name__ == "__main__":
    main()
