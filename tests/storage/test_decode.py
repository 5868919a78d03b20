import hashlib
import io
import os
import struct
import sys
import zlib
from dataclasses import replace

import pytest
from PIL import Image, ImageCms

from flux_studio.storage.decode import (
    Decoder,
    PictureRefused,
)
from tests.storage.test_picture_bytes import png_chunk, with_png_chunk

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux, read from /proc")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def reason_of(decoder: Decoder, data: bytes, purpose="reference") -> str:
    with pytest.raises(PictureRefused) as caught:
        decoder.inspect(data, purpose=purpose)
    assert caught.value.sentence.endswith(".")
    assert "{" not in caught.value.sentence
    return caught.value.reason


def flat_png(width: int, height: int) -> bytes:
    """A valid PNG of any size in a few kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    squeeze = zlib.compressobj(9)
    row = bytes(width + 1)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


# What a good picture gets


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_the_facts_are_those_of_the_file(decoder, encode, kind: str, mime: str) -> None:
    data = encode(kind, (64, 48))
    facts = decoder.inspect(data, purpose="result")
    assert (facts.mime, facts.width, facts.height) == (mime, 64, 48)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert facts.byte_count == len(data)
    assert (facts.orientation, facts.mode, facts.has_alpha) == (1, "RGB", False)
    assert (facts.has_c2pa, facts.has_icc, facts.animated) == (False, False, False)


def test_alpha_profile_credentials_and_frames_are_noticed(decoder, encode) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clear = encode("PNG", Image.new("RGBA", (4, 4)), icc_profile=icc)
    facts = decoder.inspect(with_png_chunk(clear, b"caBX", b"x"), purpose="result")
    assert facts.has_alpha
    assert facts.has_icc
    assert facts.has_c2pa
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    moving = encode("PNG", frames[0], save_all=True, append_images=frames[1:])
    assert decoder.inspect(moving, purpose="result").animated


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_is_shown_upright(decoder, encode, kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (40, 20), "blue")
    upright.paste("red", (0, 0, 20, 10))  # red is top left in what people must see
    turns = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for turn in turns[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encode(kind, stored, exif=exif, **options)
    facts = decoder.inspect(data, purpose="reference")
    assert facts.orientation == orientation
    assert facts.shown_size == (40, 20)
    (thumbnail,) = decoder.thumbnails(data, (256,))
    uploaded, _ = decoder.reference_upload(data)
    for shown in (opened(thumbnail), opened(uploaded)):
        assert shown.size == (40, 20)
        red, _, blue = shown.convert("RGB").getpixel((5, 4))  # type: ignore[misc]  # RGB gives three
        assert red > 180 > 80 > blue
    width, height, pixels = decoder.preview(data, 0)
    assert (width, height) == (40, 20)
    assert pixels[(4 * 40 + 5) * 4] > 180


def test_thumbnails_keep_the_ratio_are_never_enlarged_and_come_in_order(decoder, encode) -> None:
    data = encode("PNG", (1000, 500))
    small, large, huge = decoder.thumbnails(data, (256, 512, 4000))
    assert [opened(t).size for t in (small, large, huge)] == [(256, 128), (512, 256), (1000, 500)]
    assert all(opened(t).format == "JPEG" for t in (small, large, huge))


def test_one_decoding_gives_facts_and_thumbnails(decoder, encode) -> None:
    data = encode("JPEG", (600, 300))
    facts, thumbs = decoder.examine(data, purpose="result")
    assert facts.look == decoder.look(thumbs[0])
    assert replace(facts, look=None) == decoder.inspect(data, purpose="result")
    assert [opened(t).size for t in thumbs] == [(256, 128), (512, 256)]


def test_transparency_shows_neutral_grey(decoder, encode) -> None:
    picture = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    (thumb,) = decoder.thumbnails(encode("PNG", picture), (256,))
    assert opened(thumb).getpixel((16, 16)) == pytest.approx((128, 128, 128), abs=2)
    palette = Image.new("P", (32, 32))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    (thumb,) = decoder.thumbnails(encode("PNG", palette, transparency=0), (256,))
    assert opened(thumb).getpixel((16, 16)) == pytest.approx((128, 128, 128), abs=2)


def test_sixteen_bit_grey_keeps_its_tones(decoder, encode) -> None:
    picture = Image.new("I;16", (32, 32), 0x8000)
    (thumb,) = decoder.thumbnails(encode("PNG", picture), (256,))
    assert opened(thumb).getpixel((16, 16)) == pytest.approx((128, 128, 128), abs=2)


def test_colours_are_converted_by_the_profile_of_the_file(decoder, encode) -> None:
    # A linear-light profile made from sRGB's own: replace the tone curves by gamma 1.0.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(struct.unpack_from(">I", profile, 128)[0]):
        name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            curve = b"para\0\0\0\0" + struct.pack(">HHi", 0, 0, 65536)
            profile[at : at + size] = curve.ljust(size, b"\0")
        if name == b"desc":
            text = bytes(profile[at : at + size])
            profile[at : at + size] = text.replace("sRGB".encode("utf-16-be"), b"\0L\0i\0n\0e")
    data = encode("PNG", Image.new("RGB", (16, 16), (55, 55, 55)), icc_profile=bytes(profile))
    (thumb,) = decoder.thumbnails(data, (256,))
    assert opened(thumb).getpixel((8, 8)) == pytest.approx((128, 128, 128), abs=4)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "CMYK"])
def test_every_pixel_layout_has_a_thumbnail_and_an_upload(decoder, encode, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    data = encode(kind, Image.new("L", (40, 30), 200).convert(mode))
    (thumb,) = decoder.thumbnails(data, (16,))
    assert opened(thumb).size == (16, 12)
    copy, _ = decoder.reference_upload(data)
    assert opened(copy).convert("RGB").getpixel((3, 3)) == pytest.approx((200,) * 3, abs=60)


def test_a_broken_profile_or_exif_is_no_reason_to_refuse(decoder, encode) -> None:
    data = encode("PNG", (40, 30), icc_profile=b"not a profile at all", exif=b"Exif\0\0rubbish")
    assert decoder.inspect(data, purpose="reference").orientation == 1
    assert opened(decoder.thumbnails(data, (256,))[0]).size == (40, 30)


def test_a_phone_picture_with_a_second_frame_is_taken(decoder, encode) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    data = encode("MPO", frames[0], save_all=True, append_images=frames[1:])
    facts = decoder.inspect(data, purpose="reference")
    assert (facts.mime, facts.width) == ("image/jpeg", 64)


def test_a_preview_is_plain_pixels(decoder, encode) -> None:
    picture = Image.new("RGB", (30, 20), (10, 20, 30))
    width, height, pixels = decoder.preview(encode("PNG", picture), 0)
    assert (width, height, len(pixels)) == (30, 20, 30 * 20 * 4)
    assert pixels[:3] == bytes((10, 20, 30))
    assert decoder.preview(encode("PNG", (300, 200)), 60)[:2] == (60, 40)


# What leaves for a provider


def test_nothing_of_the_originals_metadata_is_uploaded(decoder, encode) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY description"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "CANARY gps date"
    jpeg = encode("JPEG", (64, 48), exif=exif, comment=b"CANARY comment", xmp=b"<x>CANARY</x>")
    png = with_png_chunk(encode("PNG", (64, 48), exif=exif), b"tEXt", b"prompt\0CANARY")
    webp = encode("WEBP", (64, 48), exif=exif, xmp=b"<x>CANARY</x>", icc_profile=b"CANARY")
    for data in (jpeg, png, webp):
        assert b"CANARY" in data
        copy, _ = decoder.reference_upload(data)
        assert b"CANARY" not in copy
        assert b"Exif" not in copy
        assert not opened(copy).getexif()
        for thumb in decoder.thumbnails(data):
            assert b"CANARY" not in thumb


def test_what_a_file_carries_is_named_and_a_clean_copy_carries_nothing(decoder, encode) -> None:
    exif = Image.Exif()
    exif[0x0110] = "camera"
    exif[0x0131] = "software"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8769)[0x9003] = "2026:01:01 00:00:00"
    jpeg = encode("JPEG", (64, 48), exif=exif, comment=b"hello", xmp=b"<x>y</x>")
    assert decoder.carried(jpeg) == ("location", "camera", "time", "software", "text", "other")
    png = with_png_chunk(encode("PNG", (64, 48)), b"tEXt", b"parameters\0a fox")
    assert decoder.carried(png) == ("settings",)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    webp = encode("WEBP", (64, 48), exif=exif, xmp=b"<x/>", icc_profile=profile)
    carried = ("location", "camera", "time", "software", "profile", "other")
    assert decoder.carried(webp) == carried
    for data in (jpeg, png, webp):
        assert decoder.carried(decoder.reference_upload(data)[0]) == ()


def test_broken_details_are_something_that_is_there(decoder, encode) -> None:
    data = encode("JPEG", (64, 48), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert decoder.carried(data) in ((), ("other",))


def test_uploads_are_reduced_to_what_is_asked(decoder, encode) -> None:
    data = encode("JPEG", (800, 400))
    assert opened(decoder.reference_upload(data)[0]).size == (800, 400)
    assert opened(decoder.reference_upload(data, longest=200)[0]).size == (200, 100)
    fitted = opened(decoder.reference_upload(data, most_pixels=100_000)[0])
    assert 90_000 < fitted.width * fitted.height <= 100_000
    assert fitted.width / fitted.height == pytest.approx(2, rel=0.02)


def test_the_uploads_format_follows_what_the_picture_is(decoder, encode) -> None:
    drawing = encode("PNG", (64, 48))
    clear = Image.new("RGBA", (64, 48), (9, 9, 9, 100))
    assert decoder.reference_upload(drawing)[1] == "image/png"
    assert decoder.reference_upload(flat_png(2100, 2100))[1] == "image/jpeg"
    assert decoder.reference_upload(encode("JPEG"))[1] == "image/jpeg"
    assert decoder.reference_upload(encode("WEBP"))[1] == "image/jpeg"
    copy, mime = decoder.reference_upload(encode("WEBP", clear, lossless=True))
    assert mime == "image/png"
    assert opened(copy).convert("RGBA").getpixel((3, 3)) == (9, 9, 9, 100)
    original, copied = opened(drawing).tobytes(), opened(decoder.reference_upload(drawing)[0])
    assert copied.tobytes() == original


# What a bad picture gets


def test_nothing_at_all_is_empty(decoder) -> None:
    assert reason_of(decoder, b"") == "empty"


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_format", "SVG"),
        (b"<!doctype html><html></html>", "wrong_format", "web page"),
        (b"GIF89a\1\0\1\0", "wrong_format", "GIF"),
        (b"hello", "not_a_picture", "not a picture"),
    ],
)
def test_what_is_no_picture_is_named(decoder, data: bytes, reason: str, words: str) -> None:
    with pytest.raises(PictureRefused) as caught:
        decoder.inspect(data, purpose="reference")
    assert caught.value.reason == reason
    assert words in caught.value.sentence
    assert "PNG" in caught.value.sentence


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_cut_file_is_refused_wherever_it_was_cut(decoder, encode, kind: str) -> None:
    noise = Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3))
    data = encode(kind, noise)
    cuts = {13, 40, len(data) // 3, len(data) // 2, len(data) - 15, len(data) - 2, len(data) - 1}
    for length in cuts:
        assert reason_of(decoder, data[:length], "result") in {"truncated", "damaged"}
    assert reason_of(decoder, data[: len(data) // 2], "result") == "truncated"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_rubbish_behind_a_good_beginning_is_refused(decoder, encode, kind: str) -> None:
    assert reason_of(decoder, encode(kind)[:16] + os.urandom(500)) in {"truncated", "damaged"}


@pytest.mark.parametrize(
    ("size", "purpose", "reason"),
    [
        ((4096, 4096), "result", None),
        ((5000, 4001), "result", "too_many_pixels"),
        ((5000, 4001), "reference", None),
        ((8000, 5001), "reference", "too_many_pixels"),
        ((12000, 12000), "reference", "bomb"),
    ],
)
def test_pixels_are_limited_before_decoding(decoder, size, purpose, reason) -> None:
    data = flat_png(*size)
    if reason is None:
        assert decoder.inspect(data, purpose=purpose).width == size[0]
    else:
        assert reason_of(decoder, data, purpose) == reason


def test_the_sentence_about_pixels_names_the_sizes(decoder) -> None:
    with pytest.raises(PictureRefused) as caught:
        decoder.inspect(flat_png(8000, 5001), purpose="reference")
    assert "8000 x 5001" in caught.value.sentence
    assert "40 megapixels" in caught.value.sentence


def test_the_largest_webp_fits_and_a_larger_one_is_refused(decoder, encode) -> None:
    largest = encode("WEBP", Image.new("RGB", (4096, 4096), "teal"), method=0)
    assert decoder.inspect(largest, purpose="result").width == 4096
    larger = encode("WEBP", Image.new("RGB", (5000, 4001), "teal"), method=0)
    assert reason_of(decoder, larger, "reference") == "too_many_pixels"


def test_text_that_unpacks_without_end_is_a_bomb(decoder, encode) -> None:
    packed = b"note\0\0" + zlib.compress(bytes(900_000), 9)
    data = encode("PNG")
    for _ in range(12):
        data = with_png_chunk(data, b"zTXt", packed)
    assert reason_of(decoder, data) == "bomb"


def test_a_file_of_more_than_64_mib_is_refused_unread(decoder) -> None:
    assert reason_of(decoder, bytes(64 * 1024 * 1024 + 1)) == "too_large"


def test_after_a_bad_picture_the_next_good_one_is_decoded(decoder, encode) -> None:
    reason_of(decoder, b"rubbish")
    assert decoder.inspect(encode("PNG"), purpose="result").width == 64
