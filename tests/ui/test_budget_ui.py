"""The budget as one sees it: bar, settings, the pause of the queue, the question at Generate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from flux_studio.core.budget import Account, Limits, Lines, Spent
from flux_studio.core.job import JobState
from flux_studio.session.state import PayQuestion, Preferences, Totals
from flux_studio.storage.paths import Paths
from flux_studio.ui.composer.confirmation import Confirmation
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.money_bar import MoneyBar
from flux_studio.ui.settings_dialog import SettingsDialog
from tests.ui.panels import a_desk, opened, put_jobs
from tests.ui.wall import stock


@pytest.fixture
def desk(tmp_path, qapp):
    with a_desk(tmp_path) as made:
        yield made


def totals(day: str, month: str = "18.70", unpriced: int = 0) -> Totals:
    account = Account(
        {"runflow": Spent(Decimal(day), unpriced)}, {"runflow": Spent(Decimal(month), unpriced)}
    )
    return Totals(Decimal(day), Decimal(month), 12, unpriced, account)


def budget(desk, **lines) -> None:
    desk.studio.set_preferences(Preferences(budget=Limits(**lines)))


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        ("1.24", "of $5.00"),
        ("4.00", "of $5.00: warning line passed"),
        ("5.00", "of $5.00: used up"),
    ],
)
def test_the_bar_shows_how_far_the_line_is(desk, spent, words):
    budget(desk, day_warn=Decimal(4), day_stop=Decimal(5))
    with opened(desk, lambda theme: MoneyBar(desk.studio, theme)) as bar:
        bar.resize(1000, 32)
        desk.studio._set(totals=totals(spent))
        assert bar.today_budget.words.text() == words
        share = bar.today_budget.bar.value() / bar.today_budget.bar.maximum()
        assert share == pytest.approx(float(spent) / 5, abs=0.002)
        assert bar.today_budget.bar._mark == pytest.approx(0.8)
        assert bar.month_budget.isHidden()


def test_an_unknown_price_fills_the_bar_at_the_highest_rate(desk):
    budget(desk, day_stop=Decimal(5))
    with opened(desk, lambda theme: MoneyBar(desk.studio, theme)) as bar:
        desk.studio._set(totals=totals("1.00"))
        before = bar.today_budget.bar.value()
        desk.studio._set(totals=totals("1.00", unpriced=2))
        assert bar.today_budget.bar.value() > before
        assert "highest known rate" in bar.today_budget.toolTip()


def test_without_lines_there_is_no_bar(desk):
    with opened(desk, lambda theme: MoneyBar(desk.studio, theme)) as bar:
        desk.studio._set(totals=totals("1.00"))
        assert bar.today_budget.isHidden()
        assert not bar.today.isHidden()


def test_a_narrow_window_keeps_the_sums(desk):
    budget(desk, day_stop=Decimal(5), month_stop=Decimal(50))
    with opened(desk, lambda theme: MoneyBar(desk.studio, theme)) as bar:
        desk.studio._set(totals=totals("5.00"))
        bar.resize(1200, 32)
        assert not bar.month_budget.words.isHidden()
        bar.resize(420, 32)
        assert bar.month_budget.words.isHidden()
        assert not bar.today.isHidden()
        bar.resize(1200, 32)
        assert not bar.month_budget.words.isHidden()


@pytest.fixture
def settings(desk, tmp_path):
    with opened(
        desk, lambda theme: SettingsDialog(desk.studio, theme, paths=Paths.under(tmp_path))
    ) as dialog:
        yield dialog


def enter(qtbot, field, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text) if text else qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_lines_are_entered_and_taken_away(desk, settings, qtbot):
    fields = settings.budget
    enter(qtbot, fields.overall["day_stop"], "5")
    enter(qtbot, fields.overall["day_warn"], "$4,50")
    enter(qtbot, fields.confirm, "0.5")
    wanted = Limits(day_warn=Decimal("4.5"), day_stop=Decimal(5), confirm_above=Decimal("0.5"))
    assert desk.saved_preferences[-1].budget == wanted
    enter(qtbot, fields.overall["day_warn"], "")
    assert desk.saved_preferences[-1].budget == replace(wanted, day_warn=None)
    assert settings.isVisible(), "Return enters a sum and does not close"


def test_what_is_no_sum_is_marked_and_changes_nothing(desk, settings, qtbot):
    enter(qtbot, settings.budget.overall["day_stop"], "five")
    assert desk.saved_preferences == []
    assert "such as 5" in settings.budget.overall["day_stop"].accessibleDescription()


def test_lines_of_one_provider(desk, settings, qtbot):
    fields = settings.budget
    fields.provider.setCurrentIndex(1)
    name = fields.provider.currentData()
    enter(qtbot, fields.of_provider["month_stop"], "20")
    assert desk.saved_preferences[-1].budget.providers == {name: Lines(month_stop=Decimal(20))}
    fields.provider.setCurrentIndex(0)
    assert fields.of_provider["month_stop"].text() == ""
    fields.provider.setCurrentIndex(1)
    assert fields.of_provider["month_stop"].text() == "20.00"
    enter(qtbot, fields.of_provider["month_stop"], "")
    assert desk.saved_preferences[-1].budget == Limits()


def test_lines_of_one_project(desk, settings, qtbot):
    fields = settings.budget
    assert fields.project.isHidden(), "there is no project yet"
    desk.studio.learn(projects=("Farm", "Zoo"))
    assert fields.project.isVisible()
    fields.project.setCurrentIndex(1)
    enter(qtbot, fields.of_project["day_stop"], "2")
    assert desk.saved_preferences[-1].budget.projects == {"Zoo": Lines(day_stop=Decimal(2))}
    desk.studio.learn(projects=("Ark", "Farm", "Zoo"))
    assert fields.project.currentData() == "Zoo", "a new name moves no choice"
    assert fields.of_project["day_stop"].text() == "2.00"
    fields.project.setCurrentIndex(0)
    assert fields.of_project["day_stop"].text() == ""
    fields.project.setCurrentIndex(2)
    enter(qtbot, fields.of_project["day_stop"], "")
    assert desk.saved_preferences[-1].budget == Limits()


def test_the_queue_is_paused_from_the_strip(desk, qtbot):
    with opened(desk, lambda theme: JobsStrip(desk.studio, theme)) as strip:
        strip.resize(1000, 44)
        assert strip.pause.isHidden()
        put_jobs(desk, stock.job("a", JobState.PLANNED), stock.job("b", JobState.PLANNED, 1))
        qtbot.mouseClick(strip.pause, Qt.MouseButton.LeftButton)
        assert desk.engine.asked[-1] == ("pause_queue",)
        desk.studio._set(holds={"person": "Paused. Nothing more is sent."})
        assert strip.pause.accessibleName() == "Resume the queue"
        assert strip.paused.words.text() == "Paused. Nothing more is sent."
        qtbot.mouseClick(strip.pause, Qt.MouseButton.LeftButton)
        assert desk.engine.asked[-1] == ("resume_queue",)


def test_the_worst_case_of_what_waits_counts_unknown_prices(desk):
    with opened(desk, lambda theme: JobsStrip(desk.studio, theme)) as strip:
        job = stock.job("a", JobState.PLANNED, price=Decimal("0.03"))
        unknown = stock.job("b", JobState.PLANNED, price=None)
        put_jobs(desk, job)
        assert "at most $0.030" in strip.queued_sum.accessibleDescription()
        put_jobs(desk, job, unknown)
        assert "1 of unknown price" in strip.queued_sum.accessibleDescription()
        assert "$0.030" not in strip.queued_sum.accessibleDescription()


@pytest.fixture
def question(desk):
    with opened(desk, lambda theme: Confirmation(desk.studio)) as made:
        yield made


def ask(desk, count: int = 8, have: int = 0) -> PayQuestion:
    studio = desk.studio
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    studio.set_count(count)
    found = tuple(stock.generation(n, datetime.now(UTC)) for n in range(have))
    order, draft = studio.state.check.order, studio.state.draft
    asked = PayQuestion(order, draft, False, draft, found)
    studio.learn(asked=asked)
    return asked


def test_enter_says_yes_to_a_sum(desk, question, qtbot):
    asked = ask(desk)
    assert question.words.text() == "Generate 8 for $0.24?"
    assert question.show_it.isHidden()
    qtbot.keyClick(question, Qt.Key.Key_Return)
    assert [order for order, _ in desk.engine.orders] == [asked.order]
    assert question.isHidden()


@pytest.mark.parametrize("way", ["escape", "cancel", "edit"])
def test_no_is_easy(desk, question, qtbot, way):
    ask(desk)
    match way:
        case "escape":
            qtbot.keyClick(question.pay, Qt.Key.Key_Escape)
        case "cancel":
            question.cancel.click()
        case _:
            desk.studio.set_prompt("another")
    assert question.isHidden()
    assert desk.engine.orders == []


def test_enter_shows_the_picture_that_is_there_and_never_pays_again(desk, question, qtbot):
    asked = ask(desk, count=1, have=1)
    assert question.words.text() == "You have this picture already."
    assert question.pay.text() == "Pay again $0.030"
    with qtbot.waitSignal(desk.studio.payment.picture_wanted) as shown:
        qtbot.keyClick(question, Qt.Key.Key_Return)
    assert shown.args == [asked.have[0]]
    assert desk.engine.orders == []


def test_paying_again_is_a_choice(desk, question):
    ask(desk, count=4, have=2)
    assert question.words.text() == "You have 2 of these 4 pictures already."
    question.pay.click()
    assert len(desk.engine.orders) == 1
