from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.generation import Generation
from flux_studio.core.job import Accepted, JobState, Planned, Progressed, Saved, Stopped, Ticket
from flux_studio.core.problem import Control
from flux_studio.core.request import Request
from flux_studio.core.size import Size
from flux_studio.engine.facts import BalanceRead, ProviderPaused, ProviderResumed
from flux_studio.session.composing import Recall
from flux_studio.session.state import Preferences
from flux_studio.storage.key_status import KeyState, KeyStatus

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request("practice", "practice", "a cat", Size(512, 768), "png", seed=77)
GENERATION = Generation(
    id="g1", job="j1", request=REQUEST, path="2026/a.png", sha256="0" * 64, mime="image/png",
    size=Size(512, 768), bytes=9, created=NOW, price=Decimal("0.03"), charged=Decimal("0.03"),
    seed=77,
)  # fmt: skip


def planned(job="j1"):
    return Planned(job, NOW, REQUEST, Decimal("0.03"), "o1")


def paid_card(studio):
    return next(c for c in studio.state.cards if c.provider != "practice")


def test_each_change_is_one_new_state_told_once(studio, qtbot):
    told = []
    studio.changed.connect(told.append)
    studio.set_prompt("a cat")
    studio.set_prompt("a cat")
    assert [s.draft.prompt for s in told] == ["a cat"]
    assert told[0] is studio.state


def test_switching_the_model_keeps_what_was_typed(studio):
    studio.set_seed_mode(SeedMode.FIXED)
    studio.set_seed(42)
    studio.set_format("png")
    listed = next(c for c in studio.state.cards if not c.seed)
    studio.choose_model(*listed.id)
    assert studio.state.check.notes, "what the model cannot take is said"
    studio.choose_model(*studio.state.cards[0].id)
    assert (studio.state.draft.seed, studio.state.draft.output_format) == (42, "png")


def test_the_price_follows_size_and_count(studio):
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(Size(1920, 1080))
    studio.set_count(2)
    assert studio.state.check.estimate.total == Decimal("0.090")


def test_generate_sends_the_form_and_leaves_it(desk, studio):
    draft = studio.state.draft
    studio.generate()
    order, front = desk.engine.orders[0]
    assert (order.requests[0].prompt, front) == ("a fox in snow", False)
    assert studio.state.draft == draft


def test_random_seeds_differ_and_are_sent(desk, studio):
    studio.set_count(3)
    studio.generate(front=True)
    order, front = desk.engine.orders[0]
    seeds = [r.seed for r in order.requests]
    assert front
    assert len(set(seeds)) == 3
    assert None not in seeds


def test_a_blocked_generate_points_at_the_control_and_sends_nothing(desk, studio, qtbot):
    studio.set_prompt("  ")
    with qtbot.waitSignal(studio.attention) as pointed:
        studio.generate()
    assert pointed.args == [Control.PROMPT]
    assert desk.engine.orders == []


def test_a_missing_key_blocks_once_it_is_known(desk, studio):
    card = paid_card(studio)
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    assert studio.state.blocker is None, "before the keychain answered"
    none = KeyStatus(KeyState.NONE, "", "No key yet.")
    desk.studio.keys.status_changed.emit(card.provider, none)
    assert studio.state.blocker.control is Control.KEY
    saved = KeyStatus(KeyState.SAVED, "Secret Service", "In the keychain.")
    desk.studio.keys.status_changed.emit(card.provider, saved)
    assert studio.state.blocker is None


def test_an_order_becomes_cards_and_a_saved_job_leaves_the_board(desk, studio, qtbot):
    desk.engine.happened.emit(planned())
    ticket = Ticket("t1", NOW)
    desk.engine.happened.emit(Accepted("j1", NOW, ticket))
    desk.engine.happened.emit(Progressed("j1", NOW, running=True, words="drawing"))
    assert studio.state.board.jobs["j1"].state is JobState.RUNNING
    with qtbot.waitSignal(studio.library.changed) as change:
        desk.engine.happened.emit(Saved("j1", NOW, GENERATION))
    assert change.args[0].added == (GENERATION,)
    assert studio.state.board.jobs == {}


