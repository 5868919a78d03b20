"""A batch into words: columns, empty cells, states, sums."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.batch.checking import BatchPrice, RowCheck
from flux_studio.core.batch.rows import Column
from flux_studio.core.batch.run import RowState
from flux_studio.core.draft import SeedMode, effective_format, effective_safety
from flux_studio.core.money import dollars
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.batch_desk import Obstacle
from flux_studio.ui.phrases import problem_words, provider_title

translate = QCoreApplication.translate

TITLES = {
    Column.PROMPT: QT_TRANSLATE_NOOP("Batch", "Prompt"),
    Column.MODEL: QT_TRANSLATE_NOOP("Batch", "Model"),
    Column.PROVIDER: QT_TRANSLATE_NOOP("Batch", "Provider"),
    Column.SIZE: QT_TRANSLATE_NOOP("Batch", "Size"),
    Column.SEED: QT_TRANSLATE_NOOP("Batch", "Seed"),
    Column.COUNT: QT_TRANSLATE_NOOP("Batch", "Count"),
    Column.REFERENCES: QT_TRANSLATE_NOOP("Batch", "References"),
    Column.SAFETY: QT_TRANSLATE_NOOP("Batch", "Safety"),
    Column.FORMAT: QT_TRANSLATE_NOOP("Batch", "Format"),
}


def column_title(column: str) -> str:
    """The heading of a column; knobs have the title that their model gives them."""
    known = {str(each): text for each, text in TITLES.items()}
    return translate("Batch", known[column]) if column in known else column.capitalize()


def own_words(column: str, found: RowCheck) -> str:
    """What an empty cell means for a row: the value of the form."""
    draft, card = found.draft, found.card
    match column:
        case Column.PROMPT:
            return " ".join(draft.prompt.split())
        case Column.MODEL:
            return f"{card.title} · {provider_title(card.provider)}"
        case Column.PROVIDER:
            return provider_title(card.provider)
        case Column.SIZE:
            return str(draft.size)
        case Column.SEED:
            random = draft.seed_mode is SeedMode.RANDOM or not card.seed
            return translate("Batch", "random") if random else str(draft.seed)
        case Column.COUNT:
            return "1"
        case Column.REFERENCES:
            return " ".join(f"@image{at}" for at in range(1, len(draft.references) + 1))
        case Column.SAFETY:
            safety = effective_safety(draft, card)
            return "" if safety is None else str(safety)
        case Column.FORMAT:
            return effective_format(draft, card)
        case _:
            return ""


def state_words(state: RowState) -> str:
    """How far a row is, in few words."""
    if state.jobs > 1 and not state.failed:
        text = translate("Batch", "{saved} of {count} saved")
        return text.format(saved=state.saved, count=state.jobs)
    if state.failed:
        if state.jobs == 1:
            return state.message or translate("Batch", "no picture")
        text = translate("Batch", "{saved} saved, {failed} not")
        return text.format(saved=state.saved, failed=state.failed)
    if state.saved:
        return translate("Batch", "saved")
    return translate("Batch", "running") if state.running else translate("Batch", "waits")


def price_words(price: BatchPrice) -> str:
    """The sum as it stands on the button."""
    if price.total is not None:
        return translate("Batch", "free") if price.total == 0 else dollars(price.total)
    return f"{dollars(price.known)} + ?" if price.known else "?"


def sum_words(price: BatchPrice) -> str:
    """Rows, pictures and the worst that it can cost."""
    text = translate("Batch", "{count} pictures").format(count=price.pictures)
    if price.pictures == 1:
        text = translate("Batch", "1 picture")
    if not price.unpriced:
        return text
    unknown = translate("Batch", "{count} at an unknown price").format(count=price.unpriced)
    if price.worst is None:
        return f"{text} · {unknown}"
    worst = translate("Batch", "at the highest known price {worst} in all")
    return f"{text} · {unknown}, {worst.format(worst=dollars(price.worst))}"


def obstacle_words(obstacle: Obstacle) -> str:
    """Why it cannot be sent."""
    if not obstacle.row:
        return problem_words(obstacle.problem)
    text = translate("Batch", "Row {row}: {sentence}")
    return text.format(row=obstacle.row, sentence=problem_words(obstacle.problem))
