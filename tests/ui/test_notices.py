"""Notices: each is shown once, and bad news stays longer."""

import pytest
from PySide6.QtWidgets import QWidget

from flux_studio.session.state import Tone
from flux_studio.ui.notices import BAD_SECONDS, SECONDS, Notices
from tests.ui.panels import a_desk


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def notices(desk, qtbot):
    host = QWidget()
    host.resize(800, 600)
    qtbot.addWidget(host)
    host.show()
    made = Notices(host)
    desk.studio.changed.connect(made.show_state)
    yield made
    desk.studio.changed.disconnect(made.show_state)


def test_a_notice_is_shown_once(desk, notices):
    desk.studio.say(Tone.INFO, "{what} <b>done</b>", (("what", "All"),))
    assert notices.toast.text() == "All <b>done</b>"
    notices.toast.dismiss()
    desk.studio.set_prompt("something else changes")
    assert not notices.toast.isVisible()


def test_the_same_words_again_are_a_new_notice(desk, notices):
    desk.studio.say(Tone.INFO, "Saved.")
    notices.toast.dismiss()
    desk.studio.say(Tone.INFO, "Saved.")
    assert notices.toast.isVisible()


def interval(notices) -> int:
    return notices.toast._timer.interval()


def test_a_notice_stays_as_long_as_it_takes_to_read_and_bad_news_longer(desk, notices):
    desk.studio.say(Tone.INFO, "It happened.")
    assert 2000 < interval(notices) < 3000
    desk.studio.say(Tone.INFO, "It happened. " * 20)
    assert interval(notices) == SECONDS * 1000
    desk.studio.say(Tone.BAD, "It happened.")
    assert interval(notices) == BAD_SECONDS * 1000


def test_the_word_of_editing_does_not_stay_over_the_pictures(desk, notices):
    text = "Editing: the prompt now says what should change."
    desk.studio.say(Tone.INFO, text)
    assert interval(notices) < 5000


def test_a_notice_follows_the_foot_of_the_window_while_it_is_not_on_screen(desk, notices):
    host = notices.toast.parentWidget()
    desk.studio.say(Tone.INFO, "It happened.")
    host.hide()
    host.resize(900, 900)
    host.show()
    assert notices.toast.geometry().bottom() > 840
