"""A provider key in memory: it can be sent in a header, and shows itself nowhere else.

`repr`, `str`, formatting and pickling never give the key away, so it cannot slip into a log or an
error.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import NoReturn


class Secret:
    """A key. `reveal()` is the only way to its text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself: for the one header it belongs into, and for the keychain."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(
            self._text.encode(), other._text.encode()
        )

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied to another process")
