"""What the search asks for, field by field: a chip each, to be taken away; and a hint where a field
could not be read.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from flux_studio.core.search import Condition, read_search, without
from flux_studio.core.search_values import Near, OneOf
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.inspector.thumbnail import cover, read_image
from flux_studio.ui.search.flow import FlowLayout
from flux_studio.ui.search.search_words import hint_words
from flux_studio.ui.style import current_colors, set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_CROSS = 12  # px
_PICTURE = 18  # px
_SIDE = 256  # px of the thumbnail that it is made from
_EDGE = 8  # px from the edge of a chip to what is in it
_LONGEST = 28  # letters of a condition on its chip


class ConditionChip(QPushButton):
    """One condition with a cross: Space, Enter, Delete and a click take it away. Signals: those of
    QPushButton.
    """

    def __init__(self, condition: Condition, parent: QWidget | None = None) -> None:
        words = _words_of(condition)
        short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        super().__init__(short.replace("&", "&&"), parent)
        self.condition = condition
        self._color = _color_of(condition)
        self._picture = QPixmap()
        before = _CROSS if self._color else _PICTURE if _picture_of(condition) else 0
        self.setProperty("active", True)
        set_look(self, "chip")
        # Room for the cross, and for what stands before the words. The focus has a wider ring.
        left = _EDGE + (before + SPACE.xs if before else 0)
        room = f"padding-left: {{}}px; padding-right: {_EDGE + _CROSS + SPACE.xs}px;"
        self.setStyleSheet(
            f"QPushButton {{ {room.format(left)} }} QPushButton:focus {{ {room.format(left - 1)} }}"
        )
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name = self.tr("Take {condition} away").format(condition=words)
        self.setAccessibleName(name)
        self.setToolTip(tooltip(name))

    def show_picture(self, image: QImage | None) -> None:
        """The picture that others are to be like, None where there is none."""
        if image is not None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap.fromImage(cover(image, _PICTURE, _PICTURE, ratio))
            self._picture.setDevicePixelRatio(ratio)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, colors = QPainter(self), current_colors()
        top = (self.height() - _CROSS) / 2
        cross = QRectF(self.width() - _CROSS - _EDGE, top, _CROSS, _CROSS)
        paint_icon(painter, cross, "x", colors.text)
        if not self._picture.isNull():
            painter.drawPixmap(_EDGE, (self.height() - _PICTURE) // 2, self._picture)
        if self._color:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(colors.edge))
            painter.setBrush(QColor(self._color))
            painter.drawEllipse(QRectF(_EDGE, top, _CROSS, _CROSS))


class SearchChips(QWidget):
    """The row below the wall's header; hidden while the search asks for words alone.

    Signals: `search_changed(str)` when a chip was taken away; `save_asked(str)` with the search
    that is to be kept.
    """

    search_changed = Signal(str)
    save_asked = Signal(str)

    def __init__(self, library: LibraryDesk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._text = ""
        self.chips: list[ConditionChip] = []
        self.hint = ElidedLabel()
        set_type(self.hint, "small")
        set_tone(self.hint, "muted")
        save = self.tr("Save this search")
        self.save = IconButton("bookmark", save, save)
        self.save.clicked.connect(lambda: self.save_asked.emit(self._text))
        self._flow = FlowLayout()
        self._flow.setSpacing(SPACE.s)
        words = QVBoxLayout()
        words.setSpacing(SPACE.xs)
        words.addLayout(self._flow)
        words.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, SPACE.xs, SPACE.m, SPACE.xs)
        row.setSpacing(SPACE.s)
        row.addLayout(words, 1)
        row.addWidget(self.save, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_search(self, text: str) -> None:
        """The search as it is typed."""
        if text == self._text:
            return
        self._text = text
        search = read_search(text)
        if [chip.condition for chip in self.chips] != list(search.conditions):
            self._show_chips(search.conditions)
        self.hint.setText(hint_words(search.hints[0]) if search.hints else "")
        self.hint.setVisible(bool(search.hints))
        self.setVisible(bool(text.strip()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _show_chips(self, conditions: tuple[Condition, ...]) -> None:
        had_focus = any(chip.hasFocus() for chip in self.chips)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [ConditionChip(condition, self) for condition in conditions]
        for chip in self.chips:
            chip.clicked.connect(partial(self._on_chip_clicked, chip.condition))
            self._flow.addWidget(chip)
            chip.show()
            self._ask_picture(chip)
        if had_focus:
            (self.chips[0] if self.chips else self.save).setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_picture(self, chip: ConditionChip) -> None:
        """The small picture of a chip that stands for one."""
        library, id_ = self._library, _picture_of(chip.condition)
        if library is None or not id_:
            return

        def show(image: QImage | None) -> None:
            if isValid(chip):
                chip.show_picture(image)

        read = partial(library.thumbnail, id_, _SIDE)
        library.background.run(partial(read_image, read), show)

    def _on_chip_clicked(self, condition: Condition) -> None:
        self.search_changed.emit(without(self._text, condition))


def _words_of(condition: Condition) -> str:
    """What a chip says: an id says nothing to anyone."""
    if not _picture_of(condition):
        return condition.typed
    return QCoreApplication.translate("Search", "like this picture")


def _picture_of(condition: Condition) -> str:
    """The id of the one picture that others are to be like, '' for none."""
    asked = condition.test
    is_one = condition.field == "like" and isinstance(asked, OneOf) and len(asked.values) == 1
    return asked.values[0] if is_one and isinstance(asked, OneOf) and condition.wanted else ""


def _color_of(condition: Condition) -> str:
    return condition.test.color if isinstance(condition.test, Near) else ""
