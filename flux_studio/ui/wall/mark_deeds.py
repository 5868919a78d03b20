"""Marks by one key each, in wall, viewer and inspector: reject, keep, maybe, colour label, tag,
collection, project, note; and finding what is like a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from flux_studio.core.generation import Generation
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.search.label_colors import LABELS, label_color, label_words
from flux_studio.ui.search.note_popover import NotePopover
from flux_studio.ui.search.word_popover import WordPopover
from flux_studio.ui.tokens import ICON

if TYPE_CHECKING:
    from flux_studio.storage.sidecar import MarkSet

Pictures = Sequence[Generation]
LABEL_KEYS = {
    Qt.Key.Key_6: "red",
    Qt.Key.Key_7: "yellow",
    Qt.Key.Key_8: "green",
    Qt.Key.Key_9: "blue",
}
MOVING_ON = frozenset(
    (*(Qt.Key(Qt.Key.Key_0 + stars) for stars in range(6)), *LABEL_KEYS)
    + (Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_M)
)
"""Keys after which the selection may go on to the next picture: those of a culling."""


class MarkDeeds(QObject):
    """Signal: `search_wanted(str)` with a search that shows what is like a picture."""

    search_wanted = Signal(str)

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._library = studio.library
        self._panel = parent
        self.letters: dict[int, Callable[[Pictures], None]] = {
            Qt.Key.Key_X: self.toggle_rejected,
            Qt.Key.Key_K: partial(self.toggle_verdict, verdict="keep"),
            Qt.Key.Key_M: partial(self.toggle_verdict, verdict="maybe"),
            Qt.Key.Key_T: self.ask_tag,
            Qt.Key.Key_L: self.ask_collection,
            Qt.Key.Key_O: self.ask_project,
            Qt.Key.Key_N: self.ask_note,
            Qt.Key.Key_J: self.find_alike,
        }
        for key, label in LABEL_KEYS.items():
            self.letters[key] = partial(self.toggle_label, label=label)

    def toggle_rejected(self, pictures: Pictures) -> None:
        """Reject all; when all are rejected, none."""
        self._change(pictures, rejected=not all(p.rejected for p in pictures))

    def toggle_verdict(self, pictures: Pictures, verdict: str) -> None:
        """Keep (or perhaps keep) all; when all have it, none."""
        has = all(p.verdict == verdict for p in pictures)
        self._change(pictures, verdict="" if has else verdict)

    def toggle_label(self, pictures: Pictures, label: str) -> None:
        """Give all a colour label; when all have it, none."""
        has = all(p.label == label for p in pictures)
        self._change(pictures, label="" if has else label)

    def ask_tag(self, pictures: Pictures) -> None:
        """Ask for a tag and put it on all pictures, or take it off where they have it."""
        title = self.tr("Tag")
        if len(pictures) > 1:
            title = self.tr("Tag for {count} pictures").format(count=len(pictures))
        self._ask(pictures, title, "tag")

    def ask_collection(self, pictures: Pictures) -> None:
        """Ask for a collection and put all pictures into it, or take them out."""
        title = self.tr("Collection")
        if len(pictures) > 1:
            title = self.tr("Collection for {count} pictures").format(count=len(pictures))
        self._ask(pictures, title, "collection")

    def ask_project(self, pictures: Pictures) -> None:
        """Ask for the project that all pictures belong to, or take them out of it."""
        title = self.tr("Project")
        if len(pictures) > 1:
            title = self.tr("Project for {count} pictures").format(count=len(pictures))
        self._ask(pictures, title, "project")

    def ask_note(self, pictures: Pictures) -> None:
        """Write the note of all pictures; that of a single one is there to go on with."""
        if not pictures:
            return
        title = self.tr("Note")
        if len(pictures) > 1:
            title = self.tr("Note for {count} pictures").format(count=len(pictures))
        popover = NotePopover(title, self._panel)
        ids = tuple(p.id for p in pictures)

        def on_marks(marks: MarkSet) -> None:
            if isValid(popover):
                popover.show_note(marks.note)

        popover.note_written.connect(partial(self._on_note_written, ids))
        popover.destroyed.connect(self._panel.setFocus)
        popover.open_at(self._place())
        if len(ids) == 1:
            self._library.marks.ask(ids[0], on_marks)

    def find_alike(self, pictures: Pictures) -> None:
        """Search for what looks like the first picture."""
        if pictures:
            self.search_wanted.emit(f"like:{pictures[0].id}")

    def add_to(self, menu: QMenu, pictures: Pictures) -> None:
        """The entries of the context menu."""
        label = menu.addMenu(self.tr("Label"))
        set_icon(label.menuAction(), "palette")
        keys = {name: key for key, name in LABEL_KEYS.items()}
        for name in LABELS:
            key = chr(keys[name]) if name in keys else ""
            run = partial(self.toggle_label, pictures, name)
            action = add_entry(label, label_words(name), "", key, run)
            action.setIcon(_dot(label_color(name)))
            action.setCheckable(True)
            action.setChecked(all(p.label == name for p in pictures))
        for text, key, run, on in (
            (self.tr("Keep"), "K", partial(self.toggle_verdict, pictures, "keep"),
             all(p.verdict == "keep" for p in pictures)),
            (self.tr("Maybe"), "M", partial(self.toggle_verdict, pictures, "maybe"),
             all(p.verdict == "maybe" for p in pictures)),
            (self.tr("Reject"), "X", partial(self.toggle_rejected, pictures),
             all(p.rejected for p in pictures)),
        ):  # fmt: skip
            action = add_entry(menu, text, "", key, run)
            action.setCheckable(True)
            action.setChecked(on)
        for text, icon, key, ask in (
            (self.tr("Tag…"), "tag", "T", self.ask_tag),
            (self.tr("Collection…"), "layers", "L", self.ask_collection),
            (self.tr("Project…"), "folder", "O", self.ask_project),
            (self.tr("Note…"), "pencil", "N", self.ask_note),
        ):
            add_entry(menu, text, icon, key, partial(ask, pictures))
        if len(pictures) == 1:
            find = partial(self.find_alike, pictures)
            add_entry(menu, self.tr("More like this"), "images", "J", find)

    def _ask(self, pictures: Pictures, title: str, field: str) -> None:
        if not pictures:
            return
        popover = WordPopover(title, self._panel)
        words = self._library.shelf.vocabulary
        popover.show_words(words.get(field, ()))
        ids = tuple(p.id for p in pictures)

        def on_marks(marks: MarkSet) -> None:
            if isValid(popover):
                project = (marks.project,) if marks.project else ()
                of = {"tag": marks.tags, "collection": marks.collections, "project": project}
                present = of[field]
                popover.show_words(self._library.shelf.vocabulary.get(field, ()), present)

        popover.word_chosen.connect(partial(self._on_word_chosen, ids, field))
        popover.destroyed.connect(self._panel.setFocus)
        self._library.shelf.refresh()
        if len(ids) == 1:
            self._library.marks.ask(ids[0], on_marks)
        popover.open_at(self._place())

    def _on_word_chosen(self, ids: tuple[str, ...], field: str, word: str, is_there: bool) -> None:
        from flux_studio.storage.marks import MarkChange

        changes = {
            ("tag", False): MarkChange(tags_added=(word,)),
            ("tag", True): MarkChange(tags_removed=(word,)),
            ("collection", False): MarkChange(collections_added=(word,)),
            ("collection", True): MarkChange(collections_removed=(word,)),
            ("project", False): MarkChange(project=word),
            ("project", True): MarkChange(project=""),
        }
        self._library.marks.change(ids, changes[field, is_there])

    def _on_note_written(self, ids: tuple[str, ...], note: str) -> None:
        from flux_studio.storage.marks import MarkChange

        self._library.marks.change(ids, MarkChange(note=note))

    def _place(self) -> QPoint:
        """At the pointer when it is over the panel, else in its middle."""
        spot = QCursor.pos()
        box = QRect(self._panel.mapToGlobal(QPoint(0, 0)), self._panel.size())
        return spot if box.contains(spot) else box.center()

    def _change(
        self,
        pictures: Pictures,
        *,
        rejected: bool | None = None,
        verdict: str | None = None,
        label: str | None = None,
    ) -> None:
        from flux_studio.storage.marks import MarkChange  # brings the database: not at start

        change = MarkChange(rejected=rejected, verdict=verdict, label=label)
        self._library.marks.change([p.id for p in pictures], change)


def _dot(color: str) -> QIcon:
    picture = QPixmap(ICON.small, ICON.small)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(2, 2, ICON.small - 4, ICON.small - 4)
    painter.end()
    return QIcon(picture)
