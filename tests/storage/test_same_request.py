"""The picture that an identical request has made."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flux_studio.storage.database import Database
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.same_request import SAME, same_picture, same_pictures
from tests.storage.samples import generation

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Shelf:
    def __init__(self, home) -> None:
        self.database = Database(home / "library.sqlite", home / "backups")
        self.gallery = Gallery(home / "library.sqlite")
        self.root = home

    def add(self, *made) -> None:
        with self.database.transaction() as connection:
            for each in made:
                insert_generation(connection, each, full_text=False)


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path)
    yield made
    made.gallery.close()
    made.database.close()


def of(name: str, **fields):
    made = generation(name, NOW)
    return replace(made, request=replace(made.request, **({"seed": 42} | fields)))


def test_the_newest_picture_of_the_very_same_request(shelf):
    first, second = of("job-1"), of("job-2")
    shelf.add(first, second, of("job-3", seed=43), of("job-4", prompt="another fox"))
    assert same_picture(shelf.gallery, first.request) == second
    assert same_picture(shelf.gallery, replace(first.request, seed=44)) is None
    assert same_picture(shelf.gallery, replace(first.request, references=())) in (None, second)


def test_without_a_seed_every_picture_is_another(shelf):
    made = of("job-1", seed=None)
    shelf.add(made)
    assert same_picture(shelf.gallery, made.request) is None


def test_a_picture_whose_file_is_gone_is_not_offered(shelf):
    made = of("job-1")
    shelf.add(made)
    assert same_pictures(shelf.gallery, [made.request], shelf.root) == ()
    file = shelf.root / made.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x")
    assert same_pictures(shelf.gallery, [made.request], shelf.root) == (made,)


def test_it_is_found_by_the_index_alone(shelf):
    shelf.add(*(of(f"job-{n}", seed=n + 100) for n in range(50)))
    plan = shelf.gallery.ask(f"EXPLAIN QUERY PLAN {SAME}", (1, "model", "provider", "request"))
    assert any("generations_request" in row["detail"] for row in plan), [r["detail"] for r in plan]


def test_a_full_library_answers_at_once(shelf):
    kept = [of(f"job-{n}", seed=n, prompt="fox " * (n % 300 + 1)) for n in range(3000)]
    shelf.add(*kept)
    started = time.perf_counter()
    for wanted in kept[::30]:
        assert same_picture(shelf.gallery, wanted.request) == wanted
    assert time.perf_counter() - started < 2.0, "a hundred questions"
