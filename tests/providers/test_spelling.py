"""What is spelled out is what is sent: the command and the script run against the twins, and their
body is the studio's own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.code_text import SpelledCall, as_curl, as_python
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.engine.spelling import Speller, spelled
from flux_studio.providers.contract import Provider, Spells, Submission
from flux_studio.providers.http import HttpSession
from flux_studio.providers.registry import PROVIDERS, open_provider, row
from flux_studio.resources import resource_path
from tests.hosts.bfl import BflHost
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.hosts.replicate import ReplicateHost
from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.hosts.server import HostServer
from tests.providers.bfl_asking import reference, upload
from tests.providers.plain_host import with_session

HOSTS = {kind.provider: kind for kind in (RunApiHost, RunflowHost, BflHost, FalHost, ReplicateHost)}
CARDS = {
    card.id: card
    for name in HOSTS
    for card in read_cards(resource_path(f"models/{name}.toml").read_text("utf-8"), name)
}
PROMPT = 'A fox\'s "den" $HOME `id` \\ at dusk!\nNo #E0A030 — 雪 🦊'
REFERENCE = Reference("ab" * 32, "image/png", Size(512, 512), "my fox\n#1.png")

CASES = [
    pytest.param(card, edit, id=f"{'-'.join(card.id)}-{'edit' if edit else 'text'}")
    for card in CARDS.values()
    for edit in (False, True)
    if card.edits or not edit
]
SHELLS = ["curl", "python"]


class Notes:
    def get(self, name: str) -> str | None:
        return None

    def set(self, name: str, value: str) -> None: ...


@pytest.fixture(params=sorted(HOSTS))
def host(request: pytest.FixtureRequest) -> Iterator[HostServer]:
    with hosting(HOSTS[request.param]) as made:
        yield made


def order(card: ModelCard, edit: bool = False) -> Request:
    """What the form makes with everything set that the model takes."""
    draft = Draft(
        *card.id, prompt=PROMPT, size=card.default_size, seed_mode=SeedMode.FIXED, seed=7,
        references=(REFERENCE,) if edit else (),
    )  # fmt: skip
    made = check(draft, card, lambda: 1)
    assert made.order is not None, made.problems
    return made.order.requests[0]


def provider_of(session: HttpSession, host: HostServer) -> Provider:
    return open_provider(row(host.provider), session, Notes(), host.environ)


def spell(host: HostServer, request: Request) -> SpelledCall:
    async def use(session: HttpSession) -> SpelledCall:
        speller = Speller({host.provider: provider_of(session, host)}, CARDS)
        found = speller.spell(request)
        assert found is not None
        return found

    return with_session(use)


def run(host: HostServer, text: str, way: str) -> None:
    """Run a copied text in a shell or as a script, with the key in its variable."""
    environ = {"PATH": os.environ["PATH"], row(host.provider).key_variable: host.key}
    command = ["/bin/sh", "-c", text] if way == "curl" else [sys.executable, "-c", text]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def sent(host: HostServer) -> dict[str, Any]:
    """The body of the last submit."""
    found = [asked for asked in host.requests if asked.method == "POST"]
    assert found[-1].route == "submit", found[-1]
    body: dict[str, Any] = found[-1].json
    return body


def by_the_studio(host: HostServer, request: Request, inputs: tuple[str, ...], key: str) -> Any:
    """The body as the studio itself sends it."""
    card = CARDS[request.provider, request.model]
    submission = Submission(request, card, inputs, key)
    with_session(lambda s: provider_of(s, host).submit(submission, Secret(host.key)))
    return sent(host)


@pytest.mark.parametrize("way", SHELLS)
def test_the_copied_text_sends_what_the_studio_sends(host: HostServer, way: str) -> None:
    if way == "curl" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    for card in CARDS.values():
        if card.provider != host.provider:
            continue
        request = order(card)
        call = spell(host, request)
        run(host, as_curl(call) if way == "curl" else as_python(call), way)
        copied = sent(host)
        assert copied == call.body
        asked = host.requests[-1]
        own = by_the_studio(host, request, (), own_key(call))
        assert copied == own
        assert copied.get("input", copied)["prompt"] == PROMPT
        assert (asked.method, asked.target) == (host.requests[-1].method, host.requests[-1].target)
        for name, value in call.headers:
            assert asked.headers[name.lower()] == value == host.requests[-1].headers[name.lower()]


def own_key(call: SpelledCall) -> str:
    """The idempotency key that a call was spelled with, so that the studio's can be compared."""
    header = dict(call.headers).get("Idempotency-Key", "")
    return header or str(call.body.get("client_ref", "k"))


