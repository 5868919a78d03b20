"""Sums and sizes of the composer in words. Unknown money is said to be unknown, never $0."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft
from flux_studio.core.money import Money, dollars
from flux_studio.core.pricing import Estimate, Free, PerMegapixel, Unknown, reference_cost
from flux_studio.core.size import Size

translate = QCoreApplication.translate


def sum_words(amount: Money | None) -> str:
    """'$0.030', 'free', 'price not known'."""
    if amount is None:
        return translate("Composer", "price not known")
    return dollars(amount) if amount else translate("Composer", "free")


def each_words(estimate: Estimate | None) -> str:
    """The price of one picture."""
    return sum_words(estimate.each if estimate else None)


def total_words(estimate: Estimate | None) -> str:
    """The price of the whole order, with the count where there are several."""
    if estimate is None or not estimate.total or estimate.count == 1:
        return sum_words(estimate.total if estimate else None)
    return f"{estimate.count} × {dollars(estimate.each)} = {dollars(estimate.total)}"


def quoted_words(price: str) -> str:
    """A price that is the provider's own and no estimate of ours."""
    return translate("Composer", "{price} quoted").format(price=price)


def references_price(draft: Draft, card: ModelCard) -> Money | None:
    """What the references add to each picture, USD; None when not known."""
    total = Money(0)
    for reference in draft.references:
        cost = reference_cost(card.price, reference.size)
        if cost is None:
            return None
        total += cost
    return total


def area_words(size: Size) -> str:
    """'0.98 MP'."""
    return translate("Composer", "{area} MP").format(area=f"{size.megapixels:.2f}")


def step_words(card: ModelCard, size: Size, largest: int) -> str:
    """'0.98 MP · next step at 1.00 MP'. `largest` is the most the model makes, in pixels."""
    area = area_words(size)
    match card.price:
        case PerMegapixel(further=further) if further:
            step = size.billed_megapixels
            if Size(largest, 1).billed_megapixels <= step:
                return area
            if f"{size.megapixels:.2f}" == f"{step}.00":
                return translate("Composer", "{area} · next step just above").format(area=area)
            text = translate("Composer", "{area} · next step at {step} MP")
            return text.format(area=area, step=f"{step}.00")
        case _:
            return area


def size_price_words(draft: Draft, card: ModelCard, size: Size) -> str:
    """'$0.030 + references $0.030', 'free', 'price not known'."""
    each = card.estimate(size).each
    words = sum_words(each)
    added = references_price(draft, card)
    if isinstance(card.price, Free | Unknown) or not added:
        return words
    text = translate("Composer", "{price} + references {added}")
    return text.format(price=words, added=dollars(added))
