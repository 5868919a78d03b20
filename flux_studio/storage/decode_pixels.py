"""The Pillow work of the decode child: open within limits, measure, reduce, turn, re-encode.

Runs only in the child process (`decode_child.py`). Every function takes foreign bytes and raises
`Refusal` with a word of `picture_facts.SENTENCES`, or whatever Pillow raises, which the child maps.
"""

from __future__ import annotations

import io
import math
import warnings
from concurrent.futures import ThreadPoolExecutor

from PIL import (
    Image,
    ImageCms,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from flux_studio.storage import decode_colour, picture_bytes

MEGAPIXEL = 1_000_000
# 4096 x 4096 is 16.8 megapixels; a WebP of that size already needs 282 MB to decode.
MOST_PIXELS = {"result": 20 * MEGAPIXEL, "reference": 40 * MEGAPIXEL}
MOST_WEBP_PIXELS = 20 * MEGAPIXEL
# A PNG reference of this size or less stays lossless on its way to a provider.
MOST_LOSSLESS_PIXELS = 4 * MEGAPIXEL
NEUTRAL_GREY = 128

_FORMATS = {picture_bytes.PNG: "PNG", picture_bytes.JPEG: "JPEG", picture_bytes.WEBP: "WEBP"}
# Pillow imports these when a file asks for them (EXIF, phone pictures); it may open none then.
_WANTED_LATER = (JpegImagePlugin, WebPImagePlugin, TiffImagePlugin, MpoImagePlugin)
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MULTIPLIED = {"RGBA": "RGBa", "LA": "La"}  # colours times opacity
_BANDS = 4  # that a smaller copy is made in
_FAR = 1.3  # times the size wanted
_MARGIN = 3  # averaged rows; the filter reaches 2 at most
_QUARTERS = (
    None,
    Image.Transpose.ROTATE_270,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_90,
)
_SIDEWAYS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
)


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The picture is not taken: a word of `picture_facts.SENTENCES` and the numbers it needs."""

    def __init__(self, reason: str, **numbers: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


def set_up_pillow() -> None:
    """Tighten Pillow's own limits, and make it import all it needs before the doors are closed."""
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    PngImagePlugin.MAX_TEXT_MEMORY = 8 * PngImagePlugin.MAX_TEXT_CHUNK
    Image.MAX_IMAGE_PIXELS = 90 * MEGAPIXEL
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = 6
    for name in _FORMATS.values():
        buffer = io.BytesIO()
        Image.new("RGB", (2, 2)).save(buffer, name, exif=exif)
        upload(open_picture(buffer.getvalue(), "result"), None, None)
    ImageCms.createProfile("sRGB")


def open_picture(data: bytes, purpose: str) -> Image.Image:
    """Read the header only, with the one decoder that the first bytes name, and check its size."""
    mime = picture_bytes.sniff(data)
    if mime is None:
        kind = picture_bytes.other_kind(data)
        raise Refusal("wrong_format", kind=kind) if kind else Refusal("not_a_picture")
    image = Image.open(io.BytesIO(data), formats=(_FORMATS[mime],))
    most = MOST_PIXELS[purpose]
    if mime == picture_bytes.WEBP:
        most = min(most, MOST_WEBP_PIXELS)
    if image.width * image.height > most:
        raise Refusal(
            "too_many_pixels",
            width=image.width,
            height=image.height,
            megapixels=round(image.width * image.height / MEGAPIXEL, 1),
            most=most // MEGAPIXEL,
        )
    return image


def measure(data: bytes, image: Image.Image) -> dict[str, object]:
    """The facts of a picture; it is decoded to its last pixel first."""
    image.load()
    if picture_bytes.is_cut(data):
        raise Refusal("truncated")
    return {
        "mime": picture_bytes.sniff(data),
        "width": image.width,
        "height": image.height,
        "orientation": orientation(image),
        "mode": image.mode,
        "has_alpha": image.has_transparency_data,
        "has_icc": bool(image.info.get("icc_profile")),
        "has_c2pa": picture_bytes.has_c2pa(data),
        "animated": bool(getattr(image, "is_animated", False)),
    }


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 when there is none or when it cannot be understood."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and the pixels are fine
        return 1
    return value if value in _TURNS else 1


