"""A Studio on real storage, closed after the test."""

import pytest

from tests.session.desks import Desk


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def studio(desk):
    return desk.studio
