"""State into words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flux_studio.core.draft import Note
from flux_studio.core.job import JobState, Ticket
from flux_studio.core.problem import Control, Problem
from flux_studio.core.size import Size
from flux_studio.session.state import Notice, Tone
from flux_studio.ui import phrases
from tests.core.sample_cards import free
from tests.ui.wall import stock

pytestmark = pytest.mark.usefixtures("qapp")

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def job(state, **changes):
    times = {"created": NOW, "updated": NOW, "sent": NOW}
    return stock.job("j1", state, **(times | changes))


def test_values_are_filled_in_after_translation_so_they_cannot_be_templates():
    values = (("name", "{price} <b>"),)
    assert (
        phrases.problem_words(Problem(Control.SIZE, "{name} is odd", values))
        == "{price} <b> is odd"
    )
    assert phrases.notice_words(Notice(1, Tone.BAD, "{name}!", values)) == "{price} <b>!"
    note = Note(Control.SIZE, "{name}?", values)
    assert phrases.note_words(note) == "{price} <b>?"


def test_provider_titles_and_ids_that_are_not_known_any_more():
    assert phrases.provider_title("runapi") == "RunAPI"
    assert phrases.provider_title("gone") == "gone"


def test_a_model_by_its_title_and_provider():
    card = free(provider="runflow", model="flux-2-pro", title="FLUX.2 pro")
    asked = stock.request(0, provider="runflow", model="flux-2-pro")
    assert phrases.model_words(asked, (card,)) == "FLUX.2 pro · Runflow"
    assert phrases.model_words(asked, ()) == "flux-2-pro · Runflow"
    plain = stock.request(0, provider="practice", model="practice")
    own = replace(card, provider="practice", model="practice", title="Practice")
    assert phrases.model_words(plain, (own,)) == "Practice"


def test_sizes_and_prompts_on_one_line():
    assert phrases.size_words(Size(1344, 768)) == "1344 × 768"
    assert phrases.prompt_start("a fox\n  in   snow") == "a fox in snow"
    assert phrases.prompt_start("word " * 40, 12) == "word word w…"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0.2, "1 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_seconds_are_as_exact_as_anyone_needs(seconds, words):
    assert phrases.seconds_words(seconds) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=40), "40 s ago"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_ages(ago, words):
    assert phrases.age_words(NOW - ago, NOW) == words


def test_an_age_of_more_than_a_day_is_a_date():
    long_ago = NOW - timedelta(days=3)
    assert phrases.age_words(long_ago, NOW) == phrases.when_words(long_ago)
    assert "17" in phrases.age_words(long_ago, NOW)


def test_days():
    local = datetime(2026, 11, 20, 12)
    assert phrases.day_words(local, local) == "Today"
    assert phrases.day_words(local - timedelta(days=1), local) == "Yesterday"
    assert phrases.day_words(local - timedelta(days=2), local) == "Wednesday 18 November"
    assert phrases.day_words(local - timedelta(days=400), local) == "16 October 2025"


@pytest.mark.parametrize(
    ("price", "charged", "words"),
    [
        ("0.03", "0.03", "$0.030 charged, as estimated"),
        ("0.03", "0.045", "$0.045 charged, $0.030 estimated"),
        (None, "0.03", "$0.030 charged"),
        ("0.03", None, "$0.030 estimated, charge not reported"),
        (None, None, "not known"),
        ("0", "0", "free"),
    ],
)
def test_charges(price, charged, words):
    def money(text):
        return None if text is None else Decimal(text)

    assert phrases.charge_words(money(price), money(charged)) == words


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        (["0.06", "0.12"], "$0.18"),
        (["0.12", None], "at least $0.12"),
        ([None], "$?"),
        ([], "$0.00"),
    ],
)
def test_sums(amounts, words):
    money = [None if text is None else Decimal(text) for text in amounts]
    assert phrases.sum_words(money) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": JobState.PLANNED}, "waiting its turn"),
        (
            {"state": JobState.PLANNED, "retry_at": NOW + timedelta(seconds=14)},
            "trying again in 14 s",
        ),
        ({"state": JobState.SENDING}, "sending"),
        ({"state": JobState.ACCEPTED}, "accepted"),
        ({"state": JobState.ACCEPTED, "words": "IN_QUEUE"}, "IN_QUEUE"),
        ({"state": JobState.ACCEPTED, "position": 4}, "in the provider's queue, place 4"),
        ({"state": JobState.RUNNING, "words": "rendering"}, "rendering"),
        ({"state": JobState.RUNNING, "left": 3.2}, "running · about 4 s left"),
        ({"state": JobState.RUNNING, "left": 0.0}, "running · longer than usual"),
        ({"state": JobState.READY}, "fetching the picture"),
        (
            {"state": JobState.READY, "message": "The disk takes no more."},
            "The disk takes no more.",
        ),
        ({"state": JobState.SAVED}, "saved"),
        ({"state": JobState.REFUSED, "charged": Decimal(0)}, "refused · not charged"),
        (
            {"state": JobState.REFUSED, "charged": Decimal(0), "reason": "moderated_input"},
            "prompt or reference refused · not charged",
        ),
        (
            {"state": JobState.REFUSED, "charged": Decimal("0.03"), "reason": "moderated_output"},
            "picture held back · $0.030 charged",
        ),
        ({"state": JobState.FAILED, "charged": Decimal("0.03")}, "failed · $0.030 charged"),
        ({"state": JobState.LOST}, "lost · may have been charged"),
        (
            {"state": JobState.UNKNOWN, "charged": Decimal(0)},
            "outcome unknown · may have been charged",
        ),
    ],
)
def test_where_a_job_is(changes, words):
    assert phrases.job_words(job(**changes), NOW) == words


def test_time_left_counts_down_and_the_bar_with_it():
    sent = replace(job(JobState.RUNNING, left=6.0), sent=NOW - timedelta(seconds=4))
    assert phrases.left_now(sent, NOW + timedelta(seconds=2)) == 4.0
    assert phrases.left_now(sent, NOW + timedelta(seconds=60)) == 0.0
    assert phrases.fraction_now(sent, NOW) == pytest.approx(0.4)
    assert phrases.fraction_now(sent, NOW + timedelta(seconds=60)) == 0.97
    assert phrases.left_now(replace(sent, left=None), NOW) is None
    assert phrases.fraction_now(replace(sent, left=None, fraction=0.5), NOW) == 0.5
    assert phrases.fraction_now(replace(sent, state=JobState.READY), NOW) == 1.0


def test_bytes():
    assert phrases.bytes_words(1_400_000) == "1.4 MB"


def test_a_picture_that_waits_says_until_when():
    clock = (NOW + timedelta(minutes=6)).astimezone().strftime("%H:%M")
    ticket = Ticket("t1", NOW, expires=NOW + timedelta(minutes=6))
    waiting = job(JobState.READY, ticket=ticket)
    assert phrases.job_words(waiting, NOW) == f"fetching the picture · fetch by {clock}, 6 min left"
    full = replace(waiting, words="The disk takes no more.")
    later = NOW + timedelta(minutes=5)
    assert phrases.job_words(full, later).startswith("The disk takes no more. · fetch by")
    assert phrases.job_words(full, later).endswith("60 s left")
    gone = phrases.job_words(waiting, NOW + timedelta(hours=1))
    assert gone.endswith("the provider may have deleted it by now")
    week = replace(waiting, ticket=replace(ticket, expires=NOW + timedelta(days=7)))
    assert "left" not in phrases.job_words(week, NOW)
    assert phrases.fetch_words(job(JobState.RUNNING, ticket=ticket), NOW) == ""


def test_a_job_that_waits_says_why():
    waits = job(JobState.PLANNED)
    assert phrases.job_words(waits, NOW) == "waiting its turn"
    assert phrases.job_words(replace(waits, held=True), NOW) == "held"
    later = replace(waits, retry_at=NOW + timedelta(seconds=5))
    assert phrases.job_words(later, NOW) == "trying again in 5 s"
    assert phrases.job_words(replace(waits, retry_at=NOW), NOW) == "waiting its turn"
