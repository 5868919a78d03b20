"""What may be tried after a provider's moderation said no, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason
from flux_studio.core.job import Job, JobState

translate = QCoreApplication.translate


def told_words(job: Job, card: ModelCard | None) -> str:
    """What was said of a job, and after a refusal by moderation what may be tried. `card` is that
    of its request, None where the model is not offered any more.
    """
    return " ".join(words for words in (job.message, _to_try(job, card)) if words)


def _to_try(job: Job, card: ModelCard | None) -> str:
    if job.state is not JobState.REFUSED:
        return ""
    match job.reason:
        case Reason.MODERATED_INPUT if job.request.references:
            words = translate("Refusal", "What may help: other words, or another reference.")
        case Reason.MODERATED_INPUT:
            words = translate("Refusal", "What may help: other words in the prompt.")
        case Reason.MODERATED_OUTPUT:
            words = translate("Refusal", "What may help: another seed, or other words.")
        case _:
            return ""
    return " ".join((words, _safety_words(job, card))).strip()


def _safety_words(job: Job, card: ModelCard | None) -> str:
    """Which step of the safety scale it was sent with, where there is a more permissive one."""
    scale, sent = (card.safety if card else None), job.request.safety
    if scale is None or sent is None or not scale.least <= sent < scale.most:
        return ""
    text = translate("Refusal", "Safety was at {step}; {next} lets more through.")
    step, more = (translate("Safety", scale.word(number)) for number in (sent, sent + 1))
    return text.format(step=step, next=more)
