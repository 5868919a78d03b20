"""Draw the composer in many states, dark and light, to PNG files, for looking at.

    python -m tests.ui.look_composer OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import SeedMode
from flux_studio.core.pricing import PerCall
from flux_studio.core.problem import Control
from flux_studio.core.size import ListedSize, ListedSizes, Size
from flux_studio.session.studio import Studio
from flux_studio.storage.key_status import UNAVAILABLE, saved
from flux_studio.ui.composer.panel import ComposerPanel
from tests.core.sample_cards import GUIDANCE, MOOD, QUIET, STEPS, free
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame

PROMPT = (
    "Put the bottle of @image1 on a wet basalt ledge at dusk, the sky of @image2 behind it, "
    "rim light in #C2536B and a label reading “SOLSTICE” set in #F2B84B, 85 mm, shallow focus"
)
RATIOS = {
    "1:1": (1024, 1024),
    "16:9": (1344, 768),
    "9:16": (768, 1344),
    "4:3": (1152, 864),
    "3:4": (864, 1152),
    "3:2": (1248, 832),
    "2:3": (832, 1248),
}
LISTED = free(
    provider="practice",
    model="listed",
    title="Listed pro",
    blurb="Takes a ratio and a tier.",
    sizes=ListedSizes(
        tuple(
            ListedSize(ratio, tier, Size(wide * scale, high * scale))
            for tier, scale in (("1k", 1), ("2k", 2))
            for ratio, (wide, high) in RATIOS.items()
        )
    ),
    price=PerCall((("1k", Decimal("0.05")), ("2k", Decimal("0.07")))),
    references=8,
    prompt_least=1,
    prompt_most=0,
    formats=(),
    seed=False,
    safety=None,
    checker=False,
    knobs=(),
)
KNOBS = free(
    provider="practice",
    model="knobs",
    title="A model with a remarkably long name that cannot fit",
    prompt_most=200,
    knobs=(STEPS, GUIDANCE, QUIET, MOOD),
)


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, (height, arrange) in frame.scenes(SCENES):
        with frame.desk() as desk:
            add_cards(desk.studio, LISTED, KNOBS)
            panel = ComposerPanel(desk.studio, theme)
            desk.studio.changed.connect(panel.show_state)
            panel.show_state(desk.studio.state)
            panel.resize(360, height)
            arrange(desk.studio, panel)
            for chosen in frame.themes():
                panel.show()
                panel.activateWindow()
                settle(app, desk)
                frame.save(panel, f"{name}-{chosen}")
                if name == "list":
                    panel.model.open_list()
                    app.processEvents()
                    frame.save(panel.model.list, f"popup-{chosen}")
                    panel.model.list.close()
            panel.deleteLater()


def settle(app: QApplication, desk: Desk) -> None:
    """Let the background finish and the layout come to rest."""
    for _ in range(3):
        done: list[bool] = []
        desk.background.run(lambda: True, done.append)
        while not done:
            app.processEvents()
    app.processEvents()


def add_cards(studio: Studio, *cards: ModelCard) -> None:
    studio._cards.update({card.id: card for card in cards})
    studio._set(cards=(*studio.state.cards, *cards))


def picture(number: int, size: tuple[int, int] = (640, 480)) -> bytes:
    image = Image.new("RGB", size, (60 + 20 * number, 160 - 15 * number, 90 + 10 * number))
    draw = ImageDraw.Draw(image)
    draw.ellipse((180, 100, 420, 340), fill=(240, 210 - 10 * number, 120))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def take(studio: Studio, count: int) -> None:
    for number in range(count):
        studio.references.take_bytes(picture(number), f"bottle-{number}.png")


def keep_taking(studio: Studio, count: int) -> None:
    """References need the background: wait until they are there."""
    take(studio, count)
    app = QApplication.instance()
    while len(studio.state.draft.references) < count:
        assert app is not None
        app.processEvents()


def choose(studio: Studio, model: str) -> None:
    card = [c for c in studio.state.cards if c.model == model][-1]
    studio.choose_model(card.provider, card.model)


def edit_scene(studio: Studio, panel: QWidget) -> None:
    choose(studio, "flux-2-pro")
    keep_taking(studio, 2)
    studio.set_prompt(PROMPT)
    studio.set_size(Size(1344, 768))
    studio.set_count(4)
    assert isinstance(panel, ComposerPanel)
    panel.focus_prompt()


def empty_scene(studio: Studio, panel: QWidget) -> None:
    studio.set_prompt("")


def full_scene(studio: Studio, panel: QWidget) -> None:
    choose(studio, "flux-2-pro")
    keep_taking(studio, 8)
    studio.set_prompt(f"{PROMPT} and @image9 " * 6)
    studio.set_seed_mode(SeedMode.FIXED)
    studio.set_seed(2147483647)
    studio.set_size(Size(3840, 2160))


def problem_scene(studio: Studio, panel: QWidget) -> None:
    studio.choose_model("practice", "knobs")
    keep_taking(studio, 3)
    studio.set_prompt(f"{PROMPT} " * 2)
    studio.set_size(Size(1000, 5000))
    studio.set_count(40)
    studio._set(
        reference_problems=(
            "notes.txt: this is not a PNG, JPEG or WebP picture. Save it as one and drop it again.",
        )
    )
    assert isinstance(panel, ComposerPanel)


def listed_scene(studio: Studio, panel: QWidget) -> None:
    studio.choose_model("practice", "listed")
    studio.set_prompt(PROMPT)
    studio.set_size(Size(1360, 768))
    studio.set_seed_mode(SeedMode.FIXED)
    studio.set_seed(7)
    studio.set_format("png")


def unknown_scene(studio: Studio, panel: QWidget) -> None:
    choose(studio, "flux-2-max")
    studio._set(keys={studio.state.card.provider: UNAVAILABLE})
    studio.set_prompt(PROMPT)
    studio.set_count(2)


def knobs_scene(studio: Studio, panel: QWidget) -> None:
    choose(studio, "flux-2-flex")
    card = replace(KNOBS, title="Knobs", prompt_most=0)
    studio._cards[card.id] = card
    studio.choose_model(*card.id)
    studio.set_prompt("A heron")
    assert isinstance(panel, ComposerPanel)
    panel.open_more(True)


def list_scene(studio: Studio, panel: QWidget) -> None:
    providers = {card.provider for card in studio.state.cards} - {"practice"}
    keys = {p: (saved("the keychain") if n else UNAVAILABLE) for n, p in enumerate(providers)}
    studio._set(keys=keys)
    choose(studio, "flux-2-pro")
    studio.set_prompt(PROMPT)


def insist_scene(studio: Studio, panel: QWidget) -> None:
    studio.set_prompt("")
    studio._set(reading=1)
    assert isinstance(panel, ComposerPanel)
    panel.look_at(Control.PROMPT)


Arrange = Callable[[Studio, QWidget], None]
SCENES: dict[str, tuple[int, Arrange]] = {
    "edit": (856, edit_scene),
    "small": (576, edit_scene),
    "empty": (856, empty_scene),
    "full": (856, full_scene),
    "problem": (1100, problem_scene),
    "listed": (856, listed_scene),
    "unknown": (856, unknown_scene),
    "knobs": (1000, knobs_scene),
    "list": (856, list_scene),
    "insist": (856, insist_scene),
}

if __name__ == "__main__":
    main()
