"""Practice posters: flat geometry and colour fields with the soft grain of print."""

from __future__ import annotations

import math
import re

from PIL import Image, ImageChops, ImageDraw, ImageFont

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    clouds,
    fade,
    paint,
    ramp,
    scaled,
    soft,
    turned,
)
from flux_studio.providers.practice_drawing.palette import (
    Rgb,
    lab,
    lightness,
    mix,
    named_colours,
    tuned,
)

_QUOTED = re.compile(r"[\"“«]([^\"”»]{1,18})[\"”»]")
_SHAPES = {
    "circle": ("circle", "circles", "dot", "disc", "sun", "moon", "round"),
    "triangle": ("triangle", "triangles", "pyramid", "arrow"),
    "square": ("square", "squares", "box", "cube", "rectangle"),
    "arc": ("arc", "arcs", "arch", "ring", "rings", "rainbow", "wave", "waves"),
    "stripe": ("stripe", "stripes", "line", "lines", "bars", "grid"),
}


def _apart(one: Rgb, two: Rgb) -> float:
    return math.dist(lab(one), lab(two))


def _inks(stage: Stage) -> tuple[Rgb, list[Rgb]]:
    """The paper and the inks that can be told from it; named colours are used as they are."""
    palette, rng = stage.palette, stage.rng
    named = list(named_colours(stage.prompt).every)
    paper = rng.choice([palette.sky[2], palette.sky[1], mix(palette.light, palette.sky[2], 0.3)])
    if named:
        palest = max(named, key=lightness)
        paper = palest if lightness(palest) > 0.85 else named[0]
    wanted = [*named, palette.near, *palette.accents, palette.light, palette.sky[0]]
    if not named:
        wanted.sort(key=lambda colour: -_apart(colour, paper))
    inks: list[Rgb] = []
    for colour in [*wanted, mix(paper, (255, 250, 240), 0.75), tuned(paper, -0.35)]:
        if all(_apart(colour, other) > 0.13 for other in [paper, *inks]):
            inks.append(colour)
    if len(named) > 1 and len(inks) > 1:
        # Next to a dark ink a pale one sings more than a second dark one.
        inks[1:] = sorted(
            inks[1:], key=lambda colour: (colour not in named, -_apart(colour, inks[0]))
        )
    return paper, inks or [tuned(paper, -0.4)]


def _asked(stage: Stage) -> list[str]:
    asked = [shape for shape, names in _SHAPES.items() if stage.says(*names)]
    pool = list(_SHAPES)
    stage.rng.shuffle(pool)
    return asked if len(asked) > 1 else [*asked, *[s for s in pool if s not in asked]][:3]


def ink(stage: Stage, picture: Image.Image, mask: Image.Image, colour: Rgb, fall: int = 70) -> None:
    """Print a shape: full colour that thins out towards one end, with a grain of its own."""
    turn = stage.rng.choice([False, True])
    ends = [(0.0, 255), (1.0, 255 - fall)]
    if stage.rng.random() < 0.5:
        ends = [(0.0, 255 - fall), (1.0, 255)]
    box = mask.getbbox()
    if not box:
        return
    part = mask.crop(box)
    part = ImageChops.multiply(part, fade(part.size, ends, turn))
    paint(picture, colour, part, (box[0], box[1]))


def _circle(stage: Stage, centre: Point, size: float) -> Image.Image:
    return Stencil(stage.size).ellipse(centre, size, size).mask()


def _triangle(stage: Stage, centre: Point, size: float) -> Image.Image:
    x, y = centre
    shape = [
        (x, y - size * 1.1),
        (x + size * 1.12, y + size * 0.85),
        (x - size * 1.12, y + size * 0.85),
    ]
    tilt = stage.rng.choice([0, 0, 0, 90, 180, -24])
    return Stencil(stage.size).polygon(turned(shape, tilt, centre)).mask()


def _square(stage: Stage, centre: Point, size: float) -> Image.Image:
    x, y = centre
    shape = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
    tilt = stage.rng.choice([0, 0, 45, 15, -12])
    return Stencil(stage.size).polygon(turned(shape, tilt, centre)).mask()


def _arc(stage: Stage, centre: Point, size: float) -> Image.Image:
    stencil, start = Stencil(stage.size), stage.rng.choice([0, 90, 180, 180, 270])
    for ring in range(4):
        stencil.arc(centre, size * (1.25 - ring * 0.26), (start, start + 180), size * 0.15)
    return stencil.mask()


def _stripe(stage: Stage, centre: Point, size: float) -> Image.Image:
    stencil, tilt = Stencil(stage.size), stage.rng.choice([0, 90, 45, -45])
    x, y = centre
    for index in range(6):
        top = y - size + index * size * 0.36
        bar = [
            (x - size * 1.3, top),
            (x + size * 1.3, top),
            (x + size * 1.3, top + size * 0.17),
            (x - size * 1.3, top + size * 0.17),
        ]
        stencil.polygon(turned(bar, tilt, centre))
    return stencil.mask()


_DRAW = {
    "circle": _circle,
    "triangle": _triangle,
    "square": _square,
    "arc": _arc,
    "stripe": _stripe,
}


