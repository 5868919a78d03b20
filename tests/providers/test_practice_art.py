"""The Practice drawings: repeatable, true to the prompt's colours, and marked as not by a model."""

import math
from io import BytesIO
from random import Random
from time import process_time

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from flux_studio.providers.practice_drawing.art import Drawing, draw
from flux_studio.providers.practice_drawing.canvas import grained, soft
from flux_studio.providers.practice_drawing.mark import SENTENCE, SOFTWARE, sign
from flux_studio.providers.practice_drawing.palette import (
    Rgb,
    choose,
    from_lab,
    lab,
    lightness,
    mix,
    named_colours,
    rgb,
    words,
)
from flux_studio.providers.practice_drawing.scenes import scene_for

HILLS = "Layered hills in the last light, a low sun over the third ridge"
SCENES = [
    HILLS,
    "a lighthouse in fog",
    "the sea at dusk, islands",
    "three glass bottles on a wet basalt ledge",
    "candles at night",
    "a perfume on a plinth, label reading “SOLSTICE”",
    "coloured spheres",
    "portrait of a woman, soft window light",
    "bold key art poster, circle and triangle, “DAWN”",
    "abstract colour field",
    "an abstract gradient cover",
    "a bowl of ramen from above",
    "a latte",
    "a fruit bowl",
    "city skyline at night over the water",
    "arches of a villa",
    "fern leaves",
    "a dahlia",
    "",
    "……  ##12 #",
]


def seen(drawing: Drawing) -> Image.Image:
    with Image.open(BytesIO(drawing.data)) as picture:
        assert Image.MIME[picture.format or ""] == drawing.mime
        assert picture.size == (drawing.width, drawing.height)
        return picture.convert("RGB")


def difference(one: Image.Image, two: Image.Image) -> float:
    """Mean absolute difference in levels of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, two)).mean) / 3


def mean_colour(picture: Image.Image) -> Rgb:
    red, green, blue = (round(value) for value in ImageStat.Stat(picture).mean)
    return red, green, blue


def distance(one: Rgb, two: Rgb) -> float:
    """Distance of hue and chroma in OKLab; the lightness of a whole picture says little."""
    a, b = lab(one), lab(two)
    return math.dist(a[1:], b[1:])


def correlation(one: Image.Image, two: Image.Image) -> float:
    """Pearson's correlation of the two pictures as small grey ones, without their broad light."""
    series: list[list[float]] = []
    for picture in (one, two):
        small = ImageOps.fit(picture.convert("L"), (48, 48))
        light = small.filter(ImageFilter.GaussianBlur(14)).tobytes()
        series.append(
            [float(tone - under) for tone, under in zip(small.tobytes(), light, strict=True)]
        )
    middle = [sum(values) / len(values) for values in series]
    first, second = ([v - m for v in values] for values, m in zip(series, middle, strict=True))
    product = sum(a * b for a, b in zip(first, second, strict=True))
    return product / math.hypot(*first) / math.hypot(*second)


def photograph(seed: int = 1, size: tuple[int, int] = (320, 240), form: str = "PNG") -> bytes:
    """A foreign picture with clear shapes: soft blobs of several colours."""
    rng = Random(seed)
    picture = Image.new("RGB", size, (120, 110, 100))
    for _ in range(9):
        left, top = rng.randrange(size[0]), rng.randrange(size[1])
        tone = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        picture.paste(tone, (left, top, left + 90, top + 80))
    out = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(4)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("prompt", SCENES)
def test_the_same_request_gives_the_same_bytes(prompt: str) -> None:
    first, second = draw(prompt, 200, 136, 7), draw(prompt, 200, 136, 7)
    assert first == second
    picture = seen(first)
    assert max(ImageStat.Stat(picture).stddev) > 8, "an empty picture"


@pytest.mark.parametrize("prompt", [prompt for prompt in SCENES if prompt])
def test_another_seed_gives_another_composition(prompt: str) -> None:
    one, two = seen(draw(prompt, 200, 200, 1)), seen(draw(prompt, 200, 200, 2))
    # Grain alone moves a picture by about 4 levels; a blur takes it out of the comparison.
    calm = [picture.filter(ImageFilter.GaussianBlur(3)) for picture in (one, two)]
    assert difference(*calm) > 4