@pytest.mark.parametrize(("card", "edit"), CASES)
def test_every_card_is_spelled_as_it_is_sent(card: ModelCard, edit: bool) -> None:
    """The fields cannot disagree: `submit` sends what `spell` gives."""
    request = order(card, edit)

    async def use(session: HttpSession) -> None:
        provider: Any = open_provider(row(card.provider), session, Notes(), {})
        assert isinstance(provider, Spells)
        seen = []

        async def submit(call: Any) -> Any:
            seen.append(call)
            raise KeyboardInterrupt  # nothing of the answer matters here

        provider._http.submit = submit
        inputs = ("QUJD",) if edit else ()
        submission = Submission(request, card, inputs, "k-1")
        with pytest.raises(KeyboardInterrupt):
            await provider.submit(submission, Secret("the-key"))
        [call] = seen
        spelled_call = provider.spell(submission)
        assert spelled_call.key is None
        if call.content is not None:
            assert json.loads(call.content) == spelled_call.json
        else:
            assert call.json == spelled_call.json
        assert (call.method, call.url) == (spelled_call.method, spelled_call.url)
        assert set(spelled_call.headers) <= set(call.headers)

    with_session(use)


@pytest.mark.parametrize("provider", sorted(HOSTS))
def test_references_are_placeholders_with_a_comment_and_the_key_is_a_variable(
    provider: str,
) -> None:
    card = next(c for c in CARDS.values() if c.provider == provider and c.edits)
    variable = row(provider).key_variable

    async def use(session: HttpSession) -> SpelledCall | None:
        made = open_provider(row(provider), session, Notes(), {})
        return Speller({provider: made}, CARDS).spell(order(card, edit=True))

    call = with_session(use)
    assert call is not None
    for text in (as_curl(call), as_python(call)):
        assert "@reference1" in text
        assert "# Put " in text
        assert "@reference1: my fox #1.png" in text, "a line break must not end the comment"
        assert variable in text
    assert re.search(rf'-H "[\w-]+: (\w+ )?\${variable}"', as_curl(call))
    assert f"os.environ[{variable!r}]" in as_python(call)
    compile(as_python(call), "copied", "exec")


def test_an_edit_runs_once_the_reference_is_in_its_place() -> None:
    """Black Forest Labs takes the picture itself, so nothing has to be uploaded first."""
    with hosting(BflHost) as host:
        card = CARDS["bfl", "flux-2-pro"]
        picture = upload(host, reference(512, 512))
        request = order(card, edit=True)
        call = spell(host, request)
        run(host, as_python(call).replace("'@reference1'", repr(picture)), "python")
        assert sent(host) == {**call.body, "input_image": picture}
        assert sent(host) == by_the_studio(host, request, (picture,), "k")


def test_every_provider_with_a_key_spells() -> None:
    assert sorted(HOSTS) == sorted(known.id for known in PROVIDERS if known.needs_key)


def test_where_nothing_is_sent_there_is_nothing_to_spell() -> None:
    request = Request("practice", "practice", "a fox", Size(512, 512), "png")
    assert Speller({}, CARDS).spell(request) is None


def test_the_spelled_call_never_holds_a_key() -> None:
    card = CARDS["runflow", "flux-2-pro"]

    async def use(session: HttpSession) -> str:
        provider: Any = open_provider(row("runflow"), session, Notes(), {})
        call = provider.spell(Submission(order(card), card, (), "k")).with_key(Secret("sk-canary"))
        made = spelled(call, "RUNFLOW_API_KEY")
        return repr(made) + as_curl(made) + as_python(made)

    assert "sk-canary" not in with_session(use)
