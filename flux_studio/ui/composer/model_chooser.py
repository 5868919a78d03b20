"""The card at the top of the composer: which model, at which provider, at what price."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from flux_studio.core.pricing import Free
from flux_studio.session.state import StudioState
from flux_studio.ui.composer.model_list import ABOUT_KEYS, ModelList
from flux_studio.ui.composer.words import each_words
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_HEIGHT = 46  # px
_ABOUT_MARGIN = 6  # px
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up)


class ModelChooser(QAbstractButton):
    """Opens the list of models. Signals: `card_chosen(ModelCard)`; `page_asked(ModelCard)` when the
    page of a model is wanted.
    """

    card_chosen = Signal(object)
    page_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: StudioState | None = None
        self._title = self._detail = self._price = ""
        self._shown: object = None
        self._icon = "sparkles"
        self.setAccessibleName(self.tr("Model"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.list = ModelList(self)
        self.list.card_chosen.connect(self.card_chosen)
        self.list.page_asked.connect(self.page_asked)
        words = self.tr("About this model: price, limits, terms and your own figures")
        self.about = IconButton("info", self.tr("About this model"), words, ABOUT_KEYS)
        self.about.clicked.connect(self._on_about_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, _ABOUT_MARGIN, 0)
        row.addWidget(self.about, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.clicked.connect(self.open_list)

    def show_state(self, state: StudioState) -> None:
        self._state = state
        card = state.card
        shown = (card, self._mode(state), each_words(state.check.estimate), state.edits)
        if shown == self._shown:
            return  # panels render at each keystroke
        self._shown = shown
        self._title = card.title
        self._detail = f"{provider_title(card.provider)} · {shown[1]}"
        self._price = shown[2]
        self._icon = "wand-sparkles" if state.edits and card.edits else "sparkles"
        self.setAccessibleDescription(f"{self._title}, {self._detail}, {self._price}")
        self.setToolTip(tooltip(f"{card.blurb}\n{self.tr('Choose another model')}"))
        self.update()

    def detail(self) -> str:
        """The second line: provider and what would be done."""
        return self._detail

    def _on_about_clicked(self) -> None:
        if self._state is not None:
            self.page_asked.emit(self._state.card)

    def open_list(self) -> None:
        """Open the list of models under the card."""
        if self._state is not None:
            self.list.open(self._state, self)

    def sizeHint(self) -> QSize:
        return QSize(328, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.AltModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if event.key() in _OPENS and plain:
            self.open_list()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        room = self.about.width() + _ABOUT_MARGIN + SPACE.xs
        box = QRectF(self.rect()).adjusted(SPACE.m, 0, -room, 0)
        middle = self.height() / 2
        icon = QRectF(box.left(), middle - ICON.large / 2, ICON.large, ICON.large)
        paint_icon(painter, icon, self._icon, colors.text)
        chevrons = QRectF(box.right() - ICON.small, middle - 8, ICON.small, ICON.small)
        paint_icon(painter, chevrons, "chevrons-up-down", colors.muted)
        words = box.adjusted(ICON.large + SPACE.s, 6, -ICON.small - SPACE.s, -6)
        price = self._sized(TYPE.body)
        wide = QFontMetrics(price).horizontalAdvance(self._price)
        painter.setFont(price)
        painter.setPen(QColor(colors.text))
        painter.drawText(words, _RIGHT, self._price)
        self._paint_words(painter, words.adjusted(0, 0, -wide - SPACE.s, 0))

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        colors = current_colors()
        half = box.height() / 2
        painter.setFont(self._sized(TYPE.body, strong=True))
        _elided(painter, box.adjusted(0, 0, 0, -half), self._title)
        painter.setFont(self._sized(TYPE.small))
        painter.setPen(QColor(colors.muted))
        _elided(painter, box.adjusted(0, half, 0, 0), self._detail)

    def _paint_frame(self, painter: QPainter) -> None:
        colors = current_colors()
        lit = self.underMouse() or self.isDown()
        color = colors.focus if self.hasFocus() else colors.edge if lit else colors.line
        stroke = SHAPE.focus_stroke if self.hasFocus() else SHAPE.stroke
        inset = stroke / 2
        painter.setPen(QPen(QColor(color), stroke))
        painter.setBrush(QColor(colors.field))
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)

    def _mode(self, state: StudioState) -> str:
        count = len(state.draft.references)
        if count and not state.card.edits:
            return self.tr("takes no references")
        if count == 1:
            return self.tr("edit with 1 reference")
        if count:
            return self.tr("edit with {count} references").format(count=count)
        if isinstance(state.card.price, Free):
            return self.tr("free")
        return self.tr("picture from text")

    def _sized(self, size: int, *, strong: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.Medium if strong else QFont.Weight.Normal)
        return font


def _elided(painter: QPainter, box: QRectF, text: str) -> None:
    fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitted)


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
