"""What a search says of itself, in the person's own words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.search import BY_NAME, Field, Hint

translate = QCoreApplication.translate


def field_words(field: Field) -> str:
    """What a field asks for."""
    return translate("Search", field.says)


def hint_words(hint: Hint) -> str:
    """Why a field counts for nothing, and what it wants."""
    says = field_words(BY_NAME[hint.field])
    if hint.is_unfinished:
        return translate("Search", "{field} needs a value: {says}").format(
            field=hint.typed, says=says
        )
    return translate("Search", "{field} is searched for as words: {says}").format(
        field=hint.typed, says=says
    )
