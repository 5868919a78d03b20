"""What is seldom changed: file format, number of images, and the model's own knobs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.draft import effective_format
from flux_studio.core.problem import Control
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.knob_rows import KnobRows
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.style import current_colors, set_look, set_tone, set_type
from flux_studio.ui.tokens import ICON, SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

_INSIDE = (Control.FORMAT, Control.COUNT, Control.KNOBS)
_NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}


class MoreSection(QWidget):
    """Opens and closes; opens by itself when a problem lies inside.

    Signals: `opened(bool)` when the person opened or closed it; `call_asked()` when what will be
    sent is to be looked at.
    """

    opened = Signal(bool)
    call_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = DisclosureButton(self.tr("More"))
        self.header.clicked.connect(self._on_header_clicked)
        self.inside = QWidget()
        self.format = FormatRow(studio)
        self.count = CountRow(studio)
        self.knobs = KnobRows(studio)
        self.problem = ProblemLine()
        self.call = QPushButton(self.tr("What will be sent…"))
        self.call.setAccessibleName(self.call.text())
        self.call.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = self.tr("Look at the very request, or copy it as curl or Python")
        self.call.setToolTip(tooltip(words, "Ctrl+Shift+I"))
        set_look(self.call, "link")
        self.call.clicked.connect(self.call_asked)
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(0, SPACE.xs, 0, 0)
        column.setSpacing(SPACE.s)
        for part in (self.count, self.format, self.knobs, self.problem):
            column.addWidget(part)
        column.addWidget(self.call, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.inside)
        self.inside.hide()

    def show_state(self, state: StudioState) -> None:
        for part in (self.format, self.count, self.knobs):
            part.show_state(state)
        wrong = state.wrong_at(*_INSIDE)
        self.problem.show_problem(problem_words(wrong) if wrong else "")
        if wrong in state.check.problems:  # an answer of the provider is no reason to open it
            self.open(True)
        count = state.draft.count
        images = self.tr("1 image") if count == 1 else self.tr("{count} images").format(count=count)
        chosen = format_words(effective_format(state.draft, state.card))
        self.header.show_summary(" · ".join(part for part in (images, chosen) if part))

    def is_open(self) -> bool:
        return not self.inside.isHidden()

    def open(self, on: bool) -> None:
        """Open or close without a signal."""
        self.inside.setVisible(on)
        self.header.show_open(on)

    def _on_header_clicked(self) -> None:
        self.open(not self.is_open())
        self.opened.emit(self.is_open())


class DisclosureButton(QAbstractButton):
    """A chevron, a word, and what is inside in short. Signals: those of QAbstractButton."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._summary = ""
        self._is_open = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SHAPE.icon_button)
        tip = self.tr("Number of images, format and what only this model has")
        self.setToolTip(tooltip(tip))

    def show_open(self, on: bool) -> None:
        self._is_open = on
        self._describe()

    def show_summary(self, text: str) -> None:
        self._summary = text
        self._describe()

    def summary(self) -> str:
        return self._summary

    def sizeHint(self) -> QSize:
        return QSize(120, SHAPE.icon_button)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(colors.text if self.underMouse() else colors.muted)
        chevron = QRectF(-2, (self.height() - ICON.small) / 2, ICON.small, ICON.small)
        paint_icon(
            painter, chevron, "chevron-down" if self._is_open else "chevron-right", ink.name()
        )
        font = self.font()
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(ink)
        box = QRectF(self.rect()).adjusted(ICON.small + 2, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        if not self._is_open:
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(box, right, self._summary)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _describe(self) -> None:
        state = self.tr("open") if self._is_open else self.tr("closed")
        words = f"{state}. {self._summary}"
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            self.update()


class FormatRow(QWidget):
    """The file format, among those the model offers."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._formats: tuple[str, ...] = ()
        self.bar: SegmentedControl | None = None
        self._none = _small(self.tr("the model chooses"))
        self._row = _row(self, _small(self.tr("Output format")))
        self._row.addWidget(self._none)

    def show_state(self, state: StudioState) -> None:
        formats = state.card.formats
        if formats != self._formats:
            self._build(formats)
        self._none.setVisible(not formats)
        if self.bar is not None:
            self.bar.show_key(effective_format(state.draft, state.card))

    def _build(self, formats: tuple[str, ...]) -> None:
        self._formats = formats
        if self.bar is not None:
            self.bar.hide()
            self.bar.deleteLater()
            self.bar = None
        if formats:
            segments = [Segment(name, format_words(name)) for name in formats]
            self.bar = SegmentedControl(self.tr("Output format"), segments)
            self.bar.segment_chosen.connect(self._studio.set_format)
            self._row.addWidget(self.bar)


class CountRow(QWidget):
    """How many pictures one press of Generate orders."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.field = NumberField(self.tr("Number of images"), least=1)
        self.field.setFixedWidth(48)
        self.field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.field.value_typed.connect(self._on_field_typed)
        self.fewer = IconButton("minus", self.tr("One fewer"), self.tr("One image fewer"))
        self.more = IconButton("plus", self.tr("One more"), self.tr("One image more"))
        self.fewer.clicked.connect(lambda: self._step(-1))
        self.more.clicked.connect(lambda: self._step(1))
        self._most = 1
        row = _row(self, _small(self.tr("Number of images")))
        for widget in (self.fewer, self.field, self.more):
            row.addWidget(widget)

    def show_state(self, state: StudioState) -> None:
        count, self._most = state.draft.count, state.card.count_most
        self.field.show_range(1, self._most)
        self.field.show_value(count)
        wrong = [problem_words(p) for p in state.check.problems if p.control is Control.COUNT]
        sentence = wrong[0] if wrong else ""
        if self.field.problem() != sentence:
            self.field.show_problem(sentence)
        self.fewer.setEnabled(count > 1)
        self.more.setEnabled(count < self._most)

    def _step(self, by: int) -> None:
        present = self.field.value() or 1
        self._studio.set_count(min(self._most, max(1, present + by)))

    def _on_field_typed(self, value: int | None) -> None:
        if value is not None:
            self._studio.set_count(value)


def format_words(name: str) -> str:
    """'PNG', 'JPEG', 'WebP'."""
    return _NAMES.get(name, name.upper())


def _row(widget: QWidget, label: QLabel) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE.xs)
    row.addWidget(label, 1)
    return row


def _small(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_type(label, "small")
    set_tone(label, "muted")
    return label