def thumbnails(image: Image.Image, sides: list[int]) -> list[bytes]:
    """JPEG pictures of at most each side in px, in the order asked for; never enlarged."""
    made: dict[int, bytes] = {}
    shown: Image.Image | None = None
    for side in sorted(sides, reverse=True):
        if shown is None:
            shown = flat(upright(image, (side, side), quickly=True))
        else:
            reduce_to(shown, (side, side), quickly=True)
        made[side] = encode(shown, "JPEG", quality=85)
    return [made[side] for side in sides]


def preview(image: Image.Image, side: int) -> tuple[int, int, bytes]:
    """Width, height and RGBX bytes (4 a pixel, no padding); side 0 keeps the full size."""
    shrink = side or max(image.size)
    shown = flat(upright(image, (shrink, shrink), quickly=True))
    return shown.width, shown.height, shown.tobytes("raw", "RGBX")


def upload(
    image: Image.Image,
    longest: int | None,
    most_pixels: int | None,
    crop: tuple[int, int, int, int] | None = None,
    turns: int = 0,
) -> tuple[bytes, str]:
    """A clean copy for a provider, and its MIME type. No metadata of the original survives.

    The part `crop` (left, top, width, height in px of the upright picture) is turned by so many
    quarters clockwise. With transparency: PNG. A PNG that has at most 4 megapixels now: PNG,
    because drawings and text suffer from JPEG. Everything else: JPEG, quality 95, full colour
    resolution.
    """
    drawn = image.format == "PNG"
    if crop is None and not turns:
        shown = upright(image, _upload_box(image.size, longest, most_pixels))
    else:
        shown = _part(upright(image, image.size), crop, turns)
        reduce_to(shown, _upload_box(shown.size, longest, most_pixels))
    small = shown.width * shown.height <= MOST_LOSSLESS_PIXELS
    if shown.mode == "RGBA" or (drawn and small):
        return encode(shown, "PNG", compress_level=6 if small else 3), picture_bytes.PNG
    return encode(shown, "JPEG", quality=95, subsampling=0), picture_bytes.JPEG


def _part(shown: Image.Image, crop: tuple[int, int, int, int] | None, turns: int) -> Image.Image:
    """A part of an upright picture, turned; what of it lies outside is left out."""
    if crop is not None:
        left, top, width, height = crop
        right, bottom = min(shown.width, left + width), min(shown.height, top + height)
        if not (0 <= left < right and 0 <= top < bottom):
            raise Refusal("damaged")  # not the picture that the box is of
        shown = shown.crop((left, top, right, bottom))
    quarter = _QUARTERS[turns % 4]
    return shown if quarter is None else shown.transpose(quarter)


def _upload_box(
    size: tuple[int, int], longest: int | None, most_pixels: int | None
) -> tuple[int, int]:
    width, height = size
    scale = 1.0
    if longest:
        scale = min(scale, longest / max(size))
    if most_pixels:
        scale = min(scale, math.sqrt(most_pixels / (width * height)))
    return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))


def upright(
    image: Image.Image, box: tuple[int, int], screen: bytes = b"", *, quickly: bool = False
) -> Image.Image:
    """RGB or RGBA in sRGB or in the colours of a screen's ICC profile, turned; reduced to fit `box`
    first because that makes the rest cheap.
    """
    turner = Upright(image, screen)
    reduce_to(turner.picture, box, quickly=quickly)
    return turner.turned(turner.picture)


