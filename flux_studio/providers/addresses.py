"""Which addresses may be talked to, and with a key: all checks of URLs are here. Standard library
alone.

A base address comes from the card of the service or from `FLUX_STUDIO_<PROVIDER>_URL`; addresses
that a reply names (polling, results, uploads) are foreign text and are checked before anything is
sent to them.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies

from flux_studio.core.errors import StudioError

_PORTS = {"https": 443, "http": 80}
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]|[^\x00-\x7f]")
_TUNNEL = ip_network("198.18.0.0/15")
"""VPN programs hand out addresses of this range for every public name, so it says nothing about the
target.
"""


class AddressRefused(ValueError):
    """An address that must not be used; the message says why, without its query."""


class ProxyUnusable(ValueError):
    """A proxy setting of the system that cannot be used; the message names it."""


def base_address(provider: str, default: str, environ: Mapping[str, str]) -> str:
    """The base address of a provider, without a slash at its end.

    `FLUX_STUDIO_<PROVIDER>_URL` wins over `default`; it must be https, or http on loopback. Raises
    StudioError.
    """
    name = f"FLUX_STUDIO_{provider.upper()}_URL"
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        parts = split_address(text)
    except AddressRefused as refused:
        raise StudioError(f"{name} is not an address that can be used: {refused}") from None
    if parts.query or parts.fragment:
        raise StudioError(f"{name} must be a plain address without ? or #.")
    if parts.scheme != "https" and not is_loopback(text):
        raise StudioError(f"{name} must start with https:// (http is for loopback tests only).")
    return text.rstrip("/")


def split_address(url: str) -> SplitResult:
    """Split an absolute http(s) address. Raises AddressRefused for anything unusual in it."""
    if _FORBIDDEN.search(url):
        raise AddressRefused("it has characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("it is not an address") from None
    if parts.scheme not in _PORTS:
        raise AddressRefused("it is not a web address")
    if not parts.hostname or port == 0:
        raise AddressRefused("it has no host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("it carries a user name")
    return parts


def origin_of(url: str) -> str:
    """'https://host:443': scheme, lower-case host and port. Raises AddressRefused."""
    parts = split_address(url)
    host = (parts.hostname or "").rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{parts.port or _PORTS[parts.scheme]}"


def is_loopback(url: str) -> bool:
    """Whether the host of an address is this machine, by name or number; no look-up is made."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def own_address(base: str, origins: tuple[str, ...], url: str) -> str:
    """The absolute address of a call to a service, when it stays with the service.

    `origins` are further origins of the service, such as 'https://queue.example' or
    'https://*.example'; with a base on loopback only the base's own origin counts. Raises
    AddressRefused.
    """
    absolute = base + url if url.startswith("/") and not url.startswith("//") else url
    origin = origin_of(absolute)
    if origin == origin_of(base):
        return absolute
    if not is_loopback(base) and any(_matches(origin, allowed) for allowed in origins):
        return absolute
    raise AddressRefused(f"it leads to {origin}, which is not the provider's own")


def _matches(origin: str, allowed: str) -> bool:
    scheme, _, host = allowed.partition("://")
    if scheme != "https" or not origin.startswith("https://"):
        return False
    if host.startswith("*."):
        return origin.endswith(f"{host[1:]}:443")
    return origin == origin_of(allowed)


def redirected(url: str, location: str) -> str:
    """The address a redirect leads to. A step from https to http is refused."""
    target = urljoin(url, location)
    if url.startswith("https:") and not target.startswith("https:"):
        raise AddressRefused("it leads from https to an open connection")
    return target


async def check_foreign(url: str, *, base_is_loopback: bool, resolve: bool = True) -> None:
    """Check an address that a reply named, before a call without a key goes there.

    https to a public address only; http and loopback only while the provider's base is loopback
    itself. `resolve` looks the host up; off where a proxy does that. Raises AddressRefused, OSError
    when the host is not found.
    """
    parts = split_address(url)
    if base_is_loopback and is_loopback(url):
        return
    if parts.scheme != "https":
        raise AddressRefused("it is not https")
    host = parts.hostname or ""
    if is_loopback(url):
        raise AddressRefused("it leads to this machine")
    literal = _number(host)
    if literal is not None:
        numbers = [literal]
    elif resolve:
        found = await asyncio.get_running_loop().getaddrinfo(host, parts.port or 443)
        numbers = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    else:
        numbers = []
    if not all(_is_public(number) for number in numbers):
        raise AddressRefused("it leads into a private network")


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    if isinstance(number, IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    if isinstance(number, IPv4Address) and number in _TUNNEL:
        return True
    return number.is_global and not number.is_multicast


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy the system's environment asks for, None for a direct connection. Loopback is always
    direct.

    Raises ProxyUnusable for a setting that is not a proxy address: a connection past it would be a
    surprise.
    """
    if is_loopback(url):
        return None
    settings = _proxies(environ)
    parts = split_address(url)
    if _goes_past(parts.hostname or "", settings.get("no", "")):
        return None
    for name in (parts.scheme, "all"):
        if settings.get(name):
            return _proxy_address(name, settings[name])
    return None


def _goes_past(host: str, exceptions: str) -> bool:
    """Whether NO_PROXY names a host: by name, domain, number, network or '*'."""
    number = _number(host)
    for entry in filter(None, (part.strip().lower() for part in exceptions.split(","))):
        name = entry.strip("[]").lstrip("*").lstrip(".")
        if entry == "*" or host == name or (name and host.endswith(f".{name}")):
            return True
        try:
            if number and "/" in name and number in ip_network(name, strict=False):
                return True
        except ValueError:
            continue
    return False


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Proxy settings by scheme, lower-case names winning, as the standard library reads them."""
    found = {
        name.lower().removesuffix("_proxy"): value
        for name, value in sorted(environ.items())  # lower case sorts last and wins
        if name.lower().endswith("_proxy")
    }
    if "REQUEST_METHOD" in environ:
        # In a CGI process HTTP_PROXY can be set by a stranger's header.
        found.pop("http", None)
    return found


def system_environ() -> dict[str, str]:
    """The environment, with the system's own proxy settings (Windows, macOS) under their usual
    names.
    """
    return {**{f"{name}_proxy": value for name, value in getproxies().items()}, **os.environ}


def _proxy_address(name: str, text: str) -> str:
    address = text if "://" in text else f"http://{text}"
    scheme, _, rest = address.partition("://")
    if scheme == "socks":  # the word older desktops use
        scheme = "socks5"
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or scheme not in ("http", "https", "socks5", "socks5h"):
        raise ProxyUnusable(
            f"The proxy setting {name.upper()}_PROXY cannot be used: it must look like "
            "http://host:port or socks5://host:port."
        )
    return f"{scheme}://{rest}"
