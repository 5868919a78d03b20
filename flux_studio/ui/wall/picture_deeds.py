"""What a person does to pictures, the same in wall and viewer: mark, recall, compare, order more of
them, hand them out.

Each deed has one letter, or Ctrl and one where it pays or is a key of the desktop.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.composing import Recall
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.wall.mark_deeds import MarkDeeds
from flux_studio.ui.wall.out_deeds import OutDeeds
from flux_studio.ui.wall.remake_deeds import RemakeDeeds

COPY_BITMAP = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
)
Pictures = Sequence[Generation]
MOST_COMPARED = 6
# What a Mac calls Delete is the key that others call Backspace.
DELETING = (Qt.Key.Key_Delete, *((Qt.Key.Key_Backspace,) if sys.platform == "darwin" else ()))


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a menu of pictures leads beside its deeds; None leaves an entry out."""

    view: Callable[[], object] | None = None
    compare: Callable[[], object] | None = None
    lineage: Callable[[], object] | None = None


class PictureDeeds(QObject):
    """Deeds on one or several pictures; the first picture counts where only one can. No signals."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio
        self._letters: dict[int, Callable[[Pictures], None]] = {
            Qt.Key.Key_F: self.toggle_favourite,
            Qt.Key.Key_E: self.use_as_reference,
            Qt.Key.Key_A: lambda pictures: self.recall(pictures, Recall.ALL),
            Qt.Key.Key_P: lambda pictures: self.recall(pictures, Recall.PROMPT),
            Qt.Key.Key_S: lambda pictures: self.recall(pictures, Recall.SEED),
            Qt.Key.Key_D: lambda pictures: self.recall(pictures, Recall.SIZE),
        }
        self.marks, self.out = MarkDeeds(studio, parent), OutDeeds(studio, parent)
        self.remakes = RemakeDeeds(studio, parent)
        self._letters[Qt.Key.Key_U] = self.remakes.finish
        self._letters |= self.marks.letters
        self._letters |= dict.fromkeys(DELETING, self.delete)

    def deed_of(self, event: QKeyEvent) -> Callable[[Pictures], None] | None:
        """What a key asks for, None for other keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.out.copy
        if event.keyCombination() == COPY_BITMAP:
            return self.out.copy_bitmap
        if (order := self.remakes.deed_of(event)) is not None:
            return order
        wanted = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if wanted != Qt.KeyboardModifier.NoModifier:
            return None
        stars = event.key() - Qt.Key.Key_0
        if 0 <= stars <= 5:
            return lambda pictures: self.rate(pictures, stars)
        return self._letters.get(event.key())

    def toggle_favourite(self, pictures: Pictures) -> None:
        """Make all favourites; when all are, none."""
        self._mark(pictures, favourite=not all(p.favourite for p in pictures))

    def rate(self, pictures: Pictures, stars: int) -> None:
        """Give 1 to 5 stars, or take them back with 0."""
        self._mark(pictures, rating=stars)

    def delete(self, pictures: Pictures) -> None:
        """Move the files to the bin; what they are used for is said first."""
        self._studio.library.bin.request([picture.id for picture in pictures])

    def use_as_reference(self, pictures: Pictures) -> None:
        room = self._studio.state.card.references or 1
        for picture in pictures[:room]:
            self._studio.remakes.edit(picture)

    def recall(self, pictures: Pictures, what: Recall) -> None:
        """Bring settings of the first picture back into the form."""
        if pictures:
            self._studio.recall(pictures[0], what)

    def compare(self, pictures: Pictures, done: Callable[[Sequence[Generation]], object]) -> None:
        """Call `done` with two to six pictures that are to be compared; a single one comes behind
        what it was made from.
        """
        if len(pictures) == 1:
            self._ask_source(pictures[0], done)
        elif 2 <= len(pictures) <= MOST_COMPARED:
            done(pictures)
        elif pictures:
            text = QT_TRANSLATE_NOOP("Notice", "Two to six pictures can be compared.")
            self._studio.say(Tone.INFO, text)

    def _ask_source(self, edit: Generation, done: Callable[[Sequence[Generation]], object]) -> None:
        library, parent = self._studio.library, edit.parent
        if parent is None:
            text = QT_TRANSLATE_NOOP(
                "Notice", "It is no edit. Choose two to six pictures on the wall to compare them."
            )
            self._studio.say(Tone.INFO, text)
            return

        def on_read(source: Generation | None) -> None:
            if source is not None:
                done([source, edit])
            else:
                text = QT_TRANSLATE_NOOP("Notice", "Its source is not in the library any more.")
                self._studio.say(Tone.INFO, text)

        library.background.run(lambda: library.gallery.get(parent), on_read)

    def menu(self, pictures: Pictures, ways: Ways, parent: QWidget) -> QMenu:
        """The context menu of pictures."""
        menu = QMenu(parent)
        self._add_ways(menu, pictures, ways)
        edit = self.tr("Edit: use as reference")
        add_entry(menu, edit, "image-plus", "E", partial(self.use_as_reference, pictures))
        self.remakes.add_to(menu, pictures)
        self._add_recall(menu, pictures)
        menu.addSeparator()
        is_favourite = all(p.favourite for p in pictures)
        text = self.tr("Not a favourite any more") if is_favourite else self.tr("Favourite")
        add_entry(menu, text, "heart", "F", partial(self.toggle_favourite, pictures))
        self._add_stars(menu, pictures)
        self.marks.add_to(menu, pictures)
        menu.addSeparator()
        self.out.add_to(menu, pictures)
        menu.addSeparator()
        bin_words = self.tr("Move to the bin")
        add_entry(menu, bin_words, "trash-2", "Delete", partial(self.delete, pictures))
        if any(picture.rejected for picture in pictures):
            sweep = self._studio.library.bin.sweep_wanted.emit
            add_entry(menu, self.tr("Sweep all rejected…"), "", "Ctrl+Shift+X", sweep)
        return menu

    def _add_ways(self, menu: QMenu, pictures: Pictures, ways: Ways) -> None:
        """To the viewer, to compare and to the lineage."""
        if ways.view is not None:
            add_entry(menu, self.tr("View"), "maximize", "Return", ways.view)
        if ways.compare is not None and len(pictures) <= MOST_COMPARED:
            alone = len(pictures) == 1
            words = self.tr("Compare with its source") if alone else self.tr("Compare")
            action = add_entry(menu, words, "columns-2", "C", ways.compare)
            action.setEnabled(not alone or pictures[0].parent is not None)
        if ways.lineage is not None and len(pictures) == 1:
            add_entry(menu, self.tr("Lineage"), "git-fork", "Y", ways.lineage)
        if menu.actions():
            menu.addSeparator()

    def _add_recall(self, menu: QMenu, pictures: Pictures) -> None:
        recall = menu.addMenu(self.tr("Bring back"))
        set_icon(recall.menuAction(), "undo-2")
        for text, keys, what in (
            (self.tr("All settings"), "A", Recall.ALL),
            (self.tr("Prompt"), "P", Recall.PROMPT),
            (self.tr("Seed"), "S", Recall.SEED),
            (self.tr("Size"), "D", Recall.SIZE),
        ):
            add_entry(recall, text, "", keys, partial(self.recall, pictures, what))

    def _add_stars(self, menu: QMenu, pictures: Pictures) -> None:
        stars = menu.addMenu(self.tr("Stars"))
        set_icon(stars.menuAction(), "star")
        for count in range(5, -1, -1):
            text = "★" * count or self.tr("None")
            action = add_entry(stars, text, "", str(count), partial(self.rate, pictures, count))
            action.setCheckable(True)
            action.setChecked(all(p.rating == count for p in pictures))

    def _mark(
        self, pictures: Pictures, *, favourite: bool | None = None, rating: int | None = None
    ) -> None:
        from flux_studio.storage.marks import MarkChange  # brings the database: not at start

        change = MarkChange(favourite=favourite, rating=rating)
        self._studio.library.marks.change([p.id for p in pictures], change)
