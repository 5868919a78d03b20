"""Below the compared pictures: a column for each, its prompt and what differs in its making."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.ui.compare.diff_text import DiffText
from flux_studio.ui.compare.differences import (
    Change,
    Piece,
    are_alike,
    setting_rows,
    word_pieces,
)
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.style import set_surface, set_tone, set_type
from flux_studio.ui.tokens import SPACE

MOST_HEIGHT = 190  # px; more scrolls
_LABELS = 76  # px, the column of the names


class CompareSheet(QWidget):
    """Prompts by word against the first picture's, settings that differ, price and time. No
    signals.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompts: list[DiffText] = []
        self.rows: list[tuple[str, tuple[str, ...]]] = []
        self._shown: tuple[tuple[str, ...], int] = ((), 0)
        self._inner = QWidget()
        self._scroll = OverlayScrollArea(self._inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        set_surface(self, "panel")

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(self.width()))

    def show_pictures(
        self, pictures: Sequence[Generation], cards: Sequence[ModelCard], base: int
    ) -> None:
        """Fill the columns; `base` is the picture that prompts are compared with."""
        wanted = (tuple(picture.id for picture in pictures), base)
        if wanted == self._shown:
            return
        self._shown = wanted
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, SPACE.m)
        grid.setHorizontalSpacing(SPACE.l)
        grid.setVerticalSpacing(SPACE.xs)
        grid.setColumnMinimumWidth(0, _LABELS)
        for number in range(len(pictures)):
            grid.setColumnStretch(number + 1, 1)
        self._fill_prompts(grid, pictures, base)
        self._fill_rows(grid, pictures, cards)
        grid.setRowStretch(grid.rowCount(), 1)
        self._inner = fresh
        self._scroll.setWidget(fresh)
        self._fit()

    def _fill_prompts(self, grid: QGridLayout, pictures: Sequence[Generation], base: int) -> None:
        first = pictures[base].request.prompt
        self.prompts = []
        heads = [self.tr("Picture {number}").format(number=n + 1) for n in range(len(pictures))]
        grid.addWidget(_label(self.tr("Prompt"), "muted"), 1, 0, Qt.AlignmentFlag.AlignTop)
        for number, picture in enumerate(pictures):
            head = heads[number]
            if number == base and len(pictures) > 1 and pictures[base].id in _parents(pictures):
                head = self.tr("{head} · source").format(head=head)
            prompt = picture.request.prompt
            alike = number == base or are_alike(first, prompt)
            if not alike:
                head = self.tr("{head} · another prompt").format(head=head)
            label = _label(head, "text")
            set_type(label, "small", strong=True)
            grid.addWidget(label, 0, number + 1)
            text = DiffText(self.tr("Prompt of picture {number}").format(number=number + 1))
            plain = number == base or not alike
            text.show_pieces([Piece(Change.SAME, prompt)] if plain else word_pieces(first, prompt))
            grid.addWidget(text, 1, number + 1, Qt.AlignmentFlag.AlignTop)
            self.prompts.append(text)

    def _fill_rows(
        self, grid: QGridLayout, pictures: Sequence[Generation], cards: Sequence[ModelCard]
    ) -> None:
        self.rows = []
        for at, row in enumerate(setting_rows(pictures, cards), start=2):
            self.rows.append((row.label, row.values))
            grid.addWidget(_label(row.label, "muted"), at, 0)
            for number, value in enumerate(row.values):
                grid.addWidget(_label(value or "–", "text"), at, number + 1)

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """As high as its words, up to a limit."""
        layout = self._inner.layout()
        if layout is not None:
            wanted = layout.totalHeightForWidth(max(200, self.width()))
            self.setFixedHeight(min(MOST_HEIGHT, max(40, wanted)))


def _parents(pictures: Sequence[Generation]) -> set[str]:
    return {g.parent for g in pictures if g.parent}


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    set_type(label, "small")
    set_tone(label, "muted" if tone == "muted" else "text")
    return label
