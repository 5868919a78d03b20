"""Practice portraits: a head in profile against a lit wall, without features to be mistaken for
a real person."""

from __future__ import annotations

from PIL import Image, ImageChops

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    clouds,
    fade,
    glow,
    paint,
    radial,
    ramp,
    scaled,
    smooth,
    soft,
)
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, rgb, tuned

# All curves face left; 1 is the height of the head, the origin its middle, y grows downwards.
_SKIN: tuple[Point, ...] = (
    (0.05, -0.50),
    (-0.14, -0.475),
    (-0.28, -0.39),
    (-0.365, -0.25),
    (-0.392, -0.10),
    (-0.372, -0.015),
    (-0.405, 0.075),
    (-0.462, 0.165),
    (-0.472, 0.20),
    (-0.425, 0.228),
    (-0.385, 0.24),
    (-0.408, 0.285),
    (-0.372, 0.312),
    (-0.398, 0.35),
    (-0.362, 0.39),
    (-0.378, 0.45),
    (-0.335, 0.515),
    (-0.24, 0.52),
    (-0.10, 0.475),
    (-0.045, 0.55),
    (-0.05, 0.72),
    (-0.09, 0.88),
    (-0.12, 1.06),
    (0.30, 1.10),
    (0.29, 0.80),
    (0.27, 0.55),
    (0.31, 0.35),
    (0.42, 0.12),
    (0.455, -0.10),
    (0.38, -0.34),
    (0.22, -0.47),
)
_ROBE: tuple[Point, ...] = (
    (-0.13, 0.90),
    (-0.02, 0.965),
    (0.12, 0.94),
    (0.29, 0.83),
    (0.42, 0.93),
    (0.66, 1.04),
    (0.88, 1.24),
    (0.99, 1.60),
    (1.08, 2.6),
    (0.2, 2.9),
    (-0.75, 2.6),
    (-0.68, 1.75),
    (-0.60, 1.40),
    (-0.42, 1.16),
    (-0.22, 1.03),
)
_CAP: tuple[Point, ...] = (
    (-0.335, -0.315),
    (-0.30, -0.43),
    (-0.16, -0.535),
    (0.06, -0.565),
    (0.28, -0.51),
    (0.44, -0.36),
    (0.51, -0.12),
    (0.475, 0.12),
    (0.38, 0.30),
    (0.30, 0.40),
    (0.235, 0.33),
    (0.20, 0.20),
    (0.135, 0.10),
    (0.05, 0.09),
    (0.02, 0.0),
    (-0.055, -0.10),
    (-0.16, -0.20),
    (-0.26, -0.27),
)
_LONG: tuple[Point, ...] = (
    (-0.335, -0.315),
    (-0.30, -0.43),
    (-0.16, -0.54),
    (0.06, -0.58),
    (0.30, -0.53),
    (0.49, -0.36),
    (0.58, -0.08),
    (0.60, 0.22),
    (0.64, 0.52),
    (0.72, 0.82),
    (0.70, 1.10),
    (0.52, 1.28),
    (0.30, 1.22),
    (0.16, 1.02),
    (0.13, 0.78),
    (0.12, 0.55),
    (0.09, 0.34),
    (0.05, 0.12),
    (0.0, 0.0),
    (-0.07, -0.10),
    (-0.17, -0.20),
    (-0.26, -0.27),
)
_BOB: tuple[Point, ...] = (
    (-0.345, -0.25),
    (-0.32, -0.42),
    (-0.16, -0.55),
    (0.06, -0.59),
    (0.30, -0.54),
    (0.50, -0.36),
    (0.58, -0.08),
    (0.575, 0.22),
    (0.53, 0.45),
    (0.40, 0.52),
    (0.20, 0.50),
    (0.02, 0.47),
    (-0.06, 0.44),
    (-0.05, 0.26),
    (-0.035, 0.08),
    (-0.07, -0.07),
    (-0.16, -0.17),
    (-0.26, -0.215),
)
_TONES = ("F0CDB0", "E3B08C", "C98E66", "A86E4A", "7A4B34", "5A3527")


