"""fal's twin is true to the protocol: the publisher's own Python package drives it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import fal_client
import pytest
from fal_client import client as package
from PIL import Image

from tests.hosts.fal import FalHost
from tests.hosts.fal_fields import FIRST
from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture

FOX: dict[str, Any] = {"prompt": "a red fox"}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalHost]:
    """A twin that the package takes for fal: its queue and its storage."""
    with hosting(FalHost) as twin:
        monkeypatch.setattr(package, "QUEUE_URL_FORMAT", f"{twin.base_url}/")
        monkeypatch.setattr(package, "REST_URL", twin.base_url)
        monkeypatch.setattr(package, "BASE_DELAY", 0.001)  # between its retries, in seconds
        yield twin


@pytest.fixture
def client(host: FalHost) -> Iterator[fal_client.SyncClient]:
    made = fal_client.SyncClient(key=host.key, default_timeout=5)
    yield made
    made._client.close()


@pytest.fixture
def now(host: FalHost) -> list[float]:
    """A clock in seconds; a request takes 10."""
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 10.0
    return clock


def fetched(url: str) -> Image.Image:
    with urlopen(url) as answer:
        return Image.open(BytesIO(answer.read()))


@pytest.mark.parametrize("model", FIRST)
def test_the_package_makes_a_picture_with_every_model(host, client, model):
    done = client.submit(f"fal-ai/{model}", {**FOX, "image_size": "portrait_16_9", "seed": 5}).get()
    assert fetched(done["images"][0]["url"]).size == (576, 1024)
    assert (done["images"][0]["width"], done["seed"]) == (576, 5)
    assert [charge.usd for charge in host.ledger] == [Decimal(FIRST[model])]


def test_the_package_subscribes_and_sees_the_queue(host, client, now):
    seen: list[Any] = []

    def note(update: fal_client.Status) -> None:
        seen.append(update)
        now[0] += 4

    done = client.subscribe(
        "fal-ai/flux-2/turbo", {**FOX, "image_size": {"width": 1024, "height": 640}},
        with_logs=True, on_queue_update=note,
    )  # fmt: skip
    assert [type(update) for update in seen] == [
        fal_client.Queued, fal_client.InProgress, fal_client.InProgress, fal_client.Completed,
    ]  # fmt: skip
    assert seen[0].position == host.ahead
    assert [line["message"] for line in seen[1].logs] == ["Loading", "40%|steps"]
    assert seen[-1].metrics == {"inference_time": 10.0}
    assert fetched(done["images"][0]["url"]).size == (1024, 640)


def test_the_package_uses_the_addresses_it_is_given(host, client):
    host.opaque = True
    handle = client.submit("fal-ai/flux-2-pro", FOX)
    assert "/q/" in handle.status_url
    assert isinstance(handle.status(), fal_client.Completed)
    assert handle.get()["images"]


@pytest.mark.parametrize("path", ["flux-2-pro", "flux-2-pro/edit", "flux-2/flash/edit"])
def test_the_package_builds_the_same_addresses_from_an_id(host, client, path):
    fields = {**FOX, **({"image_urls": ["https://x.example/1.png"]} if "edit" in path else {})}
    given = client.submit(f"fal-ai/{path}", fields)
    built = client.get_handle(f"fal-ai/{path}", given.request_id)
    for name in ("status_url", "response_url", "cancel_url"):
        assert getattr(given, name) == getattr(built, name)
    assert client.result(f"fal-ai/{path}", given.request_id)["images"]


def test_the_package_uploads_a_file_and_edits_it(host, client, tmp_path):
    # It sends its key along with the bytes, wherever they go, so here they stay with the twin.
    host.uploads_at = host.base_url
    path = tmp_path / "reference.png"
    path.write_bytes(picture(2048, 1024))
    url = client.upload_file(path, repository="fal")
    (initiated,), (put,) = host.asked("upload"), host.asked("put")
    assert initiated.query == {"storage_type": "gcs"}
    assert (put.headers["content-type"], put.body) == ("image/png", path.read_bytes())
    fields = {**FOX, "image_urls": [url], "image_size": "square_hd"}
    done = client.submit("fal-ai/flux-2-pro/edit", fields).get()
    assert fetched(done["images"][0]["url"]).size == (1024, 1024)
    assert host.ledger[0].usd == Decimal("0.06")  # one megapixel out, two in


def test_the_package_sends_pictures_inside_the_request_and_gets_them_back(host, client):
    fields = {**FOX, "image_urls": [fal_client.encode(picture(64, 48), "image/png")]}
    done = client.submit("fal-ai/flux-2-flex/edit", {**fields, "sync_mode": True}).get()
    assert done["images"][0]["url"].startswith("data:image/jpeg;base64,/9j/")


def test_the_package_cancels_in_the_queue(host, client, now):
    handle = client.submit("fal-ai/flux-2-pro", FOX)
    handle.cancel()
    status = handle.status()
    assert isinstance(status, fal_client.Completed)
    assert status.error_type == "client_cancelled"
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.get()
    assert caught.value.status_code == 499
    assert host.ledger == []


def test_the_package_cancels_too_late(host, client, now):
    handle = client.submit("fal-ai/flux-2-pro", FOX)
    now[0] = 10.0
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.cancel()
    assert caught.value.status_code == 400
    assert caught.value.response.json() == {"status": "ALREADY_COMPLETED"}
    assert handle.get()["images"]


def test_the_package_sees_a_completed_that_failed(host, client):
    detail = [{"loc": ["body", "prompt"], "msg": "No.", "type": "content_policy_violation"}]
    host.ending("failed", status=422, detail=detail, error="Unprocessable")
    handle = client.submit("fal-ai/flux-2-pro", FOX)
    status = handle.status()
    assert isinstance(status, fal_client.Completed)
    assert status.error == "Unprocessable"
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.get()
    assert caught.value.response.json() == {"detail": detail}
    assert caught.value.status_code == 422


def test_the_package_reads_a_fault_of_the_platform(host, client):
    host.ending("failed", status=503, detail="It went away", error_type="runner_disconnected")
    handle = client.submit("fal-ai/flux-2-pro", FOX)
    with pytest.raises(fal_client.FalClientHTTPError, match="It went away") as caught:
        handle.get()
    assert caught.value.error_type == "runner_disconnected"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422, 500, 503])
def test_the_package_reads_the_twins_errors(host, client, status):
    host.fault("submit", str(status), message="why")
    with pytest.raises(fal_client.FalClientHTTPError, match="why") as caught:
        client.submit("fal-ai/flux-2-pro", FOX)
    assert caught.value.status_code == status


def test_the_package_is_told_of_a_wrong_key(host):
    stranger = fal_client.SyncClient(key="somebody-else", default_timeout=5)
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        stranger.submit("fal-ai/flux-2-pro", FOX)
    stranger._client.close()
    assert caught.value.status_code == 401


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("flux-2-pro", "colour", "red"), ("flux-2-pro", "guidance_scale", 3.5),
        ("flux-2-pro", "safety_tolerance", 2), ("flux-2-pro", "output_format", "webp"),
        ("flux-2-pro", "num_images", 2), ("flux-2/turbo", "num_inference_steps", 8),
        ("flux-2/turbo", "image_size", {"width": 4096, "height": 512}),
        ("flux-2/flash", "image_urls", ["https://x.example/1.png"]),
        ("flux-2", "safety_tolerance", "2"), ("flux-2", "acceleration", "fastest"),
        ("flux-2-pro", "image_size", "auto"), ("flux-2-flex", "seed", "7"),
    ],
)  # fmt: skip
def test_the_package_is_told_of_a_wrong_field(host, client, model, field, value):
    with pytest.raises(fal_client.FalClientHTTPError, match=field):
        client.submit(f"fal-ai/{model}", {**FOX, field: value})
    assert len(host.violations) == 1
    assert host.ledger == []
    host.violations.clear()


def test_more_references_than_a_model_reads_are_a_violation(host, client):
    urls = [f"https://x.example/{n}.png" for n in range(5)]
    assert client.submit("fal-ai/flux-2-pro/edit", {**FOX, "image_urls": urls}).get()
    with pytest.raises(fal_client.FalClientHTTPError, match="image_urls"):
        client.submit("fal-ai/flux-2/edit", {**FOX, "image_urls": urls})
    assert len(host.violations) == 1
    host.violations.clear()


def test_the_asynchronous_form_of_the_package_does_the_same(host, now):
    async def work() -> tuple[fal_client.Status, dict[str, Any]]:
        client = fal_client.AsyncClient(key=host.key, default_timeout=5)
        handle = await client.submit("fal-ai/flux-2-max", FOX)
        waiting = await handle.status(with_logs=True)
        now[0] = 10.0
        finished = await handle.get()
        await (await client._client).aclose()
        return waiting, finished

    waiting, finished = asyncio.run(work())
    assert waiting == fal_client.Queued(position=2)
    assert fetched(finished["images"][0]["url"]).size == (1024, 768)
    assert host.ledger[0].usd == Decimal("0.07")
