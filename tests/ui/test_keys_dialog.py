"""The keys dialog: what it says of a key, what it asks for, and that a key never stays in it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QRadioButton, QWidget

from flux_studio.core.money import Money
from flux_studio.session.key_desk import NamedKey
from flux_studio.storage import key_status
from flux_studio.ui.keys_dialog import KeysDialog
from flux_studio.ui.phrases import when_words
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

CANARY = "sk-canary-4711"
SAVED = NamedKey("default", key_status.saved("GNOME keyring"), True)
CLIENT = NamedKey("Client & Co", key_status.saved("GNOME keyring"), False)


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def keys(desk, monkeypatch):
    """What the dialog asked of the desk of keys."""
    asked = []
    for name in ("store", "test", "forget", "rename", "use"):
        monkeypatch.setattr(desk.studio.keys, name, lambda *a, name=name: asked.append((name, *a)))
    for name in ("look", "list_keys"):
        monkeypatch.setattr(desk.studio.keys, name, lambda name=name: asked.append((name,)))
    return asked


@pytest.fixture
def dialog(desk, keys):
    with opened(desk, lambda theme: KeysDialog(desk.studio, theme)) as made:
        yield made


@pytest.fixture
def card(dialog):
    return dialog.cards["runflow"]


def rows_of(desk, card, *keys):
    """The card's rows once the desk told of these keys."""
    desk.studio.keys.listed.emit("runflow", keys)
    return [card.rows[key.label] for key in keys]


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
    assert keys == [("look",), ("list_keys",)]


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
    from_shell = status.state is key_status.KeyState.ENVIRONMENT
    row = rows_of(
        desk, card, NamedKey("$RUNFLOW_API_KEY" if from_shell else "default", status, True)
    )[0]
    assert status.sentence.rstrip(".") in row.words.text()
    assert row.test.isEnabled() is status.has_key
    assert row.forget.isHidden() is row.rename.isHidden() is from_shell


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
    assert keys[-1] == ("store", "runflow", CANARY, "default")
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
    assert not [asked for asked in keys if asked[0] == "store"]
    QTest.keyClick(card.field, Qt.Key.Key_Backspace)
    assert card.result.text() == ""
    assert card.field.property("problem") is False


def test_a_refusal_of_the_keychain_is_said_at_the_field(desk, card):
    desk.studio.keys.refused.emit("runflow", "The keychain does not take it.")
    assert card.result.text() == "The keychain does not take it."


def test_a_test_says_that_it_runs_and_what_came_of_it(desk, card, keys):
    [row] = rows_of(desk, card, SAVED)
    row.test.click()
    assert keys[-1] == ("test", "runflow", "default")
    assert card.result.text() == "Testing the key…"
    desk.studio.keys.tested.emit("runflow", "default", True, "balance $4.20")
    assert card.result.text() == "The key works: balance $4.20"
    desk.studio.keys.tested.emit("runflow", "default", False, "<b>401</b> The key was refused.")
    assert card.result.text() == "<b>401</b> The key was refused."


def test_forget_asks_first(desk, dialog, card, keys):
    [row] = rows_of(desk, card, SAVED)
    for answer, asked in (("Keep", False), ("Forget", True)):
        row.forget.click()
        box = dialog.findChild(QMessageBox, "forget")
        assert box.textFormat() is Qt.TextFormat.PlainText
        next(b for b in box.buttons() if b.text() == answer).click()
        assert (("forget", "runflow", "default") in keys) is asked
        stock.settle(desk)


# Several keys


def test_each_key_says_its_balance_and_when_it_was_used(desk, card):
    used = datetime(2026, 11, 20, 12, tzinfo=UTC)
    client = replace(CLIENT, used=used, balance=Money("4.20"))
    studio, other = rows_of(desk, card, SAVED, client)
    assert "not used yet" in studio.words.text()
    assert "$4.20 left" in other.words.text()
    assert f"last used {when_words(used)}" in other.words.text()
    assert (studio.choice.isChecked(), other.choice.isChecked()) == (True, False)


def test_another_key_is_chosen_by_a_click_and_shown_when_it_is_so(desk, card, keys):
    _, other = rows_of(desk, card, SAVED, CLIENT)
    other.choice.click()
    assert keys[-1] == ("use", "runflow", "Client & Co")
    assert not other.choice.isChecked(), "not before the studio says so"
    rows_of(desk, card, replace(SAVED, in_use=False), replace(CLIENT, in_use=True))
    assert other.choice.isChecked()


