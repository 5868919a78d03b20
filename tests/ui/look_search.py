"""Draw the search (field, list, chips, shelf, popover, marked prompt) to PNG files, for looking at.

    python -m tests.ui.look_search OUT

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from flux_studio.core.look import Look
from flux_studio.storage.marks import MarkChange
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.top_bar import TopBar
from flux_studio.ui.wall import WallPanel
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
COLORS = Look(5, (("#E0A030", 40), ("#403020", 25), ("#C2536B", 20), ("#F2E0C0", 9)))


class Room(QWidget):
    """Top bar, wall and inspector, connected as in the window."""

    def __init__(self, desk: Desk, theme: ThemeSource) -> None:
        super().__init__()
        self.desk = desk
        self.top = TopBar(desk.studio, theme)
        self.wall = WallPanel(desk.studio, theme)
        self.inspector = Inspector(desk.studio, theme)
        self.inspector.setFixedWidth(300)
        self.top.search_changed.connect(self.wall.search)
        self.top.search_changed.connect(self.inspector.show_search)
        self.wall.search_wanted.connect(self.top.show_search)
        self.wall.generation_selected.connect(self.inspector.show_generation)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.wall, 1)
        line.addWidget(self.inspector)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(line, 1)

    def type(self, text: str) -> None:
        self.top.search.setFocus()
        self.top.search.clear()
        QTest.keyClicks(self.top.search, text)


def fill(desk: Desk) -> None:
    made = [
        stock.generation(n, NOW - timedelta(hours=3 * n), look=COLORS, rejected=False)
        for n in range(14)
    ]
    made[0] = replace(made[0], request=stock.request(0))
    stock.keep(desk, made)
    library = desk.studio.library
    ids = [each.id for each in made]
    library.marks.change(
        [ids[0]],
        MarkChange(
            label="yellow", verdict="keep", note="For the spring poster, ask Ana",
            tags=("sky", "layered hills", "a rather long tag that somebody typed once"),
            collections=("Best of November",), project="Solstice campaign",
        ),
    )  # fmt: skip
    library.marks.change(
        ids[1:6], MarkChange(tags_added=("sky", "bottle"), project="Solstice campaign")
    )
    library.marks.change([ids[2]], MarkChange(rejected=True))
    library.shelf.save_search("Good skies", "sky rating:>=4")
    library.shelf.make_collection("Covers")
    stock.settle(desk)


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    with frame.desk() as desk:
        fill(desk)
        room = Room(desk, theme)
        room.resize(1080, 760)
        room.show()
        room.wall.show_state(desk.studio.state)
        stock.settle(desk)
        room.wall.select(f"{0:032x}")
        for chosen in frame.themes():
            for name, scene in frame.scenes(SCENES):
                room.resize(1080, 760)
                scene(room)
                for _ in range(3):
                    stock.settle(desk)
                frame.save(picture_of(room), f"{name}-{chosen}")
                for popup in app.topLevelWidgets():
                    if popup is not room and popup.isVisible():
                        popup.close()
        room.wall.loader.close()
        room.deleteLater()


def picture_of(room: Room) -> QPixmap:
    """The room with whatever pops up over it."""
    picture = room.grab()
    painter = QPainter(picture)
    for popup in QApplication.topLevelWidgets():
        if popup is not room and popup.isVisible():
            painter.drawPixmap(popup.pos() - room.mapToGlobal(room.rect().topLeft()), popup.grab())
    painter.end()
    return picture


def names(room: Room) -> None:
    room.type("ra")


def values(room: Room) -> None:
    room.type("hills tag:")


def chips(room: Room) -> None:
    room.type("hills tag:sky near:#E0A030 -is:rejected rating:banana ")


def colors(room: Room) -> None:
    room.type("near:")


def alike(room: Room) -> None:
    room.type("")
    room.top.show_search(f"like:{0:032x}")


def wrong(room: Room) -> None:
    room.type("hills rating:banana")


def slip(room: Room) -> None:
    room.type("modle:flex ")


def everything(room: Room) -> None:
    room.type("")
    QTest.keyClick(room.top.search, Qt.Key.Key_Down)


def narrowest(room: Room) -> None:
    room.resize(640, 600)
    room.top.show_search("")
    stock.settle(room.desk)
    more = room.wall.header.more
    more.menu().popup(more.mapToGlobal(more.rect().bottomLeft()))


def nothing(room: Room) -> None:
    room.type("zebra model:flex ")


def shelf(room: Room) -> None:
    room.type("")
    room.top.show_search("sky rating:>=4")
    stock.settle(room.desk)
    menu = room.wall.header.shelf.menu()
    menu.popup(room.wall.header.shelf.mapToGlobal(room.wall.header.shelf.rect().bottomLeft()))


def popover(room: Room) -> None:
    room.top.show_search("")
    stock.settle(room.desk)
    room.wall.select(f"{0:032x}")
    stock.settle(room.desk)
    QTest.keyClick(room.wall.view, Qt.Key.Key_T)


def narrow(room: Room) -> None:
    room.resize(760, 600)
    room.top.show_search("hills tag:sky near:#E0A030 rating:>=4 date:this-month label:yellow")


SCENES: dict[str, Callable[[Room], None]] = {
    "names": names,
    "values": values,
    "chips": chips,
    "colors": colors,
    "alike": alike,
    "wrong": wrong,
    "slip": slip,
    "everything": everything,
    "narrowest": narrowest,
    "nothing": nothing,
    "shelf": shelf,
    "popover": popover,
    "narrow": narrow,
}

if __name__ == "__main__":
    main()
