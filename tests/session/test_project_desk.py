"""Projects: each brings its draft back; a new name goes everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.budget import Limits, Lines
from flux_studio.core.job import Planned, Sending
from flux_studio.core.request import Origin
from flux_studio.session.project_desk import MOST_CHARACTERS, clean
from flux_studio.storage.ledger import account_of
from flux_studio.storage.projects import ProjectDrafts, project_names

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.fixture
def drafts(desk):
    return ProjectDrafts(desk.ground.paths.project_drafts)


@pytest.fixture
def projects(desk, studio, drafts):
    studio.projects.open(lambda: desk.workshop, lambda: drafts, desk.engine.run_on_loop)
    return studio.projects


def choose(projects, studio, qtbot, name):
    projects.choose(name)
    qtbot.waitUntil(lambda: studio.state.draft.project == clean(name))


def test_each_project_brings_its_own_form_back(projects, studio, qtbot):
    studio.set_prompt("for nobody")
    choose(projects, studio, qtbot, "Zoo")
    assert studio.state.draft.prompt == "for nobody", "a new one begins with the form as it is"
    studio.set_prompt("a bear")
    choose(projects, studio, qtbot, "Farm")
    studio.set_prompt("a cow")
    choose(projects, studio, qtbot, "Zoo")
    assert studio.state.draft.prompt == "a bear"
    choose(projects, studio, qtbot, "")
    assert studio.state.draft.prompt == "for nobody"
    assert studio.state.projects == ("Farm", "Zoo")


def test_the_names_outlive_the_run(desk, projects, studio, drafts, qtbot):
    choose(projects, studio, qtbot, "Zoo")
    choose(projects, studio, qtbot, "")
    studio.learn(projects=())
    projects.look()
    qtbot.waitUntil(lambda: studio.state.projects == ("Zoo",))


def test_what_is_ordered_carries_the_project(desk, projects, studio, qtbot):
    choose(projects, studio, qtbot, "Zoo")
    studio.generate()
    [(order, _)] = desk.engine.orders
    assert [origin.project for origin in order.origins] == ["Zoo"]


def test_a_new_name_goes_to_jobs_lines_and_drafts(desk, projects, studio, drafts, qtbot):
    choose(projects, studio, qtbot, "Zoo")
    request = studio.order_of(studio.state.draft, studio.state.card).requests[0]
    journal = desk.workshop.journal
    journal.record(Planned("j", NOW, request, Decimal(1), "o", Origin("Zoo")))
    journal.record(Sending("j", NOW))
    lines = Lines(day_stop=Decimal(2))
    studio.set_preferences(
        replace(studio.state.preferences, budget=Limits(projects={"Zoo": lines}))
    )
    drafts.save(studio.state.draft)
    projects.rename("  The   zoo ")
    qtbot.waitUntil(lambda: studio.state.draft.project == "The zoo")
    assert studio.state.preferences.budget.projects == {"The zoo": lines}
    assert journal.job("j").origin.project == "The zoo"
    assert account_of(desk.workshop.database.rows, NOW).projects.keys() == {"The zoo"}
    assert drafts.load("Zoo") is None
    assert studio.state.projects == ("The zoo",)
    assert project_names(desk.workshop.gallery(), drafts) == ("The zoo",)


def test_a_project_with_jobs_on_their_way_keeps_its_name(desk, projects, studio, qtbot):
    choose(projects, studio, qtbot, "Zoo")
    request = studio.order_of(studio.state.draft, studio.state.card).requests[0]
    desk.engine.happened.emit(Planned("j", NOW, request, Decimal(1), "o", Origin("Zoo")))
    projects.rename("Farm")
    assert "on their way" in studio.state.notice.text
    assert studio.state.draft.project == "Zoo"


@pytest.mark.parametrize(
    ("given", "kept"), [(" a \n b ", "a b"), ("", ""), ("x" * 200, "x" * MOST_CHARACTERS)]
)
def test_a_name_is_one_line(given, kept):
    assert clean(given) == kept
