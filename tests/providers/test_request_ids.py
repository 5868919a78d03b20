"""The provider's own id of an exchange reaches the ticket, and what is not there stays ''."""

from __future__ import annotations

import pytest

from flux_studio.providers.replies import LONGEST_ID, reply_from
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.providers import runapi_talk, runflow_asking


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        ({"x-request-id": "req-1"}, "req-1"),
        ({"x-request-id": " ", "cf-ray": "8c-FRA"}, "8c-FRA"),
        ({"x-fal-request-id": "f-1"}, "f-1"),
        ({"x-request-id": "a\u202eb\x07c"}, "a b c"),
        ({"x-request-id": "x" * 900}, "x" * (LONGEST_ID - 1) + "…"),
        ({}, ""),
    ],
)
def test_an_id_is_bounded_and_plain(heads: dict[str, str], found: str) -> None:
    assert reply_from(200, heads, b"{}", paid=True).request_id == found


def test_runapi_tells_it_in_a_header() -> None:
    with hosting(RunApiHost) as host:
        card = runapi_talk.PRO
        ticket = runapi_talk.submit(host, runapi_talk.request_for(card), card)
        assert ticket.request_id.startswith("req-")


def test_runflow_tells_it_in_the_run() -> None:
    with hosting(RunflowHost) as host:
        ticket = runflow_asking.submit(host)
        assert ticket.request_id == f"req-{ticket.task}"
