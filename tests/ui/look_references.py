"""Draw references in many states, in dark and light, to PNG files, for looking at.

    python -m tests.ui.look_references OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.crop import Box
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.prompt.roles import Role
from flux_studio.core.size import Size
from flux_studio.session.reference_desk import SHELF
from flux_studio.storage.pinned_references import PinnedReferences
from flux_studio.ui.call_dialog import CallDialog
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.references.edit_dialog import EditDialog
from flux_studio.ui.references.sent_dialog import SentDialog
from tests.core.sample_cards import free
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame

CARD = free(
    provider="practice",
    model="areas",
    title="By area",
    prompt_most=2000,
    references=8,
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
)
Scene = Callable[[Desk, ComposerPanel], QWidget | None]


def photo(number: int, size: tuple[int, int] = (2400, 1600)) -> bytes:
    """A landscape with a sun, with a camera's metadata."""
    wide, high = size
    image = Image.new("RGB", size, (50 + 22 * number % 160, 110, 150 - 12 * number))
    draw = ImageDraw.Draw(image)
    for step in range(5):
        top = high * (4 + step) // 9
        tint = (90 - 12 * step + 9 * number, 60 + 6 * step, 100 - 8 * step)
        hill = [(0, top), (wide // 3, top - high // 9), (wide, top + high // 12)]
        draw.polygon([*hill, (wide, high), (0, high)], fill=tint)
    edge = high // 4
    left = wide // 2 + number * wide // 20
    draw.ellipse((left, high // 8, left + edge, high // 8 + edge), fill=(250, 225, 160))
    exif = Image.Exif()
    exif[0x0110] = "camera"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=90)
    return file.getvalue()


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, scene in frame.scenes(SCENES):
        with frame.desk(furnished) as desk:
            panel = ComposerPanel(desk.studio, theme)
            desk.studio.changed.connect(panel.show_state)
            panel.show_state(desk.studio.state)
            panel.resize(360, 900)
            panel.show()
            panel.activateWindow()
            settle(app, desk)
            shown = scene(desk, panel) or panel
            for chosen in frame.themes():
                shown.show()
                settle(app, desk)
                frame.save(shown, f"{name}-{chosen}")
            shown.close()
            panel.deleteLater()


def furnished(home: Path) -> Desk:
    desk = Desk(home)
    studio = desk.studio
    studio._cards[CARD.id] = CARD
    studio._set(
        card=CARD,
        cards=(*studio.state.cards, CARD),
        draft=replace(studio.state.draft, provider=CARD.provider, model=CARD.model),
    )
    studio.set_prompt("Put the bottle of @image1 on a wet ledge, the sky of @image2 behind it")
    studio.set_size(Size(1344, 768))
    studio.pins.open(lambda: PinnedReferences(desk.ground.paths.pinned))
    return desk


def settle(app: QApplication, desk: Desk) -> None:
    for _ in range(4):
        done: list[bool] = []
        desk.background.run(lambda: True, done.append)
        while not done:
            app.processEvents()
    app.processEvents()


def take(desk: Desk, count: int, slot: int | None = None) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for number in range(count):
        size = ((2400, 1600), (1200, 900), (900, 1600), (3000, 3000))[number % 4]
        name = "a-very-long-file-name-of-a-photo" if number == 1 else f"bottle-{number}"
        desk.studio.references.take_bytes(photo(number, size), f"{name}.jpg", slot)
    settle(app, desk)


def edited(desk: Desk, panel: ComposerPanel) -> None:
    slots = desk.studio.slots
    take(desk, 4)
    slots.set_role(0, Role.CHARACTER)
    slots.set_role(1, Role.STYLE)
    first = desk.studio.state.draft.references[0]
    slots.edit(first, replace(first.as_edit, crop=Box(600, 100, 1100, 1100)))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settle(app, desk)
    panel.tray.slots_shown()[1].setFocus()


def shelf(count: int) -> Scene:
    def scene(desk: Desk, panel: ComposerPanel) -> None:
        take(desk, 2)
        take(desk, count, SHELF)
        panel.tray.toggle_shelf()

    return scene


def eight(desk: Desk, panel: ComposerPanel) -> None:
    take(desk, 8)
    panel.resize(320, 900)


def awaited(desk: Desk, panel: ComposerPanel) -> None:
    """Two downloads that do not end, one of them with the keyboard."""
    take(desk, 2)
    desk.studio.references._fetch = lambda url: Future()
    for url in ("https://images.example.com/hills/layered.jpg", "https://a.test/b.png"):
        desk.studio.references.take_address(url)
    panel.tray.awaited.tiles[1].setFocus()


def crop(desk: Desk, panel: ComposerPanel) -> QWidget:
    edited(desk, panel)
    return EditDialog(desk.studio, 0)


def turned(desk: Desk, panel: ComposerPanel) -> QWidget:
    take(desk, 1)
    dialog = EditDialog(desk.studio, 0)
    dialog.forth.click()
    dialog.ratio.segment_chosen.emit("form")
    dialog.ratio.show_key("form")
    dialog._on_ratio_chosen("form")
    dialog.most.segment_chosen.emit("1")
    return dialog


def sent(desk: Desk, panel: ComposerPanel) -> QWidget:
    edited(desk, panel)
    return SentDialog(desk.studio)


def call(desk: Desk, panel: ComposerPanel) -> QWidget:
    edited(desk, panel)
    dialog = CallDialog(desk.studio)
    url, names = "https://example.com/v1/edit", ("bottle-0.jpg", "bottle-1.jpg")
    dialog.show_call(SpelledCall("POST", url, (), {}, variable="A_KEY", references=names))
    for part in (dialog.head, dialog.pages, dialog.stack, dialog.copy):
        part.show()  # the practice model sends nothing, and the dialog had said so
    dialog.pages.findChildren(QRadioButton)[-1].click()
    return dialog


def menu(desk: Desk, panel: ComposerPanel) -> QWidget:
    edited(desk, panel)
    return panel.tray.slots_shown()[0].make_menu()


def sizes(desk: Desk, panel: ComposerPanel) -> QWidget:
    made = menu(desk, panel)
    found = next(a.menu() for a in made.actions() if a.text() == "Send smaller")
    assert isinstance(found, QWidget)
    return found


def roles(desk: Desk, panel: ComposerPanel) -> QWidget:
    made = menu(desk, panel)
    found = next(a.menu() for a in made.actions() if a.text() == "Role")
    assert isinstance(found, QWidget)
    return found


SCENES: dict[str, Scene] = {
    "slots": edited,
    "eight": eight,
    "awaited": awaited,
    "shelf-empty": shelf(0),
    "shelf": shelf(7),
    "shelf-many": shelf(24),
    "crop": crop,
    "turned": turned,
    "sent": sent,
    "call": call,
    "menu": menu,
    "sizes": sizes,
    "roles": roles,
}

if __name__ == "__main__":
    main()
