"""Crop, turn and make smaller what is sent of a reference. The picture itself is never touched, and
all of it can be sent again at any time.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from flux_studio.core.crop import Box, fitted, inside, turned, turned_size, whole
from flux_studio.core.money import dollars
from flux_studio.core.pricing import reference_cost
from flux_studio.core.reference_edit import SMALLER, ReferenceEdit
from flux_studio.core.size import Size
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.words import area_words
from flux_studio.ui.phrases import size_words
from flux_studio.ui.references.crop_view import CropView
from flux_studio.ui.references.words import added_words, name_words
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (860, 560)  # px, width × height
SIDE_WIDTH = 268  # px, of the controls
PREVIEW = 1600  # px on the longer side
FREE, FORM, OWN, SQUARE = "free", "form", "own", "square"


class EditDialog(QDialog):
    """Begins with what is sent now. No signals: the studio's draft changes on Apply."""

    def __init__(self, studio: Studio, slot: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._reference = studio.state.draft.references[slot]
        self._edit = self._reference.as_edit
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Part of a reference"))
        self.setAccessibleName(self.tr("Part of a reference"))
        self.view = CropView(self._edit.size)
        self.view.box_changed.connect(self._on_view_box_changed)
        self._make_parts(name_words(self._reference, slot + 1))
        self._make_buttons()
        self._lay_out()
        self.resize(*SIZE)
        self._show()
        self._ask_picture()
        self.view.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    @property
    def edit(self) -> ReferenceEdit:
        """What would be sent."""
        return self._edit

    # Building

    def _make_parts(self, name: str) -> None:
        self.head, self.outcome = QLabel(name), QLabel()
        set_type(self.head, "body", strong=True)
        self.price, self.hint = QLabel(), QLabel(self.tr("The picture itself stays as it is."))
        for label in (self.head, self.outcome, self.price, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.price, self.hint):
            set_type(label, "small")
            set_tone(label, "muted")
        form = size_words(self._studio.state.draft.size)
        self.ratio = SegmentedControl(
            self.tr("Ratio"),
            (
                Segment(FREE, self.tr("Free"), tip=self.tr("Any ratio")),
                Segment(
                    FORM,
                    self.tr("Size"),
                    tip=self.tr("The ratio of the picture to be made, {size}").format(size=form),
                ),
                Segment(OWN, self.tr("Own"), tip=self.tr("The ratio of this reference")),
                Segment(SQUARE, "1:1", tip=self.tr("Square")),
            ),
        )
        self.ratio.segment_chosen.connect(self._on_ratio_chosen)
        self.most = SegmentedControl(self.tr("Send at most"), self._most_segments())
        self.most.segment_chosen.connect(self._on_most_chosen)
        self.fields = {
            "left": NumberField(self.tr("Left"), "X", tip=self.tr("From the left edge, px")),
            "top": NumberField(self.tr("Top"), "Y", tip=self.tr("From the upper edge, px")),
            "width": NumberField(self.tr("Width"), "W", tip=self.tr("Width, px"), least=1),
            "height": NumberField(self.tr("Height"), "H", tip=self.tr("Height, px"), least=1),
        }
        for field in self.fields.values():
            field.value_entered.connect(self._on_field_entered)
        self.back = IconButton(
            "rotate-ccw", self.tr("Turn left"), self.tr("Turn left by a quarter"), "Shift+R"
        )
        self.forth = IconButton(
            "rotate-cw", self.tr("Turn right"), self.tr("Turn right by a quarter"), "R"
        )
        for button, key, turns in ((self.back, "Shift+R", 3), (self.forth, "R", 1)):
            button.clicked.connect(lambda _=False, by=turns: self._turn(by))
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(button.click)
        self.problem = ProblemLine()

    def _most_segments(self) -> list[Segment]:
        """Only what can make a difference to this picture."""
        tip = self.tr("Send a smaller copy")
        steps = [most for most in sorted(SMALLER) if self._edit.size.megapixels > most]
        words = self.tr("{count} MP")
        smaller = [Segment(str(most), words.format(count=most), tip=tip) for most in steps]
        return [Segment("0", self.tr("Full"), tip=self.tr("As large as the part is")), *smaller]

    def _make_buttons(self) -> None:
        self.apply = QPushButton(self.tr("Apply"))
        set_look(self.apply, "primary")
        self.apply.setDefault(True)
        self.apply.setToolTip(tooltip(self.tr("Send this part"), "Return"))
        self.apply.clicked.connect(self._on_apply_clicked)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(tooltip(self.tr("Leave it as it was"), "Esc"))
        self.cancel.clicked.connect(self.reject)
        self.reset = QPushButton(self.tr("Whole picture"))
        self.reset.setToolTip(tooltip(self.tr("All of it, upright and as large as it is")))
        self.reset.clicked.connect(self._on_reset_clicked)
        for button in (self.apply, self.cancel, self.reset):
            button.setAccessibleName(button.text())
            button.setAutoDefault(button is self.apply)

    def _lay_out(self) -> None:
        boxes = QGridLayout()
        boxes.setSpacing(SPACE.s)
        for at, field in enumerate(self.fields.values()):
            boxes.addWidget(field, at // 2, at % 2)
        turns = QHBoxLayout()
        turns.setSpacing(SPACE.xs)
        turns.addWidget(self.back)
        turns.addWidget(self.forth)
        turns.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(SPACE.xs)
        side.addWidget(self.head)
        side.addSpacing(SPACE.s)
        groups: tuple[tuple[str, QWidget | QHBoxLayout | QGridLayout], ...] = (
            (self.tr("Ratio"), self.ratio),
            (self.tr("Part, px"), boxes),
            (self.tr("Turn"), turns),
            (self.tr("Send at most"), self.most),
        )
        for words, part in groups:
            label = QLabel(words)
            label.setTextFormat(Qt.TextFormat.PlainText)
            set_type(label, "small")
            set_tone(label, "muted")
            side.addWidget(label)
            if isinstance(part, QWidget):
                side.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                side.addLayout(part)
            side.addSpacing(SPACE.s)
        for line in (self.outcome, self.price, self.problem):
            side.addWidget(line)
        side.addStretch(1)
        side.addWidget(self.hint)
        controls = QWidget()
        controls.setFixedWidth(SIDE_WIDTH)
        controls.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        upper = QHBoxLayout()
        upper.setSpacing(SPACE.l)
        upper.addWidget(self.view, 1)
        upper.addWidget(controls)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addLayout(upper, 1)
        column.addLayout(foot)

    def _ask_picture(self) -> None:
        library, picture = self._studio.library, self._reference.whole

        def read() -> QImage:
            width, height, pixels = library.reference_pixels(picture, PREVIEW)
            kind = QImage.Format.Format_RGBX8888
            return QImage(pixels, width, height, 4 * width, kind).copy()

        library.background.run(read, self._on_picture_read, self._on_picture_failed)

    def _on_picture_read(self, image: QImage) -> None:
        if isValid(self):  # it may have been closed meanwhile
            self.view.show_image(image)

    def _on_picture_failed(self, error: Exception) -> None:
        if isValid(self):
            self.problem.show_problem(str(error))

    # What is chosen

    @property
    def _box(self) -> Box:
        return self._edit.crop or whole(self._edit.size)

    @property
    def _ratio(self) -> float | None:
        """Width / height as it is seen."""
        picture = turned_size(self._edit.size, self._edit.turns)
        ratios = {
            FORM: self._studio.state.draft.size.ratio,
            OWN: picture.ratio,
            SQUARE: 1.0,
        }
        return ratios.get(self.ratio.key())

    def _show(self) -> None:
        edit = self._edit
        self.view.show_box(self._box, edit.turns)
        self.view.show_ratio(self._ratio)
        seen, room = self._seen(), turned_size(edit.size, edit.turns)
        values = {
            "left": (seen.left, 0, room.width - seen.width),
            "top": (seen.top, 0, room.height - seen.height),
            "width": (seen.width, 1, room.width),
            "height": (seen.height, 1, room.height),
        }
        for name, (value, least, most) in values.items():
            self.fields[name].show_range(least, most)
            self.fields[name].show_value(value)
        self.most.show_key(str(edit.megapixels) if edit.megapixels in self._steps() else "0")
        words = f"{size_words(edit.result)} · {area_words(edit.result)}"
        self.outcome.setText(self.tr("Sent: {size}").format(size=words))
        self.price.setText(self._price_words(edit))
        self.reset.setEnabled(edit.changes)
        self.apply.setEnabled(self._sent() != self._reference.as_edit)

    def _price_words(self, edit: ReferenceEdit) -> str:
        price = self._studio.state.card.price
        cost = reference_cost(price, edit.result)
        words, all_of_it = added_words(cost), reference_cost(price, edit.size)
        if cost is None or all_of_it is None or cost >= all_of_it:
            return words
        return self.tr("{price} instead of {whole}").format(price=words, whole=dollars(all_of_it))

    def _steps(self) -> list[int]:
        return [most for most in SMALLER if self._edit.size.megapixels > most]

    def _seen(self) -> Box:
        return turned(self._box, self._edit.size, self._edit.turns)

    def _sent(self) -> ReferenceEdit:
        """The edit without what does nothing."""
        edit = self._edit
        crop = None if edit.crop == whole(edit.size) else edit.crop
        return replace(edit, crop=crop, turns=edit.turns % 4)

    def _take_seen(self, seen: Box) -> None:
        picture = turned_size(self._edit.size, self._edit.turns)
        back = turned(inside(seen, picture), picture, 4 - self._edit.turns % 4)
        self._edit = replace(self._edit, crop=back)
        self._show()

    @Slot(object)
    def _on_view_box_changed(self, box: Box) -> None:
        self._edit = replace(self._edit, crop=box)
        self._show()

    @Slot(str)
    def _on_ratio_chosen(self, _key: str) -> None:
        picture = turned_size(self._edit.size, self._edit.turns)
        ratio = self._ratio
        if ratio is None:
            self._show()
        else:
            self._take_seen(_with_ratio(self._seen(), picture, ratio))

    @Slot(object)
    def _on_field_entered(self, _value: int) -> None:
        seen, ratio = self._seen(), self._ratio
        given = {name: field.value() for name, field in self.fields.items()}
        box = Box(*(getattr(seen, n) if v is None else v for n, v in given.items()))
        if ratio is not None and box.width != seen.width:
            box = replace(box, height=max(1, round(box.width / ratio)))
        elif ratio is not None and box.height != seen.height:
            box = replace(box, width=max(1, round(box.height * ratio)))
        self._take_seen(box)

    @Slot(str)
    def _on_most_chosen(self, key: str) -> None:
        self._edit = replace(self._edit, megapixels=int(key))
        self._show()

    def _turn(self, by: int) -> None:
        self._edit = replace(self._edit, turns=(self._edit.turns + by) % 4)
        if self.ratio.key() == FORM:
            self.ratio.show_key(FREE)  # what was cut turns along: it has another ratio now
        self._show()

    @Slot()
    def _on_reset_clicked(self) -> None:
        self._edit = self._reference.whole.as_edit
        self.ratio.show_key(FREE)
        self._show()

    @Slot()
    def _on_apply_clicked(self) -> None:
        self.apply.setEnabled(False)
        self.problem.clear()
        self._studio.slots.edit(self._reference, self._sent(), self._on_made, self._on_failed)

    def _on_made(self) -> None:
        if isValid(self):
            self.accept()

    def _on_failed(self, sentence: str) -> None:
        if isValid(self):
            self.problem.show_problem(sentence)
            self.apply.setEnabled(True)


def _with_ratio(seen: Box, picture: Size, ratio: float) -> Box:
    """The largest box of the ratio that the part holds, or all of the picture where the part is all
    of it.
    """
    if seen == whole(picture):
        return fitted(picture, ratio)
    inner = fitted(seen.size, ratio)
    return Box(seen.left + inner.left, seen.top + inner.top, inner.width, inner.height)
