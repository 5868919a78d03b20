"""Which addresses are taken, refused, sent through a proxy, or given a key."""

from __future__ import annotations

import asyncio
import socket

import pytest

from flux_studio.core.errors import StudioError
from flux_studio.providers.addresses import (
    AddressRefused,
    ProxyUnusable,
    base_address,
    check_foreign,
    is_loopback,
    origin_of,
    own_address,
    proxy_for,
    redirected,
    split_address,
)

DEFAULT = "https://api.example"


def test_the_base_is_the_default_until_it_is_replaced():
    assert base_address("plain", DEFAULT, {}) == DEFAULT
    assert base_address("plain", DEFAULT, {"FLUX_STUDIO_PLAIN_URL": "  "}) == DEFAULT
    assert base_address("plain", DEFAULT, {"FLUX_STUDIO_OTHER_URL": "https://x.example"}) == DEFAULT


@pytest.mark.parametrize(
    "url", ["https://proxy.example", "https://proxy.example/below", "http://127.0.0.1:8080",
            "http://localhost:1", "http://[::1]:9"],
)  # fmt: skip
def test_a_base_may_be_https_or_http_on_loopback(url):
    assert base_address("plain", DEFAULT, {"FLUX_STUDIO_PLAIN_URL": f"{url}/"}) == url


@pytest.mark.parametrize(
    "url", ["http://api.example", "http://127.0.0.1.example", "ftp://x", "api.example", "https://",
            "https://u:p@x.example", "https://x.example/?a=1", "https://x.example/#a",
            "https://x.example:99999", "https://x y", "https://x\\.example", "http://10.0.0.1"],
)  # fmt: skip
def test_any_other_base_is_refused_by_name(url):
    with pytest.raises(StudioError, match="FLUX_STUDIO_PLAIN_URL"):
        base_address("plain", DEFAULT, {"FLUX_STUDIO_PLAIN_URL": url})


@pytest.mark.parametrize(
    ("url", "origin"),
    [("https://A.Example/x?y", "https://a.example:443"), ("http://a.example:8", "http://a.example:8"),
     ("https://a.example.", "https://a.example:443"), ("http://[::1]/", "http://[::1]:80")],
)  # fmt: skip
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "answer"),
    [("http://127.0.0.1:1", True), ("http://127.8.9.1", True), ("http://[::1]", True),
     ("http://LOCALHOST", True), ("http://localhost.example", False), ("http://10.0.0.1", False),
     ("http://127.0.0.1.example", False), ("https://example", False)],
)  # fmt: skip
def test_loopback_is_this_machine_only(url, answer):
    assert is_loopback(url) is answer


ORIGINS = ("https://queue.example", "https://*.plain.example")


@pytest.mark.parametrize(
    ("url", "absolute"),
    [("/a?b=c", f"{DEFAULT}/a?b=c"), (f"{DEFAULT}/x", f"{DEFAULT}/x"),
     ("https://queue.example/y", "https://queue.example/y"),
     ("https://eu.plain.example/z", "https://eu.plain.example/z")],
)  # fmt: skip
def test_own_addresses_are_the_base_and_the_listed_origins(url, absolute):
    assert own_address(DEFAULT, ORIGINS, url) == absolute


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "//evil.example/x", "http://api.example/x",
            "https://api.example:8443/x", "https://api.example.evil.example/x", "",
            "https://plain.example/x", "https://evilplain.example/x", "http://eu.plain.example/x",
            "https://eu.plain.example:8/x", "https://u@api.example/x", "file:///x", "api.example/x",
            "https://api.example\\@evil.example/"],
)  # fmt: skip
def test_other_addresses_are_not_own(url):
    with pytest.raises(AddressRefused):
        own_address(DEFAULT, ORIGINS, url)


def test_a_base_on_loopback_has_no_other_origin():
    with pytest.raises(AddressRefused):
        own_address("http://127.0.0.1:5", ORIGINS, "https://queue.example/y")


