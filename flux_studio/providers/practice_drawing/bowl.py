"""Practice food: bowls and cups on a table, seen from above."""

from __future__ import annotations

import math
from dataclasses import replace

from PIL import Image, ImageChops

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    clouds,
    glow,
    paint,
    radial,
    ramp,
    scaled,
    smooth,
    soft,
    turned,
)
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, rgb, tuned


def _table(stage: Stage) -> Image.Image:
    palette = stage.palette
    top, middle, low = palette.sky
    picture = ramp(stage.size, [(0, middle), (1, mix(middle, top, 0.6))])
    lamp = (stage.width * 0.24, stage.height * 0.18)
    glow(picture, lamp, stage.unit * 1.1, mix(low, palette.light, 0.4), 0.6)
    grain = clouds((max(2, stage.width // 10), stage.height), stage.rng, 34, 4)
    streaks = grain.resize(stage.size, Image.Resampling.BICUBIC)
    paint(picture, tuned(top, -0.14), scaled(streaks, 0.16))
    return picture


def _dish(stage: Stage, picture: Image.Image, centre: Point, radius: float, glaze: Rgb) -> None:
    """A round bowl from above: rim, inner wall in shade towards the light, outer shadow."""
    unit, near = stage.unit, stage.palette.near
    drop = (centre[0] + radius * 0.14, centre[1] + radius * 0.18)
    shadow = Stencil(stage.size).ellipse(drop, radius * 1.03, radius * 1.03).mask()
    paint(picture, near, scaled(soft(shadow, radius * 0.12), 0.6))
    ring = Stencil(stage.size).ellipse(centre, radius, radius).mask()
    look = Image.new("RGB", stage.size, tuned(glaze, -0.1))
    glow(
        look,
        (centre[0] - radius * 0.6, centre[1] - radius * 0.6),
        radius * 1.9,
        mix(glaze, (255, 255, 255), 0.25),
        1.0,
    )
    picture.paste(look, (0, 0), ring)
    inner = Stencil(stage.size).ellipse(centre, radius * 0.93, radius * 0.93).mask()
    wall = Image.new("RGB", stage.size, tuned(glaze, -0.02))
    glow(
        wall,
        (centre[0] - radius * 0.7, centre[1] - radius * 0.7),
        radius * 1.3,
        tuned(mix(glaze, near, 0.5), -0.05),
        0.9,
    )
    picture.paste(wall, (0, 0), soft(inner, unit * 0.0012))


def _broth(stage: Stage, picture: Image.Image, centre: Point, radius: float, colour: Rgb) -> None:
    pool = Stencil(stage.size).ellipse(centre, radius, radius).mask()
    look = Image.new("RGB", stage.size, tuned(colour, -0.1))
    glow(
        look,
        (centre[0] + radius * 0.25, centre[1] + radius * 0.3),
        radius * 1.3,
        tuned(colour, 0.07),
        1,
    )
    oil = clouds(stage.size, stage.rng, 15 * max(stage.size) / stage.unit, 3)
    oil = oil.point([max(0, min(255, (tone - 140) * 6)) for tone in range(256)])
    paint(look, tuned(colour, 0.12, 1.1, 10), scaled(oil, 0.22))
    picture.paste(look, (0, 0), pool)


def _cast(stage: Stage, picture: Image.Image, mask: Image.Image, share: float = 0.45) -> None:
    """The little shadow of a thing that lies in the bowl."""
    step = max(1, round(stage.unit * 0.007))
    box = mask.getbbox()
    if not box:
        return
    spare = step * 4
    part = (max(0, box[0] - spare), max(0, box[1] - spare), box[2] + spare, box[3] + spare)
    part = (part[0], part[1], min(mask.width, part[2]), min(mask.height, part[3]))
    drop = soft(ImageChops.offset(mask.crop(part), step, step), step)
    paint(picture, mix(stage.palette.near, rgb("2A1408"), 0.5), scaled(drop, share), part[:2])


def _noodles(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    rng, wheat = stage.rng, rgb("EFCB82")
    for bundle in range(5):
        at = (
            centre[0] + rng.uniform(-0.34, 0.3) * radius,
            centre[1] + rng.uniform(-0.1, 0.42) * radius,
        )
        turn, strands, edges = rng.uniform(0, 180), Stencil(stage.size), Stencil(stage.size)
        for index in range(9):
            shift = (index - 4) * radius * 0.036
            curve = [
                (
                    at[0] + t * radius * 0.17,
                    at[1] + shift + math.sin(t * 0.9 + bundle) * radius * 0.07,
                )
                for t in range(-3, 4)
            ]
            path = turned(smooth(curve, 6, closed=False), turn, at)
            edges.line(path, radius * 0.037)
            strands.line(path, radius * 0.021)
        inside = Stencil(stage.size).ellipse(centre, radius * 0.97, radius * 0.97).mask()
        below = ImageChops.multiply(edges.mask(), inside)
        _cast(stage, picture, below, 0.3)
        paint(picture, tuned(wheat, -0.13), below)
        paint(picture, tuned(wheat, 0.03), ImageChops.multiply(strands.mask(), inside))


def _egg(stage: Stage, picture: Image.Image, at: Point, size: float) -> None:
    turn = stage.rng.uniform(0, 180)
    oval = [
        (at[0] + math.cos(a) * size, at[1] + math.sin(a) * size * 0.8)
        for a in (i * math.pi / 24 for i in range(48))
    ]
    white = Stencil(stage.size).polygon(turned(oval, turn, at)).mask()
    _cast(stage, picture, white)
    paint(picture, rgb("FBF3E2"), white)
    yolk = Stencil(stage.size).ellipse(at, size * 0.46, size * 0.46).mask()
    paint(picture, rgb("EE9A2E"), yolk)
    shine = (at[0] - size * 0.15, at[1] - size * 0.15)
    paint(picture, rgb("FFD98A"), radial(stage.size, shine, size * 0.3, 200))


def _toppings(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    rng = stage.rng
    sheet = [
        (centre[0] + radius * x, centre[1] + radius * y)
        for x, y in ((0.32, -0.86), (0.82, -0.56), (0.62, -0.08), (0.14, -0.34))
    ]
    nori = Stencil(stage.size).polygon(sheet).mask()
    _cast(stage, picture, nori)
    paint(picture, rgb("1E2A22"), nori)
    for index in range(3):
        at = (centre[0] + radius * (0.42 - 0.16 * index), centre[1] + radius * (0.3 + 0.17 * index))
        slice_ = Stencil(stage.size).ellipse(at, radius * 0.25, radius * 0.17).mask()
        _cast(stage, picture, slice_)
        paint(picture, rgb("C98A6A"), slice_)
        fat = Stencil(stage.size).ellipse(at, radius * 0.19, radius * 0.105).mask()
        paint(picture, rgb("E7BC9C"), fat)
    _egg(stage, picture, (centre[0] - radius * 0.44, centre[1] - radius * 0.3), radius * 0.24)
    _egg(stage, picture, (centre[0] - radius * 0.05, centre[1] - radius * 0.52), radius * 0.23)
    rings, holes = Stencil(stage.size), Stencil(stage.size)
    for _ in range(26):
        angle, reach = rng.uniform(0, 2 * math.pi), radius * 0.3 * rng.random() ** 0.6
        at = (
            centre[0] - radius * 0.3 + math.cos(angle) * reach,
            centre[1] + radius * 0.24 + math.sin(angle) * reach,
        )
        size = radius * rng.uniform(0.03, 0.045)
        rings.ellipse(at, size, size)
        holes.ellipse(at, size * 0.45, size * 0.45)
    mask = ImageChops.subtract(rings.mask(), holes.mask())
    _cast(stage, picture, mask, 0.35)
    paint(picture, rgb("6FA83F"), mask)


def bowl(stage: Stage) -> Image.Image:
    """A bowl from above: noodles when asked for, else round fruit in palette colours."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    picture = _table(stage)
    centre = (stage.width * 0.5, stage.height * 0.5)
    radius = unit * 0.36
    glaze = palette.near if rng.random() < 0.6 else mix(palette.light, palette.sky[2], 0.2)
    glaze = tuned(glaze, 0.08) if lightness(glaze) < 0.3 else glaze
    _dish(stage, picture, centre, radius, glaze)
    _serve(stage, picture, centre, radius * 0.83)
    _chopsticks(stage, picture, centre, radius)
    return picture


def _serve(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    """What is in the bowl, painted on the square round it and laid in through a disc."""
    side = max(8, round(radius * 2))
    left, top = round(centre[0] - side / 2), round(centre[1] - side / 2)
    dish = replace(stage, width=side, height=side)
    food = picture.crop((left, top, left + side, top + side))
    middle, deep = (side / 2, side / 2), side / 2
    if stage.says("coffee", "espresso", "latte", "cappuccino", "tea", "chocolate"):
        _broth(dish, food, middle, deep, rgb("8A5230"))
        _rosette(dish, food, middle, deep)
    elif stage.says("ramen", "noodle", "noodles", "pasta", "spaghetti", "udon", "pho", "soup"):
        _broth(dish, food, middle, deep, rgb("B9642A"))
        _noodles(dish, food, middle, deep)
        _toppings(dish, food, middle, deep)
    else:
        _broth(dish, food, middle, deep, mix(stage.palette.far, stage.palette.near, 0.35))
        _rounds(dish, food, middle, deep)
    picture.paste(food, (left, top), Stencil((side, side)).ellipse(middle, deep, deep).mask())


def _rosette(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    foam = rgb("F3DFC0")
    for index in range(5):
        share = 1 - index * 0.19
        x, y = centre[0], centre[1] - radius * 0.12 + index * radius * 0.1
        heart = [
            (x, y + radius * 0.62 * share),
            (x - radius * 0.55 * share, y - radius * 0.05),
            (x - radius * 0.3 * share, y - radius * 0.42 * share),
            (x, y - radius * 0.24 * share),
            (x + radius * 0.3 * share, y - radius * 0.42 * share),
            (x + radius * 0.55 * share, y - radius * 0.05),
        ]
        mask = soft(Stencil(stage.size).polygon(smooth(heart, 10)).mask(), radius * 0.008)
        paint(picture, foam if index % 2 == 0 else rgb("9A6238"), scaled(mask, 0.93))


def _rounds(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    rng, palette = stage.rng, stage.palette
    tones = [*palette.accents, palette.light, palette.sky[0]]
    for index in range(44):
        reach = radius * 0.86 * (1 - index / 60) * rng.uniform(0.55, 1.0)
        angle, size = index * 2.39996, radius * rng.uniform(0.1, 0.19)
        x, y = centre[0] + math.cos(angle) * reach, centre[1] + math.sin(angle) * reach
        side = max(4, round(size * 3))
        left, top = round(x - side / 2), round(y - side / 2)
        middle = (side / 2, side / 2)
        mask = Stencil((side, side)).ellipse(middle, size, size).mask()
        drop = soft(ImageChops.offset(mask, round(size * 0.2), round(size * 0.25)), size * 0.2)
        paint(picture, palette.near, scaled(drop, 0.4), (left, top))
        tone = tones[rng.randrange(len(tones))]
        look = Image.new("RGB", (side, side), mix(tuned(tone, -0.12), palette.near, 0.25))
        lamp = (middle[0] - size * 0.35, middle[1] - size * 0.4)
        glow(look, lamp, size * 1.7, tone, 1.0)
        glow(look, lamp, size * 0.7, mix(tone, palette.light, 0.6), 0.75)
        picture.paste(look, (left, top), mask)


def _chopsticks(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    if stage.says("coffee", "latte", "cappuccino", "espresso", "tea", "pasta", "salad", "fruit"):
        return
    stencil = Stencil(stage.size)
    for shift in (0.0, 0.11):
        x = centre[0] + radius * (1.13 + shift)
        stick = [
            (x - radius * 0.012, centre[1] - radius * 1.05),
            (x + radius * 0.012, centre[1] - radius * 1.05),
            (x + radius * 0.03, centre[1] + radius * 1.05),
            (x - radius * 0.03, centre[1] + radius * 1.05),
        ]
        stencil.polygon(turned(stick, 4 + shift * 20, (x, centre[1])))
    mask = stencil.mask()
    _cast(stage, picture, mask, 0.5)
    paint(picture, mix(stage.palette.near, rgb("7A4424"), 0.5), mask)
