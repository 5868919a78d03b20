"""What is asked: a service as the HTTP ground sees it, and one call to it, as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from secrets import token_hex

from flux_studio.core.errors import Reason
from flux_studio.core.secret import Secret
from flux_studio.providers.addresses import AddressRefused, is_loopback, own_address

MESSAGE_PLACES = ("message", "detail", "msg", "errorMessage", "error_description", "title")


def words_in(json: object) -> str:
    """The provider's own words in an error body, looked for in the usual places; '' when there are
    none.
    """
    match json:
        case str():
            return json
        case list():
            return "; ".join(filter(None, (words_in(item) for item in json[:5])))
        case dict():
            for place in ("error", "errors", *MESSAGE_PLACES):
                words = words_in(json.get(place))
                if words:
                    return words
    return ""


def no_reason(_status: int, _json: object) -> Reason | None:
    """The default of `Service.reason`: the status alone decides."""
    return None


@dataclass(frozen=True, slots=True)
class Service:
    """How to talk to one provider.

    `base` without a slash at its end; `key_header` and `key_scheme` such as 'Authorization' and
    'Bearer' ('' for a bare key); `origins` further origins of its own ('https://*.example' for all
    hosts below one); `words` finds the provider's words in an error body; `reason` may tell a
    special refusal (moderation) by status and body.
    """

    name: str
    base: str
    key_header: str = "Authorization"
    key_scheme: str = "Bearer"
    origins: tuple[str, ...] = ()
    words: Callable[[object], str] = words_in
    reason: Callable[[int, object], Reason | None] = no_reason

    @property
    def base_is_loopback(self) -> bool:
        return is_loopback(self.base)

    def address(self, url: str) -> str:
        """The absolute address of a path or an own address.

        Raises AddressRefused for a foreign one.
        """
        return own_address(self.base, self.origins, url)

    def own(self, url: object) -> str | None:
        """The absolute address of what a reply gives as one; None where it is none of its own: a
        key would be led away.
        """
        try:
            return self.address(url) if isinstance(url, str) and url else None
        except AddressRefused:
            return None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form; with `file_name` it is a file."""

    name: str
    data: bytes
    file_name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange with a service. `url` is a path below the base or an own absolute address.

    The key is put on by the session, and only for the service's own origins. `accept` lists
    statuses that come back as a reply instead of an error; `big` allows replies of 64 MiB for
    pictures inside them.
    """

    service: Service
    method: str
    url: str
    key: Secret | None = None
    json: object = None
    content: bytes | None = None
    parts: tuple[Part, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    accept: frozenset[int] = frozenset()
    big: bool = False

    def with_key(self, key: Secret | None) -> Call:
        return replace(self, key=key)

    def with_header(self, name: str, value: str) -> Call:
        return replace(self, headers=(*self.headers, (name, value)))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the session waits, in seconds; the last three are for a whole exchange."""

    connect: float = 10.0
    silence: float = 30.0
    submit: float = 120.0
    read: float = 45.0
    download: float = 120.0


def multipart(parts: tuple[Part, ...]) -> tuple[str, bytes]:
    """The content type and the body of a multipart form."""
    boundary = token_hex(16)
    lines: list[bytes] = []
    for part in parts:
        file = f'; filename="{_quoted(part.file_name)}"' if part.file_name else ""
        kind = f"\r\nContent-Type: {part.mime}" if part.mime else ""
        head = f'Content-Disposition: form-data; name="{_quoted(part.name)}"{file}{kind}'
        lines += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), part.data, b"\r\n"]
    lines.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(lines)


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
