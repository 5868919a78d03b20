"""The references in order, with a tile to add more; refusals are said here, with what would be
right.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.core.pricing import reference_cost
from flux_studio.core.problem import Control
from flux_studio.core.request import Reference
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.dropped import read_dropped, take_dropped
from flux_studio.ui.composer.reference_slot import SIDE, ReferenceSlot
from flux_studio.ui.composer.tile_grid import TileGrid
from flux_studio.ui.composer.words import area_words, references_price, sum_words
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import problem_words, size_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

_REMEMBERED = 64  # thumbnails kept for slots that come and go


class ReferenceTray(QWidget):
    """Numbered slots and the tile to add. Signal: `name_asked(int)`, the number of a reference,
    counted from 1, whose name is to be written into the prompt.
    """

    name_asked = Signal(int)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._slots: list[ReferenceSlot] = []
        self._pictures: dict[str, QImage | None] = {}
        self.setAccessibleName(self.tr("References"))
        self.label = FieldLabel(self.tr("References"))
        self.add = AddTile()
        self.add.clicked.connect(self._on_add_clicked)
        self.reading = ReadingTile()
        self.reading.hide()
        self._grid = TileGrid(SPACE.s)
        self._grid.addWidget(self.reading)
        self._grid.addWidget(self.add)
        self.problem = ProblemLine()
        self.refusal = ProblemLine()
        self._dismiss = IconButton("x", self.tr("Dismiss"), self.tr("Dismiss"), edge=24)
        self._dismiss.clicked.connect(studio.dismiss_reference_problems)
        self._dismiss.hide()
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        self._show_slots(state)
        self._show_add(state)
        self.reading.setVisible(state.reading > 0)
        wrong = state.wrong_at(Control.REFERENCES)
        self.problem.show_problem(problem_words(wrong) if wrong else "")
        self.refusal.show_problem("\n".join(state.reference_problems), tone="warn")
        self._dismiss.setVisible(bool(state.reference_problems))
        self.label.show_note(self._note(state))

    def slots_shown(self) -> list[ReferenceSlot]:
        return list(self._slots)

    def show_drag(self, on: bool) -> None:
        """A drag with pictures is over the panel: outline where a drop would go."""
        self.add.show_target(on)

    def take(self, mime: QMimeData, slot: int | None = None) -> None:
        """Take what a drop or a paste brings; `slot` replaces the reference there."""
        take_dropped(self._studio, read_dropped(mime), slot)

    def focus_first(self) -> None:
        """Give the keyboard to the tray."""
        target = self._slots[0] if self._slots else self.add
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        told = QHBoxLayout()
        told.setSpacing(SPACE.xs)
        told.addWidget(self.refusal, 1)
        told.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(self.label)
        column.addLayout(self._grid)
        column.addWidget(self.problem)
        column.addLayout(told)

    def _show_slots(self, state: StudioState) -> None:
        references = state.draft.references
        while len(self._slots) > len(references):
            self._drop_slot()
        while len(self._slots) < len(references):
            self._add_slot()
        for slot, reference in zip(self._slots, references, strict=True):
            same = slot.reference is not None and slot.reference.sha256 == reference.sha256
            unused = slot.place >= state.card.references
            slot.show_reference(reference, self._facts(state, reference), unused=unused)
            if not same:
                self._ask_picture(slot, reference)

    def _add_slot(self) -> None:
        slot = ReferenceSlot(len(self._slots), self)
        slot.name_asked.connect(lambda place: self.name_asked.emit(place + 1))
        slot.removal_asked.connect(self._on_slot_removal)
        slot.move_asked.connect(self._on_slot_move)
        slot.pictures_dropped.connect(self.take)
        self._slots.append(slot)
        self._grid.insert(slot.place, slot)
        slot.show()

    def _drop_slot(self) -> None:
        slot = self._slots.pop()
        if slot.hasFocus():
            target = self._slots[-1] if self._slots else self.add
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._grid.removeWidget(slot)
        slot.hide()
        slot.deleteLater()

    def _show_add(self, state: StudioState) -> None:
        most, count = state.card.references, len(state.draft.references)
        reason = ""
        if not most:
            reason = self.tr("{model} takes no references.").format(model=state.card.title)
        elif count >= most:
            text = self.tr("{model} takes at most {most} references.")
            reason = text.format(model=state.card.title, most=most)
        self.add.show_reason(reason)

    def _note(self, state: StudioState) -> str:
        most, count = state.card.references, len(state.draft.references)
        if not most:
            return self.tr("this model takes none")
        if not count:
            return self.tr("up to {most}").format(most=most)
        words = self.tr("{count} of {most}").format(count=count, most=most)
        cost = references_price(state.draft, state.card)
        if cost is None:
            return f"{words} · {sum_words(None)}"
        return f"{words} · +{dollars(cost)}" if cost else words

    def _facts(self, state: StudioState, reference: Reference) -> str:
        cost = reference_cost(state.card.price, reference.size)
        added = self.tr("adds {cost} a picture").format(cost=dollars(cost)) if cost else ""
        if cost is None:
            added = sum_words(None)
        size = f"{size_words(reference.size)} · {area_words(reference.size)}"
        return "\n".join(part for part in (reference.name, size, added) if part)

    def _ask_picture(self, slot: ReferenceSlot, reference: Reference) -> None:
        if reference.sha256 in self._pictures:
            slot.show_picture(self._pictures[reference.sha256])
            return
        slot.show_picture(None)
        library = self._studio.library
        side = round(SIDE * self.devicePixelRatioF())

        def work() -> QImage | None:
            return square(library.reference_thumbnail(reference), side)

        library.background.run(work, lambda image: self._on_picture(reference.sha256, image))

    def _on_picture(self, sha256: str, image: QImage | None) -> None:
        if len(self._pictures) >= _REMEMBERED:
            self._pictures.clear()
        self._pictures[sha256] = image
        for slot in self._slots:
            if slot.reference is not None and slot.reference.sha256 == sha256:
                slot.show_picture(image)

    def _on_slot_removal(self, place: int) -> None:
        had_focus = self._slots[place].hasFocus()
        self._studio.remove_reference(place)
        if had_focus and self._slots:
            self._slots[min(place, len(self._slots) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_slot_move(self, old: int, new: int) -> None:
        if not 0 <= new < len(self._slots):
            return
        had_focus = self._slots[old].hasFocus()
        self._studio.move_reference(old, new)
        if had_focus:
            self._slots[new].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_add_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Add references"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp)")
        dialog.filesSelected.connect(self._on_dialog_files)
        dialog.open()

    def _on_dialog_files(self, names: list[str]) -> None:
        self._studio.references.take_files([Path(name) for name in names])


class AddTile(QAbstractButton):
    """The dashed tile with a plus. Signals: those of QAbstractButton."""

    def __init__(self) -> None:
        super().__init__()
        self._target = False
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(self.tr("Add reference"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        """Why no more can be added; empty when they can."""
        tip = self.tr("Add a PNG, JPEG or WebP picture to edit, or drop or paste one")
        self.setEnabled(not reason)
        self.setToolTip(tooltip(reason or tip))
        self.setAccessibleDescription(reason or tip)

    def show_target(self, on: bool) -> None:
        if on != self._target:
            self._target = on
            self.update()

    def is_target(self) -> bool:
        return self._target

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._target or self.hasFocus()
        hovered = self.underMouse() and self.isEnabled()
        pen = QPen(QColor(colors.focus if lit else colors.edge if hovered else colors.line))
        pen.setWidth(SHAPE.focus_stroke if lit else SHAPE.stroke)
        if not self.hasFocus():
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        inset = pen.widthF() / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        if hovered:
            painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        color = colors.text if hovered else colors.muted if self.isEnabled() else colors.disabled
        middle, half = frame.center(), ICON.small / 2
        box = QRectF(middle.x() - half, middle.y() - half, ICON.small, ICON.small)
        paint_icon(painter, box, "plus", color)


class ReadingTile(QWidget):
    """Stands where a reference will be while it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self.setToolTip(tooltip(self.tr("The picture is being read and checked")))
        self.bar = ThinProgress(self.tr("Reading a reference"))
        self.bar.show_fraction(None)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.s, 0, SPACE.s, 0)
        row.addWidget(self.bar)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_colors().raised))
        painter.drawRoundedRect(QRectF(self.rect()), SHAPE.radius, SHAPE.radius)


def square(jpeg: bytes | None, side: int) -> QImage | None:
    """The middle of our own JPEG thumbnail, `side` px square; None when it is not there or broken.

    Runs on a worker thread.
    """
    # The stubs ask for bytes as the format, the binding takes a str only.
    image = QImage.fromData(jpeg or b"", "JPEG")  # type: ignore[arg-type]
    if image.isNull():
        return None
    image = image.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    return image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
