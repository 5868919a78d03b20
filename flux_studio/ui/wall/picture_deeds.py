"""What a person does to pictures, the same in wall and viewer: mark, recall, copy, drag, reveal.

Each deed has one letter; the window's shortcuts use modifiers, so the two never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.composing import Recall
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon

GENERATION_MIME = "application/x-flux-generation"  # ids, one a line: how our own panels know one
FILES_MIME = "x-special/gnome-copied-files"  # what GNOME's file manager pastes
MOST_BYTES = 64 * 1024 * 1024  # of a file that is put on the clipboard itself
Pictures = Sequence[Generation]


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

    def deed_of(self, event: QKeyEvent) -> Callable[[Pictures], None] | None:
        """What a key asks for, None for other keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.copy
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

    def use_as_reference(self, pictures: Pictures) -> None:
        room = self._studio.state.card.references or 1
        for picture in pictures[:room]:
            self._studio.use_as_reference(picture)

    def recall(self, pictures: Pictures, what: Recall) -> None:
        """Bring settings of the first picture back into the form."""
        if pictures:
            self._studio.recall(pictures[0], what)

    def again(self, pictures: Pictures) -> None:
        """Order the same settings once more, each with a new seed."""
        for picture in pictures:
            self._studio.remakes.again(picture)

    def copy(self, pictures: Pictures) -> None:
        """Put the files on the clipboard; a single one also as its own bytes."""
        if not pictures:
            return
        library = self._studio.library
        mime = self.mime(pictures)
        uris = "\n".join(("copy", *(url.toString() for url in mime.urls())))
        mime.setData(FILES_MIME, uris.encode())
        if len(pictures) > 1 or pictures[0].bytes > MOST_BYTES:
            self._to_clipboard(mime, pictures)
            return
        picture = pictures[0]

        def on_read(data: bytes) -> None:
            mime.setData(picture.mime, data)
            self._to_clipboard(mime, pictures)

        library.background.run(
            lambda: library.original(picture), on_read, lambda _: self._say_missing()
        )

    def mime(self, pictures: Pictures) -> QMimeData:
        """Pictures for a drag: real files first, then our own ids."""
        mime = QMimeData()
        file = self._studio.library.file
        mime.setUrls([QUrl.fromLocalFile(str(file(picture))) for picture in pictures])
        mime.setData(GENERATION_MIME, "\n".join(p.id for p in pictures).encode())
        return mime

    def reveal(self, pictures: Pictures) -> None:
        """Show the folder of the first picture in the file manager."""
        if pictures:
            folder = self._studio.library.file(pictures[0]).parent
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
                text = QT_TRANSLATE_NOOP("Notice", "No file manager could be opened.")
                self._studio.say(Tone.BAD, text)

    def menu(self, pictures: Pictures, view: Callable[[], None] | None, parent: QWidget) -> QMenu:
        """The context menu of pictures. `view` opens the viewer, None leaves that out."""
        menu = QMenu(parent)
        if view is not None:
            _add(menu, self.tr("View"), "maximize", "Return", view)
            menu.addSeparator()
        for text, icon, keys, deed in (
            (self.tr("Use as reference"), "image-plus", "E", self.use_as_reference),
            (self.tr("Again, with a new seed"), "refresh-cw", "", self.again),
        ):
            _add(menu, text, icon, keys, partial(deed, pictures))
        self._add_recall(menu, pictures)
        menu.addSeparator()
        is_favourite = all(p.favourite for p in pictures)
        text = self.tr("Not a favourite any more") if is_favourite else self.tr("Favourite")
        _add(menu, text, "heart", "F", lambda: self.toggle_favourite(pictures))
        self._add_stars(menu, pictures)
        menu.addSeparator()
        copy = self.tr("Copy file") if len(pictures) == 1 else self.tr("Copy files")
        _add(menu, copy, "copy", "Ctrl+C", lambda: self.copy(pictures))
        reveal = self.tr("Show in the file manager")
        _add(menu, reveal, "folder-open", "", lambda: self.reveal(pictures))
        return menu

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
        self._studio.library.mark_all([p.id for p in pictures], change)

    def _to_clipboard(self, mime: QMimeData, pictures: Pictures) -> None:
        QGuiApplication.clipboard().setMimeData(mime)
        count = str(len(pictures))
        text = (
            QT_TRANSLATE_NOOP("Notice", "Copied: the file and its picture.")
            if len(pictures) == 1
            else QT_TRANSLATE_NOOP("Notice", "Copied {count} files.")
        )
        self._studio.say(Tone.INFO, text, (("count", count),))

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
