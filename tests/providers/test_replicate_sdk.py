"""Replicate's twin is true to the protocol: the publisher's own Python package drives it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pytest
import replicate
from PIL import Image
from replicate.exceptions import ModelError, ReplicateError

from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture
from tests.hosts.replicate import ReplicateHost
from tests.hosts.replicate_fields import LISTED_OUTPUT, PRICES

PRO = "black-forest-labs/flux-2-pro"
FOX: dict[str, Any] = {"prompt": "a red fox"}


@pytest.fixture
def host() -> Iterator[ReplicateHost]:
    with hosting(ReplicateHost) as twin:
        yield twin


@pytest.fixture
def client(host: ReplicateHost) -> Iterator[replicate.Client]:
    made = replicate.Client(api_token=host.key, base_url=host.base_url, timeout=httpx.Timeout(5))
    made.poll_interval = 0.001  # seconds
    yield made
    made._client.close()


@pytest.fixture
def now(host: ReplicateHost) -> list[float]:
    """A clock in seconds; a prediction takes 10."""
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 10.0
    return clock


def fetched(url: str) -> Image.Image:
    with urlopen(url) as answer:
        return Image.open(BytesIO(answer.read()))


def create(client: replicate.Client, model: str = PRO, **more: Any) -> Any:
    return client.models.predictions.create(model, {**FOX, **more})


@pytest.mark.parametrize("model", PRICES)
def test_the_package_runs_every_model(host, client, model):
    output = client.run(f"black-forest-labs/{model}", {**FOX, "aspect_ratio": "9:16", "seed": 5})
    (address,) = output if model in LISTED_OUTPUT else [output]
    assert fetched(address).size[0] == 768
    run, each, _ = PRICES[model]
    assert [charge.usd for charge in host.ledger] == [run + each]
    assert host.asked("submit")[0].headers["prefer"] == "wait"


def test_the_package_creates_reloads_and_sees_a_picture(host, client, now):
    made = create(client, aspect_ratio="custom", width=1024, height=640, output_format="png")
    assert (made.status, made.model, made.version) == ("starting", PRO, "hidden")
    seen = []
    for now[0] in (1.0, 5.0, 10.0):
        made.reload()
        seen.append((made.status, made.progress.percentage if made.progress else None))
    assert seen == [("starting", None), ("processing", 0.5), ("succeeded", 1.0)]
    assert (made.started_at, made.completed_at) == ("2026-11-20T12:00:02Z", "2026-11-20T12:00:10Z")
    assert made.metrics == {"predict_time": 10.0, "total_time": 10.0}
    image = fetched(made.output)
    assert (image.size, image.format) == ((1024, 640), "PNG")
    assert client.predictions.get(made.id).output == made.output


@pytest.mark.parametrize(
    ("wait", "header", "status", "code"),
    [(None, None, "starting", 201), (True, "wait", "succeeded", 201),
     (5, "wait=5", "processing", 202), (60, "wait=60", "succeeded", 201)],
)  # fmt: skip
def test_the_package_waits_as_long_as_it_says(host, client, now, wait, header, status, code):
    answers = []
    client._client.event_hooks["response"].append(lambda got: answers.append(got.status_code))
    made = client.models.predictions.create(PRO, FOX, wait=wait)
    assert host.asked("submit")[0].headers.get("prefer") == header
    assert (made.status, made.output is None) == (status, status != "succeeded")
    assert answers == [code]


def test_the_package_takes_an_output_that_is_still_processing_as_finished(host, client, now):
    host.hasty = True
    output = client.run(PRO, FOX)
    assert fetched(output).size == (1024, 1024)
    assert host.asked("check") == []


def test_the_package_reads_a_picture_inside_the_reply(host, client):
    host.inline = True
    output = client.run(PRO, {**FOX, "output_format": "png"})
    assert Image.open(BytesIO(output.read())).size == (1024, 1024)


def test_the_package_cancels_in_time(host, client, now):
    made = create(client)
    now[0] = 5.0
    made.cancel()
    assert made.status == "canceled"
    assert host.ledger == []
    assert host.asked("cancel")[0].body == b""
    again = client.predictions.cancel(made.id)
    assert again.status == "canceled"


def test_the_package_cancels_too_late(host, client, now):
    made = create(client)
    now[0] = 10.0
    assert client.predictions.cancel(made.id).status == "succeeded"
    assert len(host.ledger) == 1


def test_the_package_sees_a_failed_prediction(host, client):
    host.ending("failed", error="CUDA out of memory (E1001)")
    with pytest.raises(ModelError, match="E1001"):
        client.run(PRO, FOX)
    assert host.ledger == []


def test_the_package_sees_data_that_was_removed(host, client, now):
    made = create(client)
    now[0] = 3611.0
    made.reload()
    assert (made.status, made.output, made.input) == ("succeeded", None, {})


def test_the_package_uploads_a_file_and_edits_it(host, client, tmp_path: Path):
    path = tmp_path / "reference.png"
    path.write_bytes(picture(1920, 1080))
    stored = client.files.create(path)
    assert (stored.name, stored.content_type, stored.size) == (
        "reference.png", "image/png", path.stat().st_size,
    )  # fmt: skip
    assert host.files[stored.id].data == path.read_bytes()
    assert client.files.get(stored.id).checksums == stored.checksums
    client.run("black-forest-labs/flux-2-max", {**FOX, "input_images": [stored.urls["get"]]})
    assert host.ledger[0].usd == Decimal("0.13")  # 0.04 + 0.03 for 1 MP out + 0.06 for 2 MP in
    assert client.files.delete(stored.id) is True


def test_the_package_uploads_an_open_file_of_an_input(host, client, tmp_path: Path):
    path = tmp_path / "fox.png"
    path.write_bytes(picture(64, 48))
    with path.open("rb") as opened:
        client.run("black-forest-labs/flux-2-klein-4b", {**FOX, "images": [opened]})
    (asked,) = host.asked("submit")
    assert asked.json["input"]["images"] == [f"{host.base_url}/v1/files/file-0001"]
    assert host.files["file-0001"].data == path.read_bytes()


def test_the_package_creates_and_waits_asynchronously(host, client, now):
    async def work() -> Any:
        async with client._async_client:
            made = await client.models.predictions.async_create(PRO, FOX)
            now[0] = 10.0
            await made.async_wait()
            return made

    made = asyncio.run(work())
    assert (made.status, len(host.ledger)) == ("succeeded", 1)


def test_the_package_knows_the_account(host, client):
    account = client.accounts.current()
    assert (account.username, account.type) == ("twin", "organization")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503])
def test_the_package_reads_the_twins_errors(host, client, status):
    host.fault("submit", str(status), message="why")
    with pytest.raises(ReplicateError) as caught:
        create(client)
    assert (caught.value.status, caught.value.detail) == (status, "why")
    assert caught.value.title
    assert host.ledger == []


def test_the_package_is_told_of_a_wrong_key_a_model_and_a_task_nobody_knows(host, client):
    with pytest.raises(ReplicateError) as caught:
        create(client, "black-forest-labs/flux-3")
    assert caught.value.status == 404
    with pytest.raises(ReplicateError) as caught:
        client.predictions.get("nobody")
    assert caught.value.status == 404
    wrong = replicate.Client(api_token="wrong-key-77", base_url=host.base_url)
    with pytest.raises(ReplicateError) as caught:
        create(wrong)
    wrong._client.close()
    assert (caught.value.status, caught.value.title) == (401, "Unauthenticated")


@pytest.mark.parametrize(
    ("model", "given", "words"),
    [
        ("flux-2-pro", {"steps": 3}, "unknown field steps"),
        ("flux-2-pro", {"safety_tolerance": "2"}, "safety_tolerance is a str"),
        ("flux-2-pro", {"safety_tolerance": 6}, "safety_tolerance is above 5"),
        ("flux-2-pro", {"aspect_ratio": "21:9"}, "aspect_ratio is"),
        ("flux-2-pro", {"aspect_ratio": "custom", "width": 1024}, "width and a height"),
        ("flux-2-pro", {"aspect_ratio": "custom", "width": 1000, "height": 64}, "height is below"),
        ("flux-2-pro", {"aspect_ratio": "custom", "width": 1000, "height": 1000}, "steps of 16"),
        ("flux-2-pro", {"width": 1024, "height": 1024}, "only used with custom"),
        ("flux-2-pro", {"resolution": "8 MP"}, "resolution is"),
        ("flux-2-pro", {"output_format": "jpeg"}, "output_format is"),
        ("flux-2-pro", {"input_images": ["https://x.example/1"] * 9}, "input_images is above 8"),
        ("flux-2-flex", {"input_images": ["https://x.example/1"] * 11}, "input_images is above 10"),
        ("flux-2-flex", {"guidance": 1}, "guidance is below 1.5"),
        ("flux-2-dev", {"safety_tolerance": 2}, "unknown field safety_tolerance"),
        ("flux-2-dev", {"aspect_ratio": "custom", "width": 1040, "height": 256}, "steps of 32"),
        ("flux-2-klein-4b", {"input_images": []}, "unknown field input_images"),
        ("flux-2-klein-4b", {"output_megapixels": 1}, "output_megapixels is a int"),
        ("flux-2-klein-4b", {"aspect_ratio": "custom"}, "aspect_ratio is"),
    ],
)  # fmt: skip
def test_the_package_is_told_of_a_wrong_field(host, client, model, given, words):
    with pytest.raises(ReplicateError, match=words) as caught:
        create(client, f"black-forest-labs/{model}", **given)
    assert caught.value.status == 422
    assert len(host.violations) == 1
    assert host.ledger == []
    host.violations.clear()


def test_a_reference_that_was_never_uploaded_is_a_violation(host, client):
    with pytest.raises(ReplicateError, match="never uploaded"):
        create(client, input_images=[f"{host.base_url}/v1/files/file-0009"])
    host.violations.clear()


def test_a_wish_to_wait_that_makes_no_sense_is_a_violation(host):
    for prefer in ("wait=0", "wait=61", "wait=x", "respond-async"):
        headers = {"authorization": f"Bearer {host.key}", "prefer": prefer}
        url = f"{host.base_url}/v1/models/{PRO}/predictions"
        answer = httpx.post(url, json={"input": FOX}, headers=headers)
        assert answer.status_code == 400
        assert json.loads(answer.text)["status"] == 400
    assert len(host.violations) == 4
    host.violations.clear()
