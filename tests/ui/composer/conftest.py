"""A composer on a real Studio with real storage; only the engine is a recorder."""

from __future__ import annotations

import gc
import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.theme import Theme, ThemeSource
from tests.core.sample_cards import LISTED, free
from tests.session.desks import Desk

FREE = free(prompt_most=200, references=8)
SQUARE = Size(1024, 1024)
TIERS = replace(LISTED, references=8)


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    add_cards(made, FREE, TIERS)
    choose(made, FREE)
    made.studio.set_prompt("")
    made.studio.set_size(Size(1024, 768))
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


@pytest.fixture
def studio(desk):
    return desk.studio


@pytest.fixture
def panel(qtbot, qapp, desk):
    """A shown composer that follows its studio."""
    made = ComposerPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    desk.studio.changed.connect(made.show_state)
    made.show_state(desk.studio.state)
    qtbot.addWidget(made)
    made.resize(360, 1200)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def add_cards(desk: Desk, *cards: ModelCard) -> None:
    studio = desk.studio
    studio._cards.update({card.id: card for card in cards})
    kept = [card for card in studio.state.cards if card.id not in {c.id for c in cards}]
    studio._set(cards=(*kept, *cards))


def choose(desk: Desk, card: ModelCard) -> None:
    """Make `card` one of the studio's and choose it."""
    desk.studio._cards[card.id] = card
    desk.studio._set(
        card=card, draft=replace(desk.studio.state.draft, provider=card.provider, model=card.model)
    )


def picture(color: tuple[int, int, int] = (200, 60, 60), size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def reference(number: int, size: Size = SQUARE) -> Reference:
    """One that is on no shelf: it has no thumbnail."""
    return Reference(f"{number:064x}", "image/png", size, f"ref-{number}.png")


def give(desk: Desk, *references: Reference) -> None:
    """Put references into the draft without reading anything."""
    desk.studio._set(draft=replace(desk.studio.state.draft, references=references))


def entering(mime: QMimeData, place: QPoint) -> QDragEnterEvent:
    """A drag that comes over a widget at `place`; keep `mime` as long."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    return QDragEnterEvent(place, copy, mime, left, Qt.KeyboardModifier.NoModifier)


def drop(target: QWidget, mime: QMimeData, at: QPoint | None = None) -> bool:
    """Enter and drop as Qt does: from the widget under the pointer up to the first that accepts.

    Gives whether the drop was taken.
    """
    widget: QWidget | None = target
    spot = at or target.rect().center()
    while widget is not None:
        if widget.acceptDrops():
            place = target.mapTo(widget, spot) if widget is not target else spot
            enter = entering(mime, place)
            enter.setAccepted(False)
            QApplication.sendEvent(widget, enter)
            if enter.isAccepted():
                event = QDropEvent(
                    QPointF(place),
                    Qt.DropAction.CopyAction,
                    mime,
                    Qt.MouseButton.LeftButton,
                    Qt.KeyboardModifier.NoModifier,
                )
                QApplication.sendEvent(widget, event)
                return event.isAccepted()
        widget = widget.parentWidget()
    return False
