"""Practice landscapes: hills, mountains, sea, forest and a lighthouse, under sun or moon."""

from __future__ import annotations

import math
from random import Random

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
    soft,
)
from flux_studio.providers.practice_drawing.palette import NIGHT_WORDS, Rgb, lightness, mix, tuned

_MIST_WORDS = ("mist", "misty", "fog", "foggy", "haze", "hazy", "cloud", "clouds")
_SEA_WORDS = ("sea", "ocean", "beach", "coast", "lake", "island", "wave", "waves", "water", "shore")
_PEAK_WORDS = ("mountain", "mountains", "peak", "peaks", "alps", "summit", "snow", "cliff")
_TREE_WORDS = ("forest", "tree", "trees", "pine", "pines", "wood", "woods", "fox", "wolf", "deer")


def is_night(stage: Stage) -> bool:
    """Whether the prompt asks for night."""
    return bool(stage.words & NIGHT_WORDS)


def sky(stage: Stage, horizon: float = 1.0) -> Image.Image:
    """The air: a gradient that ends at `horizon` (share of the height), with faint cloud."""
    top, middle, low = stage.palette.sky
    stops = [(0.0, top), (horizon * 0.5, middle), (horizon, low), (1.01, low)]
    picture = ramp(stage.size, stops)
    # Drawn narrow and pulled wide: cloud lies in long banks.
    narrow = (max(2, stage.width // 3), stage.height)
    veil = clouds(narrow, stage.rng, 5, 4).resize(stage.size, Image.Resampling.BICUBIC)
    veil = veil.point([max(0, min(255, (tone - 118) * 2)) for tone in range(256)])
    paint(picture, mix(low, stage.palette.light, 0.5), scaled(veil, 0.2))
    if is_night(stage):
        _stars(stage, picture, horizon)
    return picture


def _stars(stage: Stage, picture: Image.Image, horizon: float) -> None:
    rng, stencil = stage.rng, Stencil(stage.size)
    for _ in range(110):
        at = (rng.uniform(0, stage.width), stage.height * horizon * rng.random() ** 1.5)
        size = stage.unit * rng.choice([0.0006, 0.0009, 0.0009, 0.0016])
        stencil.ellipse(at, max(0.4, size), max(0.4, size), rng.randrange(70, 230))
    paint(picture, (255, 250, 236), stencil.mask())


def disc(stage: Stage, picture: Image.Image, centre: Point, radius: float) -> None:
    """The sun or moon with the light round it."""
    light = stage.palette.light
    night = is_night(stage)
    glow(picture, centre, radius * 7, mix(light, stage.palette.sky[2], 0.45), 0.5)
    glow(picture, centre, radius * 2.6, light, 0.42 if night else 0.55)
    face = Stencil(stage.size).ellipse(centre, radius, radius).mask()
    paint(picture, light, soft(face, radius * 0.012))
    if night:
        marks = clouds(stage.size, stage.rng, max(stage.size) / radius * 1.1, 2)
        marks = marks.point([max(0, min(90, (tone - 120) * 2)) for tone in range(256)])
        paint(picture, tuned(light, -0.12, 0.8), ImageChops.multiply(marks, face))


def ridge(
    stage: Stage, level: float, swing: float, waves: float, rough: float, sharp: bool = False
) -> list[Point]:
    """A skyline in px: `swing` px up and down round `level` px, `waves` bumps across.

    A `sharp` one is folded at its middle, which makes crests of what were slopes.
    """
    width = stage.width
    count = max(24, min(420, width // 3))
    heights = [0.0] * (count + 1)
    strength, total = 1.0, 0.0
    for _ in range(6):
        octave = [0.0] * (count + 1)
        _add_waves(octave, waves, strength, stage.rng)
        if sharp:
            octave = [strength * 0.8 - 1.7 * abs(height) for height in octave]
        heights = [height + more for height, more in zip(heights, octave, strict=True)]
        total += strength
        strength, waves = strength * rough, waves * 2.03
    scale = swing / total * 1.7
    return [(i * width / count, level - height * scale) for i, height in enumerate(heights)]


def _add_waves(heights: list[float], waves: float, strength: float, rng: Random) -> None:
    lattice = [rng.uniform(-1, 1) for _ in range(int(waves) + 3)]
    start = rng.random()
    last = len(heights) - 1
    for index in range(len(heights)):
        place = start + index / last * waves
        cell = int(place)
        share = place - cell
        share = share * share * (3 - 2 * share)
        heights[index] += strength * (lattice[cell] * (1 - share) + lattice[cell + 1] * share)


def land(
    stage: Stage, picture: Image.Image, line: list[Point], colours: tuple[Rgb, Rgb], rough: float
) -> None:
    """Fill below a skyline: the first colour along the crest, the second in the valley mist."""
    top = max(0, min(stage.height - 2, int(min(y for _, y in line)) - 1))
    size = (stage.width, stage.height - top)
    local = [(x, y - top) for x, y in line]
    mask = Stencil(size).polygon([*local, (stage.width, size[1]), (0, size[1])]).mask()
    crest, valley = colours
    depth = min(1.0, stage.unit * 0.42 / size[1])
    body = ramp(size, [(0.0, crest), (depth, valley), (1.01, valley)])
    shade = ramp(size, [(0.0, tuned(crest, -0.07)), (depth, tuned(valley, -0.05)), (1.01, valley)])
    field = clouds(size, stage.rng, 9, 4)
    field = field.point([max(0, min(255, int((t - 128) * 2.2 * rough + 110))) for t in range(256)])
    picture.paste(Image.composite(shade, body, field), (0, top), mask)
    rim = ImageChops.subtract(mask, ImageChops.offset(mask, 0, max(1, round(stage.unit * 0.004))))
    rim = ImageChops.multiply(soft(rim, stage.unit * 0.0022), mask)
    paint(picture, mix(crest, stage.palette.light, 0.5), scaled(rim, 0.28), (0, top))


def _layer_colours(stage: Stage, share: float) -> tuple[Rgb, Rgb]:
    """Colours of a layer, 0 the farthest and 1 the nearest: air lies between it and the eye."""
    palette = stage.palette
    haze = mix(palette.sky[2], palette.far, 0.45)
    crest = mix(haze, palette.far, min(1.0, share * 2.4 + 0.12))
    crest = mix(crest, palette.near, max(0.0, share - 0.12) ** 1.15 * 0.92)
    valley = mix(crest, mix(palette.sky[2], palette.far, 0.35), 0.42 * (1 - share) + 0.04)
    return crest, valley


def hills(stage: Stage) -> Image.Image:
    """Ridge behind ridge, paler with distance; peaks and woods when the words ask for them."""
    rng, unit = stage.rng, stage.unit
    horizon = rng.uniform(0.5, 0.62)
    picture = sky(stage, horizon + 0.08)
    peaks = stage.says(*_PEAK_WORDS) or (not stage.says("hills", "hill") and rng.random() < 0.3)
    low = stage.says("low", "sunset", "sunrise", "last")
    radius = unit * rng.uniform(0.075, 0.125)
    height = horizon - rng.uniform(0.08, 0.13) if low else rng.uniform(0.2, 0.34)
    disc(stage, picture, (stage.width * rng.uniform(0.3, 0.72), stage.height * height), radius)
    count = rng.choice([5, 6, 6, 7])
    wide = max(1.0, stage.width / unit)
    for index in range(count):
        share = index / (count - 1)
        level = stage.height * (horizon + (1.0 - horizon) * share**1.05 * 0.84)
        swing = unit * ((0.17 if peaks else 0.105) * (1 - share * 0.45)) * rng.uniform(0.8, 1.2)
        waves = (1.6 + share * 1.3) * wide
        line = ridge(stage, level, swing, waves, 0.46 if peaks else 0.44, peaks)
        if stage.says(*_TREE_WORDS) and share > 0.3:
            line = _wooded(stage, line, unit * (0.012 + 0.085 * share**1.6))
        land(stage, picture, line, _layer_colours(stage, share), 1.0 if peaks else 0.8)
        mist = 0.5 if stage.says(*_MIST_WORDS) else 0.2
        fog(stage, picture, level + unit * 0.07, unit * 0.13, mist * (1 - share * 0.8))
    return picture


def fog(stage: Stage, picture: Image.Image, level: float, depth: float, share: float) -> None:
    """A bank of mist lying across the picture at `level` px."""
    top, bottom = round(level - depth), round(level + depth)
    top, bottom = max(0, top), min(stage.height, bottom)
    if bottom - top < 4 or share <= 0.02:
        return
    size = (stage.width, bottom - top)
    body = fade(size, [(0, 0), (0.5, 255), (1, 0)])
    drift = clouds(size, stage.rng, 5, 3).point([min(255, int(t * 1.5)) for t in range(256)])
    mist = mix(stage.palette.sky[2], stage.palette.light, 0.3)
    paint(picture, mist, scaled(ImageChops.multiply(body, drift), share), (0, top))


def _wooded(stage: Stage, line: list[Point], tall: float) -> list[Point]:
    """The skyline with a row of firs standing on it."""
    rng = stage.rng
    trees: list[Point] = []
    x = 0.0
    width = max(2.0, tall * 0.36)
    while x < stage.width + width:
        ground = line[min(len(line) - 1, int(x / stage.width * (len(line) - 1)))][1]
        size = tall * rng.uniform(0.35, 1.25)
        trees.extend(_fir(x, ground + tall * 0.2, size))
        x += width * rng.uniform(0.5, 1.5)
    return trees


def _fir(x: float, ground: float, tall: float) -> list[Point]:
    half, tiers = tall * 0.19, 5
    left: list[Point] = [(x - half * 0.6, ground)]
    right: list[Point] = []
    for tier in range(tiers):
        up = tier / tiers
        reach = half * (1 - up)
        left += [(x - reach, ground - tall * (up * 0.9 + 0.1))]
        left += [(x - reach * 0.5, ground - tall * (up * 0.9 + 0.17))]
    for px, py in reversed(left):
        right.append((2 * x - px, py))
    return [*left, (x, ground - tall * 1.08), *right]


def sea(stage: Stage) -> Image.Image:
    """Open water to a straight horizon, the light broken on it, sometimes far islands."""
    rng, unit = stage.rng, stage.unit
    level = rng.uniform(0.52, 0.64)
    horizon = round(stage.height * level)
    picture = sky(stage, level)
    centre = (stage.width * rng.uniform(0.3, 0.7), horizon - unit * rng.uniform(0.02, 0.22))
    radius = unit * rng.uniform(0.08, 0.13)
    disc(stage, picture, centre, radius)
    for index in range(rng.choice([1, 2, 2, 3])):
        swing = unit * rng.uniform(0.03, 0.075) * (1 - index * 0.2)
        line = _island(stage, horizon, swing)
        land(stage, picture, line, _layer_colours(stage, 0.12 + index * 0.16), 0.7)
    _water(stage, picture, horizon, (centre[0], radius))
    fog(stage, picture, horizon, unit * 0.06, 0.55 if stage.says(*_MIST_WORDS) else 0.25)
    if rng.random() < 0.75 or stage.says("cliff", "coast", "shore", "beach"):
        line = ridge(stage, stage.height * 0.97, unit * 0.08, 1.4, 0.46)
        land(stage, picture, line, _layer_colours(stage, 0.98), 1.0)
    return picture


def _island(stage: Stage, horizon: float, swing: float) -> list[Point]:
    line = ridge(stage, 0, swing, 1.7 * max(1.0, stage.width / stage.unit), 0.46)
    middle, reach = stage.rng.uniform(-0.1, 1.1) * stage.width, stage.width * 0.5
    crest: list[Point] = []
    for x, y in line:
        share = max(0.0, 1 - (abs(x - middle) / reach) ** 2)
        crest.append((x, horizon + 1 - max(0.0, (swing * 0.8 - y) * share)))
    return crest


def _water(stage: Stage, picture: Image.Image, horizon: int, sun: Point) -> None:
    palette, rng = stage.palette, stage.rng
    size = (stage.width, max(2, stage.height - horizon))
    near = mix(palette.far, palette.near, 0.55)
    stops = [(0.0, mix(palette.sky[2], palette.far, 0.3)), (0.25, palette.far), (1.0, near)]
    picture.paste(ramp(size, stops), (0, horizon))
    dark, pale = Stencil(size), Stencil(size)
    for _ in range(420):
        depth = rng.random() ** 1.7
        y, length = depth * size[1], stage.unit * (0.012 + 0.10 * depth) * rng.uniform(0.5, 1.6)
        x, thick = rng.uniform(-length, stage.width), max(0.5, stage.unit * 0.0042 * depth + 0.4)
        _ripple(rng.choice([dark, dark, pale]), (x, y), length, thick)
    paint(picture, near, scaled(dark.mask(), 0.34), (0, horizon))
    paint(picture, palette.sky[2], scaled(pale.mask(), 0.3), (0, horizon))
    glint = Stencil(size)
    for _ in range(190):
        depth = rng.random() ** 1.25
        reach = sun[1] * (0.75 + 1.3 * depth)
        x = sun[0] + rng.gauss(0, 0.5) * reach
        length = sun[1] * rng.uniform(0.1, 0.9) * (0.4 + depth)
        thick = max(0.6, stage.unit * (0.001 + 0.0036 * depth))
        _ripple(glint, (x - length / 2, depth * size[1]), length, thick)
    mask = glint.mask()
    paint(picture, palette.light, scaled(soft(mask, stage.unit * 0.012), 0.6), (0, horizon))
    paint(picture, palette.light, scaled(mask, 0.85), (0, horizon))


def _ripple(stencil: Stencil, start: Point, length: float, thick: float) -> None:
    x, y = start
    upper = [(x + length * i / 8, y - thick * math.sin(math.pi * i / 8)) for i in range(9)]
    lower = [(px, 2 * y - py) for px, py in reversed(upper)]
    stencil.polygon([*upper, *lower])


def lighthouse(stage: Stage) -> Image.Image:
    """A tower on a headland with its beam through the haze."""
    rng, unit, palette = stage.rng, stage.unit, stage.palette
    level = rng.uniform(0.6, 0.72)
    picture = sky(stage, level)
    horizon = round(stage.height * level)
    side = rng.choice([-1, 1])
    x = stage.width * (0.5 + side * rng.uniform(0.06, 0.2))
    pale = (stage.width * (0.5 - side * rng.uniform(0.12, 0.32)), unit * 0.075)
    disc(stage, picture, (pale[0], stage.height * rng.uniform(0.16, 0.4)), pale[1])
    _water(stage, picture, horizon, pale)
    fog(stage, picture, horizon, unit * 0.12, 0.8)
    base = horizon + unit * 0.08
    top = base - unit * rng.uniform(0.38, 0.52)
    lamp = (x, top - unit * 0.022)
    _beam(stage, picture, lamp, -side)
    _headland(stage, picture, x, base + unit * 0.01, side)
    _tower(stage, picture, (x, base + unit * 0.03), top, -side)
    glow(picture, lamp, unit * 0.24, palette.light, 0.75)
    paint(picture, (255, 252, 240), radial(stage.size, lamp, unit * 0.05, 255))
    for level, share in ((0.72, 0.55), (0.84, 0.5), (0.96, 0.4)):
        fog(stage, picture, stage.height * level, unit * 0.13, share)
    return picture


def _beam(stage: Stage, picture: Image.Image, lamp: Point, side: int) -> None:
    reach, unit = stage.width * 1.2, stage.unit
    for way, share in ((side, 0.6), (-side, 0.3)):
        far = lamp[0] + way * reach
        shape = [lamp, (far, lamp[1] - unit * 0.26), (far, lamp[1] + unit * 0.1)]
        mask = soft(Stencil(stage.size).polygon(shape).mask(), unit * 0.012)
        mask = ImageChops.multiply(mask, radial(stage.size, lamp, stage.width * 0.95))
        paint(picture, stage.palette.light, scaled(mask, share))


def _headland(stage: Stage, picture: Image.Image, x: float, level: float, side: int) -> None:
    line = ridge(stage, 0, stage.unit * 0.03, 5, 0.55)
    crest: list[Point] = []
    for px, y in line:
        away = (x - px) * side / stage.unit
        drop = max(0.0, away - 0.1) ** 1.25 * 0.95 - max(0.0, -away) * 0.06
        crest.append((px, level + y * 0.5 + drop * stage.unit))
    land(stage, picture, crest, _layer_colours(stage, 0.8), 1.2)


def _tower(stage: Stage, picture: Image.Image, foot: Point, top: float, side: int) -> None:
    unit, palette = stage.unit, stage.palette
    wide, slim = unit * 0.052, unit * 0.034
    x, base = foot
    shape = [(x - slim, top), (x + slim, top), (x + wide, base), (x - wide, base)]
    mask = Stencil(stage.size).polygon(shape).mask()
    pale = mix(palette.light, (255, 255, 255), 0.3)
    dim = mix(pale, palette.far, 0.68)
    edges = (pale, dim) if side < 0 else (dim, pale)
    box = (round(x - wide), round(top), max(2, round(wide * 2)), max(2, round(base - top)))
    shade = ramp((box[2], box[3]), [(0, edges[0]), (0.4, mix(pale, dim, 0.4)), (1, edges[1])], True)
    body = picture.copy()
    body.paste(shade, box[:2])
    picture.paste(body, (0, 0), mask)
    accent = max(palette.accents, key=lambda c: abs(lightness(c) - 0.9))
    bands = Stencil(stage.size)
    for index in (1, 3):
        y, tall = top + (base - top) * (index / 5 + 0.02), (base - top) * 0.17
        bands.box(x - wide, y, x + wide, y + tall)
    paint(picture, accent, scaled(ImageChops.multiply(bands.mask(), mask), 0.82))
    _lantern(stage, picture, (x, top), slim)


def _lantern(stage: Stage, picture: Image.Image, at: Point, slim: float) -> None:
    x, top = at
    unit, dark = stage.unit, mix(stage.palette.near, stage.palette.far, 0.15)
    room = Stencil(stage.size).box(x - slim * 0.62, top - unit * 0.045, x + slim * 0.62, top).mask()
    paint(picture, stage.palette.light, room)
    iron = Stencil(stage.size).box(x - slim * 1.45, top - unit * 0.006, x + slim * 1.45, top + 3)
    roof = [(x - slim * 0.95, top - unit * 0.042), (x + slim * 0.95, top - unit * 0.042)]
    iron.polygon(
        [*roof, (x + slim * 0.2, top - unit * 0.075), (x - slim * 0.2, top - unit * 0.075)]
    )
    iron.line([(x, top - unit * 0.07), (x, top - unit * 0.1)], unit * 0.004)
    for share in (-0.62, 0.0, 0.62):
        iron.line([(x + slim * share, top), (x + slim * share, top - unit * 0.045)], unit * 0.003)
    paint(picture, dark, iron.mask())


def landscape(stage: Stage) -> Image.Image:
    """The landscape that the words ask for."""
    if stage.says("lighthouse"):
        return lighthouse(stage)
    if stage.says(*_SEA_WORDS):
        return sea(stage)
    if stage.says("landscape") and stage.rng.random() < 0.3:
        return sea(stage)
    return hills(stage)
