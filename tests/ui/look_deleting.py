"""Draw the questions before a deletion, its progress and the palette to PNG files, for looking at.

    python -m tests.ui.look_deleting OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from flux_studio.storage.marks import MarkChange
from flux_studio.storage.uses import Uses
from flux_studio.ui.deleting.deleting import MANY
from flux_studio.ui.deleting.progress import BinProgress
from flux_studio.ui.deleting.question import delete_question, own_bin_question
from flux_studio.ui.palette.commands import Command
from flux_studio.ui.palette.palette import Palette
from flux_studio.ui.shortcuts import SHORTCUTS, WINDOW
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.wall import WallPanel
from flux_studio.ui.widgets.toast import Toast
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

LONG = "Solstice launch, third round of bottles on basalt, approved by the client"
BUSY = Uses(12, 16_800_000, 2, 1, 3, 1, (("Best", 3), (LONG, 2), ("Web", 1), ("Print", 1)))


class Stage:
    """A window with a wall in it, and what is drawn over it."""

    def __init__(self, theme: ThemeSource, width: int, height: int) -> None:
        self.desk = Desk(Path(tempfile.mkdtemp()))
        stock.fill(self.desk, 24)
        self.source = theme
        self.window = QMainWindow()
        self.wall = WallPanel(self.desk.studio, self.source)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.wall)
        self.window.setCentralWidget(self.middle)
        self.window.resize(width, height)
        self.window.show()
        self.wall.show_state(self.desk.studio.state)
        stock.settle(self.desk)
        stock.listed(self.wall)

    def close(self) -> None:
        self.wall.loader.close()
        self.window.close()
        self.window.deleteLater()
        self.desk.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def some_commands() -> list[Command]:
    found = [
        Command(
            row.title,
            "" if row.where == WINDOW else row.place.split(",")[0],
            row.key_words[0],
            (lambda: None) if row.where == WINDOW else None,
        )
        for row in SHORTCUTS
    ]
    found.insert(12, Command(LONG * 2, "Saved search", "", lambda: None))
    return found


def one(stage: Stage) -> QWidget:
    return delete_question(Uses(1, 1_400_000, 1, 0, 1, 0, (("Best", 1),)), stage.window)


def many(stage: Stage) -> QWidget:
    return delete_question(BUSY, stage.window)


def sweep(stage: Stage) -> QWidget:
    return delete_question(Uses(1204, 1_680_000_000), stage.window, sweeps=True)


def own(stage: Stage) -> QWidget:
    return own_bin_question(12, stage.window)


def palette(stage: Stage) -> QWidget:
    return Palette(some_commands, stage.window)


def typed(stage: Stage) -> QWidget:
    made = Palette(some_commands, stage.window)
    made.line.setText("sho hi")
    return made


def long(stage: Stage) -> QWidget:
    made = Palette(some_commands, stage.window)
    made.line.setText("solst basa")
    return made


def small(stage: Stage) -> QWidget:
    return typed(stage)


def nothing(stage: Stage) -> QWidget:
    made = Palette(some_commands, stage.window)
    made.line.setText("qqq")
    return made


def progress(stage: Stage) -> QWidget:
    strip = BinProgress(stage.middle)
    strip.show_progress(312, 1000, deletes=True)
    strip._on_wait_timeout()
    return stage.window


def swept(stage: Stage) -> QWidget:
    change = MarkChange(rejected=True)
    stage.desk.studio.library.marks.change(stage.wall.order()[:12], change)
    stock.settle(stage.desk)
    stage.wall.search("is:rejected")
    stock.settle(stage.desk)
    stock.listed(stage.wall)
    return stage.window


def toast(stage: Stage) -> QWidget:
    made = Toast(stage.middle)
    made.show_notice(MANY.format(count=12), action="Undo")
    return stage.window


SCENES: dict[str, Callable[[Stage], QWidget]] = {
    each.__name__: each
    for each in (
        one,
        many,
        sweep,
        own,
        palette,
        typed,
        long,
        small,
        nothing,
        progress,
        toast,
        swept,
    )
}


def main() -> None:
    frame = Frame()
    for name, make in frame.scenes(SCENES):
        for theme in frame.themes():
            stage = Stage(frame.theme, *((480, 360) if name == "small" else (900, 620)))
            surface = make(stage)
            surface.show()
            stock.settle(stage.desk)
            frame.save(surface, f"{name}-{theme}")
            if surface is not stage.window:
                surface.close()
            stage.close()


if __name__ == "__main__":
    main()
