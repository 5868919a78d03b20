"""What a person says of a picture beyond stars and heart: keep, maybe or reject, a colour label,
tags, collections, a note; and its main colours, each of which can be searched for.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.sidecar import MarkSet
from flux_studio.ui.icons import set_icon
from flux_studio.ui.search.flow import FlowLayout
from flux_studio.ui.search.label_colors import LABELS, label_words
from flux_studio.ui.search.word_popover import WordPopover
from flux_studio.ui.style import current_colors, set_look
from flux_studio.ui.tokens import ICON, SHAPE, SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

LONGEST_NOTE = 2_000  # letters
_LABEL_KEYS = {"red": "6", "yellow": "7", "green": "8", "blue": "9"}
_DOT = 12  # px
_INSET = (SHAPE.target - ICON.small) // 2  # px from the edge of a button to its icon
_SHORT = 24  # letters of a word on its chip


class ColorDot(QToolButton):
    """A dot of one colour, hollow until it is chosen or pointed at; chosen it has a ring. Signals:
    those of QToolButton.
    """

    def __init__(
        self, color: str, name: str, tip: str, keys: str = "", *, square: bool = False
    ) -> None:
        super().__init__()
        self._square = square
        self.show_color(color, name, tip, keys)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(SHAPE.target, SHAPE.target)

    def show_color(self, color: str, name: str, tip: str, keys: str = "") -> None:
        """Be of another colour."""
        self.color = color
        self.setAccessibleName(name)
        self.setToolTip(tooltip(tip, keys))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, colors = QPainter(self), current_colors()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, _DOT, _DOT)
        box.moveCenter(QRectF(self.rect()).center())
        if self._square:
            painter.setPen(QPen(QColor(colors.edge), 1))
            painter.setBrush(QColor(self.color))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 3, 3)
            return
        # Six full colours beside a picture would draw the eye from its own: a dot is filled only
        # where it says something.
        painter.setPen(QPen(QColor(self.color), 2))
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setBrush(QColor(self.color))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if self.isChecked():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.text), 2))
            painter.drawEllipse(box.adjusted(-3, -3, 3, 3))


class WordChip(QPushButton):
    """A tag or a collection: pressed, it is searched for; Delete takes it off. Signals: those of
    QPushButton, `removed()`.
    """

    removed = Signal()

    def __init__(self, word: str, icon: str, tip: str) -> None:
        short = word if len(word) <= _SHORT else word[: _SHORT - 1] + "…"
        super().__init__(short.replace("&", "&&"))
        set_look(self, "chip")
        set_icon(self, icon, "muted")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(word)
        self.setAccessibleDescription(tip)
        self.setToolTip(tooltip(f"{word}\n{tip}"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.removed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
            return
        super().keyPressEvent(event)


class MarksSection(QWidget):
    """Signal: `search_wanted(str)` with a search for what was pressed."""

    search_wanted = Signal(str)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._id = ""
        self._marks = MarkSet()
        self.keep = _toggle("check", self.tr("Keep"), "K")
        self.maybe = _toggle("circle-question-mark", self.tr("Maybe"), "M")
        self.reject = _toggle("ban", self.tr("Reject"), "X")
        self.labels = {
            name: ColorDot(color, label_words(name), label_words(name), _LABEL_KEYS.get(name, ""))
            for name, (color, _) in LABELS.items()
        }
        self.note = QLineEdit()
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setPlaceholderText(self.tr("Note"))
        finds = self.tr("A note for yourself; the search finds its words")
        self.note.setToolTip(tooltip(finds, "N"))
        self.note.setMaxLength(LONGEST_NOTE)
        add, gather = self.tr("Add a tag"), self.tr("Put into a collection")
        self.add_tag = IconButton("tag", add, add, "T", edge=SHAPE.target)
        self.add_collection = IconButton("layers", gather, gather, "L", edge=SHAPE.target)
        self.words = QWidget()
        self._flow = FlowLayout(self.words)
        self.words.hide()
        self._colors = QWidget()
        self._color_row = FlowLayout(self._colors)
        self._color_row.setSpacing(0)
        self._lay_out()
        self._connect()

    def show_generation(self, generation: Generation) -> None:
        """Another picture, or the same one with other marks; tags and note follow in a moment."""
        if generation.id != self._id:
            self._save_note()
            self._id = generation.id
            self._show_marks(MarkSet())
            self._show_colors(generation)
        self.keep.setChecked(generation.verdict == "keep")
        self.maybe.setChecked(generation.verdict == "maybe")
        self.reject.setChecked(generation.rejected)
        for name, dot in self.labels.items():
            dot.setCheckable(True)
            dot.setChecked(generation.label == name)
        self._library.marks.ask(generation.id, partial(self._on_marks_read, generation.id))

    def _lay_out(self) -> None:
        top = FlowLayout()
        top.setSpacing(0)
        buttons = self.keep, self.maybe, self.reject, self.add_tag, self.add_collection
        colors = QWidget()  # as one: where it is narrow they begin the second row together
        dots = QHBoxLayout(colors)
        dots.setContentsMargins(0, 0, 0, 0)
        dots.setSpacing(0)
        for dot in self.labels.values():
            dots.addWidget(dot)
        for mark in (*buttons, colors):
            top.addWidget(mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addLayout(top)
        # Icons stand inside their buttons: what is below begins where the first icon does.
        below = QVBoxLayout()
        below.setContentsMargins(_INSET, 0, 0, 0)
        for part in (self.words, self.note, self._colors):
            below.addWidget(part)
        column.addLayout(below)

    def _connect(self) -> None:
        self.keep.clicked.connect(lambda on: self._mark(MarkChange(verdict="keep" if on else "")))
        self.maybe.clicked.connect(lambda on: self._mark(MarkChange(verdict="maybe" if on else "")))
        self.reject.clicked.connect(lambda on: self._mark(MarkChange(rejected=on)))
        for name, dot in self.labels.items():
            dot.clicked.connect(partial(self._on_label_clicked, name))
        self.note.editingFinished.connect(self._save_note)
        self.add_tag.clicked.connect(lambda: self._ask("tag"))
        self.add_collection.clicked.connect(lambda: self._ask("collection"))

    def _on_label_clicked(self, name: str) -> None:
        self._mark(MarkChange(label=name if self.labels[name].isChecked() else ""))

    @Slot()
    def _save_note(self) -> None:
        """Only what was typed here: a note with several lines is not flattened by looking at it."""
        if self._id and self.note.isModified():
            self.note.setModified(False)
            self._mark(MarkChange(note=self.note.text()))

    def _mark(self, change: MarkChange) -> None:
        if self._id:
            self._library.marks.change([self._id], change)

    def _on_marks_read(self, id_: str, marks: MarkSet) -> None:
        if id_ == self._id:
            self._show_marks(marks)

    def _show_marks(self, marks: MarkSet) -> None:
        if not self.note.isModified() and self.note.text() != marks.note:
            self.note.setText(marks.note)
            self.note.setCursorPosition(0)
        words = (marks.project, marks.tags, marks.collections)
        if words != (self._marks.project, self._marks.tags, self._marks.collections):
            self._show_words(marks)
        self._marks = marks

    def _show_words(self, marks: MarkSet) -> None:
        _empty(self._flow)
        for field, icon, words in (
            ("project", "folder", (marks.project,) if marks.project else ()),
            ("tag", "tag", marks.tags),
            ("collection", "layers", marks.collections),
        ):
            for word in words:
                tip = self.tr("Press to find all with it, Delete to take it off")
                chip = WordChip(word, icon, tip)
                chip.clicked.connect(partial(self._find, field, word))
                chip.removed.connect(partial(self._take_off, field, word))
                self._flow.addWidget(chip)
        self.words.setVisible(bool(self._flow.count()))
        self.words.updateGeometry()

    def _show_colors(self, generation: Generation) -> None:
        colors = generation.look.colors if generation.look else ()
        while self._color_row.count() < len(colors):  # kept from one picture to the next
            self._color_row.addWidget(self._color_dot())
        for at in range(self._color_row.count()):
            item = self._color_row.itemAt(at)
            dot = None if item is None else item.widget()
            if isinstance(dot, ColorDot):
                dot.setVisible(at < len(colors))
                if at < len(colors):
                    self._show_color(dot, *colors[at])
        self._colors.setVisible(bool(colors))

    def _color_dot(self) -> ColorDot:
        dot = ColorDot("", "", "", square=True)
        dot.clicked.connect(lambda: self.search_wanted.emit(f"near:{dot.color}"))
        return dot

    def _show_color(self, dot: ColorDot, color: str, share: int) -> None:
        tip = self.tr("{color}, {share} % of the picture: find others")
        dot.show_color(color, color, tip.format(color=color, share=share))

    def _find(self, field: str, word: str) -> None:
        self.search_wanted.emit(f'{field}:"{word}"')

    def _take_off(self, field: str, word: str) -> None:
        match field:
            case "tag":
                self._mark(MarkChange(tags_removed=(word,)))
            case "project":
                self._mark(MarkChange(project=""))
            case _:
                self._mark(MarkChange(collections_removed=(word,)))

    def _ask(self, field: str) -> None:
        is_tag = field == "tag"
        popover = WordPopover(self.tr("Tag") if is_tag else self.tr("Collection"), self)
        present = self._marks.tags if is_tag else self._marks.collections
        shelf = self._library.shelf
        popover.show_words(shelf.vocabulary.get(field, ()), present)
        popover.word_chosen.connect(partial(self._on_word_chosen, field))
        below = self.add_tag if is_tag else self.add_collection
        popover.open_at(below.mapToGlobal(QPoint(0, below.height())))

    def _on_word_chosen(self, field: str, word: str, is_there: bool) -> None:
        if is_there:
            self._take_off(field, word)
        elif field == "tag":
            self._mark(MarkChange(tags_added=(word,)))
        else:
            self._mark(MarkChange(collections_added=(word,)))


def _toggle(icon: str, name: str, keys: str) -> IconButton:
    return IconButton(icon, name, name, keys, checkable=True, edge=SHAPE.target)


def _empty(flow: FlowLayout) -> None:
    while (item := flow.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
