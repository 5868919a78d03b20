"""Turned bodies for the Practice still lifes: bottles, vases, cups, shaded as they would be round.

A body is a texture wrapped on a surface of revolution. Pillow's MESH transform maps the texture
row by row to the width of the profile, so highlights follow shoulder and neck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stencil,
    fade,
    glow,
    paint,
    radial,
    scaled,
    smooth,
)
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, tuned

# Half widths from the top (0) to the foot (1); the widest is 1.
PROFILES: dict[str, tuple[float, tuple[Point, ...]]] = {
    # name: (width / height, ((place, half width), ...)
    "bottle": (0.30, ((0, 0.30), (0.04, 0.30), (0.05, 0.26), (0.26, 0.27), (0.40, 0.92),
                      (0.46, 1.0), (0.95, 1.0), (0.985, 0.97), (1, 0.88))),
    "slim": (0.21, ((0, 0.40), (0.05, 0.40), (0.06, 0.34), (0.30, 0.36), (0.42, 0.9),
                    (0.50, 1.0), (0.96, 1.0), (1, 0.9))),
    "flask": (0.62, ((0, 0.25), (0.07, 0.25), (0.08, 0.19), (0.36, 0.20), (0.46, 0.62),
                     (0.60, 0.95), (0.72, 1.0), (0.90, 0.93), (1, 0.72))),
    "vase": (0.48, ((0, 0.50), (0.03, 0.47), (0.12, 0.33), (0.24, 0.38), (0.42, 0.86),
                    (0.56, 1.0), (0.72, 0.92), (0.92, 0.58), (1, 0.50))),
    "urn": (0.78, ((0, 0.52), (0.05, 0.50), (0.12, 0.42), (0.22, 0.62), (0.42, 0.97),
                   (0.55, 1.0), (0.78, 0.80), (0.96, 0.45), (1, 0.46))),
    "jar": (0.72, ((0, 0.80), (0.17, 0.80), (0.18, 0.74), (0.22, 0.76), (0.32, 0.98),
                   (0.42, 1.0), (0.93, 1.0), (0.98, 0.97), (1, 0.9))),
    "perfume": (0.66, ((0, 0.30), (0.20, 0.30), (0.21, 0.17), (0.27, 0.17), (0.29, 0.86),
                       (0.33, 1.0), (0.95, 1.0), (1, 0.95))),
    "cup": (0.95, ((0, 0.98), (0.04, 1.0), (0.40, 0.97), (0.72, 0.80), (0.93, 0.52), (1, 0.50))),
    "candle": (0.40, ((0, 0.97), (0.015, 1.0), (0.98, 1.0), (1, 0.97))),
    "can": (0.52, ((0, 0.86), (0.03, 0.90), (0.09, 1.0), (0.92, 1.0), (0.97, 0.92), (1, 0.88))),
    "ball": (1.0, ((0, 1.0), (1, 1.0))),
}  # fmt: skip

_COLUMNS, _ROWS, _SPAN = 288, 192, 1.5  # the texture covers 1.5 radii to each side


@dataclass(frozen=True, slots=True)
class Body:
    """One turned thing: its kind, its height in px, its colours and how light meets it."""

    kind: str
    height: float
    colour: Rgb
    light: Rgb
    dark: Rgb
    side: int  # -1: the light comes from the left, 1: from the right
    glass: bool = False
    label: Rgb | None = None
    text: str = ""

    @property
    def width(self) -> float:
        """The widest diameter in px."""
        return self.height * PROFILES[self.kind][0]


_SOFT = ("vase", "urn", "flask", "cup")  # thrown by hand: no corners in the profile


@cache
def _curve(kind: str) -> tuple[Point, ...]:
    points = PROFILES[kind][1]
    if kind not in _SOFT:
        return points
    ordered: list[Point] = []
    for place, reach in smooth(points, 8, closed=False):
        ordered.append((max(place, ordered[-1][0] if ordered else 0.0), reach))
    return tuple(ordered)


def half_width(kind: str, place: float) -> float:
    """The half width (0..1) of a profile at a place from its top (0) to its foot (1)."""
    points = _curve(kind)
    for (start, one), (end, two) in zip(points, points[1:], strict=False):
        if place <= end:
            share = (place - start) / max(1e-6, end - start)
            if kind not in _SOFT:
                share = share * share * (3 - 2 * share)
            return one + (two - one) * share
    return points[-1][1]


def _bump(u: float, centre: float, width: float) -> float:
    return math.exp(-(((u - centre) / width) ** 4))


def _tone(u: float, body: Body) -> Rgb:
    """The colour at `u` (-1 left edge, 1 right edge) of a round body under a softbox."""
    across = max(-1.0, min(1.0, u))
    facing = math.sqrt(max(0.0, 1 - across * across))
    toward = across * body.side
    lambert = max(0.0, 0.62 * toward + 0.78 * facing)
    colour = mix(body.dark, body.colour, min(1.0, 0.04 + 1.02 * lambert**1.25))
    colour = mix(colour, tuned(body.colour, 0.12), 0.6 * max(0.0, lambert - 0.72) / 0.28)
    if body.glass:
        # Light gathers on the far side of a filled glass and the edges go dark.
        caustic = _bump(across * body.side, -0.45, 0.42) * 0.42
        colour = mix(colour, tuned(body.colour, 0.14, 1.15), caustic)
        colour = mix(colour, body.dark, 0.55 * max(0.0, abs(across) - 0.72) / 0.28)
    strip = _bump(across, 0.52 * body.side, 0.13) * (0.62 if body.glass else 0.34)
    rim = max(0.0, (-toward - 0.8) / 0.2) ** 1.2 * 0.9
    edge = max(0.0, (toward - 0.9) / 0.1) * 0.35
    return mix(colour, body.light, min(1.0, strip + rim + edge))


def _texture(body: Body) -> Image.Image:
    colours = [_tone((i / (_COLUMNS - 1) * 2 - 1) * _SPAN, body) for i in range(_COLUMNS)]
    strip = Image.new("RGB", (_COLUMNS, 1))
    strip.putdata(colours)
    texture = strip.resize((_COLUMNS, _ROWS))
    texture.paste(body.dark, (0, 0), fade(texture.size, [(0, 0), (0.7, 0), (1.0, 120)]))
    if body.kind in ("bottle", "slim", "flask", "jar", "perfume"):
        _cap(texture, strip, body)
    if body.label:
        _label(texture, body, body.label)
    return texture


def _cap(texture: Image.Image, strip: Image.Image, body: Body) -> None:
    share = {"jar": 0.175, "perfume": 0.205}.get(body.kind, 0.062)
    cap = strip.resize((_COLUMNS, max(1, round(_ROWS * share))))
    shade = Image.new("RGB", cap.size, mix(body.dark, body.colour, 0.25))
    texture.paste(Image.blend(cap, shade, 0.62), (0, 0))


def _label(texture: Image.Image, body: Body, colour: Rgb) -> None:
    top, foot = {"jar": (0.45, 0.82), "perfume": (0.46, 0.8)}.get(body.kind, (0.58, 0.84))
    reach = _COLUMNS / (2 * _SPAN) * 0.92
    left, right = round(_COLUMNS / 2 - reach), round(_COLUMNS / 2 + reach)
    size = (right - left, round(_ROWS * (foot - top)))
    plate = Image.new("RGB", size, colour)
    if body.text:
        ink = body.dark if lightness(colour) > 0.55 else body.light
        plate.paste(ink, (0, 0), _lettering(size, body.text, _stretch(body)))
    box = (left, round(_ROWS * top), right, round(_ROWS * top) + size[1])
    lit = texture.crop(box).convert("L").point([min(255, int(70 + t * 0.9)) for t in range(256)])
    shaded = Image.composite(plate, Image.new("RGB", size, body.dark), lit)
    texture.paste(shaded, box[:2])


def _stretch(body: Body) -> float:
    """How much narrower the texture becomes than tall when it is wrapped on the body."""
    across = body.width * _SPAN / _COLUMNS
    return across / (body.height / _ROWS)


def _lettering(size: tuple[int, int], text: str, stretch: float) -> Image.Image:
    large = ImageFont.load_default(size=48)
    left, top, right, bottom = large.getbbox(text)
    word = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))))
    ImageDraw.Draw(word).text((-left, -top), text, fill=255, font=large)
    # The middle half of the label faces the eye; the texture is taller than wide once wrapped.
    wide = round(size[0] * 0.62)
    tall = max(1, min(round(size[1] * 0.5), round(wide * stretch * word.height / word.width)))
    sheet = Image.new("L", size)
    sheet.paste(word.resize((wide, tall), Image.Resampling.LANCZOS), (
        (size[0] - wide) // 2, (size[1] - tall) // 2))  # fmt: skip
    return sheet


def outline(body: Body, size: tuple[int, int]) -> Image.Image:
    """The mask of the body, foot at the bottom edge with a slightly rounded base."""
    wide, tall = size
    centre, radius = wide / 2, body.width / 2
    curve = min(body.width * 0.055, tall * 0.2)
    steps = 72
    right: list[Point] = []
    for step in range(steps + 1):
        place = step / steps
        reach = half_width(body.kind, place) * radius
        right.append((centre + reach, 1 + place * (body.height - curve)))
    last = right[-1][0] - centre
    foot = [
        (
            centre + last * math.cos(a * math.pi / 16),
            right[-1][1] + curve * math.sin(a * math.pi / 16),
        )
        for a in range(17)
    ]
    left = [(2 * centre - x, y) for x, y in reversed(right)]
    return Stencil(size).polygon([*right, *foot, *left]).mask()


def turn(body: Body) -> tuple[Image.Image, Image.Image]:
    """The shaded picture of a body and its mask; both fit its box with 1 px to spare."""
    size = (max(4, math.ceil(body.width) + 2), max(4, math.ceil(body.height) + 2))
    if body.kind == "ball":
        return _ball(body, size)
    texture, centre = _texture(body), size[0] / 2
    bands = max(4, min(64, size[1] // 3))
    mesh = []
    for band in range(bands):
        top, foot = size[1] * band // bands, size[1] * (band + 1) // bands
        quad: list[float] = []
        for x, y in ((0, top), (0, foot), (size[0], foot), (size[0], top)):
            place = min(1.0, max(0.0, (y - 1) / body.height))
            reach = max(0.08, half_width(body.kind, place)) * body.width / 2
            u = (x - centre) / reach
            quad += [(u / _SPAN + 1) / 2 * (_COLUMNS - 1), place * (_ROWS - 1)]
        mesh.append(((0, top, size[0], foot), tuple(quad)))
    picture = texture.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    mask = outline(body, size)
    return picture, mask if not body.glass else _clear(mask)


def _ball(body: Body, size: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """A sphere: dark, then lit from one side, then the softbox in it and light from the floor."""
    middle, radius = (size[0] / 2, size[1] / 2), body.height / 2
    picture = Image.new("RGB", size, body.dark)
    lit = (middle[0] + body.side * radius * 0.42, middle[1] - radius * 0.45)
    paint(picture, body.colour, radial(size, lit, radius * 1.75, 255))
    glow(picture, lit, radius * 1.05, tuned(body.colour, 0.13), 0.75)
    glow(picture, (middle[0], size[1] * 1.08), radius * 0.9, body.colour, 0.5)
    glow(picture, (lit[0] - body.side * radius * 0.06, lit[1]), radius * 0.34, body.light, 0.8)
    return picture, Stencil(size).ellipse(middle, radius, radius).mask()


def _clear(mask: Image.Image) -> Image.Image:
    """A mask that lets a little of the background through the middle of the body."""
    through = fade(mask.size, [(0, 255), (0.28, 205), (0.5, 190), (0.72, 205), (1, 255)], True)
    return Image.composite(mask, scaled(mask, 0.8), through)
