"""What would be undone or redone, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.draft_history import DraftStep, Part
from flux_studio.core.problem import QT_TRANSLATE_NOOP

translate = QCoreApplication.translate

_NAMES = {
    Part.PROMPT: QT_TRANSLATE_NOOP("Undo", "prompt"),
    Part.STYLE: QT_TRANSLATE_NOOP("Undo", "style"),
    Part.VARIABLES: QT_TRANSLATE_NOOP("Undo", "variables"),
    Part.REFERENCES: QT_TRANSLATE_NOOP("Undo", "references"),
    Part.SIZE: QT_TRANSLATE_NOOP("Undo", "size"),
    Part.MODEL: QT_TRANSLATE_NOOP("Undo", "model"),
    Part.SEED: QT_TRANSLATE_NOOP("Undo", "seed"),
    Part.SAFETY: QT_TRANSLATE_NOOP("Undo", "safety"),
    Part.FORMAT: QT_TRANSLATE_NOOP("Undo", "format"),
    Part.COUNT: QT_TRANSLATE_NOOP("Undo", "number of images"),
    Part.KNOBS: QT_TRANSLATE_NOOP("Undo", "model settings"),
    Part.SETTINGS: QT_TRANSLATE_NOOP("Undo", "several settings"),
}


def undo_words(step: DraftStep | None) -> str:
    """'Undo size'; '' when there is nothing to undo."""
    return "" if step is None else translate("Undo", "Undo {part}").format(part=_part(step))


def redo_words(step: DraftStep | None) -> str:
    """'Redo size'; '' when there is nothing to redo."""
    return "" if step is None else translate("Undo", "Redo {part}").format(part=_part(step))


def _part(step: DraftStep) -> str:
    return translate("Undo", _NAMES[step.part])
