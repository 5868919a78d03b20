"""What a person does with the rows of the batch: paste, open, add, remove, fill, and the results as
a file.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from flux_studio.core.batch.rows import SHOWN, Column, read_rows
from flux_studio.core.batch.text import MOST_CHARACTERS
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.batch.table_view import BatchView

_TOO_LONG = QT_TRANSLATE_NOOP("Notice", "That is too long for a table.")
_LEFT_OUT = QT_TRANSLATE_NOOP("Notice", "These columns are left out: {names}.")
_CUT = QT_TRANSLATE_NOOP("Notice", "{count} rows are left out: a table has at most 256.")
_UNREAD = QT_TRANSLATE_NOOP("Notice", "The file cannot be read: {why}")
_WRITTEN = QT_TRANSLATE_NOOP("Notice", "The results are in {file}.")


class TableDeeds(QObject):
    """Acts on the chosen rows of a table through the batch desk. No signals."""

    def __init__(self, studio: Studio, table: BatchView, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._desk = studio, studio.batch
        self.table = table
        self._window = window

    @Slot()
    def paste(self) -> None:
        """Rows from the clipboard, from the current cell on."""
        self.take_text(QGuiApplication.clipboard().text())

    def take_text(self, text: str, *, whole: bool = False) -> None:
        """Rows of a text: over those from the current cell on, or with `whole` in place of all."""
        if len(text) > MOST_CHARACTERS:
            self._studio.say(Tone.BAD, _TOO_LONG)
            return
        index = self.table.currentIndex()
        start = self.table.rows.column(index) or Column.PROMPT
        pasted = read_rows(text, self._studio.state.cards, start, SHOWN)
        if whole:
            self._desk.put(pasted.rows)
        elif pasted.rows:
            self._desk.paste(pasted, max(0, index.row()))
        if pasted.left_out:
            names = ", ".join(pasted.left_out)
            self._studio.say(Tone.INFO, _LEFT_OUT, (("names", names),))
        if pasted.cut:
            self._studio.say(Tone.BAD, _CUT, (("count", str(pasted.cut)),))
        self.table.setFocus()

    @Slot()
    def open_file(self) -> None:
        """Rows of a CSV or TSV file in place of all."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a table"), "", self.tr("Tables (*.csv *.tsv *.txt)")
        )
        if path:
            self.take_file(Path(path))

    def take_file(self, path: Path) -> None:
        """Read a file on a worker; a notice says what is wrong with it."""

        def failed(error: Exception) -> None:
            why = getattr(error, "strerror", None) or str(error)
            self._studio.say(Tone.BAD, _UNREAD, (("why", why),))

        def read(text: str) -> None:
            if isValid(self):
                self.take_text(text, whole=True)

        self._studio.library.background.run(lambda: _text_of(path), read, failed)

    @Slot()
    def add_row(self) -> None:
        """A row below the current one, to be typed."""
        at = self.table.currentIndex().row() + 1
        self._desk.insert(at)
        self.table.point_at(at)
        self.table.setFocus()
        self.table.edit(self.table.currentIndex())

    @Slot()
    def remove_rows(self) -> None:
        places, column = self.table.places(), self.table.rows.column(self.table.currentIndex())
        self._desk.remove(places)
        self.table.point_at(places[0] if places else 0, column)

    @Slot()
    def duplicate_rows(self) -> None:
        self._desk.duplicate(self.table.places())

    @Slot()
    def fill_down(self) -> None:
        """The first chosen row's cells into those below; of one row alone, into all below."""
        places, columns = self.table.places(), self.table.columns()
        if places and columns:
            last = places[-1] if len(places) > 1 else len(self._desk.rows) - 1
            self._desk.fill_down(places[0], last, columns)

    @Slot()
    def take_offer(self) -> None:
        """What is offered at the current cell."""
        index = self.table.currentIndex()
        problem = self.table.rows.problem(index)
        if problem is not None and problem.offer is not None:
            self._desk.edit(index.row(), problem.column, problem.offer)

    @Slot()
    def export(self) -> None:
        """The results as CSV."""
        name = f"{self._name()}.csv"
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export the results"), name, self.tr("Tables (*.csv)")
        )
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """Write the results to a file; a notice tells how that went."""
        following, studio = self._desk.following, self._studio
        results, run = following.results, following.run
        if results is None or run is None:
            return

        def written(_: int) -> None:
            studio.say(Tone.GOOD, _WRITTEN, (("file", str(path)),))

        def failed(error: Exception) -> None:
            why = getattr(error, "strerror", None) or str(error)
            studio.say(Tone.BAD, _UNREAD, (("why", why),))

        studio.library.background.run(lambda: results.export(run, path), written, failed)

    def _name(self) -> str:
        run = self._desk.following.run
        return run.name if run is not None else ""


def _text_of(path: Path) -> str:
    """The text of a table. Raises OSError, UnicodeDecodeError."""
    with path.open("rb") as file:
        data = file.read(4 * MOST_CHARACTERS)
    utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return data.decode("utf-16" if utf_16 else "utf-8-sig")
