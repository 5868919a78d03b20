"""Finished pictures in an answer: where they are, and each as a result."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from flux_studio.providers.contract import Inline, Link, Result
from flux_studio.providers.replies import decode_data_uri

STARTS = ("https://", "http://", "data:image/")


def addresses_in(given: object) -> list[str]:
    """The addresses of pictures, each once: a text, a file object with its `url`, or lists of
    them.
    """
    return list(dict.fromkeys(_addresses(given)))


async def results_at(addresses: Iterable[str]) -> tuple[Result, ...]:
    """A link, or the picture itself where its address has it inside. Raises BadReply."""
    return tuple([await _result(address) for address in addresses])


def _addresses(given: object) -> Iterator[str]:
    match given:
        case str() if given.startswith(STARTS):
            yield given
        case list():
            for item in given:
                yield from _addresses(item)
        case {"url": str(url)}:
            yield from _addresses(url)


async def _result(address: str) -> Result:
    if address.startswith("data:"):
        return Inline(await asyncio.to_thread(decode_data_uri, address))
    return Link(address)
