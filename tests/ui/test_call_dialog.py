"""What will be sent, as a list, as curl and as Python; the key is never in it."""

import json
import shlex

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.secret import Secret
from flux_studio.ui.call_dialog import CallDialog
from tests.session.desks import answered
from tests.ui.panels import a_desk, opened

CALL = SpelledCall(
    "POST", "https://api.runflow.io/v1/models/flux-2-pro/run", (("accept", "application/json"),),
    {"input": {"prompt": "a fox", "image_size": {"width": 1024, "height": 768}, "seed": 7}},
    key_header="Authorization", key_scheme="Bearer", variable="RUNFLOW_API_KEY",
)  # fmt: skip
CANARY = "sk-canary-4711"


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        made.engine.spelling = answered(CALL)
        made.workshop.keychain.set("runflow", Secret(CANARY))
        yield made


@pytest.fixture
def dialog(desk):
    with opened(desk, lambda _: a_dialog(desk)) as made:
        yield made


def a_dialog(desk):
    made = CallDialog(desk.studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the fixture does that
    return made


def choose(dialog, number):
    """The page of a number, by the keyboard."""
    bar = dialog.pages
    for _ in range(number):
        QTest.keyClick(bar, Qt.Key.Key_Right)


def test_the_fields_are_a_list_with_the_variable_in_the_place_of_the_key(dialog):
    assert dialog.head.text() == f"POST {CALL.url}"
    assert ("Authorization", "Bearer $RUNFLOW_API_KEY") in dialog.headers.rows()
    assert dialog.body.rows() == [
        ("input.prompt", "a fox"),
        ("input.image_size.width", "1024"),
        ("input.image_size.height", "768"),
        ("input.seed", "7"),
    ]


@pytest.mark.parametrize(("page", "start"), [(0, "POST https"), (1, "# The key"), (2, "# The key")])
def test_what_is_shown_is_copied(dialog, page, start):
    choose(dialog, page)
    dialog.copy.click()
    text = QApplication.clipboard().text()
    assert text.startswith(start)
    assert text == dialog.text()
    assert dialog.stack.currentIndex() == page
    if page:
        assert list(dialog.codes.values())[page - 1].toPlainText() == text


def test_the_copied_command_is_the_call(dialog):
    choose(dialog, 1)
    words = shlex.split(dialog.text(), comments=True)
    assert json.loads(words[-1]) == CALL.body


def test_several_pictures_are_several_calls(desk):
    desk.studio.set_count(4)
    with opened(desk, lambda _: a_dialog(desk)) as dialog:
        assert "so 4 like it are made" in dialog.note.text()


def test_a_form_that_cannot_be_sent_says_why(desk):
    desk.studio.set_prompt("")
    with opened(desk, lambda _: a_dialog(desk)) as dialog:
        assert dialog.note.text().startswith("Nothing can be sent yet.")
        assert not dialog.copy.isVisible()
        assert dialog.text() == ""


def test_a_model_on_this_computer_sends_nothing(desk):
    desk.engine.spelling = answered(None)
    with opened(desk, lambda _: a_dialog(desk)) as dialog:
        assert dialog.note.text() == "Nothing is sent: this model draws on this computer."
        assert not dialog.pages.isVisible()


def test_the_key_is_nowhere_in_it(dialog):
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    texts += [code.toPlainText() for code in dialog.codes.values()]
    assert CANARY not in "".join(texts)


def test_texts_are_plain_and_controls_have_names(dialog):
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for control in (dialog.copy, dialog.close_button, *dialog.codes.values()):
        assert control.accessibleName()
        assert control.toolTip()
    assert all(code.isReadOnly() for code in dialog.codes.values())


def test_every_prompt_that_will_be_sent_has_a_page(desk):
    desk.studio.set_prompt("a {red|blue} fox")
    desk.studio.set_count(2)
    with opened(desk, lambda _: a_dialog(desk)) as dialog:
        assert "first of 4 calls" in dialog.note.text()
        choose(dialog, 3)
        assert dialog.text() == "a red fox\n\na blue fox\n"
        assert dialog.stack.currentWidget().toPlainText() == dialog.text()
