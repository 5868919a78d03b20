"""The references in order, with a tile to add more, what smaller copies would save, and the shelf;
refusals are said here, with what would be right.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.core.pricing import reference_cost
from flux_studio.core.problem import Control
from flux_studio.core.prompt.roles import Role
from flux_studio.core.request import Reference
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.awaited_tiles import AwaitedTiles
from flux_studio.ui.composer.dropped import REFERENCE_MIME, read_dropped, take_dropped
from flux_studio.ui.composer.reference_slot import (
    SIDE,
    ReferenceSlot,
    SlotLook,
    place_in,
)
from flux_studio.ui.composer.reference_tiles import AddTile, square
from flux_studio.ui.composer.tile_grid import TileGrid
from flux_studio.ui.composer.words import area_words, references_price, sum_words
from flux_studio.ui.phrases import problem_words, size_words
from flux_studio.ui.references.slot_menu import CROP, PIN, ROLE, SENT, role_menu, slot_menu
from flux_studio.ui.references.words import (
    ROLE_ICONS,
    added_words,
    edit_words,
    offer_words,
    role_words,
)
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.ui.references.shelf_strip import ShelfStrip

SHELF_KEY, SENT_KEY = "Ctrl+B", "Ctrl+Alt+I"
_REMEMBERED = 64  # thumbnails kept for slots that come and go


class ReferenceTray(QWidget):
    """Numbered slots, the tile to add, and the shelf once it was opened. Signals:
    `name_asked(int)`, the number of a reference, counted from 1, whose name is to be written into
    the prompt; `shelf_toggled()`.
    """

    name_asked = Signal(int)
    shelf_toggled = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._slots: list[ReferenceSlot] = []
        self._state = studio.state
        self.shelf: ShelfStrip | None = None
        self._pictures: dict[str, QImage | None] = {}
        self.setAccessibleName(self.tr("References"))
        self.setAcceptDrops(True)
        self.label = FieldLabel(self.tr("References"))
        for tool in self._tools():
            self.label.add_tool(tool)
        self.add = AddTile()
        self.add.clicked.connect(self._on_add_clicked)
        self._grid = TileGrid(SPACE.s)
        self._grid.addWidget(self.add)
        self._grid.setAlignment(self.add, Qt.AlignmentFlag.AlignTop)
        self.awaited = AwaitedTiles(self._grid, studio.references.give_up)
        self.problem = ProblemLine()
        self.refusal = ProblemLine()
        self.offer = ProblemLine()
        self.offer.offer_taken.connect(studio.slots.take_offer)
        self._dismiss = IconButton("x", self.tr("Dismiss"), self.tr("Dismiss"), edge=24)
        self._dismiss.clicked.connect(studio.dismiss_reference_problems)
        self._dismiss.hide()
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        self._state = state
        self._show_slots(state)
        self._show_add(state)
        self._show_offer()
        self.sent.setEnabled(bool(state.draft.references))
        self.awaited.show(state.reading)
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
        column.addWidget(self.offer)
        column.addLayout(told)

    def _show_slots(self, state: StudioState) -> None:
        references = state.draft.references
        while len(self._slots) > len(references):
            self._drop_slot()
        while len(self._slots) < len(references):
            self._add_slot()
        roles = self._studio.slots.roles if references else {}
        for slot, reference in zip(self._slots, references, strict=True):
            same = slot.reference is not None and slot.reference.sha256 == reference.sha256
            role = roles.get(slot.place + 1)
            look = SlotLook(
                facts=self._facts(state, reference, role),
                caption=self._caption(state, reference),
                role_icon=ROLE_ICONS[role] if role else "",
                is_edited=reference.edit is not None,
                unused=slot.place >= state.card.references,
            )
            slot.show_reference(reference, look)
            if not same:
                self._ask_picture(slot, reference)

    def _add_slot(self) -> None:
        slot = ReferenceSlot(len(self._slots), self)
        slot.name_asked.connect(lambda place: self.name_asked.emit(place + 1))
        slot.removal_asked.connect(self._on_slot_removal)
        slot.move_asked.connect(self._on_slot_move)
        slot.pictures_dropped.connect(self.take)
        slot.deed_asked.connect(self._on_slot_deed)
        slot.menu_filling.connect(self._on_menu_filling)
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
        is_full = 0 < most <= count
        if is_full and self.add.hasFocus():
            self._slots[-1].setFocus(Qt.FocusReason.OtherFocusReason)
        self.add.setVisible(not is_full)  # it could do nothing, often in a row of its own
        self.add.show_reason(reason)
        self.label.setToolTip(tooltip(reason))

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

    def _facts(self, state: StudioState, reference: Reference, role: Role | None) -> str:
        cost = reference_cost(state.card.price, reference.size)
        size = f"{size_words(reference.size)} · {area_words(reference.size)}"
        parts = (
            reference.name,
            size,
            edit_words(reference.edit),
            added_words(cost) if cost or cost is None else "",
            self.tr("Role: {role}").format(role=role_words(role)) if role else "",
        )
        return "\n".join(part for part in parts if part)

    def _caption(self, state: StudioState, reference: Reference) -> str:
        cost = reference_cost(state.card.price, reference.size)
        return f"+{dollars(cost)}" if cost else ""

    def _show_offer(self) -> None:
        offer = self._studio.slots.offer if self._state.draft.references else None
        words = offer_words(offer) if offer else ""
        self.offer.show_problem(words, tone="muted", offer=self.tr("Send smaller"))
        self.offer.setToolTip(
            tooltip(self.tr("Smaller copies are sent; the pictures stay as they are"))
        )

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

    # The shelf and the dialogs

    @Slot()
    def toggle_shelf(self) -> None:
        """Open the shelf below the slots, or close it."""
        if self.shelf is None:
            from flux_studio.ui.references.shelf_strip import ShelfStrip

            self.shelf = ShelfStrip(self._studio)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(layout.indexOf(self.problem), self.shelf)
            self.shelf.hide()
            self.shelf.left.connect(self.focus_first)
        opens = self.shelf.isHidden()
        self.shelf.setVisible(opens)
        self.shelf_button.setChecked(opens)
        self.shelf_toggled.emit()
        if opens:
            self.shelf.focus_first()

    @Slot()
    def open_sent(self) -> None:
        """What is sent of the references."""
        from flux_studio.ui.references.sent_dialog import SentDialog

        if self._state.draft.references:
            SentDialog(self._studio, self.window()).open()

    def open_editor(self, place: int) -> None:
        """The part of a picture that is sent, to be chosen."""
        from flux_studio.ui.references.edit_dialog import EditDialog

        EditDialog(self._studio, place, self.window()).open()

    @Slot(str, int)
    def _on_slot_deed(self, deed: str, place: int) -> None:
        slot = self._slots[place]
        match deed:
            case _ if slot.reference is None:
                return
            case _ if deed == CROP:
                self.open_editor(place)
            case _ if deed == SENT:
                self.open_sent()
            case _ if deed == ROLE:
                menu = role_menu(self._studio, place, slot)
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                menu.popup(slot.mapToGlobal(slot.rect().bottomLeft()))
            case _ if deed == PIN:
                pin = self._studio.pins.pin_of(slot.reference)
                if pin is None:
                    self._studio.pins.pin(slot.reference)
                else:
                    self._studio.pins.unpin(pin)

    @Slot(object, int)
    def _on_menu_filling(self, menu: QMenu, place: int) -> None:
        own = slot_menu(self._studio, place, menu, partial(self.open_editor, place))
        for action in own.actions():
            menu.addAction(action)
        menu.addSeparator()

    def _tools(self) -> tuple[IconButton, IconButton]:
        self.shelf_button = IconButton(
            "bookmark",
            self.tr("Shelf"),
            self.tr("References that are used again and again"),
            SHELF_KEY,
            edge=24,
            checkable=True,
        )
        self.shelf_button.clicked.connect(self.toggle_shelf)
        self.sent = IconButton(
            "eye",
            self.tr("What is sent of them"),
            self.tr("Look at what is sent of the references, and what stays here"),
            SENT_KEY,
            edge=24,
        )
        self.sent.clicked.connect(self.open_sent)
        for tool in (self.shelf_button, self.sent):
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # they have keys: Tab goes to the slots
        return self.sent, self.shelf_button

    # A slot that is dropped beside the others goes to the end; pictures are the panel's

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(REFERENCE_MIME):
            event.acceptProposedAction()
            self.add.show_target(True)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.add.show_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.add.show_target(False)
        moved = place_in(event.mimeData())
        if moved is not None:
            event.acceptProposedAction()
            self._studio.move_reference(moved, len(self._slots) - 1)

    def _on_add_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Add references"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp)")
        dialog.filesSelected.connect(self._on_dialog_files)
        dialog.open()

    def _on_dialog_files(self, names: list[str]) -> None:
        self._studio.references.take_files([Path(name) for name in names])
