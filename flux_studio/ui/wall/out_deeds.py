"""The simple ways out: a picture as a real file for a drag or the clipboard, as a bitmap, in the
file manager, and in another program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.reveal import (
    asks_for_program,
    choose_program,
    open_file,
    reveal,
    select_in_manager,
    start,
)
from flux_studio.ui.wall.bitmap import png_of
from flux_studio.ui.wall.carrying import DraggedPictures, bytes_of, put_files

if TYPE_CHECKING:
    from flux_studio.storage.programs import Program

Pictures = Sequence[Generation]


class OutDeeds(QObject):
    """Deeds that lead out of the studio. No signals: what cannot be done is said as a notice."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio

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
        """Show the first picture in the file manager, chosen there where it can do that."""
        if not pictures:
            return
        file = self._studio.library.file(pictures[0])

        def on_asked(shown: bool) -> None:
            if not shown and not reveal(file):
                text = QT_TRANSLATE_NOOP("Notice", "No file manager could be opened.")
                self._studio.say(Tone.BAD, text)

        self._studio.library.background.run(partial(select_in_manager, file), on_asked)

    def open_outside(self, pictures: Pictures) -> None:
        """Open the first picture in the program this system has for it."""
        if pictures:
            self._say_unless(open_file(self._studio.library.file(pictures[0])))

    def add_to(self, menu: QMenu, pictures: Pictures) -> None:
        """The entries of a menu."""
        copy = self.tr("Copy file") if len(pictures) == 1 else self.tr("Copy files")
        add_entry(menu, copy, "copy", "Ctrl+C", partial(self.copy, pictures))
        if len(pictures) == 1:
            bitmap = self.tr("Copy the picture itself")
            add_entry(menu, bitmap, "image", "Ctrl+Shift+C", partial(self.copy_bitmap, pictures))
        reveal_words = self.tr("Show in the file manager")
        add_entry(menu, reveal_words, "folder-open", "", partial(self.reveal, pictures))
        self._add_programs(menu, pictures)

    def _add_programs(self, menu: QMenu, pictures: Pictures) -> None:
        """The usual program at once; the others are looked for meanwhile."""
        programs = menu.addMenu(self.tr("Open with"))
        set_icon(programs.menuAction(), "external-link")
        usual = self.tr("The usual program")
        add_entry(programs, usual, "", "", partial(self.open_outside, pictures))
        if asks_for_program():
            choose = partial(self._choose_program, pictures)
            add_entry(programs, self.tr("Another program…"), "", "", choose)
            return
        from flux_studio.storage.programs import programs_for  # not needed before a menu is

        look = partial(programs_for, pictures[0].mime)
        show = partial(self._show_programs, programs, pictures)
        self._studio.library.background.run(look, show)

    def _show_programs(self, menu: QMenu, pictures: Pictures, programs: Sequence[Program]) -> None:
        if not isValid(menu) or not programs:
            return
        menu.addSeparator()
        for program in programs:
            run = partial(self._open_with, program.command, pictures)
            # An ampersand would be the mark of a key.
            add_entry(menu, program.name.replace("&", "&&"), "", "", run)

    def _open_with(self, command: Callable[..., list[str]], pictures: Pictures) -> None:
        self._say_unless(start(command(self._studio.library.file(pictures[0]))))

    def _choose_program(self, pictures: Pictures) -> None:
        parent = self.parent()
        if isinstance(parent, QWidget):
            file = self._studio.library.file(pictures[0])
            choose_program(file, parent.window(), self._say_unless)

    def _say_unless(self, opened: bool) -> None:
        if not opened:
            text = QT_TRANSLATE_NOOP("Notice", "No program for this file could be opened.")
            self._studio.say(Tone.BAD, text)

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
