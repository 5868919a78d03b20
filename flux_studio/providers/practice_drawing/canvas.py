"""The brushes of the Practice drawings: gradients, stencils, soft light, noise and film grain.

Everything heavy is one call into Pillow's C code, which lets go of the GIL; Python only computes
short lists of numbers. Lengths are in px of the picture being painted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from flux_studio.providers.practice_drawing.palette import Palette, Rgb, from_lab, lab

Size = tuple[int, int]
Point = tuple[float, float]
Stop = tuple[float, Rgb]

_BICUBIC = Image.Resampling.BICUBIC
_BILINEAR = Image.Resampling.BILINEAR


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene needs to know: the size in px, the colours, the words and its own dice."""

    width: int
    height: int
    palette: Palette
    words: frozenset[str]
    prompt: str
    rng: Random

    @property
    def size(self) -> Size:
        """Width x height in px."""
        return self.width, self.height

    @property
    def unit(self) -> float:
        """The shorter side in px, bounded so that a long strip still shows its subject."""
        return min(self.width, self.height, max(self.width, self.height) * 0.9)

    def says(self, *names: str) -> bool:
        """Whether the prompt holds any of these words."""
        return any(name in self.words for name in names)


class Stencil:
    """An anti-aliased mask: shapes are drawn enlarged and averaged down.

    `origin` is the place of the mask's corner, for a mask that covers part of a picture only.
    `steep` says that edges are upright or level, which need less enlarging.
    """

    def __init__(self, size: Size, origin: Point = (0, 0), steep: bool = False) -> None:
        self._origin = origin
        self._scale = 2 if steep or size[0] * size[1] > 1_200_000 else 3
        self._image = Image.new("L", (size[0] * self._scale, size[1] * self._scale))
        self._draw = ImageDraw.Draw(self._image)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        left, top = self._origin
        return [((x - left) * self._scale, (y - top) * self._scale) for x, y in points]

    def polygon(self, points: Sequence[Point], tone: int = 255) -> Stencil:
        """A filled outline."""
        self._draw.polygon(self._scaled(points), fill=tone)
        return self

    def ellipse(self, centre: Point, rx: float, ry: float, tone: int = 255) -> Stencil:
        """A filled ellipse with half axes `rx` and `ry`."""
        left, top = centre[0] - rx, centre[1] - ry
        corners = self._scaled([(left, top), (left + 2 * rx, top + 2 * ry)])
        self._draw.ellipse([corners[0], corners[1]], fill=tone)
        return self

    def box(self, left: float, top: float, right: float, bottom: float, tone: int = 255) -> Stencil:
        """A filled rectangle; nothing when it is inside out."""
        if right > left and bottom > top:
            corners = self._scaled([(left, top), (right, bottom)])
            inner = (max(corners[0][0], corners[1][0] - 1), max(corners[0][1], corners[1][1] - 1))
            self._draw.rectangle([corners[0], inner], fill=tone)
        return self

    def line(self, points: Sequence[Point], thickness: float, tone: int = 255) -> Stencil:
        """A stroke `thickness` px wide with round joints."""
        wide = max(1, round(thickness * self._scale))
        self._draw.line(self._scaled(points), fill=tone, width=wide, joint="curve")
        return self

    def arc(self, centre: Point, radius: float, span: Point, thickness: float) -> Stencil:
        """Part of a ring, `span` in degrees clockwise from three o'clock."""
        x, y = centre
        box = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        wide = max(1, round(thickness * self._scale))
        self._draw.arc([box[0], box[1]], span[0], span[1], fill=255, width=wide)
        return self

    def mask(self) -> Image.Image:
        """The finished mask, mode L."""
        return self._image.reduce(self._scale)


def extent(points: Sequence[Point], size: Size) -> tuple[Point, Size]:
    """Corner and size of the smallest part of a picture that holds the points, 2 px to spare."""
    left = max(0, min(size[0] - 4, int(min(x for x, _ in points)) - 2))
    top = max(0, min(size[1] - 4, int(min(y for _, y in points)) - 2))
    right = min(size[0], max(left + 4, int(max(x for x, _ in points)) + 3))
    bottom = min(size[1], max(top + 4, int(max(y for _, y in points)) + 3))
    return (left, top), (right - left, bottom - top)


