"""Keeping a delivered picture: what is written, in which order, and repeats."""

import errno
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import NotKept, PictureUnreadable
from flux_studio.core.size import Size
from flux_studio.storage import atomic, originals, sidecar
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.sidecar import read_sidecar, sidecar_path
from flux_studio.storage.thumbnails import ThumbnailStore
from tests.storage.samples import (
    NOON,
    TICKET,
    HeaderDecoder,
    Parcel,
    ThumbnailShelf,
    as_json,
    png,
    ready_job,
    request,
    sha,
)


class Shop:
    """A library on a folder, with its parts at hand."""

    def __init__(self, folder):
        self.root = folder / "pictures"
        self.decoder = HeaderDecoder()
        self.shelf = ThumbnailShelf()
        self.references = ReferenceStore(folder / "references", self.decoder)
        self.library = PictureLibrary(self.root, self.decoder, self.shelf, self.references)

    def files(self):
        return {p.relative_to(self.root).name: p for p in self.root.rglob("*") if p.is_file()}


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_a_picture_is_kept_with_all_that_is_known(shop):
    data = png(40, 30)
    kept = shop.library.keep(Parcel(ready_job(), data, seed=99, charged=Decimal("0.045")))
    path = shop.root / kept.path
    assert path.read_bytes() == data
    assert (kept.sha256, kept.mime, kept.size, kept.bytes) == (
        sha(data),
        "image/png",
        Size(40, 30),
        len(data),
    )
    assert (kept.id, kept.job, kept.task) == ("job-1", "job-1", TICKET.task)
    assert (kept.price, kept.charged, kept.seed) == (Decimal("0.030"), Decimal("0.045"), 99)
    assert kept.parent == "parent-1"
    assert kept.created == NOON + timedelta(seconds=9)
    found = read_sidecar(sidecar_path(path), shop.root)
    assert found.generation == kept
    assert found.reply == '{"cost":0.03}'
    assert shop.shelf.kept == {("job-1", 256): b"small 256", ("job-1", 512): b"small 512"}


def test_what_the_provider_does_not_say_comes_from_the_job(shop):
    kept = shop.library.keep(Parcel(ready_job(), png()))
    assert (kept.charged, kept.seed) == (Decimal("0.031"), 7)


def test_a_size_other_than_ordered_is_kept(shop):
    kept = shop.library.keep(Parcel(ready_job(), png(50, 60)))
    assert kept.size == Size(50, 60)
    assert kept.request.size == Size(1024, 768)


def test_the_ending_comes_from_the_bytes_not_from_the_request(shop):
    kept = shop.library.keep(Parcel(ready_job(), png(note="say jpeg")))
    assert kept.path.endswith(".jpg")
    assert kept.request.output_format == "png"


def test_no_signed_address_gets_into_the_sidecar(shop):
    signed = replace(TICKET, urls=(("result", "https://cdn.test/a.png?sig=SECRET"),))
    kept = shop.library.keep(Parcel(ready_job(ticket=signed), png()))
    assert "SECRET" not in sidecar_path(shop.root / kept.path).read_text()


def test_a_repeat_gives_the_same_generation_and_writes_nothing(shop):
    first = shop.library.keep(Parcel(ready_job(), png()))
    before = {name: path.stat().st_mtime_ns for name, path in shop.files().items()}
    later = Parcel(ready_job(), png(), finished=NOON + timedelta(days=2))
    assert shop.library.keep(later) == first
    assert {name: path.stat().st_mtime_ns for name, path in shop.files().items()} == before


@pytest.mark.parametrize("left", ["nothing", "original", "torn_sidecar", "foreign_sidecar"])
def test_a_save_that_was_cut_off_is_completed(shop, left):
    kept = shop.library.keep(Parcel(ready_job(), png()))
    beside = sidecar_path(shop.root / kept.path)
    match left:
        case "nothing":
            (shop.root / kept.path).unlink()
            beside.unlink()
        case "original":
            beside.unlink()
        case "torn_sidecar":
            beside.write_bytes(beside.read_bytes()[:100])
        case "foreign_sidecar":
            beside.write_text(beside.read_text().replace(kept.sha256, "0" * 64))
    again = shop.library.keep(Parcel(ready_job(), png()))
    assert again == kept
    assert read_sidecar(beside, shop.root).generation == kept
    assert len(shop.files()) == 2


