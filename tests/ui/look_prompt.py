"""Draw what helps to write a prompt, in dark and light, to PNG files, for looking at.

    python -m tests.ui.look_prompt OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from flux_studio.core.draft import check
from flux_studio.core.job import Planned
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Origin
from flux_studio.session.composing import no_seed
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.prompts.history_dialog import HistoryDialog
from flux_studio.ui.prompts.template_form import TemplateForm
from flux_studio.ui.prompts.templates_dialog import TemplatesDialog
from flux_studio.ui.theme import Theme
from tests.session.desks import Desk
from tests.ui.look_composer import keep_taking, settle
from tests.ui.looking_frame import Frame

LONG = (
    "Put the bottle of @image1 on a wet basalt ledge at dusk, the sky of @image2 behind it, rim "
    "light in #C2536B and a label reading “SOLSTICE” set in #F2B84B, 85 mm, shallow focus"
)
VARIED = (
    "// three sizes, later more\na {small|tall|very tall} bottle in {hue:=#C2536B|#F2B84B}, cap in "
    "{hue}, reading “SOLSTICE”, {@metals} rim"
)
SENT = (LONG, "a fox in snow", VARIED, "Größe XL, ein Plakat", "a {red|blue} chair", "x" * 400)

Scene = Callable[[Desk, ComposerPanel], QDialog | None]


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, scene in frame.scenes(SCENES):
        for chosen in (Theme.DARK, Theme.LIGHT):
            with frame.desk(furnished) as desk:
                theme.choose(chosen)
                panel = ComposerPanel(desk.studio, theme)
                desk.studio.changed.connect(panel.show_state)
                panel.show_state(desk.studio.state)
                panel.resize(360, 900)
                panel.show()
                panel.activateWindow()
                settle(app, desk)
                dialog = scene(desk, panel)
                shown: QWidget = panel if dialog is None else dialog
                shown.show()
                settle(app, desk)
                frame.save(shown, f"{name}-{chosen}")
                shown.close()
                panel.deleteLater()


def furnished(home: Path) -> Desk:
    """A desk with a list, the starter templates and some history."""
    desk = Desk(home)
    paths = desk.ground.paths
    paths.lists.mkdir(parents=True, exist_ok=True)
    (paths.lists / "metals.txt").write_text("gold\nbrushed steel\ncopper\n")
    (paths.lists / "moods.txt").write_text("calm\n")
    for number, prompt in enumerate(SENT):
        order = check(desk.studio.state.draft, desk.studio.state.card, no_seed).order
        assert order is not None
        at = datetime.now(UTC) - timedelta(minutes=7 * number)
        origin = Origin(typed=prompt)
        for sent in range(1 + number % 3):
            job = f"j{number}-{sent}"
            event = Planned(job, at, order.requests[0], Decimal(0), job, origin)
            desk.workshop.journal.record(event)
    shelf = PromptShelf(
        lambda: desk.workshop, desk.engine.run_on_loop, paths.lists, paths.templates
    )
    desk.studio.prompts.open(shelf)
    card = next(c for c in desk.studio.state.cards if c.model == "flux-2-pro" and c.seed)
    desk.studio.choose_model(*card.id)
    return desk


def typed(desk: Desk, panel: ComposerPanel, text: str, keys: str) -> None:
    desk.studio.set_prompt(text)
    box = panel.prompt.box
    box.setFocus()
    box.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(box, keys)


def plain(desk: Desk, panel: ComposerPanel) -> None:
    keep_taking(desk.studio, 2)
    desk.studio.set_prompt(LONG)


def varied(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.set_prompt(VARIED)
    desk.studio.set_count(2)
    panel.focus_prompt()


def random(desk: Desk, panel: ComposerPanel) -> None:
    varied(desk, panel)
    desk.studio.set_count(4)
    desk.studio.set_expansion(ExpansionMode.RANDOM)


def as_typed(desk: Desk, panel: ComposerPanel) -> None:
    varied(desk, panel)
    desk.studio.set_expansion(ExpansionMode.OFF)


def styled(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.set_prompt("a matte black perfume bottle\n# try the gold one too")
    text = "{prompt}, product photograph on a wet basalt ledge, soft key light from the left"
    desk.studio.set_style(Style("Product on stone", text))


def many(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.set_prompt("a fox, {1-40} years old, {red|blue|green|grey|white|black|brown}")


def broken(desk: Desk, panel: ComposerPanel) -> None:
    desk.studio.set_prompt("a fox in a {red|blue hat\nand {@feathers}")


def names(desk: Desk, panel: ComposerPanel) -> None:
    keep_taking(desk.studio, 3)
    settle(QApplication.instance(), desk)  # type: ignore[arg-type]  # there is one
    typed(desk, panel, "put the bottle of ", "@")


def colors(desk: Desk, panel: ComposerPanel) -> None:
    keep_taking(desk.studio, 2)
    settle(QApplication.instance(), desk)  # type: ignore[arg-type]  # as above
    typed(desk, panel, "a sky in ", "#")


def lists(desk: Desk, panel: ComposerPanel) -> None:
    typed(desk, panel, "a ring of ", "{@")


def slash(desk: Desk, panel: ComposerPanel) -> None:
    typed(desk, panel, "a bottle ", "/")


def history(desk: Desk, panel: ComposerPanel) -> QDialog:
    return HistoryDialog(desk.studio, panel)


def templates(desk: Desk, panel: ComposerPanel) -> QDialog:
    desk.studio.set_prompt("a matte black perfume bottle with a gold cap")
    return TemplatesDialog(desk.studio, panel)


def form(desk: Desk, panel: ComposerPanel) -> QDialog:
    desk.studio.set_prompt("a fox in a {red|blue hat")
    return TemplateForm(desk.studio, panel)


SCENES: dict[str, Scene] = {
    "plain": plain,
    "varied": varied,
    "random": random,
    "typed": as_typed,
    "styled": styled,
    "many": many,
    "broken": broken,
    "names": names,
    "colors": colors,
    "lists": lists,
    "slash": slash,
    "history": history,
    "templates": templates,
    "form": form,
}


if __name__ == "__main__":
    main()