def ramp(size: Size, stops: Sequence[Stop], across: bool = False) -> Image.Image:
    """A gradient from the top down, or `across` from the left; stop places are 0..1."""
    length = max(2, min(512, size[0] if across else size[1]))
    points = [(place, lab(colour)) for place, colour in stops]
    colours: list[Rgb] = []
    index = 0
    for step in range(length):
        place = step / (length - 1)
        while index < len(points) - 2 and place > points[index + 1][0]:
            index += 1
        (start, one), (end, two) = points[index], points[min(index + 1, len(points) - 1)]
        share = min(1.0, max(0.0, (place - start) / max(1e-6, end - start)))
        colours.append(
            from_lab(
                (
                    one[0] + (two[0] - one[0]) * share,
                    one[1] + (two[1] - one[1]) * share,
                    one[2] + (two[2] - one[2]) * share,
                )
            )
        )
    strip = Image.new("RGB", (length, 1) if across else (1, length))
    strip.putdata(colours)
    return _spread(strip, size, across)


def _spread(strip: Image.Image, size: Size, across: bool) -> Image.Image:
    """A line of pixels pulled over a whole picture: smooth along the line, copied across it."""
    line = strip.resize((size[0], 1) if across else (1, size[1]), _BICUBIC)
    return line.resize(size, Image.Resampling.NEAREST)


def fade(size: Size, tones: Sequence[tuple[float, int]], across: bool = False) -> Image.Image:
    """A mask whose tone (0..255) changes from the top down, or `across` from the left."""
    length = max(2, min(512, size[0] if across else size[1]))
    values: list[int] = []
    for step in range(length):
        values.append(round(_tone_at(step / (length - 1), tones)))
    strip = Image.new("L", (length, 1) if across else (1, length))
    strip.putdata(values)
    return _spread(strip, size, across)


def _tone_at(place: float, tones: Sequence[tuple[float, int]]) -> float:
    for (start, one), (end, two) in zip(tones, tones[1:], strict=False):
        if place <= end:
            share = min(1.0, max(0.0, (place - start) / max(1e-6, end - start)))
            share = share * share * (3 - 2 * share)
            return one + (two - one) * share
    return float(tones[-1][1])


def scaled(mask: Image.Image, share: float) -> Image.Image:
    """The mask with every tone multiplied by `share` (0..1)."""
    return mask.point([round(tone * share) for tone in range(256)])


def soft(mask: Image.Image, radius: float) -> Image.Image:
    """A blur of `radius` px; a wide one is done on a smaller copy, which looks the same."""
    box = mask.getbbox()
    if radius <= 0.3 or box is None:
        return mask
    spare = math.ceil(radius * 3) + 1
    part = (
        max(0, box[0] - spare),
        max(0, box[1] - spare),
        min(mask.width, box[2] + spare),
        min(mask.height, box[3] + spare),
    )
    if (part[2] - part[0]) * (part[3] - part[1]) > 0.8 * mask.width * mask.height:
        return _blurred(mask, radius)
    result = Image.new("L", mask.size)
    result.paste(_blurred(mask.crop(part), radius), part[:2])
    return result


def _blurred(mask: Image.Image, radius: float) -> Image.Image:
    shrink = max(1, min(8, int(radius / 2)))
    if shrink == 1 or min(mask.size) < shrink * 4:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.reduce(shrink).filter(ImageFilter.GaussianBlur(radius / shrink))
    # reduce() rounds up, so a little more than the picture has to be scaled back.
    whole = (small.width * shrink, small.height * shrink)
    return small.resize(whole, _BICUBIC).crop((0, 0, *mask.size))


