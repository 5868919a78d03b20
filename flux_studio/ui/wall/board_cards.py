"""Which jobs have a card on the wall, and how the cards follow the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flux_studio.core.job import Board, Job, JobState
from flux_studio.core.search import read_search
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.gallery_model import GalleryModel


def cards_for(board: Board, chosen: Filter) -> list[Job]:
    """The jobs that have a card under a filter, oldest first. A search is for pictures only, but
    for one that asks for nothing else than a state of jobs.
    """
    states = _asked_states(chosen.text)
    if states is None or replace(chosen, text="") != Filter(
        provider=chosen.provider, model=chosen.model
    ):
        return []
    return [
        job
        for job in board.jobs.values()
        if job.state is not JobState.SAVED
        and job.state in states
        and chosen.model in ("", job.request.model)
        and chosen.provider in ("", job.request.provider)
    ]


def _asked_states(text: str) -> frozenset[JobState] | None:
    """All states without a search, None for one that asks for pictures."""
    search = read_search(text)
    if search.is_empty:
        return frozenset(JobState)
    is_of_jobs = not search.words and all(c.field == "state" for c in search.conditions)
    return search.states if is_of_jobs else None


def show_cards(model: GalleryModel, board: Board, cards: Sequence[Job]) -> None:
    """Add, change and take away cards. A saved job's card leaves its place to the picture."""
    wanted = {job.id: job for job in cards}
    for id_, shown in list(model.jobs.items()):
        job = wanted.get(id_) or board.jobs.get(id_)
        if job is None:
            model.remove_job(id_)
        elif job is not shown:
            model.change_job(job)
    for id_, job in wanted.items():
        if id_ not in model.jobs:
            model.add_job(job)
