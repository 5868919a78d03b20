"""What the wall says in words: of a picture, of a job, of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QLocale

from flux_studio.core.generation import Generation
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import Money, dollars
from flux_studio.core.size import Size
from flux_studio.ui.phrases import (
    charge_words,
    day_words,
    ended_words,
    job_words,
    left_now,
    prompt_start,
    provider_title,
    seconds_words,
    size_words,
    when_words,
)

translate = QCoreApplication.translate

ON_THE_WAY = (
    JobState.PLANNED,
    JobState.SENDING,
    JobState.ACCEPTED,
    JobState.RUNNING,
    JobState.READY,
)


def picture_words(generation: Generation) -> str:
    """A picture for those who listen: prompt, size, provider and model, date, marks."""
    words = [
        prompt_start(generation.request.prompt) or translate("Wall", "No prompt"),
        size_words(generation.size),
        f"{provider_title(generation.request.provider)} {generation.request.model}",
        when_words(generation.created),
    ]
    if generation.rating:
        words.append(translate("Wall", "{count} of 5 stars").format(count=generation.rating))
    if generation.favourite:
        words.append(translate("Wall", "favourite"))
    return ", ".join(words)


def unread_words(size: Size, created: datetime) -> str:
    """A picture whose row has not been read yet."""
    return f"{size_words(size)}, {when_words(created)}"


def picture_tip(generation: Generation) -> str:
    """A picture for the pointer that rests on it, on a few lines."""
    request = generation.request
    return "\n".join(
        (
            prompt_start(request.prompt),
            f"{size_words(generation.size)} · {request.model} · {provider_title(request.provider)}",
            f"{when_words(generation.created)} · "
            + charge_words(generation.price, generation.charged),
        )
    )


def card_words(job: Job, now: datetime) -> str:
    """Where a job is, with the seconds left counted down, or those gone where none are known."""
    if job.left is not None and job.state in ON_THE_WAY:
        job = replace(job, left=left_now(job, now))
    words = job_words(job, now)
    started = job.sent or job.created
    is_counting = job.state in (JobState.SENDING, JobState.ACCEPTED, JobState.RUNNING)
    if is_counting and job.left is None:
        gone = seconds_words((now - started).total_seconds())
        return translate("Wall", "{words} · {gone}").format(words=words, gone=gone)
    return words


def job_text(job: Job, now: datetime) -> str:
    """A job for those who listen."""
    words = [prompt_start(job.request.prompt), size_words(job.request.size)]
    words.append(f"{provider_title(job.request.provider)} {job.request.model}")
    words.append(card_words(job, now))
    if job.message:
        words.append(job.message)
    return ", ".join(words)


def card_title(job: Job) -> str:
    """How a job ended, for the top of its card: 'Refused', 'Failed', 'Outcome unknown'."""
    title = ended_words(job).partition(" · ")[0]
    return title[:1].upper() + title[1:]


def card_charge(job: Job) -> str:
    """What is known of the money of a job that ended without a picture."""
    if job.state is JobState.UNKNOWN or job.charged is None:
        if job.price is None:
            return translate("Wall", "May have been charged")
        return translate("Wall", "May have cost {price}").format(price=dollars(job.price))
    if job.charged == 0:
        return translate("Wall", "Not charged")
    return translate("Wall", "{charged} charged").format(charged=dollars(job.charged))


def day_title(day: date, now: datetime) -> str:
    """'Today', 'Yesterday', or the date. `now` is local."""
    return day_words(datetime(day.year, day.month, day.day), now)


def day_summary(pictures: int, spent: Money | None, is_least: bool) -> str:
    """'12 pictures · $0.61'. `spent` USD, None or 0 leaves it out; `is_least` when some charges
    are not known.
    """
    count = pictures_words(pictures)
    if not spent:
        return count
    money = dollars(spent)
    if is_least:
        money = translate("Wall", "at least {money}").format(money=money)
    return f"{count} · {money}"


def pictures_words(count: int) -> str:
    """'1 picture', '12,408 pictures'."""
    if count == 1:
        return translate("Wall", "1 picture")
    return translate("Wall", "{count} pictures").format(count=QLocale().toString(count))
