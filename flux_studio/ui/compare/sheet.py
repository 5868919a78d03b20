"""Below the compared pictures: a column for each, its prompt and what differs in its making."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.session.background import Background
from flux_studio.ui.compare.diff_text import DiffText
from flux_studio.ui.compare.differences import (
    Change,
    Piece,
    are_alike,
    setting_rows,
    word_pieces,
)
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.style import dress, set_surface
from flux_studio.ui.tokens import SPACE

MOST_HEIGHT = 190  # px; more scrolls
_LABELS = 76  # px, the column of the names


class CompareSheet(QWidget):
    """Prompts by word against the first picture's, settings that differ, price and time. No
    signals.
    """

    def __init__(self, worker: Background, parent: QWidget | None = None) -> None:
        """`worker` compares the words: long prompts take a while."""
        super().__init__(parent)
        self._worker = worker
        self._heads: list[QLabel] = []
        self.prompts: list[DiffText] = []
        self.rows: list[tuple[str, tuple[str, ...]]] = []
        self._shown: tuple[tuple[str, ...], int] = ((), 0)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_soon_timeout)
        self._build: Callable[[], None] = _nothing
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
        # In a turn of its own: twenty labels take as long as everything else together.
        self._build = partial(self._fill, tuple(pictures), tuple(cards), base)
        self._soon.start()

    @Slot()
    def _on_soon_timeout(self) -> None:
        self._build()

    def _fill(self, pictures: Sequence[Generation], cards: Sequence[ModelCard], base: int) -> None:
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
        """The prompts as they are; what differs is marked when it is known."""
        self.prompts, self._heads = [], []
        parents = {picture.parent for picture in pictures}
        grid.addWidget(_label(self.tr("Prompt"), "muted"), 1, 0, Qt.AlignmentFlag.AlignTop)
        for number, picture in enumerate(pictures):
            head = self.tr("Picture {number}").format(number=number + 1)
            if number == base and picture.id in parents:
                head = self.tr("{head} · source").format(head=head)
            label = _label(head, "text", strong=True)
            grid.addWidget(label, 0, number + 1)
            text = DiffText(self.tr("Prompt of picture {number}").format(number=number + 1))
            text.show_pieces([Piece(Change.SAME, picture.request.prompt)])
            grid.addWidget(text, 1, number + 1, Qt.AlignmentFlag.AlignTop)
            self._heads.append(label)
            self.prompts.append(text)
        prompts = tuple(picture.request.prompt for picture in pictures)
        self._worker.run(
            partial(_differences, prompts, base), partial(self._on_differences, self._shown)
        )

    def _on_differences(
        self, shown: tuple[tuple[str, ...], int], found: Sequence[tuple[Piece, ...]]
    ) -> None:
        if shown != self._shown:
            return
        for number, pieces in enumerate(found):
            if pieces:
                self.prompts[number].show_pieces(pieces)
            elif number != shown[1]:
                head = self._heads[number]
                head.setText(self.tr("{head} · another prompt").format(head=head.text()))
        self._fit()

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


def _nothing() -> None:
    """Nothing is to be built."""


def _differences(prompts: Sequence[str], base: int) -> list[tuple[Piece, ...]]:
    """Each prompt against the base's, on a worker; nothing for the base itself and for prompts
    that share little with it.
    """
    first = prompts[base]
    return [
        word_pieces(first, prompt) if number != base and are_alike(first, prompt) else ()
        for number, prompt in enumerate(prompts)
    ]


def _label(text: str, tone: str, *, strong: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    label.setProperty("strong", strong)
    dress(label, type="small", tone=tone)  # polished once, when it is shown
    return label
