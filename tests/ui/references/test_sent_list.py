"""What is sent of each reference: the facts are those of the bytes that leave."""

from dataclasses import replace

from PySide6.QtCore import Qt

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.crop import Box
from flux_studio.core.prompt.roles import Role
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.ui.call_dialog import CallDialog
from flux_studio.ui.references.sent_dialog import SentDialog
from tests.session.desks import answered
from tests.ui.panels import opened
from tests.ui.references.conftest import photo, take


def _dialog(desk, kind=SentDialog):
    made = kind(desk.studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the fixture does that
    return made


def facts(card) -> dict[str, str]:
    return dict(card.rows.rows())


def ready(card) -> bool:
    return card.picture.has_image()


def test_pixels_bytes_format_and_what_stays_here(qtbot, desk, studio):
    take(qtbot, desk, photo(), photo(color=(1, 2, 3)))
    first = studio.state.draft.references[0]
    studio.slots.set_role(0, Role.STYLE)
    studio.slots.edit(first, replace(first.as_edit, crop=Box(0, 0, 400, 300)))
    qtbot.waitUntil(lambda: studio.state.draft.references[0].edit is not None)
    with opened(desk, lambda _: _dialog(desk)) as dialog:
        one, other = dialog.list.cards
        qtbot.waitUntil(lambda: ready(one) and ready(other))
        data, _ = desk.workshop.library.outgoing(studio.state.draft.references[0])
        assert one.title.text() == "@image1 · photo-0.jpg"
        told = facts(one)
        assert told["Pixels"] == "400 × 300 · 0.11 MP"
        assert told["File"].startswith("JPEG · ")
        assert told["Stays here"] == "location"
        assert told["Part"] == "part of 800 × 600"
        assert told["Price"] == "adds $0.015 a picture"
        assert told["Role"] == "Style"
        assert b"Exif" not in data
        assert "Part: all of the picture" in dialog.list.text()


def test_a_picture_that_is_gone_is_said(qtbot, desk, studio):
    lost = Reference("f" * 64, "image/png", Size(64, 64), "lost.png")
    studio._set(draft=replace(studio.state.draft, references=(lost,)))
    with opened(desk, lambda _: _dialog(desk)) as dialog:
        (card,) = dialog.list.cards
        qtbot.waitUntil(lambda: "no longer in the library" in facts(card)["Copy"])


def test_references_that_the_model_does_not_take_are_not_listed(qtbot, desk, studio):
    take(qtbot, desk, photo(), photo(color=(1, 2, 3)))
    studio._set(card=replace(studio.state.card, references=1))
    with opened(desk, lambda _: _dialog(desk)) as dialog:
        assert len(dialog.list.cards) == 1


def test_the_call_shows_them_too_and_copies_them(qtbot, desk, studio):
    take(qtbot, desk, photo())
    body = {"prompt": "a fox", "image_urls": ["@reference1"]}
    call = SpelledCall("POST", "https://host.test/run", (), body, references=("photo-0.jpg",))
    desk.engine.spelling = answered(call)
    with opened(desk, lambda _: _dialog(desk, CallDialog)) as dialog:
        (card,) = dialog.references.cards
        qtbot.waitUntil(lambda: ready(card))
        dialog.pages.show_key("references")
        dialog._on_page_chosen("references")
        assert dialog.stack.currentWidget() is dialog.references
        assert "Stays here: location" in dialog.text()


def test_without_references_the_call_has_no_such_page(qtbot, desk):
    with opened(desk, lambda _: _dialog(desk, CallDialog)) as dialog:
        assert dialog.references is None
