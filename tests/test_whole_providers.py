"""Each provider through the real window, engine and HTTP: an order of edits under its rate limit,
and an ending that concerns a control.
"""

from __future__ import annotations

import pytest

from flux_studio.core.job import JobState
from flux_studio.session.state import Tone
from tests.hosts.bfl import BflHost
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.hosts.replicate import ReplicateHost
from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.whole import whole_studio

LONG = 30_000  # ms
KEYS = {
    RunApiHost: "RUNAPI_API_KEY",
    RunflowHost: "RUNFLOW_API_KEY",
    BflHost: "BFL_API_KEY",
    FalHost: "FAL_KEY",
    ReplicateHost: "REPLICATE_API_TOKEN",
}
UPLOADS = {
    "runapi": "confirm",
    "runflow": "confirm",
    "fal": "put",
    "replicate": "upload",
    "bfl": "",  # references travel inside the request
}


@pytest.fixture(params=KEYS, ids=lambda kind: kind.provider)
def twin(request):
    with hosting(request.param) as host:
        yield host


def environ(host):
    """The environment that leads the studio to a twin, with its key."""
    return {**host.environ, KEYS[type(host)]: host.key}


def first(whole, host) -> None:
    """The provider's first model that edits, with the first prompt."""
    cards = whole.studio.state.cards
    card = next(c for c in cards if c.provider == host.provider and c.edits)
    whole.studio.choose_model(*card.id)
    whole.studio.set_size(card.default_size)
    whole.studio.set_prompt("a lighthouse in fog")


def states(whole) -> list[JobState]:
    return [job.state for job in whole.studio.state.board.jobs.values()]


def test_an_order_of_edits_obeys_the_rate_limit_and_uploads_once(qtbot, tmp_path, twin):
    twin.fault("submit", "429", times=2, retry_after="0")
    with whole_studio(tmp_path, environ(twin)) as whole:
        first(whole, twin)
        told = []
        whole.studio.changed.connect(lambda state: told.append(state.notice))
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=LONG)
        whole.studio.use_as_reference(whole.saved[0])
        qtbot.waitUntil(lambda: bool(whole.studio.state.draft.references), timeout=LONG)
        whole.studio.set_count(3)
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 4, timeout=LONG)
        assert not whole.studio.state.board.jobs
    assert [notice for notice in told if notice and notice.tone is Tone.BAD] == []
    assert len(twin.ledger) == 4
    assert twin.violations == []
    if UPLOADS[twin.provider]:
        assert len(twin.asked(UPLOADS[twin.provider])) == 1


def test_a_refusal_about_a_field_stands_at_its_control_until_that_is_edited(qtbot, tmp_path):
    """fal checks a field of the request once it runs, and names it."""
    detail = [{"loc": ["body", "prompt"], "msg": "too bold", "type": "value_error"}]
    with hosting(FalHost) as host, whole_studio(tmp_path, environ(host)) as whole:
        host.fault("submit", "other", status=422, json={"detail": detail})
        first(whole, host)
        line = whole.room.composer.prompt.problem
        whole.studio.generate()
        qtbot.waitUntil(lambda: JobState.REFUSED in states(whole), timeout=LONG)
        assert "too bold" in line.text()
        assert whole.studio.state.blocker is None  # its word is no obstacle
        whole.studio.set_prompt("a lighthouse in mild fog")
        assert line.text() == ""
        host.violations.clear()