def test_another_prompt_gives_another_picture() -> None:
    one, two = seen(draw("hills", 256, 256, 5)), seen(draw("hills, again", 256, 256, 5))
    assert difference(one, two) > 6


def test_size_and_format_do_not_change_the_composition() -> None:
    small, large = seen(draw(HILLS, 256, 256, 3)), seen(draw(HILLS, 640, 640, 3))
    assert correlation(small, large) > 0.9
    jpeg = seen(draw(HILLS, 256, 256, 3, output_format="jpeg"))
    assert difference(small, jpeg) < 4


@pytest.mark.parametrize("code", ["#C2536B", "#1B6CA8", "#2E8B57", "#E0A030", "#7A4FB0"])
@pytest.mark.parametrize("subject", ["hills", "two bottles", "a portrait", "leaves"])
def test_a_hex_colour_rules_the_picture(code: str, subject: str) -> None:
    mean = mean_colour(seen(draw(f"{subject}, {code}", 192, 192, 11)))
    others = ["#C2536B", "#1B6CA8", "#2E8B57", "#E0A030", "#7A4FB0"]
    nearest = min(others, key=lambda other: distance(mean, rgb(other)))
    assert nearest == code
    assert distance(mean, rgb(code)) < 0.09


def test_short_hex_is_the_long_one() -> None:
    assert rgb("#fa3") == rgb("#FFAA33") == (255, 170, 51)
    assert named_colours("a #fa3 door").plain == ((255, 170, 51),)
    assert not named_colours("issue #12, #12345 and #1234567").every


def test_words_beside_a_hex_colour_give_it_a_part() -> None:
    found = named_colours("a #C2536B sky, rim light in #F2B84B, a #123456 boat")
    assert found.sky == (rgb("C2536B"),)
    assert found.light == (rgb("F2B84B"),)
    assert found.plain == (rgb("123456"),)


def test_two_named_colours_are_both_on_the_poster() -> None:
    poster = seen(draw("bold key art poster, circle, triangle, #E0A030 #1B3A4B", 320, 320, 4))
    small = poster.resize((40, 40), Image.Resampling.BOX).convert("RGB")
    raw = small.tobytes()
    pixels = [(raw[i], raw[i + 1], raw[i + 2]) for i in range(0, len(raw), 3)]
    for code in ("E0A030", "1B3A4B"):
        near = [pixel for pixel in pixels if math.dist(lab(pixel), lab(rgb(code))) < 0.09]
        assert len(near) > 60, code


def test_night_is_darker_than_day_and_monochrome_has_no_colour() -> None:
    day, night = (
        seen(draw("hills, teal", 160, 160, 2)),
        seen(draw("hills at night, teal", 160, 160, 2)),
    )
    assert lightness(mean_colour(night)) < lightness(mean_colour(day)) - 0.1
    grey = mean_colour(seen(draw("monochrome hills", 160, 160, 2)))
    assert max(grey) - min(grey) < 16


def test_colours_come_back_from_oklab() -> None:
    for colour in ((0, 0, 0), (255, 255, 255), (194, 83, 107), (3, 250, 128)):
        assert from_lab(lab(colour)) == colour
    assert mix((10, 20, 30), (200, 100, 50), 0.0) == (10, 20, 30)
    assert mix((10, 20, 30), (200, 100, 50), 1.0) == (200, 100, 50)


def test_seeds_give_many_palettes_without_colour_words() -> None:
    assert len({choose("something quiet", Random(seed)) for seed in range(60)}) > 8


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        (HILLS, "landscape"),
        ("Three glass bottles on a ledge, window light", "still_life"),
        ("portrait of a woman, soft window light", "portrait"),
        ("bold key art poster, circle and triangle", "poster"),
        ("a bowl of ramen from above", "bowl"),
        ("a cup of coffee", "bowl"),
        ("city skyline at night", "architecture"),
        ("botanical study of a fern", "garden"),
        ("a lighthouse in fog", "landscape"),
    ],
)
def test_words_choose_the_scene(prompt: str, scene: str) -> None:
    assert {scene_for(words(prompt), Random(seed)).__name__ for seed in range(5)} == {scene}


