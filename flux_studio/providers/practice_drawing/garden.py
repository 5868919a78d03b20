"""Practice plants: leaves in layers of depth, and flowers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageChops

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    extent,
    glow,
    paint,
    scaled,
    soft,
    turned,
)
from flux_studio.providers.practice_drawing.landscape import disc, sky
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, tuned


def _leaf(
    foot: Point, length: float, wide: float, degrees: float
) -> tuple[list[Point], list[Point]]:
    """The two halves of a leaf that grows from `foot`; 0 degrees points up."""
    x, y = foot
    edge = [(math.sin(math.pi * t**0.85) * wide, -t * length) for t in (i / 14 for i in range(15))]
    bend = [math.sin(math.pi * i / 14) * wide * 0.16 for i in range(15)]
    spine = [(x + b, y - i / 14 * length) for i, b in enumerate(bend)]
    right = [(x + px + b, y + py) for (px, py), b in zip(edge, bend, strict=True)]
    left = [(x - px + b, y + py) for (px, py), b in zip(edge, bend, strict=True)]
    return (
        turned([*right, *reversed(spine)], degrees, foot),
        turned([*left, *reversed(spine)], degrees, foot),
    )


def _spray(stage: Stage, root: Point, lean: float, tall: float) -> list[tuple[Point, float, float]]:
    """A bending stem as (place, heading in degrees, share of the way up) for each leaf."""
    x, y = root
    steps, marks = 13, []
    heading = lean
    for step in range(steps):
        heading += lean * 0.055 + stage.rng.uniform(-2, 2)
        x += math.sin(math.radians(heading)) * tall / steps
        y -= math.cos(math.radians(heading)) * tall / steps
        marks.append(((x, y), heading, step / (steps - 1)))
    return marks


@dataclass(frozen=True, slots=True)
class _Branch:
    """The lit halves of the leaves, the shaded halves and the stem, as masks that lie at `at`."""

    lit: Image.Image
    dim: Image.Image
    stem: Image.Image
    at: Point


def _branch(stage: Stage, root: Point, lean: float, tall: float, broad: float) -> _Branch:
    marks = _spray(stage, root, lean, tall)
    halves: list[tuple[list[Point], list[Point]]] = []
    for index, (place, heading, share) in enumerate(marks[1:], start=1):
        side = 1 if index % 2 else -1
        size = (
            tall * 0.34 * math.sin(math.pi * (0.22 + 0.72 * share)) * stage.rng.uniform(0.85, 1.1)
        )
        angle = heading + side * (62 - 34 * share) + stage.rng.uniform(-7, 7)
        angle = heading if index == len(marks) - 1 else angle
        halves.append(_leaf(place, size, size * broad, angle))
    path = [root, *[place for place, _, _ in marks]]
    spare = stage.unit * 0.05  # room for the shadow
    corners = [point for pair in halves for half in pair for point in half] + path
    corners += [(x + spare, y + spare) for x, y in corners]
    at, size_px = extent(corners, stage.size)
    lit, dim, stem = (Stencil(size_px, at) for _ in range(3))
    stem.line(path, max(1.0, stage.unit * 0.005))
    for right, left in halves:
        lit.polygon(right)
        dim.polygon(left)
    return _Branch(lit.mask(), dim.mask(), stem.mask(), at)


def _green(stage: Stage) -> Rgb:
    """The colour of the leaves: the deepest accent, dark enough to stand before the sky."""
    own = stage.palette.accents[0]
    return own if lightness(own) < 0.72 else tuned(own, -0.25)


def leaves(stage: Stage) -> Image.Image:
    """Branches in three depths of air before a pale disc."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    picture = sky(stage, 1.0)
    at = (stage.width * rng.uniform(0.36, 0.64), stage.height * rng.uniform(0.32, 0.44))
    disc(stage, picture, at, unit * rng.uniform(0.17, 0.23))
    green, broad = _green(stage), rng.choice([0.16, 0.22, 0.3])
    haze = mix(palette.sky[2], palette.sky[1], 0.5)
    spread = 1.0 + 0.5 * (stage.width / unit - 1)
    for depth, count in ((0, 2), (1, 2), (2, 3)):
        near = depth / 2
        colour = mix(
            mix(haze, palette.far, 0.5), mix(green, palette.near, 0.3 * near), 0.25 + 0.75 * near
        )
        for index in range(count):
            place = (index + rng.uniform(0.25, 0.75)) / count
            root = (stage.width / 2 + (place - 0.5) * stage.width * 0.95 * min(1.2, spread),
                    stage.height + unit * 0.06)  # fmt: skip
            lean = (place - 0.5) * 44 + rng.uniform(-9, 9)
            tall = min(stage.height * 0.9, unit * rng.uniform(0.62, 0.95)) * (1.08 - near * 0.25)
            _grow(stage, picture, _branch(stage, root, lean, tall, broad), colour, near)
    return picture


