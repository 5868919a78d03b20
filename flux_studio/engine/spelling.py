"""Spells out what a request would send, without sending it: for people who want to look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flux_studio.core.card import ModelCard
from flux_studio.core.code_text import SpelledCall, placeholder
from flux_studio.core.request import Request
from flux_studio.providers.calls import Call
from flux_studio.providers.contract import Provider, Spells, Submission
from flux_studio.providers.registry import row


class Speller:
    """Asks providers for the very call that they would make."""

    def __init__(
        self, providers: Mapping[str, Provider], cards: Mapping[tuple[str, str], ModelCard]
    ) -> None:
        self._providers = providers
        self._cards = cards

    def spell(self, request: Request) -> SpelledCall | None:
        """The call of a request, None at a provider that makes none over HTTP. Raises Refused."""
        provider: object = self._providers.get(request.provider)
        card = self._cards.get((request.provider, request.model))
        if card is None or not isinstance(provider, Spells):
            return None
        inputs = tuple(placeholder(n) for n, _ in enumerate(request.references, start=1))
        # A key of its own: run as it stands, it must never be taken for a job of the studio.
        submission = Submission(request, card, inputs, str(uuid.uuid4()))
        call = provider.spell(submission)
        names = tuple(reference.name for reference in request.references)
        variable = row(request.provider).key_variable
        return spelled(call, variable, names, inline=provider.inline_references)


def spelled(
    call: Call, variable: str, references: tuple[str, ...] = (), *, inline: bool = False
) -> SpelledCall:
    """A call in words: its absolute address, and the place of the key instead of the key."""
    assert isinstance(call.json, dict), "a submit has a body of fields"
    return SpelledCall(
        method=call.method,
        url=call.service.address(call.url),
        headers=(("accept", "application/json"), *call.headers),
        body=call.json,
        key_header=call.service.key_header,
        key_scheme=call.service.key_scheme,
        variable=variable,
        references=references,
        inline=inline,
    )