def test_silent_words_leave_the_scene_to_the_seed() -> None:
    assert len({scene_for(words("quiet joy"), Random(seed)).__name__ for seed in range(40)}) >= 4


@pytest.mark.parametrize("form", ["png", "jpeg", "jpg", "webp"])
def test_the_mark_stands_in_the_metadata(form: str) -> None:
    drawing = draw("hills", 200, 160, 1, output_format=form)
    with Image.open(BytesIO(drawing.data)) as picture:
        picture.load()
        if form == "png":
            assert picture.info["Software"] == SOFTWARE == "Flux Studio Practice"
            assert picture.info["Comment"] == SENTENCE == "Practice: no model was called"
        else:
            exif = picture.getexif()
            assert exif[0x0131] == SOFTWARE
            assert exif[0x010E] == SENTENCE
        if drawing.mime == "image/jpeg":
            assert picture.info["comment"] == SENTENCE.encode()


@pytest.mark.parametrize("size", [(64, 64), (150, 400), (512, 512), (1200, 300)])
@pytest.mark.parametrize("ground", [20, 235])
def test_the_mark_stands_out_in_the_lower_corner(size: tuple[int, int], ground: int) -> None:
    plain = Image.new("RGB", size, (ground, ground, ground))
    signed = plain.copy()
    sign(signed)
    box = ImageChops.difference(plain, signed).getbbox()
    assert box is not None
    assert box[1] > size[1] * 0.6
    assert box[2] <= size[0]
    assert box[3] <= size[1]
    corner = signed.crop(box).convert("L").getextrema()
    assert isinstance(corner[0], int | float)
    assert isinstance(corner[1], int | float)
    assert corner[1] - corner[0] > 110
    if size[0] < 160:
        assert box[2] - box[0] <= 60, "one word on a tiny picture"
    else:
        assert 100 < box[2] - box[0] < size[0] * 0.9


def test_the_drawing_carries_the_mark_in_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = seen(draw("hills", 512, 384, 1))
    monkeypatch.setattr("flux_studio.providers.practice_drawing.art.sign", lambda *_, **__: None)
    plain = seen(draw("hills", 512, 384, 1))
    box = ImageChops.difference(signed, plain).getbbox()
    assert box is not None
    assert box[0] > 200
    assert box[1] > 340


@pytest.mark.parametrize("prompt", [*SCENES[:-2], "quiet"])
@pytest.mark.parametrize("size", [(64, 64), (65, 700), (700, 65)])
def test_every_scene_fits_odd_sizes(prompt: str, size: tuple[int, int]) -> None:
    picture = seen(draw(prompt, *size, 3))
    assert picture.size == size


@pytest.mark.parametrize("size", [(65, 4096), (4096, 65), (1500, 1500), (1601, 1601)])
@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_every_format_and_extreme_size(size: tuple[int, int], form: str) -> None:
    assert seen(draw("sea", *size, 3, output_format=form)).size == size


@pytest.mark.parametrize("size", [(63, 64), (64, 63), (4097, 64), (64, 4097), (0, 0), (-5, 100)])
def test_a_size_out_of_range_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="64 to 4096"):
        draw("hills", *size, 1)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="gif"):
        draw("hills", 64, 64, 1, output_format="gif")


EDITS = [
    "edit it",
    "night",
    "monochrome",
    "warmer",
    "halftone print",
    "oil painting",
    "bold poster",
    "pencil sketch",
    "misty",
    "make it #C2536B",
    "colder",
    "a blue one",
]


@pytest.mark.parametrize("prompt", EDITS)
def test_an_edit_changes_the_picture_and_leaves_it_recognisable(prompt: str) -> None:
    source = photograph()
    with Image.open(BytesIO(source)) as opened:
        before = ImageOps.fit(opened.convert("RGB"), (300, 260))
    after = seen(draw(prompt, 300, 260, 5, references=[source]))
    assert difference(before, after) > 10
    assert correlation(before, after) > 0.55
    other = seen(draw(prompt, 300, 260, 5, references=[photograph(2)]))
    assert correlation(before, other) < correlation(before, after) - 0.2


def test_an_edit_is_repeatable_and_follows_seed_and_words() -> None:
    source = photograph()
    first = draw("softer", 200, 200, 1, references=[source])
    assert first == draw("softer", 200, 200, 1, references=[source])
    assert first.data != draw("softer", 200, 200, 2, references=[source]).data
    assert difference(seen(first), seen(draw("night", 200, 200, 1, references=[source]))) > 8


