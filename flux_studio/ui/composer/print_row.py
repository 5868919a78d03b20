"""Print sizes: a sheet and its dots per inch, and what the model would make for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.print_sizes import DPI, PAPERS, PrintPlan, print_plan
from flux_studio.core.size import Size
from flux_studio.ui.composer.words import paper_words, print_words
from flux_studio.ui.style import dress
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_FIRST = "A4"
_USUAL_DPI = 300


class PrintRow(QWidget):
    """Renders what a sheet needs. Signal: `size_chosen(Size)` when it is to be made."""

    size_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        self._plan: PrintPlan | None = None
        self.paper = _box(self.tr("Paper"), self.tr("The sheet it is printed on"))
        for paper in PAPERS:
            self.paper.addItem(paper_words(paper))
        self.paper.setCurrentIndex(next(n for n, p in enumerate(PAPERS) if p.name == _FIRST))
        self.dpi = _box(self.tr("Dots per inch"), self.tr("300 is usual; posters do with 150"))
        for dpi in DPI:
            self.dpi.addItem(self.tr("{dpi} dpi").format(dpi=dpi), dpi)
        self.dpi.setCurrentIndex(DPI.index(_USUAL_DPI))
        self.turn = IconButton(
            "rotate-cw",
            self.tr("Long side across"),
            self.tr("Turn the sheet: its long side up, or across"),
            checkable=True,
        )
        self.use = QPushButton(self.tr("Use"))
        self.use.setAccessibleName(self.tr("Use the size for print"))
        self.use.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.use.setToolTip(tooltip(self.tr("Make the picture in the nearest size for this sheet")))
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        dress(self.words, type="small", tone="muted")
        self.paper.currentIndexChanged.connect(self._show_plan)
        self.dpi.currentIndexChanged.connect(self._show_plan)
        self.turn.toggled.connect(self._show_plan)
        self.use.clicked.connect(self._on_use_clicked)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(self.paper, 1)
        row.addWidget(self.turn)
        row.addWidget(self.dpi)
        told = QHBoxLayout()
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(SPACE.s)
        told.addWidget(self.words, 1)
        told.addWidget(self.use, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addLayout(row)
        column.addLayout(told)

    def show_card(self, card: ModelCard) -> None:
        """What this model would make."""
        if card != self._card:
            self._card = card
            self._show_plan()

    def plan(self) -> PrintPlan | None:
        """What is made for the chosen sheet."""
        return self._plan

    def _show_plan(self) -> None:
        card = self._card
        if card is None:
            return
        paper = PAPERS[self.paper.currentIndex()]
        self._plan = print_plan(
            card.sizes, paper, int(self.dpi.currentData()), lying=self.turn.isChecked()
        )
        self.words.setText(print_words(self._plan, card.estimate(self._plan.made).each))

    def _on_use_clicked(self) -> None:
        if self._plan is not None:
            size: Size = self._plan.made
            self.size_chosen.emit(size)


class _Box(QComboBox):
    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls instead


def _box(name: str, tip: str) -> QComboBox:
    box = _Box()
    box.setAccessibleName(name)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setToolTip(tooltip(f"{name}\n{tip}"))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(5)
    return box
