"""What looks alike, measured on pictures as people make them: other sizes, cuts, colours, edits."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from flux_studio.core.look import Look
from flux_studio.providers.practice_drawing.art import draw
from flux_studio.storage.decode_look import look_of
from flux_studio.storage.gallery_filter import Filter
from tests.storage.test_gallery import House

PROMPTS = (
    "a bottle of perfume on stone", "portrait of a woman in studio light", "a bowl of ramen",
    "layered hills at dusk", "a city skyline at night", "a bauhaus poster", "a bouquet of dahlias",
)  # fmt: skip
SIDE = 256  # px


@pytest.fixture(scope="module")
def pictures():
    """Two seeds of each prompt."""
    return {
        f"{chr(97 + at)}{seed}": picture(prompt, seed)
        for at, prompt in enumerate(PROMPTS)
        for seed in range(2)
    }


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    yield built
    built.close()


def picture(prompt, seed):
    drawn = draw(prompt, SIDE, SIDE, seed, output_format="png")
    return Image.open(io.BytesIO(drawn.data)).convert("RGB")


def smaller(image):
    return image.resize((SIDE // 2, SIDE // 2))


def compressed(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def cut(image):
    edge = SIDE // 32
    return image.crop((edge, edge, SIDE - edge // 2, SIDE - edge // 2))


def recoloured(image):
    hue, saturation, value = image.convert("HSV").split()
    turned = hue.point(lambda level: (level + 40) % 256)
    return Image.merge("HSV", (turned, saturation, value)).convert("RGB")


def edited(image):
    changed = image.copy()
    box = (SIDE * 0.6, SIDE * 0.2, SIDE * 0.8, SIDE * 0.4)
    ImageDraw.Draw(changed).ellipse(box, fill=(200, 40, 60))
    return changed


def darker(image):
    return ImageEnhance.Brightness(image).enhance(0.6)


CHANGES = (smaller, compressed, cut, recoloured, edited, darker)


def test_small_changes_are_found_and_other_motifs_are_not(house, pictures):
    for name, image in pictures.items():
        house.add(name, look=look_of(image))
        for change in CHANGES:
            house.add(f"{name}-{change.__name__}", look=look_of(change(image)))
    missed = strangers = 0
    for name in pictures:
        found = set(house.found(text=f"like:{name}"))
        missed += sum(f"{name}-{change.__name__}" not in found for change in CHANGES)
        strangers += sum(other[0] != name[0] for other in found)
    pairs = len(pictures) * (len(pictures) - 2) * (len(CHANGES) + 1)
    assert missed <= 0.05 * len(pictures) * len(CHANGES)
    assert strangers <= 0.02 * pairs


def test_the_most_alike_come_first(house, pictures):
    image = pictures["a0"]
    for name, changed in (("c", edited(cut(image))), ("b", smaller(image)), ("a", image)):
        house.add(name, look=look_of(changed))
    assert [cell[0] for cell in house.gallery.alike(Filter(text="like:a"))] == ["a", "b", "c"]


def test_built_alike_in_other_colours_comes_after_built_alike_in_the_same(house):
    bits = 0b1011
    house.add("asked", 3, look=Look(bits, (("#E0A030", 60), ("#101010", 30))))
    house.add("same", 1, look=Look(bits ^ 0b100, (("#E0A838", 50), ("#181818", 30))))
    house.add("other", 2, look=Look(bits, (("#2040C0", 60), ("#F0F0F0", 30))))
    house.add("unknown", 0, look=Look(bits ^ 0b111, ()))
    found = [cell[0] for cell in house.gallery.alike(Filter(text="like:asked"))]
    assert found == ["asked", "same", "unknown", "other"]
    far = 2**12 - 1
    house.add("chance", 4, look=Look(bits ^ far, (("#2040C0", 60), ("#F0F0F0", 30))))
    house.add("kin", 5, look=Look(bits ^ far, (("#E0A030", 60), ("#101010", 30))))
    found = house.found(text="like:asked")
    assert "kin" in found
    assert "chance" not in found


def test_a_colour_is_looked_for_the_nearest_first_and_the_newest_of_equal_ones(house):
    for age, (name, color) in enumerate(
        (("near", "#E0A040"), ("far", "#E8B050"), ("old", "#E0A030"), ("new", "#E0A030"))
    ):
        house.add(name, age, look=Look(0, ((color, 60), ("#000000", 30))))
    house.add("blue", 9, look=Look(0, (("#2040C0", 90),)))
    asked = Filter(text="near:#E0A030")
    assert [cell[0] for cell in house.gallery.alike(asked)] == ["new", "old", "near", "far"]
    assert [cell[0] for cell in house.gallery.alike(asked, 2)] == ["new", "old"]
    assert house.gallery.alike(Filter(text="near:#00FF00")) == []


def test_other_conditions_hold_beside_likeness(house):
    for at, name in enumerate("abcd"):
        house.add(name, at, look=Look(2**at - 1), seed=at % 2)
    alike = house.gallery.alike
    assert [cell[0] for cell in alike(Filter(text="like:a seed:1"))] == ["b", "d"]
    assert [cell[0] for cell in alike(Filter(text="-like:c"))] == []
    assert [cell[0] for cell in alike(Filter(text="like:a -id:b"))] == ["a", "c", "d"]
    assert [cell[0] for cell in alike(Filter(text="like:d,b"))] == ["d", "c", "b", "a"]


def test_seeds_of_one_prompt_differ_as_pictures_do(pictures):
    """The pictures of these tests are no copies of each other."""
    looks = {name: look_of(image).bits for name, image in pictures.items()}
    assert all(one != other for one, other in combinations(looks.values(), 2))
