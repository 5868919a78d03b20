"""What stands in the way of a prompt on one card, and what should be known of it."""

from __future__ import annotations

from flux_studio.core.card import ModelCard
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.prompt.reading import has_variables, longest, shortest
from flux_studio.core.prompt.template import Template

MOST_PICTURES = 256  # of one press of Generate


def prompt_problems(
    typed: str, template: Template, pictures: int, card: ModelCard
) -> list[Problem]:
    """The problems of a prompt that was typed, read as `template`, for so many pictures."""
    if not typed.strip():
        text = QT_TRANSLATE_NOOP(
            "Problem", "The prompt is empty. Say what the picture should show."
        )
        return [Problem(Control.PROMPT, text)]
    if template.faults:
        return [Problem(Control.PROMPT, f.text, f.values) for f in template.faults]
    least = len(shortest(template).strip())
    if not least:
        return [Problem(Control.PROMPT, _empty_words(template))]
    found = _length_problems(least, len(longest(template)), card)
    if pictures > MOST_PICTURES:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "This makes {count} pictures, and one press of Generate makes at most {most}. "
            "Take fewer alternatives, or draw at random.",
        )
        numbers = (("count", f"{pictures:,}"), ("most", str(MOST_PICTURES)))
        found.append(Problem(Control.PROMPT, text, numbers))
    return found


def _empty_words(template: Template) -> str:
    if has_variables(template):
        return QT_TRANSLATE_NOOP(
            "Problem", "One of the prompts would be empty: write something beside the alternatives."
        )
    return QT_TRANSLATE_NOOP(
        "Problem", "The prompt has only comments. Say what the picture should show."
    )


def _length_problems(least: int, most: int, card: ModelCard) -> list[Problem]:
    """`least` characters of the shortest expansion, `most` of the longest."""
    if least < card.prompt_least:
        text = QT_TRANSLATE_NOOP(
            "Problem", "The prompt is too short for {model}: it takes at least {least} characters."
        )
        return [
            Problem(
                Control.PROMPT, text, (("model", card.title), ("least", str(card.prompt_least)))
            )
        ]
    if card.prompt_most and most > card.prompt_most:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "The prompt has {length} characters and {model} takes at most {most}. "
            "Shorten it by {over}.",
        )
        counts = (("length", most), ("most", card.prompt_most), ("over", most - card.prompt_most))
        values = (("model", card.title), *((name, str(number)) for name, number in counts))
        return [Problem(Control.PROMPT, text, values)]
    return []
