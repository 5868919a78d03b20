"""The shelf below the references: pictures that are used again and again, over restarts.

A reference dragged here stays; one dragged out goes into a slot. A search appears when there are
many.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QMenu, QVBoxLayout

from flux_studio.session.reference_desk import SHELF
from flux_studio.session.studio import Studio
from flux_studio.storage.pinned_references import Pin
from flux_studio.ui.composer.dropped import (
    PIN_MIME,
    REFERENCE_MIME,
    holds_pictures,
    read_dropped,
    take_dropped,
)
from flux_studio.ui.composer.reference_slot import place_in
from flux_studio.ui.icons import set_icon
from flux_studio.ui.references.pin_model import CELL, PinDelegate, PinModel
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

MANY = 10  # pins from which on there is a search
_ROWS = 2  # of pins that are seen without scrolling


class ShelfStrip(QFrame):
    """Signal: `left()` when the keyboard goes back to the slots (Esc)."""

    left = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("Shelf"))
        self.setAcceptDrops(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the shelf"))
        self.search.setAccessibleName(self.tr("Search the shelf"))
        self.search.setToolTip(tooltip(self.tr("Words of a name")))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_pins)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        set_type(self.hint, "small")
        set_tone(self.hint, "muted")
        self.model = PinModel(studio, self)
        self.list = PinList(self.model)
        self.list.used.connect(studio.pins.use)
        self.list.removal_asked.connect(studio.pins.unpin)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xs, SPACE.s, SPACE.xs, SPACE.s)
        column.setSpacing(SPACE.s)
        for part in (self.search, self.hint, self.list):
            column.addWidget(part)
        studio.pins.changed.connect(self._show_pins)
        self._show_pins()

    def focus_first(self) -> None:
        """Give the keyboard to the search, or else to the pins."""
        target = self.list if self.search.isHidden() else self.search
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _show_pins(self) -> None:
        pins = self._studio.pins
        shown = pins.find(self.search.text())
        self.model.show_pins(shown)
        self.search.setVisible(len(pins.pins) >= MANY or bool(self.search.text()))
        self.list.setVisible(bool(shown))
        self.list.fit()
        self.hint.setVisible(not shown)
        if not pins.pins:
            words = self.tr("Drag a reference or a picture here to have it at hand again.")
        else:
            words = self.tr("No name on the shelf has these words.")
        self.hint.setText(words)
        self.hint.setContentsMargins(SPACE.xs, 0, SPACE.xs, 0)

    # What is dropped here stays here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        comes = mime.hasFormat(REFERENCE_MIME) or holds_pictures(mime)
        if comes and not mime.hasFormat(PIN_MIME):
            event.acceptProposedAction()
            self._show_target(True)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(False)
        event.acceptProposedAction()
        mime = event.mimeData()
        place, references = place_in(mime), self._studio.state.draft.references
        if place is None:
            take_dropped(self._studio, read_dropped(mime), SHELF)
        elif place < len(references):
            self._studio.pins.pin(references[place])

    def is_target(self) -> bool:
        return bool(self.property("target"))

    def _show_target(self, on: bool) -> None:
        self.setProperty("target", on)
        color = current_colors().focus
        self.setStyleSheet(f"ShelfStrip {{ border: 2px solid {color}; }}" if on else "")


class PinList(QListView):
    """Enter, Space or a double click use a pin, F2 renames, Delete takes it off. Signals:
    `used(Pin)`, `removal_asked(Pin)`.
    """

    used = Signal(object)
    removal_asked = Signal(object)

    def __init__(self, model: PinModel) -> None:
        super().__init__()
        self.setModel(model)
        self._delegate = PinDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("References on the shelf"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(CELL.width() + SPACE.xs, CELL.height() + SPACE.xs))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet(
            "QListView, QListView:focus { border: none; background: transparent; padding: 0; }"
        )
        self.setDragEnabled(True)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self.used.emit(model.pin(index.row())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """As high as its rows, up to two."""
        across = max(1, self.width() // self.gridSize().width())
        rows = max(1, min(_ROWS, -(-self.model().rowCount() // across)))
        self.setFixedHeight(rows * self.gridSize().height())

    def chosen(self) -> Pin | None:
        model = self.model()
        assert isinstance(model, PinModel)
        row = self.currentIndex().row()
        return model.pin(row) if 0 <= row < model.rowCount() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pin = self.chosen()
        keys = Qt.Key
        match event.key():
            case keys.Key_Return | keys.Key_Enter | keys.Key_Space if pin and not event.modifiers():
                self.used.emit(pin)
            case keys.Key_Delete | keys.Key_Backspace if pin:
                self.removal_asked.emit(pin)
            case keys.Key_Escape:
                event.ignore()  # the strip gives the keyboard back
            case _:
                super().keyPressEvent(event)

    def make_menu(self, pin: Pin) -> QMenu:
        """What can be done with a pin, in words."""
        menu = QMenu(self)
        use = menu.addAction(self.tr("Use as a reference") + "\tEnter")
        use.triggered.connect(lambda: self.used.emit(pin))
        rename = menu.addAction(self.tr("Rename") + "\tF2")
        rename.triggered.connect(lambda: self.edit(self.currentIndex()))
        menu.addSeparator()
        remove = menu.addAction(self.tr("Take off the shelf") + "\tDel")
        remove.triggered.connect(lambda: self.removal_asked.emit(pin))
        for action, icon in ((use, "image-plus"), (rename, "pencil"), (remove, "x")):
            set_icon(action, icon, "muted")
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        pin = self.chosen()
        if pin is not None:
            menu = self.make_menu(pin)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
            middle = self.visualRect(self.currentIndex()).center()
            menu.popup(self.viewport().mapToGlobal(middle) if by_key else event.globalPos())
