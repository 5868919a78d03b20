"""What else is known of a job, for those who hover or write to a provider's support: its log, its
ids, the key it went with.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from flux_studio.core.job import Job, JobState

translate = QCoreApplication.translate

_ON_THE_WAY = (JobState.ACCEPTED, JobState.RUNNING, JobState.READY)


def log_lines(job: Job) -> tuple[str, ...]:
    """The newest lines of the provider's log of a job that runs: server text, shown as plain
    text.
    """
    return job.logs if job.state in _ON_THE_WAY else ()


def id_words(job: Job) -> str:
    """'Task 7f3a · request req-81 · key work': what a provider's support asks for; '' when nothing
    of it is known.
    """
    said = (
        (translate("JobDetails", "Task {id}"), job.ticket.task if job.ticket else ""),
        (translate("JobDetails", "request {id}"), job.request_id),
        (translate("JobDetails", "key {id}"), job.key),
    )
    return " · ".join(words.format(id=text) for words, text in said if text)


def job_tip(job: Job, *first: str) -> str:
    """Lines for a tooltip: `first`, then the provider's log, then the ids."""
    return "\n".join(line for line in (*first, *log_lines(job), id_words(job)) if line)
