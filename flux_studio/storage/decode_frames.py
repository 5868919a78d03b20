"""The messages between the application and the decode child: a JSON header, then raw bytes.

Both sides treat the other as hostile: every length is checked before anything is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

_MOST_HEADER_BYTES = 64 * 1024
_MOST_BLOBS = 8

Frame = tuple[dict[str, object], list[bytes]]
OnBlob = Callable[[dict[str, object], int, bytes], None]
"""Is told each blob as soon as it is there: the header, the blob's number from 0, its bytes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A blob of `size` bytes that is made while it is sent; what was before it is on its way."""

    size: int
    parts: Iterable[bytes]


class FrameError(Exception):
    """The other side stopped in the middle, or sent something that is not a frame."""


def write_frame(
    stream: BinaryIO, header: dict[str, object], blobs: Sequence[bytes | Parts]
) -> None:
    """Send one message. Raises OSError when the other side is gone."""
    sizes = [blob.size if isinstance(blob, Parts) else len(blob) for blob in blobs]
    text = json.dumps({**header, "sizes": sizes}).encode("ascii")
    stream.write(len(text).to_bytes(4, "big") + text)
    for blob in blobs:
        for part in blob.parts if isinstance(blob, Parts) else (blob,):
            stream.write(part)
        stream.flush()
    stream.flush()


def read_frame(stream: BinaryIO, most_bytes: int, on_blob: OnBlob | None = None) -> Frame | None:
    """Receive one message whose blobs have at most `most_bytes` together; None at a clean end.

    Raises FrameError for anything else, OSError when the pipe breaks.
    """
    prefix = stream.read(4)
    if not prefix:
        return None
    length = int.from_bytes(prefix, "big")
    if len(prefix) < 4 or length > _MOST_HEADER_BYTES:
        raise FrameError("not a frame")
    header = _parse(_read_exactly(stream, length))
    blobs: list[bytes] = []
    for number, size in enumerate(_sizes(header, most_bytes)):
        blobs.append(_read_exactly(stream, size))
        if on_blob is not None:
            on_blob(header, number, blobs[-1])
    return header, blobs


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise FrameError("the other side stopped in the middle of a frame")
    return data


def _parse(text: bytes) -> dict[str, object]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("the header is not JSON") from error
    if not isinstance(header, dict):
        raise FrameError("the header is not an object")
    return header


def _sizes(header: dict[str, object], most_bytes: int) -> list[int]:
    value = header.get("sizes")
    listed = value if isinstance(value, list) else [None]
    sizes = [size for size in listed if type(size) is int and size >= 0]
    if not len(sizes) == len(listed) <= _MOST_BLOBS or sum(sizes) > most_bytes:
        raise FrameError("the header's sizes are not acceptable")
    return sizes
