import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_studio.storage.thumbnails import ThumbnailStore

JPEG = b"\xff\xd8\xff\xe0 small \xff\xd9"
OTHER = b"\xff\xd8\xff\xe0 large \xff\xd9"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "thumbs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[ThumbnailStore]:
    opened = ThumbnailStore(path)
    yield opened
    opened.close()


def test_a_thumbnail_is_found_by_generation_and_side(store, path: Path) -> None:
    assert store.get("g1", 256) is None
    assert store.put("g1", 256, JPEG)
    assert store.put("g1", 512, OTHER)
    assert store.get("g1", 256) == JPEG
    assert store.get("g1", 512) == OTHER
    assert store.get("g2", 256) is None
    store.close()
    again = ThumbnailStore(path)
    assert again.get("g1", 256) == JPEG
    again.close()


def test_a_new_one_takes_the_place_of_the_old(store) -> None:
    store.put("g1", 256, JPEG)
    store.put("g1", 256, OTHER)
    assert store.get("g1", 256) == OTHER


def test_forgetting_takes_all_sides_and_no_other_generation(store) -> None:
    for name in ("g1", "g2"):
        store.put(name, 256, JPEG)
        store.put(name, 512, JPEG)
    store.forget("g1")
    assert (store.get("g1", 256), store.get("g1", 512)) == (None, None)
    assert store.get("g2", 256) == JPEG


def foreign(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE thumbnails (other)")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()


def newer(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 999")
    db.close()


def half_made(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


@pytest.mark.parametrize(
    "spoil", [lambda path: path.write_bytes(b"not a database" * 99), half_made, foreign, newer]
)
def test_a_file_that_is_no_good_is_replaced_by_a_fresh_one(path: Path, spoil) -> None:
    spoil(path)
    store = ThumbnailStore(path)
    assert store.get("g1", 256) is None
    assert store.put("g1", 256, JPEG)
    assert store.get("g1", 256) == JPEG
    store.close()


def test_a_file_damaged_while_open_is_replaced(store, path: Path) -> None:
    for number in range(50):
        store.put(f"g{number}", 256, JPEG + bytes(20_000))
    store.close()
    damaged = bytearray(path.read_bytes())
    damaged[2000:] = b"\x55" * (len(damaged) - 2000)
    path.write_bytes(damaged)
    for number in range(50):
        assert store.get(f"g{number}", 256) in (None, JPEG + bytes(20_000))
    assert store.put("new", 256, JPEG)
    assert store.get("new", 256) == JPEG


def test_what_is_no_jpeg_is_not_handed_out(store) -> None:
    store.put("g1", 256, b"<svg/>")
    assert store.get("g1", 256) is None


def test_a_folder_that_is_gone_is_only_a_missing_thumbnail(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "none" / "thumbs.sqlite")
    assert store.get("g1", 256) is None
    assert not store.put("g1", 256, JPEG)
    store.forget("g1")
    store.close()


def test_a_busy_file_is_kept(store, path: Path, monkeypatch) -> None:
    monkeypatch.setattr("flux_studio.storage.thumbnails._BUSY_S", 0.01)
    store.put("g1", 256, JPEG)
    store.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not store.put("g2", 256, JPEG)
    other.execute("ROLLBACK")
    other.close()
    assert store.get("g1", 256) == JPEG


def test_many_threads_may_ask(store) -> None:
    found: list[bool] = []

    def work(number: int) -> None:
        for step in range(25):
            store.put(f"{number}-{step}", 256, JPEG)
            found.append(store.get(f"{number}-{step}", 256) == JPEG)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 100


def test_the_oldest_go_when_the_cache_is_over_its_cap(path: Path) -> None:
    large = JPEG + bytes(20_000)
    store = ThumbnailStore(path, most=2_000_000)
    for number in range(150):
        store.put(f"g{number}", 256, large)
    store.put("g0", 256, large)  # made again, so it is the newest
    assert 0 < store.trim() < 150
    assert store.get("g1", 256) is None
    assert store.get("g0", 256) == large
    assert store.trim() == 0
    store.close()


def test_the_cap_holds_by_itself_while_thumbnails_come(path: Path) -> None:
    large = JPEG + bytes(20_000)
    store = ThumbnailStore(path, most=5_000_000)
    for number in range(1200):
        store.put(f"g{number}", 256, large)
    assert store.get("g0", 256) is None
    assert store.get("g1199", 256) == large
    store.close()
    # At most the cap and what comes between two looks.
    assert path.stat().st_size < 5_000_000 + 500 * 21_000 * 1.3


def test_a_cache_under_its_cap_is_left_alone(store) -> None:
    store.put("g1", 256, JPEG)
    assert store.trim() == 0
    assert store.get("g1", 256) == JPEG
