"""Practice edits: the given pictures, cropped, graded and treated as the instruction asks."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from flux_studio.providers.practice_drawing.canvas import (
    Point,
    Stage,
    Stencil,
    clouds,
    fade,
    glow,
    paint,
    ramp,
    scaled,
    soft,
    vignette,
)
from flux_studio.providers.practice_drawing.palette import (
    COLOUR_WORDS,
    GREY_WORDS,
    NIGHT_WORDS,
    Palette,
    Rgb,
    lightness,
    mix,
    named_colours,
    tuned,
)

_WARM_WORDS = ("warm", "warmer", "summer", "golden", "sunset", "autumn", "cosy", "cozy", "dusk")
_COLD_WORDS = ("cold", "colder", "cool", "cooler", "winter", "ice", "icy", "snow", "frozen")
_MIST_WORDS = ("mist", "misty", "fog", "foggy", "haze", "hazy", "smoke", "cloud", "clouds")
_TREATMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("halftone", ("halftone", "print", "comic", "newspaper", "dots", "risograph", "screenprint")),
    (
        "poster",
        ("poster", "posterised", "posterized", "flat", "cutout", "vector", "graphic", "bold"),
    ),
    (
        "brush",
        ("painting", "painted", "paint", "oil", "brush", "watercolour", "watercolor", "gouache"),
    ),
    ("sketch", ("sketch", "drawing", "pencil", "ink", "line", "lines", "charcoal", "engraving")),
)


def opened(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The picture in `data` (PNG, JPEG or WebP) upright, RGB, cropped to cover `size` px."""
    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as source:
        source.draft("RGB", (size[0] * 2, size[1] * 2))  # JPEG: decode no more than is needed
        upright = ImageOps.exif_transpose(source)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            ground = Image.new("RGBA", layer.size, (236, 234, 230, 255))
            upright = Image.alpha_composite(ground, layer)
        return ImageOps.fit(upright.convert("RGB"), size, Image.Resampling.BICUBIC)


def _tones(palette: Palette) -> list[tuple[float, Rgb]]:
    """The palette as a scale from shadow to light."""
    body = mix(palette.sky[1], palette.sky[0], 0.35)
    level = min(0.68, max(0.36, lightness(body)))
    body = tuned(body, level - lightness(body))
    low = tuned(palette.sky[2], max(0.0, 0.8 - lightness(palette.sky[2])))
    dark = mix(palette.near, palette.sky[0], 0.12)
    return [(0.0, dark), (0.48, body), (0.78, mix(body, low, 0.75)), (1.0, palette.light)]


def toned(picture: Image.Image, scale: list[tuple[float, Rgb]]) -> Image.Image:
    """The picture in the colours of a scale, by its luminance."""
    strip = ramp((256, 1), scale, across=True)
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=0.5)
    red, green, blue = strip.split()
    tables = (list(band.tobytes()) for band in (red, green, blue))
    return Image.merge("RGB", [grey.point(table) for table in tables])


def _says_colour(stage: Stage) -> bool:
    return bool(stage.words & COLOUR_WORDS.keys() or named_colours(stage.prompt).every)


def graded(stage: Stage, picture: Image.Image) -> Image.Image:
    """The picture in the light and colour of the instruction."""
    strong = _says_colour(stage)
    if stage.words & GREY_WORDS or {"black", "white"} <= stage.words:
        grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
        return ImageEnhance.Contrast(grey.convert("RGB")).enhance(1.12)
    share = 0.72 if strong else 0.5
    result = Image.blend(picture, toned(picture, _tones(stage.palette)), share)
    if stage.says(*_WARM_WORDS):
        result = _gained(result, (1.12, 1.01, 0.80))
    if stage.says(*_COLD_WORDS):
        result = _gained(result, (0.82, 0.98, 1.16))
    if stage.words & NIGHT_WORDS:
        result = _gained(ImageEnhance.Color(result).enhance(0.7), (0.48, 0.55, 0.82))
    return result


def _gained(picture: Image.Image, gains: tuple[float, float, float]) -> Image.Image:
    table = [min(255, round(tone * gain)) for gain in gains for tone in range(256)]
    return picture.point(table)


def _treatment(stage: Stage) -> str:
    for name, names in _TREATMENTS:
        if stage.says(*names):
            return name
    plain = {*_WARM_WORDS, *_COLD_WORDS, *_MIST_WORDS, *NIGHT_WORDS, *GREY_WORDS}
    if stage.words & plain or _says_colour(stage):
        return "light"  # the words ask for a light or a colour: no print on top of it
    return stage.rng.choice(["light", "light", "brush", "halftone"])


