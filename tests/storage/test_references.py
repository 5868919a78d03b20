"""References: kept by content, decoded first, found again after their own file is gone."""

import io
import stat
from dataclasses import replace

import pytest
from PIL import Image

from flux_studio.core.crop import Box
from flux_studio.core.errors import NotKept, PictureUnreadable
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.decode import Decoder
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.references import LONGEST_NAME, ReferenceStore
from flux_studio.storage.sent_copies import sent_copy
from tests.storage.samples import SHA, HeaderDecoder, png, sha


@pytest.fixture
def store(tmp_path):
    return ReferenceStore(tmp_path / "references", HeaderDecoder())


def test_the_bytes_stay_as_they_came(store):
    data = png(30, 20, "GPS inside")
    reference = store.add(data, "cat.png", "parent-1")
    assert reference == Reference(sha(data), "image/png", Size(30, 20), "cat.png", "parent-1")
    assert store.read(reference) == data
    assert stat.S_IMODE(store.path(reference).stat().st_mode) == 0o600


def test_the_same_bytes_are_one_file(store):
    first, second = store.add(png(), "a.png"), store.add(png(), "b.png")
    assert store.path(first) == store.path(second)
    assert (first.name, second.name) == ("a.png", "b.png")


def test_a_damaged_copy_is_replaced_by_good_bytes(store):
    reference = store.add(png())
    store.path(reference).write_bytes(b"rot")
    store.add(png())
    assert store.read(reference) == png()


def test_what_is_no_picture_is_refused_with_a_sentence(store, tmp_path):
    with pytest.raises(PictureUnreadable, match="not a picture") as caught:
        store.add(b"<svg/>", "evil.png")
    assert caught.value.reason == "not_a_picture"
    assert not (tmp_path / "references").exists()


@pytest.mark.parametrize(
    "change", [{"sha256": SHA}, {"sha256": "../../etc/passwd"}, {"mime": "text/html"}]
)
def test_a_reference_that_is_not_there_is_a_sentence(store, change):
    reference = replace(store.add(png()), **change)
    with pytest.raises(PictureUnreadable, match="reference is n"):
        store.read(reference)


def test_long_names_are_cut(store):
    assert len(store.add(png(), "n" * 5000).name) == LONGEST_NAME


def test_a_disk_that_refuses_is_a_sentence(store, tmp_path):
    (tmp_path / "references").write_text("in the way")
    with pytest.raises(NotKept, match="disk refused"):
        store.add(png())


# Edits, with the real decoder


@pytest.fixture
def real(tmp_path):
    decoder = Decoder(1)
    yield ReferenceStore(tmp_path / "real", decoder)
    decoder.close()


def quadrants(size=(80, 40)) -> bytes:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", size)
    wide, high = size[0] // 2, size[1] // 2
    for at, color in (((0, 0), RED), ((wide, 0), GREEN), ((0, high), BLUE), ((wide, high), WHITE)):
        image.paste(color, (*at, at[0] + wide, at[1] + high))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def corners(data: bytes) -> list[tuple[int, ...]]:
    """Left upper, right upper, left lower, right lower."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    right, low = image.width - 1, image.height - 1
    return [image.getpixel(at) for at in ((0, 0), (right, 0), (0, low), (right, low))]


def test_an_edit_makes_new_bytes_and_leaves_the_picture_alone(real):
    data = quadrants()
    whole = real.add(data, "cat.png", "parent-1")
    edit = replace(whole.as_edit, crop=Box(40, 0, 40, 40), turns=1)
    edited = real.edited(whole, edit)
    assert (edited.size, edited.name, edited.parent) == (Size(40, 40), "cat.png", "parent-1")
    assert edited.edit == edit
    assert corners(real.read(edited)) == [WHITE, GREEN, WHITE, GREEN]
    assert real.read(whole) == data
    assert real.edited(whole, edit).sha256 == edited.sha256


def test_an_edited_reference_is_edited_from_its_whole_picture_and_goes_back_to_it(real):
    whole = real.add(quadrants(), "cat.png")
    turned = real.edited(whole, replace(whole.as_edit, turns=1))
    assert corners(real.read(turned)) == [BLUE, RED, WHITE, GREEN]
    again = real.edited(turned, replace(turned.as_edit, turns=2))
    assert corners(real.read(again)) == [WHITE, BLUE, GREEN, RED]
    assert real.edited(again, replace(again.as_edit, turns=4)) == whole


@pytest.mark.parametrize(("most", "crop"), [(1, None), (2, None), (1, Box(100, 0, 2000, 1100))])
def test_a_smaller_copy_has_the_size_that_was_promised(real, most, crop):
    whole = real.add(quadrants((2400, 1200)), "big.png")
    edit = replace(whole.as_edit, megapixels=most, crop=crop)
    small = real.edited(whole, edit)
    assert small.size.billed_megapixels == most
    assert abs(small.size.width - edit.result.width) <= 1
    assert abs(small.size.height - edit.result.height) <= 1


def test_a_box_that_is_not_in_the_picture_is_refused(real):
    whole = real.add(quadrants())
    with pytest.raises(PictureUnreadable):
        real.edited(whole, replace(whole.as_edit, crop=Box(500, 500, 10, 10)))


def test_a_photo_taken_sideways_is_cut_as_it_is_seen(real):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.open(io.BytesIO(quadrants())).save(file, "JPEG", exif=exif, quality=100, subsampling=0)
    whole = real.add(file.getvalue(), "phone.jpg")
    assert whole.size == Size(40, 80)
    part = real.edited(whole, replace(whole.as_edit, crop=Box(0, 0, 20, 40)))
    assert part.size == Size(20, 40)
    assert all(abs(a - b) < 12 for a, b in zip(corners(real.read(part))[0], BLUE, strict=True))


def test_what_is_sent_is_told_with_what_stays_here(real, tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.open(io.BytesIO(quadrants())).save(file, "JPEG", exif=exif)
    whole = real.add(file.getvalue(), "phone.jpg")
    edited = real.edited(whole, replace(whole.as_edit, crop=Box(0, 0, 40, 40)))
    library = PictureLibrary(tmp_path / "library", real._decoder, None, real)
    for reference, size in ((whole, Size(80, 40)), (edited, Size(40, 40))):
        sent = sent_copy(real._decoder, real, library, reference, 20)
        data, mime = library.outgoing(reference)
        assert (sent.size, sent.byte_count, sent.mime) == (size, len(data), mime)
        assert sent.sha256 == sha(data)
        assert sent.left_out == ("location", "camera")
        assert max(sent.preview[:2]) == 20
