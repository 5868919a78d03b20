"""State into words: every sentence the panels share, translated here and nowhere twice.

Templates of the core ("Problem", "Note", "Notice") are translated first and filled in afterwards,
so a prompt or a server's text can never become a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Note
from flux_studio.core.errors import Reason
from flux_studio.core.expiry import fetch_by, time_to_fetch
from flux_studio.core.generation import IMPORTED
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import Money, dollars
from flux_studio.core.problem import Problem
from flux_studio.core.request import Request
from flux_studio.core.size import Size
from flux_studio.providers.registry import row
from flux_studio.session.state import Notice

translate = QCoreApplication.translate


def problem_words(problem: Problem) -> str:
    """What is wrong, as a sentence."""
    return translate("Problem", problem.text).format(**dict(problem.values))


def note_words(note: Note) -> str:
    """What the model makes of a setting, as a sentence."""
    return translate("Note", note.text).format(**dict(note.values))


def notice_words(notice: Notice) -> str:
    return translate("Notice", notice.text).format(**dict(notice.values))


def provider_title(provider: str) -> str:
    """The provider's name for people; its id where it is not known any more."""
    if provider == IMPORTED:
        return translate("Phrases", "Imported")
    try:
        return row(provider).title
    except (KeyError, StopIteration):
        return provider


def model_words(request: Request, cards: Iterable[ModelCard]) -> str:
    """Title of the model and name of its provider; the model's id where its card is not among
    `cards` any more.
    """
    wanted = (request.provider, request.model)
    title = next((card.title for card in cards if card.id == wanted), request.model)
    named = dict.fromkeys((title, provider_title(request.provider)))
    return " · ".join(each for each in named if each)


def size_words(size: Size) -> str:
    """'1344 × 768'."""
    return f"{size.width} × {size.height}"


def seconds_words(seconds: float) -> str:
    """'3 s', '2 min', '1 h 5 min': as exact as anyone needs while waiting."""
    whole = max(0, ceil(seconds))
    if whole < 90:
        return translate("Phrases", "{count} s").format(count=whole)
    minutes = round(whole / 60)
    if minutes < 90:
        return translate("Phrases", "{count} min").format(count=minutes)
    hours, rest = divmod(minutes, 60)
    if not rest:
        return translate("Phrases", "{hours} h").format(hours=hours)
    return translate("Phrases", "{hours} h {minutes} min").format(hours=hours, minutes=rest)


def day_words(day: datetime, now: datetime) -> str:
    """'Today', 'Yesterday', else the date as this locale writes it. Both times local."""
    if day.date() == now.date():
        return translate("Phrases", "Today")
    if day.date() == (now - timedelta(days=1)).date():
        return translate("Phrases", "Yesterday")
    form = "dddd d MMMM" if day.year == now.year else "d MMMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, day.day), form)


