from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    ENDED,
    Accepted,
    Board,
    Job,
    JobEvent,
    JobState,
    Planned,
    Progressed,
    Ready,
    Reopened,
    Saved,
    Sending,
    SetAside,
    Settled,
    Stopped,
    Ticket,
    Waiting,
    advance,
    step,
)
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REQUEST = Request("one", "m", "a fox", Size(1024, 1024), "png")
TICKET = Ticket("task-1", START, (("status", "https://one.test/t/1"),), charged=Decimal("0.03"))
PICTURE = Generation(
    "g1", "j1", REQUEST, "2026/fox.png", "ab" * 32, "image/png", Size(1024, 1024), 9, START,
    price=Decimal("0.03"), charged=Decimal("0.045"),
)  # fmt: skip


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


PLANNED = Planned("j1", at(0), REQUEST, Decimal("0.03"), "o1")
SENDING = Sending("j1", at(1))
WAITING = Waiting("j1", at(2), at(5), "busy")
ACCEPTED = Accepted("j1", at(3), TICKET)
QUEUED = Progressed("j1", at(4), running=False, words="IN_QUEUE", position=3)
RUNNING = Progressed("j1", at(5), running=True, words="IN_PROGRESS", fraction=0.5, left=4.0)
READY = Ready("j1", at(6), Decimal("0.045"))
SAVED = Saved("j1", at(7), PICTURE)


def stopped(state: JobState) -> Stopped:
    return Stopped("j1", at(6), state, "network", "gone", None)


def after(*events: JobEvent) -> Job:
    board = Board()
    for event in events:
        board = advance(board, event)
    return board.jobs["j1"]


WAYS: dict[JobState, tuple[JobEvent, ...]] = {
    JobState.PLANNED: (PLANNED,),
    JobState.SENDING: (PLANNED, SENDING),
    JobState.ACCEPTED: (PLANNED, SENDING, ACCEPTED),
    JobState.RUNNING: (PLANNED, SENDING, ACCEPTED, RUNNING),
    JobState.READY: (PLANNED, SENDING, ACCEPTED, RUNNING, READY),
    JobState.SAVED: (PLANNED, SENDING, ACCEPTED, RUNNING, READY, SAVED),
    **{
        state: (PLANNED, SENDING, stopped(state))
        for state in (JobState.REFUSED, JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN)
    },
    JobState.LOST: (PLANNED, SENDING, ACCEPTED, stopped(JobState.LOST)),
}
EVENTS: tuple[JobEvent, ...] = (
    PLANNED, SENDING, WAITING, ACCEPTED, QUEUED, RUNNING, READY, SAVED,
    *(stopped(s) for s in (JobState.REFUSED, JobState.FAILED, JobState.CANCELLED,
                           JobState.UNKNOWN, JobState.LOST)),
)  # fmt: skip


def test_every_state_is_reached_by_its_way() -> None:
    assert {state: after(*way).state for state, way in WAYS.items()} == {s: s for s in JobState}


def test_the_way_gathers_what_is_known() -> None:
    job = after(*WAYS[JobState.SAVED])
    assert (job.order, job.request, job.price) == ("o1", REQUEST, Decimal("0.03"))
    assert (job.created, job.sent, job.updated) == (at(0), at(1), at(7))
    assert (job.ticket, job.generation) == (TICKET, "g1")
    assert job.charged == Decimal("0.045")
    assert (job.fraction, job.left, job.reason, job.message) == (1.0, 0.0, "", "")


def test_a_busy_provider_puts_the_job_back_with_a_time() -> None:
    job = after(PLANNED, SENDING, WAITING)
    assert (job.state, job.retry_at, job.message) == (JobState.PLANNED, at(5), "busy")
    again = step(job, Sending("j1", at(5)))
    assert (again.state, again.retry_at, again.message) == (JobState.SENDING, None, "")
    assert again.sent == at(5)


def test_a_charge_told_at_submit_is_kept_until_a_later_word() -> None:
    assert after(PLANNED, SENDING, ACCEPTED).charged == Decimal("0.03")
    silent = Ready("j1", at(6), None)
    assert after(PLANNED, SENDING, ACCEPTED, silent).charged == Decimal("0.03")
    assert after(PLANNED, SENDING, ACCEPTED, READY).charged == Decimal("0.045")


