"""The honest mark of the Practice drawings, in the picture and in the file's metadata."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageStat
from PIL.PngImagePlugin import PngInfo

SENTENCE = "Practice: no model was called"
SHORT = "Practice"
SOFTWARE = "Flux Studio Practice"
_EXIF_DESCRIPTION, _EXIF_SOFTWARE = 0x010E, 0x0131  # Exif 2.3, table 4


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def _fitting(width: int, height: int) -> tuple[str, int]:
    """The text and its size in px: the sentence where it can be read, else one word."""
    wished = max(9, round((width * height) ** 0.5 * 0.0165))
    wished = min(wished, max(9, round(min(width, height) * 0.03)))
    room = width - 2 * _margin(width, height)
    for text in (SENTENCE, SHORT):
        for size in range(wished, 8, -1):
            if _font(size).getbbox(text)[2] <= room and width >= 160:
                return text, size
    size = 9
    while size > 6 and _font(size).getbbox(SHORT)[2] > width - 4:
        size -= 1
    return SHORT, size


def _margin(width: int, height: int) -> int:
    return max(3, round(min(width, height) * 0.022))


def sign(picture: Image.Image, over_detail: bool = False) -> None:
    """Write the mark into the lower right corner, light on dark ground and dark on light.

    `over_detail` calms the ground first, for pictures that may carry a mark already.
    """
    width, height = picture.size
    text, size = _fitting(width, height)
    font, margin = _font(size), _margin(width, height)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    spare = max(2, size // 2)
    box = (
        max(0, width - margin - (right - left) - spare),
        max(0, height - margin - (bottom - top) - spare),
        min(width, width - margin + spare),
        min(height, height - margin + spare),
    )
    ground = picture.crop(box)
    if over_detail:
        ground = _cleared(ground, size)
    light = ImageStat.Stat(ground.convert("L")).mean[0] < 150
    letters = Image.new("L", ground.size)
    place = (width - margin - right - box[0], height - margin - bottom - box[1])
    ImageDraw.Draw(letters).text(place, text, fill=255, font=font)
    halo = letters.filter(ImageFilter.GaussianBlur(max(0.8, size / 9)))
    busy = ImageStat.Stat(ground.convert("L")).stddev[0] > 16
    ink, shade = ((255, 255, 255), (0, 0, 0)) if light else ((20, 18, 22), (255, 255, 255))
    ground.paste(
        shade,
        (0, 0),
        halo.point([min(255, round(tone * (1.6 if busy else 0.45))) for tone in range(256)]),
    )
    ground.paste(ink, (0, 0), letters.point([round(tone * 0.82) for tone in range(256)]))
    picture.paste(ground, box[:2])


def _cleared(ground: Image.Image, size: int) -> Image.Image:
    """The ground without detail, faded in at its edges: an edited Practice picture brings a mark
    of its own to the same corner, and two marks over each other could not be read."""
    calm = ground.filter(ImageFilter.GaussianBlur(size * 0.8))
    edge = max(1, size // 3)
    inside = Image.new("L", ground.size)
    inside.paste(255, (edge // 2, edge // 2, ground.width - edge // 2, ground.height - edge // 2))
    return Image.composite(calm, ground, inside.filter(ImageFilter.GaussianBlur(edge / 3)))


def encode(picture: Image.Image, output_format: str) -> tuple[bytes, str]:
    """The file and its MIME type for `png`, `jpeg` (or `jpg`) or `webp`; ValueError for others."""
    out = BytesIO()
    exif = Image.Exif()
    exif[_EXIF_SOFTWARE] = SOFTWARE
    exif[_EXIF_DESCRIPTION] = SENTENCE
    match output_format.lower():
        case "png":
            notes = PngInfo()
            notes.add_text("Software", SOFTWARE)
            notes.add_text("Comment", SENTENCE)
            # Grain hardly compresses: a higher level costs seconds at 4096 px and saves little.
            picture.save(out, "PNG", pnginfo=notes, compress_level=1)
            return out.getvalue(), "image/png"
        case "jpeg" | "jpg":
            picture.save(out, "JPEG", quality=93, subsampling=0, comment=SENTENCE, exif=exif)
            return out.getvalue(), "image/jpeg"
        case "webp":
            picture.save(out, "WEBP", quality=92, method=1, exif=exif)
            return out.getvalue(), "image/webp"
        case _:
            raise ValueError(f"Practice writes png, jpeg and webp, not {output_format!r}")
