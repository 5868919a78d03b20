"""The smaller copies that are looked at: the viewer's first one is made in bands, and none of it
shows the bands; what is made quickly is nearly the best.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from flux_studio.storage.decode_pixels import Upright, reduce_to

ROUNDING = 3  # of 255: what rounding may change, across and down; a wrong row changes tens


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    """Neighbours that differ, so that a row taken from a wrong place is seen."""
    return Image.merge(mode, [Image.effect_noise(size, 90) for _ in mode])


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    assert (one.mode, one.size) == (other.mode, other.size)
    return max(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize(
    ("size", "side", "sharply"),
    [
        ((1000, 700), 390, True),
        ((401, 1003), 400, True),
        ((90, 9), 10, True),
        ((403, 611), 555, True),
        ((700, 400), 390, False),
        ((1021, 2047), 1400, False),
    ],
)
def test_a_copy_in_bands_is_the_copy_in_one_piece(mode, size, side, sharply) -> None:
    """Once averaged, what is left to reduce is done by the filter that makes no steps there."""
    picture = noise(mode, size)
    made = Upright(picture).smaller(side)
    assert max(made.size) == side
    left = Image.Resampling.BICUBIC if sharply else Image.Resampling.HAMMING
    whole = picture.resize(made.size, left, reducing_gap=1.0)
    assert largest_difference(made, whole) <= ROUNDING


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_colours_behind_transparency_do_not_leak_into_the_copy(mode) -> None:
    clear, opaque = ((255, 0), (10, 255)) if mode == "LA" else ((255, 0, 0, 0), (10, 20, 30, 255))
    picture = Image.new(mode, (600, 600), clear)
    picture.paste(opaque, (0, 0, 301, 600))  # the edge lies within a pixel of the copy
    made = Upright(picture).smaller(100)
    assert (made.mode, made.size) == (mode, (100, 100))
    assert made.getpixel((20, 50)) == opaque
    edge = made.getpixel((50, 50))
    assert 0 < edge[-1] < 255
    assert all(abs(a - b) <= 3 for a, b in zip(edge[:-1], opaque[:-1], strict=True))
    assert made.getpixel((80, 50))[-1] == 0


def test_a_copy_of_one_row_is_made(encode, decoder) -> None:
    small = []
    line = encode("PNG", noise("RGB", (2000, 3)))
    whole = decoder.view(line, 500, on_small=small.append)
    assert [(each.width, each.height) for each in small] == [(500, 1)]
    assert whole.data == Image.open(io.BytesIO(line)).tobytes("raw", "RGBX")


def test_what_a_band_raises_is_raised(monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr("flux_studio.storage.decode_pixels._band", refuse)
    with pytest.raises(MemoryError):
        Upright(noise("RGB", (400, 400))).smaller(100)


@pytest.mark.parametrize("side", [700, 512, 450, 400, 300, 256])
def test_what_is_made_quickly_differs_from_the_best_by_less_than_half_a_step(side) -> None:
    picture = noise("RGB", (36, 24)).resize((960, 640), Image.Resampling.BICUBIC)
    best, quick = picture.copy(), picture.copy()
    reduce_to(best, (side, side))
    reduce_to(quick, (side, side), quickly=True)
    assert best.size == quick.size
    assert max(ImageStat.Stat(ImageChops.difference(best, quick)).mean) < 0.5
    poor = picture.resize(best.size, Image.Resampling.NEAREST)
    assert min(ImageStat.Stat(ImageChops.difference(best, poor)).mean) > 0.9, (
        "what is poor is told apart"
    )
