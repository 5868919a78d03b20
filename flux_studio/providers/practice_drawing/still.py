"""Practice still lifes: bottles, vases and products on a ledge or plinth in studio light."""

from __future__ import annotations

import re

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
from flux_studio.providers.practice_drawing.lathe import Body, turn
from flux_studio.providers.practice_drawing.palette import Rgb, lightness, mix, tuned

_NUMBERS = {
    **{"one": 1, "single": 1, "a": 1, "an": 1, "two": 2, "pair": 2, "three": 3, "trio": 3},
    **{"four": 4, "five": 5, "six": 6, "several": 4, "some": 3},
}
_KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("perfume", "fragrance", "cologne", "serum"), ("perfume",)),
    (("vase", "vases", "ceramic", "ceramics", "pottery", "amphora"), ("vase", "urn", "vase")),
    (("jar", "jars", "cream", "cosmetic", "cosmetics", "skincare", "honey"), ("jar", "perfume")),
    (("can", "cans", "soda"), ("can",)),
    (("cup", "cups", "mug", "mugs", "teacup"), ("cup",)),
    (("candle", "candles"), ("candle",)),
    (("sphere", "spheres", "ball", "balls", "orb", "marble"), ("ball",)),
    (("apple", "orange", "oranges", "apples", "peach", "peaches", "lemon", "lemons"), ("ball",)),
    (("bottle", "bottles", "wine", "glass", "whisky", "oil"), ("bottle", "slim", "flask")),
)
_WET_WORDS = ("wet", "glossy", "mirror", "water", "reflection", "reflections", "rain", "marble")
_ROUGH_WORDS = ("basalt", "stone", "rock", "concrete", "slate", "sand", "wood", "wooden")
_QUOTED = re.compile(r"[\"“«]([^\"”»]{1,14})[\"”»]")


def _kinds(stage: Stage) -> tuple[str, ...]:
    for names, kinds in _KINDS:
        if stage.says(*names):
            return kinds
    rng = stage.rng
    return rng.choice([("bottle", "slim", "flask"), ("vase", "urn", "slim"), ("bottle", "perfume")])


def _count(stage: Stage) -> int:
    text = stage.prompt.lower().split()
    nouns = {name for names, _ in _KINDS for name in names}
    for place, word in enumerate(text):
        if word.strip(",.;:") in nouns:
            for before in reversed(text[max(0, place - 3) : place]):
                if before in _NUMBERS:
                    return _NUMBERS[before]
    if stage.says("product", "perfume", "hero", "can"):
        return 1
    if any(name.endswith("s") and name in stage.words for name in nouns - {"glass", "ceramics"}):
        return stage.rng.choice([3, 3, 4])
    return stage.rng.choice([1, 2, 3, 3])


def _room(stage: Stage, level: float, side: int) -> Image.Image:
    """The wall above `level` px and the ledge below, lit from one side (-1 left, 1 right)."""
    palette = stage.palette
    top, middle, low = palette.sky
    picture = ramp(
        stage.size, [(0, top), (level / stage.height * 0.6, middle), (0.85, low), (1, low)]
    )
    lamp = (stage.width * (0.5 + 0.34 * side), level - stage.unit * 0.38)
    glow(picture, lamp, stage.unit * 0.95, mix(low, palette.light, 0.6), 0.5)
    away = (stage.width * (0.5 - 0.62 * side), stage.height * 0.1)
    glow(picture, away, stage.unit * 1.0, tuned(top, -0.08), 0.4)
    wall = clouds(stage.size, stage.rng, 5, 4)
    paint(picture, palette.light, scaled(wall, 0.05))
    return picture


def _ledge(stage: Stage, picture: Image.Image, level: int, side: int) -> None:
    palette = stage.palette
    size = (stage.width, stage.height - level)
    rough = stage.says(*_ROUGH_WORDS)
    dark = stage.says("basalt", "slate", "black", "night") or lightness(palette.sky[1]) < 0.45
    share = 0.72 if dark else 0.38
    back = mix(palette.sky[2], palette.far, 0.75)
    front = mix(palette.far, palette.near, share)
    if dark:
        back = mix(palette.far, palette.near, 0.45)
    body = ramp(size, [(0, back), (0.35, mix(back, front, 0.6)), (1, front)])
    if rough:
        grit = clouds(size, stage.rng, 70, 3).point([min(255, int(t * 0.7)) for t in range(256)])
        veins = clouds(size, stage.rng, 12, 4)
        body.paste(tuned(front, -0.07), (0, 0), scaled(grit, 0.8))
        body.paste(tuned(back, 0.06), (0, 0), scaled(veins, 0.35))
    picture.paste(body, (0, level))
    spot = (stage.width * (0.5 + 0.2 * side), size[1] * 0.15)
    lit = mix(palette.sky[2], palette.light, 0.5)
    paint(picture, lit, radial(size, spot, stage.unit * 0.62, 88), (0, level))
    line = Stencil((stage.width, 8)).box(0, 2, stage.width, 2 + max(1.0, stage.unit * 0.003)).mask()
    paint(picture, mix(back, palette.light, 0.5), scaled(soft(line, 0.8), 0.5), (0, level - 3))


