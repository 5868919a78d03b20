"""What is known about a decoded picture, why a picture is refused, and reading a foreign file.

A refusal carries a word for programs and a sentence for people that says what is wrong and what
would be right. No text of the file itself ever enters the sentence.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from flux_studio.core.look import Look

MIB = 1024 * 1024
MOST_FILE_BYTES = 64 * MIB
_USE = "Use a PNG, JPEG or WebP file."

SENTENCES = {
    "empty": f"The file is empty. {_USE}",
    "missing": "There is no such file. Choose one that exists.",
    "unreadable": "The file cannot be read. Check its permissions, or copy it somewhere else.",
    "not_a_file": f"This is not a file but a folder, a pipe or a device. {_USE}",
    "link": "This is a link to a file. Choose the file itself.",
    "network_path": "This path leads to another computer. Copy the picture to this one first.",
    "too_large": "The file has more than {most_mib} MiB. Use a smaller one.",
    "wrong_format": f"The file is {{kind}}, whatever its name says. {_USE}",
    "not_a_picture": f"The file is not a picture. {_USE}",
    "truncated": "The picture is cut short: the end of the file is missing. Get it again.",
    "damaged": "The picture is damaged and cannot be decoded. Export it again as PNG or JPEG.",
    "too_many_pixels": (
        "The picture has {width} x {height} pixels ({megapixels} megapixels). "
        "Make it smaller first: at most {most} megapixels."
    ),
    "bomb": "The picture unpacks to far more data than is safe. Export it again, smaller.",
    "timeout": "Decoding the picture took too long and was stopped. Export it again, smaller.",
    "memory": "Decoding the picture needs too much memory. Export it again, smaller.",
    "crashed": "The picture made the decoder stop. Export it again as PNG or JPEG.",
}

CARRIED = (
    "location",
    "camera",
    "time",
    "author",
    "software",
    "settings",
    "text",
    "thumbnail",
    "profile",
    "credentials",
    "frames",
    "other",
)
"""What a picture file may carry beside its pixels, the most private first. `settings` are those of
a picture maker, such as the prompt; `other` is metadata that is none of these.
"""


class PictureRefused(Exception):  # noqa: N818 - a refusal is the field's word, and part of the contract
    """A picture that is not taken. `reason` is a key of `SENTENCES`; `sentence` is for people."""

    def __init__(self, reason: str, **numbers: object) -> None:
        self.reason = reason
        self.sentence = SENTENCES[reason].format(**numbers)
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture that decoded completely. Width and height are pixels as stored in the file."""

    mime: str
    width: int
    height: int
    sha256: str
    """Of the bytes as received, in hex."""
    byte_count: int
    has_c2pa: bool
    orientation: int
    """EXIF orientation 1 to 8; 1 is upright."""
    mode: str
    """Pillow's word for the pixel layout: RGB, RGBA, L, P, CMYK, I;16 ..."""
    has_alpha: bool
    has_icc: bool
    animated: bool
    """More than one frame; only the first is ever decoded."""
    look: Look | None = None
    """Structure and main colours, where small copies were made as well."""

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width x height in pixels after the EXIF orientation is applied."""
        if self.orientation >= 5:
            return self.height, self.width
        return self.width, self.height


def read_regular_file(path: Path | str, limit_bytes: int = MOST_FILE_BYTES) -> bytes:
    """All bytes of a regular file of at most `limit_bytes`. Raises PictureRefused only.

    Never waits on a pipe, never follows a link at the end of the path, never touches a network
    path. The file is read once: what is checked later is what was read.
    """
    text = os.fspath(path)
    if text.startswith(("\\\\", "//")):
        raise PictureRefused("network_path")
    try:
        descriptor = os.open(text, _READ_FLAGS)
    except (OSError, ValueError) as error:
        raise _refusal_to_open(error) from None
    try:
        return _read_limited(descriptor, limit_bytes)
    except OSError:
        raise PictureRefused("unreadable") from None
    finally:
        os.close(descriptor)


_READ_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_BINARY"):
    _READ_FLAGS |= getattr(os, _name, 0)


def _refusal_to_open(error: OSError | ValueError) -> PictureRefused:
    match getattr(error, "errno", None):
        case errno.ELOOP | errno.EMLINK:
            return PictureRefused("link")
        case errno.ENOENT | errno.ENOTDIR | errno.ENAMETOOLONG:
            return PictureRefused("missing")
        case errno.ENXIO | errno.ENODEV | errno.EISDIR | None:
            return PictureRefused("not_a_file")
        case _:
            return PictureRefused("unreadable")


def _read_limited(descriptor: int, limit_bytes: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise PictureRefused("not_a_file")
    parts: list[bytes] = []
    room = limit_bytes + 1
    # The size is only a promise (files under /proc say 0, others grow), so the reading counts too.
    while status.st_size <= limit_bytes and room > 0:
        part = os.read(descriptor, min(room, MIB))
        if not part:
            return _not_empty(b"".join(parts))
        parts.append(part)
        room -= len(part)
    raise PictureRefused("too_large", most_mib=max(1, limit_bytes // MIB))


def _not_empty(data: bytes) -> bytes:
    if not data:
        raise PictureRefused("empty")
    return data
