"""The retry law at work: what each answer to a submit leads to, and what it never leads to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import (
    KeyMissing,
    NotNow,
    NotSent,
    OutcomeUnknown,
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.job import JobState, Sending, Stopped, Waiting
from flux_studio.engine.errand import idempotency_key
from flux_studio.engine.facts import ProviderPaused, ProviderResumed
from tests.engine.rig import Rig
from tests.fakes import FakeServer, KeylessProvider, order, reference, request
from tests.virtual_time import NeverAnswers, run

OFFLINE = NotSent(Reason.NETWORK, "There is no network.")
LOST = OutcomeUnknown("The connection broke.")


def server_with(*answers, **fields):
    server = FakeServer(**fields)
    server.on_submit.extend(answers)
    return server


# Surely not sent


def test_what_never_left_is_sent_again_after_growing_waits():
    async def main(loop):
        rig = Rig(loop, server_with(OFFLINE, OFFLINE, OFFLINE))
        [job] = rig.place()
        await rig.saved(job)
        waits = [(e.until - e.at).total_seconds() for e in rig.told(Waiting)]
        assert waits == [0.5, 1.0, 2.0]
        assert rig.states(job)[:8] == [
            "Planned", "Sending", "Waiting", "Sending", "Waiting", "Sending", "Waiting", "Sending",
        ]  # fmt: skip
        assert len(rig.server.charges) == 1

    run(main)


def test_after_four_failed_attempts_it_ends_free_of_charge():
    async def main(loop):
        rig = Rig(loop, server_with(*[OFFLINE] * 4))
        [job] = rig.place()
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.FAILED, "network")
        assert stopped.charged == 0
        assert "Nothing was charged" in stopped.message
        assert len(rig.server.submits) == 4
        assert rig.server.charges == []

    run(main)


def test_a_certificate_that_is_not_trusted_ends_it_at_once():
    async def main(loop):
        rig = Rig(loop, server_with(NotSent(Reason.UNTRUSTED, "The certificate is not trusted.")))
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.reason) == (JobState.FAILED, "untrusted")
        assert len(rig.server.submits) == 1

    run(main)


def test_between_attempts_the_journal_says_that_nothing_is_under_way():
    async def main(loop):
        rig = Rig(loop, server_with(OFFLINE))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Waiting))
        assert rig.job(job).state is JobState.PLANNED
        assert rig.job(job).retry_at == rig.job(job).updated + timedelta(seconds=0.5)

    run(main)


# Refused for now


def test_a_busy_provider_is_asked_again_when_it_says_and_without_a_limit():
    busy = [NotNow(Reason.RATE_LIMITED, "Busy.", wait) for wait in (7.0, 7.0, 3.0, 9.0, 2.0, 1.0)]

    async def main(loop):
        rig = Rig(loop, server_with(*busy))
        [job] = rig.place()
        await rig.saved(job)
        waits = [(e.until - e.at).total_seconds() for e in rig.told(Waiting)]
        assert waits == [7.0, 7.0, 3.0, 9.0, 2.0, 1.0]
        sent = [e.at for e in rig.disk.events if isinstance(e, Sending)]
        gaps = [(b - a).total_seconds() for a, b in zip(sent, sent[1:], strict=False)]
        assert all(gap >= wait for gap, wait in zip(gaps, waits, strict=True))
        assert len(rig.server.charges) == 1

    run(main)


def test_without_a_word_from_the_provider_the_wait_is_our_own():
    async def main(loop):
        rig = Rig(loop, server_with(*[NotNow(Reason.RATE_LIMITED, "Busy.")] * 8))
        await rig.saved(*rig.place())
        waits = [(e.until - e.at).total_seconds() for e in rig.told(Waiting)]
        assert waits == [0.5, 1, 2, 4, 8, 16, 32, 32]

    run(main)


def test_a_provider_that_asks_for_an_hour_is_put_to_the_person():
    async def main(loop):
        rig = Rig(loop, server_with(NotNow(Reason.RATE_LIMITED, "Busy.", 3600.0)))
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.charged) == (JobState.FAILED, Decimal(0))
        assert loop.time() < 1010

    run(main)


# Refused for good


@pytest.mark.parametrize(
    "reason",
    [Reason.BAD_REQUEST, Reason.MODERATED_INPUT, Reason.NOT_FOUND, Reason.CONFLICT],
)
def test_a_refusal_is_final_and_free(reason):
    async def main(loop):
        rig = Rig(loop, server_with(Refused(reason, "Not this one.")))
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.reason) == (JobState.REFUSED, reason)
        assert stopped.charged == 0
        assert stopped.message == "Not this one. Nothing was charged."
        assert len(rig.server.submits) == 1

    run(main)


@pytest.mark.parametrize("reason", [Reason.BAD_KEY, Reason.NO_CREDIT])
def test_a_bad_key_or_no_credit_pauses_the_provider_once_and_keeps_its_jobs(reason):
    async def main(loop):
        rig = Rig(loop, server_with(*[Refused(reason, "No.")] * 4))
        jobs = rig.place(6)
        await asyncio.sleep(100)
        assert {rig.job(job).state for job in jobs} == {JobState.PLANNED}
        [paused] = rig.told(ProviderPaused)
        assert (paused.provider, paused.reason) == ("fake", reason)
        assert rig.runner.paused == {"fake": paused}
        assert len(rig.server.submits) == 4, "those that were on their way; nobody after them"
        assert rig.told(Stopped) == []
        assert "Nothing was charged" in rig.job(jobs[0]).message
        rig.runner.resume("fake")
        rig.runner.resume("fake")
        assert rig.told(ProviderResumed) == [ProviderResumed("fake")]
        await rig.saved(*jobs)
        sent = [e.job for e in rig.disk.events if isinstance(e, Sending)][4:]
        assert sent == jobs, "in their old order"
        assert len(rig.server.charges) == 6

    run(main)


def test_another_provider_goes_on_while_one_is_paused():
    async def main(loop):
        rig = Rig(loop, server_with(Refused(Reason.BAD_KEY, "No.")), at_once=1)
        rig.providers["other"] = rig.providers["fake"]
        rig.cards["other", "flux"] = rig.cards["fake", "flux"]
        rig.keys.keys["other"] = "key-2"
        [held] = rig.place()
        await rig.until(lambda: rig.told(ProviderPaused))
        [free] = rig.send(order(request("other")))
        await rig.until(lambda: rig.job(free).state is JobState.RUNNING)
        assert rig.job(held).state is JobState.PLANNED

    run(main)


def test_a_job_that_waits_for_its_provider_can_be_cancelled():
    async def main(loop):
        rig = Rig(loop, server_with(Refused(Reason.BAD_KEY, "No.")))
        [job] = rig.place()
        await rig.until(lambda: rig.told(ProviderPaused))
        await rig.settled()
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, Decimal(0))
        rig.runner.resume("fake")
        await asyncio.sleep(10)
        assert len(rig.server.submits) == 1

    run(main)


def test_where_nobody_waits_a_bad_key_ends_the_job():
    async def main(loop):
        rig = Rig(loop, server_with(Refused(Reason.BAD_KEY, "No.")), pausing=False)
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.reason) == (JobState.REFUSED, "bad_key")
        assert rig.runner.paused == {}

    run(main)


# May have been accepted


@pytest.mark.parametrize("answer", [LOST, "lost_reply"])
def test_an_unclear_submit_is_never_sent_again(answer):
    async def main(loop):
        rig = Rig(loop, server_with(answer))
        [job] = rig.place()
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.UNKNOWN, "outcome_unknown")
        assert stopped.charged is None
        assert "$0.030" in stopped.message
        await asyncio.sleep(3600)
        assert len(rig.server.submits) == 1
        assert rig.job(job).state is JobState.UNKNOWN

    run(main)


def test_where_the_key_counts_an_unclear_submit_is_repeated_under_the_same_key():
    async def main(loop):
        rig = Rig(loop, server_with("lost_reply", LOST, idempotent=True))
        [job] = rig.place()
        await rig.saved(job)
        assert {s.idempotency_key for s in rig.server.submits} == {idempotency_key(job)}
        assert len({(s.request, s.inputs) for s in rig.server.submits}) == 1, "the same input too"
        assert len(rig.server.submits) == 3
        assert len(rig.server.charges) == 1

    run(main)


def test_each_job_has_its_own_key():
    async def main(loop):
        rig = Rig(loop, FakeServer(idempotent=True))
        await rig.saved(*rig.place(3))
        assert len({s.idempotency_key for s in rig.server.submits}) == 3
        assert len(rig.server.charges) == 3

    run(main)


def test_four_unclear_answers_are_put_to_the_person_even_with_a_key():
    async def main(loop):
        rig = Rig(loop, server_with(*[LOST] * 4, idempotent=True))
        stopped = await rig.stop_of(*rig.place())
        assert stopped.state is JobState.UNKNOWN
        assert len(rig.server.submits) == 4

    run(main)


def test_in_doubt_the_journal_stays_at_sending_so_that_a_restart_does_not_think_it_unsent():
    async def main(loop):
        rig = Rig(loop, server_with(LOST, idempotent=True))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Waiting))
        assert rig.job(job).state is JobState.SENDING, "on disk"
        assert rig.runner.jobs()[0].state is JobState.PLANNED, "shown with its countdown"
        await rig.saved(job)
        assert rig.states(job).count("Sending") == 1

    run(main)


@pytest.mark.parametrize(
    "later",
    [
        [OFFLINE] * 4,
        [Refused(Reason.CONFLICT, "Another request has this key.")],
        [Refused(Reason.NO_CREDIT, "No credit.")],
        [Refused(Reason.BAD_KEY, "No.")],
        [NotNow(Reason.RATE_LIMITED, "Busy.", 3600)],
    ],
)
def test_once_in_doubt_no_later_answer_makes_it_free(later):
    """The first attempt may be running and charged, whatever the second one was told."""

    async def main(loop):
        rig = Rig(loop, server_with("lost_reply", *later, idempotent=True))
        stopped = await rig.stop_of(*rig.place())
        assert stopped.state is JobState.UNKNOWN
        assert stopped.charged is None
        assert rig.told(ProviderPaused) == []
        assert len(rig.server.charges) == 1

    run(main)


# What comes before sending


def test_no_key_ends_the_job_before_anything_leaves():
    async def main(loop):
        rig = Rig(loop)
        rig.keys.keys["fake"] = None
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.reason) == (JobState.REFUSED, "no_key")
        assert stopped.charged == 0
        assert rig.server.submits == []

    run(main)


@pytest.mark.parametrize("trouble", [NeverAnswers(), KeyMissing("The keychain is locked.")])
def test_a_keychain_in_trouble_ends_the_job_within_its_patience(trouble):
    async def main(loop):
        rig = Rig(loop)
        rig.keys.keys["fake"] = trouble
        jobs = rig.place(3)
        await rig.ended(*jobs)
        assert {rig.told(Stopped, job)[-1].reason for job in jobs} == {"no_key"}
        assert loop.time() - 1000 < 7
        assert rig.keys.asked["fake"] == 1, "those who ask at once share one question"
        assert rig.server.submits == []

    run(main)


def test_a_free_model_needs_no_key():
    async def main(loop):
        rig = Rig(loop, kind=KeylessProvider, free=True)
        rig.keys.keys["fake"] = None
        await rig.saved(*rig.place())

    run(main)


def test_a_reference_that_cannot_be_read_ends_the_job_free_of_charge():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.send(order(request(references=(reference("missing"),))))
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.FAILED, "bad_picture")
        assert stopped.charged == 0
        assert "The file is gone." in stopped.message
        assert rig.states(job) == ["Planned", "Stopped"]

    run(main)


def test_an_upload_is_free_so_it_is_tried_again():
    async def main(loop):
        server = FakeServer()
        server.on_upload.extend([Unreachable(Reason.NETWORK, "No answer.")] * 3)
        rig = Rig(loop, server)
        [job] = rig.send(order(request(references=(reference(),))))
        await rig.saved(job)
        assert rig.states(job)[:4] == ["Planned", "Waiting", "Waiting", "Waiting"]
        assert len(server.uploads) == 1

    run(main)


def test_an_upload_that_never_works_ends_the_job_free_of_charge():
    async def main(loop):
        server = FakeServer()
        server.on_upload.extend([Unreachable(Reason.NETWORK, "No answer.")] * 4)
        rig = Rig(loop, server)
        stopped = await rig.stop_of(*rig.send(order(request(references=(reference(),)))))
        assert (stopped.state, stopped.reason, stopped.charged) == (
            JobState.FAILED,
            "network",
            Decimal(0),
        )
        assert server.submits == []

    run(main)


def test_a_key_that_is_refused_at_the_upload_pauses_the_provider():
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_upload.append(Refused(Reason.BAD_KEY, "No."))
        [job] = rig.send(order(request(references=(reference(),))))
        await rig.until(lambda: rig.told(ProviderPaused))
        assert rig.job(job).state is JobState.PLANNED
        await rig.settled()
        rig.runner.resume("fake")
        await rig.saved(job)

    run(main)


# Cancelling before there is a ticket


def test_cancel_in_line_is_free():
    async def main(loop):
        rig = Rig(loop, at_once=1)
        first, second = rig.place(2)
        rig.runner.cancel(second)
        stopped = await rig.stop_of(second)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, Decimal(0))
        await rig.saved(first)
        assert len(rig.server.submits) == 1

    run(main)


def test_cancel_before_the_first_step_of_a_job_is_free():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        rig.runner.cancel(job)
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, Decimal(0))
        assert rig.server.submits == []

    run(main)


def test_cancel_during_a_wait_is_heard_at_once_and_free():
    async def main(loop):
        rig = Rig(loop, server_with(NotNow(Reason.RATE_LIMITED, "Busy.", 100)))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Waiting))
        await rig.settled()
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, Decimal(0))
        assert loop.time() - 1000 < 1
        await asyncio.sleep(200)
        assert len(rig.server.submits) == 1

    run(main)


def test_cancel_while_a_keychain_hangs_is_heard_at_once():
    async def main(loop):
        rig = Rig(loop)
        rig.keys.keys["fake"] = NeverAnswers()
        [job] = rig.place()
        await asyncio.sleep(1)
        rig.runner.cancel(job)
        assert (await rig.stop_of(job)).state is JobState.CANCELLED
        assert loop.time() == 1001

    run(main)


@pytest.mark.parametrize(
    ("answer", "state", "charged"),
    [
        (OFFLINE, JobState.CANCELLED, Decimal(0)),
        (NotNow(Reason.RATE_LIMITED, "Busy.", 9), JobState.CANCELLED, Decimal(0)),
        (Refused(Reason.BAD_REQUEST, "No."), JobState.CANCELLED, Decimal(0)),
        (LOST, JobState.UNKNOWN, None),
    ],
)
def test_cancel_while_sending_waits_for_the_answer(answer, state, charged):
    async def main(loop):
        rig = Rig(loop, server_with(answer, idempotent=True))
        [job] = rig.place()
        await asyncio.sleep(0.1)
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (state, charged)
        assert len(rig.server.submits) == 1, "a cancel never sends again, whatever the key promises"

    run(main)


def test_a_ticket_that_arrives_after_the_cancel_is_kept_and_so_is_its_picture():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        await asyncio.sleep(0.1)
        rig.runner.cancel(job)
        await rig.saved(job)
        assert "This provider cannot stop a job" in " ".join(rig.words(job))

    run(main)


def test_cancel_in_doubt_does_not_claim_that_it_was_free():
    async def main(loop):
        rig = Rig(loop, server_with("lost_reply", idempotent=True))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Waiting))
        await rig.settled()
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.UNKNOWN, None)

    run(main)
