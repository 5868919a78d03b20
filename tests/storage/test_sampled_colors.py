from PIL import Image

from flux_studio.storage.sampled_colors import sampled_colors


def test_the_main_colours_of_a_picture_the_largest_area_first(encode):
    picture = Image.new("RGB", (256, 256), "#2040C0")
    picture.paste("#E0A030", (0, 0, 256, 80))
    found = sampled_colors(encode("JPEG", picture, quality=95))
    near = [tuple(int(color[at : at + 2], 16) for at in (1, 3, 5)) for color in found]
    for wanted, seen in zip(((0x20, 0x40, 0xC0), (0xE0, 0xA0, 0x30)), near, strict=False):
        assert all(abs(one - other) < 12 for one, other in zip(wanted, seen, strict=True))
    assert len(found) <= 6


def test_what_is_no_thumbnail_of_ours_has_no_colours(encode):
    assert sampled_colors(b"") == ()
    assert sampled_colors(encode("PNG")) == ()
