from concurrent.futures import Future

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.errors import Reason, Refused
from tests.session.desks import answered, failing

CALL = SpelledCall("POST", "https://api.example/v1", (), {"prompt": "a fox"})


def told(studio):
    found = []
    studio.spelling.spelled.connect(found.append)
    studio.spelling.failed.connect(found.append)
    return found


def test_the_call_of_the_form_is_asked_of_the_engine(desk, studio, qtbot):
    desk.engine.spelling = answered(CALL)
    found = told(studio)
    studio.set_count(3)
    assert studio.spelling.ask(studio.state)
    qtbot.waitUntil(lambda: found == [CALL])
    [(_, request)] = [asked for asked in desk.engine.asked if asked[0] == "spell"]
    assert request.prompt == studio.state.draft.prompt
    assert desk.engine.orders == [], "nothing is ordered"


def test_a_form_that_cannot_be_sent_is_not_asked(desk, studio):
    studio.set_prompt("")
    assert not studio.spelling.ask(studio.state)
    assert not [asked for asked in desk.engine.asked if asked[0] == "spell"]


def test_a_refusal_is_told_in_its_words(desk, studio, qtbot):
    desk.engine.spelling = failing(Refused(Reason.BAD_REQUEST, "It has no address."))
    found = told(studio)
    studio.spelling.ask(studio.state)
    qtbot.waitUntil(lambda: found == ["It has no address."])


def test_a_question_that_is_dropped_at_the_end_is_silent(desk, studio):
    waiting: Future = Future()
    desk.engine.spelling = waiting
    found = told(studio)
    studio.spelling.ask(studio.state)
    waiting.cancel()
    waiting.set_running_or_notify_cancel()
    assert found == []
