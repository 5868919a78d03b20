"""Renders the size picker with everything that is disclosed, in several widths.

Usage: QT_QPA_PLATFORM=offscreen python -m tests.ui.look_size OUT [FONT]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flux_studio.core.draft import SeedMode
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.size import FreeSizes, Size
from flux_studio.ui.composer.panel import ComposerPanel
from tests.session.desks import Desk
from tests.ui.look_composer import LISTED, add_cards, choose, keep_taking, settle
from tests.ui.looking_frame import Frame

EIGHTS = replace(
    LISTED,
    model="eights",
    title="Eights",
    sizes=FreeSizes(64, 4096, 8, 4_194_304),
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
)


def rest_scene(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.choose_model("practice", "eights")
    desk.studio.set_size(Size(1032, 1024))


def tools_scene(desk: Desk, panel: ComposerPanel) -> None:
    choose(desk.studio, "flux-2-pro")
    desk.studio.sizes.keep("Poster", Size(1344, 768))
    desk.studio.sizes.keep("A very long name of a size, for once", Size(832, 1248))
    desk.studio.set_size(Size(1344, 768))
    keep_taking(desk.studio, 2)
    panel.size_picker.more.setChecked(True)
    panel.size_picker.sides.lock.setChecked(True)


def listed_scene(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.choose_model("practice", "listed")
    desk.studio.set_size(Size(1344, 768))
    panel.size_picker.more.setChecked(True)


def listed_rest_scene(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.choose_model("practice", "listed")
    desk.studio.set_size(Size(1360, 768))
    desk.studio.set_seed_mode(SeedMode.FIXED)
    desk.studio.set_seed(2147483647)


def wrong_scene(desk: Desk, panel: ComposerPanel) -> None:
    choose(desk.studio, "flux-2-max")
    desk.studio.set_size(Size(1001, 5000))
    keep_taking(desk.studio, 1)
    panel.size_picker.more.setChecked(True)
    panel.size_picker.tools.favourites.keep.click()


Arrange = Callable[[Desk, ComposerPanel], None]
SCENES: dict[str, tuple[int, int, Arrange]] = {
    "rest": (320, 760, rest_scene),
    "rest-wide": (360, 760, rest_scene),
    "tools": (360, 1180, tools_scene),
    "tools-narrow": (320, 1180, tools_scene),
    "tools-broad": (520, 1100, tools_scene),
    "listed": (320, 1000, listed_scene),
    "listed-rest": (320, 760, listed_rest_scene),
    "wrong": (340, 1180, wrong_scene),
}


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, (width, height, arrange) in frame.scenes(SCENES):
        with frame.desk() as desk:
            add_cards(desk.studio, LISTED, EIGHTS)
            panel = ComposerPanel(desk.studio, theme)
            desk.studio.changed.connect(panel.show_state)
            panel.show_state(desk.studio.state)
            panel.resize(width, height)
            desk.studio.set_prompt("A fox in snow, 85 mm")
            arrange(desk, panel)
            for chosen in frame.themes():
                panel.show()
                settle(app, desk)
                frame.save(panel, f"{name}-{chosen}")
            over = panel._body.minimumSizeHint().width() - panel._scroll.viewport().width()
            sys.stdout.write(f"{name}: the content is {max(0, over)} px too wide\n")
            panel.deleteLater()


if __name__ == "__main__":
    main()
