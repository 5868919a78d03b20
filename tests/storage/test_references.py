"""References: kept by content, decoded first, found again after their own file is gone."""

import stat
from dataclasses import replace

import pytest

from flux_studio.core.errors import NotKept, PictureUnreadable
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.references import LONGEST_NAME, ReferenceStore
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