def _brushed(stage: Stage, picture: Image.Image) -> Image.Image:
    """Strokes: tones gathered into flat touches on a smaller copy, then embossed a little."""
    shrink = max(1, round(stage.unit / 340))
    small = picture.reduce(shrink) if shrink > 1 else picture
    touched = small.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.MedianFilter(5))
    touched = touched.resize(picture.size, Image.Resampling.BICUBIC)
    relief = touched.convert("L").filter(ImageFilter.EMBOSS)
    weave = clouds(stage.size, stage.rng, 150, 1)
    relief = Image.blend(relief, weave, 0.12)
    return Image.blend(touched, ImageChops.overlay(touched, relief.convert("RGB")), 0.6)


def _posterised(stage: Stage, picture: Image.Image) -> Image.Image:
    """Five flat inks of the palette with soft, cut edges."""
    calm = Image.merge("RGB", [soft(band, stage.unit * 0.007) for band in picture.split()])
    grey = ImageOps.autocontrast(calm.convert("L"), cutoff=1)
    flat = toned(grey.point([_stepped(tone) for tone in range(256)]), _tones(stage.palette))
    return Image.blend(flat, calm, 0.2)


def _stepped(tone: int) -> int:
    """The tone on five steps; a narrow ramp between two steps keeps the edge smooth."""
    place = tone / 255 * 5
    step = min(4, int(place))
    ramp_up = min(1.0, max(0.0, (place - step - 0.9) / 0.1)) if step < 4 else 0.0
    return round((step + ramp_up) * 255 / 4)


