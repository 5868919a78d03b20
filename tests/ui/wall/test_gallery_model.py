import random
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QAbstractItemModelTester

from flux_studio.core.job import JobState
from flux_studio.session.background import Background
from flux_studio.ui.wall.catalogue import Catalogue, micros
from flux_studio.ui.wall.gallery_model import GalleryModel, Seen
from flux_studio.ui.wall.grouping import Grouping, Keys
from tests.ui.wall import stock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PICTURES = {f"{n:032x}": stock.generation(n, NOW - timedelta(hours=n)) for n in range(30)}


class Shelf:
    """Reads pictures, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, ids):
        self.asked.extend(ids)
        return [Seen(PICTURES[id_], id_ != f"{3:032x}") for id_ in ids if id_ in PICTURES]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def model(qapp, shelf):
    background = Background("model", threads=1)
    made = GalleryModel(shelf.read, background)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    tester.deleteLater()
    background.close()


def catalogue(count=10) -> Catalogue:
    made = list(PICTURES.values())[:count]
    return Catalogue([(g.id, micros(g.created), g.size.width, g.size.height) for g in made])


def text(model, row, role=Qt.ItemDataRole.AccessibleTextRole):
    return model.data(model.index(row), role)


def test_random_changes_keep_the_model_sound(model):
    rng = random.Random(4)
    for step in range(300):
        rows, jobs = len(model.catalogue), list(model.jobs)
        match rng.randrange(6):
            case 0:
                model.add_job(stock.job(f"job{step}", JobState.PLANNED, step))
            case 1 if jobs:
                state = rng.choice([JobState.RUNNING, JobState.FAILED])
                model.change_job(stock.job(rng.choice(jobs), state, step))
            case 2 if jobs:
                model.remove_job(rng.choice(jobs))
            case 3 if rows:
                model.remove_picture(model.id(rng.randrange(rows)))
            case 4:
                model.add_picture(stock.generation(100 + step, datetime.now(UTC)))
            case 5 if rng.random() < 0.2:
                model.show_pictures(catalogue(rng.randrange(12)), list(model.jobs.values()))
        sections = [section.count for section in model.catalogue.sections]
        assert sum(sections) == len(model.catalogue) == model.rowCount()
        assert all(sections)
        assert set(model.jobs) <= set(model.catalogue.ids)


def piled(rng, count, opened=frozenset()) -> Catalogue:
    """Runs of one prompt, one to four pictures long."""
    made = list(PICTURES.values())[:count]
    prompts: list[int] = []
    while len(prompts) < count:
        prompts += [len(prompts)] * rng.randint(1, 4)
    keys = Keys(Grouping.DAY, prompts=tuple(prompts[:count]), piles=True, opened=opened)
    cells = [(g.id, micros(g.created), g.size.width, g.size.height) for g in made]
    return Catalogue(cells, keys)


def test_random_piles_and_marks_keep_the_model_sound(model):
    rng = random.Random(9)
    toggled = 0
    for step in range(300):
        rows = len(model.catalogue)
        match rng.randrange(7):
            case 0 | 1 if rows:
                toggled += model.toggle_pile(rng.randrange(rows)) is not None
            case 2 if rows:
                model.remove_picture(model.id(rng.randrange(rows)))
            case 3 if rows:
                model.forget([model.id(rng.randrange(rows)) for _ in range(3)])  # marked
            case 4 if rows:
                model.look_at(rng.sample(range(rows), min(rows, 6)))
            case 5:
                model.add_picture(stock.generation(100 + step, datetime.now(UTC)))
            case 6 if rng.random() < 0.3 or rows < 4:
                model.show_pictures(piled(rng, rng.randrange(4, 30), model.opened()), [])
        if step % 40 == 0:
            QCoreApplication.processEvents()  # what was read comes in between
        assert len(model.catalogue) == model.rowCount() == len(set(model.catalogue.ids))
        assert sum(section.count for section in model.catalogue.sections) == model.rowCount()
        assert set(model.catalogue.ids) <= set(model.pictures())
    assert toggled > 20


def test_rows_are_read_when_they_are_looked_at_and_only_once(model, shelf, qtbot):
    model.show_pictures(catalogue(), [])
    assert set(shelf.asked) <= {model.id(0)}  # the tester looks at the first
    model.look_at([0, 1, 2])
    model.look_at([0, 1])
    qtbot.waitUntil(lambda: all(model.seen(row) for row in (0, 1, 2)))
    model.look_at([0, 1, 2])
    assert sorted(shelf.asked) == sorted(model.catalogue.ids[:3])


def test_words_before_and_after_reading(model, qtbot):
    model.show_pictures(catalogue(), [])
    assert text(model, 6).startswith("1024 × 1024")
    qtbot.waitUntil(lambda: model.seen(6) is not None)
    model.look_at([0])
    qtbot.waitUntil(lambda: model.seen(0) is not None)
    assert text(model, 0).startswith("Layered hills in the last light")
    assert "1024 × 1024" in text(model, 0)
    assert "Practice practice" in text(model, 0)
    assert text(model, 0, Qt.ItemDataRole.DisplayRole) == text(model, 0)


def test_marks_are_said(model, qtbot):
    model.show_pictures(catalogue(), [])
    model.look_at([2])
    qtbot.waitUntil(lambda: model.seen(2) is not None)
    assert text(model, 2).endswith("4 of 5 stars, favourite")


def test_the_tip_is_escaped(model, qtbot):
    nasty = stock.generation(5, NOW, request=stock.request(prompt="<img src=x onerror=1>"))
    model.add_picture(nasty)
    tip = text(model, 0, Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip


def test_a_missing_file_is_known(model, qtbot):
    model.show_pictures(catalogue(), [])
    model.look_at([2, 3])
    qtbot.waitUntil(lambda: model.seen(3) is not None)
    assert model.seen(2).has_file
    assert not model.seen(3).has_file


def test_changed_marks_are_read_again_and_shown_until_then(model, shelf, qtbot):
    model.show_pictures(catalogue(), [])
    model.look_at([4])
    qtbot.waitUntil(lambda: model.seen(4) is not None)
    model.forget([model.id(4)])
    assert model.seen(4) is not None
    assert model.known(model.id(4)) is None
    assert model.is_unread(4)
    model.look_at([4])
    qtbot.waitUntil(lambda: model.known(model.id(4)) is not None)
    assert shelf.asked.count(model.id(4)) == 2


def test_a_job_becomes_its_picture_in_the_same_place(model):
    model.show_pictures(catalogue(), [])
    for name in ("older", "newer"):
        model.add_job(stock.job(name, JobState.RUNNING, 1))
    saved = stock.generation(40, datetime.now(UTC), job="older")
    model.change_job(stock.job("older", JobState.SAVED, 1, generation=saved.id))
    assert model.id(1) == saved.id
    assert model.job(1) is None
    model.add_picture(saved)
    assert model.catalogue.ids[:3] == ["newer", saved.id, f"{0:032x}"]
    assert model.catalogue.widths[1] == saved.size.width
    assert model.rowCount() == 12


def test_a_job_that_has_the_id_of_its_picture(model):
    model.add_job(stock.job("same", JobState.RUNNING))
    model.add_picture(stock.generation(1, datetime.now(UTC), id="same"))
    assert model.catalogue.ids == ["same"]
    assert model.job(0) is None


def test_cards_are_no_pictures(model):
    model.show_pictures(catalogue(2), [stock.job("a", JobState.RUNNING)])
    assert model.pictures() == [f"{0:032x}", f"{1:032x}"]
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsDragEnabled
    assert "practice" in text(model, 0).lower()


def test_a_card_leaves_room_for_its_words(model):
    tall = stock.job("a", JobState.RUNNING, 2)  # 768 × 1344
    model.add_job(tall)
    running = model.catalogue.ratios[0]
    model.change_job(stock.job("a", JobState.FAILED, 2, message="No."))
    assert running == pytest.approx(768 / 1344)  # as the picture to come
    assert model.catalogue.ratios[0] == pytest.approx(1.2, abs=0.01)


def test_nonsense_changes_nothing(model):
    model.show_pictures(catalogue(2), [])
    model.remove_job(model.id(0))
    model.remove_job("nobody")
    model.remove_picture("nobody")
    model.change_job(stock.job("nobody", JobState.RUNNING))
    assert model.rowCount() == 2
