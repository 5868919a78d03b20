"""The page of one model: what it is good at, what it costs and takes, its terms, and what it has
done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from flux_studio.core.card import ModelCard
from flux_studio.core.worked_prices import worked_prices
from flux_studio.session.studio import Studio
from flux_studio.storage.gallery_figures import ModelFigures, model_figures
from flux_studio.ui.composer.words import sum_words
from flux_studio.ui.model_words import limit_rows, term_rows, worked_price_words, worked_size_words
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.phrases import provider_title, seconds_words
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import Tone, TypeName, set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.key_value_rows import KeyValueRows, Row
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (560, 720)  # px, width × height
_HEADS = 22  # px
_LABEL_WIDTH = 160  # px: knobs have long titles


class ModelPage(SteppedDialog):
    """Renders one card; "Use this model" asks the studio for it. No signals."""

    def __init__(
        self,
        studio: Studio,
        card: ModelCard,
        parent: QWidget | None = None,
        *,
        today: date | None = None,
        in_steps: bool = False,
    ) -> None:
        """`today` decides how old the facts are; the present day by itself."""
        super().__init__(parent)
        self._studio = studio
        self.card = card
        self._today = today or datetime.now(UTC).date()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = f"{card.title}, {provider_title(card.provider)}"
        self.setWindowTitle(name)
        self.setAccessibleName(name)
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        self.figures = FigureTiles()
        self.prices = PriceExamples(self.card)
        yield from self.prices.fill()
        self.limits = _rows(limit_rows(self.card))
        yield None
        self.terms = _rows(term_rows(self.card, self._today))
        yield None
        yield from self._lay_out()
        (self.use if self.use.isEnabled() else self.close_button).setFocus()
        self._read_figures()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    def show_figures(self, figures: ModelFigures) -> None:
        """What this model has done here."""
        self.figures.show_figures(figures)

    def _read_figures(self) -> None:
        library, ids = self._studio.library, self.card.id

        def done(figures: ModelFigures) -> None:
            if isValid(self):  # closed before the answer came
                self.show_figures(figures)

        library.background.run(lambda: model_figures(library.gallery, *ids), done)

    def _lay_out(self) -> Iterator[None]:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE.xl, SPACE.xl, SPACE.xl, SPACE.l)
        column.setSpacing(SPACE.s)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        # Empty at first: to take a full column in, it is laid out in one go.
        whole.addWidget(OverlayScrollArea(inner), 1)
        yield None
        column.addWidget(_label(self.card.title, "display", strong=True))
        column.addWidget(_label(provider_title(self.card.provider), "body", "muted"))
        column.addWidget(_label(self.card.blurb, "body"))
        for title, part in (
            (self.tr("Good at"), self._good_at()),
            (self.tr("Price"), self.prices),
            (self.tr("Your own figures"), self.figures),
            (self.tr("What it takes"), self.limits),
            (self.tr("Terms and source"), self.terms),
        ):
            if part is not None:
                column.addSpacing(SPACE.s)
                column.addWidget(_label(title, "title", strong=True))
                column.addWidget(part)
                part.ensurePolished()
                yield None
        column.addStretch(1)
        whole.addLayout(self._foot())  # last, and so it is to the Tab key

    def _good_at(self) -> QWidget | None:
        if not self.card.best_for:
            return None
        # A list in one label: a screen reader reads it in one go, and it can be copied.
        return _label("\n".join(f"•  {use}" for use in self.card.best_for), "body")

    def _foot(self) -> QHBoxLayout:
        in_use = self._studio.state.card.id == self.card.id
        self.use = QPushButton(self.tr("In use") if in_use else self.tr("Use this model"))
        self.use.setAccessibleName(self.use.text())
        self.use.setToolTip(tooltip(self.tr("What you typed stays as it is")))
        self.use.setEnabled(not in_use)
        self.use.clicked.connect(self._on_use_clicked)
        set_look(self.use, "primary")
        self.use.setDefault(True)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(tooltip(self.tr("Close"), "Esc"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE.l, SPACE.s, SPACE.l, SPACE.l)
        foot.setSpacing(SPACE.s)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.use)
        return foot

    @Slot()
    def _on_use_clicked(self) -> None:
        self._studio.choose_model(*self.card.id)
        self.accept()


class PriceExamples(QWidget):
    """The worked sizes in a small table, the working below each. No signals."""

    def __init__(self, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE.l)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.lines: list[tuple[str, str, str, str]] = []

    def fill(self) -> Iterator[None]:
        """Add the lines; each `next` adds one."""
        heads = (self.tr("Size"), self.tr("From text"), self.tr("With a reference"))
        self._add_line(0, heads, "small", "muted")
        self._grid.setRowMinimumHeight(0, _HEADS)
        for number, worked in enumerate(worked_prices(self._card), start=1):
            size = worked_size_words(worked)
            price, edited, working = worked_price_words(worked)
            self.lines.append((size, price, edited, working))
            tone: Tone = "muted" if worked.alone is None else "text"
            cells = self._add_line(2 * number - 1, (size, price, edited), "body", tone)
            if worked.edited is not None:
                cells[2].setToolTip(tooltip("\n".join(worked.edited.working)))
            if working:
                below = _label(working, "small", "muted")
                below.setContentsMargins(0, 0, 0, SPACE.s)
                self._grid.addWidget(below, 2 * number, 0, 1, 3)
            yield None

    def _add_line(self, row: int, texts: Sequence[str], size: TypeName, tone: Tone) -> list[QLabel]:
        """Three cells; the middle one takes the place of the last where that is empty."""
        cells = [_label(text, size, tone) for text in texts]
        for column, cell in enumerate(cells):
            if column:
                cell.setWordWrap(False)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(cells[0], row, 0)
        self._grid.addWidget(cells[1], row, 1, 1, 1 if texts[2] else 2)
        if texts[2]:
            self._grid.addWidget(cells[2], row, 2)
        return cells


class FigureTiles(QWidget):
    """Pictures, usual wait, failures, spent, and the cost of a picture that was kept; before the
    first picture a sentence that teaches. No signals.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout()
        self._row.setSpacing(SPACE.s)
        self.words = _label(self.tr("Counting…"), "small", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addLayout(self._row)
        column.addWidget(self.words)
        self.values: dict[str, str] = {}

    def show_figures(self, figures: ModelFigures) -> None:
        if not figures.pictures and not figures.failures:
            self.words.setText(
                self.tr(
                    "No picture with this model yet. After the first one you see here how long it "
                    "takes, how often it fails, and what a picture that you keep costs you."
                )
            )
            return
        for title, value in self._facts(figures):
            self.values[title] = value
            self._row.addWidget(_tile(title, value), 1)
        text = self.tr("Kept: a favourite, or three stars and more.")
        if figures.unpriced:
            more = self.tr("For {count} of them no price is known, so they are not in the sums.")
            text = f"{text} {more.format(count=figures.unpriced)}"
        self.words.setText(text)

    def _facts(self, figures: ModelFigures) -> list[tuple[str, str]]:
        unknown = "–"
        wait = unknown if figures.median is None else seconds_words(figures.median)
        kept = unknown if figures.each_kept is None else sum_words(figures.each_kept)
        return [
            (self.tr("pictures"), str(figures.pictures)),
            (self.tr("usual wait"), wait),
            (self.tr("failures"), str(figures.failures)),
            (self.tr("spent"), sum_words(figures.spent)),
            (self.tr("a kept one"), kept),
        ]


def _tile(title: str, value: str) -> QWidget:
    tile = QWidget()
    tile.setAccessibleName(f"{title}: {value}")
    column = QVBoxLayout(tile)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(_label(value, "title", strong=True))
    column.addWidget(_label(title, "small", "muted"))
    return tile


def _rows(rows: list[Row]) -> KeyValueRows:
    made = KeyValueRows()
    made.show_rows(rows)
    made.show_label_width(_LABEL_WIDTH)
    return made


def _label(text: str, size: TypeName, tone: Tone = "text", *, strong: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_type(label, size, strong=strong)
    set_tone(label, tone)
    return label
