"""A memory for tests that is gone with them."""

from __future__ import annotations


class Kept:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def recall(self, name: str) -> object:
        return self.texts.get(name)

    def remember(self, name: str, text: str) -> None:
        self.texts[name] = text
