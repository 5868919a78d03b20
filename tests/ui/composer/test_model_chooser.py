from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.core.pricing import Free, Unknown
from flux_studio.core.size import Size
from flux_studio.storage.key_status import LOCKED, UNAVAILABLE, WAITING, saved
from flux_studio.ui.composer.model_list import Entry, Header, LeftOut, key_words, rows_of
from tests.ui.composer.conftest import FREE, TIERS, choose, give, reference


def entries(state) -> dict[tuple[str, str], Entry]:
    return {r.card.id: r for r in rows_of(state).rows() if isinstance(r, Entry)}


def test_the_card_says_model_mode_and_price(panel, desk):
    assert panel.model.accessibleName() == "Model"
    assert panel.model.accessibleDescription() == "Free sizes, one · picture from text, $0.030"
    give(desk, reference(1))
    assert panel.model.detail() == "one · edit with 1 reference"
    give(desk, reference(1), reference(2))
    assert panel.model.accessibleDescription() == "Free sizes, one · edit with 2 references, $0.060"


def test_free_and_unknown_are_said_in_words(panel, desk):
    choose(desk, replace(FREE, price=Free()))
    assert panel.model.accessibleDescription() == "Free sizes, one · free, free"
    choose(desk, replace(FREE, price=Unknown()))
    assert panel.model.accessibleDescription().endswith("price not known")
    assert "$0" not in panel.model.accessibleDescription()


def test_a_model_that_cannot_edit_says_so(panel, desk):
    give(desk, reference(1))
    choose(desk, replace(FREE, references=0))
    assert panel.model.detail() == "one · takes no references"


def test_the_list_groups_by_provider_and_prices_the_present_size(desk):
    desk.studio.set_size(Size(2048, 1024))
    rows = rows_of(desk.studio.state).rows()
    headers = [r.title for r in rows if isinstance(r, Header)]
    assert len(headers) == len(set(headers)) == len({c.provider for c in desk.studio.state.cards})
    found = entries(desk.studio.state)
    assert found[FREE.id].price == "$0.045"
    assert found[TIERS.id].price == "$0.050"
    assert found[FREE.id].detail == FREE.blurb


def test_the_list_warns_of_models_that_take_no_references(desk):
    card = replace(TIERS, references=0)
    choose(desk, card)
    desk.studio._set(cards=(card,))
    give(desk, reference(1))
    assert entries(desk.studio.state)[card.id].detail.startswith("Takes no references.")


@pytest.mark.parametrize(
    ("status", "words", "has_key"),
    [
        (None, "", True),
        (saved("the keychain"), "key present", True),
        (UNAVAILABLE, "no key yet", False),
        (LOCKED, "keychain locked", False),
        (WAITING, "keychain has not answered", False),
    ],
)
def test_the_key_of_a_provider_is_said_in_words(status, words, has_key):
    assert key_words(status) == (words, has_key)


def open_list(panel, qtbot):
    panel.model.setFocus()
    QTest.keyClick(panel.model, Qt.Key.Key_Down)
    qtbot.waitUntil(panel.model.list.isVisible)
    return panel.model.list.view


def test_arrows_and_enter_choose_and_headers_are_passed_over(panel, desk, qtbot):
    view = open_list(panel, qtbot)
    assert view.currentIndex().data() == "Free sizes"
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().data() == "Listed sizes"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not panel.model.list.isVisible()
    assert desk.studio.state.card == TIERS


def test_first_letters_find_a_model(panel, qtbot):
    view = open_list(panel, qtbot)
    QTest.keyClicks(view, "lis")
    assert view.currentIndex().data() == "Listed sizes"


def test_escape_closes_and_changes_nothing(panel, desk, qtbot):
    view = open_list(panel, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not panel.model.list.isVisible()
    assert desk.studio.state.card == FREE


def test_a_click_chooses(panel, desk, qtbot):
    view = open_list(panel, qtbot)
    model = view.model()
    index = model.index(model.place(TIERS))
    view.scrollTo(index)
    spot = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.studio.state.card == TIERS


# The page of a model


def pages_of(panel):
    asked = []
    panel.model_page_asked.connect(asked.append)
    return asked


def test_the_card_has_a_sign_for_its_page(panel, desk):
    asked = pages_of(panel)
    panel.model.about.click()
    assert asked == [FREE]
    assert not panel.model.list.isVisible()
    assert "Ctrl+I" in panel.model.about.toolTip()


def test_the_sign_of_a_row_opens_its_page_and_chooses_nothing(panel, desk, qtbot):
    asked = pages_of(panel)
    view = open_list(panel, qtbot)
    index = view.model().index(view.model().place(TIERS))
    view.scrollTo(index)
    spot = panel.model.list.sign_rect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked == [TIERS]
    assert desk.studio.state.card == FREE
    assert not panel.model.list.isVisible()


def test_the_keys_open_the_page_of_the_row_that_is_current(panel, desk, qtbot):
    asked = pages_of(panel)
    view = open_list(panel, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked == [TIERS]
    assert desk.studio.state.card == FREE


def test_a_file_of_ones_own_that_is_left_out_stands_there_with_its_line(panel, desk, qtbot):
    why = "line 7: path is 'https://x'; write an address below the provider's, such as /v1/a"
    desk.studio.learn(left_out=(f"mine.toml: {why}",))
    shown = rows_of(desk.studio.state)
    rows = shown.rows()
    assert rows[-2] == Header("Your own files", "", True)
    assert rows[-1] == LeftOut("mine.toml", why)
    index = shown.index(len(rows) - 1)
    assert shown.flags(index) == Qt.ItemFlag.NoItemFlags  # greyed: it cannot be chosen
    assert "line 7" in shown.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert "line 7" in shown.data(index, Qt.ItemDataRole.ToolTipRole)
    panel.model.click()
    chosen: list[object] = []
    panel.model.list.card_chosen.connect(chosen.append)
    panel.model.list.view.clicked.emit(panel.model.list.view.model().index(len(rows) - 1, 0))
    assert chosen == []
    panel.model.list.close()


def test_without_faults_there_is_no_section_for_them(desk):
    desk.studio.learn(left_out=())
    assert not any(isinstance(row, LeftOut) for row in rows_of(desk.studio.state).rows())
