"""Draw the structured prompt, in dark and light, to PNG files, for looking at.

    python -m tests.ui.look_structured OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from flux_studio.core.prompt.faces import Face
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.structured.side_by_side import SideBySide
from flux_studio.ui.theme import Theme
from tests.session.desks import Desk
from tests.ui.look_composer import keep_taking, settle
from tests.ui.look_prompt import furnished
from tests.ui.looking_frame import Frame

FULL = """{
  "scene": "A perfume bottle on a wet basalt ledge at dusk, the sea behind it out of focus",
  "subjects": [
    {"description": "matte black bottle of @image1 with a {gold|copper} cap", "position": "centre"},
    {"description": "sprig of juniper", "position": "left third", "action": "leans on it", "age": 2}
  ],
  "style": "product photograph",
  "color_palette": ["#1C1C1E", "#C2536B", "#F2B84B", "deep sea green"],
  "lighting": "low sun at golden hour, rim light from behind",
  "mood": "calm",
  "camera": {"angle": "low angle", "lens": "85 mm", "depth_of_field": "shallow, f/1.8"},
  "typography": {"words": "“SOLSTICE”", "font": "a light serif", "tracking": 1.50},
  "weights": [0.50, 1, 2]
}"""
LONG = FULL.replace("product photograph", "product photograph in the manner of a catalogue " * 4)

Scene = Callable[[Desk, ComposerPanel], QDialog | None]


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, (scene, width, height) in frame.scenes(SCENES):
        for chosen in (Theme.DARK, Theme.LIGHT):
            with frame.desk(furnished) as desk:
                theme.choose(chosen)
                panel = ComposerPanel(desk.studio, theme)
                desk.studio.changed.connect(panel.show_state)
                panel.show_state(desk.studio.state)
                panel.resize(width, height)
                panel.show()
                panel.activateWindow()
                settle(app, desk)
                dialog = scene(desk, panel)
                shown: QWidget = panel if dialog is None else dialog
                shown.show()
                for _ in range(20):
                    app.processEvents()
                settle(app, desk)
                frame.save(shown, f"{name}-{chosen}")
                shown.close()
                panel.deleteLater()


def text(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.set_prompt("A perfume bottle on a wet basalt ledge at dusk, in #C2536B light")


def empty(desk: Desk, panel: ComposerPanel) -> None:
    panel.prompt.faces.choose(Face.FORM)


def form(desk: Desk, panel: ComposerPanel) -> None:
    keep_taking(desk.studio, 1)
    desk.studio.set_prompt(FULL)
    panel.prompt.faces.choose(Face.FORM)
    panel.focus_prompt()


def long(desk: Desk, panel: ComposerPanel) -> None:
    form(desk, panel)
    desk.studio.set_prompt(LONG)


def json(desk: Desk, panel: ComposerPanel) -> None:
    form(desk, panel)
    panel.prompt.faces.choose(Face.JSON)


def broken(desk: Desk, panel: ComposerPanel) -> None:
    json(desk, panel)
    desk.studio.set_prompt(FULL.replace('"calm",', '"calm"'))


def waiting(desk: Desk, panel: ComposerPanel) -> None:
    form(desk, panel)
    desk.studio.set_prompt(FULL.replace('"calm",', '"calm"'))


def side(desk: Desk, panel: ComposerPanel) -> QDialog:
    form(desk, panel)
    return SideBySide(desk.studio, panel)


def side_broken(desk: Desk, panel: ComposerPanel) -> QDialog:
    found = side(desk, panel)
    desk.studio.set_prompt(FULL.replace('"calm",', '"calm"'))
    return found


SCENES: dict[str, tuple[Scene, int, int]] = {
    "text": (text, 360, 500),
    "empty": (empty, 360, 900),
    "form": (form, 360, 1300),
    "narrow": (form, 320, 1300),
    "wide": (long, 520, 1300),
    "json": (json, 360, 900),
    "broken": (broken, 360, 900),
    "waiting": (waiting, 360, 1300),
    "side": (side, 360, 900),
    "side_broken": (side_broken, 360, 900),
}


if __name__ == "__main__":
    main()
