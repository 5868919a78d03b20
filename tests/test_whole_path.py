"""A prompt becomes a picture: through the real window, engine, HTTP, decoder and disk, at each
provider's twin.
"""

from __future__ import annotations

import hashlib
import json

import pytest
from PIL import Image

from flux_studio.core.job import JobState
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.whole import whole_studio

TWINS = {"runapi": (RunApiHost, "RUNAPI_API_KEY"), "runflow": (RunflowHost, "RUNFLOW_API_KEY")}
LONG = 30_000  # ms


@pytest.fixture(params=sorted(TWINS))
def twin(request):
    kind, _ = TWINS[request.param]
    with hosting(kind) as host:
        yield host


def environ(host):
    """The environment that leads the studio to a twin, with its key."""
    return {**host.environ, TWINS[host.provider][1]: host.key}


def test_practice_from_the_first_press(qtbot, tmp_path):
    with whole_studio(tmp_path) as whole:
        assert whole.studio.state.draft.provider == "practice"
        assert whole.studio.state.draft.prompt, "a sample prompt is ready"
        whole.studio.generate()
        qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
        file = whole.file(whole.saved[0])
        data = file.read_bytes()
        sidecar = json.loads(file.with_suffix(".json").read_text())
    assert hashlib.sha256(data).hexdigest() == whole.saved[0].sha256
    assert sidecar["flux_studio"] == 1
    with Image.open(file) as picture:
        assert picture.size == (1024, 1024)


def test_a_provider_from_press_to_disk_with_one_charge(qtbot, tmp_path, twin):
    with whole_studio(tmp_path, environ(twin)) as whole:
        whole.choose(twin.provider)
        whole.studio.set_prompt("a lighthouse in fog")
        price = whole.studio.state.check.estimate.total
        whole.studio.generate()
        qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
        saved = whole.saved[0]
        assert whole.file(saved).exists()
    assert [charge.usd for charge in twin.ledger] == [price]
    assert (saved.price, saved.charged) == (price, price)
    assert twin.violations == []


def test_a_dropped_picture_becomes_an_edit_with_its_lineage(qtbot, tmp_path, twin):
    with whole_studio(tmp_path, environ(twin)) as whole:
        whole.choose(twin.provider)
        whole.studio.set_prompt("a lighthouse in fog")
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=LONG)
        source = whole.saved[0]
        whole.studio.use_as_reference(source)
        qtbot.waitUntil(lambda: bool(whole.studio.state.draft.references), timeout=LONG)
        whole.studio.set_prompt("make it night")
        whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
        edit = whole.saved[1]
        lineage = whole.workshop.gallery().lineage(edit.id)
    assert edit.parent == source.id
    assert [g.id for g in lineage.ancestors] == [source.id]
    assert len(twin.ledger) == 2
    assert twin.violations == []


def test_quitting_midway_and_starting_again_saves_the_picture_with_one_charge(
    qtbot, tmp_path, twin
):
    twin.duration = lambda: 3600.0
    with whole_studio(tmp_path, environ(twin)) as whole:
        whole.choose(twin.provider)
        whole.studio.set_prompt("a slow one")
        whole.studio.generate()
        accepted = (JobState.ACCEPTED, JobState.RUNNING)
        qtbot.waitUntil(
            lambda: any(j.state in accepted for j in whole.studio.state.board.jobs.values()),
            timeout=LONG,
        )
    for task in twin.tasks.values():
        task.seconds = 0.0
    with whole_studio(tmp_path, environ(twin)) as whole:
        assert whole.studio.state.draft.prompt == "a slow one", "the form comes back"
        qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
    assert len(twin.ledger) == 1


def test_a_lost_answer_is_never_sent_again_without_a_key_that_allows_it(qtbot, tmp_path):
    with hosting(RunflowHost) as host:
        host.fault("submit", "close_after")
        with whole_studio(tmp_path, environ(host)) as whole:
            whole.choose("runflow")
            whole.studio.set_prompt("who knows")
            whole.studio.generate()
            jobs = lambda: list(whole.studio.state.board.jobs.values())  # noqa: E731 # a short read
            qtbot.waitUntil(
                lambda: bool(jobs()) and jobs()[0].state is JobState.UNKNOWN, timeout=LONG
            )
        with whole_studio(tmp_path, environ(host)) as whole:
            jobs = lambda: list(whole.studio.state.board.jobs.values())  # noqa: E731 # as above
            qtbot.waitUntil(
                lambda: bool(jobs()) and jobs()[0].state is JobState.UNKNOWN, timeout=LONG
            )
        assert len(host.asked("submit")) == 1


def test_a_lost_answer_with_an_idempotency_key_is_collected(qtbot, tmp_path):
    with hosting(RunApiHost) as host:
        host.fault("submit", "close_after")
        with whole_studio(tmp_path, environ(host)) as whole:
            whole.choose("runapi")
            whole.studio.set_prompt("who knows")
            whole.studio.generate()
            qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
        assert len(host.asked("submit")) == 2
        assert len(host.ledger) == 1
