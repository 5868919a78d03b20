"""The headings of the wall: what the pictures below have in common, and how many they are."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QLocale, QTime

from flux_studio.core.generation import Generation
from flux_studio.ui.phrases import prompt_start
from flux_studio.ui.wall.grouping import Grouping, Section
from flux_studio.ui.wall.words import day_title, translate


def section_title(
    grouping: Grouping, section: Section, first: Generation | None, now: datetime
) -> str:
    """The heading of a section; `first` is its first picture if it was read already, `now` is
    local. '' where there is none.
    """
    match grouping:
        case Grouping.DAY if isinstance(section.key, date):
            return day_title(section.key, now)
        case Grouping.DAY if isinstance(section.key, str):
            return month_title(date.fromisoformat(section.key))
        case Grouping.SESSION:
            return _session_title(section, now)
        case Grouping.PROJECT:
            return str(section.key) or translate("Wall", "No project")
        case Grouping.PROMPT:
            if first is None:
                return "…"
            return prompt_start(first.request.prompt) or translate("Wall", "No prompt")
        case Grouping.LIKENESS:
            return translate("Wall", "Most alike first")
        case _:
            return ""


def month_title(first: date) -> str:
    """'November 2026'."""
    name = QLocale().standaloneMonthName(first.month)
    return translate("Wall", "{month} {year}").format(month=name, year=first.year)


def _session_title(section: Section, now: datetime) -> str:
    """'Today, 14:10 – 15:32'."""
    start = datetime.fromtimestamp(section.oldest / 1_000_000)
    end = datetime.fromtimestamp(section.newest / 1_000_000)
    day, from_, until = day_title(start.date(), now), _clock(start), _clock(end)
    if start.date() == end.date() and from_ == until:
        return translate("Wall", "{day}, {time}").format(day=day, time=from_)
    if start.date() != end.date():
        until = f"{day_title(end.date(), now)}, {until}"
    words = translate("Wall", "{day}, {start} – {end}")
    return words.format(day=day, start=from_, end=until)


def _clock(at: datetime) -> str:
    return QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