def test_the_true_expiry_comes_with_the_finished_task() -> None:
    early = replace(ACCEPTED, ticket=replace(TICKET, expires=at(600)))
    told = after(PLANNED, SENDING, early, replace(READY, expires=at(660)))
    assert told.ticket == replace(TICKET, expires=at(660))
    untold = after(PLANNED, SENDING, early, READY)
    assert untold.ticket == early.ticket
    assert step(after(PLANNED, SENDING), replace(READY, expires=at(660))).ticket is None


def test_progress_tells_queue_and_work_apart() -> None:
    queued = after(PLANNED, SENDING, ACCEPTED, QUEUED)
    assert (queued.state, queued.words, queued.position) == (JobState.ACCEPTED, "IN_QUEUE", 3)
    running = step(queued, RUNNING)
    assert (running.state, running.fraction, running.left) == (JobState.RUNNING, 0.5, 4.0)
    assert running.position is None
    assert step(running, replace(QUEUED, at=at(6))).state is JobState.ACCEPTED


def test_a_download_under_way_stays_ready() -> None:
    job = after(*WAYS[JobState.READY], replace(RUNNING, words="downloading", fraction=0.3))
    assert (job.state, job.words, job.fraction) == (JobState.READY, "downloading", 0.3)


@pytest.mark.parametrize("state", [JobState.PLANNED, JobState.SENDING, JobState.UNKNOWN])
def test_progress_of_a_job_that_was_not_accepted_changes_nothing(state: JobState) -> None:
    job = after(*WAYS[state])
    assert step(job, RUNNING) == job


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("event", [e for e in EVENTS if not isinstance(e, Saved)], ids=repr)
def test_an_ended_job_is_not_moved_by_late_facts(state: JobState, event: JobEvent) -> None:
    job = after(*WAYS[state])
    assert step(job, event) == job


@pytest.mark.parametrize("state", [s for s in JobState if s is not JobState.SAVED])
def test_a_picture_on_disk_always_counts(state: JobState) -> None:
    job = step(after(*WAYS[state]), SAVED)
    assert (job.state, job.generation) == (JobState.SAVED, "g1")
    assert (job.reason, job.message) == ("", "")


@pytest.mark.parametrize("event", [SENDING, WAITING])
@pytest.mark.parametrize("state", [JobState.ACCEPTED, JobState.RUNNING, JobState.READY])
def test_an_accepted_job_never_goes_back_to_be_sent(state: JobState, event: JobEvent) -> None:
    job = after(*WAYS[state])
    assert step(job, event) == job


def test_a_second_ticket_does_not_take_a_finished_job_back() -> None:
    job = after(*WAYS[JobState.READY])
    assert step(job, ACCEPTED) == job


def test_an_unknown_outcome_is_cleared_by_an_id_or_by_sending_again() -> None:
    unknown = after(*WAYS[JobState.UNKNOWN])
    assert not unknown.ended
    assert (unknown.reason, unknown.message, unknown.charged) == ("network", "gone", None)
    found = step(unknown, ACCEPTED)
    assert (found.state, found.ticket, found.message) == (JobState.ACCEPTED, TICKET, "")
    assert step(unknown, Sending("j1", at(9))).state is JobState.SENDING
    assert step(unknown, WAITING) == unknown
    left = step(unknown, stopped(JobState.LOST))
    assert left.state is JobState.LOST


def test_a_stop_says_why_and_what_it_cost() -> None:
    stop = Stopped("j1", at(6), JobState.REFUSED, "moderated_input", "no", Decimal(0))
    job = after(PLANNED, SENDING, WAITING, SENDING, stop)
    assert (job.state, job.reason, job.message) == (JobState.REFUSED, "moderated_input", "no")
    assert (job.charged, job.retry_at, job.updated) == (Decimal(0), None, at(6))


def test_the_board_keeps_order_and_forgets_nothing() -> None:
    board = Board()
    for name in ("b", "a", "c"):
        board = advance(board, replace(PLANNED, job=name))
    assert list(board.jobs) == ["b", "a", "c"]
    moved = advance(board, replace(SENDING, job="b"))
    assert list(moved.jobs) == ["b", "a", "c"]
    assert board.jobs["b"].state is JobState.PLANNED
    assert list(moved.without("a").jobs) == ["b", "c"]


