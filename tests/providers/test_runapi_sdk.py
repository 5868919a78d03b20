"""RunAPI's twin is true to the protocol: the publisher's own Python package drives it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from urllib.request import urlopen

import pytest
from PIL import Image
from runapi.core import PollingOptions, RequestOptions
from runapi.core import errors as sdk
from runapi.flux_2 import Flux2Client

from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture
from tests.hosts.runapi import RunApiHost


@pytest.fixture
def host():
    with hosting(RunApiHost) as twin:
        yield twin


@pytest.fixture
def client(host: RunApiHost) -> Iterator[Flux2Client]:
    made = Flux2Client(api_key=host.key, base_url=host.base_url, timeout=5, max_retries=0)
    yield made
    made._http.close()


def fetched(url: str) -> Image.Image:
    with urlopen(url) as answer:
        return Image.open(BytesIO(answer.read()))


def test_the_package_makes_a_picture(host, client):
    done = client.text_to_image.run(
        model="flux-2-pro-text-to-image",
        prompt="a fox",
        aspect_ratio="16:9",
        output_resolution="1k",
    )
    assert done.status == "completed"
    assert done.usage.cost == 0.05
    assert fetched(done.images[0].url).size == (1360, 768)
    assert [charge.usd for charge in host.ledger] == [Decimal("0.05")]


def test_the_package_uploads_a_file_and_edits_it(host, client, tmp_path):
    path = tmp_path / "reference.png"
    path.write_bytes(picture(64, 48))
    uploaded = client.files.create(file=path)
    assert (uploaded.file_name, uploaded.size_bytes) == ("reference.png", path.stat().st_size)
    done = client.remix_image.run(
        model="flux-2-flex-remix-image",
        prompt="make it snow",
        source_image_urls=[uploaded.url],
        enable_safety_checker=False,
        output_resolution="2k",
    )
    assert fetched(done.images[0].url).size == (2048, 2048)
    assert host.ledger[0].usd == Decimal("0.24")
    (put,) = host.asked("put")
    assert hashlib.sha256(put.body).digest() == hashlib.sha256(path.read_bytes()).digest()


def test_the_package_sees_every_status_of_a_task(host, client):
    clock = [0.0]
    host.clock, host.duration = (lambda: clock[0]), lambda: 10.0
    task = client.text_to_image.create(
        model="flux-2-max-text-to-image", prompt="a fox", aspect_ratio="1:1", output_count=1
    )
    seen = []
    for clock[0] in (1.0, 5.0, 10.0):
        seen.append(client.text_to_image.get(task.id).status)
    assert seen == ["pending", "processing", "completed"]
    assert task.runapi_task_id == task.id


def test_the_package_sees_a_failed_task(host, client):
    host.ending("failed", message="the model tripped")
    with pytest.raises(sdk.TaskFailedError, match="the model tripped"):
        client.text_to_image.run(model="flux-2-pro-text-to-image", prompt="a fox")
    assert host.ledger == []


def test_the_package_follows_a_location(host, client):
    host.bare_accept = "location"
    result = client.text_to_image._run_hybrid(
        "post",
        client.text_to_image.ENDPOINT,
        body={"model": "flux-2-pro-text-to-image", "prompt": "a fox"},
        polling_options=PollingOptions(max_wait=5),
    )
    assert result.images[0].url.startswith(host.files_url)
    assert len(host.asked("task")) == 1


def test_one_idempotency_key_is_one_task(host, client):
    options = RequestOptions(headers={"Idempotency-Key": "k-1", "X-Client-Request-Id": "mine"})
    fields = {"model": "flux-2-pro-text-to-image", "prompt": "a fox"}
    first = client.text_to_image.create(options=options, **fields)
    again = client.text_to_image.create(options=options, **fields)
    assert first.id == again.id
    assert first.response_header("X-Client-Request-Id") == "mine"
    with pytest.raises(sdk.ConflictError):
        client.text_to_image.create(options=options, **{**fields, "prompt": "a cat"})
    assert len(host.charges_for("k-1")) == len(host.ledger) == 1


def test_the_package_retries_with_its_key_and_is_charged_once(host):
    client = Flux2Client(
        api_key=host.key, base_url=host.base_url, timeout=5, retry_base_delay=0.001
    )
    host.fault("submit", "reset_after")
    host.fault("submit", "503", accepted=True)
    options = RequestOptions(headers={"Idempotency-Key": "k-2"})
    fields = {"model": "flux-2-pro-text-to-image", "prompt": "a fox"}
    task = client.text_to_image.create(options=options, **fields)
    client._http.close()
    assert len(host.asked("submit")) == 3
    assert [charge.task for charge in host.charges_for("k-2")] == [task.id]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, sdk.ValidationError), (401, sdk.AuthenticationError),
     (402, sdk.InsufficientCreditsError), (404, sdk.NotFoundError), (409, sdk.ConflictError),
     (422, sdk.ValidationError), (429, sdk.RateLimitError), (500, sdk.ServerError),
     (503, sdk.ServiceUnavailableError)],
)  # fmt: skip
def test_the_package_reads_the_twins_errors(host, client, status, kind):
    host.fault("submit", str(status), message="why", retry_after="7")
    with pytest.raises(kind, match="why") as caught:
        client.text_to_image.create(model="flux-2-pro-text-to-image", prompt="a fox")
    assert caught.value.status == status
    if status == 429:
        assert caught.value.retry_after == 7.0


def test_the_package_is_told_of_a_wrong_field(host, client):
    with pytest.raises(sdk.ValidationError, match="unknown field seed"):
        client.text_to_image.create(model="flux-2-pro-text-to-image", prompt="a fox", seed=1)
    assert len(host.violations) == 1
    host.violations.clear()


def test_the_package_reads_account_and_prices(host, client):
    host.balance = Decimal("4.20")
    assert client.account.info().account.name == "Twin studio"
    assert client.account.balance().balance_cents == 420
    (row,) = client.pricing.list_schedules(
        service="flux_2", action="remix_image", model="flux-2-pro-remix-image"
    ).price_schedules
    assert row.unit_price_cents == 5
    quote = client.pricing.create_quote(
        "flux_2", "text_to_image", "flux-2-flex-text-to-image", {"output_resolution": "2k"}
    )
    assert quote.price_quote.reservation_amount_cents == 24


def test_prices_that_are_known_are_not_sent_again(host, client):
    first = client._http.request("get", "/api/v1/price_schedules?service=flux_2")
    tag = first.headers.get("etag")
    again = client._http.request(
        "get", "/api/v1/price_schedules?service=flux_2",
        options=RequestOptions(headers={"If-None-Match": tag}),
    )  # fmt: skip
    assert again is None


def test_the_package_knows_the_newer_names_only(host, client):
    host.names = "older"
    with pytest.raises(sdk.NotFoundError):
        client.remix_image.create(
            model="flux-2-pro-remix-image", prompt="snow", source_image_urls=["https://x.example/1"]
        )
