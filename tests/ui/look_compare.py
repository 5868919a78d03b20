"""Draw compare, lineage and the finish dialog in several states, dark and light, to PNG files.

    python -m tests.ui.look_compare OUT [SCENE …]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.size import Size
from flux_studio.providers.practice_drawing.art import draw
from flux_studio.ui.compare import ComparePanel
from flux_studio.ui.compare.canvas import CompareMode
from flux_studio.ui.finish_dialog import FinishDialog
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.lineage import LineagePanel
from flux_studio.ui.theme import ThemeSource
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
PROMPTS = (
    "Three bottles on a shelf, soft window light, label reading “SOLSTICE”",
    "Three bottles on a wet basalt ledge, rim light at dusk, label reading “SOLSTICE”",
    "Put a fox beside the bottles of @image1 and let the sky turn #C2536B, 85 mm, shallow focus,"
    " film grain, a few drops of rain on the glass and a very long instruction that does not end",
    "Three bottles in deep snow",
    "Colder light",
    "Layered hills behind the bottles, warm haze",
)
PARENTS = (None, 0, 1, 1, 0, 3)
SIZES = (Size(1024, 1024), Size(1024, 1024), Size(1344, 768), Size(768, 1344), Size(1024, 1024),
         Size(1024, 1280))  # fmt: skip


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, scene in frame.scenes(SCENES):
        with frame.desk() as desk:
            made = fill(desk)
            panel = scene(desk, theme, made, app)
            panel.show()
            panel.activateWindow()
            app.processEvents()
            if not isinstance(panel, FinishDialog):
                panel.setFocus()
            for chosen in frame.themes():
                rest(app, desk, panel)
                frame.save(panel, f"{name}-{chosen}")
            if isinstance(panel, ComparePanel):
                panel.close_workers()
            panel.deleteLater()


def fill(desk: Desk) -> list[Generation]:
    made = []
    for number, prompt in enumerate(PROMPTS):
        parent = PARENTS[number]
        each = stock.generation(
            number,
            NOW - timedelta(hours=9 - number),
            request=stock.request(number, prompt=prompt, size=SIZES[number], safety=2 + number % 2),
            size=SIZES[number],
            parent=None if parent is None else f"{parent:032x}",
            charged=Decimal("0.030") + Decimal("0.015") * number,
        )
        made.append(each)
    stock.keep(desk, made)
    for number, each in enumerate(made):
        data = draw(each.request.prompt, each.size.width, each.size.height, number).data
        desk.studio.library.file(each).write_bytes(data)
        desk.workshop.thumbnails.forget(each.id)
    return made


def rest(app: QApplication, desk: Desk, panel: QWidget) -> None:
    for _ in range(3):
        stock.settle(desk)
        while isinstance(panel, ComparePanel) and panel.pixels.loader._wishes.under_way:
            app.processEvents()
    if isinstance(panel, ComparePanel):
        done: list[bool] = []
        panel._worker.run(lambda: True, done.append)
        while not done:
            app.processEvents()
        panel.canvas._is_rough = False
    app.processEvents()


def compared(
    desk: Desk, theme: ThemeSource, made: list[Generation], mode: CompareMode, width: int = 780
) -> ComparePanel:
    panel = ComparePanel(desk.studio, theme)
    panel.resize(width, 780)
    panel.show()
    panel.show_pictures(made)
    panel.show_mode(mode)
    return panel


def wipe(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    return compared(desk, theme, made[:2], CompareMode.WIPE)


def side(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    return compared(desk, theme, made, CompareMode.SIDE, 1100)


def narrow(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    return compared(desk, theme, made, CompareMode.SIDE, 400)


def apart(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    return compared(desk, theme, [made[0], made[4]], CompareMode.DIFFERENCE)


def flip(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    return compared(desk, theme, made[1:4], CompareMode.FLIP, 560)


def tree(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    panel = LineagePanel(desk.studio, theme)
    panel.resize(1100, 640)
    panel.show_generation(made[3])
    return panel


def narrow_tree(
    desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication
) -> QWidget:
    panel = LineagePanel(desk.studio, theme)
    panel.resize(620, 420)
    panel.show_generation(made[2])
    return panel


def finish(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    asked = replace(made[0].request, provider="fal", model="flux-2-flash")
    return FinishDialog(desk.studio, replace(made[0], request=asked, charged=Decimal("0.005")))


def inspector(desk: Desk, theme: ThemeSource, made: list[Generation], app: QApplication) -> QWidget:
    panel = Inspector(desk.studio, theme)
    panel.resize(300, 860)
    asked = replace(made[3].request, provider="runflow", model="flux-2-pro")
    panel.show_generation(replace(made[3], request=asked))
    return panel


Scene = Callable[[Desk, ThemeSource, list[Generation], QApplication], QWidget]
SCENES: dict[str, Scene] = {
    "wipe": wipe,
    "side": side,
    "narrow": narrow,
    "apart": apart,
    "flip": flip,
    "tree": tree,
    "narrow-tree": narrow_tree,
    "finish": finish,
    "inspector": inspector,
}

if __name__ == "__main__":
    main()