def test_seeds_give_several_treatments_to_an_instruction_without_a_look() -> None:
    source = photograph()
    looks = [seen(draw("do it", 160, 160, seed, references=[source])) for seed in range(8)]
    edges = [
        ImageStat.Stat(look.convert("L").filter(ImageFilter.FIND_EDGES)).mean[0] for look in looks
    ]
    assert max(edges) > min(edges) * 1.4


def test_edit_words_act_as_they_say() -> None:
    source = photograph()

    def mean(prompt: str) -> Rgb:
        return mean_colour(seen(draw(prompt, 200, 200, 1, references=[source])))

    plain, warm, cold = mean("light"), mean("warmer"), mean("colder")
    assert warm[0] - warm[2] > cold[0] - cold[2] + 25
    assert lightness(mean("night")) < lightness(plain) - 0.1
    grey = mean("monochrome")
    assert max(grey) - min(grey) < 6
    blue = mean("blue")
    assert blue[2] > blue[0] + 20


@pytest.mark.parametrize("count", range(1, 9))
def test_every_reference_leaves_its_trace(count: int) -> None:
    sources = [photograph(index, form=("PNG", "JPEG", "WEBP")[index % 3]) for index in range(count)]
    # The grain of two drawings is the same, so that any difference comes from the reference.
    whole = seen(draw("together", 400, 300, 4, references=sources))
    for index in range(count):
        swapped = [*sources[:index], photograph(50 + index), *sources[index + 1 :]]
        other = seen(draw("together", 400, 300, 4, references=swapped))
        assert difference(whole, other) > 0.2, f"reference {index + 1} is not in the picture"


def test_transparent_rotated_and_palette_references_are_read() -> None:
    out = BytesIO()
    clear = Image.new("RGBA", (90, 60), (255, 0, 0, 0))
    clear.paste((0, 90, 200, 255), (20, 10, 60, 50))
    clear.save(out, "PNG")
    rotated = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90 degrees clockwise to show
    tall = Image.new("RGB", (200, 100), (250, 250, 250))
    tall.paste((0, 0, 0), (0, 0, 100, 100))
    tall.save(rotated, "JPEG", exif=exif)
    indexed = BytesIO()
    Image.new("P", (70, 70), 3).save(indexed, "PNG", transparency=3)
    for source in (out, rotated, indexed):
        assert seen(draw("light", 128, 160, 1, references=[source.getvalue()])).size == (128, 160)
    shown = seen(draw("monochrome light", 100, 200, 1, references=[rotated.getvalue()])).convert(
        "L"
    )
    top, foot = (ImageStat.Stat(shown.crop((10, y, 90, y + 60))).mean[0] for y in (15, 110))
    assert top < foot - 60, "the dark half of the turned picture is its upper one"


def test_a_wide_blur_keeps_its_place() -> None:
    mask = Image.new("L", (203, 157))
    mask.paste(255, (80, 60, 120, 100))
    blurred = soft(mask, 11)
    left = ImageStat.Stat(blurred.crop((60, 60, 100, 100))).mean[0]
    right = ImageStat.Stat(blurred.crop((100, 60, 140, 100))).mean[0]
    assert abs(left - right) < 6
    assert blurred.size == mask.size


def test_grain_is_even_and_does_not_shift_the_tone() -> None:
    flat = Image.new("RGB", (300, 300), (100, 120, 140))
    noisy = ImageStat.Stat(grained(flat.copy(), Random(1), 3.0))
    for tone, mean, spread in zip((100, 120, 140), noisy.mean, noisy.stddev, strict=True):
        assert abs(mean - tone) < 0.6
        assert 2.2 < spread < 3.8


def test_the_cost_of_a_large_picture_is_bounded() -> None:
    """The scene is painted at a bounded size: 16 times the pixels cost well under 16 times."""

    def cost(side: int) -> float:
        started = process_time()
        draw(HILLS, side, side, 1, output_format="jpeg")
        return process_time() - started

    cost(256)
    small = min(cost(720) for _ in range(2))
    assert cost(2880) < small * 10
