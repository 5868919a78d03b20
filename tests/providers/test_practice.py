"""Practice by a virtual clock: time passes when the test says so, and every ticket stands alone."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.draft import Draft, check
from flux_studio.core.errors import PictureUnreadable, Refused, StudioError, TaskForgotten
from flux_studio.core.job import Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.providers.contract import (
    Cancels,
    ChecksKey,
    Done,
    Ended,
    HasBalance,
    Inline,
    ReferencePicture,
    Submission,
    Working,
)
from flux_studio.providers.practice import DELAY, PracticeProvider, delay_seconds
from flux_studio.resources import resource_path

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARD: ModelCard = read_cards(
    Path(resource_path("models/practice.toml")).read_text(encoding="utf-8"), "practice.toml"
)[0]
FOX = Request(
    "practice", "practice", "a red fox #E0A030", Size(192, 128), "png", seed=7, safety=2,
    checker=True,
)  # fmt: skip
SHA = "ab" * 32


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def provider(clock: Clock, **more) -> PracticeProvider:
    return PracticeProvider(None, "", None, now=clock, **{"delay": 10.0, **more})


def submitted(practice: PracticeProvider, request: Request = FOX, *inputs: str) -> Ticket:
    submission = Submission(request, CARD, inputs, "key-1")
    return asyncio.run(practice.submit(submission, None))


def checked(practice: PracticeProvider, ticket: Ticket):
    return asyncio.run(practice.check(ticket, None))


def finished(practice: PracticeProvider, clock: Clock, ticket: Ticket) -> Done:
    clock.pass_(10)
    status = checked(practice, ticket)
    assert isinstance(status, Done)
    return status


def picture_of(done: Done) -> Image.Image:
    (result,) = done.results
    assert isinstance(result, Inline)
    opened = Image.open(BytesIO(result.data))
    opened.load()
    return opened


def test_a_ticket_tells_everything_and_costs_nothing(clock: Clock) -> None:
    ticket = submitted(provider(clock))
    assert ticket.task == "practice-key-1"
    assert ticket.submitted == START
    assert ticket.charged == 0
    assert dict(ticket.notes)["prompt"] == FOX.prompt
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in ticket.notes)


def test_the_same_key_gives_the_same_task(clock: Clock) -> None:
    practice = provider(clock)
    assert PracticeProvider.idempotent
    assert submitted(practice) == submitted(practice)


def test_the_job_waits_works_and_is_done(clock: Clock) -> None:
    practice = provider(clock)
    ticket = submitted(practice)
    first = checked(practice, ticket)
    assert first == Working(running=False, words="queued", ask_again=1.0)
    clock.pass_(1.9)
    assert isinstance(status := checked(practice, ticket), Working)
    assert not status.running
    fractions = []
    for _ in range(4):
        clock.pass_(2)
        status = checked(practice, ticket)
        assert isinstance(status, Working)
        assert (status.running, status.words) == (True, "drawing")
        fractions.append(status.fraction or 0.0)
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] < 1
    assert status.ask_again == pytest.approx(0.1)
    clock.pass_(0.1)
    assert isinstance(checked(practice, ticket), Done)


def test_the_picture_is_what_was_asked_for(clock: Clock) -> None:
    practice = provider(clock)
    done = finished(practice, clock, submitted(practice))
    picture = picture_of(done)
    assert (picture.format, picture.size) == ("PNG", (192, 128))
    assert (done.charged, done.seed) == (Decimal(0), 7)
    assert json.loads(done.reply)["note"] == "no model was called"


@pytest.mark.parametrize("form", CARD.formats)
def test_every_format_of_the_card_is_written(clock: Clock, form: str) -> None:
    practice = provider(clock)
    done = finished(practice, clock, submitted(practice, replace(FOX, output_format=form)))
    assert picture_of(done).format == form.upper()


def test_the_smallest_and_an_odd_size_are_drawn(clock: Clock) -> None:
    for size in (Size(64, 64), Size(65, 131)):
        practice = provider(clock)
        done = finished(practice, clock, submitted(practice, replace(FOX, size=size)))
        assert picture_of(done).size == (size.width, size.height)


def test_a_restart_draws_the_very_same_picture_from_the_ticket(clock: Clock) -> None:
    before = provider(clock)
    ticket = submitted(before)
    after = provider(clock, delay=500.0)  # the ticket keeps its own delay
    assert isinstance(checked(after, ticket), Working)
    clock.pass_(10)
    assert checked(after, ticket) == checked(before, ticket)


def test_another_seed_or_prompt_is_another_picture(clock: Clock) -> None:
    practice = provider(clock)
    tickets = [
        submitted(practice, request)
        for request in (FOX, replace(FOX, seed=8), replace(FOX, prompt="a lake"))
    ]
    clock.pass_(10)
    done = [checked(practice, ticket) for ticket in tickets]
    assert len({status.results for status in done}) == 3


def reference() -> ReferencePicture:
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((96, 64)).save(out, "PNG")
    return ReferencePicture(Reference(SHA, "image/png", Size(96, 64)), out.getvalue(), "image/png")


def test_references_are_read_by_their_hash_when_they_are_needed(clock: Clock) -> None:
    picture = reference()
    asked: list[str] = []

    def read(sha256: str) -> bytes:
        asked.append(sha256)
        return picture.data

    practice = provider(clock, read_reference=read)
    given = asyncio.run(practice.upload(picture, None))
    assert given == SHA
    ticket = submitted(practice, replace(FOX, references=(picture.reference,)), given)
    plain = submitted(practice)
    assert asked == []
    edited = finished(practice, clock, ticket)
    assert asked == [SHA]
    assert picture_of(edited).size == (192, 128)
    assert edited.results != finished(practice, clock, plain).results


def test_a_reference_that_is_gone_ends_the_job_in_words(clock: Clock) -> None:
    def read(sha256: str) -> bytes:
        raise FileNotFoundError(sha256)

    def read_ours(_sha256: str) -> bytes:
        raise PictureUnreadable("missing", "This reference is no longer in the library.")

    readers: list[dict[str, Any]] = [{}, {"read_reference": read}, {"read_reference": read_ours}]
    for practice in (provider(clock, **reader) for reader in readers):
        ticket = submitted(practice, FOX, SHA)
        clock.pass_(10)
        status = checked(practice, ticket)
        assert isinstance(status, Ended)
        assert "no longer in the library" in status.message
        assert "could not draw" not in status.message
        assert (status.refused, status.reason) == (False, "provider_failed")
        assert status.charged == 0


def test_a_reference_that_is_no_picture_ends_the_job_in_words(clock: Clock) -> None:
    practice = provider(clock, read_reference=lambda _sha: b"<svg/>")
    ticket = submitted(practice, FOX, SHA)
    clock.pass_(10)
    status = checked(practice, ticket)
    assert isinstance(status, Ended)
    assert "could not draw" in status.message


def test_the_picture_is_drawn_away_from_the_loop(clock: Clock) -> None:
    threads: list[int] = []

    def read(_sha: str) -> bytes:
        threads.append(threading.get_ident())
        return reference().data

    practice = provider(clock, read_reference=read)
    finished(practice, clock, submitted(practice, FOX, SHA))
    assert threads != [threading.get_ident()]


def test_a_job_can_be_cancelled_until_it_is_drawn(clock: Clock) -> None:
    practice = provider(clock)
    ticket = submitted(practice)
    assert asyncio.run(practice.cancel(ticket, None))
    assert asyncio.run(practice.cancel(ticket, None))
    clock.pass_(10)
    status = checked(practice, ticket)
    assert isinstance(status, Ended)
    assert status.cancelled
    assert status.charged == 0
    late = submitted(practice, replace(FOX, seed=8))
    late = replace(late, task="practice-key-2")
    clock.pass_(10)
    assert not asyncio.run(practice.cancel(late, None))
    assert isinstance(checked(practice, late), Done)


def test_a_clock_that_is_set_back_does_not_hold_a_job(clock: Clock) -> None:
    practice = provider(clock)
    ticket = submitted(practice)
    clock.pass_(-86_400)
    assert isinstance(checked(practice, ticket), Done)


def test_without_delay_the_first_look_finds_the_picture(clock: Clock) -> None:
    practice = provider(clock, delay=0.0)
    assert isinstance(checked(practice, submitted(practice)), Done)


@pytest.mark.parametrize(
    "notes",
    [(), (("prompt", "x"),), (("prompt", "x"), ("size", "wide"), ("seed", "1"), ("format", "png"),
     ("references", ""), ("delay", "1"))],
)  # fmt: skip
def test_a_foreign_ticket_is_not_known(clock: Clock, notes) -> None:
    with pytest.raises(TaskForgotten):
        checked(provider(clock), Ticket("elsewhere", START, notes=notes))


def test_a_format_it_cannot_write_is_refused(clock: Clock) -> None:
    with pytest.raises(Refused) as caught:
        submitted(provider(clock), replace(FOX, output_format="tiff"))
    assert caught.value.control == "format"


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [({}, 3.0), ({"FLUX_STUDIO_PRACTICE_DELAY": " "}, 3.0),
     ({"FLUX_STUDIO_PRACTICE_DELAY": "0"}, 0.0), ({"FLUX_STUDIO_PRACTICE_DELAY": "0.25"}, 0.25)],
)  # fmt: skip
def test_the_environment_sets_the_delay(environ: dict[str, str], seconds: float) -> None:
    assert delay_seconds(environ, 3.0) == seconds


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1e9"])
def test_a_delay_that_is_none_is_said_in_words(text: str) -> None:
    with pytest.raises(StudioError, match="FLUX_STUDIO_PRACTICE_DELAY is '.*'; it can be 0 to"):
        PracticeProvider(None, "", None, environ={"FLUX_STUDIO_PRACTICE_DELAY": text})


def test_the_delay_of_the_environment_wins(clock: Clock) -> None:
    practice = provider(clock, environ={"FLUX_STUDIO_PRACTICE_DELAY": "0"})
    assert isinstance(checked(practice, submitted(practice)), Done)
    assert DELAY == 2.0


def test_it_cancels_and_has_no_account(clock: Clock) -> None:
    practice: object = provider(clock)
    assert isinstance(practice, Cancels)
    assert not isinstance(practice, ChecksKey)
    assert not isinstance(practice, HasBalance)


def test_the_card_takes_everything_a_form_can_hold() -> None:
    draft = Draft(
        "practice", "practice", prompt="a fox", size=Size(4096, 1001), safety=5, checker=False,
        output_format="webp", count=16,
        references=tuple(Reference(SHA, "image/png", Size(9, 9)) for _ in range(8)),
    )  # fmt: skip
    result = check(draft, CARD, lambda: 5)
    assert result.problems == ()
    assert result.notes == ()
    assert result.estimate is not None
    assert result.estimate.total == 0
    assert CARD.safety_note