def test_while_a_variable_is_set_no_other_can_be_chosen(desk, card):
    shell = NamedKey("$RUNFLOW_API_KEY", key_status.environment("RUNFLOW_API_KEY"), True)
    first, second = rows_of(desk, card, shell, replace(SAVED, in_use=False))
    assert first.choice.text() == "RUNFLOW_API_KEY"
    assert not second.choice.isEnabled()
    assert "While the variable is set" in second.choice.toolTip()


def test_a_key_is_renamed_in_its_place(desk, dialog, card, keys):
    [row] = rows_of(desk, card, SAVED)
    row.rename.click()
    assert row.entry.text() == "default"
    QTest.keyClicks(row.entry, "Studio")
    QTest.keyClick(row.entry, Qt.Key.Key_Return)
    assert keys[-1] == ("rename", "runflow", "default", "Studio")
    assert row.entry.isHidden()
    row.rename.click()
    QTest.keyClick(row.entry, Qt.Key.Key_Escape)
    assert row.entry.isHidden()
    assert dialog.isVisible(), "Esc ended the renaming only"
    assert len([asked for asked in keys if asked[0] == "rename"]) == 1


def test_a_first_key_needs_no_name_and_a_further_one_does(desk, card, keys):
    assert card.name.isHidden()
    rows_of(desk, card, SAVED)
    assert card.name.isVisible()
    QTest.keyClicks(card.field, CANARY)
    card.save.click()
    assert "Name the further key" in card.result.text()
    assert card.field.text() == CANARY
    QTest.keyClicks(card.name, "$HOME")
    card.save.click()
    assert "dollar sign" in card.result.text()
    card.name.setText("Client")
    card.save.click()
    assert keys[-1] == ("store", "runflow", CANARY, "Client")
    assert (card.name.text(), card.field.text()) == ("", "")


def test_without_one_in_use_it_asks_to_choose(desk, card):
    rows_of(desk, card, replace(SAVED, in_use=False), CLIENT)
    assert card.words.text() == "No key is in use. Choose one of these."
    assert card.words.isVisible()
    rows_of(desk, card, SAVED, CLIENT)
    assert not card.words.isVisible()


def test_of_several_keys_the_result_names_the_one_that_was_tested(desk, card):
    rows_of(desk, card, SAVED, CLIENT)
    desk.studio.keys.tested.emit("runflow", "Client & Co", True, "")
    assert card.result.text() == "Client & Co: The key works."


def test_a_key_that_is_gone_takes_its_row_with_it(desk, card):
    rows_of(desk, card, SAVED, CLIENT)
    rows_of(desk, card, CLIENT)
    assert list(card.rows) == ["Client & Co"]


def test_the_site_of_the_provider_opens_in_the_browser(card, monkeypatch):
    pages: list[str] = []
    monkeypatch.setattr("flux_studio.ui.key_card.open_site", pages.append)
    card.site.click()
    assert pages == ["https://www.runflow.io"]


def test_texts_are_plain_and_controls_have_names(dialog):
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for card in dialog.cards.values():
        card.show_keys((SAVED,))
        [row] = card.rows.values()
        controls = (card.field, card.name, card.save, card.show_typed, card.site)
        for control in (*controls, row.choice, row.test, row.rename, row.forget, row.entry):
            assert control.accessibleName(), control
            assert control.toolTip(), control


def test_a_provider_with_regions_lets_one_choose_and_remembers(desk, dialog):
    saved: list[dict[str, str]] = []
    desk.studio.keys._save_regions = saved.append
    with_regions = {name: each for name, each in dialog.cards.items() if each.region is not None}
    assert list(with_regions) == ["bfl"]
    regions = with_regions["bfl"].region.regions
    assert regions.accessibleName() == "Region of Black Forest Labs"
    assert regions.key() == ""
    button = next(b for b in regions.findChildren(QRadioButton) if b.accessibleName() == "Europe")
    assert "https://api.eu.bfl.ai" in button.toolTip()
    button.click()
    assert saved == [{"bfl": "eu"}]
    assert desk.studio.keys.region("bfl") == "eu"
    with opened(desk, lambda theme: KeysDialog(desk.studio, theme)) as again:
        assert again.cards["bfl"].region.regions.key() == "eu"


def test_a_region_that_is_not_known_is_shown_as_the_first(dialog):
    row = dialog.cards["bfl"].region
    row.show_region("moon")
    assert row.regions.key() == ""
