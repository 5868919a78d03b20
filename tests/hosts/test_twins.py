"""The twins themselves: quick to start, clean when they stop, strict, and honest about charges."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from PIL import Image

from tests.hosts.__main__ import KEY_NAMES, known
from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture
from tests.hosts.runapi import RunApiHost
from tests.hosts.runapi_prices import pixels

TEXT = {"model": "flux-2-pro-text-to-image", "prompt": "a fox"}


@pytest.fixture
def host():
    with hosting(RunApiHost) as twin:
        yield twin


def ask(host: RunApiHost, path: str, json_body: object = None, **headers: str) -> tuple[int, dict]:
    body = None if json_body is None else json.dumps(json_body).encode()
    sent = {"Authorization": f"Bearer {host.key}", "Content-Type": "application/json", **headers}
    try:
        with urlopen(Request(host.base_url + path, body, sent), timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_twin_starts_quickly_and_leaves_nothing():
    before = set(threading.enumerate())
    times = []
    for _ in range(5):
        started = time.perf_counter()
        twin = RunApiHost().start()
        times.append(time.perf_counter() - started)
        assert ask(twin, "/api/v1/me")[0] == 200
        twin.stop()
    assert min(times) < 0.05
    assert set(threading.enumerate()) == before


def test_a_twin_stops_while_it_is_misbehaving():
    twin = RunApiHost().start()
    twin.fault("me", "stall")
    ends: list[object] = []

    def wait() -> None:
        try:
            ask(twin, "/api/v1/me")
        except OSError as error:
            ends.append(error)

    client = threading.Thread(target=wait)
    client.start()
    twin.wait_for("me")
    twin.stop()
    client.join(5)
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [({**TEXT, "seed": 1}, "unknown field seed"), ({**TEXT, "prompt": "ab"}, "prompt is below 3"),
     ({**TEXT, "prompt": 5}, "prompt is a int"), ({"prompt": "a fox"}, "no model"),
     ({**TEXT, "aspect_ratio": "auto"}, "aspect_ratio"),
     ({**TEXT, "output_count": 1}, "output_count"),
     ({**TEXT, "enable_safety_checker": 1}, "enable_safety_checker is a int"),
     ({"model": "flux-2-max-text-to-image", "prompt": "a fox"}, "aspect_ratio is required"),
     ({"model": "flux-2-max-text-to-image", "prompt": "a fox", "aspect_ratio": "1:1",
       "output_resolution": "2k"}, "output_resolution")],
)  # fmt: skip
def test_a_wrong_field_is_answered_and_recorded(host, body, words):
    status, answer = ask(host, "/api/v1/flux_2/text_to_image", body)
    assert status == 422
    assert words in answer["error"]["message"]
    assert len(host.violations) == 1
    assert host.ledger == []
    host.violations.clear()


def test_a_key_at_the_second_origin_is_a_violation(host):
    for headers in ({"x-key": "abc"}, {"x-other": f"prefix {host.key}"}):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{host.files_url}/results/1/0.png", headers=headers), timeout=5)
        caught.value.close()
    assert len(host.violations) == 2
    host.violations.clear()


def test_an_address_that_was_changed_is_a_violation(host):
    _, task = ask(host, "/api/v1/flux_2/text_to_image", TEXT)
    _, done = ask(host, f"/api/v1/flux_2/text_to_image/{task['id']}")
    with pytest.raises(HTTPError) as caught:
        urlopen(done["images"][0]["url"].replace("expires=", "expires=9"), timeout=5)
    caught.value.close()
    assert len(host.violations) == 1
    host.violations.clear()


def test_a_fault_that_accepts_is_charged_and_one_that_does_not_is_not(host):
    host.fault("submit", "500")
    ask(host, "/api/v1/flux_2/text_to_image", TEXT)
    assert host.ledger == []
    host.fault("submit", "500", accepted=True)
    ask(host, "/api/v1/flux_2/text_to_image", TEXT)
    assert len(host.charges_for("a fox")) == 1


def test_an_unknown_fault_or_route_is_a_mistake_of_the_test(host):
    for place, name in (("submit", "explode"), ("nowhere", "stall")):
        with pytest.raises(ValueError, match="no fault"):
            host.fault(place, name)


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_pictures_are_real_and_differ_by_their_mark(form):
    one, other = picture(96, 64, form, "task-1"), picture(96, 64, form, "task-2")
    for data in (one, other):
        image = Image.open(BytesIO(data))
        image.load()
        assert (image.size, image.format) == ((96, 64), form.upper())
    assert (one != other) is (form != "webp")


def test_nominal_sizes_keep_ratio_and_area():
    for ratio in ("1:1", "4:3", "9:16"):
        width, height = pixels(ratio, "2k")
        across, down = (int(part) for part in ratio.split(":"))
        assert width * height == pytest.approx(2048 * 2048, rel=0.02)
        assert width / height == pytest.approx(across / down, rel=0.02)


def test_all_twins_start_from_the_command_line():
    command = [sys.executable, "-m", "tests.hosts", "--seconds", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            lines = [running.stdout.readline() for _ in range(2 * len(known()))]
            running.send_signal(signal.SIGINT)
            assert running.wait(10) == 0
        finally:
            running.kill()
    told = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
    for kind in known():
        assert told[f"FLUX_STUDIO_{kind.provider.upper()}_URL"].startswith("http://127.0.0.1:")
        assert told[KEY_NAMES[kind.provider]]