def test_an_unknown_job_stays_until_a_person_settles_it(desk, studio):
    desk.engine.happened.emit(planned())
    stop = Stopped("j1", NOW, JobState.UNKNOWN, "outcome_unknown", "It may have been sent.", None)
    desk.engine.happened.emit(stop)
    studio.jobs.dismiss("j1")
    assert "j1" in studio.state.board.jobs
    studio.jobs.resolve_found("j1", "task-9")
    assert desk.engine.asked == [("resolve", "j1", "found", "task-9")]


def test_not_charged_and_again_is_one_new_order_however_often_it_is_clicked(desk, studio, qtbot):
    desk.engine.happened.emit(planned())
    stop = Stopped("j1", NOW, JobState.UNKNOWN, "outcome_unknown", "It may have been sent.", None)
    desk.engine.happened.emit(stop)
    desk.engine.given_back["j1"] = REQUEST  # the engine gives it back once
    studio.jobs.resolve_not_charged("j1", send_again=True)
    studio.jobs.resolve_not_charged("j1", send_again=True)
    studio.library.background.run(lambda: None, lambda _: desk.engine.asked.append(("after",)))
    qtbot.waitUntil(lambda: ("after",) in desk.engine.asked)
    assert [order.requests for order, _ in desk.engine.orders] == [(REQUEST,)]


def test_a_failed_job_can_be_dismissed(desk, studio):
    desk.engine.happened.emit(planned())
    stop = Stopped("j1", NOW, JobState.FAILED, "provider_failed", "It failed.", Decimal(0))
    desk.engine.happened.emit(stop)
    assert studio.state.board.jobs["j1"].message == "It failed."
    studio.jobs.dismiss("j1")
    assert studio.state.board.jobs == {}


def test_paused_providers_and_balances_are_shown(desk, studio):
    desk.engine.happened.emit(ProviderPaused("x", "no_credit", "No credit is left."))
    assert studio.state.paused == {"x": "No credit is left."}
    desk.engine.happened.emit(BalanceRead("x", Decimal("4.20")))
    assert studio.state.balances == {"x": Decimal("4.20")}
    desk.engine.happened.emit(ProviderResumed("x"))
    assert studio.state.paused == {}


def test_recall_brings_settings_back_and_again_leaves_the_form(desk, studio):
    draft = studio.state.draft
    studio.remakes.again(GENERATION)
    order = desk.engine.orders[0][0]
    assert order.requests[0].prompt == "a cat"
    assert order.requests[0].seed != 77
    assert studio.state.draft == draft
    studio.recall(GENERATION, Recall.ALL)
    assert (studio.state.draft.prompt, studio.state.draft.seed) == ("a cat", 77)


def test_recall_of_a_model_that_is_gone_keeps_the_chosen_one_and_says_so(studio):
    gone = replace(GENERATION, request=replace(REQUEST, model="flux-9"))
    studio.recall(gone)
    assert studio.state.draft.model == studio.state.card.model
    assert studio.state.notice is not None


def test_the_draft_is_written_a_moment_after_the_last_change(desk, studio, qtbot):
    studio.set_prompt("a")
    studio.set_prompt("ab")
    qtbot.waitUntil(lambda: bool(desk.saved_drafts))
    assert [d.prompt for d in desk.saved_drafts] == ["ab"]


def test_closing_writes_the_draft_at_once(desk, studio):
    studio.set_prompt("last words")
    studio.save_now()
    assert desk.saved_drafts[-1].prompt == "last words"


def test_a_draft_of_a_model_that_is_gone_opens_on_the_first_one(qapp, tmp_path):
    from tests.session.desks import Desk

    desk = Desk(tmp_path / "home", Draft("nobody", "nothing", prompt="kept"))
    assert desk.studio.state.draft.prompt == "kept"
    assert desk.studio.state.draft.provider == desk.ground.cards[0].provider
    desk.close()


def test_preferences_are_saved(desk, studio):
    studio.set_preferences(Preferences(theme="light"))
    assert desk.saved_preferences == [Preferences(theme="light")]
    assert studio.state.preferences.theme == "light"


@pytest.mark.parametrize("count", [0, 17])
def test_an_impossible_count_is_a_problem_at_its_control(studio, count):
    studio.set_count(count)
    assert studio.state.blocker.control is Control.COUNT
