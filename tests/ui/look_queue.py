"""Draw the queue, what holds it, the project chooser and the edit bar to PNG files, for looking at.

    python -m tests.ui.look_queue OUT

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.budget import Account, Limits, Lines, SpendStop, Spent
from flux_studio.core.errors import Reason
from flux_studio.core.job import Board, Job, JobState
from flux_studio.core.request import Origin
from flux_studio.session.state import Preferences, Totals
from flux_studio.storage.paths import Paths
from flux_studio.ui.composer.generate_footer import GenerateFooter
from flux_studio.ui.jobs_panel import JobsDialog
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.money_bar import MoneyBar
from flux_studio.ui.settings_dialog import SettingsDialog
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.top_bar import TopBar
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
OFFLINE = (
    "There is no network. What you order waits here; nothing is sent until you say yes when it is "
    "back."
)
BACK = "The network is back. Look at the price of what waited, then send it."


def main() -> None:
    frame = Frame()
    theme = frame.theme
    scenes = {"list": a_list, "small": small, "only": only_a_sum, "bars": bars, "money": money}
    for name, scene in frame.scenes(scenes):
        with frame.desk() as desk:
            widget = scene(desk, theme)
            for chosen in frame.themes():
                widget.show()
                stock.settle(desk)
                stock.settle(desk)
                frame.save(widget, f"queue-{name}-{chosen}")
            widget.hide()
            widget.deleteLater()


def waiting(desk: Desk, count: int) -> list[Job]:
    """Jobs of a real card, one of each kind."""
    studio = desk.studio
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    studio.set_prompt("a red fox asleep on a warm stone wall, first snow, soft morning light")
    order = studio.order_of(studio.state.draft, studio.state.card)
    assert order is not None
    jobs = []
    for at in range(count):
        request = replace(order.requests[0], prompt=f"{order.requests[0].prompt}, view {at}")
        job = stock.job(f"q{at}", JobState.PLANNED, at)
        jobs.append(replace(job, request=request, rank=float(at), price=Decimal("0.03")))
    return jobs


def a_list(desk: Desk, theme: ThemeSource) -> QWidget:
    """Running, waiting in all its kinds, failed."""
    queue = waiting(desk, 5)
    queue[1] = replace(
        queue[1], origin=Origin("Winter catalogue for the mountain hotel"), held=True
    )
    queue[2] = replace(
        queue[2],
        reason=Reason.PROVIDER_DOWN,
        message="Runflow is overloaded just now.",
        retry_at=NOW + timedelta(seconds=20),
    )
    queue[3] = replace(queue[3], price=None)
    long = replace(queue[4].request, prompt="a very long prompt that goes on " * 30)
    queue[4] = replace(queue[4], request=long)
    failed = replace(
        queue[0],
        id="f",
        state=JobState.FAILED,
        reason=Reason.NETWORK,
        message="Runflow could not be reached. It was not sent. Nothing was charged.",
        charged=Decimal(0),
    )
    jobs = [stock.job("r", JobState.RUNNING, 9, fraction=0.6), *queue, failed]
    jobs.append(replace(failed, id="g"))
    desk.studio.learn(
        board=Board({job.id: job for job in jobs}),
        spend_stop=SpendStop(Decimal(2), NOW),
        spent_after=Decimal("0.24"),
    )
    dialog = JobsDialog(desk.studio, theme)
    dialog.resize(720, 760)
    return dialog


def small(desk: Desk, theme: ThemeSource) -> QWidget:
    """The smallest window, and a job that is in the form."""
    queue = waiting(desk, 3)
    queue[1] = replace(queue[1], held=True)
    board = Board({job.id: job for job in queue})
    desk.studio.learn(board=board, editing=queue[1].id)
    dialog = JobsDialog(desk.studio, theme)
    dialog.resize(480, 320)
    return dialog


def only_a_sum(desk: Desk, theme: ThemeSource) -> QWidget:
    """Nothing waits, and the sum stands."""
    desk.studio.learn(spend_stop=SpendStop(Decimal(2), NOW), spent_after=Decimal("1.97"))
    dialog = JobsDialog(desk.studio, theme)
    dialog.resize(680, 320)
    return dialog


def bars(desk: Desk, theme: ThemeSource) -> QWidget:
    """The line of jobs in each hold, the top bar with a project, the foot while editing."""
    queue = waiting(desk, 4)
    board = Board({job.id: job for job in queue})
    studio = desk.studio
    whole = QWidget()
    set_surface(whole, "ground")
    column = QVBoxLayout(whole)
    studio.put_draft(replace(studio.state.draft, project="Winter catalogue & more"))
    studio.learn(projects=("Winter catalogue & more", "Zoo"))
    bar = TopBar(studio, theme)
    bar.setFixedWidth(1200)
    bar.show_state(studio.state)
    column.addWidget(bar)
    holds = (
        {"holds": {"offline": OFFLINE}},
        {"holds": {"reconnected": BACK}},
        {"holds": {"stop_after": "Stopped after $1.98, as you wished."}},
        {"project_holds": {"Zoo": "The budget stops here: $4.98 is spent today on Zoo."}},
        {"paused": {"runflow": "$0.020 is left, and the next picture costs $0.030."}},
    )
    for width in (1200, 900):
        for hold in holds:
            studio.learn(**{"holds": {}, "project_holds": {}, "paused": {}, **hold}, board=board)
            strip = JobsStrip(studio, theme)
            strip.setFixedWidth(width)
            strip.show_state(studio.state)
            column.addWidget(strip)
    studio.learn(holds={}, project_holds={}, paused={}, editing=queue[2].id)
    foot = GenerateFooter(studio)
    foot.setFixedWidth(360)
    foot.show_state(studio.state)
    column.addWidget(foot)
    return whole


def money(desk: Desk, theme: ThemeSource) -> QWidget:
    """The lines of a project in the settings, and its sum in the foot, wide and narrow."""
    studio = desk.studio
    name = "Winter catalogue for the mountain hotel"
    spent = Account({"runflow": Spent(Decimal("0.42"))}, {"runflow": Spent(Decimal("3.10"))})
    account = Account(spent.day, spent.month, {name: spent})
    lines = Limits(
        day_stop=Decimal(5), projects={name: Lines(day_warn=Decimal(1), month_stop=Decimal(10))}
    )
    studio.set_preferences(Preferences(budget=lines))
    studio.put_draft(replace(studio.state.draft, project=name))
    totals = Totals(Decimal("0.42"), Decimal("3.10"), 44, account=account)
    studio.learn(projects=(name, "Zoo"), totals=totals)
    whole = QWidget()
    set_surface(whole, "ground")
    column = QVBoxLayout(whole)
    for width in (1200, 760):
        bar = MoneyBar(studio, theme)
        bar.setFixedWidth(width)
        bar.show_state(studio.state)
        column.addWidget(bar)
    dialog = SettingsDialog(studio, theme, paths=Paths.under(Path("/home/ada/flux-studio")))
    dialog.setWindowFlags(Qt.WindowType.Widget)
    dialog.setParent(whole)
    column.addWidget(dialog)
    return whole


if __name__ == "__main__":
    main()