def test_a_redirect_never_leaves_https():
    assert redirected("https://a.example/x/y", "../z") == "https://a.example/z"
    assert redirected("http://127.0.0.1/x", "http://127.0.0.1/y") == "http://127.0.0.1/y"
    with pytest.raises(AddressRefused):
        redirected("https://a.example/", "http://a.example/")


@pytest.mark.parametrize("url", ["https://a.example", "http://a.example:80/x%20y?z=%E4"])
def test_usual_addresses_are_split(url):
    assert split_address(url).hostname == "a.example"


def checked(
    url: str, *, loopback: bool = False, numbers: list[str] | None = None, monkeypatch=None
):
    """Check an address; `numbers` are what its name resolves to."""

    async def run() -> None:
        async def getaddrinfo(host, port, **_kwargs):
            assert numbers is not None
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (n, port)) for n in numbers]

        if numbers is not None:
            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        await check_foreign(url, base_is_loopback=loopback)

    asyncio.run(run())


@pytest.mark.parametrize(
    "numbers", [["93.184.216.34"], ["2606:4700::1111"], ["198.18.0.7"], ["::ffff:93.184.216.34"]]
)
def test_public_addresses_are_taken(numbers, monkeypatch):
    checked("https://cdn.example/x", numbers=numbers, monkeypatch=monkeypatch)


@pytest.mark.parametrize(
    "number", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
               "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_a_name_that_leads_into_a_private_network_is_refused(number, monkeypatch):
    with pytest.raises(AddressRefused):
        checked("https://cdn.example/x", numbers=["93.184.216.34", number], monkeypatch=monkeypatch)


@pytest.mark.parametrize(
    "url", ["http://cdn.example/x", "https://10.0.0.1/x", "https://[::1]/x", "https://localhost/x",
            "https://[fe80::1]/x", "file:///x", "https://u:p@cdn.example"],
)  # fmt: skip
def test_a_foreign_address_is_public_https(url):
    with pytest.raises(AddressRefused):
        checked(url)


def test_loopback_is_taken_while_the_base_is_on_loopback_and_nothing_else_private():
    checked("http://127.0.0.1:8/x", loopback=True)
    for url in ("http://10.0.0.1/x", "https://192.168.0.1/x", "http://cdn.example/x"):
        with pytest.raises(AddressRefused):
            checked(url, loopback=True)


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [({}, None), ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
     ({"https_proxy": "p:3128"}, "http://p:3128"), ({"HTTP_PROXY": "http://p:1"}, None),
     ({"ALL_PROXY": "socks5://p:1080"}, "socks5://p:1080"),
     ({"ALL_PROXY": "socks://p:1080"}, "socks5://p:1080"),
     ({"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"}, "http://b:2"),
     ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "http://b:2"),
     ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
     ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other, .example"}, None),
     ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "cdn.example"}, None),
     ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "xample,[::1],10.0.0.0/8,,1/x"}, "http://p:1")],
)  # fmt: skip
def test_the_proxy_settings_are_read(environ, proxy):
    assert proxy_for("https://cdn.example/x", environ) == proxy


def test_a_network_in_no_proxy_counts_for_numbers():
    environ = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "93.184.0.0/16"}
    assert proxy_for("https://93.184.216.34/", environ) is None
    assert proxy_for("https://93.185.216.34/", environ) == "http://p:1"


@pytest.mark.parametrize("text", ["nonsense://p:1", "http://", "http://p:99999", "socks4://p:1"])
def test_a_proxy_setting_that_cannot_be_used_is_never_gone_around(text):
    with pytest.raises(ProxyUnusable, match="ALL_PROXY"):
        proxy_for("https://cdn.example", {"ALL_PROXY": text})


def test_loopback_never_goes_through_a_proxy():
    assert proxy_for("http://127.0.0.1:1", {"ALL_PROXY": "nonsense://x"}) is None
