"""The few texts of an XMP packet that programs write settings into.

XMP is XML. A packet that declares a document type is refused, so nothing in it can expand; the
parser never leaves the text it was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

_MOST_BYTES = 2 * 1024 * 1024
_MOST_NODES = 20_000
_WANTED = {
    "CreatorTool": "xmp:CreatorTool",
    "UserComment": "xmp:UserComment",
    "description": "xmp:description",
}


def xmp_texts(packet: bytes) -> Iterator[tuple[str, str]]:
    """Name and text of each of the wanted properties. Never raises."""
    if len(packet) > _MOST_BYTES or b"<!" in packet:
        return
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    for number, node in enumerate(root.iter()):
        if number > _MOST_NODES:
            return
        name = _WANTED.get(_local(node.tag))
        text = _text_of(node) if name else ""
        if name and text:
            yield name, text
        for attribute, value in node.attrib.items():
            if _local(attribute) in _WANTED and value.strip():
                yield _WANTED[_local(attribute)], value.strip()


def _local(name: object) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _text_of(node: ElementTree.Element) -> str:
    """Its own text, or that of the first entry of a list of languages: at most three levels."""
    for _ in range(3):
        if (node.text or "").strip():
            return (node.text or "").strip()
        if not len(node):
            return ""
        node = node[0]
    return (node.text or "").strip()