def geometry(stage: Stage) -> Image.Image:
    """Two or three large forms that overlap, a ground line and small counterpoints."""
    rng, unit = stage.rng, stage.unit
    paper, inks = _inks(stage)
    picture = ramp(stage.size, [(0, tuned(paper, 0.03)), (1, tuned(paper, -0.05))])
    grid = stage.width / 2, stage.height * 0.46
    reach = min(unit * 0.9, max(stage.size) * 0.5)
    masks: list[Image.Image] = []
    places = [(-0.15, -0.1), (0.15, 0.1), (0.06, -0.27)]
    mirror = rng.choice([-1, 1])
    for index, shape in enumerate(_asked(stage)[:3]):
        dx, dy = places[index]
        spread = 1 + 0.6 * (stage.width / unit - 1)
        centre = (grid[0] + mirror * dx * unit * spread, grid[1] + dy * unit)
        size = reach * (0.37, 0.36, 0.14)[index] * rng.uniform(0.9, 1.15)
        mask = _DRAW[shape](stage, centre, size)
        ink(stage, picture, mask, inks[index % len(inks)], 60)
        masks.append(mask)
    if len(masks) > 1:
        both = ImageChops.multiply(masks[0], masks[1])
        crossing = inks[2] if len(inks) > 2 else mix(inks[0], inks[1 % len(inks)], 0.5)
        paint(picture, crossing, scaled(both, 0.95))
    _details(stage, picture, paper, inks)
    return picture


def _details(stage: Stage, picture: Image.Image, paper: Rgb, inks: list[Rgb]) -> None:
    rng, unit = stage.rng, stage.unit
    dark = max(inks, key=lambda colour: abs(lightness(colour) - lightness(paper)))
    edge = stage.height * rng.uniform(0.78, 0.84)
    if rng.random() < 0.55:
        ground = Stencil(stage.size).box(0, edge, stage.width, stage.height).mask()
        ink(stage, picture, ground, dark, 40)
        dark = paper
    small = Stencil(stage.size)
    x, y = stage.width * rng.choice([0.1, 0.78]), stage.height * 0.88
    quoted = _QUOTED.search(stage.prompt)
    for index in range(0 if quoted else 3):
        small.ellipse((x + index * unit * 0.045, y), unit * 0.013, unit * 0.013)
    margin = unit * 0.07
    small.box(margin, margin, stage.width - margin, margin + max(1.0, unit * 0.003))
    paint(picture, dark, scaled(small.mask(), 0.9))
    if quoted:
        _title(stage, picture, quoted[1].strip().upper(), dark, margin)


def _title(stage: Stage, picture: Image.Image, text: str, colour: Rgb, margin: float) -> None:
    height = max(8, round(stage.unit * 0.12))
    font = ImageFont.load_default(size=height)
    room = stage.width - 2 * margin
    length = font.getlength(text)
    if length > room:
        height = max(7, int(height * room / length))
        font = ImageFont.load_default(size=height)
    at = (margin, stage.height * 0.86 - height * 0.5)
    ImageDraw.Draw(picture).text(at, text, fill=colour, font=font)


def field(stage: Stage) -> Image.Image:
    """Two or three soft-edged blocks of colour, one above the other."""
    rng, palette, unit = stage.rng, stage.palette, stage.unit
    paper, inks = _inks(stage)
    picture = ramp(stage.size, [(0, tuned(paper, -0.04)), (1, tuned(paper, -0.1))])
    margin, gap = unit * 0.085, unit * 0.03
    cuts = sorted([0.0, rng.uniform(0.3, 0.42), rng.uniform(0.62, 0.74), 1.0])
    if rng.random() < 0.4:
        cuts = [0.0, rng.uniform(0.35, 0.66), 1.0]
    tall = stage.height - 2 * margin
    for index in range(len(cuts) - 1):
        top, foot = margin + cuts[index] * tall + gap / 2, margin + cuts[index + 1] * tall - gap / 2
        block = Stencil(stage.size).box(margin, top, stage.width - margin, foot).mask()
        wash = clouds(stage.size, rng, 3, 3).point([min(255, 190 + t // 3) for t in range(256)])
        mask = ImageChops.multiply(soft(block, unit * 0.014), wash)
        paint(picture, inks[index % len(inks)], mask)
        paint(
            picture,
            palette.light,
            scaled(ImageChops.multiply(mask, clouds(stage.size, rng, 3, 3)), 0.14),
        )
    return picture


def sweep(stage: Stage) -> Image.Image:
    """Great overlapping curves, each with its own gradient and a soft shadow on the one behind."""
    rng, palette, unit = stage.rng, stage.palette, stage.unit
    tones = [palette.sky[0], palette.accents[1], palette.sky[1], palette.accents[2], palette.far]
    picture = ramp(stage.size, [(0, palette.sky[2]), (1, palette.light)])
    side = rng.choice([0.0, 1.0])
    centre = (stage.width * side, stage.height * rng.uniform(0.85, 1.15))
    radius = (stage.width**2 + stage.height**2) ** 0.5 * 0.86
    for index in range(6):
        share = 1 - index / 6
        drift = rng.uniform(-0.05, 0.05) * unit
        size = radius * share + drift
        mask = Stencil(stage.size).ellipse(centre, size, size * rng.uniform(0.9, 1.02)).mask()
        paint(picture, palette.near, scaled(soft(mask, unit * 0.04), 0.32))
        tone = tones[index % len(tones)]
        body = ramp(stage.size, [(0, tuned(tone, 0.08, 1.05, 8)), (1, tuned(tone, -0.08, 1.0, -8))])
        picture.paste(body, (0, 0), mask)
    disc_at = (stage.width * (0.72 - 0.44 * side), stage.height * 0.28)
    paint(
        picture,
        palette.light,
        Stencil(stage.size).ellipse(disc_at, unit * 0.09, unit * 0.09).mask(),
    )
    return picture


def poster(stage: Stage) -> Image.Image:
    """The poster that the words ask for."""
    if stage.says("field", "rothko", "minimal", "painting", "soft"):
        return field(stage)
    named = any(stage.says(*names) for names in _SHAPES.values())
    if named or stage.says("poster", "bauhaus", "geometric", "logo", "bold", "key"):
        return geometry(stage)
    return stage.rng.choice([geometry, field, sweep, sweep])(stage)
