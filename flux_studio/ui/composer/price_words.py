"""The rows of the price table in words: short ones for the line, whole ones for tooltip and screen
reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Note
from flux_studio.core.money import dollars
from flux_studio.core.price_table import PriceRow
from flux_studio.core.pricing import Free
from flux_studio.ui.phrases import problem_words, provider_title, seconds_words

translate = QCoreApplication.translate


def family_of(cards: Iterable[ModelCard]) -> str:
    """The word that most titles begin with ("FLUX.2 "), which a line can do without; '' if none."""
    words = Counter(head for card in cards if (head := card.title.partition(" ")[0]) != card.title)
    most = words.most_common(1)
    return f"{most[0][0]} " if most and most[0][1] > 1 else ""


def name_words(row: PriceRow, family: str) -> tuple[str, str]:
    """Provider and model: 'Practice', 'pro'. One word where both are the same."""
    title, provider = row.card.title.removeprefix(family), provider_title(row.card.provider)
    return ("", title) if title == provider else (provider, title)


def price_words(row: PriceRow) -> str:
    """'4 × $0.050', 'free', 'price ?'."""
    each, count = row.estimate.each, row.estimate.count
    if each is None:
        return translate("PriceTable", "price ?")
    if isinstance(row.card.price, Free):
        return translate("PriceTable", "free")
    return f"{count} × {dollars(each)}" if count > 1 else dollars(each)


def wait_words(row: PriceRow) -> str:
    """'~11 s' from own past jobs, '' without any."""
    return f"~{seconds_words(row.wait)}" if row.wait is not None else ""


def detail_words(row: PriceRow) -> list[str]:
    """What there is to know before choosing it, in few words: what matters most comes first."""
    if not row.able:
        return [few_words(note) for note in row.obstacles]
    words = [translate("PriceTable", "quoted")] if row.quoted else []
    words += [translate("PriceTable", "no key")] if row.has_key is False else []
    words += [few_words(note) for note in row.changes]
    if row.left is not None:
        words.append(translate("PriceTable", "{count} left").format(count=number(row.left)))
    if row.age is not None:
        words.append(translate("PriceTable", "{count} days old").format(count=number(row.age)))
    return words


def few_words(note: Note) -> str:
    """A change or an obstacle, translated and filled in."""
    return translate("PriceTable", note.text).format(**dict(note.values))


def whole_words(row: PriceRow) -> list[str]:
    """Everything the line stands for, sentence by sentence."""
    card = row.card
    provider = provider_title(card.provider)
    lines = [" · ".join(dict.fromkeys((card.title, provider)))]
    lines += [problem_words(problem) for problem in row.problems]
    if row.changes:
        words = ", ".join(few_words(note) for note in row.changes)
        lines.append(translate("PriceTable", "It would change: {words}").format(words=words))
    lines += row.estimate.working
    lines.append(_wait_sentence(row))
    lines += _account_sentences(row)
    if not isinstance(card.price, Free):
        lines += _source_sentences(row)
    return lines


def spoken(row: PriceRow) -> str:
    """A line as it is read out."""
    name = " ".join(dict.fromkeys(part for part in name_words(row, "") if part))
    mark = translate("PriceTable", "chosen") if row.chosen else ""
    cheapest = translate("PriceTable", "cheapest") if row.cheapest else ""
    words = (name, mark, cheapest, price_words(row), wait_words(row), *detail_words(row))
    return ", ".join(word for word in words if word)


def _wait_sentence(row: PriceRow) -> str:
    if row.wait is None:
        text = translate("PriceTable", "You have not used it yet; about {time} a picture")
        return text.format(time=seconds_words(row.card.prior_seconds))
    text = translate("PriceTable", "Your pictures usually took {time}")
    return text.format(time=seconds_words(row.wait))


def _account_sentences(row: PriceRow) -> list[str]:
    if row.has_key is False:
        return [translate("PriceTable", "There is no key for it yet")]
    if row.left is None:
        return []
    text = translate("PriceTable", "The balance is enough for {count} pictures like this")
    return [text.format(count=number(row.left))]


def _source_sentences(row: PriceRow) -> list[str]:
    day = date.fromisoformat(row.card.as_of)
    when = QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
    text = translate("PriceTable", "Price as of {day}, {source}")
    lines = [text.format(day=when, source=row.card.source)]
    if row.age is not None:
        old = translate("PriceTable", "That is {count} days ago: it may have changed")
        lines.append(old.format(count=number(row.age)))
    return lines


def number(count: int) -> str:
    """A count as this locale writes it."""
    return QLocale().toString(count)