class Upright:
    """A picture before it is turned and converted, which is done to copies of it."""

    def __init__(self, image: Image.Image, screen: bytes = b"") -> None:
        self._turn = _TURNS.get(orientation(image))
        self._profile = image.info.get("icc_profile")
        self._screen = screen
        self.picture = _resizable(image)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px once it is turned."""
        width, height = self.picture.size
        return (height, width) if self._turn in _SIDEWAYS else (width, height)

    def smaller(self, side: int) -> Image.Image:
        """A copy of at most `side` px on its longest side; the picture must be loaded."""
        scale = side / max(self.picture.size)
        width, height = (max(1, round(edge * scale)) for edge in self.picture.size)
        # Pillow averages colours by their opacity, and would prepare all of it for each band.
        mode = self.picture.mode
        source = self.picture.convert(_MULTIPLIED[mode]) if mode in _MULTIPLIED else self.picture
        small = _in_bands(source, (width, height))
        return small if small.mode == mode else small.convert(mode)

    def turned(self, picture: Image.Image) -> Image.Image:
        """`picture`, or a smaller copy of it, in the right colours and the right way up."""
        shown = _in_colours(picture, self._profile, self._screen)
        if self._turn is not None:
            shown = shown.transpose(self._turn)
        shown.info = {}  # Pillow writes some of it into files again (comment, profile)
        return shown


def _in_bands(source: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A copy of `size` (width x height px), made by two threads: Pillow lets go of Python's lock
    while it computes. The edge between two bands is computed from the pixels on both sides of it.
    """
    made = Image.new(source.mode, size)

    def make(top: int, bottom: int) -> None:
        made.paste(_band(source, size, top, bottom), (0, top))

    cuts = sorted({size[1] * band // _BANDS for band in range(_BANDS + 1)})
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, cuts, cuts[1:]))  # what one of them raises is raised here
    return made


def _band(source: Image.Image, size: tuple[int, int], top: int, bottom: int) -> Image.Image:
    """The rows from `top` to `bottom` of a copy of `size`.

    Averaged to nearly the size first, then filtered: a fifth of the time of Lanczos alone, and all
    pixels follow anyhow.
    """
    width, height = size
    across, down = max(1, source.width // width), max(1, source.height // height)
    first, last = top * source.height / height, bottom * source.height / height
    # The averaged rows lie where they would lie without bands, and a few more than asked for.
    low = max(0, math.floor(first / down) - _MARGIN) * down
    high = min(source.height, (math.ceil(last / down) + _MARGIN) * down)
    part = source.reduce((across, down), (0, low, source.width, high))
    box = (0, (first - low) / down, source.width / across, (last - low) / down)
    left = max(source.width / across / width, source.height / down / height)
    return part.resize((width, bottom - top), _filter_for(left), box)


def _resizable(image: Image.Image) -> Image.Image:
    """A mode that can be averaged; photos stay unloaded, so that JPEG may decode reduced."""
    if image.mode.startswith("I"):  # 16-bit grey: converting straight to L would clip it
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "P" or (image.mode in ("1", "L", "RGB") and image.has_transparency_data):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "1":
        return image.convert("L")
    return image


def reduce_to(picture: Image.Image, box: tuple[int, int], *, quickly: bool = False) -> None:
    """Shrink in place to fit a box of width x height px, keeping the ratio; never enlarges.

    `quickly` takes a quarter of the time, for what is only looked at: it differs from the best by
    less than one of 255 steps in the mean.
    """
    if picture.width > box[0] or picture.height > box[1]:
        if quickly:
            picture.thumbnail(box, _quick_filter(picture, box), reducing_gap=1.0)
        else:
            picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    else:
        picture.load()


def _quick_filter(picture: Image.Image, box: tuple[int, int]) -> Image.Resampling:
    """For what is left to reduce once a picture was averaged, or decoded as JPEG, to nearly the
    size.
    """
    ratio = max(picture.width / box[0], picture.height / box[1])
    is_halved = picture.format in ("JPEG", "MPO")
    before = 2 ** min(3, int(math.log2(ratio))) if is_halved else int(ratio)
    return _filter_for(ratio / before)


def _filter_for(ratio: float) -> Image.Resampling:
    """To reduce by `ratio`: Hamming's filter takes two thirds of a cubic one's time, and from 1.3
    on is as good. For less it is not: edges get steps.
    """
    return Image.Resampling.HAMMING if ratio >= _FAR else Image.Resampling.BICUBIC


def _in_colours(picture: Image.Image, profile: bytes | None, screen: bytes) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode in ("RGBA", "LA") else None
    colours = picture.convert("RGB" if picture.mode == "RGBA" else "L") if alpha else picture
    colours = decode_colour.converted(colours, profile, screen)
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def flat(picture: Image.Image) -> Image.Image:
    """RGB: what was transparent shows neutral grey, so that colours can be judged."""
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, (NEUTRAL_GREY,) * 3)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def encode(picture: Image.Image, name: str, **options: int) -> bytes:
    """The picture as a file in memory, with nothing but its pixels."""
    buffer = io.BytesIO()
    picture.save(buffer, name, **options)
    return buffer.getvalue()
