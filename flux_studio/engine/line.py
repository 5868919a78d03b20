"""The line in front of each provider: who is next, and how many may be on their way at once."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable


class WaitingLine:
    """First come, first served, one line a provider; some may be let in at the front.

    `limit(provider)` is how many jobs of a provider may be on their way at once. A job that comes
    back (its provider was paused) takes its old place.
    """

    def __init__(self, limit: Callable[[str], int]) -> None:
        self._limit = limit
        self._lines: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._away: defaultdict[str, set[str]] = defaultdict(set)
        self._front, self._back = 0, 0

    def join(self, provider: str, jobs: list[str], front: bool = False) -> dict[str, int]:
        """Put jobs in line in their order; gives the rank of each, lower is earlier."""
        if front:
            self._front -= len(jobs)
            first = self._front
        else:
            first = self._back + 1
            self._back += len(jobs)
        ranks = {job: first + number for number, job in enumerate(jobs)}
        for job, rank in ranks.items():
            self.rejoin(provider, job, rank)
        return ranks

    def rejoin(self, provider: str, job: str, rank: int) -> None:
        """Put one job back at its old place."""
        insort(self._lines[provider], (rank, job))

    def leave(self, provider: str, job: str) -> bool:
        """Take a waiting job out of the line. False when it is not in it."""
        line = self._lines[provider]
        kept = [entry for entry in line if entry[1] != job]
        self._lines[provider] = kept
        return len(kept) < len(line)

    def take(self, closed: Callable[[str], bool]) -> list[str]:
        """The jobs that may start now, of providers that are not `closed`; they count as on their
        way.
        """
        started = []
        for provider, line in self._lines.items():
            while line and not closed(provider) and self._has_room(provider):
                _, job = line.pop(0)
                self._away[provider].add(job)
                started.append(job)
        return started

    def count_away(self, provider: str, job: str) -> None:
        """A job that is already at the provider takes a place too."""
        self._away[provider].add(job)

    def back(self, provider: str, job: str) -> None:
        """The provider is done with a job: its place is free. Safe to repeat."""
        self._away[provider].discard(job)

    def waiting(self, provider: str) -> list[str]:
        """The jobs in line at a provider, next first."""
        return [job for _, job in self._lines[provider]]

    def _has_room(self, provider: str) -> bool:
        return len(self._away[provider]) < self._limit(provider)