def clouds(size: Size, rng: Random, cells: float = 4, octaves: int = 4) -> Image.Image:
    """Smooth fractal noise, mode L, tones spread round 128; `cells` blobs along the longer side."""
    longest = max(size)
    small = (max(2, min(384, size[0] // 2)), max(2, min(384, size[1] // 2)))
    field: Image.Image | None = None
    for octave in range(octaves):
        count = cells * 2**octave
        across = max(2, min(small[0], round(count * size[0] / longest)))
        down = max(2, min(small[1], round(count * size[1] / longest)))
        layer = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        layer = layer.resize(small, _BICUBIC)
        field = layer if field is None else Image.blend(field, layer, 0.36)
    assert field is not None
    return field.resize(size, _BICUBIC)


def radial(size: Size, centre: Point, radius: float, tone: int = 255) -> Image.Image:
    """A round mask, bright in the middle and falling smoothly to nothing at `radius` px."""
    disc = Image.radial_gradient("L").point([_fall(value, tone) for value in range(256)])
    radius = max(1.0, radius)
    # A wide glow is smooth, so a quarter of the pixels is enough.
    shrink = 4 if radius > 60 and min(size) > 32 else 1
    small = (max(2, size[0] // shrink), max(2, size[1] // shrink))
    step_x, step_y = size[0] / small[0] * 128 / radius, size[1] / small[1] * 128 / radius
    left, top = (centre[0] - radius) * 128 / radius, (centre[1] - radius) * 128 / radius
    matrix = (step_x, 0.0, -left, 0.0, step_y, -top)
    mask = disc.transform(small, Image.Transform.AFFINE, matrix, _BILINEAR)
    return mask if shrink == 1 else mask.resize(size, _BICUBIC)


def _fall(value: int, tone: int) -> int:
    # radial_gradient reaches 255 at the corner; its side lies at 180.
    share = max(0.0, 1 - value / 180)
    return round(tone * share * share * (3 - 2 * share))


def paint(picture: Image.Image, colour: Rgb, mask: Image.Image, at: Point = (0, 0)) -> None:
    """Lay one colour on the picture through a mask."""
    box = mask.getbbox()
    if box:
        left, top = round(at[0]) + box[0], round(at[1]) + box[1]
        whole = box == (0, 0, *mask.size)
        place = (left, top, left + box[2] - box[0], top + box[3] - box[1])
        picture.paste(colour, place, mask if whole else mask.crop(box))


def glow(picture: Image.Image, centre: Point, radius: float, colour: Rgb, share: float) -> None:
    """Light that falls off round a point, `share` 0..1 at its middle."""
    paint(picture, colour, radial(picture.size, centre, radius, round(255 * share)))


def smooth(points: Sequence[Point], steps: int = 8, closed: bool = True) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        near = [index - 1, index, index + 1, index + 2]
        p = [points[i % count] if closed else points[min(max(i, 0), count - 1)] for i in near]
        curve.extend(_between(p, step / steps) for step in range(steps))
    return curve if closed else [*curve, points[-1]]


def _between(p: Sequence[Point], t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )

    return axis(p[0][0], p[1][0], p[2][0], p[3][0]), axis(p[0][1], p[1][1], p[2][1], p[3][1])


def turned(points: Sequence[Point], degrees: float, centre: Point = (0, 0)) -> list[Point]:
    """The points turned clockwise round a centre."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    return [
        (cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos)
        for x, y in points
    ]


def vignette(picture: Image.Image, share: float) -> Image.Image:
    """The picture with its corners darkened by up to `share`."""
    edge = Image.radial_gradient("L").point(
        [255 - round(255 * share * max(0.0, (tone - 90) / 165) ** 1.6) for tone in range(256)]
    )
    shade = edge.resize(picture.size, _BICUBIC)
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))


def bloom(picture: Image.Image, share: float) -> Image.Image:
    """Highlights that spill a little, as through a soft lens."""
    shrink = max(1, min(picture.size) // 128)
    small = picture.reduce(shrink) if shrink > 1 else picture
    bright = small.point([round(max(0, tone - 150) * 255 / 105 * share) for tone in range(256)] * 3)
    spill = bright.filter(ImageFilter.GaussianBlur(max(1.0, min(small.size) / 22)))
    return ImageChops.screen(picture, spill.resize(picture.size, _BICUBIC))


def grained(picture: Image.Image, rng: Random, strength: float) -> Image.Image:
    """Put fine film grain on the picture, in place; it also hides the steps of 8-bit gradients.

    `strength` is the standard deviation of the grain in levels of 255. Image.effect_noise draws
    from the C library's dice, which cannot be seeded, so a tile of our own is laid out instead.
    The picture is done in strips: ImageChops keeps the GIL, and one call on 16 megapixels would
    stop the window for a tenth of a second.
    """
    side = min(256, max(64, min(picture.size)))
    one = Image.frombytes("L", (side, side), rng.randbytes(side * side))
    two = Image.frombytes("L", (side, side), rng.randbytes(side * side))
    tile = ImageChops.add(one, two, scale=2)  # a triangle, deviation 52 levels
    tile = tile.point([round(128 + (tone - 127.5) * strength / 52) for tone in range(256)])
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)
    flat = [tile, *[tile.transpose(turn) for turn in turns]]
    kinds = [Image.merge("RGB", (kind, kind, kind)) for kind in flat]
    for top in range(0, picture.height, side):
        sheet = Image.new("RGB", (picture.width, min(side, picture.height - top)))
        for left in range(0, picture.width, side):
            sheet.paste(kinds[rng.randrange(3)], (left, 0))
        strip = picture.crop((0, top, picture.width, top + sheet.height))
        picture.paste(ImageChops.add(strip, sheet, offset=-128), (0, top))
    return picture
