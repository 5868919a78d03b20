import struct
import zlib

import pytest
from PIL import Image

from flux_studio.storage.picture_bytes import has_c2pa, is_cut, other_kind, sniff


def png_chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def with_png_chunk(png: bytes, name: bytes, content: bytes) -> bytes:
    return png[:33] + png_chunk(name, content) + png[33:]


def with_jpeg_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    segment = bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content
    return jpeg[:2] + segment + jpeg[2:]


def with_webp_chunk(webp: bytes, name: bytes, content: bytes) -> bytes:
    body = webp[8:] + name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_the_three_formats_are_known_by_their_first_bytes(encode, kind: str, mime: str) -> None:
    assert sniff(encode(kind)) == mime


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_not_taken_but_named(encode, kind: str) -> None:
    data = encode(kind)
    assert sniff(data) is None
    assert kind in (other_kind(data) or "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg xmlns=''>", "an SVG drawing"),
        (b"  <!DOCTYPE html><title>Log in</title>", "a web page"),
        (b'{"error": "expired"}', "a JSON text"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\0\0\0\x20ftypheic", "a HEIC photo"),
        (b"\0\0\0\x20ftypavif", "an AVIF picture"),
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"nothing known", None),
        (b"", None),
    ],
)
def test_what_is_not_a_picture_is_named_in_words(data: bytes, words: str | None) -> None:
    assert sniff(data) is None
    assert other_kind(data) == words


def test_content_credentials_are_found_in_each_container(encode) -> None:
    jumbf = b"JP\0\1\0\0\0\1" + b"\0\0\0\x20jumb" + b"\0\0\0\x18jumdc2pa"
    assert has_c2pa(with_png_chunk(encode("PNG"), b"caBX", jumbf))
    assert has_c2pa(with_jpeg_segment(encode("JPEG"), 0xEB, jumbf))
    assert has_c2pa(with_webp_chunk(encode("WEBP"), b"C2PA", jumbf))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_without_credentials_is_not_said_to_have_them(encode, kind: str) -> None:
    assert not has_c2pa(encode(kind))


def test_the_word_c2pa_elsewhere_is_not_taken_for_credentials(encode) -> None:
    assert not has_c2pa(with_png_chunk(encode("PNG"), b"tEXt", b"note\0c2pa caBX"))
    assert not has_c2pa(with_jpeg_segment(encode("JPEG"), 0xFE, b"c2pa"))
    assert not has_c2pa(b"c2pa")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_whole_file_is_not_cut_and_any_shorter_one_is(encode, kind: str) -> None:
    data = encode(kind)
    assert not is_cut(data)
    assert all(is_cut(data[:length]) for length in range(20, len(data) - 1, 7))
    assert is_cut(data[:-1])


def test_an_embedded_thumbnail_does_not_pass_for_the_end_of_a_jpeg(encode) -> None:
    inside = with_jpeg_segment(encode("JPEG"), 0xE1, b"Exif\0\0" + encode("JPEG", (8, 8)))
    assert not is_cut(inside)
    assert is_cut(inside[:-2])


def test_nonsense_lengths_end_the_walk(encode) -> None:
    image = Image.new("RGB", (4, 4))
    assert is_cut(encode("PNG", image)[:8] + b"\xff\xff\xff\xffIDAT" + bytes(40))
    assert not has_c2pa(b"\xff\xd8\xff\xe0\x00\x00" + bytes(40))
    assert not has_c2pa(b"RIFF\0\0\0\0WEBPC2PA\xff\xff\xff\xff")
