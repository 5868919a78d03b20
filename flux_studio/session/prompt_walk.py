"""Walking through earlier prompts in the box, with what is being written kept at the near end."""

from __future__ import annotations

from collections.abc import Sequence


class PromptWalk:
    """One walk at a time. It begins where the box shows what was not reached by walking."""

    def __init__(self) -> None:
        self._own = ""
        self._found: list[str] = []
        self._place = -1
        self._shown: str | None = None

    def older(self, text: str, before: str, prompts: Sequence[str]) -> str | None:
        """The next older prompt; None at the end. `text` stands in the box, `before` of it before
        the caret: prompts that begin like that come up alone, where there are any. `prompts` are
        all there are, the newest first.
        """
        if text != self._shown:
            self._begin(text, before, prompts)
        if self._place + 1 >= len(self._found):
            return None
        return self._show(self._place + 1)

    def newer(self, text: str) -> str | None:
        """The next newer prompt, at last what was being written; None when nothing was walked."""
        if text != self._shown or self._place < 0:
            return None
        return self._show(self._place - 1)

    def _begin(self, text: str, before: str, prompts: Sequence[str]) -> None:
        others = [prompt for prompt in prompts if prompt != text]
        begun = before.casefold()
        alike = [prompt for prompt in others if prompt.casefold().startswith(begun)]
        self._own, self._found, self._place = text, alike or others, -1

    def _show(self, place: int) -> str:
        self._place = place
        self._shown = self._own if place < 0 else self._found[place]
        return self._shown
