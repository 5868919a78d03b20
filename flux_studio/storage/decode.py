"""The only door through which foreign pictures are decoded: a child process with limits.

`Decoder` is thread-safe and blocks; it is asked from worker threads, never from the main thread.
"""

from __future__ import annotations

import hashlib
import re
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from flux_studio.core.crop import Box
from flux_studio.core.look import Look, color_from
from flux_studio.storage.decode_frames import Frame, OnBlob
from flux_studio.storage.decode_worker import (
    ChildDied,
    ChildTimedOut,
    DecodeWorker,
    child_command,
)
from flux_studio.storage.picture_bytes import JPEG, sniff
from flux_studio.storage.picture_facts import (
    CARRIED,
    MIB,
    MOST_FILE_BYTES,
    PictureFacts,
    PictureRefused,
    read_regular_file,
)

__all__ = [
    "Decoder",
    "DecoderUnavailable",
    "PictureFacts",
    "PictureRefused",
    "Purpose",
    "read_regular_file",
    "sniff",
]

Purpose = Literal["result", "reference"]
"""A result may have 20 megapixels; a reference 40, or 20 when it is a WebP."""

THUMBNAIL_SIDES = (256, 512)
DEADLINE_S = 5.0
# Big files take longer for honest reasons: 4096 x 4096 of noise is 50 MB of PNG.
_SECONDS_PER_MIB = 0.25
# Compressing a 16-megapixel PNG takes several times as long as decoding it.
_ENCODING_FACTOR = 3.0
_MOST_SIDE = 65_535
_HASH = re.compile("[0-9a-f]{16}")
_MOST_COLORS = 8

_T = TypeVar("_T")
_Request = dict[str, object]


@dataclass(frozen=True, slots=True)
class ViewPixels:
    """Pixels of `width` × `height` px, 4 bytes each, rows without padding: RGBX, or where it
    `is_clear` RGBA with the colours already multiplied by their opacity.
    """

    width: int
    height: int
    data: bytes
    is_clear: bool = False


class DecoderUnavailable(RuntimeError):  # noqa: N818 - says a state; nothing is known of the picture
    """No child could be started, or the decoder is closed. The picture itself may be fine."""


