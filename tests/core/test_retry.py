import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.errors import (
    NotNow,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    ResultGone,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.retry import (
    LONGEST_OBEYED,
    MOST_RESENDS,
    AskThePerson,
    GiveUp,
    SendAgain,
    after_submit,
    own_wait,
)

UNSENT = NotSent(Reason.NETWORK, "no route")
UNCLEAR = OutcomeUnknown("the line broke while waiting")
attempts = st.integers(1, 10_000)


@pytest.mark.parametrize("idempotent", [True, False])
def test_what_surely_did_not_leave_is_sent_again(idempotent: bool) -> None:
    waits = [after_submit(UNSENT, n, idempotent=idempotent) for n in (1, 2, 3)]
    assert waits == [SendAgain(0.5), SendAgain(1.0), SendAgain(2.0)]
    assert after_submit(UNSENT, MOST_RESENDS + 1, idempotent=idempotent) == GiveUp()


def test_an_untrusted_way_is_not_tried_twice() -> None:
    assert after_submit(NotSent(Reason.UNTRUSTED, "?"), 1, idempotent=True) == GiveUp()


@given(attempts)
def test_an_unclear_outcome_without_a_key_is_never_sent_again(attempt: int) -> None:
    assert after_submit(UNCLEAR, attempt, idempotent=False) == AskThePerson()


def test_an_unclear_outcome_is_repeated_under_the_same_key_and_then_asked() -> None:
    verdicts = [after_submit(UNCLEAR, n, idempotent=True) for n in range(1, MOST_RESENDS + 2)]
    assert verdicts[:-1] == [SendAgain(0.5), SendAgain(1.0), SendAgain(2.0)]
    assert verdicts[-1] == AskThePerson()


@given(attempts, st.booleans(), st.floats(0, LONGEST_OBEYED))
def test_a_provider_that_asks_to_wait_is_obeyed(
    attempt: int, idempotent: bool, wait: float
) -> None:
    busy = NotNow(Reason.RATE_LIMITED, "slow down", wait)
    assert after_submit(busy, attempt, idempotent=idempotent) == SendAgain(wait)


def test_a_provider_that_asks_for_too_long_is_put_to_the_person() -> None:
    busy = NotNow(Reason.RATE_LIMITED, "tomorrow", LONGEST_OBEYED + 1)
    assert after_submit(busy, 1, idempotent=False) == GiveUp()


def test_a_busy_provider_without_a_word_is_asked_ever_more_rarely() -> None:
    busy = NotNow(Reason.PROVIDER_DOWN, "busy")
    waits = [after_submit(busy, n, idempotent=False) for n in (1, 2, 5, 7, 8, 500)]
    assert waits == [SendAgain(w) for w in (0.5, 1.0, 8.0, 32.0, 32.0, 32.0)]


@pytest.mark.parametrize(
    "error",
    [
        Refused(Reason.BAD_KEY, "no"),
        Refused(Reason.NO_CREDIT, "no"),
        Refused(Reason.MODERATED_INPUT, "no"),
        TaskForgotten(Reason.FORGOTTEN, "?"),
        ResultGone(Reason.RESULT_GONE, "?"),
        Unreachable(Reason.NETWORK, "?"),
        ProviderError(Reason.BUG, "?"),
    ],
)
@pytest.mark.parametrize("idempotent", [True, False])
def test_every_other_answer_is_final(error: ProviderError, idempotent: bool) -> None:
    assert after_submit(error, 1, idempotent=idempotent) == GiveUp()


@given(attempts)
def test_waits_grow_to_their_limit(attempt: int) -> None:
    assert 0.5 <= own_wait(attempt) <= own_wait(attempt + 1) <= 8.0
    assert own_wait(attempt, longest=32.0) <= 32.0


def test_errors_say_what_they_carry() -> None:
    error = Refused(Reason.BAD_REQUEST, "size is odd", control="size", request_id="r-1")
    assert (str(error), error.control, error.request_id) == ("size is odd", "size", "r-1")
    assert OutcomeUnknown("?", reply="<html>").reply == "<html>"
    assert OutcomeUnknown("?").reason is Reason.OUTCOME_UNKNOWN
    assert NotNow(Reason.RATE_LIMITED, "?", 3.0).wait == 3.0
    assert Unreachable(Reason.NETWORK, "?").wait is None
