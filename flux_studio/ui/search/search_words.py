"""What a search says of itself, in the person's own words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.search import BY_NAME, Field, Hint, read_search

translate = QCoreApplication.translate


def field_words(field: Field) -> str:
    """What a field asks for."""
    return translate("Search", field.says)


def hint_words(hint: Hint) -> str:
    """Why a field counts for nothing, and what it wants."""
    says = field_words(BY_NAME[hint.field])
    if hint.is_misspelt:
        words = translate("Search", "{typed} is searched for as words. Did you mean “{field}:”?")
        return words.format(typed=hint.typed, field=hint.field)
    if hint.is_unfinished:
        return translate("Search", "{field} needs a value: {says}").format(
            field=hint.typed, says=says
        )
    words = translate("Search", "{field} is searched for as words. A value would be: {says}")
    return words.format(field=hint.typed, says=says)


def wrong_at(text: str, caret: int) -> str:
    """What is wrong with the field at the caret (letters from the left), or with the one that was
    typed just before it; '' for nothing. One that only lacks its value is still being typed.
    """
    for hint in read_search(text).hints:
        is_here = hint.start < caret and not text[hint.end : caret].strip()
        if is_here and not hint.is_unfinished:
            return hint_words(hint)
    return ""
