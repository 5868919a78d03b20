"""Foreign words: whatever a provider, a file or a drop brings, only the contract's own errors come
of it. `FLUX_STUDIO_FUZZ=100000` makes it that many examples a parser.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import CardFault, read_cards
from flux_studio.core.draft import Draft
from flux_studio.core.draft import check as checked
from flux_studio.core.errors import (
    NotNow,
    NotSent,
    OutcomeUnknown,
    Refused,
    StudioError,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.ground import lay_ground
from flux_studio.providers import reply_law
from flux_studio.providers.calls import Call
from flux_studio.providers.contract import Done, Ended, Submission, Working
from flux_studio.providers.http import HttpSession
from flux_studio.providers.registry import open_provider, row
from flux_studio.providers.replies import Reply, reply_from, retry_after
from flux_studio.storage.drafts import DraftFile
from flux_studio.storage.sidecar import SidecarUnreadable, is_sidecar, read_sidecar
from flux_studio.ui.composer.dropped import (
    GENERATION_MIME,
    PICTURE_MIMES,
    Dropped,
    holds_pictures,
    pastes_pictures,
    read_dropped,
)
from tests.faults.studio import KINDS, small_order

EXAMPLES = int(os.environ.get("FLUX_STUDIO_FUZZ", "60"))
FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

# Names and words that the providers use, so that a random reply gets deep into the parsers.
NAMES = [
    "id", "task_id", "run_id", "request_id", "status", "state", "polling_url", "status_url",
    "response_url", "cancel_url", "urls", "get", "cancel", "cost", "price", "charged", "usage",
    "billing", "credits", "balance", "result", "results", "sample", "output", "outputs", "image",
    "images", "url", "content", "data", "seed", "progress", "queue_position", "logs", "message",
    "error", "error_message", "code", "detail", "details", "loc", "msg", "type", "ctx", "metrics",
    "predict_time", "completed_at", "created_at", "end_time", "input_mp", "output_mp", "task",
    "file_id", "upload_url", "signed_id", "headers", "location", "has_nsfw_concepts", "assets",
]  # fmt: skip
WORDS = [
    "", "ready", "Ready", "pending", "Pending", "processing", "succeeded", "SUCCEEDED", "completed",
    "COMPLETED", "IN_QUEUE", "IN_PROGRESS", "failed", "FAILED", "canceled", "cancelled", "queued",
    "Error", "Content Moderated", "Request Moderated", "Task not found", "content_policy_violation",
    "https://127.0.0.1:1/x", "http://x/y", "data:image/png;base64,AAAA", "data:,", "file:///x",
    "//x", "not a url", "https://[::1", "1e999", "-1", "NaN", "2026-11-20T12:00:00Z", "\ud800",
    "\x00\x1b[2J", "a" * 300,
]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS)
    | st.text(max_size=12)
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=14,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12)
BODIES = st.one_of(
    OBJECTS.map(lambda value: json.dumps(value).encode("utf-8", "replace")),
    JSON.map(lambda value: json.dumps(value).encode("utf-8", "replace")),
    st.binary(max_size=60),
)
STATUSES = st.sampled_from([200, 200, 200, 201, 202, 204, 302, 400, 401, 404, 409, 422, 429, 503])
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "date", "location", "x-request-id", "content-type",
                     "x-fal-billable-units", "x-runapi-task-id"]),
    st.sampled_from(WORDS) | st.text(max_size=20), max_size=4,
)  # fmt: skip
REPLIES = st.lists(st.tuples(STATUSES, HEADERS, BODIES), min_size=1, max_size=5)


class Scripted(HttpSession):
    """Answers every call with the next of some replies, judged by the law as the real one does."""

    def __init__(self, replies: list[tuple[int, dict[str, str], bytes]]) -> None:
        super().__init__({})
        self._replies, self._next = replies, 0

    def _answer(self, *, paid: bool) -> Reply:
        status, headers, body = self._replies[self._next % len(self._replies)]
        self._next += 1
        return reply_from(status, headers, body, paid=paid)

    async def submit(self, call: Call) -> Reply:
        self._errand(call, fresh=True)
        reply = self._answer(paid=True)
        fault = reply_law.submit_error(call, reply)
        if fault:
            raise fault
        return reply

    async def read(self, call: Call) -> Reply:
        self._errand(call, fresh=False)
        reply = self._answer(paid=False)
        fault = reply_law.read_error(call, reply)
        if fault:
            raise fault
        return reply


class Noted(dict[str, str]):
    def set(self, name: str, value: str) -> None:
        self[name] = value


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModelCard]:
    """The first card of each provider."""
    home = str(tmp_path_factory.mktemp("fuzz"))
    return {c.provider: c for c in reversed(lay_ground({"FLUX_STUDIO_HOME": home}).cards)}


def provider_for(name: str, replies: list[tuple[int, dict[str, str], bytes]]) -> Any:
    return open_provider(row(name), Scripted(replies), Noted(), {})


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_reply_to_a_submit_gets_past_the_contract(
    name: str, cards: dict[str, ModelCard]
) -> None:
    card = cards[name]
    request = small_order(card, "a red fox").requests[0]

    @FUZZ
    @given(REPLIES)
    def fuzz(replies: list[tuple[int, dict[str, str], bytes]]) -> None:
        provider = provider_for(name, replies)
        try:
            ticket = asyncio.run(
                provider.submit(Submission(request, card, (), "k"), Secret("k" * 20))
            )
        except (NotSent, NotNow, Refused, OutcomeUnknown):
            return
        assert isinstance(ticket, Ticket)
        assert ticket.task
        assert ticket.charged is None or (ticket.charged.is_finite() and ticket.charged >= 0)

    fuzz()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_reply_to_a_question_gets_past_the_contract(
    name: str, cards: dict[str, ModelCard]
) -> None:
    card = cards[name]
    request = small_order(card, "a red fox").requests[0]

    @FUZZ
    @given(REPLIES)
    def fuzz(replies: list[tuple[int, dict[str, str], bytes]]) -> None:
        provider = provider_for(name, replies)
        ticket = provider.ticket_for("task-1", card, request)
        try:
            status = asyncio.run(provider.check(ticket, Secret("k" * 20)))
        except (Unreachable, Refused, TaskForgotten):
            return
        assert isinstance(status, Working | Done | Ended)
        if isinstance(status, Done):
            assert status.results
        if not isinstance(status, Working):
            assert status.charged is None or status.charged.is_finite()

    fuzz()


FREE_CALLS: dict[str, Callable[[Any], Any]] = {
    "balance": lambda provider: provider.balance(Secret("k" * 20)),
    "check_key": lambda provider: provider.check_key(Secret("k" * 20)),
    "cancel": lambda provider: provider.cancel(
        Ticket("t", datetime(2026, 11, 20, tzinfo=UTC)), Secret("k" * 20)
    ),
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_reply_to_a_free_call_gets_past_the_contract(name: str) -> None:
    @FUZZ
    @given(REPLIES, st.sampled_from(sorted(FREE_CALLS)))
    def fuzz(replies: list[tuple[int, dict[str, str], bytes]], call: str) -> None:
        provider = provider_for(name, replies)
        if not hasattr(provider, call):
            return
        try:
            answer = asyncio.run(FREE_CALLS[call](provider))
        except (Unreachable, Refused, TaskForgotten):
            return
        assert isinstance(answer, Decimal | str | bool)
        assert not isinstance(answer, Decimal) or answer.is_finite()

    fuzz()


@FUZZ
@given(st.text(max_size=40) | st.sampled_from(WORDS), st.none() | st.text(max_size=40))
def test_any_retry_after_is_a_bearable_wait_or_none(value: str, date: str | None) -> None:
    wait = retry_after(value, date)
    assert wait is None or 0 <= wait <= 86_400


SIDECAR_NAMES = [
    "flux_studio", "file", "id", "job", "request", "prompt", "size", "width", "height", "sha256",
    "mime", "bytes", "created", "price", "charged", "seed", "seconds", "task", "parent", "quality",
    "has_c2pa", "marks", "rating", "favourite", "tags", "note", "job_times", "order", "planned",
    "sent", "finished", "reply", "references", "knobs", "provider", "model", "safety", "checker",
    "seed_mode", "count", "output_format", "name",
]  # fmt: skip
FORMS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(SIDECAR_NAMES), inner, max_size=8)
    ),
    max_leaves=20,
)
FILES = st.one_of(
    st.dictionaries(st.sampled_from(SIDECAR_NAMES), FORMS, max_size=16).map(
        lambda value: json.dumps({"flux_studio": 1, **value}).encode("utf-8", "replace")
    ),
    st.binary(max_size=80),
)


def changed(text: bytes) -> st.SearchStrategy[bytes]:
    """A good file with a few bytes of it replaced, left out or put in."""
    edit = st.tuples(st.integers(0, len(text)), st.integers(0, 12), st.binary(max_size=8))

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        now = text
        for at, gone, put in edits:
            now = now[:at] + put + now[at + gone :]
        return now

    return st.lists(edit, max_size=4).map(apply)


def test_any_sidecar_is_read_or_refused_by_its_own_error(tmp_path: Path) -> None:
    from flux_studio.storage.sidecar import MarkSet, Sidecar, sidecar_path, write_sidecar
    from tests.storage.samples import generation, png

    picture = tmp_path / "a.png"
    picture.write_bytes(png())
    write_sidecar(picture, Sidecar(generation(), MarkSet()))
    path = sidecar_path(picture)
    good = path.read_bytes()

    @FUZZ
    @given(FILES | changed(good))
    def fuzz(data: bytes) -> None:
        path.write_bytes(data)
        is_sidecar(path)
        try:
            read = read_sidecar(path, tmp_path)
        except SidecarUnreadable:
            return
        assert 0 <= read.marks.rating <= 5
        assert read.generation.path == "a.png"

    fuzz()


def test_any_draft_is_a_form_or_none(tmp_path: Path, cards: dict[str, ModelCard]) -> None:
    file = DraftFile(tmp_path / "draft.json")
    file.save(Draft("bfl", "flux-2-pro", prompt="a fox"))
    good = (tmp_path / "draft.json").read_bytes()

    @FUZZ
    @given(FILES | changed(good))
    def fuzz(data: bytes) -> None:
        (tmp_path / "draft.json").write_bytes(data)
        draft = file.load()
        if draft is not None:
            for card in cards.values():
                checked(draft, card, lambda: 1)  # whatever came of it, the form can be shown
            file.save(draft)
            file.load()

    fuzz()


def test_any_card_file_is_read_or_named_with_its_fault() -> None:
    from flux_studio.resources import resource_path

    shipped = [path.read_bytes() for path in sorted(resource_path("models").glob("*.toml"))]

    @FUZZ
    @given(st.one_of(*map(changed, shipped), st.binary(max_size=60)))
    def fuzz(data: bytes) -> None:
        try:
            found = read_cards(data.decode("utf-8", "replace"), "fuzzed.toml")
        except CardFault:
            return
        assert all(card.provider and card.model for card in found)

    fuzz()


MIMES = [GENERATION_MIME, *PICTURE_MIMES, "text/uri-list", "text/plain", "text/html", "image/gif",
         "application/x-qt-image", "application/x-foreign"]  # fmt: skip
URLS = st.one_of(
    st.sampled_from([*WORDS, "file:///etc/passwd", "file://host/share/x.png", "file:////host/x.png",
                     "file:///C:/x.png", "smb://h/x", "https://x/y.png", "javascript:alert(1)"]),
    st.text(max_size=20),
)  # fmt: skip


@FUZZ
@given(
    st.dictionaries(st.sampled_from(MIMES), st.binary(max_size=40), max_size=4),
    st.lists(URLS, max_size=4),
)
def test_any_drop_is_taken_or_refused_in_words(data: dict[str, bytes], urls: list[str]) -> None:
    mime = QMimeData()
    for kind, content in data.items():
        mime.setData(kind, content)
    if urls:
        mime.setUrls([QUrl(url.encode("utf-8", "replace").decode()) for url in urls])
    holds_pictures(mime)
    pastes_pictures(mime)
    dropped = read_dropped(mime)
    assert isinstance(dropped, Dropped)
    assert not dropped.address or dropped.address.startswith("https:")
    assert not any(str(path).startswith(("//", "\\\\")) for path in dropped.files)
    taken = (dropped.generation, dropped.files, dropped.picture, dropped.address, dropped.refusals)
    assert any(taken) or GENERATION_MIME in data


def test_the_errors_of_the_contract_are_the_studios_own() -> None:
    kinds = (NotSent, NotNow, Refused, OutcomeUnknown, Unreachable, TaskForgotten)
    assert all(issubclass(kind, StudioError) for kind in kinds)
