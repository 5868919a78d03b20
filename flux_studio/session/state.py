"""What the window shows, frozen: one value, made anew at each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from flux_studio.core.budget import Account, Limits, SpendStop
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Check, Draft
from flux_studio.core.generation import Generation
from flux_studio.core.job import Board
from flux_studio.core.money import Money, dollars
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import Control, Problem
from flux_studio.core.prompt.template import NO_LISTS, WordLists
from flux_studio.core.request import Order, Request
from flux_studio.core.rescue import Case
from flux_studio.session.answers import answer_on
from flux_studio.storage.key_status import KeyStatus


class Tone(StrEnum):
    """How a notice is meant."""

    INFO = "info"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person, shown once. `number` grows, so the same words twice are two
    notices. `action` names what can be done about it, `about` is what that concerns.
    """

    number: int
    tone: Tone
    text: str
    values: tuple[tuple[str, str], ...] = ()
    action: str = ""
    about: object = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A provider's own price in USD for one picture of the request `of`, in which the seed is left
    out.
    """

    of: Request
    each: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """Money in USD and pictures, read from the ledger. `unknown` counts pictures whose price is not
    known; `account` is the same money as a budget counts it.
    """

    today: Money
    month: Money
    pictures: int
    unknown: int = 0
    account: Account = field(default_factory=Account)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The part of the settings that the window shows. With `move_on` the selection goes to the next
    picture after a mark by key.
    """

    theme: str = "system"
    jobs_in_flight: int = 2
    auto_show: bool = True
    spelling: str = ""
    move_on: bool = True
    budget: Limits = field(default_factory=Limits)
    favourite_sizes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayQuestion:
    """An order that waits for a yes. `have` are pictures that the very same requests have made
    already; without them it is asked for its sum. `draft` is what it was made from, `form` what
    stood in the form meanwhile: another form takes the question back. `again_of` is the job that it
    takes the place of, '' for an order of the form; `also` are further orders that are asked
    about with it, each with its job.
    """

    order: Order
    draft: Draft
    front: bool
    form: Draft
    have: tuple[Generation, ...] = ()
    again_of: str = ""
    also: tuple[tuple[Order, str], ...] = ()

    @property
    def count(self) -> int:
        """Pictures that are asked about."""
        return len(self.order.requests) + sum(len(order.requests) for order, _ in self.also)

    @property
    def total(self) -> Money | None:
        """USD for all of them, None when some price is not known."""
        return sum_of((self.order, *(order for order, _ in self.also)))


@dataclass(frozen=True, slots=True)
class Awaited:
    """Pictures on their way into the tray or onto the shelf: `name` is the first one's, or the
    `address` it is fetched from ('' for none); `more` is how many come with it.
    """

    number: int
    name: str
    address: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class StudioState:
    """Everything the panels render.

    `card` belongs to the draft; `check` is the draft on that card; `blocker` is why Generate cannot
    run, None when it can; `reading` are references that are being read, `coming` counts what is on
    its way into the form and has to be waited for: those of them that go there, and copies that are
    made; `reference_problems` are those that were refused, each as a sentence; `keys` by provider
    id; `paused` gives the reason by provider, `holds` what pauses the whole queue by its reason,
    `project_holds` by project; `spend_stop` is the sum after which it pauses and `spent_after` what
    of it is spent (USD); `editing` the job that is in the form to be changed, '' for none;
    `projects` their names; `asked` waits for a yes; `expected` seconds a picture like the draft's
    usually takes, None when not known, `usual` the same for every model that was used, by card id;
    `quote` the latest price a provider quoted, which counts only while it is for this very draft:
    then `check` has it; `lists` the list files that prompts draw from; `left_out` says which of the
    person's own model files cannot be used, with the line; `rescue` are the jobs that were or may
    have been paid and are not saved, the one that is forgotten first in front.
    """

    draft: Draft
    card: ModelCard
    cards: tuple[ModelCard, ...]
    check: Check
    blocker: Problem | None
    board: Board
    keys: Mapping[str, KeyStatus] = field(default_factory=dict)
    balances: Mapping[str, Money] = field(default_factory=dict)
    paused: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    project_holds: Mapping[str, str] = field(default_factory=dict)
    spend_stop: SpendStop | None = None
    spent_after: Money = Money(0)
    editing: str = ""
    projects: tuple[str, ...] = ()
    asked: PayQuestion | None = None
    rescue: tuple[Case, ...] = ()
    reading: tuple[Awaited, ...] = ()
    coming: int = 0
    reference_problems: tuple[str, ...] = ()
    expected: float | None = None
    usual: Mapping[tuple[str, str], float] = field(default_factory=dict)
    quote: Quote | None = None
    lists: WordLists = NO_LISTS
    totals: Totals | None = None
    notice: Notice | None = None
    left_out: tuple[str, ...] = ()
    preferences: Preferences = Preferences()

    def wrong_at(self, *controls: Control) -> Problem | None:
        """What is to be said at one of these controls: what keeps the draft from being sent, else
        what the provider said of it the last time.
        """
        told = answer_on(self.board, self.draft, self.check)
        found = (*self.check.problems, *((told,) if told else ()))
        return next((problem for problem in found if problem.control in controls), None)

    @property
    def edits(self) -> bool:
        """Whether the draft is an edit: a reference is present."""
        return bool(self.draft.references)

    @property
    def quoted(self) -> bool:
        """Whether the price of the draft is the provider's own."""
        return quoted_for(self.check, self.quote) is not None


def sum_of(orders: Iterable[Order]) -> Money | None:
    """USD for several orders, None when some price is not known."""
    total = Money(0)
    for order in orders:
        if order.estimate.total is None:
            return None
        total += order.estimate.total
    return total


def question(check: Check) -> Request | None:
    """The request whose price can be asked for, None when the draft cannot be sent. The prompt is
    part of it: a quote is for this very request.
    """
    return replace(check.order.requests[0], seed=None) if check.order else None


def quoted_for(check: Check, quote: Quote | None) -> Quote | None:
    """The quote when it is for what would be sent."""
    return quote if quote is not None and quote.of == question(check) else None


def with_quote(check: Check, quote: Quote | None) -> Check:
    """The check with the provider's price instead of the estimate, when it is for this draft."""
    found = quoted_for(check, quote)
    if found is None or check.order is None:
        return check
    count = len(check.order.requests)
    working = [f"{dollars(found.each)} a picture, quoted by the provider for this very request"]
    if count > 1:
        working.append(f"{count} pictures × {dollars(found.each)} = {dollars(found.each * count)}")
    priced = Estimate(found.each, count, tuple(working))
    return replace(check, order=replace(check.order, estimate=priced), estimate=priced)
