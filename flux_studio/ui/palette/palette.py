"""The palette's window: a line to type in and the list of what fits, for the keyboard alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.palette.commands import Command
from flux_studio.ui.palette.fuzzy import match
from flux_studio.ui.style import current_colors, set_tone
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.tooltip import announce, tooltip

SIZE = (560, 440)  # px, width × height
ROW = 32  # px
TOP = 72  # px below the top of the window
WORTH = 0.45  # of the best fit: letters that are strewn over a text were not meant
Index = QModelIndex | QPersistentModelIndex
Found = tuple[Command, tuple[int, ...]]


def fitting(commands: Sequence[Command], text: str) -> list[Found]:
    """The commands that fit some letters, the best first, with the places to mark in their titles.
    What cannot be run now comes last.
    """
    found: list[tuple[bool, int, int, Found]] = []
    for number, command in enumerate(commands):
        matched = match(command.title, text)
        bonus = 20 if matched is not None else 0  # the title says it better than the place
        if matched is None:
            rest = f"{command.title} {command.keys}" if "+" in text else command.searched
            matched = match(rest, text)
        if matched is None:
            continue
        places = tuple(at for at in matched.places if at < len(command.title))
        # Of two that fit alike the shorter one, since more of it was typed.
        score = matched.score + bonus - (len(command.title) // 8 if text.strip() else 0)
        found.append((command.run is None, -score, number, (command, places)))
    least = WORTH * max((-each[1] for each in found), default=0) if text.strip() else -math.inf
    kept = sorted((each for each in found if -each[1] >= least), key=lambda each: each[:3])
    return [each[3] for each in kept]


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []

    def show_found(self, found: list[Found]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command, places = self.found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.title
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = command.title, command.place, command.keys
                return ", ".join(part for part in parts if part)
            case Qt.ItemDataRole.UserRole:
                return command, places
        return None


class _Delegate(QStyledItemDelegate):
    """The title with the letters that were typed, the place and the keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command, places = index.data(Qt.ItemDataRole.UserRole)
        colors, box = current_colors(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colors.focus), 1))
            painter.setBrush(QColor(colors.raised))
            frame = box.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        left, right = box.left() + SPACE.m, box.right() - SPACE.m
        small = QFont(painter.font())
        small.setPixelSize(TYPE.small)
        painter.setFont(small)
        painter.setPen(QColor(colors.muted))
        for words in (command.keys, command.place):
            right = _paint_right(painter, words, right, box)
        body = QFont(small)
        body.setPixelSize(TYPE.body)
        can = command.run is not None
        inks = (colors.text, colors.accent) if can else (colors.muted, colors.muted)
        room = QRectF(left, box.top(), max(0.0, right - left), box.height())
        _paint_title(painter, command.title, set(places), body, room, inks)
        painter.restore()


