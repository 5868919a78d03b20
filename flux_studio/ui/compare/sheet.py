"""Below the compared pictures: a column for each, its prompt and what differs in its making."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
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
from flux_studio.ui.steps import Steps
from flux_studio.ui.style import dress, set_surface
from flux_studio.ui.tokens import SPACE

MOST_HEIGHT = 190  # px; more scrolls
_LABELS = 76  # px, the column of the names
_FEW = 3  # pictures; the columns of more are narrow


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
        self._filling: Steps | None = None
        self._inner = QWidget()
        self._scroll = OverlayScrollArea(self._inner)
        # Six columns may need more room than there is.
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
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
        if self._filling is not None:
            self._filling.deleteLater()
        # Forty labels take as long as everything else together.
        self._filling = Steps(self._fill(tuple(pictures), tuple(cards), base), self)

    def forget(self) -> None:
        """Show nothing, as high as before: the next pictures do not appear below these words."""
        if self._filling is not None:
            self._filling.deleteLater()
        self._filling, self._shown = None, ((), 0)
        self._heads, self.prompts, self.rows = [], [], []
        self._inner = QWidget()
        self._scroll.setWidget(self._inner)

    def is_filled(self) -> bool:
        """Whether the columns are those of the pictures that were asked for last."""
        return self._filling is None or not self._filling.is_running()

    def _fill(
        self, pictures: Sequence[Generation], cards: Sequence[ModelCard], base: int
    ) -> Iterator[bool]:
        """The columns are made a label in a step, and shown in a turn of their own when they are
        whole.
        """
        shown, fresh = self._shown, QWidget()
        grid = _grid(fresh, len(pictures))
        heads = [_label(self._head(pictures, number, base), "text", strong=True)
                 for number in range(len(pictures))]  # fmt: skip
        yield False
        prompts = self._prompts(grid, heads, pictures)
        yield False
        rows = setting_rows(pictures, cards)
        for at, row in enumerate(rows, start=2):
            grid.addWidget(_label(row.label, "muted"), at, 0)
            for number, value in enumerate(row.values):
                grid.addWidget(_label(value or "–", "text"), at, number + 1)
                yield False
        grid.setRowStretch(grid.rowCount(), 1)
        yield True
        if shown != self._shown:
            return
        self.rows = [(row.label, row.values) for row in rows]
        self._heads, self.prompts, self._inner = heads, prompts, fresh
        self._scroll.setWidget(fresh)
        self._fit()
        words = tuple(picture.request.prompt for picture in pictures)
        self._worker.run(partial(_differences, words, base), partial(self._on_differences, shown))

    def _head(self, pictures: Sequence[Generation], number: int, base: int) -> str:
        head = self.tr("Picture {number}").format(number=number + 1)
        if number == base and pictures[number].id in {each.parent for each in pictures}:
            head = self.tr("{head} · source").format(head=head)
        return head

    def _prompts(
        self, grid: QGridLayout, heads: Sequence[QLabel], pictures: Sequence[Generation]
    ) -> list[DiffText]:
        """The prompts as they are; what differs is marked when it is known."""
        top, made = Qt.AlignmentFlag.AlignTop, []
        grid.addWidget(_label(self.tr("Prompt"), "muted"), 1, 0, top)
        for number, picture in enumerate(pictures):
            text = DiffText(self.tr("Prompt of picture {number}").format(number=number + 1))
            text.show_pieces([Piece(Change.SAME, picture.request.prompt)])
            grid.addWidget(heads[number], 0, number + 1)
            grid.addWidget(text, 1, number + 1, top)
            made.append(text)
        return made

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

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """As high as its words, up to a limit."""
        layout = self._inner.layout()
        if layout is not None:
            least = layout.totalMinimumSize().width()
            wanted = layout.totalHeightForWidth(max(200, self.width(), least))
            bar = self._scroll.horizontalScrollBar().sizeHint().height()
            wanted += bar if least > self.width() else 0
            self.setFixedHeight(min(MOST_HEIGHT, max(40, wanted)))


def _grid(columns: QWidget, count: int) -> QGridLayout:
    """A column for the names and one for each picture."""
    grid = QGridLayout(columns)
    grid.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, SPACE.m)
    grid.setHorizontalSpacing(SPACE.l if count <= _FEW else SPACE.s)
    grid.setVerticalSpacing(SPACE.xs)
    grid.setColumnMinimumWidth(0, _LABELS)
    for number in range(count):
        grid.setColumnStretch(number + 1, 1)
    return grid


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
