"""Threads for work that may hang in foreign code: a keychain, a name server, a codec.

They are daemons, so none of them keeps the program from ending; how it ends beside one that is
still at work is said in `flux_studio.leaving`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic


class SideThread(threading.Thread):
    """Runs `work` once. Every thread of ours is one, but the main thread and the engine's."""

    def __init__(self, work: Callable[[], object], name: str) -> None:
        """`name` is for logs and debuggers."""
        super().__init__(target=work, name=name, daemon=True)


def wait_for_side_threads(deadline: float) -> list[str]:
    """The names of those that are not done within `deadline` seconds, all of them together."""
    until = monotonic() + deadline
    threads = [each for each in threading.enumerate() if isinstance(each, SideThread)]
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    return [thread.name for thread in threads if thread.is_alive()]