def _skin(stage: Stage) -> Rgb:
    tone = rgb(stage.rng.choice(_TONES))
    return mix(tone, stage.palette.sky[1], 0.2)


def _placed(points: tuple[Point, ...], stage: Stage, centre: Point, side: int) -> list[Point]:
    """A smooth outline in px, mirrored when the face looks right (`side` 1)."""
    head = stage.unit * 0.44
    curve = [(x, y if y < 0.55 else 0.55 + (y - 0.55) * 0.78) for x, y in smooth(points, 10)]
    return [(centre[0] - side * x * head, centre[1] + y * head) for x, y in curve]


def _fill(
    stage: Stage, picture: Image.Image, outline: list[Point], colours: tuple[Rgb, Rgb], side: int
) -> Image.Image:
    """Fill an outline from the lit colour (on the side of the face) to the shaded one."""
    mask = Stencil(stage.size).polygon(outline).mask()
    box = mask.getbbox()
    if not box:
        return mask
    size = (max(2, box[2] - box[0]), max(2, box[3] - box[1]))
    lit, dim = colours
    stops = [(0.0, lit), (0.34, mix(lit, dim, 0.3)), (0.72, dim), (1.0, dim)]
    if side > 0:
        stops = [(1 - place, colour) for place, colour in reversed(stops)]
    picture.paste(ramp(size, stops, True), box[:2], mask.crop(box))
    return mask