def _halftoned(stage: Stage, picture: Image.Image) -> Image.Image:
    """Dark ink dots on the graded picture; their size follows the shadow."""
    pitch = max(4, round(stage.unit / 120))
    cell = Image.radial_gradient("L").resize((pitch, pitch), Image.Resampling.BICUBIC)
    row = Image.new("L", (stage.width + pitch, pitch))
    for left in range(0, row.width, pitch):
        row.paste(cell, (left, 0))
    screen = Image.new("L", stage.size)
    for index, top in enumerate(range(0, stage.height, pitch)):
        screen.paste(row, (-(pitch // 2) if index % 2 else 0, top))
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    dots = ImageChops.add(grey, screen, scale=1, offset=-40)
    mask = dots.point([max(0, min(255, (150 - tone) * 6)) for tone in range(256)])
    calm = Image.blend(picture, Image.new("RGB", stage.size, stage.palette.light), 0.22)
    paint(calm, stage.palette.near, scaled(mask, 0.78))
    return calm


def _sketched(stage: Stage, picture: Image.Image) -> Image.Image:
    """Pencil and wash: the picture divided by its own blur, over its pale colours."""
    grey = picture.convert("L")
    blurred = soft(ImageChops.invert(grey), stage.unit * 0.012)
    lines = ImageChops.add(grey, blurred, scale=1.0)
    lines = lines.point([max(0, min(255, round((tone - 150) * 2.45))) for tone in range(256)])
    scale = [(0.0, stage.palette.near), (0.7, mix(stage.palette.light, stage.palette.sky[2], 0.5)),
             (1.0, mix(stage.palette.light, (255, 255, 255), 0.3))]  # fmt: skip
    wash = Image.blend(picture, Image.new("RGB", stage.size, stage.palette.light), 0.25)
    return ImageChops.multiply(toned(lines, scale), wash)


def _lit(stage: Stage, picture: Image.Image) -> Image.Image:
    """A lamp of the palette's light from one side, shade from the other, mist when asked."""
    rng, palette, unit = stage.rng, stage.palette, stage.unit
    side = rng.choice([-1, 1])
    night = bool(stage.words & NIGHT_WORDS)
    lamp: Point = (stage.width * (0.5 + side * 0.46), stage.height * rng.uniform(0.02, 0.3))
    wide = max(stage.size) * 0.85
    shine = Image.new("RGB", stage.size)
    grey = bool(stage.words & GREY_WORDS)
    colour = (255, 255, 255) if grey else palette.light
    glow(shine, lamp, wide, colour, 0.2 if night else 0.4)
    result = ImageChops.screen(picture, shine)
    far = (stage.width - lamp[0], stage.height - lamp[1])
    glow(result, far, wide * 0.8, (12, 12, 12) if grey else palette.near, 0.3)
    if stage.says(*_MIST_WORDS):
        narrow = (max(2, stage.width // 3), stage.height)
        drift = clouds(narrow, rng, 4, 3).resize(stage.size, Image.Resampling.BICUBIC)
        drift = drift.point([min(255, 90 + int(t * 0.9)) for t in range(256)])
        lie = fade(stage.size, [(0, 70), (0.45, 120), (1, 255)])
        mist = mix(palette.sky[2], palette.light, 0.5)
        paint(result, mist, scaled(ImageChops.multiply(drift, lie), 0.8))
    if night:
        glow(result, lamp, unit * 0.3, palette.light, 0.3)
    return result


def _joined(stage: Stage, pictures: list[Image.Image]) -> Image.Image:
    """Two pictures become one: beside each other, or the second in the sky of the first."""
    first, second = pictures[0], pictures[1]
    over = stage.says(
        "behind", "background", "sky", "overlay", "double", "exposure", "through", "blend"
    )
    if over or stage.rng.random() < 0.4:
        return _double(stage, first, second)
    wide = stage.width >= stage.height
    lean = stage.unit * stage.rng.uniform(-0.12, 0.12)
    if wide:
        edge = stage.width * 0.54
        shape = [(edge + lean, 0.0), (stage.width, 0.0), (stage.width, stage.height),
                 (edge - lean, stage.height)]  # fmt: skip
    else:
        edge = stage.height * 0.54
        shape = [(0.0, edge + lean), (stage.width, edge - lean), (stage.width, stage.height),
                 (0.0, stage.height)]  # fmt: skip
    points = [(float(x), float(y)) for x, y in shape]
    mask = Stencil(stage.size).polygon(points).mask()
    result = first.copy()
    paint(result, stage.palette.near, scaled(soft(mask, stage.unit * 0.02), 0.5))
    result.paste(second, (0, 0), mask)
    seam = Stencil(stage.size).line(
        [points[0], points[3] if wide else points[1]], stage.unit * 0.006
    )
    paint(result, stage.palette.light, scaled(seam.mask(), 0.85))
    return result


def _double(stage: Stage, first: Image.Image, second: Image.Image) -> Image.Image:
    """A double exposure: the second picture shows in the lights of the first, from above."""
    lights = ImageOps.autocontrast(first.convert("L"), cutoff=1)
    above = fade(stage.size, [(0, 255), (0.35, 200), (0.8, 40), (1, 20)])
    mask = ImageChops.multiply(lights.point([min(255, 60 + t) for t in range(256)]), above)
    return Image.composite(second, first, scaled(mask, 0.82))


def _inset(stage: Stage, result: Image.Image, extras: list[Image.Image]) -> None:
    """Further pictures as small framed prints along the lower edge."""
    unit, frame = stage.unit, max(1, round(stage.unit * 0.008))
    across = stage.width >= stage.height * 0.6
    length = stage.width if across else stage.height
    side = round(min(unit * 0.24, length * 0.86 / len(extras) - unit * 0.02))
    if side < 8:
        return
    gap = round(unit * 0.024)
    for index, extra in enumerate(extras):
        small = ImageOps.fit(extra, (side, side), Image.Resampling.BICUBIC)
        card = ImageOps.expand(small, frame, mix(stage.palette.light, (255, 255, 255), 0.5))
        along = round(unit * 0.05) + index * (side + gap)
        off = round(unit * 0.075)
        left, top = (along, stage.height - off - card.height) if across else (off, along)
        spare = round(unit * 0.04)
        drop = Image.new("L", (card.width + 2 * spare, card.height + 2 * spare))
        drop.paste(255, (spare, spare, spare + card.width, spare + card.height))
        at = (left - spare, top - spare + spare // 3)
        paint(result, (0, 0, 0), scaled(soft(drop, spare * 0.4), 0.55), at)
        result.paste(card, (left, top))


def edit(stage: Stage, references: Sequence[bytes]) -> Image.Image:
    """The first reference at the size of the stage, treated; the others joined or laid in."""
    pictures = [opened(references[0], stage.size)]
    if len(references) == 2:
        pictures.append(opened(references[1], stage.size))
    result = graded(stage, pictures[0])
    if len(pictures) == 2:
        result = _joined(stage, [result, graded(stage, pictures[1])])
    match _treatment(stage):
        case "brush":
            result = _brushed(stage, result)
        case "poster":
            result = _posterised(stage, result)
        case "halftone":
            result = _halftoned(stage, result)
        case "sketch":
            result = _sketched(stage, result)
        case _:
            result = ImageEnhance.Contrast(result).enhance(1.06)
    result = _lit(stage, result)
    if len(references) > 2:
        side = max(16, round(stage.unit * 0.3))
        extras = [opened(data, (side, side)) for data in references[1:8]]
        _inset(stage, result, [graded(stage, extra) for extra in extras])
    return vignette(result, 0.3)