def test_the_part_that_a_killed_save_left_goes_with_the_next_save_of_its_day(shop):
    kept = shop.library.keep(Parcel(ready_job(), png()))
    folder = (shop.root / kept.path).parent
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    part = folder / f".x.png.{gone.pid}-{'0' * 16}.part"
    part.write_bytes(b"half")
    assert shop.library.keep(Parcel(ready_job(), png())) == kept
    assert not part.exists()


def test_other_bytes_of_the_same_job_are_a_picture_of_their_own(shop):
    first = shop.library.keep(Parcel(ready_job(), png(note="one")))
    second = shop.library.keep(Parcel(ready_job(), png(note="two")))
    assert [first.id, second.id] == ["job-1", "job-1-2"]
    assert (shop.root / first.path).read_bytes() == png(note="one")
    assert read_sidecar(sidecar_path(shop.root / first.path), shop.root).generation == first


@pytest.mark.parametrize("data", [b"", b"<html>", b'{"error": 1}'])
def test_what_is_no_picture_is_not_kept(shop, data):
    with pytest.raises(PictureUnreadable) as caught:
        shop.library.keep(Parcel(ready_job(), data))
    assert caught.value.reason == "not_a_picture"
    assert not shop.root.exists()


@pytest.mark.parametrize("fault", ["thumbnails_fail", "broken"])
def test_a_thumbnail_never_fails_the_save(shop, fault):
    setattr(shop.decoder if fault == "thumbnails_fail" else shop.shelf, fault, True)
    kept = shop.library.keep(Parcel(ready_job(), png()))
    assert (shop.root / kept.path).read_bytes() == png()
    assert shop.shelf.kept == {}


def test_a_decoder_that_is_gone_is_no_verdict_on_the_picture(shop):
    reference = shop.references.add(png())
    shop.decoder.unavailable = True
    with pytest.raises(NotKept, match="cannot be checked"):
        shop.library.keep(Parcel(ready_job(), png()))
    with pytest.raises(NotKept, match="cannot be prepared"):
        shop.library.outgoing(reference)


@pytest.mark.parametrize("room", [originals, sidecar])
def test_a_full_disk_is_a_sentence_and_the_repeat_succeeds(shop, room, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room, "write_atomic", full)
    with pytest.raises(NotKept, match="disk is full"):
        shop.library.keep(Parcel(ready_job(), png()))
    monkeypatch.undo()
    kept = shop.library.keep(Parcel(ready_job(), png()))
    assert {p.suffix for p in shop.files().values()} == {".png", ".json"}
    assert (shop.root / kept.path).read_bytes() == png()


def test_the_original_is_written_before_its_sidecar(shop, monkeypatch):
    written = []
    real = atomic.write_atomic

    def noted(path, data):
        written.append(path.suffix)
        real(path, data)

    monkeypatch.setattr(originals, "write_atomic", noted)
    monkeypatch.setattr(sidecar, "write_atomic", noted)
    shop.library.keep(Parcel(ready_job(), png()))
    assert written == [".png", ".json"]


def test_outgoing_is_the_clean_copy(shop):
    reference = shop.references.add(png(), "secret name.png")
    assert shop.library.outgoing(reference) == (b"clean " + png(), "image/png")


def test_outgoing_of_a_lost_reference_is_a_sentence(shop):
    reference = shop.references.add(png())
    shop.references.path(reference).unlink()
    with pytest.raises(PictureUnreadable, match="no longer in the library"):
        shop.library.outgoing(reference)


def test_the_real_decoder_and_the_real_thumbnails(tmp_path, decoder, encode):
    thumbnails = ThumbnailStore(tmp_path / "thumbs.sqlite")
    references = ReferenceStore(tmp_path / "references", decoder)
    library = PictureLibrary(tmp_path / "pictures", decoder, thumbnails, references)
    data = encode("PNG", (640, 480))
    kept = library.keep(Parcel(ready_job(request=request(references=())), data))
    assert (tmp_path / "pictures" / kept.path).read_bytes() == data
    assert kept.size == Size(640, 480)
    assert kept.parent is None
    assert all(thumbnails.get(kept.id, side) for side in (256, 512))
    clean, mime = library.outgoing(references.add(encode("JPEG", (64, 48))))
    assert mime in ("image/jpeg", "image/png")
    assert clean
    assert as_json(sidecar_path(tmp_path / "pictures" / kept.path))["sha256"] == sha(data)
    thumbnails.close()