def _rim(stage: Stage, picture: Image.Image, mask: Image.Image, side: int, share: float) -> None:
    """A line of light along the edge that looks at the lamp."""
    step = max(1, round(stage.unit * 0.006))
    box = mask.getbbox()
    if not box:
        return
    part = (box[0] - 2 * step, box[1] - 2 * step, box[2] + 2 * step, box[3] + 2 * step)
    shape = mask.crop(part)
    inner = ImageChops.offset(shape, -side * step, step // 2)
    edge = soft(ImageChops.subtract(shape, inner), stage.unit * 0.0025)
    edge = scaled(ImageChops.multiply(edge, shape), share)
    paint(picture, mix(stage.palette.light, (255, 255, 255), 0.2), edge, part[:2])


def _wall(stage: Stage, side: int) -> Image.Image:
    palette, unit = stage.palette, stage.unit
    top, middle, low = palette.sky
    picture = ramp(stage.size, [(0, top), (0.55, middle), (1, low)])
    lamp = (stage.width * (0.5 + 0.3 * side), stage.height * 0.36)
    glow(picture, lamp, unit * 0.95, mix(low, palette.light, 0.65), 0.62)
    dim = (stage.width * (0.5 - 0.55 * side), stage.height * 0.75)
    glow(picture, dim, unit * 0.95, mix(palette.far, palette.near, 0.3), 0.45)
    paint(picture, palette.light, scaled(clouds(stage.size, stage.rng, 6, 5), 0.06))
    if stage.says("window", "windows", "morning") or stage.rng.random() < 0.35:
        _panes(stage, picture, side)
    elif stage.rng.random() < 0.6:
        disc_at = (stage.width * (0.5 + 0.08 * side), stage.height * 0.4)
        sun = Stencil(stage.size).ellipse(disc_at, unit * 0.34, unit * 0.34).mask()
        mask = ImageChops.multiply(sun, fade(stage.size, [(0.1, 230), (0.8, 60)]))
        paint(picture, mix(palette.light, palette.accents[2], 0.35), scaled(mask, 0.8))
    return picture


def _panes(stage: Stage, picture: Image.Image, side: int) -> None:
    unit = stage.unit
    left, top = (
        stage.width * 0.5 + side * unit * 0.2 - unit * 0.25,
        stage.height * 0.42 - unit * 0.36,
    )
    panes = Stencil(stage.size)
    for column in range(2):
        for row in range(3):
            x, y = left + column * unit * 0.25, top + row * unit * 0.25
            slope = unit * 0.07 * side
            panes.polygon(
                [
                    (x, y + slope * column),
                    (x + unit * 0.225, y + slope * (column + 0.9)),
                    (x + unit * 0.225, y + unit * 0.22 + slope * (column + 0.9)),
                    (x, y + unit * 0.22 + slope * column),
                ]
            )
    mask = soft(panes.mask(), unit * 0.009)
    mask = ImageChops.multiply(mask, fade(stage.size, [(0, 255), (0.85, 90)]))
    paint(picture, stage.palette.light, scaled(mask, 0.5))


def _hair(stage: Stage) -> tuple[tuple[Point, ...], bool]:
    """The outline of the hair and whether it is tied in a knot."""
    rng = stage.rng
    if stage.says("man", "boy", "father", "gentleman", "he"):
        return _CAP, False
    if stage.says("woman", "girl", "mother", "lady", "she"):
        return rng.choice([(_CAP, True), (_CAP, True), (_BOB, False), (_LONG, False)])
    return rng.choice([(_CAP, True), (_CAP, False), (_BOB, False), (_LONG, False)])


def portrait(stage: Stage) -> Image.Image:
    """A person in profile, lit from the side the face looks to."""
    rng, palette, unit = stage.rng, stage.palette, stage.unit
    side = rng.choice([-1, 1])
    picture = _wall(stage, side)
    centre = (stage.width * 0.5 - side * unit * 0.03, stage.height * 0.5 - unit * 0.1)
    skin = _skin(stage)
    shade = mix(tuned(skin, -0.17), palette.near, 0.3)
    outline, knot = _hair(stage)
    dark = rng.choice([palette.near, palette.near, mix(palette.near, rgb("6B3F22"), 0.55)])
    hair = (mix(dark, palette.light, 0.16), tuned(dark, -0.02))
    if knot:
        _knot(stage, picture, centre, hair, side)
    face = _fill(
        stage, picture, _placed(_SKIN, stage, centre, side), (tuned(skin, 0.06), shade), side
    )
    _modelling(stage, picture, face, centre, shade, side)
    _rim(stage, picture, face, side, 0.7)
    cloth = palette.accents[rng.choice([0, 1, 1])]
    if abs(lightness(cloth) - lightness(palette.sky[1])) < 0.12:
        cloth = tuned(cloth, -0.2)
    robe = _placed(_ROBE, stage, centre, side)
    folds = (mix(cloth, palette.light, 0.12), mix(tuned(cloth, -0.12), palette.near, 0.4))
    garment = _fill(stage, picture, robe, folds, side)
    _folds(stage, picture, garment, centre, folds[1], side)
    _rim(stage, picture, garment, side, 0.5)
    crown = _fill(stage, picture, _placed(outline, stage, centre, side), hair, side)
    _strands(stage, picture, crown, centre, side)
    _rim(stage, picture, crown, side, 0.42)
    return picture


def _knot(
    stage: Stage, picture: Image.Image, centre: Point, hair: tuple[Rgb, Rgb], side: int
) -> None:
    head = stage.unit * 0.44
    at = (centre[0] - side * 0.52 * head, centre[1] - 0.26 * head)
    shape = [
        (at[0] - head * 0.19, at[1]),
        (at[0], at[1] - head * 0.185),
        (at[0] + head * 0.19, at[1]),
        (at[0], at[1] + head * 0.185),
    ]
    mask = _fill(stage, picture, smooth(shape, 10), hair, side)
    _rim(stage, picture, mask, side, 0.35)


def _modelling(
    stage: Stage, picture: Image.Image, face: Image.Image, centre: Point, shade: Rgb, side: int
) -> None:
    """The soft shadows that make the head round: under the jaw, in the eye, down the neck."""
    head = stage.unit * 0.44

    def at(x: float, y: float) -> Point:
        return centre[0] - side * x * head, centre[1] + y * head

    soft_shapes = Stencil(stage.size)
    soft_shapes.polygon(
        [
            at(-0.34, 0.53),
            at(-0.10, 0.46),
            at(0.10, 0.30),
            at(0.3, 0.4),
            at(0.3, 0.72),
            at(0.02, 0.66),
            at(-0.06, 0.58),
        ]
    )
    soft_shapes.ellipse(at(-0.29, 0.01), head * 0.06, head * 0.03, 150)
    soft_shapes.ellipse(at(-0.05, 0.2), head * 0.12, head * 0.2, 90)
    mask = ImageChops.multiply(soft(soft_shapes.mask(), head * 0.045), face)
    paint(picture, tuned(shade, -0.05), scaled(mask, 0.62))
    lines = Stencil(stage.size)
    lines.line([at(-0.365, 0.313), at(-0.33, 0.316), at(-0.30, 0.309)], head * 0.011)
    lid = smooth(
        [at(-0.335, 0.012), at(-0.305, 0.035), at(-0.265, 0.032), at(-0.235, 0.012)], 6, False
    )
    lines.line(lid, head * 0.012)
    brow = smooth([at(-0.36, -0.085), at(-0.30, -0.125), at(-0.215, -0.10)], 6, False)
    lines.line(brow, head * 0.017)
    mask = ImageChops.multiply(soft(lines.mask(), head * 0.006), face)
    paint(picture, mix(shade, stage.palette.near, 0.6), scaled(mask, 0.72))
    cheek = Stencil(stage.size).ellipse(at(-0.25, 0.2), head * 0.09, head * 0.07).mask()
    blush = ImageChops.multiply(soft(cheek, head * 0.05), face)
    paint(picture, mix(stage.palette.accents[1], rgb("E07A62"), 0.6), scaled(blush, 0.26))


def _folds(
    stage: Stage, picture: Image.Image, garment: Image.Image, centre: Point, dark: Rgb, side: int
) -> None:
    head, stencil = stage.unit * 0.44, Stencil(stage.size)
    for x, lean in ((-0.3, -0.2), (0.0, -0.05), (0.3, 0.12), (0.58, 0.2)):
        start = (centre[0] - side * x * head, centre[1] + head * 1.12)
        end = (centre[0] - side * (x + lean) * head, centre[1] + head * 2.3)
        stencil.polygon([start, (end[0] - head * 0.08, end[1]), (end[0] + head * 0.08, end[1])])
    mask = ImageChops.multiply(soft(stencil.mask(), head * 0.05), garment)
    paint(picture, dark, scaled(mask, 0.5))


def _strands(
    stage: Stage, picture: Image.Image, crown: Image.Image, centre: Point, side: int
) -> None:
    """Fine lines along the fall of the hair, and a sheen where the lamp meets the head."""
    rng, head = stage.rng, stage.unit * 0.44

    def at(x: float, y: float) -> Point:
        return centre[0] - side * x * head, centre[1] + y * head

    lines = Stencil(stage.size)
    for index in range(26):
        share = (index + rng.uniform(-0.3, 0.3)) / 25
        path = [
            at(-0.30 + 0.12 * share, -0.34 - 0.12 * share),
            at(-0.02 + 0.34 * share, -0.30 - 0.2 * share),
            at(0.10 + 0.44 * share, -0.02 - 0.02 * share),
            at(0.14 + 0.44 * share, 0.35),
            at(0.2 + 0.46 * share, 0.7),
            at(0.34 + 0.3 * share, 1.0),
        ]
        lines.line(
            smooth(path, 8, closed=False), head * rng.uniform(0.003, 0.008), rng.randrange(90, 255)
        )
    lit = radial(stage.size, at(-0.12, -0.36), head * 0.62)
    veil = lit.point([min(255, 76 + tone) for tone in range(256)])
    fine = ImageChops.multiply(soft(lines.mask(), head * 0.0035), ImageChops.multiply(veil, crown))
    paint(picture, stage.palette.light, scaled(fine, 0.3))
    paint(picture, stage.palette.light, scaled(ImageChops.multiply(lit, crown), 0.13))
