"""Sums and sizes of the composer in words. Unknown money is said to be unknown, never $0."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft
from flux_studio.core.money import Money, dollars
from flux_studio.core.price_steps import Saving
from flux_studio.core.pricing import Estimate, Free, PerMegapixel, Unknown, reference_cost
from flux_studio.core.print_sizes import Paper, PrintPlan
from flux_studio.core.size import MEGAPIXEL, FreeSizes, ListedSizes, Size
from flux_studio.ui.phrases import size_words

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


def limits_words(card: ModelCard) -> str:
    """Which sizes the model makes, as one sentence."""
    match card.sizes:
        case FreeSizes(least=least, most=most, step=step, most_pixels=area):
            sides = translate("Composer", "{model}: each side {least} to {most} px")
            parts = [sides.format(model=card.title, least=least, most=most)]
            if step > 1:
                parts.append(translate("Composer", "in steps of {step}").format(step=step))
            if area:
                text = translate("Composer", "at most {area} MP")
                parts.append(text.format(area=f"{area / MEGAPIXEL:g}"))
            return f"{', '.join(parts)}."
        case ListedSizes(options=options):
            text = translate("Composer", "{model} makes {count} sizes, by ratio and resolution.")
            return text.format(model=card.title, count=len(options))


def saving_words(saving: Saving) -> str:
    """'8 px narrower saves $0.015'."""
    narrower = translate("Composer", "{cut} px narrower saves {sum}")
    lower = translate("Composer", "{cut} px lower saves {sum}")
    text = narrower if saving.narrower else lower
    return text.format(cut=saving.cut, sum=dollars(saving.saved))


def paper_words(paper: Paper) -> str:
    """The name of a sheet of paper."""
    return translate("Paper", paper.name)


def print_words(plan: PrintPlan, price: Money | None) -> str:
    """What a print needs, what is made for it, and the enlarging it leaves to be done."""
    text = translate("Composer", "Needs {wanted} px.").format(wanted=size_words(plan.wanted))
    parts = [text]
    if plan.made == plan.wanted:
        parts = [translate("Composer", "{made} px, as it is wanted.")]
    elif plan.enlarge > 1.005:
        parts.append(translate("Composer", "Nearest here: {made}, enlarged {times} × afterwards."))
    else:
        parts.append(translate("Composer", "Nearest here: {made}, large enough as it is."))
    if plan.cut > 0.015:
        parts.append(translate("Composer", "{share} % of it is cut off."))
    parts.append(translate("Composer", "{price} a picture.") if price else "")
    return " ".join(part for part in parts if part).format(
        made=size_words(plan.made),
        times=f"{plan.enlarge:.2f}",
        share=round(plan.cut * 100),
        price=dollars(price),
    )


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
