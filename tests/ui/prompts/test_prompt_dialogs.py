"""The lists behind the prompt: earlier prompts, and templates with what they make."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest

from flux_studio.core.draft import check
from flux_studio.core.job import Planned
from flux_studio.core.request import Origin
from flux_studio.session.composing import no_seed
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.storage.templates import PromptTemplate, save_template
from flux_studio.ui.prompts.history_dialog import HistoryDialog
from flux_studio.ui.prompts.template_form import TemplateForm
from flux_studio.ui.prompts.templates_dialog import TemplatesDialog
from tests.session.desks import Desk
from tests.ui.composer.conftest import drop

NOW = datetime.now(UTC)


@pytest.fixture
def desk(qtbot, tmp_path):
    made = Desk(tmp_path / "home")
    paths = made.ground.paths
    order = check(made.studio.state.draft, made.studio.state.card, no_seed).order
    for number, typed in enumerate(("a fox", "a {red|blue} chair", "GRÖSSE " + "x" * 300)):
        at = NOW - timedelta(minutes=number)
        origin = Origin(typed=typed)
        job = f"job-{number}"
        event = Planned(job, at, order.requests[0], Decimal(0), job, origin)
        made.workshop.journal.record(event)
    shelf = PromptShelf(
        lambda: made.workshop, made.engine.run_on_loop, paths.lists, paths.templates
    )
    with qtbot.waitSignal(made.studio.prompts.templates_changed):
        made.studio.prompts.open(shelf)
    yield made
    made.studio._saving.stop()
    made.studio.prompts._settling.stop()
    made.close()


def shown(qtbot, dialog, count):
    qtbot.waitUntil(lambda: len(dialog.list.cards.cards) == count)
    return [card.title for card in dialog.list.cards.cards]


@pytest.fixture
def history(qtbot, desk):
    dialog = HistoryDialog(desk.studio)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot closes it too
    qtbot.addWidget(dialog)
    dialog.show()
    shown(qtbot, dialog, 3)
    return dialog


@pytest.fixture
def templates(qtbot, desk):
    dialog = TemplatesDialog(desk.studio)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_earlier_prompts_come_newest_first_and_are_put_back(qtbot, desk, history):
    assert shown(qtbot, history, 3)[:2] == ["a fox", "a {red|blue} chair"]
    assert "sent once" in history.list.cards.cards[0].note
    history.search.setText("CHAIR red")
    assert shown(qtbot, history, 1) == ["a {red|blue} chair"]
    QTest.keyClick(history.search, Qt.Key.Key_Return)
    assert desk.studio.state.draft.prompt == "a {red|blue} chair"
    assert not history.isVisible()


def test_stars_filter_and_forgetting(qtbot, desk, history):
    QTest.keyClick(history.list, Qt.Key.Key_F)
    assert history.list.cards.cards[0].starred
    qtbot.waitUntil(lambda: desk.workshop.gallery().ask(STARRED, ())[0][0] == 1)
    history.starred.setChecked(True)
    assert shown(qtbot, history, 1) == ["a fox"]
    history.starred.setChecked(False)
    shown(qtbot, history, 3)
    QTest.keyClick(history.list, Qt.Key.Key_Delete)
    assert len(history.list.cards.cards) == 2
    history.search.setText("nothing like it")
    qtbot.waitUntil(history.nothing.isVisible)
    assert not history.use.isEnabled()


STARRED = "SELECT count(*) FROM prompt_history WHERE starred"


def test_starter_templates_have_samples_and_cover_the_work(qtbot, desk, templates):
    offered = desk.studio.prompts.templates
    groups = {each.group for each in offered}
    assert {"Product marketing", "Film and entertainment", "Portrait", "Fashion", "Food"} <= groups
    assert all(each.sample and each.sample.is_file() for each in offered)
    qtbot.waitUntil(lambda: all(card.picture for card in templates.list.cards.cards))
    assert sum(each.sample.stat().st_size for each in offered) < 400_000


def test_a_template_is_shown_around_the_prompt_and_used(qtbot, desk, templates):
    desk.studio.set_prompt("a tin cup")
    templates.search.setText("stone")
    (card,) = templates.list.cards.cards
    assert card.title == "Product on stone"
    assert templates.merged.toPlainText().startswith("a tin cup, product photograph")
    assert not templates.remove.isEnabled()
    templates.use.click()
    assert desk.studio.state.draft.style.name == "Product on stone"
    assert not templates.isVisible()


def test_files_are_dropped_in_and_ones_own_are_deleted(qtbot, desk, templates, tmp_path):
    path = save_template(tmp_path, PromptTemplate("Ink", "{prompt}, in ink", "Mine"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(templates, mime)
    qtbot.waitUntil(lambda: templates.list.cards.cards[0].title == "Ink")
    assert "yours" in templates.list.cards.cards[0].note
    templates.search.setText("mine ink")
    assert templates.remove.isEnabled()
    templates.remove.click()
    qtbot.waitUntil(lambda: not templates.list.cards.cards)
    assert not templates.use.isEnabled()


def test_a_new_template_begins_with_the_prompt_and_says_what_is_wrong(qtbot, desk):
    desk.studio.set_prompt("a {red|blue fox")
    form = TemplateForm(desk.studio)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form)
    form.show()
    form.name.setText("Fox")
    assert "not closed" in form.problem.text()
    assert not form.keep.isEnabled()
    form.text.setPlainText("a fox, ")
    form.text.selectAll()
    form.place.click()
    assert form.text.toPlainText() == "{prompt}"
    form.keep.click()
    qtbot.waitUntil(lambda: any(each.name == "Fox" for each in desk.studio.prompts.templates))


def test_samples_are_read_away_from_the_window_and_may_come_late(desk, qtbot, monkeypatch):
    asked: list[tuple[object, object]] = []
    monkeypatch.setattr(
        desk.studio.prompts, "ask_sample", lambda _, read, done: asked.append((read, done))
    )
    dialog = TemplatesDialog(desk.studio)
    assert asked
    shiboken6.delete(dialog)
    for read, done in asked:
        done(read(b"no picture"))  # what the worker does, then what the window is told
