"""Pictures over real sockets: keyless, capped, from zero each time, and only from checked
addresses.
"""

from __future__ import annotations

import base64

import pytest

from flux_studio.core.errors import Reason, ResultGone, Unreachable
from flux_studio.providers.http import HttpSession
from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture
from tests.providers.plain_host import Naps, PlainHost, with_session


@pytest.fixture
def host():
    with hosting(PlainHost) as twin:
        yield twin


def fetch(host: PlainHost, naps: Naps | None = None, path: str = "/picture") -> bytes:
    url = f"{host.files_url}{path}"
    return with_session(lambda s: s.download(url, base_is_loopback=True), naps=naps)


def fault_of(host: PlainHost) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        fetch(host)
    return caught.value


def test_the_bytes_come_as_they_are_and_unpacked_is_asked_for(host):
    assert fetch(host) == picture(64, 48, "png", "plain-task-000001")
    (asked,) = host.asked("picture")
    assert asked.headers["accept-encoding"] == "identity"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    "fault", ["reset_before", "midbody", "midchunk", "bighdr", "500", "429", "empty"]
)
def test_a_broken_download_starts_from_zero(host, fault):
    naps = Naps()
    host.fault("picture", fault, times=2)
    assert fetch(host, naps).startswith(b"\x89PNG")
    assert naps.seconds == [0.5, 1.0]
    assert "range" not in host.asked("picture")[-1].headers


def test_a_slow_drip_ends_with_the_deadline(host):
    host.fault("picture", "slow_hdr", times=4, gap=0.05)
    assert fault_of(host).reason is Reason.NETWORK
    assert len(host.asked("picture")) == 4


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_expired_address_is_gone_at_once(host, status):
    host.fault("picture", str(status), times=9)
    with pytest.raises(ResultGone):
        fetch(host)
    assert len(host.asked("picture")) == 1


@pytest.mark.parametrize("fault", ["wrong_html", "wrong_svg", "html", "badjson", "deep"])
def test_what_is_no_picture_is_said_so(host, fault):
    host.fault("picture", fault)
    assert fault_of(host).reason is Reason.BAD_PICTURE
    assert len(host.asked("picture")) == 1


def test_a_cut_picture_without_a_length_is_left_to_the_decoder(host):
    """HTTP cannot tell: this is why every picture is decoded before it counts."""
    host.fault("picture", "midbody_nolen")
    assert 0 < len(fetch(host)) < len(picture(64, 48))


def test_a_bomb_stops_at_the_cap(host):
    host.fault("picture", "gzip_bomb", times=4)
    assert "too large" in str(fault_of(host))


def test_redirects_are_followed_three_times_at_most(host):
    host.fault("picture", "redirect", times=3, to=f"{host.files_url}/picture")
    assert fetch(host).startswith(b"\x89PNG")
    host.fault("picture", "redirect", times=99, to="/picture")
    assert fault_of(host).reason is Reason.BAD_PICTURE
    assert len(host.asked("picture")) == 4 + 4


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://a.example/x", "http://93.184.216.34/x", "https://10.1.2.3/x",
           "https://u:p@a.example/", "https://169.254.169.254/meta"],
)  # fmt: skip
def test_a_redirect_to_a_forbidden_place_is_refused(host, to):
    host.fault("picture", "redirect", times=4, to=to)
    assert fault_of(host).reason is Reason.BAD_REPLY
    assert len(host.asked("picture")) == 1


@pytest.mark.parametrize("place", ["base_url", "files_url", "foreign_url"])
def test_loopback_is_only_for_a_base_on_loopback(host, place):
    url = f"{getattr(host, place)}/picture"

    async def refused(session: HttpSession) -> None:
        with pytest.raises(Unreachable) as caught:
            await session.download(url)
        assert caught.value.reason is Reason.BAD_REPLY
        with pytest.raises(Unreachable):
            await session.put_bytes(url, b"x", {})

    with_session(refused)
    assert host.requests == []


def test_an_upload_arrives_with_its_own_headers_and_once(host):
    url = f"{host.files_url}/upload"
    headers = {"x-own": "1", "content-type": "image/png"}
    with_session(lambda s: s.put_bytes(url, b"data", headers, base_is_loopback=True))
    (asked,) = host.asked("upload")
    assert (asked.body, asked.headers["x-own"]) == (b"data", "1")
    host.fault("upload", "reset_after", times=9)
    with pytest.raises(Unreachable):
        with_session(lambda s: s.put_bytes(url, b"data", headers, base_is_loopback=True))
    host.fault("upload", "500")
    assert len(host.asked("upload")) == 2


def test_a_data_address_needs_no_network():
    data = picture(64, 48)
    text = base64.b64encode(data).decode()
    assert with_session(lambda s: s.download(f"data:image/png;base64,{text}")) == data
