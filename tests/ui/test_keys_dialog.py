"""The keys dialog: what it says of a key, what it asks for, and that a key never stays in it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QWidget

from flux_studio.core.money import Money
from flux_studio.storage import key_status
from flux_studio.ui.keys_dialog import KeysDialog
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

CANARY = "sk-canary-4711"


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def keys(desk, monkeypatch):
    """What the dialog asked of the desk of keys."""
    asked = []
    for name in ("store", "test", "forget"):
        monkeypatch.setattr(desk.studio.keys, name, lambda *a, name=name: asked.append((name, *a)))
    monkeypatch.setattr(desk.studio.keys, "look", lambda: asked.append(("look",)))
    return asked


@pytest.fixture
def dialog(desk, keys):
    with opened(desk, lambda theme: KeysDialog(desk.studio, theme)) as made:
        yield made


@pytest.fixture
def card(dialog):
    return dialog.cards["runflow"]


def everything_said(widget: QWidget) -> str:
    """All texts of a window and its children, for eyes, pointer and screen reader."""
    parts = []
    for each in (widget, *widget.findChildren(QWidget)):
        parts += [each.toolTip(), each.accessibleName(), each.accessibleDescription()]
        for name in ("text", "placeholderText", "windowTitle", "statusTip", "whatsThis"):
            value = getattr(each, name, None)
            parts.append(str(value()) if callable(value) else "")
    return "\n".join(parts)


def test_it_shows_every_provider_that_needs_a_key_and_looks_at_once(desk, dialog, keys):
    assert list(dialog.cards) == [row.id for row in desk.studio.keys.rows]
    assert "practice" not in dialog.cards
    assert keys == [("look",)]


@pytest.mark.parametrize(
    "status",
    [
        key_status.saved("GNOME keyring"),
        key_status.session_only("no keychain answers on this system."),
        key_status.environment("RUNFLOW_API_KEY"),
        key_status.none(),
        key_status.LOCKED,
        key_status.WAITING,
        key_status.UNAVAILABLE,
    ],
)
def test_the_status_is_said_in_words_and_rules_the_buttons(desk, card, status):
    desk.studio.keys.status_changed.emit("runflow", status)
    assert card.words.text() == status.sentence
    assert card.test.isEnabled() is status.has_key
    own = status.has_key and status.state is not key_status.KeyState.ENVIRONMENT
    assert card.forget.isEnabled() is own


def test_without_a_keychain_it_says_session_only_in_its_first_line(desk, dialog):
    assert "keychain of this system" in dialog.where.text()
    desk.studio.keys.status_changed.emit("runapi", key_status.UNAVAILABLE)
    assert "for this run only" in dialog.where.text()
    desk.studio.keys.status_changed.emit("runapi", key_status.saved("GNOME keyring"))
    assert "keychain of this system" in dialog.where.text()


def test_typing_is_hidden_and_says_so_to_assistive_technology(card):
    QTest.keyClicks(card.field, CANARY)
    assert card.field.echoMode() is QLineEdit.EchoMode.Password
    assert QAccessible.queryAccessibleInterface(card.field).state().passwordEdit


def test_what_is_typed_can_be_seen_and_a_new_card_hides_again(card):
    card.show_typed.click()
    assert card.field.echoMode() is QLineEdit.EchoMode.Normal
    QTest.keyClicks(card.field, CANARY)
    card.save.click()
    assert card.field.echoMode() is QLineEdit.EchoMode.Password


def test_save_hands_the_key_on_and_keeps_nothing_of_it(dialog, card, keys):
    QTest.keyClicks(card.field, CANARY)
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert keys[-1] == ("store", "runflow", CANARY)
    assert card.field.text() == ""
    assert not card.save.isEnabled()
    assert CANARY not in everything_said(dialog)


def test_a_saved_key_cannot_be_brought_back_by_undo(card):
    card.show_typed.click()
    QTest.keyClicks(card.field, CANARY)
    card.save.click()
    card.show_typed.click()
    QTest.keyClick(card.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert card.field.text() == ""


def test_a_half_typed_key_goes_with_the_dialog(dialog, card):
    QTest.keyClicks(card.field, CANARY)
    dialog.hide()
    assert card.field.text() == ""


def test_what_cannot_be_a_key_is_said_at_the_field_and_stays_there(card, keys):
    QTest.keyClicks(card.field, "two words")
    card.save.click()
    assert "without spaces" in card.result.text()
    assert card.field.property("problem") is True
    assert card.field.text() == "two words"
    assert ("store", "runflow", "two words") not in keys
    QTest.keyClick(card.field, Qt.Key.Key_Backspace)
    assert card.result.text() == ""
    assert card.field.property("problem") is False


def test_a_refusal_of_the_keychain_is_said_at_the_field(desk, card):
    desk.studio.keys.refused.emit("runflow", "The keychain does not take it.")
    assert card.result.text() == "The keychain does not take it."


def test_a_test_says_that_it_runs_and_what_came_of_it(desk, card, keys):
    desk.studio.keys.status_changed.emit("runflow", key_status.saved("GNOME keyring"))
    card.test.click()
    assert keys[-1] == ("test", "runflow")
    assert card.result.text() == "Testing the key…"
    assert not card.test.isEnabled()
    desk.studio.keys.tested.emit("runflow", True, "balance $4.20")
    assert card.result.text() == "The key works: balance $4.20"
    assert card.test.isEnabled()
    desk.studio.keys.tested.emit("runflow", False, "<b>401</b> The key was refused.")
    assert card.result.text() == "<b>401</b> The key was refused."


def test_the_balance_stands_beside_the_name(desk, card):
    assert not card.balance.isVisible()
    desk.studio._set(balances={"runflow": Money("4.20")})
    assert card.balance.text() == "$4.20 left"
    assert card.balance.isVisible()


def test_forget_asks_first(desk, dialog, card, keys):
    desk.studio.keys.status_changed.emit("runflow", key_status.saved("GNOME keyring"))
    for answer, asked in (("Keep", False), ("Forget", True)):
        card.forget.click()
        box = dialog.findChild(QMessageBox, "forget")
        assert box.textFormat() is Qt.TextFormat.PlainText
        next(b for b in box.buttons() if b.text() == answer).click()
        assert (("forget", "runflow") in keys) is asked
        stock.settle(desk)


def test_the_site_of_the_provider_opens_in_the_browser(card, monkeypatch):
    pages: list[str] = []
    monkeypatch.setattr("flux_studio.ui.key_card.open_site", pages.append)
    card.site.click()
    assert pages == ["https://www.runflow.io"]


def test_texts_are_plain_and_controls_have_names(dialog):
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for card in dialog.cards.values():
        for control in (card.field, card.save, card.test, card.forget, card.show_typed, card.site):
            assert control.accessibleName(), control
            assert control.toolTip(), control
