"""The pointer over the prompt: a click on a colour's bar changes it, resting on a name shows its
picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPixmap, QTextCursor
from PySide6.QtWidgets import QColorDialog, QLabel, QWidget

from flux_studio.core.prompt.tokens import Kind, Token, number_of, token_at, whole_hex
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_highlighter import characters, units

_BAR_REACH = 7  # px at the foot of a colour's code, where a click changes the colour
_CUSTOM = 16  # colours of one's own in Qt's dialog


class Place(NamedTuple):
    """A token in the box: where its block begins, in Qt's units, and where it stands, in px."""

    token: Token
    block: int
    text: str
    box: QRect


def ask_color(
    window: QWidget, first: str, colors: Sequence[str], done: Callable[[str], None]
) -> None:
    """Open the colour dialog over `window` on the colour `first`, with `colors` on offer; the
    chosen colour comes to `done` as '#RRGGBB'.
    """
    for number, color in enumerate(colors[:_CUSTOM]):
        QColorDialog.setCustomColor(number, QColor(color))
    dialog = QColorDialog(QColor(first), window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
    dialog.setWindowTitle(QCoreApplication.translate("PromptPointer", "Colour"))
    dialog.colorSelected.connect(lambda color: done(color.name().upper()))
    dialog.open()


class PromptPointer(QObject):
    """Signal: `color_chosen(str)` '#RRGGBB' after a colour was changed. `picture_of(number)` gives
    the thumbnail of a reference, counted from 1; `colors` those to offer in the dialog.
    """

    color_chosen = Signal(str)

    def __init__(
        self,
        box: PromptBox,
        picture_of: Callable[[int], QImage | None],
        colors: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(box)
        self._box = box
        self._picture_of = picture_of
        self._colors = colors
        self._shown: QLabel | None = None
        box.viewport().setMouseTracking(True)
        box.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._show_hand(event.position().toPoint())
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                self._hide_picture()
                place = self._bar_at(event.position().toPoint())
                if place is not None and event.button() == Qt.MouseButton.LeftButton:
                    self.change_color(place)
                    return True
            case QEvent.Type.ToolTip if isinstance(event, QHelpEvent):
                return self._show_picture(event.pos())
            case QEvent.Type.Leave | QEvent.Type.Wheel:
                self._hide_picture()
        return super().eventFilter(watched, event)

    @Slot()
    def change_color_at_caret(self) -> None:
        """Change the colour that the caret stands in or behind."""
        place = self._at(self._box.textCursor(), Kind.COLOR)
        if place is not None:
            self.change_color(place)

    def change_color(self, place: Place) -> None:
        """Open the colour dialog on a colour of the prompt and put the chosen one in its place."""
        self.ask_color(whole_hex(place.token.text), lambda color: self._replace(place, color))

    def ask_color(self, first: str, done: Callable[[str], None]) -> None:
        """Open the colour dialog; the chosen colour comes to `done` as '#RRGGBB'."""
        ask_color(self._box.window(), first, self._colors(), done)

    def _replace(self, place: Place, color: str) -> None:
        cursor = self._box.textCursor()
        start = place.block + units(place.text, place.token.start)
        cursor.setPosition(start)
        end = place.block + units(place.text, place.token.end)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == place.token.text:  # the text may have gone on meanwhile
            cursor.insertText(color)
            self.color_chosen.emit(color)

    def _at(self, cursor: QTextCursor, kind: Kind) -> Place | None:
        block = cursor.block()
        text = block.text()
        token = token_at(text, characters(text, cursor.positionInBlock()), kind)
        if token is None:
            return None
        ends = []
        for at in (token.start, token.end):
            edge = QTextCursor(block)
            edge.setPosition(block.position() + units(text, at))
            ends.append(self._box.cursorRect(edge))
        left, right = ends
        if left.top() != right.top():  # broken over two lines: its beginning counts
            right = QRect(self._box.viewport().width(), left.top(), 0, left.height())
        box = QRect(left.left(), left.top(), right.left() - left.left(), left.height())
        return Place(token, block.position(), text, box)

    def _under(self, at: QPoint, kind: Kind) -> Place | None:
        """The token under a point of the viewport."""
        place = self._at(self._box.cursorForPosition(at), kind)
        return place if place is not None and place.box.contains(at) else None

    def _bar_at(self, at: QPoint) -> Place | None:
        place = self._under(at, Kind.COLOR)
        return place if place is not None and at.y() > place.box.bottom() - _BAR_REACH else None

    def _show_hand(self, at: QPoint) -> None:
        over = self._bar_at(at) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor
        if self._box.viewport().cursor().shape() != shape:
            self._box.viewport().setCursor(shape)

    def _show_picture(self, at: QPoint) -> bool:
        place = self._under(at, Kind.NAME)
        image = self._picture_of(number_of(place.token.text)) if place is not None else None
        if place is None or image is None:
            self._hide_picture()
            return False
        window = self._box.window()
        if self._shown is None:
            self._shown = QLabel(window)
            self._shown.setFrameShape(QLabel.Shape.Box)
        self._shown.setPixmap(QPixmap.fromImage(image))
        self._shown.adjustSize()
        below = self._box.viewport().mapTo(window, place.box.bottomLeft()) + QPoint(0, 4)
        self._shown.move(below)
        self._shown.show()
        self._shown.raise_()
        return True

    def _hide_picture(self) -> None:
        if self._shown is not None:
            self._shown.hide()
