"""What the keys for undo mean outside the composer."""

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from flux_studio.core.size import Size
from flux_studio.session.library_history import Step
from flux_studio.ui.undoing import Undoing
from tests.ui.panels import a_desk


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def places(qtbot, desk):
    """A composer and a wall with a field each, in a shown window, and the object under test."""
    window = QWidget()
    qtbot.addWidget(window)
    composer, wall = QWidget(window), QLineEdit(window)
    field = QLineEdit(composer)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wall.setFocus()
    undoing = Undoing(desk.studio, composer)
    yield undoing, field, wall
    window.hide()


def marked(desk) -> list[str]:
    """A step of the library that notes what becomes of it."""
    done: list[str] = []
    step = Step(lambda: done.append("undo"), lambda: done.append("redo"), "undone", "redone")
    desk.studio.library.history.push(step)
    return done


def test_on_the_wall_they_mean_the_library(places, desk):
    undoing, field, wall = places
    field.setFocus()
    desk.studio.set_size(Size(512, 512))
    wall.setFocus()
    done = marked(desk)
    undoing.undo()
    undoing.redo()
    assert done == ["undo", "redo"]
    assert desk.studio.state.draft.size == Size(512, 512)


def test_what_was_typed_in_the_composer_is_not_taken_back_from_the_wall(places, desk):
    undoing, field, wall = places
    field.setFocus()
    desk.studio.set_prompt("typed")
    wall.setFocus()
    assert not undoing.undo()
    assert desk.studio.state.draft.prompt == "typed"


def test_settings_brought_back_from_the_wall_are_taken_back_from_there(places, desk):
    undoing, _, _ = places
    done = marked(desk)
    before = desk.studio.state.draft
    desk.studio.set_size(Size(512, 512))  # as a recall, or a click that leaves the focus
    undoing.undo()
    assert (desk.studio.state.draft, done) == (before, [])
    undoing.redo()
    assert desk.studio.state.draft.size == Size(512, 512)
    done = marked(desk)
    undoing.undo()
    assert done == ["undo"]


def test_in_the_composer_they_mean_the_form(places, desk):
    undoing, field, _ = places
    done = marked(desk)
    field.setFocus()
    desk.studio.set_size(Size(512, 512))
    undoing.undo()
    assert desk.studio.state.draft.size != Size(512, 512)
    assert done == []
