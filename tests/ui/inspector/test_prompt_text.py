"""How tall a prompt is, and what measuring it leaves behind."""

import gc

import pytest
from PySide6.QtGui import QTextDocument

from flux_studio.ui.inspector.prompt_text import MOST_LINES, PromptText

LONG = "A red fox in fresh snow, morning light behind the hills. " * 20


@pytest.fixture
def text(qtbot):
    made = PromptText("Prompt")
    qtbot.addWidget(made)
    made.show()  # a style sheet another test left would change the font then
    return made


def documents() -> int:
    gc.collect()
    return sum(isinstance(each, QTextDocument) for each in gc.get_objects())


def test_measuring_leaves_nothing_behind(text):
    text.show_prompt(LONG)
    text.heightForWidth(200)
    before = documents()
    for width in range(201, 231):
        text.heightForWidth(width)
    assert documents() == before


@pytest.mark.parametrize("width", [150, 268, 500])
def test_a_prompt_is_as_tall_as_its_lines(text, width):
    """The height asked for is that of the very lines that are shown at this width."""
    text.show_prompt("A fox.\nIn snow, on a hill, at #E0A030 dawn, with much behind it, far away")
    text.resize(width, text.heightForWidth(width))
    shown = text.document().size().height()
    assert shown <= text.viewport().height()
    assert text.viewport().height() - shown < text.fontMetrics().lineSpacing()


def test_another_prompt_has_another_height(text):
    text.show_prompt("A fox.")
    short = text.heightForWidth(268)
    text.show_prompt("A fox.\nIn snow.\nAt dawn.")
    assert text.heightForWidth(268) >= short + 2 * text.fontMetrics().lineSpacing()
    text.show_prompt(LONG)
    most = MOST_LINES * text.fontMetrics().lineSpacing()
    assert most <= text.heightForWidth(268) <= most + 20


def test_a_larger_font_is_taller(text):
    text.show_prompt("A fox.\nIn snow.")
    before = text.heightForWidth(268)
    font = text.font()
    font.setPixelSize(2 * text.fontMetrics().height())
    text.setStyleSheet("")  # the sheet's font would win
    text.setFont(font)
    assert text.heightForWidth(268) > 1.5 * before
