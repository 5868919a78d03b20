"""Budgets: a warning line and a stop line for each day and month, for all that is sent, for one
provider and for one project.

Pure: the lines, what the ledger says was spent, and the price of what is wanted give a verdict. A
price that is not known counts at the highest known rate of its provider's cards, so a stop line
errs towards stopping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money, dollars
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, Unknown
from flux_studio.core.size import FreeSizes, ListedSizes, Size

NOTHING_SENT = "Nothing more is sent; what runs is finished."


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in USD; None draws no line. Days and months are those of this computer's calendar."""

    day_warn: Money | None = None
    day_stop: Money | None = None
    month_warn: Money | None = None
    month_stop: Money | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The budget of a studio: the lines over all that is sent, those of single providers by id and
    of single projects by name, and the sum in USD above which an order is confirmed first.
    """

    day_warn: Money | None = None
    day_stop: Money | None = None
    month_warn: Money | None = None
    month_stop: Money | None = None
    confirm_above: Money | None = None
    providers: dict[str, Lines] = field(default_factory=dict)
    projects: dict[str, Lines] = field(default_factory=dict)

    @property
    def overall(self) -> Lines:
        return Lines(self.day_warn, self.day_stop, self.month_warn, self.month_stop)


@dataclass(frozen=True, slots=True)
class Spent:
    """Money of a time at one provider, USD: charged, else estimated; `unpriced` counts the jobs for
    which neither is known.
    """

    known: Money = Money(0)
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """What was sent today and this month, by provider id; what is in flight is among it. `projects`
    has the same of each project by its name.
    """

    day: Mapping[str, Spent] = field(default_factory=dict)
    month: Mapping[str, Spent] = field(default_factory=dict)
    projects: Mapping[str, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is about to be sent: `price` in USD of one picture, None for unknown. With `in_account`
    the ledger has it already. `project` is '' for none.
    """

    provider: str
    price: Money | None
    count: int = 1
    in_account: bool = False
    project: str = ""


@dataclass(frozen=True, slots=True)
class SpendStop:
    """The queue pauses before more than `limit` USD has been sent since the UTC time `since`."""

    limit: Money
    since: datetime


@dataclass(frozen=True, slots=True)
class Fine:
    """It may be sent."""


@dataclass(frozen=True, slots=True)
class Warned:
    """It may be sent, and a person should know something."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """It may not be sent. `provider` or `project` is whose line it is, both '' for all that is
    sent; `after` says that it is the queue's own *stop after*.
    """

    sentence: str
    provider: str = ""
    project: str = ""
    after: bool = False


Verdict = Fine | Warned | Stopped


@dataclass(frozen=True, slots=True)
class Rates:
    """What a picture of unknown price counts as, USD: the highest known rate by provider id."""

    highest: Mapping[str, Money] = field(default_factory=dict)

    def of(self, provider: str) -> Money | None:
        """The provider's own rate, else the highest of all; None when none is known."""
        return self.highest.get(provider) or max(self.highest.values(), default=None)


def rates_of(cards: Iterable[ModelCard]) -> Rates:
    """The highest price of one picture by provider, at the largest size, without references."""
    highest: dict[str, Money] = {}
    for card in cards:
        price = _highest(card)
        if price:
            highest[card.provider] = max(price, highest.get(card.provider, price))
    return Rates(highest)


def counted(spent: Mapping[str, Spent], rates: Rates, provider: str = "") -> Money:
    """The sum that is held against a line, USD: everywhere, or at one provider."""
    total = Money(0)
    for name, each in spent.items():
        if not provider or name == provider:
            total += each.known + (rates.of(name) or 0) * each.unpriced
    return total


def judge(limits: Limits, account: Account, rates: Rates, wish: Wish) -> Verdict:
    """Whether a wish may be sent. A stop line is never exceeded by what counts against it."""
    if wish.price == 0:
        return Fine()
    worst: Verdict = Fine()
    each = wish.price if wish.price is not None else rates.of(wish.provider)
    cost = Money(0) if wish.in_account else (each or Money(0)) * wish.count
    for line in _lines(limits, account, wish):
        spent = counted(line.spent, rates, line.provider)
        verdict = _against(line, spent, cost, blind=each is None and not wish.in_account)
        if isinstance(verdict, Stopped):
            return verdict
        if isinstance(worst, Fine):
            worst = verdict
    return worst


@dataclass(frozen=True, slots=True)
class _Line:
    title: str
    warn: Money | None
    stop: Money | None
    spent: Mapping[str, Spent]
    provider: str = ""
    project: str = ""


def _lines(limits: Limits, account: Account, wish: Wish) -> Iterator[_Line]:
    yield from _both("", limits.overall, account)
    own = limits.providers.get(wish.provider)
    if own is not None:
        yield from _both(f" at {wish.provider}", own, account, provider=wish.provider)
    lines = limits.projects.get(wish.project) if wish.project else None
    if lines is not None:
        spent = account.projects.get(wish.project, Account())
        yield from _both(f" on {wish.project}", lines, spent, project=wish.project)


def _both(
    what: str, lines: Lines, account: Account, *, provider: str = "", project: str = ""
) -> Iterator[_Line]:
    """The lines of the day and of the month."""
    whose = (provider, project)
    yield _Line(f"today{what}", lines.day_warn, lines.day_stop, account.day, *whose)
    yield _Line(f"this month{what}", lines.month_warn, lines.month_stop, account.month, *whose)


def _against(line: _Line, spent: Money, cost: Money, *, blind: bool) -> Verdict:
    """One line. `blind`: neither the price nor any rate is known, so nothing can be added."""
    if line.stop is not None and (spent + cost > line.stop or (blind and spent >= line.stop)):
        more = f" and this costs {dollars(cost)}" if cost else ""
        return Stopped(
            f"The budget stops here: {dollars(spent)} is spent {line.title}{more}; the stop line "
            f"is {dollars(line.stop)}. {NOTHING_SENT}",
            line.provider,
            line.project,
        )
    if line.stop is not None and blind:
        return Warned(
            f"The price of this is not known, so the stop line of {dollars(line.stop)} "
            f"{line.title} cannot count it."
        )
    if line.warn is not None and spent + cost > line.warn:
        return Warned(
            f"With this, {dollars(spent + cost)} is spent {line.title}: more than your warning "
            f"line of {dollars(line.warn)}."
        )
    return Fine()


def _highest(card: ModelCard) -> Money | None:
    match card.price:
        case Free() | Unknown():
            return None
        case PerCall(tiers=tiers):
            return max((price for _, price in tiers), default=None)
        case PerMegapixel(first=first, further=further):
            return first + further * (_largest(card).billed_megapixels - 1)


def _largest(card: ModelCard) -> Size:
    match card.sizes:
        case FreeSizes(most=most, most_pixels=pixels):
            return Size(pixels, 1) if 0 < pixels < most * most else Size(most, most)
        case ListedSizes(options=options):
            return max((each.size for each in options), key=lambda size: size.pixels)
