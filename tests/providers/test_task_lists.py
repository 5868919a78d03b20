"""The providers that list their tasks: the one that was sent is told from all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from flux_studio.core.errors import Refused, Unreachable
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.providers.contract import FindsTasks, ListsTasks, Submission, TaskList
from flux_studio.providers.registry import PROVIDERS, open_provider
from flux_studio.providers.task_lists import comparable, is_outside, moment, same_input, written
from tests.hosts.fal import FalHost
from tests.hosts.replicate import FORGOTTEN, ReplicateHost
from tests.hosts.runflow import RunflowHost
from tests.providers import fal_asking, replicate_asking, runflow_asking
from tests.providers.plain_host import with_session

KINDS: dict[str, tuple[ModuleType, type[Any], Request]] = {
    "runflow": (runflow_asking, RunflowHost, runflow_asking.FOX),
    "fal": (fal_asking, FalHost, fal_asking.FOX),
    "replicate": (replicate_asking, ReplicateHost, replicate_asking.order()),
}
CAT = Reference("c" * 64, "image/png", Size(512, 512), "cat.png")


class Desk:
    """One provider with its twin."""

    def __init__(self, name: str) -> None:
        self.asking, kind, self.fox = KINDS[name]
        self.name = name
        self.host = kind()

    def submission(self, intent: str = "intent-1", **fields: Any) -> Submission:
        inputs = fields.pop("inputs", ())
        return Submission(replace(self.fox, **fields), self.asking.PRO, inputs, intent)

    def submit(self, submission: Submission) -> str:
        return self.asking.asking(self.host, lambda p, key: p.submit(submission, key)).task

    def recent(self, submission: Submission, hours: float = 26, **more: Any) -> TaskList:
        now = datetime.now(UTC)
        span = now - timedelta(hours=hours), now + timedelta(hours=hours)
        return self.asking.asking(
            self.host, lambda p, key: p.recent(submission, *span, key), **more
        )


@pytest.fixture(params=list(KINDS))
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    desk = Desk(request.param)
    with desk.host:
        yield desk
    assert desk.host.violations == []
    assert desk.host.foreign == []


def test_the_task_of_a_submission_is_found_among_others(desk):
    desk.submit(desk.submission("other", prompt="a blue fox"))
    task = desk.submit(desk.submission())
    desk.submit(desk.submission("another", prompt="a green fox"))
    found = desk.recent(desk.submission())
    assert found.complete
    [listed] = found.tasks
    assert (listed.task, listed.same, listed.named) == (task, True, desk.name == "runflow")
    assert listed.created == desk.host.tasks[task].made.replace(tzinfo=UTC)


def test_one_with_the_same_prompt_and_another_seed_is_not_taken_for_it(desk):
    desk.submit(desk.submission("other", seed=8))
    found = desk.recent(desk.submission())
    assert found.complete
    # Runflow names its runs, so there is no doubt; elsewhere a person has a look.
    assert [listed.same for listed in found.tasks] == ([] if desk.name == "runflow" else [None])


def test_every_page_is_read(desk):
    desk.host.longest_page = 1
    task = desk.submit(desk.submission())
    for number in range(3):
        desk.submit(desk.submission(f"other-{number}", prompt=f"a fox {number}"))
    found = desk.recent(desk.submission())
    assert found.complete
    assert [listed.task for listed in found.tasks] == [task]
    assert len(desk.host.asked("runs" if desk.name == "runflow" else "list")) == 4


def test_an_edit_is_found_although_its_uploads_are_not_known_any_more(desk):
    url = "https://pictures.example/cat.png"
    task = desk.submit(desk.submission(references=(CAT,), inputs=(url,)))
    desk.submit(desk.submission("other"))  # the same words without a picture
    found = desk.recent(desk.submission(references=(CAT,)))
    assert [listed.task for listed in found.tasks if listed.same] == [task]


def test_nothing_there_is_a_complete_list_without_tasks(desk):
    assert desk.recent(desk.submission()) == TaskList((), complete=True)


def test_an_older_task_is_not_in_the_span(desk):
    task = desk.submit(desk.submission())
    desk.host.tasks[task].made -= timedelta(hours=30)
    desk.host.tasks[task].body.pop("client_ref", None)
    assert desk.recent(desk.submission()) == TaskList((), complete=True)


def test_a_wrong_key_is_refused(desk):
    with pytest.raises(Refused):
        desk.recent(desk.submission(), key="wrong-key-0123456789")


@pytest.mark.parametrize("fault", ["html", "badjson", "500"])
def test_an_answer_without_sense_is_no_list(desk, fault):
    desk.host.fault("*", fault, times=9)
    with pytest.raises(Unreachable):
        desk.recent(desk.submission())


def test_a_next_page_elsewhere_is_not_asked_for_and_the_list_is_not_complete():
    desk = Desk("replicate")
    with desk.host:
        desk.host.longest_page = 1
        for number in range(2):
            desk.submit(desk.submission(f"other-{number}", prompt=f"a fox {number}"))
        desk.host.address_base = desk.host.foreign_url
        assert not desk.recent(desk.submission()).complete
    assert desk.host.foreign == []


def test_a_prediction_whose_data_is_gone_may_be_the_one():
    desk = Desk("replicate")
    with desk.host:
        task = desk.submit(desk.submission())
        desk.host.tasks[task].created -= FORGOTTEN + 1
        [listed] = desk.recent(desk.submission()).tasks
        assert (listed.task, listed.same) == (task, None)


def test_a_request_that_has_not_ended_is_not_in_fals_list():
    desk = Desk("fal")
    with desk.host:
        desk.host.duration = lambda: 3600.0
        desk.submit(desk.submission())
        assert desk.recent(desk.submission()).tasks == ()


@pytest.mark.parametrize("row", PROVIDERS, ids=lambda row: row.id)
def test_the_registry_says_which_providers_list_their_tasks(row):
    class NoNotes:
        def get(self, name: str) -> str | None:
            return None

        def set(self, name: str, value: str) -> None:
            raise AssertionError(name)

    async def kind(session: Any) -> None:
        provider = open_provider(row, session, NoNotes(), {})
        assert isinstance(provider, ListsTasks) == row.lists_tasks
        if row.lists_tasks:
            assert isinstance(provider, FindsTasks)
            assert timedelta(0) < provider.list_lag <= timedelta(hours=1)

    with_session(kind)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({"prompt": "a fox", "seed": 7, "images": ["u"], "steps": 28}, True),
        ({"prompt": "a  fox ", "seed": 7, "images": ["u"]}, None),
        ({"prompt": "a fox", "seed": 7.0, "images": ["elsewhere"]}, True),
        ({"prompt": "a fox", "seed": 8, "images": ["u"]}, None),
        ({"prompt": "a fox", "seed": 7}, None),
        ({"prompt": "a fox", "seed": 7, "images": ["u", "v"]}, None),
        ({"prompt": "a fox", "seed": True, "images": ["u"]}, None),
        ({"prompt": "a cat", "seed": 7, "images": ["u"]}, False),
        ({"prompt": None}, False),
        ({}, None),
        (None, None),
        ("a fox", None),
    ],
)
def test_the_same_input_is_told_from_another(listed, expected):
    sent = comparable({"prompt": "a fox", "seed": 7, "images": ["u"]}, "images", 1)
    assert same_input(sent, listed) is expected


def test_without_references_none_may_be_listed():
    sent = comparable({"prompt": "a fox"}, "images", 0)
    assert same_input(sent, {"prompt": "a fox"}) is True
    assert same_input(sent, {"prompt": "a fox", "images": None}) is True
    assert same_input(sent, {"prompt": "a fox", "images": ["u"]}) is None


def test_times_of_lists():
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert moment("2026-11-20T12:00:00Z") == moment("2026-11-20T12:00:00") == noon
    assert [moment(text) for text in ("soon", None, 7)] == [None] * 3
    assert written(noon) == "2026-11-20T12:00:00Z"
    assert is_outside(noon, noon + timedelta(1), noon + timedelta(2))
    assert not is_outside(None, noon, noon)
