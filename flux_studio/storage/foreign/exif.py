"""The few texts of an EXIF block that programs write settings into.

EXIF is a TIFF file without pixels: directories of 12-byte entries that point into the block. Only
two directories are read, each offset is checked, and a count is never believed.
"""

from __future__ import annotations

from collections.abc import Iterator

_TEXT_TAGS = {
    0x010E: "exif:ImageDescription",
    0x010F: "exif:Make",
    0x0110: "exif:Model",
    0x0131: "exif:Software",
    0x9286: "exif:UserComment",
    0x927C: "exif:MakerNote",
}
_DETAILS_TAG = 0x8769  # where the second directory is
_MOST_ENTRIES = 200
_BYTES, _ASCII, _LONG, _UNDEFINED = 1, 2, 4, 7
_CODE_LENGTH = 8  # bytes before a UserComment that name its encoding


def exif_texts(block: bytes) -> Iterator[tuple[str, str]]:
    """Name and text of each of the wanted entries of a TIFF block. Never raises."""
    match block[:4]:
        case b"II*\0":
            order = "little"
        case b"MM\0*":
            order = "big"
        case _:
            return
    first = _number(block, 4, 4, order)
    details: int | None = None
    for tag, content, value in _entries(block, first, order):
        if tag == _DETAILS_TAG:
            details = value
        elif tag in _TEXT_TAGS:
            yield _TEXT_TAGS[tag], _text(tag, content, order)
    if details is None:
        return
    for tag, content, _ in _entries(block, details, order):
        if tag in _TEXT_TAGS:
            yield _TEXT_TAGS[tag], _text(tag, content, order)


def _entries(block: bytes, at: int, order: str) -> Iterator[tuple[int, bytes, int]]:
    """Tag, content and the number in the entry itself. What points outside is left out."""
    if not 8 <= at <= len(block) - 2:
        return
    for number in range(min(_number(block, at, 2, order), _MOST_ENTRIES)):
        entry = at + 2 + 12 * number
        if entry + 12 > len(block):
            return
        tag, kind = _number(block, entry, 2, order), _number(block, entry + 2, 2, order)
        count, value = _number(block, entry + 4, 4, order), _number(block, entry + 8, 4, order)
        if kind in (_BYTES, _ASCII, _UNDEFINED):
            start = entry + 8 if count <= 4 else value
            content = block[start : start + count]
            if len(content) == count:
                yield tag, content, value
        elif kind == _LONG and count == 1:
            yield tag, b"", value


def _number(block: bytes, at: int, length: int, order: str) -> int:
    return int.from_bytes(block[at : at + length], "little" if order == "little" else "big")


def _text(tag: int, content: bytes, order: str) -> str:
    if tag != 0x9286:
        return content.decode("utf-8", "replace").strip("\0")
    code, rest = content[:_CODE_LENGTH], content[_CODE_LENGTH:]
    if code == b"UNICODE\0":
        return _utf16(rest, order)
    if code in (b"ASCII\0\0\0", b"\0" * _CODE_LENGTH, b"JIS\0\0\0\0\0"):
        return rest.decode("utf-8", "replace").strip("\0")
    return content.decode("utf-8", "replace").strip("\0")


def _utf16(rest: bytes, order: str) -> str:
    """Programs do not agree on the order of the bytes, whatever the block says: Latin letters have
    an empty byte, and it tells.
    """
    if rest.startswith((b"\xff\xfe", b"\xfe\xff")):
        return rest.decode("utf-16", "replace").strip("\0")
    head = rest[:2000]
    high, low = head[0::2].count(0), head[1::2].count(0)
    is_big = high > low if high != low else order == "big"
    return rest.decode("utf-16-be" if is_big else "utf-16-le", "replace").strip("\0")
