"""Draw the viewer in several states, dark and light, to PNG files, for looking at.

    python -m tests.ui.look_viewer OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtWidgets import QApplication

from flux_studio.core.size import Size
from flux_studio.providers.practice_drawing.art import draw
from flux_studio.ui.viewer import ViewerPanel, zooming
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, (width, arrange) in frame.scenes(SCENES):
        with frame.desk() as desk:
            ids = stock.fill(desk, 5)
            panel = ViewerPanel(desk.studio, theme)
            panel.resize(width, 740)
            panel.show()
            app.processEvents()
            arrange(desk, panel, ids)
            for chosen in frame.themes():
                rest(app, desk, panel)
                frame.save(panel, f"viewer-{name}-{chosen}")
            panel.stage.loader.close()
            panel.deleteLater()


def rest(app: QApplication, desk: Desk, panel: ViewerPanel) -> None:
    """Until everything that was asked has come."""
    stock.settle(desk)
    while panel.stage.loader._wishes.under_way:
        app.processEvents()
    panel.canvas._is_rough = False
    panel.canvas.repaint()
    app.processEvents()


def show(desk: Desk, panel: ViewerPanel, ids: list[str], number: int, longest: int = 1024) -> None:
    generation = desk.workshop.gallery().get(ids[number])
    assert generation is not None
    scale = longest / max(generation.size.width, generation.size.height)
    wide, high = (round(side * scale) for side in (generation.size.width, generation.size.height))
    desk.studio.library.file(generation).write_bytes(
        draw(generation.request.prompt, wide, high, number).data
    )
    panel.show_generation(replace(generation, size=Size(wide, high)), ids)


def fitted(desk: Desk, panel: ViewerPanel, ids: list[str]) -> None:
    show(desk, panel, ids, 1, 1600)


def upright(desk: Desk, panel: ViewerPanel, ids: list[str]) -> None:
    show(desk, panel, ids, 2)
    panel.canvas.next_ground()


def near(desk: Desk, panel: ViewerPanel, ids: list[str]) -> None:
    show(desk, panel, ids, 3)
    rest_of = QApplication.instance()
    assert isinstance(rest_of, QApplication)
    rest(rest_of, desk, panel)
    pose = panel.canvas.pose
    assert pose is not None
    panel.canvas.set_pose(zooming.zoomed(pose, 4.0))


def missing(desk: Desk, panel: ViewerPanel, ids: list[str]) -> None:
    generation = desk.workshop.gallery().get(ids[0])
    assert generation is not None
    desk.studio.library.file(generation).unlink()
    panel.show_generation(generation, ids)


def alone(desk: Desk, panel: ViewerPanel, ids: list[str]) -> None:
    made = stock.generation(77, datetime.now(UTC), favourite=True, rating=4)
    stock.keep(desk, [made])
    panel.show_generation(made, [made.id])


SCENES: dict[str, tuple[int, Callable[[Desk, ViewerPanel, list[str]], None]]] = {
    "fit": (780, fitted),
    "upright": (780, upright),
    "near": (1100, near),
    "missing": (780, missing),
    "alone": (780, alone),
    "narrow": (500, fitted),
}

if __name__ == "__main__":
    main()
