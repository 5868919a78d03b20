"""What one model did here, and when each key was last used."""

from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.job import JobState, Sending, Stopped
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.gallery_figures import ModelFigures, key_uses, model_figures
from tests.storage.samples import NOON, open_journal, planned, request, saved

MODEL = (request().provider, request().model)


@pytest.fixture
def journal(tmp_path):
    database, made = open_journal(tmp_path)
    yield made
    made.close()
    database.close()


@pytest.fixture
def gallery(tmp_path, journal):
    made = Gallery(tmp_path / "library.sqlite")
    yield made
    made.close()


def add(journal, name, **changes):
    journal.record(planned(name))
    journal.record(Sending(name, NOON))
    journal.record(saved(name, **changes))


def fail(journal, name, charged, state=JobState.FAILED):
    journal.record(planned(name))
    journal.record(Sending(name, NOON))
    journal.record(Stopped(name, NOON, state, "provider_failed", "No.", charged))


def test_a_model_nobody_used_has_empty_figures(gallery):
    assert model_figures(gallery, *MODEL) == ModelFigures()
    assert model_figures(gallery, *MODEL).each_kept is None


def test_the_figures_of_a_model(journal, gallery):
    add(journal, "a", charged=Decimal("0.03"), seconds=4.0, rating=3)
    add(journal, "b", charged=Decimal("0.05"), seconds=10.0, favourite=True)
    add(journal, "c", charged=None, price=Decimal("0.04"), seconds=6.0, rating=2)
    add(journal, "d", charged=Decimal(0), price=Decimal("0.04"), seconds=None)
    fail(journal, "e", Decimal(0))
    fail(journal, "f", Decimal("0.01"), JobState.REFUSED)
    fail(journal, "g", Decimal(0), JobState.CANCELLED)
    found = model_figures(gallery, *MODEL)
    assert found == ModelFigures(4, 2, 2, 6.0, Decimal("0.13"), 0)
    assert found.each_kept == Decimal("0.065")


def test_an_unknown_price_makes_the_cost_of_a_kept_picture_unknown(journal, gallery):
    add(journal, "a", charged=None, price=None, rating=5)
    add(journal, "b", charged=Decimal("0.05"), rating=5)
    found = model_figures(gallery, *MODEL)
    assert (found.spent, found.unpriced, found.each_kept) == (Decimal("0.05"), 1, None)


def test_another_model_counts_for_itself(journal, gallery):
    add(journal, "a", request=request(model="another"))
    assert model_figures(gallery, *MODEL).pictures == 0
    assert model_figures(gallery, MODEL[0], "another").pictures == 1


def test_the_last_use_of_each_key(journal, gallery):
    later = NOON + timedelta(minutes=5)
    for name, at, key in (("a", NOON, "one"), ("b", later, "one"), ("c", NOON, "two")):
        journal.record(planned(name))
        journal.record(Sending(name, at, key))
    add(journal, "d")
    assert key_uses(gallery, MODEL[0]) == {"one": later, "two": NOON}
    assert key_uses(gallery, "nobody") == {}
