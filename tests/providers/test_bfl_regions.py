"""The chosen region of Black Forest Labs: new requests go there, running jobs stay, and a replaced
address wins; the early look and the request id of an answer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from io import BytesIO
from typing import Any, TypeVar, cast

import pytest
from PIL import Image

from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.providers.bfl import REGIONS, BflProvider
from flux_studio.providers.bfl_result import status_of
from flux_studio.providers.calls import Call
from flux_studio.providers.contract import Inline, Link, Result, Submission, Working
from flux_studio.providers.http import HttpSession
from flux_studio.providers.regions_in_use import RegionsInUse
from flux_studio.providers.registry import region_base, row
from flux_studio.providers.replies import Reply, reply_from
from tests.hosts.bfl import BflHost
from tests.hosts.fixtures import hosting
from tests.providers.bfl_asking import PLAIN, PRO, START, NoNotes, done, look, submit
from tests.providers.plain_host import with_session

T = TypeVar("T")
GLOBAL, EUROPE, USA = REGIONS
SUBMISSION = Submission(PLAIN, PRO, (), "intent")
KEY = Secret("k")


class Far:
    """The provider far away: remembers which addresses were asked, and answers all alike."""

    def __init__(self, **answer: Any) -> None:
        self.answer = {"id": "task-1", "status": "Pending", "credits": 420, **answer}
        self.asked: list[str] = []

    async def submit(self, call: Call) -> Reply:
        return self._reply(call, paid=True)

    async def read(self, call: Call) -> Reply:
        return self._reply(call, paid=False)

    def _reply(self, call: Call, *, paid: bool) -> Reply:
        self.asked.append(call.service.address(call.url))
        heads = {"x-request-id": "req-1\u202e<b>" + "x" * 300}
        return reply_from(200, heads, json.dumps(self.answer).encode(), paid=paid)


def at(region: Callable[[], str], far: Far, act: Callable[[BflProvider], Awaitable[T]],
       base: str = GLOBAL) -> T:  # fmt: skip
    """One piece of work by a provider that is told of a region."""
    http = cast(HttpSession, far)
    made = BflProvider(http, base, NoNotes(), now=lambda: START, region=region)
    return with_session(lambda _session: act(made))


@pytest.mark.parametrize("region", REGIONS)
def test_new_requests_and_questions_of_the_account_go_to_the_chosen_region(region: str) -> None:
    far = Far()
    at(lambda: region, far, lambda p: p.submit(SUBMISSION, KEY))
    at(lambda: region, far, lambda p: p.balance(KEY))
    assert far.asked == [f"{region}/v1/flux-2-pro", f"{region}/v1/credits"]


def test_a_change_counts_from_the_next_request_on_and_a_running_job_stays_where_it_is() -> None:
    far = Far(polling_url=f"{EUROPE}/v1/get_result?id=task-1")
    chosen = RegionsInUse({"bfl": "eu"})

    async def work(provider: BflProvider) -> None:
        ticket = await provider.submit(SUBMISSION, KEY)
        chosen.choose("bfl", "us")
        await provider.check(ticket, KEY)
        await provider.submit(SUBMISSION, KEY)

    at(lambda: chosen.address(row("bfl")), far, work)
    assert far.asked == [
        f"{EUROPE}/v1/flux-2-pro",
        f"{EUROPE}/v1/get_result?id=task-1",
        f"{USA}/v1/flux-2-pro",
    ]


def test_an_address_that_was_replaced_wins_over_the_region() -> None:
    own = "https://gateway.example"
    far = Far()
    at(lambda: EUROPE, far, lambda p: p.submit(SUBMISSION, KEY), base=own)
    assert far.asked == [f"{own}/v1/flux-2-pro"]


def test_what_is_no_region_is_not_used() -> None:
    far = Far()
    at(lambda: "https://evil.example", far, lambda p: p.submit(SUBMISSION, KEY))
    assert far.asked == [f"{GLOBAL}/v1/flux-2-pro"]


def test_the_regions_of_the_row_are_those_of_the_client() -> None:
    known = row("bfl")
    assert tuple(region.base for region in known.regions) == REGIONS
    assert known.regions[0].base == known.default_base
    assert region_base(known, "eu") == EUROPE
    assert region_base(known, "gone") == region_base(known, "") == GLOBAL


def test_the_request_id_is_kept_with_the_ticket_as_it_may_be_shown() -> None:
    ticket = at(lambda: "", Far(), lambda p: p.submit(SUBMISSION, KEY))
    assert ticket.request_id.startswith("req-1 <b>xxx")
    assert len(ticket.request_id) == 200


# The early look


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "JPEG")
    return out.getvalue()


def preview_of(given: object) -> Result | None:
    body = json.dumps({"id": "t", "status": "Pending", "preview": given}).encode()
    status = status_of(reply_from(200, {}, body, paid=False), Ticket("t", START), START)
    assert isinstance(status, Working)
    return status.preview


@pytest.mark.parametrize("place", ["sample", "image", "anything"])
def test_a_preview_is_found_whatever_its_name(place: str) -> None:
    text = "data:image/jpeg;base64," + base64.b64encode(jpeg()).decode()
    assert preview_of({place: text}) == Inline(jpeg())
    assert preview_of({place: "https://cdn.example/p.jpeg"}) == Link("https://cdn.example/p.jpeg")


@pytest.mark.parametrize(
    "given",
    [None, {}, {"sample": 5}, {"sample": "file:///etc/passwd"}, "javascript:x", [1, None],
     {"sample": "data:image/png;base64,%%%"}, {"sample": "data:text/html;base64,AAAA"},
     {"sample": "data:image/png;base64," + "A" * (6 * 2**20)}],
    ids=lambda given: repr(given)[:40],
)  # fmt: skip
def test_what_is_no_preview_is_none(given: object) -> None:
    assert preview_of(given) is None


@pytest.fixture
def host() -> Iterator[BflHost]:
    with hosting(BflHost) as twin:
        yield twin


def test_a_task_of_the_twin_has_its_preview_while_it_runs(host: BflHost) -> None:
    hand = [0.0]
    host.clock = lambda: hand[0]
    uri = "data:image/jpeg;base64," + base64.b64encode(jpeg()).decode()
    host.previews = lambda task: {"image": uri}
    host.duration = lambda: 100.0
    ticket = submit(host)
    working = look(host, ticket)
    assert isinstance(working, Working)
    assert working.preview == Inline(jpeg())
    hand[0] = 1000.0
    assert len(done(host, ticket).results) == 1