def test_a_fact_without_news_gives_the_very_same_board() -> None:
    board = advance(Board(), PLANNED)
    assert advance(board, PLANNED) is board
    assert advance(board, replace(SENDING, job="nobody")) is board
    assert advance(board, RUNNING) is board


def test_active_jobs_are_neither_ended_nor_waiting_for_a_person() -> None:
    for state, way in WAYS.items():
        board = Board()
        for event in way:
            board = advance(board, event)
        expected = state not in ENDED and state is not JobState.UNKNOWN
        assert bool(board.active()) is expected, state


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_whatever_comes_in_whatever_order_a_job_stays_sound(events: list[JobEvent]) -> None:
    board = advance(Board(), PLANNED)
    seen = board.jobs["j1"]
    for event in events:
        board = advance(board, event)
        job = board.jobs["j1"]
        assert (job.generation is not None) == (job.state is JobState.SAVED)
        if seen.ended:
            assert job.state in (seen.state, JobState.SAVED)
        if seen.ticket is not None:
            assert job.ticket is not None
            assert seen.state is JobState.UNKNOWN or job.state is not JobState.PLANNED
        seen = job


def test_a_ticket_names_its_addresses() -> None:
    assert TICKET.url("status") == "https://one.test/t/1"
    assert TICKET.url("cancel") is None


def test_an_edit_comes_from_the_first_reference_of_ours() -> None:
    foreign = Reference("aa", "image/png", Size(1, 1))
    own = replace(foreign, parent="g7")
    request = replace(REQUEST, references=(foreign, own, replace(own, parent="g8")))
    assert (request.is_edit, request.parent) == (True, "g7")
    assert (REQUEST.is_edit, REQUEST.parent) == (False, None)


# What a person does to rescue a job


def ended_as(state: JobState, reason: str = "forgotten", **fields: object) -> Job:
    return replace(after(PLANNED, SENDING, ACCEPTED, RUNNING), state=state, reason=reason, **fields)


COMES_BACK = [(JobState.LOST, "forgotten"), (JobState.LOST, "result_gone"),
              (JobState.FAILED, "bad_picture")]  # fmt: skip


@pytest.mark.parametrize(("state", "reason"), COMES_BACK)
def test_a_job_that_was_given_up_comes_back_by_its_ticket(state, reason):
    job = ended_as(state, reason, charged=Decimal("0.03"), message="gone", aside=True)
    back = step(job, Reopened("j1", at(9)))
    assert (back.state, back.ticket, back.charged) == (JobState.ACCEPTED, TICKET, job.charged)
    assert (back.reason, back.message, back.aside, back.updated) == ("", "", False, at(9))
    assert step(back, replace(SAVED, at=at(10))).state is JobState.SAVED


@given(
    state=st.sampled_from(JobState),
    reason=st.sampled_from(["", "forgotten", "bad_picture", "provider_failed", "cancelled"]),
    ticket=st.sampled_from([None, TICKET]),
)
def test_no_other_job_comes_back(state, reason, ticket):
    job = replace(after(PLANNED, SENDING), state=state, reason=reason, ticket=ticket)
    given_up = state is JobState.LOST or (state, reason) == (JobState.FAILED, "bad_picture")
    back = step(job, Reopened("j1", at(9)))
    assert (back != job) == (given_up and ticket is not None)


@pytest.mark.parametrize("state", list(JobState))
def test_only_a_job_without_a_picture_that_is_not_on_its_way_is_settled(state):
    job = ended_as(state)
    settled = step(job, Settled("j1", at(9), Decimal(0), "You saw it."))
    if state in (ENDED - {JobState.SAVED}) | {JobState.UNKNOWN}:
        assert (settled.state, settled.charged, settled.message) == (state, 0, "You saw it.")
    else:
        assert settled == job


@pytest.mark.parametrize("state", list(JobState))
def test_only_a_job_that_waits_for_a_person_or_ended_is_set_aside(state):
    job = ended_as(state)
    aside = step(job, SetAside("j1", at(9)))
    waits = state in (ENDED - {JobState.SAVED}) | {JobState.UNKNOWN}
    assert aside == replace(job, aside=waits)
    assert step(aside, SetAside("j1", at(10), aside=False)) == job


def test_a_job_that_was_set_aside_and_is_found_counts_again():
    job = replace(after(PLANNED, SENDING, stopped(JobState.UNKNOWN)), aside=True)
    assert step(job, replace(ACCEPTED, at=at(9))).aside is False
