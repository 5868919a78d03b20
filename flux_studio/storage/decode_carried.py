"""What a picture file says beside its pixels: where, when, with what and by whom it was made.

Runs only in the decode child. Only whether something is there leaves it, never what it says.
"""

from __future__ import annotations

from PIL import Image

from flux_studio.storage import picture_bytes
from flux_studio.storage.picture_facts import CARRIED

_GPS, _DETAILS, _SMALL = 0x8825, 0x8769, 1  # pages of EXIF: position, camera settings, thumbnail
_TAGS = {
    0x010F: "camera",  # maker
    0x0110: "camera",  # model
    0x0131: "software",
    0x013C: "software",  # host computer
    0x0132: "time",
    0x013B: "author",
    0x8298: "author",  # copyright
    0x9C9D: "author",
    0x010E: "text",  # description
    0x9C9B: "text",
    0x9C9C: "text",
    0x9C9E: "text",
}
_DETAIL_TAGS = {
    0x829A: "camera",  # exposure
    0x9003: "time",
    0x9004: "time",
    0x927C: "camera",  # the maker's own notes
    0x9286: "text",  # a comment: picture makers write their settings here too
    0xA430: "author",
    0xA431: "camera",  # serial number
    0xA434: "camera",  # lens
}
# Text chunks by which picture makers tell how a picture was made, in small letters.
_SETTINGS = (
    b"parameters", b"prompt", b"workflow", b"invokeai", b"sd-metadata", b"dream", b"comment",
    b"sui_image_params", b"fooocus", b"generation_data",
)  # fmt: skip
# A JPEG's comment belongs to its pixels where the encoder wrote it by itself.
_ENCODERS = (b"CREATOR: gd-jpeg", b"Lavc", b"Compressed by jpeg-recompress")


def carried(data: bytes, image: Image.Image) -> list[str]:
    """The words of `CARRIED` that are true of a file, in their order."""
    found = _in_exif(image)
    if image.info.get("icc_profile"):
        found.add("profile")
    if picture_bytes.has_c2pa(data):
        found.add("credentials")
    if getattr(image, "is_animated", False):
        found.add("frames")
    match picture_bytes.sniff(data):
        case picture_bytes.PNG:
            found |= _in_png(data)
        case picture_bytes.JPEG:
            found |= _in_jpeg(data)
        case _:
            found |= _in_webp(data)
    return [word for word in CARRIED if word in found]


def _in_exif(image: Image.Image) -> set[str]:
    try:
        exif = image.getexif()
        pages = {_GPS: exif.get_ifd(_GPS), _DETAILS: exif.get_ifd(_DETAILS)}
        small = exif.get_ifd(_SMALL)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - broken EXIF raises anything; something is there all the same
        return {"other"}
    found = {_TAGS[tag] for tag in exif if tag in _TAGS}
    found |= {_DETAIL_TAGS[tag] for tag in pages[_DETAILS] if tag in _DETAIL_TAGS}
    if pages[_GPS]:
        found.add("location")
    if small:
        found.add("thumbnail")
    return found


def _in_png(data: bytes) -> set[str]:
    found = set()
    for name, start, end in picture_bytes.png_chunks(data):
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            found.add(_word_for_text(data[start : min(end, start + 80)]))
        elif name == b"tIME":
            found.add("time")
    return found


def _word_for_text(head: bytes) -> str:
    key = head.partition(b"\0")[0].lower()
    if key.startswith(_SETTINGS):
        return "settings"
    if b"xmp" in key:
        return "other"
    if key in (b"author", b"copyright"):
        return "author"
    if key in (b"software", b"creation time", b"date:create", b"date:modify"):
        return "software" if key == b"software" else "time"
    return "text"


def _in_jpeg(data: bytes) -> set[str]:
    found = set()
    for marker, start, end in picture_bytes.jpeg_segments(data):
        head = data[start : min(end, start + 64)]
        if marker == 0xFE and not head.startswith(_ENCODERS):
            found.add("text")
        elif marker == 0xED or (marker == 0xE1 and head.startswith(b"http://ns.adobe.com")):
            found.add("other")
    return found


def _in_webp(data: bytes) -> set[str]:
    names = {name for name, _, _ in picture_bytes.webp_chunks(data)}
    return {"other"} if b"XMP " in names else set()
