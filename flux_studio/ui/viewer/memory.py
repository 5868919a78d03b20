"""Where the viewer keeps how it was left; the window's own file, which may be thrown away."""

from __future__ import annotations

from typing import Protocol


class Memory(Protocol):
    """Texts by name. `MainWindow` is one."""

    def recall(self, name: str) -> object:
        """What was kept under a name, None for nothing."""
        ...

    def remember(self, name: str, text: str) -> None:
        """Keep a text."""
        ...


def recalled_text(memory: Memory | None, name: str, usual: str = "") -> str:
    found = None if memory is None else memory.recall(name)
    return found if isinstance(found, str) else usual


def recalled_switch(memory: Memory | None, name: str, usual: bool) -> bool:
    return recalled_text(memory, name, "on" if usual else "off") == "on"


def remember_switch(memory: Memory | None, name: str, on: bool) -> None:
    if memory is not None:
        memory.remember(name, "on" if on else "off")
