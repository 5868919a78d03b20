"""The process that decodes foreign pictures, so that a bad one can only hurt this process.

Started by `decode.Decoder`; by hand: `python -m flux_studio.storage.decode_child`. It answers
requests on standard input until that ends. On Linux it can open no file and no socket, and has
768 MB of address space; elsewhere the limits that the system lacks are left out.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import BinaryIO

from flux_studio.storage import (
    decode_carried,
    decode_look,
    decode_pixels,
    decode_view,
    picture_bytes,
)
from flux_studio.storage.decode_frames import FrameError, Parts, read_frame, write_frame

ADDRESS_SPACE = 768 * 1024 * 1024
MOST_REQUEST_BYTES = 64 * 1024 * 1024
NICENESS = 5  # the window goes first

_Answer = tuple[dict[str, object], Sequence[bytes | Parts]]


def run_child() -> int:
    """Answer requests until standard input ends. Returns the exit code."""
    # A windowed build has no sys.stdin; the descriptors are there all the same.
    source, target = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    sys.stdout = sys.stderr
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the application to handle
    decode_pixels.set_up_pillow()
    _close_the_doors()
    return _serve(source, target)


def _serve(source: BinaryIO, target: BinaryIO) -> int:
    try:
        while _serve_one(source, target):
            pass
    except (FrameError, OSError):
        return 1
    return 0


def _serve_one(source: BinaryIO, target: BinaryIO) -> bool:
    # A function of its own, so that no picture stays in memory while the child is idle.
    frame = read_frame(source, MOST_REQUEST_BYTES)
    if frame is None:
        return False
    request, blobs = frame
    _allow_cpu(request.get("cpu_s"))
    write_frame(target, *_answer(request, blobs))
    return True


def _answer(request: dict[str, object], blobs: list[bytes]) -> _Answer:
    data = blobs[0]
    try:
        return _work(request, data, *blobs[1:2])
    except decode_pixels.Refusal as refusal:
        return {"refused": refusal.reason, "numbers": refusal.numbers}, []
    except FrameError:
        raise
    except Exception as error:  # noqa: BLE001 - decoders raise anything; every kind gets a word
        return {"refused": _word_for(error, data)}, []


def _work(request: dict[str, object], data: bytes, screen: bytes = b"") -> _Answer:
    image = decode_pixels.open_picture(data, str(request.get("purpose")))
    match request:
        case {"do": "examine", "sides": list(sides)}:
            facts = decode_pixels.measure(data, image)
            small = decode_pixels.thumbnails(image, sides) if sides else []
            look = _look(min(small, key=len)) if small else None
            return {"facts": facts, "look": look}, small
        case {"do": "look"}:
            return {"look": _look(data)}, []
        case {"do": "thumbnails", "sides": list(sides)}:
            return {}, decode_pixels.thumbnails(image, sides)
        case {"do": "preview", "side": int(side)}:
            width, height, pixels = decode_pixels.preview(image, side)
            return {"width": width, "height": height}, [pixels]
        case {"do": "view", "side": int(side), "whole": bool(whole)}:
            return decode_view.view(image, side, whole, screen)
        case {"do": "upload", "longest": longest, "most_pixels": most}:
            part, turns = _box(request.get("crop")), _count(request.get("turns")) or 0
            copy, mime = decode_pixels.upload(image, _count(longest), _count(most), part, turns)
            return {"mime": mime}, [copy]
        case {"do": "carried"}:
            return {"carried": decode_carried.carried(data, image)}, []
        case _:
            raise FrameError("no such request")


def _look(data: bytes) -> list[object]:
    """Its numbers as JSON has them."""
    side = decode_look.SIDE
    image = decode_pixels.open_picture(data, "reference")
    shown = decode_pixels.flat(decode_pixels.upright(image, (4 * side, 4 * side)))
    look = decode_look.look_of(shown)
    return [f"{look.bits:016x}", look.colors]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _box(value: object) -> tuple[int, int, int, int] | None:
    match value:
        case [int(left), int(top), int(width), int(height)]:
            return left, top, width, height
        case _:
            return None


def _word_for(error: Exception, data: bytes) -> str:
    """A word of `picture_facts.SENTENCES` for what Pillow raised."""
    name, text = type(error).__name__, str(error)
    if isinstance(error, MemoryError):
        return "memory"
    if name.startswith("DecompressionBomb") or "MAX_TEXT" in text:
        return "bomb"
    if "truncated" in text.lower() or picture_bytes.is_cut(data):
        return "truncated"
    return "damaged"


def _close_the_doors() -> None:
    """Take away what decoding does not need: memory without end, files, sockets, core dumps."""
    try:
        import resource
    except ImportError:
        return  # Windows
    limits = (
        ("RLIMIT_AS", ADDRESS_SPACE),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 3),  # the three pipes are open; nothing else can ever be
    )
    for name, value in limits:
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue  # macOS refuses some of them; the deadline of the parent still holds


def _allow_cpu(seconds: object) -> None:
    """Let this request use so many seconds of processor time; the system kills it after that."""
    if not isinstance(seconds, int):
        return
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit(run_child())
