"""The prompt desk on real storage: history, walking, templates, lists, colours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication

from flux_studio.core.draft import check
from flux_studio.core.job import Planned
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Origin
from flux_studio.session.composing import no_seed
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.session.prompt_walk import PromptWalk
from flux_studio.storage.templates import PromptTemplate, read_template_file
from tests.session.desks import Desk

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(qtbot, tmp_path):
    made = Desk(tmp_path / "home")
    paths = made.ground.paths
    shelf = PromptShelf(
        lambda: made.workshop, made.engine.run_on_loop, paths.lists, paths.templates
    )
    with qtbot.waitSignal(made.studio.prompts.history_changed):
        made.studio.prompts.open(shelf)
    yield made
    made.studio._saving.stop()
    made.studio.prompts._settling.stop()
    made.close()


@pytest.fixture
def prompts(desk):
    return desk.studio.prompts


def send(desk, qtbot, prompt, minutes, typed="", project=""):
    """What the engine does when an order is placed: journal first, then the fact."""
    order = check(replace(desk.studio.state.draft, prompt=prompt), desk.studio.state.card, no_seed)
    event = Planned(
        f"job-{minutes}",
        START + timedelta(minutes=minutes),
        order.order.requests[0],
        Decimal(0),
        f"order-{minutes}",
        Origin(typed=typed, project=project),
    )
    desk.workshop.journal.record(event)
    with qtbot.waitSignal(desk.studio.prompts.history_changed):
        desk.engine.happened.emit(event)


def searched(qtbot, prompts, text="", starred=False):
    found = []
    prompts.search(text, starred, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def test_walking_goes_back_and_returns_to_what_was_being_written():
    walk, sent = PromptWalk(), ["c", "b", "a"]
    assert [walk.older("mine", "", sent), walk.older("c", "c", sent)] == ["c", "b"]
    assert walk.older("b", "b", sent) == "a"
    assert walk.older("a", "a", sent) is None
    assert [walk.newer("a"), walk.newer("b"), walk.newer("c")] == ["b", "c", "mine"]
    assert walk.newer("mine") is None


def test_walking_keeps_to_what_begins_like_the_text_before_the_caret():
    walk, sent = PromptWalk(), ["A hen", "a fox", "the fox", "a fox"]
    assert walk.older("a f", "a f", sent) == "a fox"
    assert walk.newer("a fox") == "a f"
    assert PromptWalk().older("zebra", "zebra", sent) == "A hen"


def test_what_is_edited_on_the_way_is_a_text_of_ones_own():
    walk, sent = PromptWalk(), ["b", "a"]
    walk.older("mine", "", sent)
    assert walk.newer("b!") is None
    assert walk.older("b!", "", sent) == "b"
    assert walk.newer("b") == "b!"


def test_sent_prompts_are_at_hand_at_once_as_they_were_typed(desk, qtbot, prompts):
    send(desk, qtbot, "a red fox", 1, typed="a {red|blue} fox")
    send(desk, qtbot, "a hen", 2)
    assert prompts.older("", "") == "a hen"
    assert prompts.older("a hen", "a hen") == "a {red|blue} fox"
    assert [entry.text for entry in searched(qtbot, prompts)] == ["a hen", "a {red|blue} fox"]


def test_stars_and_forgetting_reach_the_disk(desk, qtbot, prompts):
    send(desk, qtbot, "a fox", 1)
    fox = searched(qtbot, prompts)[0]
    with qtbot.waitSignal(prompts.history_changed):
        prompts.star(fox.number, True)
    assert searched(qtbot, prompts, "FOX", True)[0].starred
    with qtbot.waitSignal(prompts.history_changed):
        prompts.forget(fox.number)
    assert searched(qtbot, prompts) == []
    assert prompts.older("", "") is None


def test_colours_of_the_latest_prompts_and_of_a_project(desk, qtbot, prompts):
    send(desk, qtbot, "#FF0000 and #00f", 1, project="One")
    send(desk, qtbot, "#00FF00", 2, project="Two")
    assert prompts.recent_colors() == ("#00FF00", "#FF0000", "#0000FF")
    assert prompts.project_colors("One") == ("#FF0000", "#0000FF")
    assert prompts.project_colors("") == ()


def test_a_style_goes_around_and_a_prompt_takes_the_place(desk, prompts):
    studio = desk.studio
    prompts.use_template(PromptTemplate("Ink", "{prompt}, in ink"))
    assert studio.state.draft.style == Style("Ink", "{prompt}, in ink")
    assert studio.state.check.order.requests[0].prompt == "a fox in snow, in ink"
    prompts.use_template(PromptTemplate("Hen", "a {red|white} hen"))
    assert studio.state.draft.prompt == "a {red|white} hen"
    assert studio.state.check.estimate.count == 2


def test_a_list_file_is_used_as_soon_as_it_is_there(desk, qtbot, prompts):
    folder = desk.ground.paths.lists
    folder.mkdir(parents=True)
    (folder / "metals.txt").write_text("gold\ntin\n")
    desk.studio.set_prompt("a {@metals} cup")
    assert desk.studio.state.blocker is not None
    prompts.read_files()
    qtbot.waitUntil(lambda: desk.studio.state.blocker is None)
    assert desk.studio.state.check.estimate.count == 2
    (folder / "metals.txt").write_text("gold\ntin\ncopper\n")  # the watcher sees it
    qtbot.waitUntil(lambda: desk.studio.state.check.estimate.count == 3)


def test_templates_are_kept_given_away_taken_and_brought_back(desk, qtbot, prompts, tmp_path):
    studio = desk.studio
    prompts.save_template(PromptTemplate("Ink", "{prompt}, in ink", "Mine"))
    qtbot.waitUntil(lambda: any(each.name == "Ink" for each in prompts.templates))
    ink = next(each for each in prompts.templates if each.name == "Ink")
    prompts.give_template(ink, tmp_path / "given.toml")
    qtbot.waitUntil((tmp_path / "given.toml").exists)
    qtbot.waitUntil(lambda: "given.toml" in str(studio.state.notice.values))
    assert read_template_file(tmp_path / "given.toml").text == ink.text
    prompts.remove_template(ink)
    qtbot.waitUntil(lambda: not any(each.name == "Ink" for each in prompts.templates))
    studio.acted.emit(studio.state.notice)
    qtbot.waitUntil(lambda: any(each.name == "Ink" for each in prompts.templates))
    (tmp_path / "bad.toml").write_text("name = ")
    prompts.take_templates([tmp_path / "given.toml", tmp_path / "bad.toml"])
    qtbot.waitUntil(lambda: "bad.toml" in str(studio.state.notice.values))
    qtbot.waitUntil(lambda: len([t for t in prompts.templates if t.name == "Ink"]) == 2)


def test_a_template_that_cannot_be_kept_says_why(desk, qtbot, prompts):
    prompts.save_template(PromptTemplate("", "x"))
    qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    assert "name" in dict(desk.studio.state.notice.values)["why"]


def test_the_colours_of_a_reference_are_known_after_a_moment(desk, qtbot, prompts):
    from tests.ui.composer.conftest import picture

    with qtbot.waitSignal(prompts.colors_changed):
        desk.studio.references.take_bytes(picture((200, 60, 60)), "red.png")
    (reference,) = desk.studio.state.draft.references
    red, green, blue = (int(prompts.colors_of(reference)[0][at : at + 2], 16) for at in (1, 3, 5))
    assert abs(red - 200) + abs(green - 60) + abs(blue - 60) < 20


def test_random_draws_change_when_asked_and_after_sending_only(desk):
    studio = desk.studio
    studio.set_prompt("{a|b|c|d} {1-1000} fox")
    studio.set_expansion(ExpansionMode.RANDOM)
    studio.set_count(3)
    studio.draw_again()
    shown = [request.prompt for request in studio.state.check.order.requests]
    studio.set_size(studio.state.draft.size)
    studio.generate()
    QApplication.processEvents()
    ((order, _),) = desk.engine.orders
    assert [request.prompt for request in order.requests] == shown
    assert [request.prompt for request in studio.state.check.order.requests] != shown
