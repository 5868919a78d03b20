import threading

import pytest
from PySide6.QtGui import QImage, QPixmap

from flux_studio.core.size import Size
from flux_studio.ui.wall import thumbnails
from flux_studio.ui.wall.thumbnails import PixmapCache, ThumbnailLoader, Wanted
from tests.ui.wall import stock


class Shelf:
    """Gives thumbnails, once `open` is set."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.decoded: list[tuple[str, int]] = []
        self.open = threading.Event()
        self.open.set()
        self.begun = threading.Semaphore(0)

    def read(self, id_, side):
        self.asked.append((id_, side))
        self.begun.release()
        self.open.wait(10)
        if id_.startswith("gone"):
            return None
        if id_.startswith("broken"):
            return b"\xff\xd8\xff no picture"
        return stock.drawn(1, Size(1024, 768), side, "JPEG")

    def decode(self, id_, side):
        self.decoded.append((id_, side))
        if id_ == "gone":
            raise FileNotFoundError
        return QImage.fromData(stock.drawn(1, Size(1024, 768), side, "PNG"))


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def loader(qapp, shelf):
    made = ThumbnailLoader(shelf.read, shelf.decode)
    yield made
    shelf.open.set()
    made.close()


def test_the_pixmap_has_the_very_size_it_is_shown_in(loader, qtbot):
    loader.want([Wanted("a", 211, 158)])
    qtbot.waitUntil(loader.is_idle)
    pixmap = loader.cache.get("a")
    assert (pixmap.width(), pixmap.height()) == (211, 158)


@pytest.mark.parametrize(("longest", "side"), [(100, 256), (290, 256), (300, 512), (2000, 512)])
def test_the_smallest_that_is_sharp_enough_is_read(longest, side):
    assert Wanted("a", longest, 50).side == side


def test_free_memory_is_given_back_once_when_the_wall_is_quiet(loader, qtbot, monkeypatch):
    given: list[threading.Thread] = []
    monkeypatch.setattr(thumbnails, "give_back", lambda: given.append(threading.current_thread()))
    for number in range(3):
        loader.want([Wanted(f"p{number}", 100, 75)])
        qtbot.waitUntil(loader.is_idle)
    assert given == []
    qtbot.waitUntil(lambda: bool(given), timeout=10 * thumbnails.QUIET)
    assert given[0] is not threading.main_thread()
    loader.want([Wanted("p0", 100, 75)])  # is there: nothing is made, nothing left
    qtbot.waitUntil(loader.is_idle)
    assert not loader._quiet.isActive()
    assert len(given) == 1


def test_an_extreme_shape_is_cropped_not_squeezed(loader, qtbot):
    loader.want([Wanted("a", 300, 60)])
    qtbot.waitUntil(loader.is_idle)
    assert loader.cache.get("a").width() == 300


def test_what_scrolled_away_is_not_read(loader, shelf, qtbot):
    shelf.open.clear()
    loader.want([Wanted(f"old{n}", 100, 100) for n in range(50)])
    assert shelf.begun.acquire(timeout=5)
    loader.want([Wanted("new", 100, 100)])
    shelf.open.set()
    qtbot.waitUntil(loader.is_idle)
    assert loader.cache.get("new") is not None
    assert len(shelf.asked) <= 5  # four were given out before the wish changed


def test_what_is_there_is_not_read_again(loader, shelf, qtbot):
    for _ in range(2):
        loader.want([Wanted("a", 100, 75)])
        qtbot.waitUntil(loader.is_idle)
    assert shelf.asked == [("a", 256)]
    loader.want([Wanted("a", 120, 90)])
    qtbot.waitUntil(loader.is_idle)
    assert shelf.asked == [("a", 256)] * 2


@pytest.mark.parametrize("name", ["gone", "broken"])
def test_a_picture_without_a_thumbnail_is_missing_and_not_asked_for_ever(
    loader, shelf, qtbot, name
):
    with qtbot.waitSignal(loader.came) as told:
        loader.want([Wanted(name, 100, 75)])
    assert told.args == [(name,)]
    assert loader.missing == {name}
    before = len(shelf.asked)
    loader.want([Wanted(name, 100, 75)])
    assert loader.is_idle()
    assert len(shelf.asked) == before
    loader.forget(name)
    loader.want([Wanted(name, 100, 75)])
    assert not loader.is_idle()
    qtbot.waitUntil(loader.is_idle)


def test_the_cache_holds_no_more_bytes_than_it_may(qapp):
    cache = PixmapCache(most=10 * 40_000)
    for number in range(30):
        cache.put(str(number), QPixmap(100, 100))
        cache.get("0")  # looked at all the time: it stays
    assert cache.bytes <= 400_000
    assert len(cache) == 10
    assert cache.get("0") is not None
    assert cache.get("5") is None
    cache.put("0", QPixmap(10, 10))
    cache.drop("29")
    assert cache.bytes == 8 * 40_000 + 400


def test_one_pixmap_that_is_too_large_alone_is_kept(qapp):
    cache = PixmapCache(most=100)
    cache.put("a", QPixmap(100, 100))
    assert len(cache) == 1


def test_what_is_larger_than_any_thumbnail_is_decoded_when_the_wall_rests(loader, shelf, qtbot):
    large, small = Wanted("large", 900, 675), Wanted("small", 500, 375)
    loader.want([large, small])
    qtbot.waitUntil(loader.is_idle)
    assert shelf.decoded == []
    for _ in range(2):
        loader.sharpen([large, small])
        qtbot.waitUntil(loader.is_idle)
    assert shelf.decoded == [("large", 900)]
    assert loader.cache.get("large").width() == 900


def test_what_cannot_be_decoded_keeps_its_thumbnail(loader, shelf, qtbot):
    wanted = Wanted("gone", 900, 675)
    for _ in range(2):
        loader.sharpen([wanted])
        qtbot.waitUntil(loader.is_idle)
    assert shelf.decoded == [("gone", 900)]
    assert loader.missing == set()


def test_scrolling_on_forgets_what_was_to_be_sharpened(loader, shelf, qtbot):
    loader.sharpen([Wanted(str(n), 900, 675) for n in range(20)])
    loader.sharpen([])
    qtbot.waitUntil(loader.is_idle)
    assert len(shelf.decoded) <= 1
