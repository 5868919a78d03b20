"""Reading a provider's list of tasks: is this one of them the very request that was sent?

What a list says is foreign text: whatever is not as documented is "not told", never a match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_PAGES = 20  # of one list; a longer one counts as not read to its end
PAGE = 100  # tasks of a page, where a provider lets us choose


def same_input(sent: Mapping[str, object], listed: object) -> bool | None:
    """Whether a listed input is the one that was sent: True when every field of it stands there,
    None when only the prompt does or the input is not there (any more), False for another prompt.

    A list may name defaults beside the fields, so further ones do not count.
    """
    if not isinstance(listed, Mapping) or not listed:
        return None
    if _words(listed.get("prompt")) != _words(sent.get("prompt")):
        return False
    return True if all(_agree(v, listed.get(name)) for name, v in sent.items()) else None


def comparable(fields: Mapping[str, object], uploads: str, count: int) -> dict[str, object]:
    """The fields of a submit as they are compared: of the references in `uploads` their number,
    since a provider may list copies under addresses of its own.
    """
    return {**{n: v for n, v in fields.items() if n != uploads}, uploads: Pictures(count)}


@dataclass(frozen=True, slots=True)
class Pictures:
    """A number of references, of whatever address."""

    count: int


def moment(text: object) -> datetime | None:
    """A time of a list, None when it is none. Without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def written(at: datetime) -> str:
    """A time as it stands in a query: ISO 8601 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_outside(at: datetime | None, since: datetime, until: datetime) -> bool:
    """Whether a task was surely made at another time."""
    return at is not None and not since <= at <= until


def _agree(sent: object, told: object) -> bool:
    if isinstance(sent, Pictures):
        return len(told) == sent.count if isinstance(told, list) else not sent.count and not told
    if isinstance(sent, bool) or isinstance(told, bool):
        return sent is told
    return sent == told


def _words(prompt: object) -> object:
    return " ".join(prompt.split()) if isinstance(prompt, str) else prompt