class Decoder:
    """Up to `workers` child processes, started when first needed, replaced when they die."""

    def __init__(
        self,
        workers: int = 2,
        *,
        deadline_s: float = DEADLINE_S,
        command: Sequence[str] | None = None,
    ) -> None:
        """`deadline_s` seconds are for a small picture; `command` replaces the child in tests."""
        self._deadline_s = deadline_s
        self._command = tuple(command) if command else child_command()
        self._free = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[DecodeWorker] = []
        self._busy: set[DecodeWorker] = set()
        self._closed = False
        self._at_exit = weakref.finalize(self, _end_all, self._idle, self._busy)

    def inspect(self, data: bytes, *, purpose: Purpose) -> PictureFacts:
        """Decode to the last pixel and say what it is.

        Raises PictureRefused, DecoderUnavailable.
        """
        return self.examine(data, purpose=purpose, sides=())[0]

    def examine(
        self, data: bytes, *, purpose: Purpose, sides: Sequence[int] = THUMBNAIL_SIDES
    ) -> tuple[PictureFacts, tuple[bytes, ...]]:
        """`inspect` and `thumbnails` with a single decoding: for results that have just arrived."""
        request: _Request = {"do": "examine", "purpose": purpose, "sides": list(sides)}
        return self._ask(request, data, lambda frame: (_facts(frame, data), _jpegs(frame, sides)))

    def look(self, data: bytes) -> Look:
        """Structure and main colours. Raises PictureRefused, DecoderUnavailable."""
        return self._ask({"do": "look", "purpose": "reference"}, data, _sure_look)

    def thumbnails(self, data: bytes, sides: Sequence[int] = THUMBNAIL_SIDES) -> tuple[bytes, ...]:
        """JPEG files (quality 85, sRGB, upright, neutral grey behind transparency), in order.

        Each has at most so many px on its longest side and is never enlarged. Raises
        PictureRefused, DecoderUnavailable.
        """
        request: _Request = {"do": "thumbnails", "purpose": "reference", "sides": list(sides)}
        return self._ask(request, data, lambda frame: _jpegs(frame, sides))

    def preview(self, data: bytes, side: int) -> tuple[int, int, bytes]:
        """Width, height (px) and RGBX pixels, 4 bytes each, rows without padding.

        For `QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGBX8888)`. At most
        `side` px on the longest side, 0 for the full size. Raises PictureRefused,
        DecoderUnavailable.
        """
        request: _Request = {"do": "preview", "purpose": "reference", "side": side}
        return self._ask(request, data, _pixels)

    def view(
        self,
        data: bytes,
        side: int,
        screen: bytes = b"",
        on_small: Callable[[ViewPixels], None] | None = None,
    ) -> ViewPixels:
        """The picture for looking at, at most `side` px on the longest side (0: all of it), in
        sRGB or in the colours of `screen`, the ICC profile of a screen. Transparency stays.

        With `on_small` that smaller one goes there, as soon as it is made and on this thread, and
        all of the picture is the answer; a picture that is not larger is only the answer. Raises
        PictureRefused, DecoderUnavailable.
        """
        request: _Request = {"do": "view", "purpose": "reference", "side": side}
        request["whole"] = on_small is not None

        def on_blob(header: dict[str, object], number: int, blob: bytes) -> None:
            if on_small is not None and number == 0 and "small" in header:
                on_small(_small_pixels(header, blob))

        return self._ask(request, data, _view_pixels, screen=screen, on_blob=on_blob)

    def reference_upload(
        self,
        data: bytes,
        *,
        longest: int | None = None,
        most_pixels: int | None = None,
        crop: Box | None = None,
        turns: int = 0,
    ) -> tuple[bytes, str]:
        """A clean copy to send to a provider, and its MIME type.

        Re-encoded without metadata (EXIF, GPS, text, profile), upright, in sRGB; the part `crop` of
        it turned by `turns` quarters, reduced to `longest` px and `most_pixels` where given. PNG
        when it has transparency, or was a PNG and has at most 4 megapixels after reducing; else
        JPEG, quality 95, 4:4:4. Raises PictureRefused, DecoderUnavailable.
        """
        request: _Request = {"do": "upload", "purpose": "reference"}
        request |= {"longest": longest, "most_pixels": most_pixels, "turns": turns}
        request["crop"] = crop and [crop.left, crop.top, crop.width, crop.height]
        return self._ask(request, data, _copy, _ENCODING_FACTOR)

    def carried(self, data: bytes) -> tuple[str, ...]:
        """What the file carries beside its pixels: words of `picture_facts.CARRIED`. Raises
        PictureRefused, DecoderUnavailable.
        """
        return self._ask({"do": "carried", "purpose": "reference"}, data, _carried)

    def close(self) -> None:
        """End the children. Threads that wait for an answer get DecoderUnavailable."""
        with self._lock:
            self._closed = True
        self._at_exit()

    def _ask(
        self,
        request: _Request,
        data: bytes,
        read: Callable[[Frame], _T],
        factor: float = 1.0,
        screen: bytes = b"",
        on_blob: OnBlob | None = None,
    ) -> _T:
        _check_size(data)
        blobs = [data, screen] if screen else [data]
        deadline_s = (self._deadline_s + len(data) / MIB * _SECONDS_PER_MIB) * factor
        request["cpu_s"] = int(deadline_s) + 1
        with self._free:
            try:
                return self._try(request, blobs, read, deadline_s, on_blob)
            except ChildTimedOut:
                raise PictureRefused("timeout") from None
            except ChildDied:
                pass
            # Once more in a fresh child: the system may have ended the first one for its memory.
            try:
                return self._try(request, blobs, read, deadline_s, on_blob)
            except ChildTimedOut:
                raise PictureRefused("timeout") from None
            except ChildDied:
                raise PictureRefused("crashed") from None

    def _try(
        self,
        request: _Request,
        blobs: list[bytes],
        read: Callable[[Frame], _T],
        deadline_s: float,
        on_blob: OnBlob | None,
    ) -> _T:
        worker = self._take()
        sound = False
        try:
            frame = worker.ask(request, blobs, deadline_s, on_blob)
            reason = frame[0].get("refused")
            answer = read(frame) if reason is None else None
            sound = reason != "memory"
        except ChildDied:
            self._stop_if_closed()
            raise
        finally:
            self._give_back(worker, sound)
        if answer is None:
            raise _refusal(frame)
        return answer

    def _take(self) -> DecodeWorker:
        with self._lock:
            self._stop_if_closed()
            try:
                worker = self._idle.pop() if self._idle else DecodeWorker(self._command)
            except OSError as error:
                raise DecoderUnavailable("the picture decoder could not be started") from error
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: DecodeWorker, sound: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            keep = sound and not self._closed
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.kill()
            worker.close()

    def _stop_if_closed(self) -> None:
        if self._closed:
            raise DecoderUnavailable("the picture decoder is closed")


