"""The price table above Generate: what a line says, how one switches, how much room it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from flux_studio.core.draft import Draft
from flux_studio.core.price_table import Circumstances, price_table
from flux_studio.core.pricing import Unknown
from flux_studio.core.size import Size
from flux_studio.session.state import Quote, question
from flux_studio.storage.key_status import UNAVAILABLE, WAITING, saved
from flux_studio.ui.composer.price_line import fitted_detail
from flux_studio.ui.composer.price_words import family_of, name_words
from tests.ui.composer.conftest import FREE, TIERS, add_cards, choose, give, reference

DEARER = replace(FREE.price, first=Decimal("0.04"))
SAME = replace(FREE, provider="three", as_of="2026-10-01", price=DEARER)
DAY = date(2026, 11, 20)


@pytest.fixture
def prices(panel, desk):
    """Three cards, the same model at two places."""
    desk.studio._cards = {}
    desk.studio._set(cards=())
    add_cards(desk, FREE, SAME, TIERS)
    desk.studio.set_prompt("a fox in snow")
    desk.studio.set_size(Size(1024, 1024))
    return panel.footer.prices


def shown(prices) -> list[tuple[str, str]]:
    return [row.card.id for row in prices.lines.rows()]


def spoken(prices, place: int) -> str:
    index = prices.lines.index(place)
    return index.data(Qt.ItemDataRole.AccessibleTextRole)


def tip(prices, place: int) -> str:
    return prices.lines.index(place).data(Qt.ItemDataRole.ToolTipRole)


def test_lines_by_price_with_the_chosen_and_the_cheapest(prices, desk):
    assert shown(prices) == [FREE.id, SAME.id, TIERS.id]
    assert [row.chosen for row in prices.lines.rows()] == [True, False, False]
    assert [row.cheapest for row in prices.lines.rows()] == [True, False, False]
    assert spoken(prices, 0).startswith("one Free sizes, chosen, cheapest, $0.030")


def test_a_click_switches_and_keeps_the_draft(prices, desk, panel):
    desk.studio.set_count(4)
    panel.prompt.box.setFocus()
    before = desk.studio.state.draft
    spot = prices.view.visualRect(prices.lines.index(1)).center()
    QTest.mouseClick(prices.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.studio.state.card == SAME
    assert desk.studio.state.draft == replace(before, provider="three")
    assert [row.chosen for row in prices.lines.rows()] == [False, True, False]
    assert "4 × $0.040" in spoken(prices, 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_alt_and_a_digit_switch_from_anywhere(prices, desk, panel, place):
    panel.prompt.box.setFocus()
    key = Qt.Key(Qt.Key.Key_1 + place)
    QTest.keyClick(panel.prompt.box, key, Qt.KeyboardModifier.AltModifier)
    assert desk.studio.state.card.id == [FREE.id, SAME.id, TIERS.id][place]
    assert desk.studio.state.draft.prompt == "a fox in snow"
    assert panel.prompt.box.hasFocus()


def test_a_number_without_a_line_does_nothing(prices, desk, panel):
    QTest.keyClick(panel.prompt.box, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert desk.studio.state.card == FREE


def test_numbers_go_on_behind_the_lines_that_are_shown(prices, desk, panel):
    panel.resize(360, 560)
    assert len(shown(prices)) == 1
    prices.choose(2)
    assert desk.studio.state.card == TIERS


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter])
def test_arrows_go_through_the_lines_and_enter_takes_one(prices, desk, key):
    prices.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert prices.view.currentIndex().row() == 0
    QTest.keyClick(prices.view, Qt.Key.Key_Down)
    QTest.keyClick(prices.view, Qt.Key.Key_Down)
    assert desk.studio.state.card == FREE
    QTest.keyClick(prices.view, key)
    assert desk.studio.state.card == TIERS
    assert prices.view.hasFocus()


def test_the_keyboard_stays_on_its_line_when_prices_change(prices, desk):
    prices.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(prices.view, Qt.Key.Key_Down)
    desk.studio.set_size(Size(4096, 1024))  # the price by tier is the lowest now
    assert prices.lines.rows()[prices.view.currentIndex().row()].card == SAME


@pytest.mark.parametrize(("height", "lines"), [(560, 1), (576, 1), (700, 3), (900, 4)])
def test_it_takes_the_room_there_is(prices, desk, panel, height, lines):
    more = [replace(SAME, provider=f"p{n}") for n in range(6)]
    add_cards(desk, *more)
    panel.resize(360, height)
    assert len(shown(prices)) == lines
    assert prices.view.height() == lines * 24
    assert FREE.id in shown(prices)


def test_all_of_them_on_demand_with_who_cannot_and_why(prices, desk):
    give(desk, *(reference(n) for n in range(8)))
    add_cards(desk, replace(SAME, references=2))
    desk.studio.set_size(Size(1024, 1024))
    assert SAME.id not in shown(prices)
    prices.toggle.click()
    assert shown(prices)[-1] == SAME.id
    assert "references: at most 2" in spoken(prices, len(shown(prices)) - 1)
    assert "takes at most 2 references and there are 8" in tip(prices, len(shown(prices)) - 1)
    assert prices.toggle.text() == "Fewer"
    prices.toggle.click()
    assert SAME.id not in shown(prices)
    assert prices.toggle.text() == "All 3"


def test_twenty_lines_scroll_and_leave_room(prices, desk, panel):
    add_cards(desk, *(replace(SAME, provider=f"p{n}") for n in range(20)))
    panel.resize(360, 800)
    prices.toggle.click()
    assert len(shown(prices)) == 23
    assert prices.view.height() <= 12 * 24
    assert panel.footer.height() < panel.height() - 200


def test_all_of_them_open_at_the_chosen_one(prices, desk, panel):
    add_cards(desk, *(replace(SAME, provider=f"p{n}") for n in range(20)))
    panel.resize(360, 700)
    desk.studio.choose_model(*TIERS.id)
    prices.toggle.click()
    [place] = [n for n, row in enumerate(prices.lines.rows()) if row.chosen]
    assert place > 12
    spot = prices.view.visualRect(prices.lines.index(place))
    assert prices.view.viewport().rect().contains(spot)


def test_without_any_key_it_says_so(prices, desk):
    desk.studio.learn(keys={"one": UNAVAILABLE, "three": UNAVAILABLE, "two": WAITING})
    assert "no key" in spoken(prices, 0)
    assert "There is no key for it yet" in tip(prices, 1)
    assert "no key" not in spoken(prices, 2)  # nobody knows yet
    desk.studio.learn(keys={"one": saved("the keychain")})
    assert "no key" not in spoken(prices, 0)


def test_wait_and_what_is_left(prices, desk):
    assert "~" not in spoken(prices, 0)
    assert "You have not used it yet; about 8 s a picture" in tip(prices, 0)
    desk.studio.learn(usual={FREE.id: 10.2}, balances={"one": Decimal("4.20")})
    assert "~11 s" in spoken(prices, 0)
    assert "140 left" in spoken(prices, 0)
    assert "Your pictures usually took 11 s" in tip(prices, 0)
    assert "enough for 140 pictures" in tip(prices, 0)


def test_what_it_would_change(prices, desk):
    desk.studio.set_size(Size(1360, 768))
    line = shown(prices).index(TIERS.id)
    assert "16:9 at 1k, no seed" in spoken(prices, line)
    assert "It would change: 16:9 at 1k, no seed" in tip(prices, line)


def test_working_source_date_and_keys_are_in_the_tooltip(prices, desk):
    desk.studio.set_size(Size(1920, 1088))
    for words in ("billed as 2 MP", "https://example.test/free", "Alt+1"):
        assert words in tip(prices, 0)


def test_an_old_price_shows_its_age_and_a_young_one_does_not(prices, desk):
    prices.show_state(desk.studio.state, DAY)
    rows = {row.card.id: row.age for row in prices.lines.rows()}
    assert rows[FREE.id] == 264
    assert rows[SAME.id] is None
    assert "264 days old" in spoken(prices, 0)
    assert "That is 264 days ago" in tip(prices, 0)


def test_an_unknown_price_is_never_zero_and_never_the_cheapest(prices, desk):
    choose(desk, replace(FREE, price=Unknown()))
    add_cards(desk, replace(FREE, price=Unknown()))
    [line] = [n for n, row in enumerate(prices.lines.rows()) if row.card.id == FREE.id]
    assert "price ?" in spoken(prices, line)
    assert "$0" not in spoken(prices, line)
    assert not prices.lines.rows()[line].cheapest


def test_a_quote_stands_on_the_button_and_in_the_line_until_the_draft_changes(prices, desk, panel):
    desk.studio.set_count(2)
    desk.studio.learn(quote=Quote(question(desk.studio.state.check), Decimal("0.2")))
    footer = panel.footer
    assert footer.button.price() == "$0.40 quoted"
    assert footer.cost.text() == "2 × $0.20 = $0.40 quoted"
    [line] = [n for n, row in enumerate(prices.lines.rows()) if row.chosen]
    assert "2 × $0.20" in spoken(prices, line)
    assert "quoted" in spoken(prices, line)
    desk.studio.set_prompt("another fox")
    assert footer.button.price() == "$0.060"
    assert "quoted" not in footer.cost.text()


def test_other_peoples_words_are_no_markup(prices, desk):
    add_cards(desk, replace(SAME, title="<b>bold</b> & more"))
    place = shown(prices).index(SAME.id)
    assert "<b>bold" not in tip(prices, place)
    assert "&lt;b&gt;bold" in tip(prices, place)


def test_names_for_assistive_technology(prices):
    assert prices.view.accessibleName() == "Prices"
    assert prices.toggle.accessibleName() == "All prices"
    index = prices.lines.index(0)
    described = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "first megapixel" in described


def test_a_state_that_changes_no_price_makes_no_new_table(prices, desk):
    table = prices.table()
    desk.studio.learn(paused={"one": "resting"})
    assert prices.table() is table
    desk.studio.set_prompt("a fox in deep snow")
    assert prices.table() is table  # equal, so nothing is painted again


def test_the_family_word_is_left_out_of_lines():
    cards = [replace(FREE, title=title) for title in ("FLUX.2 pro", "FLUX.2 dev", "Practice")]
    assert family_of(cards) == "FLUX.2 "
    assert family_of(cards[2:]) == ""
    QToolTip.hideText()


def test_a_name_that_is_the_providers_own_stands_once(prices):
    card = replace(FREE, provider="practice", title="Practice")
    draft = Draft("practice", FREE.model, prompt="a fox")
    [row] = price_table(draft, (card,), Circumstances(DAY)).all
    assert name_words(row, "") == ("", "Practice")


def test_a_line_leaves_out_whole_words_before_it_cuts_one(qapp):
    metrics = QFontMetrics(qapp.font())
    detail = ["no key", "1.05 MP", "317 days old"]
    wide = [metrics.horizontalAdvance(", ".join(detail[:count])) for count in (1, 2, 3)]
    assert fitted_detail(metrics, detail, wide[2]) == "no key, 1.05 MP, 317 days old"
    assert fitted_detail(metrics, detail, wide[2] - 1) == "no key, 1.05 MP"
    assert fitted_detail(metrics, detail, wide[0]) == "no key"
    assert fitted_detail(metrics, detail, wide[0] - 1).endswith("…")
    assert fitted_detail(metrics, [], 100) == ""
