"""What a person does to pictures, the same in wall and viewer: mark, recall, copy, drag, reveal.

Each deed has one letter; the window's shortcuts use modifiers, so the two never meet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QKeyCombination, QMimeData, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.composing import VARIATIONS, Again, Recall
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import sum_words
from flux_studio.ui.reveal import open_file, reveal
from flux_studio.ui.wall.bitmap import png_of
from flux_studio.ui.wall.carrying import DraggedPictures, bytes_of, put_files
from flux_studio.ui.wall.mark_deeds import MarkDeeds

COPY_BITMAP = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
)
Pictures = Sequence[Generation]
# What a Mac calls Delete is the key that others call Backspace.
DELETING = (Qt.Key.Key_Delete, *((Qt.Key.Key_Backspace,) if sys.platform == "darwin" else ()))


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
        self.marks = MarkDeeds(studio, parent)
        self._letters |= self.marks.letters
        self._letters |= dict.fromkeys(DELETING, self.delete)

    def deed_of(self, event: QKeyEvent) -> Callable[[Pictures], None] | None:
        """What a key asks for, None for other keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.copy
        if event.keyCombination() == COPY_BITMAP:
            return self.copy_bitmap
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

    def again(self, pictures: Pictures, how: Again = Again.NEW) -> None:
        """Order the same settings once more, each with a new seed unless another way is chosen."""
        for picture in pictures:
            self._studio.remakes.again(picture, how)

    def finish(self, pictures: Pictures) -> None:
        """Ask with which model and how large the first picture is to be finished."""
        from flux_studio.ui.finish_dialog import FinishDialog  # made when first wanted

        parent = self.parent()
        if pictures and isinstance(parent, QWidget):
            FinishDialog(self._studio, pictures[0], parent.window()).open()

    def copy(self, pictures: Pictures) -> None:
        """Put the files on the clipboard; a single one also as its bitmap."""
        if not pictures:
            return
        library = self._studio.library
        files = [library.file(picture) for picture in pictures]

        def look() -> tuple[int, bytes]:
            return sum(f.is_file() for f in files), bytes_of(files[0]) if len(files) == 1 else b""

        def on_looked(found: tuple[int, bytes]) -> None:
            count, data = found
            if not count:
                self._say_missing()
                return
            mime = QMimeData()
            put_files(mime, [p.id for p in pictures], files)
            if data:
                mime.setData(pictures[0].mime, data)
            QGuiApplication.clipboard().setMimeData(mime)
            self._say_copied(count)

        library.background.run(look, on_looked)

    def copy_bitmap(self, pictures: Pictures) -> None:
        """Put the first picture's pixels on the clipboard, for programs that paste no files."""
        if not pictures:
            return
        library, picture = self._studio.library, pictures[0]

        def on_made(data: bytes) -> None:
            mime = QMimeData()
            mime.setData("image/png", data)
            QGuiApplication.clipboard().setMimeData(mime)
            self._studio.say(Tone.INFO, QT_TRANSLATE_NOOP("Notice", "Copied the picture itself."))

        library.background.run(
            lambda: png_of(library, picture), on_made, lambda _: self._say_missing()
        )

    def mime(self, pictures: Pictures) -> QMimeData:
        """Pictures for a drag: real files first, then our own ids, a single one as a bitmap too."""
        file = self._studio.library.file
        kind = pictures[0].mime if len(pictures) == 1 else ""
        return DraggedPictures([p.id for p in pictures], [file(p) for p in pictures], kind)

    def reveal(self, pictures: Pictures) -> None:
        """Show the first picture in the file manager."""
        if pictures and not reveal(self._studio.library.file(pictures[0])):
            text = QT_TRANSLATE_NOOP("Notice", "No file manager could be opened.")
            self._studio.say(Tone.BAD, text)

    def open_outside(self, pictures: Pictures) -> None:
        """Open the first picture in the program this system has for it."""
        if pictures and not open_file(self._studio.library.file(pictures[0])):
            text = QT_TRANSLATE_NOOP("Notice", "No program for this file could be opened.")
            self._studio.say(Tone.BAD, text)

    def menu(self, pictures: Pictures, view: Callable[[], None] | None, parent: QWidget) -> QMenu:
        """The context menu of pictures. `view` opens the viewer, None leaves that out."""
        menu = QMenu(parent)
        if view is not None:
            _add(menu, self.tr("View"), "maximize", "Return", view)
            menu.addSeparator()
        edit = self.tr("Edit: use as reference")
        _add(menu, edit, "image-plus", "E", partial(self.use_as_reference, pictures))
        self._add_again(menu, pictures)
        if len(pictures) == 1:
            _add(menu, self.tr("Finish…"), "sparkles", "", partial(self.finish, pictures))
        self._add_recall(menu, pictures)
        menu.addSeparator()
        is_favourite = all(p.favourite for p in pictures)
        text = self.tr("Not a favourite any more") if is_favourite else self.tr("Favourite")
        _add(menu, text, "heart", "F", lambda: self.toggle_favourite(pictures))
        self._add_stars(menu, pictures)
        self.marks.add_to(menu, pictures)
        menu.addSeparator()
        copy = self.tr("Copy file") if len(pictures) == 1 else self.tr("Copy files")
        _add(menu, copy, "copy", "Ctrl+C", lambda: self.copy(pictures))
        if len(pictures) == 1:
            bitmap = self.tr("Copy the picture itself")
            _add(menu, bitmap, "image", "Ctrl+Shift+C", lambda: self.copy_bitmap(pictures))
        reveal_words = self.tr("Show in the file manager")
        _add(menu, reveal_words, "folder-open", "", lambda: self.reveal(pictures))
        outside = self.tr("Open in another program")
        _add(menu, outside, "external-link", "", lambda: self.open_outside(pictures))
        menu.addSeparator()
        _add(menu, self.tr("Move to the bin"), "trash-2", "Delete", lambda: self.delete(pictures))
        if any(picture.rejected for picture in pictures):
            sweep = self._studio.library.bin.sweep_wanted.emit
            _add(menu, self.tr("Sweep all rejected…"), "", "Ctrl+Shift+X", sweep)
        return menu

    def _add_again(self, menu: QMenu, pictures: Pictures) -> None:
        """The ways to order the same once more, each with what all of them cost together."""
        again = menu.addMenu(self.tr("Again"))
        set_icon(again.menuAction(), "refresh-cw")
        for text, how in (
            (self.tr("With a new seed"), Again.NEW),
            (self.tr("Exactly, with the same seed"), Again.EXACT),
            (self.tr("Vary: {count} each").format(count=VARIATIONS), Again.VARY),
        ):
            found = [self._studio.remakes.estimate(picture, how) for picture in pictures]
            totals = [estimate.total for estimate in found if estimate is not None]
            words = sum_words(totals) if totals and any(total != 0 for total in totals) else ""
            run = partial(self.again, pictures, how)
            action = _add(again, f"{text}\t{words}" if words else text, "", "", run)
            no_seed = how is Again.EXACT and any(p.seed is None for p in pictures)
            action.setEnabled(bool(totals) and not no_seed)

    def _add_recall(self, menu: QMenu, pictures: Pictures) -> None:
        recall = menu.addMenu(self.tr("Bring back"))
        set_icon(recall.menuAction(), "undo-2")
        for text, keys, what in (
            (self.tr("All settings"), "A", Recall.ALL),
            (self.tr("Prompt"), "P", Recall.PROMPT),
            (self.tr("Seed"), "S", Recall.SEED),
            (self.tr("Size"), "D", Recall.SIZE),
        ):
            _add(recall, text, "", keys, partial(self.recall, pictures, what))

    def _add_stars(self, menu: QMenu, pictures: Pictures) -> None:
        stars = menu.addMenu(self.tr("Stars"))
        set_icon(stars.menuAction(), "star")
        for count in range(5, -1, -1):
            text = "★" * count or self.tr("None")
            action = _add(stars, text, "", str(count), partial(self.rate, pictures, count))
            action.setCheckable(True)
            action.setChecked(all(p.rating == count for p in pictures))

    def _mark(
        self, pictures: Pictures, *, favourite: bool | None = None, rating: int | None = None
    ) -> None:
        from flux_studio.storage.marks import MarkChange  # brings the database: not at start

        change = MarkChange(favourite=favourite, rating=rating)
        self._studio.library.marks.change([p.id for p in pictures], change)

    def _say_copied(self, count: int) -> None:
        text = (
            QT_TRANSLATE_NOOP("Notice", "Copied: the file and its picture.")
            if count == 1
            else QT_TRANSLATE_NOOP("Notice", "Copied {count} files.")
        )
        self._studio.say(Tone.INFO, text, (("count", str(count)),))

    def _say_missing(self) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "The file is missing, so it cannot be copied.")
        self._studio.say(Tone.BAD, text)


def _add(menu: QMenu, text: str, icon: str, keys: str, run: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    if icon:
        set_icon(action, icon)
    if keys:
        action.setShortcut(QKeySequence(keys))
        # Only shown here: the letter is read by the panel that has the focus.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda _checked=False: run())
    return action
