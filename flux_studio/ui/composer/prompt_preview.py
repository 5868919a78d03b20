"""What of the prompt will be sent, wherever that is not what is typed: the text with its style, or
the list of what the variables become, with how many pictures that makes and what they cost.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from flux_studio.core.draft import Draft, expansions, template_of
from flux_studio.core.prompt.parts import Expansion
from flux_studio.core.prompt.reading import (
    ExpansionMode,
    count,
    has_variables,
    is_as_typed,
    read_prompt,
)
from flux_studio.core.prompt.template import Template
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.words import sum_words
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

MOST_LISTED = 256  # rows, as many as one press of Generate makes
_ROW = 20  # px
_NUMBER = 20  # px, of the number of a row
_MOST_ROWS = 5
_MOST_WORDS = 400  # characters of a text that is shown at once

Index = QModelIndex | QPersistentModelIndex


class PromptPreview(QFrame):
    """Hidden while exactly the typed text is sent. No signals: it asks the studio."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._seen: object = None
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("What will be sent"))
        self.title = ElidedLabel()
        set_type(self.title, "small", strong=True)
        self.note = ElidedLabel()
        set_type(self.note, "small")
        set_tone(self.note, "muted")
        self.mode = SegmentedControl(self.tr("Variables"), self._segments())
        self.mode.segment_chosen.connect(self._on_mode_chosen)
        self.draw = IconButton("dices", self.tr("Draw again"), self.tr("Draw other words"), edge=24)
        self.draw.clicked.connect(studio.draw_again)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_type(self.text, "small")
        self.rows = QStringListModel(self)
        self.list = _ExpansionList(self.rows, self)
        self._lay_out()
        self.hide()

    def show_state(self, state: StudioState) -> None:
        """Nothing is done while nothing of what is sent changed."""
        draft = state.draft
        seen = (draft, state.card.id, state.lists, state.check.estimate)
        if seen == self._seen:
            return
        self._seen = seen
        template = template_of(draft, state.lists)
        varies = has_variables(read_prompt(draft.prompt, draft.style, lists=state.lists))
        shown = not template.faults and bool(draft.prompt.strip())
        self.setVisible(shown and (varies or not is_as_typed(template, draft.prompt)))
        if not self.isHidden():
            self._show(state, template, varies)

    def _show(self, state: StudioState, template: Template, varies: bool) -> None:
        draft = state.draft
        random = draft.expansion is ExpansionMode.RANDOM
        lists = has_variables(template)
        self.mode.setVisible(varies)
        self.mode.show_key(draft.expansion.value)
        self.draw.setVisible(lists and random)
        self.list.setVisible(lists)
        self.text.setVisible(not lists)
        self.title.setText(self._title(state, lists))
        self.note.setText(self._note(draft, template) if lists else "")
        if lists:
            self._show_rows(state)
        else:
            (only,) = expansions(draft, state.card, state.lists, 1)
            words = only.prompt
            cut = words if len(words) <= _MOST_WORDS else words[:_MOST_WORDS].rstrip() + "…"
            self.text.setText(cut)

    def _title(self, state: StudioState, lists: bool) -> str:
        estimate = state.check.estimate
        if not lists or estimate is None:
            return self.tr("Sent as")
        pictures = self.tr("1 picture") if estimate.count == 1 else self.tr("{count} pictures")
        price = sum_words(estimate.total)
        return f"{pictures.format(count=f'{estimate.count:,}')} · {price}"

    def _note(self, draft: Draft, template: Template) -> str:
        prompts = f"{count(template):,}" if count(template) < 10**9 else "10⁹+"
        if draft.expansion is ExpansionMode.RANDOM:
            return self.tr("drawn from {count}").format(count=prompts)
        if draft.count == 1:
            return self.tr("one of each")
        return self.tr("{prompts} prompts × {count}").format(prompts=prompts, count=draft.count)

    def _show_rows(self, state: StudioState) -> None:
        found = _listed(state)
        self.rows.setStringList([_choices(each) for each in found])
        self.list.show_texts([each.prompt for each in found])

    def _segments(self) -> tuple[Segment, ...]:
        return (
            Segment(
                ExpansionMode.ORDERED.value, self.tr("All"), tip=self.tr("Make every combination")
            ),
            Segment(
                ExpansionMode.RANDOM.value,
                self.tr("Random"),
                tip=self.tr("Draw one for each picture; the seed decides which"),
            ),
            Segment(
                ExpansionMode.OFF.value,
                self.tr("As typed"),
                tip=self.tr("Send braces and comments as they stand"),
            ),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        ways = QHBoxLayout()
        ways.setSpacing(SPACE.s)
        ways.addWidget(self.mode)
        ways.addWidget(self.draw)
        ways.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.s, SPACE.m, SPACE.s)
        column.setSpacing(SPACE.xs)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addWidget(self.text)
        column.addLayout(ways)

    def _on_mode_chosen(self, key: str) -> None:
        self._studio.set_expansion(ExpansionMode(key))


class _RowDelegate(QStyledItemDelegate):
    """A row: its number, quietly, and what its variables became."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = current_colors()
        box = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.hover))
            painter.drawRoundedRect(box, 4, 4)
        font = QFont(option.font)
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        number = box.adjusted(0, 0, _NUMBER - box.width(), 0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, right, str(index.row() + 1))
        painter.setPen(QColor(colors.text))
        words = box.adjusted(_NUMBER + SPACE.s, 0, -SPACE.s, 0)
        text = str(index.data())
        cut = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.restore()


class _ExpansionList(QListView):
    """The expansions; each row's tooltip is its whole prompt. No signals of its own."""

    def __init__(self, rows: QStringListModel, parent: QFrame) -> None:
        super().__init__(parent)
        self._texts: list[str] = []
        self.setModel(rows)
        self.setAccessibleName(self.tr("Prompts that will be sent"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet(
            "QListView, QListView:focus { border: none; background: transparent; padding: 0; }"
        )
        self._delegate = _RowDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.entered.connect(
            lambda index: self.setToolTip(tooltip(self._texts[index.row()][:_MOST_WORDS]))
        )

    def show_texts(self, texts: list[str]) -> None:
        self._texts = texts
        self.setFixedHeight(min(len(texts), _MOST_ROWS) * _ROW)


def _listed(state: StudioState) -> list[Expansion]:
    """One row a prompt: repeats of the same combination count once."""
    draft, order = state.draft, state.check.order
    step = draft.count if draft.expansion is ExpansionMode.ORDERED else 1
    if order is None:
        found = list(expansions(draft, state.card, state.lists, MOST_LISTED))
    else:
        found = [
            Expansion(request.prompt, order.origin(number).choices)
            for number, request in enumerate(order.requests)
        ]
    return found[:: max(1, step)]


def _choices(expansion: Expansion) -> str:
    return " · ".join(text or "—" for label, text in expansion.choices if label != "Style")
