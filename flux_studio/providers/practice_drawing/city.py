"""Practice architecture: a layered skyline by day or night, and quiet rooms of arches."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    fade,
    glow,
    paint,
    radial,
    ramp,
    scaled,
    soft,
)
from flux_studio.providers.practice_drawing.landscape import disc, fog, is_night, sky
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, tuned

Block = tuple[float, float, float, float]  # left, top, right, bottom in px


def _blocks(stage: Stage, floor: float, tall: float, wide: float) -> list[Block]:
    """A row of house fronts, higher towards a centre chosen by the seed."""
    rng = stage.rng
    centre, spread = rng.uniform(0.25, 0.75) * stage.width, stage.width * rng.uniform(0.3, 0.6)
    blocks: list[Block] = []
    x = -wide * rng.random()
    while x < stage.width:
        across = wide * rng.uniform(0.55, 1.35)
        near = max(0.0, 1 - abs(x - centre) / spread)
        height = tall * (0.3 + 0.45 * near + 0.5 * rng.random() ** 2)
        blocks.append((x, floor - height, x + across, floor))
        x += across + (wide * rng.uniform(-0.2, 0.25))
    return blocks


def _crowns(stage: Stage, stencil: Stencil, blocks: list[Block]) -> None:
    """Setbacks, masts and slanted roofs."""
    rng = stage.rng
    for left, top, right, _ in blocks:
        wide, kind = right - left, rng.random()
        middle = (left + right) / 2
        if kind < 0.22:
            stencil.box(left + wide * 0.2, top - wide * 0.35, right - wide * 0.2, top + 1)
            stencil.box(left + wide * 0.36, top - wide * 0.6, right - wide * 0.36, top)
        elif kind < 0.36:
            stencil.polygon([(left, top + 1), (right, top + 1), (right, top - wide * 0.4)])
        elif kind < 0.5:
            stencil.polygon([(left, top + 1), (middle, top - wide * 0.9), (right, top + 1)])
        if kind < 0.22 or kind > 0.88:
            mast = max(1.0, stage.unit * 0.0022)
            stencil.box(middle - mast / 2, top - wide * 1.25, middle + mast / 2, top)


def _windows(stage: Stage, blocks: list[Block], share: float) -> Image.Image:
    """The lit windows of a row, `share` of all, in rows as they are in towers."""
    rng, stencil = stage.rng, Stencil(stage.size, steep=True)
    pane = max(2.2, stage.unit * 0.0062)
    for left, top, right, bottom in blocks:
        columns = max(1, int((right - left - pane * 1.6) / (pane * 1.7)))
        inset = (right - left - columns * pane * 1.7 + pane * 0.7) / 2
        busy = share * rng.uniform(0.35, 1.7)
        row = top + pane * 1.8
        while row < min(bottom, stage.height) - pane:
            lit = busy * (2.4 if rng.random() < 0.12 else 1.0)
            for column in range(columns):
                if rng.random() < lit:
                    x = left + inset + column * pane * 1.7
                    stencil.box(x, row, x + pane, row + pane * 1.25, rng.choice([120, 190, 255]))
            row += pane * 2.25
    return stencil.mask()


def _front(stage: Stage, picture: Image.Image, blocks: list[Block], colour: Rgb, low: Rgb) -> None:
    stencil = Stencil(stage.size)
    for block in blocks:
        stencil.box(block[0], block[1], block[2], min(block[3], stage.height))
    _crowns(stage, stencil, blocks)
    mask = stencil.mask()
    top = max(0, (mask.getbbox() or (0, 0, 0, 0))[1])
    floor = max(top + 2, min(stage.height, int(blocks[0][3])))
    size = (stage.width, floor - top)
    body = ramp(size, [(0, colour), (0.35, colour), (1, low)])
    picture.paste(body, (0, top), mask.crop((0, top, stage.width, floor)))
    sides = Stencil(stage.size, steep=True)
    for left, top_of, right, bottom in blocks:
        sides.box(left + (right - left) * 0.62, top_of, right, min(bottom, stage.height))
    shade = ImageChops.multiply(sides.mask(), mask)
    paint(picture, tuned(colour, -0.07), scaled(shade, 0.35))


def skyline(stage: Stage) -> Image.Image:
    """Rows of towers in haze; windows are lit at night, and water mirrors them when asked."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    dark = is_night(stage) or lightness(palette.sky[1]) < 0.42
    picture = sky(stage, 0.86)
    at = (stage.width * rng.uniform(0.22, 0.78), stage.height * rng.uniform(0.16, 0.3))
    disc(stage, picture, at, unit * rng.uniform(0.07, 0.12))
    wet = (
        stage.says("water", "river", "harbour", "harbor", "bay", "reflection")
        or rng.random() < 0.45
    )
    floor = stage.height * (0.76 if wet else 1.02)
    rows = 4
    for index in range(rows):
        share = index / (rows - 1)
        tall = min(unit * 0.8, stage.height * 0.62) * (0.82 - 0.24 * share)
        blocks = _blocks(stage, floor, tall, unit * (0.06 + 0.045 * share))
        haze = mix(palette.sky[2], palette.sky[1], 0.35)
        body = mix(mix(haze, palette.far, 0.4 + 0.6 * share), palette.near, share**1.2 * 0.86)
        _front(stage, picture, blocks, body, mix(body, haze, 0.5 * (1 - share * 0.8)))
        if index and (dark or index == rows - 1):
            lamp = mix(palette.accents[2], palette.light, 0.55)
            lit = _windows(stage, blocks, (0.34 if dark else 0.1) * (0.5 + 0.5 * share))
            paint(picture, lamp, scaled(lit, 0.95 if dark else 0.5))
            if dark:
                paint(picture, lamp, scaled(soft(lit, unit * 0.012), 0.4))
        fog(stage, picture, floor - unit * 0.02, unit * 0.2, 0.34 * (1 - share))
    if wet:
        _harbour(stage, picture, round(floor))
    return picture


