"""Draw the wall in many states, dark and light, to PNG files, for looking at.

    python -m tests.ui.look_wall OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flux_studio.core.job import Board, JobState, Ticket
from flux_studio.core.size import Size
from flux_studio.engine.facts import PreviewSeen
from flux_studio.ui.wall import WallPanel
from flux_studio.ui.wall.grouping import Grouping
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

LONG = (
    "The provider refused the prompt: its safety check found a protected name in it. "
    "Nothing was made. Change the words and try again, or ask another provider."
)


def main() -> None:
    frame = Frame()
    app, theme = frame.app, frame.theme
    for name, (count, width, arrange) in frame.scenes(SCENES):
        with frame.desk() as desk:
            stock.fill(desk, count)
            panel = WallPanel(desk.studio, theme)
            desk.studio.changed.connect(panel.show_state)
            panel.resize(width, 780)
            panel.show()
            panel.show_state(desk.studio.state)
            stock.settle(desk)
            stock.listed(panel)
            arrange(desk, panel)
            for chosen in frame.themes():
                panel.activateWindow()
                stock.settle(desk)
                panel.view.in_view.look_around()
                stock.settle(desk)
                while not panel.loader.is_idle():
                    app.processEvents()
                frame.save(panel, f"wall-{name}-{chosen}")
            panel.loader.close()
            panel.deleteLater()


def plain(desk: Desk, panel: WallPanel) -> None:
    """As it comes."""


def chosen(desk: Desk, panel: WallPanel) -> None:
    panel.select(panel.order()[:3][-1])
    panel.view.setFocus()


def working(desk: Desk, panel: WallPanel) -> None:
    """Two jobs on their way, and the picture that came before them selected."""
    queued = stock.job("a", JobState.ACCEPTED, 1, position=2, words="in queue")
    running = stock.job("b", JobState.RUNNING, 0, left=3.4, words="running")
    board = Board({j.id: j for j in (queued, running)})
    desk.studio._set(board=board)
    panel.select(panel.order()[0])


def ended(desk: Desk, panel: WallPanel) -> None:
    """Every way in which a job can stand or end."""
    soon = datetime.now(UTC) + timedelta(seconds=8)
    jobs = [
        stock.job("a", JobState.REFUSED, 0, message=LONG, charged=Decimal(0)),
        stock.job("b", JobState.FAILED, 1, message="The provider failed.", charged=Decimal("0.03")),
        stock.job("c", JobState.UNKNOWN, 3, message="The line broke after sending.", reason="x"),
        stock.job("d", JobState.LOST, 2, message="The result has expired."),
        stock.job("e", JobState.PLANNED, 5, retry_at=soon, message="Too many requests."),
        stock.job("f", JobState.SENDING, 2),
        stock.job("g", JobState.READY, 4),
        stock.job("h", JobState.RUNNING, 3, words="rendering"),
    ]
    desk.studio._set(board=Board({j.id: j for j in jobs}))


def previews(desk: Desk, panel: WallPanel) -> None:
    """Early looks on running cards, and a picture that waits to be fetched."""
    soon = datetime.now(UTC) + timedelta(minutes=6)
    waits = Ticket("task-1", datetime.now(UTC), expires=soon)
    jobs = [
        stock.job("a", JobState.RUNNING, 0, left=3.4, words="running"),
        stock.job("b", JobState.RUNNING, 1, words="pending"),
        stock.job("c", JobState.READY, 2, ticket=waits),
        stock.job("d", JobState.RUNNING, 3, left=3.4, words="running"),
    ]
    desk.studio._set(board=Board({j.id: j for j in jobs}))
    for number, name in enumerate("ab"):
        small = stock.drawn(number, stock.SIZES[number], 256, "JPEG")
        desk.engine.happened.emit(PreviewSeen(name, small))
    stock.settle(desk)


def missing(desk: Desk, panel: WallPanel) -> None:
    now = datetime.now(UTC)
    gone = stock.generation(9_001, now, size=Size(1024, 1024))
    lost = replace(stock.generation(9_002, now), id="lost")
    stock.keep(desk, [gone, lost])
    desk.studio.library.file(gone).unlink()
    desk.studio.library.file(lost).unlink()
    desk.workshop.thumbnails.forget("lost")
    panel.refresh()


def searched(desk: Desk, panel: WallPanel) -> None:
    panel.search("nowhere to be found")


def favourites(desk: Desk, panel: WallPanel) -> None:
    panel.header.favourites.setChecked(True)


def small(desk: Desk, panel: WallPanel) -> None:
    panel.header.sizes.show_size(72)


def large(desk: Desk, panel: WallPanel) -> None:
    panel.header.sizes.show_size(360)
    panel.view.setFocus()
    panel.select(panel.order()[0])


def grouped(**changes: object) -> Callable[[Desk, WallPanel], None]:
    def arrange(desk: Desk, panel: WallPanel) -> None:
        options = replace(panel.arranging.options, **changes)  # type: ignore[arg-type]  # its own
        panel.arranging.arrange(options)
        stock.settle(desk)
        stock.listed(panel)

    return arrange


def piled(desk: Desk, panel: WallPanel) -> None:
    """Runs of one prompt on piles, the second of them open, one selected."""
    now = datetime.now(UTC)
    run = [
        stock.generation(
            7_000 + n, now - timedelta(minutes=n), request=stock.request(prompt=f"p{n // 4}")
        )
        for n in range(20)
    ]
    stock.keep(desk, run)
    panel.refresh()
    grouped(piles=True)(desk, panel)
    panel.model.toggle_pile(1)
    panel.select(run[0].id)


def several(desk: Desk, panel: WallPanel) -> None:
    panel.view.selectAll()
    stock.settle(desk)
    panel.bulk._on_rest_timeout()
    stock.settle(desk)


def unreadable(desk: Desk, panel: WallPanel) -> None:
    panel._pages.setCurrentWidget(panel.unreadable)


SCENES: dict[str, tuple[int, int, Callable[[Desk, WallPanel], None]]] = {
    "first": (0, 780, plain),
    "one": (1, 780, chosen),
    "dozen": (12, 780, working),
    "many": (300, 1100, chosen),
    "working": (300, 780, working),
    "previews": (12, 780, previews),
    "ended": (12, 780, ended),
    "ended-narrow": (12, 500, ended),
    "narrow": (300, 500, working),
    "missing": (12, 780, missing),
    "nothing": (12, 780, searched),
    "favourites": (60, 780, favourites),
    "small": (300, 780, small),
    "large": (300, 1100, large),
    "squares": (60, 780, grouped(squares=True)),
    "sessions": (60, 780, grouped(grouping=Grouping.SESSION)),
    "prompts": (60, 780, grouped(grouping=Grouping.PROMPT)),
    "projects": (60, 780, grouped(grouping=Grouping.PROJECT)),
    "plain": (60, 780, grouped(grouping=Grouping.NONE)),
    "piles": (30, 780, piled),
    "several": (60, 780, several),
    "several-narrow": (60, 460, several),
    "largest": (30, 1100, grouped(size=1024)),
    "smallest": (300, 780, grouped(size=64)),
    "unreadable": (3, 780, unreadable),
}

if __name__ == "__main__":
    main()