def _bodies(stage: Stage, side: int) -> list[Body]:
    rng, palette, unit = stage.rng, stage.palette, stage.unit
    kinds, count = _kinds(stage), min(6, _count(stage))
    room = min(0.8 * stage.width, unit * 1.15)
    tall = unit * (0.62 if count == 1 else 0.58 if count < 4 else 0.5)
    quoted = _QUOTED.search(stage.prompt)
    colours = list(palette.accents)
    if rng.random() < 0.5:
        colours.reverse()
    glass = stage.says("glass", "bottle", "bottles", "perfume", "oil", "wine") or rng.random() < 0.4
    bodies: list[Body] = []
    for index in range(count):
        kind = kinds[(index + rng.randrange(len(kinds))) % len(kinds)]
        height = tall * (rng.uniform(0.68, 1.0) if count > 1 else 1.0) * _stature(kind)
        colour = colours[index % 3]
        labelled = index == count // 2 and (quoted or stage.says("label", "product"))
        bodies.append(
            Body(
                kind=kind,
                height=max(6.0, height),
                colour=colour,
                light=mix(palette.light, (255, 255, 255), 0.15),
                dark=mix(tuned(colour, -0.3, 0.8), palette.near, 0.5),
                side=side,
                glass=glass and kind not in ("candle", "can", "cup", "urn", "vase"),
                label=mix(palette.light, colour, 0.08) if labelled else None,
                text=quoted[1].strip() if quoted and labelled else "",
            )
        )
    total = sum(body.width for body in bodies) * 1.18
    return bodies if total <= room else [_shrunk(body, room / total) for body in bodies]


def _stature(kind: str) -> float:
    return {"flask": 0.62, "urn": 0.68, "jar": 0.58, "perfume": 0.72, "cup": 0.44, "ball": 0.42,
            "candle": 0.7, "can": 0.72, "vase": 0.86}.get(kind, 1.0)  # fmt: skip


def _shrunk(body: Body, share: float) -> Body:
    return Body(
        body.kind, max(6.0, body.height * share), body.colour, body.light, body.dark,
        body.side, body.glass, body.label, body.text,
    )  # fmt: skip


def _places(stage: Stage, bodies: list[Body], floor: float) -> list[Point]:
    """Where each foot stands in px: side by side, a little overlapping, at several depths."""
    rng = stage.rng
    gap = stage.unit * (0.035 if len(bodies) < 4 else 0.012)
    total = sum(body.width for body in bodies) + gap * (len(bodies) - 1)
    x = stage.width / 2 - total / 2
    places: list[Point] = []
    for body in bodies:
        depth = rng.uniform(-0.018, 0.022) if len(bodies) > 1 else 0.0
        places.append((x + body.width / 2, floor + depth * stage.unit))
        x += body.width + gap
    return places


def _shadow(stage: Stage, picture: Image.Image, body: Body, foot: Point) -> None:
    """The shadow a body throws away from the light, sharp at its foot and soft at its end."""
    x, y = foot
    unit, dark = stage.unit, mix(stage.palette.near, stage.palette.far, 0.12)
    radius = body.width / 2
    reach = min(body.height * 0.75, unit * 0.42)
    tip = (x - body.side * reach, y + unit * 0.028)
    left, top = round(min(tip[0], x) - radius * 2), round(y - radius)
    size = (round(abs(tip[0] - x) + radius * 4), max(2, round(radius * 2 + unit * 0.05)))
    x, y, end = x - left, y - top, (tip[0] - left, tip[1] - top)
    cast = Stencil(size)
    cast.polygon([(x, y - radius * 0.16), (end[0], end[1] - radius * 0.2),
                  (end[0], end[1] + radius * 0.14), (x, y + radius * 0.16)])  # fmt: skip
    cast.ellipse(end, radius * 0.7, radius * 0.17).ellipse((x, y), radius * 0.98, radius * 0.17)
    along = fade(size, sorted([(x / size[0], 255), (end[0] / size[0], 60)]), True)
    wide = ImageChops.multiply(soft(cast.mask(), unit * 0.018), along)
    paint(picture, dark, scaled(wide, 0.5), (left, top))
    contact = Stencil(size).ellipse((x, y + radius * 0.02), radius * 0.95, radius * 0.1)
    close = scaled(soft(contact.mask(), unit * 0.006), 0.72)
    paint(picture, tuned(dark, -0.05), close, (left, top))


def _mirrored(
    stage: Stage, picture: Image.Image, look: Image.Image, mask: Image.Image, foot: Point
) -> None:
    wet = stage.says(*_WET_WORDS)
    if wet:
        strength, reach, blur = 0.5, 0.75, 0.004
    else:
        strength, reach, blur = 0.16, 0.4, 0.008
    flip = look.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    ghost = ImageChops.multiply(
        mask.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        fade(mask.size, [(0, round(255 * strength)), (reach, 0), (1, 0)]),
    )
    place = (round(foot[0] - look.width / 2), round(foot[1] - look.width * 0.03))
    picture.paste(soft_picture(flip, stage.unit * blur), place, soft(ghost, stage.unit * blur))