class Palette(QDialog):
    """Up and Down choose, Enter runs and closes, Escape closes. No signals: commands know what to
    do, and they are run when the palette is gone, with the focus where it was.
    """

    def __init__(self, list_commands: Callable[[], Sequence[Command]], window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._list_commands = list_commands
        self._commands = list_commands()
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Commands"))
        self.setAccessibleName(self.tr("Commands"))
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Find a command"))
        self.line.setPlaceholderText(
            self.tr("Command, model, project, saved search, collection or template")
        )
        self.line.setToolTip(tooltip(self.tr("A few letters are enough"), "Ctrl+K"))
        self.line.textChanged.connect(self._on_line_changed)
        self.line.installEventFilter(self)
        self.list = QListView()
        self.model = _Model()
        self._delegate = _Delegate(self.list)
        self._set_up_list()
        self.nothing = QLabel(self.tr("Nothing fits these letters."))
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.nothing, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.s)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing, 1)
        self._place()
        self._show("")
        self.line.setFocus()

    @Slot()
    def refresh(self) -> None:
        """More has become known: list the commands anew, and stay at the chosen one."""
        chosen = self.current()
        self._commands = self._list_commands()
        self._show(self.line.text())
        same = (chosen.title, chosen.place) if chosen is not None else None
        titles = [(command.title, command.place) for command, _ in self.model.found]
        if same in titles:
            self._choose(titles.index(same))

    def titles(self) -> list[str]:
        """What is listed, from the top."""
        return [command.title for command, _ in self.model.found]

    def current(self) -> Command | None:
        """The chosen command."""
        row = self.list.currentIndex().row()
        return self.model.found[row][0] if 0 <= row < len(self.model.found) else None

    def run(self) -> None:
        """Close, then do what is chosen."""
        command = self.current()
        if command is None:
            return
        if command.run is None:
            words = self.tr("Not here now. It works in: {place}").format(place=command.place)
            announce(self.line, words)
            return
        run: Callable[[], object] = command.run
        self.accept()
        QTimer.singleShot(0, self._window, lambda: run())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.line and pressed and self._take_key(event):
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.panel))
        painter.setPen(QPen(QColor(colors.edge), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _set_up_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName(self.tr("Commands that fit"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { border: none; background: transparent; }")
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line keeps the keyboard
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self.run)

    def _place(self) -> None:
        host = self._window
        wide = min(SIZE[0], host.width() - 2 * SPACE.l)
        high = min(SIZE[1], host.height() - 2 * SPACE.l)
        self.setFixedSize(wide, high)
        top = min(TOP, (host.height() - high) // 2)
        self.move(host.mapToGlobal(QPoint((host.width() - wide) // 2, top)))

    def _take_key(self, event: QEvent) -> bool:
        key = event.key() if isinstance(event, QKeyEvent) else 0
        page = max(1, self.list.viewport().height() // ROW - 1)
        last, row = len(self.model.found) - 1, self.list.currentIndex().row()
        match key:
            case Qt.Key.Key_Up:
                wanted = row - 1 if row > 0 else last
            case Qt.Key.Key_Down:
                wanted = row + 1 if row < last else 0
            case Qt.Key.Key_PageUp:
                wanted = max(0, row - page)
            case Qt.Key.Key_PageDown:
                wanted = min(last, row + page)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.run()
                return True
            case _:
                return False
        self._choose(wanted)
        return True

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.model.found):
            index = self.model.index(row)
            self.list.setCurrentIndex(index)
            self.line.setAccessibleDescription(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))

    def _show(self, text: str) -> None:
        self.model.show_found(fitting(self._commands, text))
        found = bool(self.model.found)
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        if found:
            self._choose(0)
            self.list.scrollToTop()
        else:
            announce(self.nothing, self.nothing.text())

    @Slot(str)
    def _on_line_changed(self, text: str) -> None:
        self._show(text)


def _paint_right(painter: QPainter, words: str, right: float, box: QRectF) -> float:
    """Words that end at `right`; gives where the next ones end."""
    if not words:
        return right
    metrics = QFontMetricsF(painter.font())
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() * 0.4)
    wide = metrics.horizontalAdvance(cut)
    place = QRectF(right - wide, box.top(), wide + 1, box.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, cut)
    return right - wide - SPACE.l


def _paint_title(
    painter: QPainter,
    title: str,
    places: set[int],
    font: QFont,
    room: QRectF,
    inks: tuple[str, str],
) -> None:
    """The title piece by piece, since the typed letters are underlined in another colour."""
    shown = QFontMetricsF(font).elidedText(title, Qt.TextElideMode.ElideRight, room.width())
    marked = QFont(font)
    marked.setUnderline(True)
    left = room.left()
    for start, end, is_marked in _runs(shown, places):
        piece, pen = shown[start:end], inks[1] if is_marked else inks[0]
        painter.setFont(marked if is_marked else font)
        painter.setPen(QColor(pen))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(piece)
        place = QRectF(left, room.top(), wide + 1, room.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, piece)
        left += wide


def _runs(text: str, places: set[int]) -> list[tuple[int, int, bool]]:
    """Pieces of a text that are marked or not: from, to, marked."""
    runs: list[tuple[int, int, bool]] = []
    for at in range(len(text)):
        is_marked = at in places
        if runs and runs[-1][2] == is_marked:
            runs[-1] = (runs[-1][0], at + 1, is_marked)
        else:
            runs.append((at, at + 1, is_marked))
    return runs
