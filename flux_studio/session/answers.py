"""What a provider last said about a control of the form: shown there until the control is edited.

Pure: from the board and the form to one sentence. A provider may judge the same request otherwise
the next time, so its word is no obstacle to Generate.
"""

from __future__ import annotations

from flux_studio.core.draft import Check, Draft
from flux_studio.core.job import Board, Job, JobState
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.request import Request

_TOLD = (JobState.REFUSED, JobState.FAILED)


def answer_on(board: Board, draft: Draft, check: Check) -> Problem | None:
    """The newest answer about a control that is still as it was sent, None without one."""
    for job in reversed(list(board.jobs.values())):
        if concerns(job, draft, check):
            text = QT_TRANSLATE_NOOP("Problem", "Last time: {sentence}")
            return Problem(Control(job.control), text, (("sentence", job.message),))
    return None


def concerns(job: Job, draft: Draft, check: Check) -> bool:
    """Whether a job ended because of a control that stands in the form as the job had it."""
    if job.state not in _TOLD or job.control not in set(Control):
        return False
    if (job.request.provider, job.request.model) != (draft.provider, draft.model):
        return False
    return _is_as_sent(Control(job.control), job, draft, check)


def _is_as_sent(control: Control, job: Job, draft: Draft, check: Check) -> bool:
    match control:
        case Control.PROMPT:
            return (job.origin.typed or job.request.prompt).strip() == draft.prompt.strip()
        case Control.SIZE:
            return job.request.size == draft.size
        case Control.REFERENCES:
            return _hashes(job.request) == [each.sha256 for each in draft.references]
        case Control.SEED | Control.SAFETY | Control.FORMAT | Control.KNOBS:
            # What would be sent now: the form may leave these to the model.
            now = check.order.requests[0] if check.order else None
            return now is not None and _of(control, now) == _of(control, job.request)
        case _:
            return True


def _of(control: Control, request: Request) -> object:
    match control:
        case Control.SEED:
            return request.seed
        case Control.SAFETY:
            return request.safety, request.checker
        case Control.FORMAT:
            return request.output_format
        case _:
            return request.knobs


def _hashes(request: Request) -> list[str]:
    return [each.sha256 for each in request.references]
