"""Renders the size picker with everything that is disclosed, in several widths.

Usage: QT_QPA_PLATFORM=offscreen python -m tests.ui.look_size OUT [FONT]
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from flux_studio.core.draft import SeedMode
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.size import FreeSizes, Size
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk
from tests.ui.look_composer import LISTED, add_cards, choose, keep_taking, settle

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
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setFont(QFont(sys.argv[2] if len(sys.argv) > 2 else "Inter"))
    theme = ThemeSource(app, Theme.DARK)
    ratio = os.environ.get("QT_SCALE_FACTOR", "1")
    for name, (width, height, arrange) in SCENES.items():
        with tempfile.TemporaryDirectory() as home:
            desk = Desk(Path(home))
            add_cards(desk.studio, LISTED, EIGHTS)
            panel = ComposerPanel(desk.studio, theme)
            desk.studio.changed.connect(panel.show_state)
            panel.show_state(desk.studio.state)
            panel.resize(width, height)
            desk.studio.set_prompt("A fox in snow, 85 mm")
            arrange(desk, panel)
            for chosen in (Theme.DARK, Theme.LIGHT):
                theme.choose(chosen)
                panel.show()
                settle(app, desk)
                panel.grab().save(str(out / f"{name}-{chosen}-{ratio}x.png"))
            over = panel._body.minimumSizeHint().width() - panel._scroll.viewport().width()
            sys.stdout.write(f"{name}: the content is {max(0, over)} px too wide\n")
            panel.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            desk.studio._saving.stop()
            desk.close()
            gc.collect()


if __name__ == "__main__":
    main()
