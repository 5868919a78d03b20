"""What a picture file says about itself in its first and last bytes, without decoding it.

Shared by the application and the decode child, so it imports next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_START_OF_SCAN = 0xDA
_JPEG_APP11 = 0xEB
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers that carry no length

_OTHER_MAGIC = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS", "a Photoshop file"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"\0\0\1\0", "an icon file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"qoif", "a QOI picture"),
    (b"PK\3\4", "a ZIP archive"),
)
_BRANDS = (("avif", "an AVIF picture"), ("hei", "a HEIC photo"), ("mif1", "a HEIC photo"))


def sniff(data: bytes) -> str | None:
    """The MIME type by the first bytes, or None when it is not one of PNG, JPEG and WebP."""
    if data.startswith(_PNG_MAGIC):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return None


def other_kind(data: bytes) -> str | None:
    """What else the bytes look like, in words for a sentence ("an SVG drawing"), or None."""
    for magic, words in _OTHER_MAGIC:
        if data.startswith(magic):
            return words
    if data[4:8] == b"ftyp":
        brand = data[8:12].decode("latin-1")
        return next((words for start, words in _BRANDS if brand.startswith(start)), "a video")
    return _kind_of_text(data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _kind_of_text(head: bytes) -> str | None:
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    if head.startswith((b"{", b"[")):
        return "a JSON text"
    return None


def has_c2pa(data: bytes) -> bool:
    """Whether the file carries Content Credentials (a C2PA manifest store).

    PNG chunk `caBX`, JPEG APP11 segments, WebP chunk `C2PA`. Presence only: nothing is verified.
    """
    match sniff(data):
        case "image/png":
            return any(name == b"caBX" for name, _, _ in png_chunks(data))
        case "image/jpeg":
            return any(
                marker == _JPEG_APP11 and data.find(b"c2pa", start, end) >= 0
                for marker, start, end in jpeg_segments(data)
            )
        case "image/webp":
            return any(name == b"C2PA" for name, _, _ in webp_chunks(data))
        case _:
            return False


def is_cut(data: bytes) -> bool:
    """Whether the container says that its end is missing. Decoders let some of these pass."""
    match sniff(data):
        case "image/png":
            return not any(name == b"IEND" for name, _, _ in png_chunks(data))
        case "image/jpeg":
            ends = [end for _, _, end in jpeg_segments(data)]
            return data.find(b"\xff\xd9", ends[-1] if ends else 0) < 0
        case "image/webp":
            return 8 + int.from_bytes(data[4:8], "little") > len(data)
        case _:
            return False


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each complete PNG chunk, up to IEND."""
    at = len(_PNG_MAGIC)
    while at + 12 <= len(data):
        start = at + 8
        end = start + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            return
        name = data[at + 4 : start]
        yield name, start, end
        if name == b"IEND":
            return
        at = end + 4


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the content of each JPEG segment, up to the first scan's header."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _JPEG_BARE:
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end > len(data) or end < at + 4:
            return
        yield marker, at + 4, end
        if marker == _JPEG_START_OF_SCAN:
            return
        at = end


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each complete RIFF chunk of a WebP file."""
    at = 12
    while at + 8 <= len(data):
        start = at + 8
        end = start + int.from_bytes(data[at + 4 : start], "little")
        if end > len(data):
            return
        yield data[at : at + 4], start, end
        at = end + (end - start) % 2
