from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from flux_studio.ui.composer.dropped import (
    GENERATION_MIME,
    Dropped,
    holds_pictures,
    pastes_pictures,
    read_dropped,
)


def mime(*, urls=(), text="", **formats: bytes) -> QMimeData:
    made = QMimeData()
    if urls:
        made.setUrls([QUrl(url) for url in urls])
    if text:
        made.setText(text)
    for name, data in formats.items():
        made.setData(name.replace("_", "/"), data)
    return made


def test_files_come_in_the_order_they_were_dropped():
    found = read_dropped(mime(urls=["file:///a/one.png", "file:///b/two.webp"]))
    assert found == Dropped(files=(Path("/a/one.png"), Path("/b/two.webp")))


@pytest.mark.parametrize("url", ["file://server/share/one.png", "file:////server/share/one.png"])
def test_a_file_on_another_computer_is_refused_in_words(url):
    found = read_dropped(mime(urls=[url, "file:///here.png"]))
    assert found.files == (Path("/here.png"),)
    assert found.refusals == (
        "one.png is on another computer. Copy it to this one and drop it again.",
    )


@pytest.mark.parametrize(
    ("kind", "ending"), [("image_png", "png"), ("image_jpeg", "jpg"), ("image_webp", "webp")]
)
def test_picture_bytes_are_taken_as_they_are(kind, ending):
    found = read_dropped(mime(urls=["https://example.test/a.png"], **{kind: b"raw bytes"}))
    assert (found.picture, found.ending, found.address) == (b"raw bytes", ending, "")


def test_an_address_is_taken_over_https_only():
    found = read_dropped(mime(urls=["https://example.test/a%20b.png?x=1"]))
    assert found.address == "https://example.test/a%20b.png?x=1"
    found = read_dropped(mime(urls=["http://example.test/a.png"]))
    assert found.address == ""
    assert "https" in found.refusals[0]


def test_a_picture_of_ours_comes_by_its_id():
    own = QMimeData()
    own.setData(GENERATION_MIME, b"gen-1")
    own.setUrls([QUrl("file:///original.png")])
    assert read_dropped(own) == Dropped(generation="gen-1")


def test_plain_text_is_no_picture():
    assert not holds_pictures(mime(text="a fox"))
    assert not pastes_pictures(mime(text="a fox"))


def test_text_wins_over_a_picture_of_it_when_pasting_but_files_win_over_their_names():
    assert not pastes_pictures(mime(text="a table", image_png=b"its picture"))
    assert pastes_pictures(mime(image_png=b"a picture"))
    assert pastes_pictures(mime(urls=["file:///a.png"], text="/a.png"))
    assert not pastes_pictures(mime(urls=["https://example.test/"], text="https://example.test/"))
