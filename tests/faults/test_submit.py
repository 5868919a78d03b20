"""The M rows: what may go wrong with a paid request, at each provider's twin. The twin's ledger
says what it cost.
"""

from __future__ import annotations

import socket
from decimal import Decimal

import pytest

from flux_studio.core.errors import Reason
from flux_studio.core.job import JobState
from tests.faults.studio import IDEMPOTENT, Bench

FREE = Decimal(0)
# The server has it, and we do not know: M2, M3 (never had it), M4, M6, M14.
UNCLEAR = {
    "M2-reset_after": ("reset_after", {}),
    "M2-close_after": ("close_after", {}),
    "M4-stall": ("stall", {}),
    "M6-badjson": ("badjson", {}),
    "M6-empty": ("empty", {}),
    "M6-204": ("204", {}),
    "M6-utf16": ("utf16", {}),
    "M6-deep": ("deep", {}),
    "M6-midbody": ("midbody", {}),
    "M6-garbage": ("garbage", {}),
    "M14-html": ("html", {}),
    "M14-502": ("502", {"html": True, "accepted": True}),
    "M14-503": ("503", {"html": True, "accepted": True}),
    "M14-504": ("504", {"html": True, "accepted": True}),
}


@pytest.mark.parametrize("name", sorted(UNCLEAR))
def test_an_unclear_answer_is_charged_once_and_never_forgotten(bench: Bench, name: str) -> None:
    fault, details = UNCLEAR[name]
    bench.host.fault("submit", fault, **details)
    with bench.studio() as studio:
        [job] = studio.press()
        ended = studio.ended()
    if bench.provider in IDEMPOTENT:  # asked again under the same key, which runs once
        assert ended.state is JobState.SAVED
        assert len({asked.headers["idempotency-key"] for asked in bench.host.asked("submit")}) == 1
    else:
        assert ended.state is JobState.UNKNOWN
        assert ended.charged is None
        assert bench.submits == 1
        with bench.studio() as again:
            assert again.until_state(JobState.UNKNOWN).id == job
            found = bench.host.ledger[0].task
            again.ask(lambda runner: runner.resolve(job, "found", found))
            again.until_state(JobState.SAVED)
            assert again.picture(again.jobs[0])
        assert bench.submits == 1
    assert bench.charges == 1


def test_m3_a_reset_at_the_first_byte_is_unclear_too(bench: Bench) -> None:
    bench.host.fault("submit", "reset_before")
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    again = bench.provider in IDEMPOTENT
    assert ended.state is (JobState.SAVED if again else JobState.UNKNOWN)
    assert bench.charges == (1 if again else 0)


def test_m1_nobody_there_is_surely_not_sent_and_free(bench: Bench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    variable = f"FLUX_STUDIO_{bench.provider.upper()}_URL"
    with bench.studio(**{variable: f"http://127.0.0.1:{port}"}) as studio:
        studio.press()
        ended = studio.ended()
    assert (ended.state, ended.charged) == (JobState.FAILED, FREE)
    assert ended.reason == Reason.NETWORK
    assert "may have been charged" not in ended.message


@pytest.mark.parametrize("status", ["429", "503"])
def test_m7_a_busy_provider_is_asked_again_and_charges_once(bench: Bench, status: str) -> None:
    bench.host.fault("submit", status, times=3, retry_after=0)
    with bench.studio() as studio:
        studio.press()
        assert studio.ended().state is JobState.SAVED
    assert bench.submits == 4
    assert bench.charges == 1


SENSELESS = ["1e9", "nan", "inf", "-inf", "-3", "5, 10", "soon", "", "0x10"]
ARABIC = "١٢".encode().decode("latin-1")  # twelve, in digits that no header may have


def test_m8_senseless_retry_after_is_no_word_at_all(bench: Bench) -> None:
    for after in (*SENSELESS, ARABIC):
        bench.host.fault("submit", "429", retry_after=after)
    with bench.studio() as studio:
        studio.press()
        assert studio.ended().state is JobState.SAVED
    assert bench.submits == len(SENSELESS) + 2
    assert bench.charges == 1


@pytest.mark.parametrize("after", ["999999999999", "Fri, 31 Dec 2199 23:59:59 GMT"])
def test_m8_a_wait_beyond_all_measure_is_put_to_the_person(bench: Bench, after: str) -> None:
    date = {"date": "Fri, 20 Nov 2026 12:00:00 GMT"}
    bench.host.fault("submit", "429", retry_after=after, headers=date)
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert (ended.state, ended.charged) == (JobState.FAILED, FREE)
    assert bench.submits == 1
    assert bench.charges == 0


def test_m10_no_credit_pauses_the_provider_once_and_keeps_every_job(bench: Bench) -> None:
    bench.host.balance = Decimal(0)
    with bench.studio() as studio:
        studio.press(count=3)
        studio.until(lambda: bool(studio.pauses))
        studio.until_state(JobState.PLANNED)
        assert [pause.reason for pause in studio.pauses] == [Reason.NO_CREDIT]
        assert bench.charges == 0
        bench.host.balance = Decimal(10)
        studio.ask(lambda runner: runner.resume(bench.provider))
        studio.until_state(JobState.SAVED)
    assert bench.charges == 3


def test_m11_a_wrong_key_pauses_the_provider_and_keeps_the_intent(bench: Bench) -> None:
    with bench.studio(**{bench.variable: "not-the-right-key-00"}) as studio:
        [job] = studio.press()
        studio.until(lambda: bool(studio.pauses))
        assert [pause.reason for pause in studio.pauses] == [Reason.BAD_KEY]
        studio.until_state(JobState.PLANNED)
    assert bench.charges == 0
    with bench.studio() as studio:
        assert studio.until_state(JobState.SAVED).id == job
    assert bench.charges == 1


@pytest.mark.parametrize("status", ["400", "404", "413", "422"])
def test_m13_a_refusal_is_final_and_free(bench: Bench, status: str) -> None:
    bench.host.fault("submit", status, times=9, message="<b>No.</b>")
    with bench.studio() as studio:
        studio.press("a prompt to keep")
        ended = studio.ended()
    assert (ended.state, ended.charged) == (JobState.REFUSED, FREE)
    assert ended.request.prompt == "a prompt to keep"
    assert bench.charges == 0
    assert bench.submits == 1


def test_m15_every_press_is_one_intent_and_one_charge(bench: Bench) -> None:
    with bench.studio() as studio:
        names = [job for _ in range(5) for job in studio.press()]
        studio.until(lambda: len(studio.jobs) == 5)
        studio.until_state(JobState.SAVED)
    assert len(set(names)) == 5
    assert len({charge.task for charge in bench.host.ledger}) == bench.charges == 5


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_m16_a_redirect_leads_no_key_and_no_request_away(bench: Bench, status: int) -> None:
    bench.host.fault("submit", "redirect", to=f"{bench.host.foreign_url}/x", status=status)
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert ended.state is not JobState.SAVED
    assert bench.host.foreign == []
    assert bench.submits == 1


@pytest.mark.parametrize("route", ["submit", "check"])
def test_m18_a_sum_that_is_no_number_is_never_a_price(bench: Bench, route: str) -> None:
    bench.host.fault(route, "nan")
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert ended.state in (JobState.SAVED, JobState.UNKNOWN)
    assert ended.charged is None or ended.charged.is_finite()
    assert bench.charges == 1
