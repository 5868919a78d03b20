"""Finishing a draft: what the dialog offers, what it costs, and what it orders."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from flux_studio.core.finishing import INSTRUCTION
from flux_studio.storage.key_status import KeyState, KeyStatus
from flux_studio.ui.finish_dialog import FinishDialog
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

KLEIN = ("bfl", "flux-2-klein-4b")


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        keys = {card.provider: KeyStatus(KeyState.NONE, "", "") for card in made.ground.cards}
        keys["bfl"] = KeyStatus(KeyState.SAVED, "", "")
        made.studio._set(keys=keys)
        yield made


@pytest.fixture
def draft(desk):
    """A picture of the small model, $0.014."""
    request = stock.request(0, provider=KLEIN[0], model=KLEIN[1])
    made = stock.generation(0, datetime.now(UTC), request=request, charged=Decimal("0.014"))
    stock.keep(desk, [made])
    return made


@pytest.fixture
def dialog(desk, draft):
    with opened(desk, lambda _: FinishDialog(desk.studio, draft)) as made:
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test looks at it after
        yield made


def cards(dialog):
    return {choice.card.id for choice in dialog._choices}


def test_only_models_with_a_key_and_the_next_better_first(dialog):
    assert {provider for provider, _ in cards(dialog)} == {"bfl"}
    assert KLEIN not in cards(dialog), "the same model at the same size is no finishing"
    assert dialog.choice.card.title == "FLUX.2 klein 9B"


def test_the_extra_cost_stands_on_the_button(dialog):
    each = dialog.choice.each
    assert each > 0
    assert dialog.finish.price() == f"+${each}"
    larger = list(dialog._sizes)[-1]
    dialog.sizes.segment_chosen.emit(larger)
    dialog.sizes.show_key(larger)
    dialog._look_again()
    assert dialog.choice.each > each
    assert dialog.finish.price() == f"+${dialog.choice.each}"


def test_the_choice_stays_when_the_size_changes(dialog):
    dialog.models.setCurrentItem(dialog.models.topLevelItem(len(dialog._choices) - 1))
    before = dialog.choice.card.id
    dialog.sizes.show_key(list(dialog._sizes)[-1])
    dialog._look_again()
    assert dialog.choice.card.id == before


def test_what_is_sent_is_what_stands_there(dialog, desk, qtbot, draft):
    assert dialog.prompt.toPlainText().startswith(INSTRUCTION)
    dialog.prompt.setPlainText("sharper, same light")
    dialog.finish.click()
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    ((order, _),) = desk.engine.orders
    assert order.requests[0].prompt == "sharper, same light"
    assert order.requests[0].parent == draft.id


def test_without_an_instruction_nothing_can_be_ordered(dialog, desk, qtbot):
    dialog.prompt.setPlainText("  ")
    qtbot.waitUntil(lambda: not dialog.finish.isEnabled())
    assert dialog.nothing.isVisible()
    assert dialog.choice is None


def test_escape_orders_nothing_and_controls_have_names(dialog, desk):
    for control in (dialog.sizes, dialog.models, dialog.prompt, dialog.finish, dialog.cancel):
        assert control.accessibleName()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not desk.engine.orders