def _grow(stage: Stage, picture: Image.Image, branch: _Branch, colour: Rgb, near: float) -> None:
    palette, at = stage.palette, branch.at
    blur = stage.unit * 0.004 * (1 - near)
    if near > 0.4:
        whole = ImageChops.lighter(branch.lit, branch.dim)
        drop = ImageChops.offset(whole, round(stage.unit * 0.012), round(stage.unit * 0.016))
        paint(picture, palette.near, scaled(soft(drop, stage.unit * 0.016), 0.22), at)
    pale = mix(colour, palette.light, 0.13 + 0.1 * near)
    paint(picture, mix(colour, palette.near, 0.2), soft(branch.stem, blur), at)
    paint(picture, mix(colour, palette.near, 0.12 + 0.1 * near), soft(branch.dim, blur), at)
    paint(picture, pale, soft(branch.lit, blur), at)


def flower(stage: Stage) -> Image.Image:
    """One open flower from the front, petals in rings, on a soft ground."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    picture = sky(stage, 1.0)
    centre = (stage.width * 0.5, stage.height * 0.46)
    green = _green(stage)
    for lean in (-34, 28, -12):
        root = (centre[0] + lean * unit * 0.004, stage.height + unit * 0.05)
        _grow(
            stage,
            picture,
            _branch(stage, root, lean, unit * 0.6, 0.2),
            mix(green, palette.far, 0.4),
            0.5,
        )
    ground = lightness(palette.sky[1])
    petal = max(palette.accents[1:], key=lambda colour: abs(lightness(colour) - ground))
    count = rng.choice([8, 10, 12])
    for ring in range(4):
        share = ring / 3
        length = unit * (0.37 - 0.085 * ring)
        colour = mix(tuned(petal, -0.06 + 0.05 * ring), palette.light, 0.1 + 0.12 * share)
        turn = rng.uniform(0, 360)
        for index in range(count):
            _petal(stage, picture, centre, length, turn + index * 360 / count, colour)
    core = mix(palette.near, palette.accents[2], 0.5)
    paint(picture, core, Stencil(stage.size).ellipse(centre, unit * 0.06, unit * 0.06).mask())
    seeds = Stencil(stage.size)
    for index in range(90):
        angle, reach = index * 2.39996, unit * 0.06 * (index / 90) ** 0.5
        at = (centre[0] + math.cos(angle) * reach, centre[1] + math.sin(angle) * reach)
        seeds.ellipse(at, unit * 0.0032, unit * 0.0032)
    paint(picture, palette.light, scaled(seeds.mask(), 0.8))
    return picture


def _petal(
    stage: Stage, picture: Image.Image, centre: Point, length: float, turn: float, colour: Rgb
) -> None:
    right, left = _leaf(centre, length, length * 0.3, turn)
    blur = length * 0.05
    spread = [(x + d, y + d) for x, y in [*right, *left] for d in (-blur * 2, blur * 2)]
    at, size = extent(spread, stage.size)
    whole = Stencil(size, at).polygon(right).polygon(left).mask()
    paint(picture, stage.palette.near, scaled(soft(whole, blur), 0.3), at)
    look = Image.new("RGB", size, mix(colour, stage.palette.light, 0.25))
    middle = (centre[0] - at[0], centre[1] - at[1])
    glow(look, middle, length * 0.75, tuned(colour, -0.16), 0.85)
    picture.paste(look, (round(at[0]), round(at[1])), whole)


def garden(stage: Stage) -> Image.Image:
    """A flower when one is named, else leaves."""
    if stage.says("flower", "flowers", "rose", "dahlia", "sunflower", "daisy", "blossom", "peony"):
        return flower(stage)
    return leaves(stage)
