"""The workshop of one command: opened, its news said on stderr, closed whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flux_studio.assembly import Workshop
from flux_studio.commands.output import say
from flux_studio.ground import lay_ground


@contextmanager
def opened() -> Iterator[Workshop]:
    """Everything a command works with. Raises StudioError or OSError where a folder cannot be had.

    Files that were set aside and a library that had to be rebuilt are told to the person.
    """
    ground = lay_ground()
    for fault in ground.faults:
        say(fault)
    workshop = Workshop(ground, say)
    try:
        yield workshop
    finally:
        workshop.close()