def soft_picture(picture: Image.Image, radius: float) -> Image.Image:
    """An RGB picture blurred by `radius` px."""
    return Image.merge("RGB", [soft(band, radius) for band in picture.split()])


def _plinth(stage: Stage, picture: Image.Image, floor: float, wide: float, side: int) -> None:
    """A round studio plinth whose top lies at `floor` px."""
    palette, x = stage.palette, stage.width / 2
    rx, ry = wide / 2, wide * 0.075
    foot = min(stage.height + ry, floor + stage.unit * 0.22)
    pale = mix(palette.sky[2], palette.light, 0.45)
    dim = mix(palette.far, palette.sky[1], 0.35)
    drum = Stencil(stage.size).box(x - rx, floor, x + rx, foot).ellipse((x, foot), rx, ry).mask()
    drop = Stencil(stage.size).ellipse((x - side * rx * 0.5, foot), rx * 1.35, ry * 1.3).mask()
    paint(picture, palette.near, scaled(soft(drop, stage.unit * 0.03), 0.45))
    edges = [(0.0, dim), (0.35, mix(dim, pale, 0.35)), (0.78, pale), (1.0, mix(pale, dim, 0.4))]
    if side < 0:
        edges = [(1 - place, colour) for place, colour in reversed(edges)]
    shade = picture.copy()
    wall = ramp((max(2, round(wide)), max(2, round(foot + ry - floor))), edges, True)
    shade.paste(wall, (round(x - rx), round(floor)))
    picture.paste(shade, (0, 0), drum)
    top = Stencil(stage.size).ellipse((x, floor), rx, ry).mask()
    paint(picture, mix(pale, palette.light, 0.4), top)


def _windowlight(stage: Stage, picture: Image.Image, level: float, side: int) -> None:
    """The slanted light of a window lying on the wall."""
    unit = stage.unit
    x, y = stage.width * (0.5 - side * 0.12), level - unit * 0.62
    panes = Stencil(stage.size)
    for column in range(2):
        for row in range(2):
            left, top = x + column * unit * 0.2, y + row * unit * 0.25
            lean = unit * 0.1 * side
            panes.polygon([(left, top), (left + unit * 0.18, top + lean * 0.4),
                           (left + unit * 0.18, top + unit * 0.22 + lean * 0.4),
                           (left, top + unit * 0.22)])  # fmt: skip
    mask = soft(panes.mask(), unit * 0.012)
    paint(picture, stage.palette.light, scaled(mask, 0.28))


def still_life(stage: Stage) -> Image.Image:
    """Things on a ledge, or on a plinth when there is one thing or the words ask for it."""
    rng = stage.rng
    side = rng.choice([-1, 1])
    level = round(stage.height * rng.uniform(0.66, 0.73))
    picture = _room(stage, level, side)
    bodies = _bodies(stage, side)
    ledge = stage.says("ledge", "shelf", "table", *_ROUGH_WORDS)
    raised = stage.says("plinth", "pedestal", "podium", "product") or (
        len(bodies) == 1 and not ledge and rng.random() < 0.6
    )
    if stage.says("window") or (not raised and rng.random() < 0.3):
        _windowlight(stage, picture, level, side)
    _ledge(stage, picture, level, side)
    floor = level + (stage.height - level) * (0.26 if not raised else 0.05)
    if raised:
        wide = max(sum(body.width for body in bodies) * 1.5, stage.unit * 0.42)
        _plinth(stage, picture, floor, min(wide, stage.width * 0.9), side)
    standing = sorted(
        zip(bodies, _places(stage, bodies, floor), strict=True), key=lambda pair: pair[1][1]
    )
    for body, foot in standing:
        _shadow(stage, picture, body, foot)
    for body, foot in standing:
        look, mask = turn(body)
        if not raised:
            _mirrored(stage, picture, look, mask, foot)
        left, top = round(foot[0] - look.width / 2), round(foot[1] - look.height + 2)
        picture.paste(look, (left, top), mask)
        if body.kind == "candle":
            _flame(stage, picture, (foot[0], float(top)))
    return picture


def _flame(stage: Stage, picture: Image.Image, at: Point) -> None:
    x, y = at
    unit = stage.unit
    warm: Rgb = (255, 214, 140)
    glow(picture, (x, y - unit * 0.03), unit * 0.28, warm, 0.6)
    shape = [(x, y - unit * 0.075), (x + unit * 0.012, y - unit * 0.03), (x, y - unit * 0.008),
             (x - unit * 0.012, y - unit * 0.03)]  # fmt: skip
    mask = soft(Stencil(stage.size).polygon(shape).mask(), unit * 0.004)
    paint(picture, (255, 246, 214), mask)
