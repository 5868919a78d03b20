"""What is sent of each reference: the very copy that leaves, and what of the file stays here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from flux_studio.core.pricing import reference_cost
from flux_studio.core.request import Reference
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.words import area_words
from flux_studio.ui.inspector.picture import PictureView
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.phrases import bytes_words, size_words
from flux_studio.ui.references.words import (
    added_words,
    edit_words,
    kind_words,
    left_out_words,
    name_words,
    role_words,
)
from flux_studio.ui.style import set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row

if TYPE_CHECKING:
    from flux_studio.storage.sent_copies import SentCopy

PREVIEW = 176  # px, the width of a picture; twice as many are read for fine screens


class SentList(OverlayScrollArea):
    """One card a reference, in their order. Signal: `read()` when all copies are there."""

    read = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        inner = QWidget()
        super().__init__(inner, parent)
        self._waiting = 0
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE.l, 0)
        column.setSpacing(SPACE.m)
        self.cards = [_SentCard(studio, n, r) for n, r in enumerate(_used(studio), start=1)]
        for card in self.cards:
            if card is not self.cards[0]:
                column.addWidget(Rule())
            column.addWidget(card)
            self._ask(studio, card)
        column.addStretch(1)

    def text(self) -> str:
        """What it says, line by line."""
        lines = (f"{name}: {value}" for card in self.cards for name, value in card.lines())
        return "\n".join([*lines, ""])

    def _ask(self, studio: Studio, card: _SentCard) -> None:
        self._waiting += 1
        work = partial(studio.library.sent_copy, card.reference, 2 * PREVIEW)
        studio.library.background.run(
            work, partial(self._on_copy, card), partial(self._on_failed, card)
        )

    def _on_copy(self, card: _SentCard, copy: SentCopy) -> None:
        if isValid(self):  # the dialog may have been closed meanwhile
            card.show_copy(copy)
            self._count()

    def _on_failed(self, card: _SentCard, error: Exception) -> None:
        if isValid(self):
            card.show_trouble(str(error))
            self._count()

    def _count(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.read.emit()


class _SentCard(QWidget):
    """The copy of one reference, its facts beside it. No signals."""

    def __init__(self, studio: Studio, number: int, reference: Reference) -> None:
        super().__init__()
        self.reference = reference
        self._price = studio.state.card.price
        self._role = studio.slots.roles.get(number)
        self.setAccessibleName(name_words(reference, number))
        self.title = QLabel(name_words(reference, number))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        set_type(self.title, "body", strong=True)
        self.picture = PictureView()
        self.picture.show_room(reference.size, self.tr("The copy that is sent"))
        self.picture.setFixedWidth(PREVIEW)
        self.rows = KeyValueRows()
        self.rows.show_rows([Row(self.tr("Copy"), self.tr("Being made…"), "muted")])
        right = QVBoxLayout()
        right.setSpacing(SPACE.xs)
        right.addWidget(self.title)
        right.addWidget(self.rows)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.l)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)

    def lines(self) -> list[tuple[str, str]]:
        return [("", self.title.text()), *self.rows.rows()]

    def show_copy(self, copy: SentCopy) -> None:
        width, height, pixels = copy.preview
        kind = QImage.Format.Format_RGBX8888
        self.picture.show_room(copy.size, self.tr("The copy that is sent"))
        self.picture.show_image(QImage(pixels, width, height, 4 * width, kind).copy())
        left_out = left_out_words(copy.left_out)
        edit = edit_words(self.reference.edit)
        nothing = self.tr("nothing: the file holds its pixels and no more")
        rows = [
            Row(self.tr("Pixels"), f"{size_words(copy.size)} · {area_words(copy.size)}"),
            Row(self.tr("File"), f"{kind_words(copy.mime)} · {bytes_words(copy.byte_count)}"),
            Row(self.tr("Part"), edit or self.tr("all of the picture")),
            Row(self.tr("Stays here"), left_out or nothing, "text" if left_out else "muted"),
            Row(self.tr("Price"), added_words(reference_cost(self._price, copy.size))),
            Row(self.tr("Role"), role_words(self._role)),
            Row("SHA-256", f"{copy.sha256[:16]}…", "muted", copy.sha256),
        ]
        self.rows.show_rows(rows)

    def show_trouble(self, sentence: str) -> None:
        self.picture.show_image(None)
        self.rows.show_rows([Row(self.tr("Copy"), sentence, "danger")])


def _used(studio: Studio) -> Sequence[Reference]:
    """What the model takes; those behind it are not sent."""
    state = studio.state
    return state.draft.references[: state.card.references]