def _harbour(stage: Stage, picture: Image.Image, level: int) -> None:
    """The city standing on its head in slow water."""
    deep = stage.height - level
    if deep < 4:
        return
    take = min(level, round(deep * 2.2))
    mirror = picture.crop((0, level - take, stage.width, level))
    mirror = mirror.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((stage.width, deep))
    mirror = _rippled(stage, mirror)
    tint = Image.new("RGB", mirror.size, mix(stage.palette.near, stage.palette.sky[0], 0.35))
    veil = fade(mirror.size, [(0, 80), (1, 190)])
    picture.paste(Image.composite(tint, mirror, veil), (0, level))
    line = Stencil((stage.width, 6)).box(0, 1, stage.width, 1 + max(1, stage.unit * 0.003)).mask()
    paint(picture, stage.palette.light, scaled(line, 0.3), (0, level - 2))


def _rippled(stage: Stage, mirror: Image.Image) -> Image.Image:
    """Rows pushed aside a little, more the nearer they are."""
    height, rows = mirror.height, Image.new("RGB", mirror.size)
    y, band = 0, max(1, round(stage.unit * 0.004))
    while y < height:
        near = y / height
        thick = max(1, round(band * (0.5 + 1.5 * near)))
        shift = round(stage.rng.gauss(0, stage.unit * (0.003 + 0.006 * near)))
        strip = mirror.crop((0, y, mirror.width, min(height, y + thick)))
        rows.paste(ImageChops.offset(strip, shift, 0), (0, y))
        y += thick
    blurred = [soft(channel, stage.unit * 0.0035) for channel in rows.split()]
    return Image.merge("RGB", blurred)


def _arch(x: float, foot: float, half: float, tall: float) -> list[Point]:
    """A round-headed opening standing on `foot`."""
    points: list[Point] = [(x - half, foot)]
    for step in range(41):
        angle = step / 40
        points.append((x - half + 2 * half * _ease(angle), foot - tall - half * _rise(angle)))
    return [*points, (x + half, foot)]


def _ease(share: float) -> float:
    return (1 - math.cos(math.pi * share)) / 2


def _rise(share: float) -> float:
    return math.sin(math.pi * share)


