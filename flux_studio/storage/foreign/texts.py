"""The texts inside a picture file: PNG text chunks, EXIF and XMP, by name.

Pure and bounded: chunks are counted, texts are cut off at a size, packed ones are unpacked no
further than that. Broken parts are left out; nothing here raises.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from itertools import islice

from flux_studio.storage import picture_bytes
from flux_studio.storage.foreign.exif import exif_texts
from flux_studio.storage.foreign.xmp import xmp_texts

MOST_CHUNKS = 20_000  # a PNG of 64 MiB in pieces of 8 KiB has 8,192
MOST_TEXTS = 40
MOST_TEXT_BYTES = 4 * 1024 * 1024  # of one text, unpacked; node graphs are long
MOST_BYTES = 12 * 1024 * 1024  # of all texts of a file

_XMP_KEYWORD = "XML:com.adobe.xmp"
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_EXIF_MARK = b"Exif\0\0"
_JPEG_APP1 = 0xE1

Texts = Mapping[str, str]
"""PNG texts by their keyword; the others begin with `exif:` or `xmp:`."""


def texts_of(data: bytes) -> Texts:
    """Every text of a PNG, JPEG or WebP file; the first of a name counts."""
    found: dict[str, str] = {}
    room = MOST_BYTES
    for name, text in islice(_texts(data), MOST_TEXTS):
        room -= len(text)
        if room < 0:
            break
        found.setdefault(name, text)
    return found


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    match picture_bytes.sniff(data):
        case picture_bytes.PNG:
            yield from _png_texts(data)
        case picture_bytes.JPEG:
            for marker, start, end in islice(picture_bytes.jpeg_segments(data), MOST_CHUNKS):
                if marker == _JPEG_APP1:
                    yield from _app1_texts(data[start:end])
        case picture_bytes.WEBP:
            yield from _webp_texts(data)


def _png_texts(data: bytes) -> Iterator[tuple[str, str]]:
    for name, start, end in islice(picture_bytes.png_chunks(data), MOST_CHUNKS):
        if end - start > MOST_TEXT_BYTES:
            continue
        match name:
            case b"tEXt" | b"zTXt" | b"iTXt":
                yield from _png_text(name, data[start:end])
            case b"eXIf":
                yield from exif_texts(data[start:end])


def _png_text(name: bytes, chunk: bytes) -> Iterator[tuple[str, str]]:
    keyword, mark, rest = chunk.partition(b"\0")
    if not mark or len(keyword) > 79:
        return
    match name:
        case b"tEXt":
            packed, raw = False, rest
        case b"zTXt":
            packed, raw = True, rest[1:]
        case _:  # flag, method, language, translated keyword, text
            packed, parts = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
            if len(parts) < 3:
                return
            raw = parts[2]
    content = _unpacked(raw) if packed else raw
    title = keyword.decode("latin-1")
    if title == _XMP_KEYWORD:
        yield from xmp_texts(content)
    elif content:
        yield title, _decoded(content)


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, MOST_TEXT_BYTES)
    except zlib.error:
        return b""


def _decoded(content: bytes) -> str:
    """Many programs write UTF-8 where the format says Latin-1."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _app1_texts(segment: bytes) -> Iterator[tuple[str, str]]:
    if segment.startswith(_EXIF_MARK):
        yield from exif_texts(segment[len(_EXIF_MARK) :])
    elif segment.startswith(_XMP_MARK):
        yield from xmp_texts(segment[len(_XMP_MARK) :])


def _webp_texts(data: bytes) -> Iterator[tuple[str, str]]:
    for name, start, end in islice(picture_bytes.webp_chunks(data), MOST_CHUNKS):
        if end - start > MOST_TEXT_BYTES:
            continue
        content = data[start:end]
        if name == b"EXIF":
            yield from exif_texts(content.removeprefix(_EXIF_MARK))
        elif name == b"XMP ":
            yield from xmp_texts(content)
