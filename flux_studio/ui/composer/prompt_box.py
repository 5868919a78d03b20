"""The box the prompt is written in. Plain text, and it never alters what was typed.

Its undo is that of the whole form: the keys for it go on to the panel.
"""

from __future__ import annotations

from math import ceil

from PySide6 import QtCore
from PySide6.QtCore import QMimeData, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextLayout,
    QTextLine,
)
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QWidget

from flux_studio.ui.composer.prompt_highlighter import (
    COLOR_MARK,
    NAME_MARK,
    PromptHighlighter,
    characters,
)
from flux_studio.ui.composer.prompt_highlighter import units as _units
from flux_studio.ui.style import current_colors, dress, set_problem, set_tone
from flux_studio.ui.tokens import SPACE

_NEAR = 0.8  # from this share of the limit the count turns to characters


class PromptBox(QPlainTextEdit):
    """Grows with its text. Signals: `prompt_changed(str)` from typing and pasting;
    `pictures_pasted(QMimeData)` when the clipboard holds pictures instead of text;
    `older_asked(str)` with the text before the caret and `newer_asked()` to walk through earlier
    prompts; `menu_opening(QMenu, QPoint)` before the context menu is shown, at px of the viewport.
    """

    least_lines = 5
    most_lines = 12
    foot = 20  # px below the text, for the count
    pad = 9  # px of border and padding above the text, as in the style sheet

    prompt_changed = Signal(str)
    pictures_pasted = Signal(object)
    older_asked = Signal(str)
    newer_asked = Signal()
    menu_opening = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, marks: bool = True) -> None:
        """Without `marks` colours and names wait for `show_marks`: painting them for the first
        time loads a good part of Qt's types, which the first paint of the window does not need.
        """
        super().__init__(parent)
        self._marks = marks
        self._told = ""
        self._most = 0
        self.setUndoRedoEnabled(False)
        self._count = QLabel(self)
        dress(self._count, type="small", tone="muted")
        self.highlighter = PromptHighlighter(self.document())
        self.setAccessibleName(self.tr("Prompt"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setViewportMargins(0, 0, 0, self.foot)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._on_text_changed)
        self._fit()
        self._show_count()
        if marks:
            self._finish()

    def prompt(self) -> str:
        """The text as it was typed. `toPlainText` would turn a hard space into a soft one."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def show_prompt(self, text: str) -> None:
        """Show a text that did not come from here (recall, undo, restart)."""
        if text == self._told:
            return
        self._told = text
        if text == self.prompt():
            return
        self.blockSignals(True)
        self._put(text)
        self.blockSignals(False)
        self._show_count()
        self._fit()

    def _put(self, text: str) -> None:
        """Replace only what differs: the caret stays where it is in the rest."""
        old = self.prompt()
        same = _same_start(old, text)
        tail = _same_start(old[same:][::-1], text[same:][::-1])
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(old, same))
        end = _units(old, len(old) - tail)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[same : len(text) - tail])

    def put_caret(self, at: int) -> None:
        """Put the caret behind the first `at` characters, and bring it into view."""
        cursor = self.textCursor()
        cursor.setPosition(_units(self.prompt(), at))
        self.setTextCursor(cursor)

    def show_limit(self, most: int) -> None:
        """The most characters the model takes, 0 for no limit."""
        if most != self._most:
            self._most = most
            self._show_count()

    def show_problem(self, sentence: str) -> None:
        """Mark the text as wrong; the words stand in a line below."""
        set_problem(self, bool(sentence))
        self.setAccessibleDescription(sentence)

    def type_name(self, number: int) -> None:
        """Write `@imageN` at the caret, with spaces where words would touch."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        before = self.document().characterAt(start - 1) if start else " "
        after = self.document().characterAt(end)
        name = f"@image{number}"
        lead = "" if before.isspace() or before in "([“\"'" else " "
        tail = "" if after.isspace() or after in ".,;:!?)]”\"'\u2029" else " "
        cursor.insertText(f"{lead}{name}{tail}")
        self.setTextCursor(cursor)
        self.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def show_marks(self) -> None:
        """From now on colours and names are marked."""
        self._marks = True
        self._finish()
        self.update()

    def _finish(self) -> None:
        """What names `Qt`: importing that makes a hundred enumerations, 14 ms before the first
        paint.
        """
        self._count.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._count.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def count_words(self) -> str:
        """What stands at the lower right."""
        return self._count.text()

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        if enter and event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # Generate, by the window's shortcut: never a new line
            return
        standard = QKeySequence.StandardKey
        if event.matches(standard.Undo) or event.matches(standard.Redo):
            event.ignore()  # one history for the whole form: the panel's
            return
        if event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier and self._walks(event):
            return
        super().keyPressEvent(event)

    def _walks(self, event: QKeyEvent) -> bool:
        """Whether the key walks through earlier prompts."""
        if event.key() == QtCore.Qt.Key.Key_Up:
            text = self.prompt()
            self.older_asked.emit(text[: characters(text, self.textCursor().position())])
        elif event.key() == QtCore.Qt.Key.Key_Down:
            self.newer_asked.emit()
        return event.key() in (QtCore.Qt.Key.Key_Up, QtCore.Qt.Key.Key_Down)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_opening.emit(menu, event.pos())
        menu.popup(event.globalPos())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        # A drag with pictures goes on to the panel, which takes them as references.
        from flux_studio.ui.composer.dropped import holds_pictures  # not before the first paint

        return source.hasText() and not holds_pictures(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        from flux_studio.ui.composer.dropped import pastes_pictures  # as above

        if pastes_pictures(source):
            self.pictures_pasted.emit(source)
        elif source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._marks:
            self._paint_all_marks(event)
        super().paintEvent(event)

    def _paint_all_marks(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        block, top = self.firstVisibleBlock(), self.contentOffset().y()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()  # lays the block out, so it is first
            self._paint_marks(painter, block, QPointF(self.contentOffset().x(), top))
            top += height
            block = block.next()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_count()
        # Later: the text is only now being wrapped anew, and a change of height would disturb that.
        QTimer.singleShot(0, self, self._fit)

    def _paint_marks(self, painter: QPainter, block: QTextBlock, offset: QPointF) -> None:
        layout = block.layout()
        first, last = self._visible_stretch(layout, offset.y())
        for mark in layout.formats():
            start = mark.start
            if start > last:
                return
            if start + mark.length < first:
                continue
            kind = mark.format
            if kind.hasProperty(COLOR_MARK):
                for box in _boxes(layout, mark.start, mark.length):
                    bar = QRectF(box.left(), box.bottom() - 2, box.width(), 2)
                    painter.fillRect(bar.translated(offset), QColor(kind.property(COLOR_MARK)))
            elif kind.hasProperty(NAME_MARK) and kind.property(NAME_MARK):
                painter.setPen(QtCore.Qt.PenStyle.NoPen)
                painter.setBrush(QColor(current_colors().hover))
                for box in _boxes(layout, mark.start, mark.length):
                    chip = box.adjusted(-4, 0, 4, 0).translated(offset)
                    painter.drawRoundedRect(chip, 4, 4)

    def _visible_stretch(self, layout: QTextLayout, top: float) -> tuple[int, int]:
        """From which to which character a block can be seen; its first line lies at `top` px."""
        lines = layout.lineCount()
        if not lines:
            return 0, 0
        height = layout.lineAt(0).height() or 1.0  # one font, so all lines are alike
        first = min(lines - 1, max(0, int(-top / height)))
        last = min(lines - 1, max(0, int((self.viewport().height() - top) / height)))
        end = layout.lineAt(last)
        return layout.lineAt(first).textStart(), end.textStart() + end.textLength()

    def _on_text_changed(self) -> None:
        text = self.prompt()
        if text != self._told:  # a change of formats alone is told as a change of text
            self._told = text
            self._show_count()
            self.prompt_changed.emit(text)

    def _show_count(self) -> None:
        text = self._told
        over = bool(self._most) and len(text) > self._most
        if self._most and len(text) >= self._most * _NEAR:
            words = self.tr("{length} of {most} characters")
            shown = words.format(length=f"{len(text):,}", most=f"{self._most:,}")
        else:
            count = len(text.split())
            one, more = self.tr("1 word"), self.tr("{count} words").format(count=count)
            shown = one if count == 1 else more if count else ""
        if shown != self._count.text():
            self._count.setText(shown)
            self._place_count()
        if over != (self._count.property("tone") == "danger"):
            set_tone(self._count, "danger" if over else "muted")

    def _place_count(self) -> None:
        size = self._count.sizeHint()
        left = self.width() - size.width() - 11
        self._count.setGeometry(left, self.height() - size.height() - 7, *size.toTuple())

    def _fit(self) -> None:
        # The layout of a plain text counts its height in lines.
        lines = int(self.document().documentLayout().documentSize().height())
        shown = min(max(lines, self.least_lines), self.most_lines)
        line = ceil(QFontMetricsF(self.font()).lineSpacing())
        height = shown * line + 2 * self.pad + self.foot + SPACE.xs
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)


def _same_start(one: str, other: str) -> int:
    """Length of the common start, by halving: comparing stretches is quicker than letters."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _boxes(layout: QTextLayout, start: int, length: int) -> list[QRectF]:
    """The rectangles of a stretch of text, one a line, in the coordinates of its block."""
    boxes = []
    at, end = start, start + length
    while at < end:
        line = layout.lineForTextPosition(at)
        if not line.isValid():  # not laid out yet: asking it anything else would crash
            break
        last = min(end, line.textStart() + line.textLength())
        if last <= at:
            break
        left, right = _x(line, at), _x(line, last)
        boxes.append(QRectF(min(left, right), line.y(), abs(right - left), line.height()))
        at = last
    return boxes


def _x(line: QTextLine, at: int) -> float:
    # Qt answers a place and the caret it stands for; the stubs know the place alone.
    found: object = line.cursorToX(at)
    return float(found[0] if isinstance(found, tuple) else found)  # type: ignore[arg-type]  # a number
