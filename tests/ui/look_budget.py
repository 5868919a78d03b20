"""Draw the budget: bars, settings and the question at Generate, to PNG files, for looking at.

    python -m tests.ui.look_budget OUT

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.budget import Account, Limits, Lines, Spent
from flux_studio.core.job import Board, JobState
from flux_studio.session.state import PayQuestion, Preferences, Totals
from flux_studio.storage.paths import Paths
from flux_studio.ui.composer.generate_footer import GenerateFooter
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.money_bar import MoneyBar
from flux_studio.ui.settings_dialog import SettingsDialog
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
BUDGET = Limits(
    day_warn=Decimal(4),
    day_stop=Decimal(5),
    month_warn=Decimal(30),
    confirm_above=Decimal("0.5"),
    providers={"runflow": Lines(month_stop=Decimal(20))},
)
STOPPED = (
    "The budget stops here: $4.98 is spent today and this costs $0.030; the stop line is $5.00. "
    "Nothing more is sent; what runs is finished."
)
PAUSED = "Paused. Nothing more is sent until you resume; what runs is finished."


def main() -> None:
    frame = Frame()
    theme = frame.theme
    scenes = {"bars": bars, "settings": settings, "questions": questions}
    for name, scene in frame.scenes(scenes):
        with frame.desk() as desk:
            desk.studio.set_preferences(Preferences(budget=BUDGET))
            widget = scene(desk, theme)
            for chosen in frame.themes():
                widget.show()
                stock.settle(desk)
                stock.settle(desk)
                frame.save(widget, f"budget-{name}-{chosen}")
            widget.hide()
            widget.deleteLater()


def bars(desk: Desk, theme: ThemeSource) -> QWidget:
    """Fine, warned, stopped, paused by a person; wide and narrow."""
    jobs = [
        stock.job("a0", JobState.RUNNING, 0, fraction=0.6),
        *(stock.job(f"b{n}", JobState.PLANNED, n) for n in range(1, 4)),
    ]
    board = Board({job.id: job for job in jobs})
    whole = QWidget()
    column = QVBoxLayout(whole)
    for spent, holds, width in (
        ("1.24", {}, 1040),
        ("4.2", {}, 1040),
        ("4.98", {"budget": STOPPED}, 1040),
        (
            "5",
            {"person": PAUSED},
            620,
        ),
    ):
        day = {"runflow": Spent(Decimal(spent))}
        month = {"runflow": Spent(Decimal("18.70"))}
        totals = Totals(Decimal(spent), Decimal("18.70"), 12408, 0, Account(day, month))
        desk.studio._set(board=board, holds=holds, totals=totals)
        for panel in (JobsStrip(desk.studio, theme), MoneyBar(desk.studio, theme)):
            panel.show_state(desk.studio.state)
            panel.setFixedWidth(width)
            column.addWidget(panel)
    return whole


def settings(desk: Desk, theme: ThemeSource) -> QWidget:
    dialog = SettingsDialog(desk.studio, theme, paths=Paths.default({}))
    dialog.resize(dialog.sizeHint())
    return dialog


def questions(desk: Desk, theme: ThemeSource) -> QWidget:
    studio = desk.studio
    card = next(c for c in studio.state.cards if c.provider == "runflow")
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    studio.set_count(8)
    studio.set_preferences(Preferences(budget=replace(BUDGET, confirm_above=Decimal(0))))
    order = studio.state.check.order
    assert order is not None
    draft = studio.state.draft
    whole = QWidget()
    set_surface(whole, "panel")
    column = QVBoxLayout(whole)
    single = replace(order, requests=order.requests[:1], estimate=replace(order.estimate, count=1))
    have = (stock.generation(0, NOW),)
    for asked in (
        PayQuestion(order, draft, False, draft),
        PayQuestion(single, draft, False, draft, have),
        PayQuestion(order, draft, False, draft, have * 3),
    ):
        studio._set(asked=asked)
        footer = GenerateFooter(studio)
        footer.show_state(studio.state)
        footer.setFixedWidth(360)
        column.addWidget(footer)
    return whole


if __name__ == "__main__":
    main()
