"""What the value of a search field can be: ranges, times, sizes, colours; and how each is read.

Every reader takes the text behind the colon and gives a typed test, or None when the text is no
value of its field. Nothing is guessed: what cannot be read is searched for as words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from flux_studio.core.look import color_from

MEGAPIXEL = 1_048_576  # px, as the providers count them
NEARLY = Decimal("0.02")  # a ratio written in words may be off by this part
_MOST_DIGITS = 20
# A colour by its name is a wide one: what lies around a middle of it.
COLOR_NAMES = {
    "red": "#CC3030", "orange": "#E8853A", "yellow": "#EBCB45", "green": "#4E9A52",
    "teal": "#2F9690", "blue": "#3A66C4", "purple": "#7A4DBB", "pink": "#E28DB4",
    "brown": "#7B553A", "white": "#F2F2F2", "grey": "#8A8A8A", "black": "#151515",
}  # fmt: skip
_OPERATOR = re.compile(r">=|<=|[><=]")
_AREA = re.compile(r"([0-9.]+)(?:mp|MP|Mp)")
_SIZE = re.compile(r"([0-9]{1,6})[xX×]([0-9]{1,6})")
_RATIO = re.compile(r"([0-9.]+)[:/]([0-9.]+)")
_DAYS = re.compile(r"([0-9]{1,4})([dw])")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of some texts, compared without regard to case; `exact` ones were put in quotes."""

    values: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers from `low` to `high`, None for no limit; the ends count unless they are `open_`."""

    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """Moments in [since, until), with their zones; None for no limit."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exactly:
    """Pictures of this width and height in px."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Area:
    """Pictures by their area in px."""

    px: Between


@dataclass(frozen=True, slots=True)
class Side:
    """Pictures by their longer side in px."""

    px: Between


@dataclass(frozen=True, slots=True)
class Near:
    """Pictures with a main colour near this one, `#RRGGBB`; further from it where it was asked for
    by its name.
    """

    color: str
    is_named: bool = False


Test = OneOf | Between | Times | Exactly | Area | Side | Near


def texts(text: str) -> OneOf | None:
    """One or several texts, parted by commas: `flex`, `pro,flex`, `"two words"`."""
    parts = re.findall(r'"([^"]*)"?|([^",]+)', text)
    values = tuple(quoted or plain for quoted, plain in parts if quoted or plain)
    return (
        OneOf(values, exact=bool(parts) and all(quoted for quoted, _ in parts)) if values else None
    )


def chosen(text: str, allowed: tuple[str, ...]) -> OneOf | None:
    """Words of a list, parted by commas; None when one of them is not in it."""
    found = texts(text.lower())
    return found if found is not None and set(found.values) <= set(allowed) else None


def numbers(text: str) -> Between | None:
    """`4`, `>=4`, `<0.05`, `$0.03`, `3..5`, `3..`."""
    low, dots, high = text.partition("..")
    if dots:
        ends = _number(low), _number(high)
        if (low and ends[0] is None) or (high and ends[1] is None) or not (low or high):
            return None
        return Between(*ends)
    operator, rest = _split(text)
    value = _number(rest)
    return None if value is None else _compared(operator, value)


def sizes(text: str) -> Exactly | Area | Side | None:
    """`1024x768`, `>2mp`, `1..4mp`, `>=2048` for the longer side."""
    if found := _SIZE.fullmatch(text):
        return Exactly(int(found[1]), int(found[2]))
    if text.lower().endswith("mp"):
        return _areas(text)
    sides = numbers(text.removesuffix("px"))
    return None if sides is None else Side(sides)


def ratios(text: str) -> Between | None:
    """`16:9`, `3/2`, `1.5`, `>1`, `square`, `wide`, `tall`: width to height."""
    match text.lower():
        case "square":
            return _nearly(Decimal(1))
        case "wide" | "landscape":
            return Between(low=1 + NEARLY, open_low=True)
        case "tall" | "portrait":
            return Between(high=1 - NEARLY, open_high=True)
    operator, rest = _split(text)
    if found := _RATIO.fullmatch(rest):
        width, height = _number(found[1]), _number(found[2])
        value = width / height if width and height else None
    else:
        value = _number(rest)
    if value is None or value <= 0:
        return None
    return _nearly(value) if operator in (None, "=") else _compared(operator, value)


def yes_or_number(text: str) -> Between | None:
    """`yes` for one or more, `no` for none, or a number."""
    match text.lower():
        case "yes":
            return Between(low=Decimal(1))
        case "no" | "none":
            return Between(Decimal(0), Decimal(0))
    return numbers(text)


def costs(text: str) -> Between | OneOf | None:
    """Numbers in USD, or `unknown`."""
    return OneOf(("unknown",)) if text.lower() == "unknown" else numbers(text)


def colors(text: str) -> Near | None:
    """`#E0A030`, `E0A030`, `#EA3`, or a name as `teal`."""
    named = COLOR_NAMES.get(text.lower().replace("gray", "grey"))
    found = named or color_from(text)
    return None if found is None else Near(found, is_named=named is not None)


def times(text: str, now: datetime) -> Times | None:
    """`today`, `this-week`, `7d`, `2026`, `2026-11`, `2026-11-20`, `>=2026-11-01`, `2026-11..`.

    Days are those of the zone of `now`'s computer.
    """
    low, dots, high = text.partition("..")
    if dots:
        first, last = (_period(low, now) if low else None), (_period(high, now) if high else None)
        if (low and first is None) or (high and last is None) or not (low or high):
            return None
        return Times(first and _start(first[0]), last and _start(last[1]))
    operator, rest = _split(text)
    period = _period(rest, now)
    if period is None:
        return None
    since, until = map(_start, period)
    match operator:
        case ">":
            return Times(since=until)
        case ">=":
            return Times(since=since)
        case "<":
            return Times(until=since)
        case "<=":
            return Times(until=until)
    return Times(since, until)


def _split(text: str) -> tuple[str | None, str]:
    """The operator before a value, None where there is none, and the value."""
    found = _OPERATOR.match(text)
    return (None, text) if found is None else (found[0], text[found.end() :])


def _areas(text: str) -> Area | None:
    low, dots, high = text[:-2].partition("..")
    if dots:
        found = numbers(f"{low}..{high}")
    else:
        operator, rest = _split(low)
        value = _number(rest)
        if value is None:
            return None
        # Written with so many digits, it means what rounds to them.
        half = Decimal(10) ** min(0, _exponent(value)) / 2
        rounded = Between(value - half, value + half, open_high=True)
        found = rounded if operator in (None, "=") else _compared(operator, value)
    if found is None:
        return None
    low_px, high_px = (None if end is None else end * MEGAPIXEL for end in (found.low, found.high))
    return Area(Between(low_px, high_px, found.open_low, found.open_high))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _nearly(value: Decimal) -> Between:
    return Between(value * (1 - NEARLY), value * (1 + NEARLY))


def _compared(operator: str | None, value: Decimal) -> Between:
    match operator:
        case ">":
            return Between(low=value, open_low=True)
        case ">=":
            return Between(low=value)
        case "<":
            return Between(high=value, open_high=True)
        case "<=":
            return Between(high=value)
    return Between(value, value)


def _number(text: str) -> Decimal | None:
    text = text.strip().removeprefix("$")
    if not text or len(text) > _MOST_DIGITS or not re.fullmatch(r"[0-9]*\.?[0-9]*", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # a lone point
        return None


def _period(text: str, now: datetime) -> tuple[date, date] | None:
    """The days [first, last) that a word or a date means."""
    today = now.date()
    day = timedelta(days=1)
    monday = today - today.weekday() * day
    match text.lower():
        case "today":
            return today, today + day
        case "yesterday":
            return today - day, today
        case "this-week":
            return monday, monday + 7 * day
        case "last-week":
            return monday - 7 * day, monday
        case "this-month":
            return _month(today.year, today.month)
        case "last-month":
            before = today.replace(day=1) - day
            return _month(before.year, before.month)
        case "this-year":
            return date(today.year, 1, 1), date(today.year + 1, 1, 1)
        case "last-year":
            return date(today.year - 1, 1, 1), date(today.year, 1, 1)
    if found := _DAYS.fullmatch(text):
        count = int(found[1]) * (7 if found[2] == "w" else 1)
        return today - (count - 1) * day, today + day
    return _date(text)


def _date(text: str) -> tuple[date, date] | None:
    try:
        match [int(part) for part in text.split("-") if re.fullmatch("[0-9]{1,4}", part)]:
            case [year] if len(text) == 4:
                return date(year, 1, 1), date(year + 1, 1, 1)
            case [year, month] if text.count("-") == 1:
                return _month(year, month)
            case [year, month, number] if text.count("-") == 2:
                first = date(year, month, number)
                return first, first + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return None


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, date(year + month // 12, month % 12 + 1, 1)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()