def arches(stage: Stage) -> Image.Image:
    """Arch behind arch towards the open sky, hard light on the floor."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    side = rng.choice([-1, 1])
    x = stage.width * (0.5 - side * rng.uniform(0.0, 0.08))
    horizon = stage.height * 0.72
    picture = sky(stage, 0.75)
    disc(
        stage,
        picture,
        (x + side * unit * 0.05, horizon - unit * rng.uniform(0.1, 0.26)),
        unit * 0.075,
    )
    sea_size = (stage.width, max(2, round(stage.height - horizon)))
    near = mix(palette.far, palette.sky[1], 0.3)
    picture.paste(
        ramp(sea_size, [(0, near), (1, mix(near, palette.near, 0.4))]), (0, round(horizon))
    )
    walls = rng.choice([3, 4, 4])
    for index in range(walls):
        share = (index + 1) / walls
        half = unit * (0.17 + 0.19 * share)
        foot = horizon + unit * (0.02 + 0.17 * share**1.3)
        tall = unit * (0.27 + 0.16 * share)
        wall = mix(mix(palette.sky[2], palette.light, 0.35), palette.sky[1], 0.15 + share * 0.55)
        wall = mix(wall, palette.near, 0.05 + 0.16 * share * rng.uniform(0.6, 1.2))
        _wall(stage, picture, (x - side * unit * 0.025 * index, foot), (half, tall), wall, side)
    _floor(stage, picture, horizon + unit * 0.19, x, side)
    return picture


def _wall(
    stage: Stage, picture: Image.Image, foot: Point, shape: Point, colour: Rgb, side: int
) -> None:
    """One wall with its opening, the thickness of the wall in shade on one side."""
    x, y = foot
    half, tall = shape
    unit = stage.unit
    opening = Stencil(stage.size).polygon(_arch(x, y, half, tall)).mask()
    inner = _arch(x - side * unit * 0.035, y, half, tall)
    through = ImageChops.multiply(opening, Stencil(stage.size).polygon(inner).mask())
    lit = mix(colour, stage.palette.light, 0.45)
    edges = [(0.0, lit), (1.0, tuned(colour, -0.05))]
    if side < 0:
        edges = [(0.0, tuned(colour, -0.05)), (1.0, lit)]
    front = ramp(stage.size, edges, True)
    reveal = Image.new("RGB", stage.size, tuned(mix(colour, stage.palette.near, 0.28), -0.02))
    thick = ImageChops.subtract(opening, through)
    outside = ImageChops.invert(opening)
    outside.paste(0, (0, round(min(stage.height, y)), stage.width, stage.height))
    picture.paste(front, (0, 0), outside)
    picture.paste(reveal, (0, 0), thick)
    floor = (stage.width, max(0, stage.height - round(y)))
    if floor[1] > 1:
        shade = [(0.0, tuned(colour, -0.06)), (1.0, tuned(colour, -0.16))]
        picture.paste(ramp(floor, shade), (0, round(y)))


def _floor(stage: Stage, picture: Image.Image, level: float, x: float, side: int) -> None:
    unit, top = stage.unit, round(level)
    size = (stage.width, stage.height - top)
    if size[1] < 4:
        return
    beam = [
        (x - unit * 0.3, 0.0),
        (x + unit * 0.3, 0.0),
        (x + unit * (0.42 - side * 0.34), float(size[1])),
        (x - unit * (0.42 + side * 0.34), float(size[1])),
    ]
    mask = soft(Stencil(size).polygon(beam).mask(), unit * 0.005)
    fall = fade(size, [(0, 235), (1, 90)])
    paint(picture, stage.palette.light, scaled(ImageChops.multiply(mask, fall), 0.55), (0, top))
    _orb(stage, picture, (x + side * unit * 0.3, level + unit * 0.03))


def _orb(stage: Stage, picture: Image.Image, foot: Point) -> None:
    """A ball on the floor, for scale."""
    unit = stage.unit
    radius = unit * 0.06
    x, y = foot
    drop = Stencil(stage.size).ellipse((x + radius * 0.9, y), radius * 1.5, radius * 0.22).mask()
    paint(picture, stage.palette.near, scaled(soft(drop, unit * 0.006), 0.45))
    ball = Stencil(stage.size).ellipse((x, y - radius * 0.95), radius, radius).mask()
    body = stage.palette.accents[1]
    look = Image.new("RGB", stage.size, mix(body, stage.palette.near, 0.45))
    lamp = (x - radius * 0.4, y - radius * 1.35)
    paint(look, body, radial(stage.size, lamp, radius * 1.8))
    glow(look, lamp, radius * 0.9, mix(body, stage.palette.light, 0.6), 0.8)
    picture.paste(look, (0, 0), ball)


def architecture(stage: Stage) -> Image.Image:
    """The skyline of a city, or arches when the words speak of one building or a room."""
    if stage.says(
        "arch",
        "arches",
        "architecture",
        "room",
        "interior",
        "corridor",
        "villa",
        "stairs",
        "temple",
        "museum",
        "hall",
        "house",
    ):
        return arches(stage)
    return skyline(stage)