def when_words(moment: datetime) -> str:
    """Date and time of a picture, local."""
    local = QDateTime.fromMSecsSinceEpoch(round(moment.timestamp() * 1000))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def bytes_words(count: int) -> str:
    """'1.4 MB'."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def charge_words(price: Money | None, charged: Money | None) -> str:
    """What a picture cost: what was charged, else what was estimated, and how the two compare."""
    if charged is None:
        if price is None:
            return translate("Phrases", "not known")
        return translate("Phrases", "{price} estimated, charge not reported").format(
            price=dollars(price)
        )
    if charged == 0:
        return translate("Phrases", "free")
    if price is None:
        return translate("Phrases", "{charged} charged").format(charged=dollars(charged))
    if price == charged:
        return translate("Phrases", "{charged} charged, as estimated").format(
            charged=dollars(charged)
        )
    text = translate("Phrases", "{charged} charged, {price} estimated")
    return text.format(charged=dollars(charged), price=dollars(price))


def prompt_start(prompt: str, most: int = 120) -> str:
    """The beginning of a prompt on one line, at most `most` characters."""
    line = " ".join(prompt.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def age_words(moment: datetime, now: datetime) -> str:
    """'just now', '12 min ago'; the date once it is older than a day. Both times with a zone."""
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds < 5:
        return translate("Phrases", "just now")
    if seconds >= 24 * 3600:
        return when_words(moment)
    return translate("Phrases", "{time} ago").format(time=seconds_words(int(seconds)))


def left_now(job: Job, now: datetime) -> float | None:
    """Seconds a job still needs, counted down since its last news; None when nobody knows."""
    if job.left is None:
        return None
    return max(0.0, job.left - (now - job.updated).total_seconds())


def fraction_now(job: Job, now: datetime) -> float | None:
    """How far a job has come, 0 to 1; None when nobody knows."""
    if job.state is JobState.READY:
        return 1.0
    left = left_now(job, now)
    if left is None or job.sent is None:
        return job.fraction
    gone = max(0.0, (now - job.sent).total_seconds())
    return min(0.97, gone / (gone + left)) if gone + left > 0 else None


def sum_words(amounts: Iterable[Money | None]) -> str:
    """Several prices as one: '$0.18', 'at least $0.12' when some are unknown, '$?' when all
    are.
    """
    given = list(amounts)
    known = [amount for amount in given if amount is not None]
    if given and not known:
        return dollars(None)
    total = dollars(sum(known, Money(0)))
    if len(known) < len(given):
        return translate("Phrases", "at least {sum}").format(sum=total)
    return total


def job_words(job: Job, now: datetime) -> str:
    """Where a job is, in one short line: the provider's own words where it gives some. `now` is
    UTC.
    """
    match job.state:
        case JobState.PLANNED if job.held:
            return translate("Phrases", "held")
        case JobState.PLANNED if job.retry_at is not None and job.retry_at > now:
            wait = seconds_words((job.retry_at - now).total_seconds())
            return translate("Phrases", "trying again in {wait}").format(wait=wait)
        case JobState.PLANNED:
            return translate("Phrases", "waiting its turn")
        case JobState.SENDING:
            return translate("Phrases", "sending")
        case JobState.ACCEPTED:
            return _queue_words(job)
        case JobState.RUNNING:
            return _running_words(job)
        case JobState.READY:
            words = job.words or job.message or translate("Phrases", "fetching the picture")
            return " · ".join(filter(None, (words, fetch_words(job, now))))
        case JobState.SAVED:
            return translate("Phrases", "saved")
        case _:
            return ended_words(job)


def fetch_words(job: Job, now: datetime) -> str:
    """'fetch by 14:32, 6 min left' where a finished picture waits at the provider, else ''."""
    end, left = fetch_by(job), time_to_fetch(job, now)
    if end is None or left is None:
        return ""
    if not left:
        return translate("Phrases", "the provider may have deleted it by now")
    if left >= timedelta(days=1):
        return translate("Phrases", "fetch by {time}").format(time=when_words(end))
    local = end.astimezone()
    clock = QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
    text = translate("Phrases", "fetch by {time}, {left} left")
    return text.format(time=clock, left=seconds_words(left.total_seconds()))


def ended_words(job: Job) -> str:
    """How a job ended without a picture, in two or three words; `job.message` tells the rest."""
    titles = {
        JobState.REFUSED: translate("Phrases", "refused"),
        JobState.FAILED: translate("Phrases", "failed"),
        JobState.CANCELLED: translate("Phrases", "cancelled"),
        JobState.UNKNOWN: translate("Phrases", "outcome unknown"),
        JobState.LOST: translate("Phrases", "lost"),
    }
    title = titles[job.state]
    if job.state is JobState.REFUSED:
        title = _refused_by(job.reason) or title
    if job.state is JobState.UNKNOWN or job.charged is None:
        return translate("Phrases", "{title} · may have been charged").format(title=title)
    if job.charged == 0:
        return translate("Phrases", "{title} · not charged").format(title=title)
    return translate("Phrases", "{title} · {charged} charged").format(
        title=title, charged=dollars(job.charged)
    )


def _refused_by(reason: str) -> str:
    """Whether moderation refused what was sent or what was made; '' for any other refusal."""
    match reason:
        case Reason.MODERATED_INPUT:
            return translate("Phrases", "prompt or reference refused")
        case Reason.MODERATED_OUTPUT:
            return translate("Phrases", "picture held back")
        case _:
            return ""


def _queue_words(job: Job) -> str:
    if job.position:
        text = translate("Phrases", "in the provider's queue, place {place}")
        return text.format(place=job.position)
    return job.words or translate("Phrases", "accepted")


def _running_words(job: Job) -> str:
    words = job.words or translate("Phrases", "running")
    if job.left is None:
        return words
    if job.left <= 0:
        return translate("Phrases", "{words} · longer than usual").format(words=words)
    left = seconds_words(job.left)
    return translate("Phrases", "{words} · about {left} left").format(words=words, left=left)
