"""Favourite sizes: kept under a name, used, renamed and removed in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.size import Preset, Size
from flux_studio.session.size_desk import MOST_CHARACTERS, SizeDesk
from flux_studio.ui.composer.ratio_tiles import ratio_words
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import size_words
from flux_studio.ui.style import set_look
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_LONG = 20  # characters of a name in its row; the tooltip has the rest


class FavouriteList(QWidget):
    """Renders the favourites and asks the size desk. Signal: `size_chosen(Size)`."""

    size_chosen = Signal(object)

    def __init__(self, desk: SizeDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._size = Size(1024, 1024)
        self._renamed = ""
        self._shown: tuple[Preset, ...] = ()
        self.rows: list[FavouriteRow] = []
        self.keep = QPushButton()
        self.keep.setProperty("small", True)
        self.keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.keep.setToolTip(tooltip(self.tr("Give this size a name, to find it here again")))
        set_look(self.keep, "flat")
        set_icon(self.keep, "plus", "muted")
        self.keep.clicked.connect(self._on_keep_clicked)
        self.name = NameField()
        self.name.returnPressed.connect(self._on_name_entered)
        self.name.left.connect(self._leave_name)
        self.name.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.name)

    def show_favourites(self, favourites: Sequence[Preset], size: Size) -> None:
        """Show all of them, and `size` as what can be kept now."""
        self._size = size
        words = self.tr("Keep {size} as a favourite…").format(size=size_words(size))
        if words != self.keep.text():
            self.keep.setText(words)
            self.keep.setAccessibleName(words)
        if tuple(favourites) != self._shown:
            self._shown = tuple(favourites)
            self._build()

    def _build(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [FavouriteRow(preset) for preset in self._shown]
        for at, row in enumerate(self.rows):
            row.use.clicked.connect(self._user(row.preset.size))
            row.rename.clicked.connect(self._renamer(row.preset.name))
            row.remove.clicked.connect(self._remover(row.preset.name))
            self._column.insertWidget(at, row)

    def _user(self, size: Size) -> object:
        return lambda: self.size_chosen.emit(size)

    def _renamer(self, name: str) -> object:
        return lambda: self._ask_name(name)

    def _remover(self, name: str) -> object:
        return lambda: self._desk.remove(name)

    def _on_keep_clicked(self) -> None:
        self._ask_name("")

    def _ask_name(self, old: str) -> None:
        """Let a name be typed: another one for `old`, or the first one of the present size."""
        self._renamed = old
        self.name.setText(old or _first_name(self._size))
        self.keep.hide()
        self.name.show()
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_name_entered(self) -> None:
        name, old = self.name.text(), self._renamed
        self._leave_name()
        if old:
            self._desk.rename(old, name)
        else:
            self._desk.keep(name, self._size)

    def _leave_name(self) -> None:
        had_focus = self.name.hasFocus()
        self.keep.show()
        if had_focus:
            self.keep.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.hide()


class FavouriteRow(QWidget):
    """One favourite: a button that takes it, and what renames and removes it. No signals of its
    own.
    """

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        self.preset = preset
        name = preset.name if len(preset.name) <= _LONG else f"{preset.name[: _LONG - 1].rstrip()}…"
        words = f"{name}  {size_words(preset.size)}"
        self.use = QPushButton(words.replace("&", "&&"))
        self.use.setProperty("small", True)
        self.use.setAccessibleName(f"{preset.name}, {size_words(preset.size)}")
        self.use.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        take = self.tr("Take {size}").format(size=size_words(preset.size))
        self.use.setToolTip(tooltip(f"{preset.name}\n{take}"))
        self.use.setMinimumWidth(60)
        set_look(self.use, "flat")
        set_icon(self.use, "bookmark", "muted")
        rename, remove = self.tr("Rename {name}"), self.tr("Remove {name}")
        rename, remove = (text.format(name=preset.name) for text in (rename, remove))
        self.rename = IconButton("pencil", rename, rename, edge=24)
        self.remove = IconButton("trash-2", remove, remove, edge=24)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(self.use)
        row.addStretch(1)
        row.addWidget(self.rename)
        row.addWidget(self.remove)


class NameField(QLineEdit):
    """A name to type; Return enters it. Signal: `left()` when Escape leaves it as it was."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(MOST_CHARACTERS)
        name = self.tr("Name of the size")
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setToolTip(tooltip(self.tr("Return keeps the name, Esc leaves it")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _first_name(size: Size) -> str:
    """What a new favourite is called unless one types better: its ratio, where that is a name."""
    ratio = ratio_words(size)
    return ratio if len(ratio) <= len("16:10") else size_words(size)
