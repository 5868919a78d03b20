"""What a model accepts and on which terms, in words, for its page."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from flux_studio.core.card import Knob, ModelCard
from flux_studio.core.price_table import OLD_DAYS
from flux_studio.core.size import MEGAPIXEL, FreeSizes, ListedSizes
from flux_studio.core.worked_prices import Worked, days_old
from flux_studio.ui.composer.words import sum_words
from flux_studio.ui.phrases import size_words
from flux_studio.ui.widgets.key_value_rows import Row

translate = QCoreApplication.translate
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}


def limit_rows(card: ModelCard) -> list[Row]:
    """Sizes, references, prompt, seed, safety, formats, number of images and knobs."""
    rows = [
        Row(translate("ModelPage", "Sizes"), _sizes(card)),
        Row(translate("ModelPage", "References"), _references(card)),
        Row(translate("ModelPage", "Prompt"), _prompt(card)),
        Row(translate("ModelPage", "Seed"), _seed(card)),
        Row(translate("ModelPage", "Safety"), _safety(card)),
        Row(translate("ModelPage", "Formats"), _formats(card)),
    ]
    if card.count_most > 1:
        most = translate("ModelPage", "up to {count} in one go").format(count=card.count_most)
        rows.append(Row(translate("ModelPage", "Images"), most))
    rows += [Row(knob.title, _knob(knob), tip=knob.note) for knob in card.knobs]
    return rows


def term_rows(card: ModelCard, today: date) -> list[Row]:
    """Licence, retention, where the facts come from and how old they are."""
    unknown = translate("ModelPage", "not known")
    days = days_old(card, today)
    return [
        Row(translate("ModelPage", "Licence"), card.licence or unknown),
        Row(translate("ModelPage", "Retention"), card.retention or unknown),
        Row(translate("ModelPage", "Source"), card.source),
        Row(
            translate("ModelPage", "As of"),
            age_words(card, today),
            tone="warn" if days > OLD_DAYS else "text",
        ),
    ]


def age_words(card: ModelCard, today: date) -> str:
    """The date of the facts; their age in days once they are old, since a price may have moved."""
    day = date.fromisoformat(card.as_of)
    written = QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)
    days = days_old(card, today)
    if days <= OLD_DAYS:
        return written
    text = translate("ModelPage", "{date}, {days} days ago: look whether they still hold")
    return text.format(date=written, days=days)


def worked_size_words(worked: Worked) -> str:
    """'1920 × 1080', and what the model makes of it."""
    wanted = size_words(worked.wanted)
    if worked.made is None or worked.made == worked.wanted:
        return wanted
    text = translate("ModelPage", "{wanted}, made as {made}")
    return text.format(wanted=wanted, made=size_words(worked.made))


def worked_price_words(worked: Worked) -> tuple[str, str, str]:
    """The price alone, the price with a reference, and the working."""
    if worked.alone is None:
        return translate("ModelPage", "not made by this model"), "", ""
    edited = "–" if worked.edited is None else sum_words(worked.edited.each)
    return sum_words(worked.alone.each), edited, " · ".join(worked.alone.working)


def _sizes(card: ModelCard) -> str:
    match card.sizes:
        case FreeSizes() as free:
            parts = [
                translate("ModelPage", "{least} to {most} px a side").format(
                    least=free.least, most=free.most
                )
            ]
            if free.step > 1:
                parts.append(translate("ModelPage", "in steps of {step} px").format(step=free.step))
            if free.most_pixels:
                area = f"{free.most_pixels / MEGAPIXEL:.3g}"
                parts.append(translate("ModelPage", "at most {area} MP").format(area=area))
            return ", ".join(parts)
        case ListedSizes(options=options):
            ratios = ", ".join(dict.fromkeys(option.ratio for option in options))
            tiers = ", ".join(dict.fromkeys(option.tier for option in options if option.tier))
            text = translate("ModelPage", "{ratios} at {tiers}") if tiers else "{ratios}"
            return text.format(ratios=ratios, tiers=tiers)


def _references(card: ModelCard) -> str:
    if not card.edits:
        return translate("ModelPage", "none: it makes pictures from text only")
    text = translate("ModelPage", "up to {count}").format(count=card.references)
    if card.megapixels_most:
        bound = translate("ModelPage", "{area} MP together with the picture")
        text = f"{text}, {bound.format(area=card.megapixels_most)}"
    return text


def _prompt(card: ModelCard) -> str:
    number = QLocale().toString
    if not card.prompt_most:
        return translate("ModelPage", "no limit is documented")
    if card.prompt_least > 1:
        text = translate("ModelPage", "{least} to {most} characters")
        return text.format(least=card.prompt_least, most=number(card.prompt_most))
    return translate("ModelPage", "up to {most} characters").format(most=number(card.prompt_most))


def _seed(card: ModelCard) -> str:
    if not card.seed:
        return translate("ModelPage", "cannot be chosen, so a picture does not come out again")
    chosen = translate("ModelPage", "can be chosen")
    return f"{chosen}. {card.repeat_note}" if card.repeat_note else chosen


def _safety(card: ModelCard) -> str:
    parts = []
    if card.safety is not None:
        text = translate("ModelPage", "{least} (strictest) to {most} (most permissive)")
        parts.append(text.format(least=card.safety.least, most=card.safety.most))
    if card.checker:
        parts.append(translate("ModelPage", "a checker that can be turned off"))
    parts += [card.safety_note] if card.safety_note else []
    return ". ".join(parts) or translate("ModelPage", "the provider decides")


def _formats(card: ModelCard) -> str:
    names = ", ".join(_FORMATS.get(name, name.upper()) for name in card.formats)
    return names or translate("ModelPage", "the provider decides")


def _knob(knob: Knob) -> str:
    default = translate("ModelPage", "{value} unless changed").format(value=_value(knob.default))
    if knob.kind == "choice":
        return f"{', '.join(knob.choices)}; {default}"
    if knob.least is not None and knob.most is not None:
        text = translate("ModelPage", "{least} to {most}")
        return f"{text.format(least=knob.least, most=knob.most)}; {default}"
    return default


def _value(value: object) -> str:
    if isinstance(value, bool):
        return translate("ModelPage", "on") if value else translate("ModelPage", "off")
    return str(value)