def _end_all(idle: list[DecodeWorker], busy: set[DecodeWorker]) -> None:
    for worker in list(busy):
        worker.kill()  # its own thread closes it
    while idle:
        idle.pop().close()


def _check_size(data: bytes) -> None:
    if not data:
        raise PictureRefused("empty")
    if len(data) > MOST_FILE_BYTES:
        raise PictureRefused("too_large", most_mib=MOST_FILE_BYTES // MIB)


# The child may have been taken over by the picture it decoded, so its answers are read as
# carefully as a stranger's: anything of a wrong form counts as a dead child.


def _refusal(frame: Frame) -> PictureRefused:
    reason, numbers = frame[0].get("refused"), frame[0].get("numbers")
    try:
        plain = {k: str(v)[:20] for k, v in numbers.items()} if isinstance(numbers, dict) else {}
        return PictureRefused(reason if isinstance(reason, str) else "crashed", **plain)
    except (KeyError, TypeError):
        return PictureRefused("crashed")


def _facts(frame: Frame, data: bytes) -> PictureFacts:
    match frame[0].get("facts"):
        case {
            "mime": "image/png" | "image/jpeg" | "image/webp" as mime,
            "width": int(width),
            "height": int(height),
            "orientation": int(orientation),
            "mode": str(mode),
            "has_alpha": bool(has_alpha),
            "has_icc": bool(has_icc),
            "has_c2pa": bool(has_c2pa),
            "animated": bool(animated),
        } if 0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE:
            return PictureFacts(
                mime=mime,
                width=width,
                height=height,
                sha256=hashlib.sha256(data).hexdigest(),
                byte_count=len(data),
                has_c2pa=has_c2pa,
                orientation=orientation,
                mode=mode[:10],
                has_alpha=has_alpha,
                has_icc=has_icc,
                animated=animated,
                look=_look(frame),
            )
    raise ChildDied


def _look(frame: Frame) -> Look | None:
    match frame[0].get("look"):
        case [str(bits), list(colors)] if _HASH.fullmatch(bits) and len(colors) <= _MOST_COLORS:
            return Look(int(bits, 16), tuple(_color(pair) for pair in colors))
        case None:
            return None
    raise ChildDied


def _sure_look(frame: Frame) -> Look:
    found = _look(frame)
    if found is None:
        raise ChildDied
    return found


def _color(pair: object) -> tuple[str, int]:
    match pair:
        case [str(color), int(share)] if color_from(color) == color and 0 <= share <= 100:
            return color, share
    raise ChildDied


def _jpegs(frame: Frame, sides: Sequence[int]) -> tuple[bytes, ...]:
    _, blobs = frame
    if len(blobs) != len(sides) or any(sniff(blob) != JPEG for blob in blobs):
        raise ChildDied
    return tuple(blobs)


def _pixels(frame: Frame) -> tuple[int, int, bytes]:
    match frame:
        case {"width": int(width), "height": int(height)}, [bytes(pixels)] if (
            width > 0 and height > 0 and len(pixels) == 4 * width * height
        ):
            return width, height, pixels
    raise ChildDied


def _view_pixels(frame: Frame) -> ViewPixels:
    header, blobs = frame
    width, height, pixels = _pixels((header, blobs[-1:]))
    return ViewPixels(width, height, pixels, header.get("clear") is True)


def _small_pixels(header: dict[str, object], blob: bytes) -> ViewPixels:
    match header.get("small"):
        case [int(width), int(height)]:
            sized: dict[str, object] = {"width": width, "height": height}
            return ViewPixels(*_pixels((sized, [blob])), header.get("clear") is True)
    raise ChildDied


def _carried(frame: Frame) -> tuple[str, ...]:
    words = frame[0].get("carried")
    if not isinstance(words, list) or not all(word in CARRIED for word in words):
        raise ChildDied
    return tuple(words)


def _copy(frame: Frame) -> tuple[bytes, str]:
    match frame:
        case {"mime": "image/png" | "image/jpeg" as mime}, [bytes(copy)] if sniff(copy) == mime:
            return copy, mime
    raise ChildDied
