"""The colour labels: their names in the library, in words, and how they are painted."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.problem import QT_TRANSLATE_NOOP

LABELS = {
    "red": ("#E5484D", QT_TRANSLATE_NOOP("Label", "Red")),
    "orange": ("#F28C38", QT_TRANSLATE_NOOP("Label", "Orange")),
    "yellow": ("#F5D90A", QT_TRANSLATE_NOOP("Label", "Yellow")),
    "green": ("#46A758", QT_TRANSLATE_NOOP("Label", "Green")),
    "blue": ("#3E8EDE", QT_TRANSLATE_NOOP("Label", "Blue")),
    "purple": ("#8E4EC6", QT_TRANSLATE_NOOP("Label", "Purple")),
}


def label_color(label: str) -> str:
    """`#RRGGBB` of a label, '' for one that is not known."""
    return LABELS[label][0] if label in LABELS else ""


def label_words(label: str) -> str:
    """What a label is called."""
    return QCoreApplication.translate("Label", LABELS[label][1]) if label in LABELS else label
