"""Finish a draft: with which model and how large the picture is made again, and what that adds.

The instruction stands there to be read and changed; nothing else is sent.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from flux_studio.core.finishing import FinishChoice, finish_prompt, finish_sizes, suggested
from flux_studio.core.generation import Generation
from flux_studio.core.money import dollars
from flux_studio.core.size import Size
from flux_studio.session.studio import Studio
from flux_studio.ui.inspector.picture import PictureView
from flux_studio.ui.inspector.thumbnail import read_image
from flux_studio.ui.phrases import provider_title, size_words
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.primary_button import PrimaryButton
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (640, 520)  # px, width × height
THUMBNAIL = 512  # px
PICTURE_WIDTH = 180  # px
REST = 120  # ms after typing before the models are asked anew


class FinishDialog(QDialog):
    """Orders the finished picture of a draft. No signals."""

    def __init__(
        self, studio: Studio, generation: Generation, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._generation = studio, generation
        self._choices: tuple[FinishChoice, ...] = ()
        self._sizes = {str(size): size for size in finish_sizes(generation.size)}
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._look_again)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Finish this picture"))
        self.setAccessibleName(self.tr("Finish this picture"))
        self._make_parts()
        self._lay_out()
        self.resize(*SIZE)
        self._ask_picture()
        self._look_again()
        self.models.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    @property
    def choice(self) -> FinishChoice | None:
        """What would be ordered."""
        at = self.models.currentIndex().row()
        return self._choices[at] if 0 <= at < len(self._choices) else None

    def _make_parts(self) -> None:
        self.picture = PictureView()
        words = self.tr("Picture, {size}").format(size=size_words(self._generation.size))
        self.picture.show_room(self._generation.size, words)
        self.picture.setFixedWidth(PICTURE_WIDTH)
        own, *larger = self._sizes
        tip = self.tr("How large the finished picture is")
        segments = [Segment(own, self.tr("As it is"), tip=tip)]
        segments += [Segment(key, size_words(self._sizes[key]), tip=tip) for key in larger]
        self.sizes = SegmentedControl(self.tr("Size"), segments)
        self.sizes.segment_chosen.connect(self._look_again)
        self.models = _model_list(self.tr("Model"))
        self.models.currentItemChanged.connect(self._on_model_chosen)
        self.models.itemActivated.connect(lambda *_: self._on_finish_clicked())
        self.prompt = QPlainTextEdit(finish_prompt(self._generation))
        self.prompt.setAccessibleName(self.tr("Instruction"))
        self.prompt.setToolTip(tooltip(self.tr("What is asked for. @image1 is this picture.")))
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(108)
        self.prompt.textChanged.connect(self._rest.start)
        self.nothing = QLabel()
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        set_tone(self.nothing, "muted")
        self.finish = PrimaryButton(self.tr("Finish"), "sparkles")
        self.finish.clicked.connect(self._on_finish_clicked)
        self.finish.setDefault(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.setToolTip(tooltip(self.tr("Order nothing"), "Esc"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(SPACE.xs)
        for name, part in (
            (self.tr("Size"), self.sizes),
            (self.tr("Model"), self.models),
            ("", self.nothing),
            (self.tr("Instruction"), self.prompt),
        ):
            if name:
                label = QLabel(name)
                label.setTextFormat(Qt.TextFormat.PlainText)
                set_type(label, "small")
                set_tone(label, "muted")
                right.addWidget(label)
            right.addWidget(part, 1 if part is self.models else 0)
            right.addSpacing(SPACE.s)
        left = QVBoxLayout()
        left.addWidget(self.picture)
        left.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(SPACE.l)
        upper.addLayout(left)
        upper.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addLayout(upper, 1)
        column.addLayout(foot)

    def _ask_picture(self) -> None:
        library = self._studio.library
        read = partial(library.thumbnail, self._generation.id, THUMBNAIL)
        library.background.run(partial(read_image, read), self._on_picture_read)

    def _on_picture_read(self, image: QImage | None) -> None:
        if isValid(self):  # it may have been closed meanwhile
            self.picture.show_image(image)

    @Slot()
    def _look_again(self) -> None:
        """The models for the chosen size and what is asked for, with their prices."""
        before = self.choice
        wanted: Size = self._sizes[self.sizes.key()]
        prompt = self.prompt.toPlainText()
        self._choices = self._studio.remakes.finish_choices(self._generation, wanted, prompt)
        self.models.clear()
        for choice in self._choices:
            self.models.addTopLevelItem(self._item(choice))
        kept = [c for c in self._choices if before is not None and c.card.id == before.card.id]
        first = kept[0] if kept else suggested(self._generation, self._choices)
        if first is not None:
            index = self.models.model().index(self._choices.index(first), 0)
            self.models.setCurrentIndex(index)
        none = self.tr("No model with a key can take this picture and this instruction.")
        self.nothing.setText("" if self._choices else none)
        self.nothing.setVisible(not self._choices)
        self._show_price()

    def _item(self, choice: FinishChoice) -> QTreeWidgetItem:
        usual = self._studio.state.usual.get(choice.card.id)
        wait = "" if usual is None else self.tr("~{count} s").format(count=round(usual))
        name = f"{choice.card.title} · {provider_title(choice.card.provider)}"
        is_other = choice.size != self._sizes[self.sizes.key()]
        texts = [name, size_words(choice.size) if is_other else "", wait, _price(choice)]
        item = QTreeWidgetItem(texts)
        item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(t for t in texts if t))
        return item

    @Slot()
    def _on_model_chosen(self) -> None:
        self._show_price()

    def _show_price(self) -> None:
        choice = self.choice
        if choice is None:
            self.finish.show_state(self.tr("Finish"), reason=self.tr("Nothing to order"))
            return
        free = choice.each == 0
        price = self.tr("free") if free else f"+{_price(choice)}"
        working = choice.checked.estimate.working if choice.checked.estimate is not None else ()
        self.finish.show_state(self.tr("Finish"), price=price, tip="\n".join(working))

    @Slot()
    def _on_finish_clicked(self) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._look_again()  # the price must be of what stands there now
        choice = self.choice
        if choice is not None:
            self._studio.remakes.finish(self._generation, choice)
            self.accept()


def _price(choice: FinishChoice) -> str:
    return "?" if choice.each is None else dollars(choice.each)


def _model_list(name: str) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(name)
    tree.setToolTip(tooltip(tree.tr("Which model makes it; the price is what it costs more")))
    tree.setStyleSheet("QTreeView::item:selected { border: none; border-radius: 0; }")
    tree.setColumnCount(4)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setAllColumnsShowFocus(True)
    tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = tree.header()
    header.setStretchLastSection(False)
    for column in range(4):
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(column, mode.Stretch if not column else mode.ResizeToContents)
    return tree
