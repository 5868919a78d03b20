"""What will be sent is seen before it is sent."""

from PySide6.QtTest import QTest

from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from tests.ui.composer.conftest import FREE, choose


def rows(panel) -> list[str]:
    return panel.prompt.preview.rows.stringList()


def test_it_is_hidden_while_exactly_the_typed_text_is_sent(panel, studio):
    studio.set_prompt("a fox {word}, #E0A030")
    assert panel.prompt.preview.isHidden()
    studio.set_prompt("a fox\n// later")
    assert not panel.prompt.preview.isHidden()
    assert panel.prompt.preview.text.text() == "a fox"


def test_all_combinations_are_listed_with_their_number_and_price(panel, studio, desk):
    choose(desk, FREE)
    studio.set_prompt("a {red|blue} {cat|dog}")
    studio.set_count(2)
    preview = panel.prompt.preview
    assert preview.title.text() == "8 pictures · $0.24"
    assert preview.note.text() == "4 prompts × 2"
    assert rows(panel) == ["red · cat", "red · dog", "blue · cat", "blue · dog"]
    assert panel.footer.cost.text() == "8 × $0.030 = $0.24"
    studio.generate()
    ((order, _),) = desk.engine.orders
    assert len(order.requests) == 8


def test_random_shows_the_very_words_that_are_sent(panel, studio, desk, qtbot):
    studio.set_prompt("{a|b|c|d|e|f|g|h} {1-900} fox")
    preview = panel.prompt.preview
    assert not preview.isHidden()
    preview.mode.segment_chosen.emit("random")
    studio.set_count(3)
    before = rows(panel)
    assert len(before) == 3
    assert not preview.draw.isHidden()
    preview.draw.click()
    shown = rows(panel)
    assert shown != before
    studio.generate()
    ((order, _),) = desk.engine.orders
    assert [" · ".join(v for _, v in origin.choices) for origin in order.origins] == shown


def test_as_typed_sends_braces_and_can_be_taken_back(panel, studio):
    studio.set_prompt("a {red|blue} fox")
    panel.prompt.preview.mode.segment_chosen.emit("off")
    assert studio.state.check.order.requests[0].prompt == "a {red|blue} fox"
    assert not panel.prompt.preview.isHidden()
    panel.prompt.preview.mode.segment_chosen.emit("ordered")
    assert studio.state.draft.expansion is ExpansionMode.ORDERED
    assert len(studio.state.check.order.requests) == 2


def test_too_many_are_said_and_not_built(panel, studio):
    studio.set_prompt("{1-1000} {1-1000} {1-1000} foxes")
    assert "1,000,000,000 pictures" in panel.prompt.problem.text()
    assert panel.prompt.preview.note.text() == "one of each"
    assert len(rows(panel)) == 256


def test_a_fault_never_stops_typing(panel, studio):
    box = panel.prompt.box
    box.setFocus()
    QTest.keyClicks(box, "a {red|blue")
    assert "line 1, column 3" in panel.prompt.problem.text()
    QTest.keyClicks(box, "} fox")
    assert panel.prompt.problem.text() == ""
    assert studio.state.check.estimate.count == 2


def test_a_style_is_shown_merged_and_can_be_written_into_the_prompt(panel, studio):
    studio.set_prompt("a fox")
    studio.set_style(Style("Ink & wash", "{prompt}, in ink"))
    row = panel.prompt.style_row
    assert row.name.text() == "Style: Ink && wash"
    assert panel.prompt.preview.text.text() == "a fox, in ink"
    row.flatten.click()
    assert (studio.state.draft.prompt, studio.state.draft.style) == ("a fox, in ink", None)
    assert row.isHidden()
    studio.set_style(Style("Ink", "{prompt}, in ink"))
    row.remove.click()
    assert studio.state.draft.style is None
