"""The line in front of each provider: who is next, and how many may be on their way at once."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable

STEP = 1.0  # between the ranks of two neighbours, so that others fit in between


class WaitingLine:
    """First come, first served, one line a provider, by the rank of each job; lower is earlier.

    `limit(provider)` is how many jobs of a provider may be on their way at once. A job that comes
    back (its provider was paused) takes its old place.
    """

    def __init__(self, limit: Callable[[str], int]) -> None:
        self._limit = limit
        self._lines: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        self._away: defaultdict[str, set[str]] = defaultdict(set)
        self._first, self._last = 0.0, 0.0

    def ranks(self, count: int, front: bool = False, least: float = 0.0) -> list[float]:
        """The places of so many new jobs: behind all others, at `least` or later, or at the
        front.
        """
        if front:
            waiting = [rank for line in self._lines.values() for rank, _ in line]
            first = min([self._first or self._last, *waiting]) - STEP * count
            self._first = first
        else:
            first = max(least, self._last + STEP)
            self._last = first + STEP * (count - 1)
        return [first + STEP * number for number in range(count)]

    def join(self, provider: str, job: str, rank: float) -> None:
        """Put one job at its place."""
        insort(self._lines[provider], (rank, job))
        self._last = max(self._last, rank)

    def leave(self, provider: str, job: str) -> bool:
        """Take a waiting job out of the line. False when it is not in it."""
        line = self._lines[provider]
        kept = [entry for entry in line if entry[1] != job]
        self._lines[provider] = kept
        return len(kept) < len(line)

    def take(
        self, closed: Callable[[str], bool], barred: Callable[[str], bool] = lambda job: False
    ) -> list[str]:
        """The jobs that may start now: those that are not `barred`, of providers that are not
        `closed`; they count as on their way.
        """
        started = []
        for provider in list(self._lines):
            if closed(provider):
                continue
            for entry in list(self._lines[provider]):
                if not self._has_room(provider):
                    break
                if not barred(entry[1]):
                    self._lines[provider].remove(entry)
                    self._away[provider].add(entry[1])
                    started.append(entry[1])
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
