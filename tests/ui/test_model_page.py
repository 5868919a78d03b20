"""The page of a model: what it says of a card, of your own pictures, and what it asks for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from flux_studio.core.job import Sending
from flux_studio.core.pricing import Unknown
from flux_studio.storage.gallery_figures import ModelFigures
from flux_studio.ui.model_page import ModelPage, PriceExamples
from flux_studio.ui.model_words import age_words, limit_rows, term_rows
from tests.storage.samples import NOON, planned, request, saved
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

TODAY = date(2026, 11, 20)
ID = ("runflow", "flux-2-pro")


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def card(desk):
    return desk.ground.card(*ID)


@pytest.fixture
def page(desk, card):
    with opened(desk, lambda _: a_page(desk, card)) as made:
        yield made


def a_page(desk, card):
    made = ModelPage(desk.studio, card, today=TODAY)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the fixture does that
    return made


def said(page):
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def rows(card):
    return {row.label: row.value for row in limit_rows(card)}


def lines_of(card) -> list[tuple[str, str, str, str]]:
    """The lines of the table of worked prices."""
    examples = PriceExamples(card)
    for _ in examples.fill():
        pass
    return examples.lines


def test_it_says_what_the_model_is_good_at_and_where_the_facts_are_from(page, card):
    words = said(page)
    for part in (card.title, "Runflow", card.blurb, *card.best_for, card.licence, card.source):
        assert part in words


def test_the_worked_prices_are_those_of_the_card(qapp, card):
    lines = lines_of(card)
    assert [line[1] for line in lines] == ["$0.030", "$0.045", "$0.075", "$0.255"]
    assert [line[2] for line in lines] == ["$0.045", "$0.060", "$0.090", "$0.27"]
    assert "15 further × $0.015 = $0.225" in lines[3][3]


def test_an_unknown_price_is_said_to_be_unknown(qapp, card):
    lines = lines_of(replace(card, price=Unknown()))
    assert {line[1] for line in lines} == {"price not known"}
    assert not any("$0" in "".join(line) for line in lines)


def test_the_limits_of_free_sizes(card):
    found = rows(card)
    assert found["Sizes"] == "64 to 4096 px a side"
    assert found["References"] == "up to 8"
    assert found["Safety"].startswith("1 (strictest) to 5 (most permissive)")
    assert found["Formats"] == "JPEG, PNG"


def test_the_limits_of_listed_sizes_and_of_what_cannot_be_chosen(desk):
    found = rows(desk.ground.card("runapi", "flux-2-pro"))
    assert found["Sizes"] == "1:1, 4:3, 3:4, 16:9, 9:16, 3:2, 2:3 at 1k, 2k"
    assert found["Prompt"].startswith("3 to 5")
    assert found["Seed"].startswith("cannot be chosen")
    assert found["Formats"] == "the provider decides"


def test_a_grid_an_area_and_a_bound_on_references_are_said(desk):
    found = rows(desk.ground.card("bfl", "flux-2-pro"))
    assert found["Sizes"].endswith("in steps of 16 px, at most 4 MP")
    assert found["References"] == "up to 8, 9 MP together with the picture"
    assert found["Prompt"] == "no limit is documented"


def test_knobs_are_limits_too(desk):
    card = desk.ground.card("bfl", "flux-2-flex")
    found = rows(card)
    assert {knob.title for knob in card.knobs} <= found.keys()


def test_old_facts_are_said_to_be_old(card):
    fresh, old = replace(card, as_of="2026-08-22"), replace(card, as_of="2026-08-21")
    assert "days ago" not in age_words(fresh, TODAY)
    assert "91 days ago" in age_words(old, TODAY)
    assert term_rows(old, TODAY)[-1].tone == "warn"


def test_without_pictures_it_teaches_what_will_stand_there(page):
    assert "No picture with this model yet." in page.figures.words.text()
    assert page.figures.values == {}


def test_your_own_figures_come_from_the_library(desk, card):
    journal = desk.workshop.journal
    asked = request(provider=ID[0], model=ID[1])
    for number, stars in enumerate((4, 0)):
        name = f"job-{number}"
        journal.record(planned(name, provider=ID[0], model=ID[1]))
        journal.record(Sending(name, NOON))
        journal.record(
            saved(name, request=asked, rating=stars, charged=Decimal("0.03"), seconds=8.0)
        )
    with opened(desk, lambda _: a_page(desk, card)) as page:
        stock.settle(desk)
        assert page.figures.values == {
            "pictures": "2",
            "usual wait": "8 s",
            "failures": "0",
            "spent": "$0.060",
            "a kept one": "$0.060",
        }


def test_what_is_not_known_of_the_figures_is_said(page):
    page.show_figures(ModelFigures(3, 0, 1, None, Decimal("0.06"), 2))
    assert page.figures.values["usual wait"] == "–"
    assert page.figures.values["a kept one"] == "–"
    assert "For 2 of them no price is known" in page.figures.words.text()


def test_use_this_model_chooses_it_and_keeps_what_was_typed(desk, page, card):
    desk.studio.set_prompt("a fox in snow, typed")
    page.use.click()
    assert desk.studio.state.card == card
    assert desk.studio.state.draft.prompt == "a fox in snow, typed"
    assert not page.isVisible()


def test_the_model_in_use_is_not_offered_again(desk, card):
    desk.studio.choose_model(*ID)
    with opened(desk, lambda _: a_page(desk, card)) as page:
        assert not page.use.isEnabled()
        assert page.use.text() == "In use"


def test_a_page_that_is_closed_before_its_figures_come_does_no_harm(desk, card):
    page = ModelPage(desk.studio, card, today=TODAY)
    page.show()
    page.close()
    stock.settle(desk)


def test_escape_closes(desk, page, card):
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert desk.studio.state.card != card


def test_texts_are_plain_and_buttons_have_names(page):
    for label in page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for button in (page.use, page.close_button):
        assert button.accessibleName()
        assert button.toolTip()


def test_how_far_a_seed_repeats_is_on_the_page(qapp, card):
    assert rows(card)["Seed"] == f"can be chosen. {card.repeat_note}"
    assert card.repeat_note
    assert rows(replace(card, repeat_note=""))["Seed"] == "can be chosen"
