"""The questions before pictures are deleted: what they are used for, and which bin takes them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.storage.uses import Uses
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import bytes_words
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

translate = QCoreApplication.translate

WIDTH = 440  # px
_MOST_COLLECTIONS = 3  # that are named
_LONGEST_NAME = 32  # letters of a collection


class BinQuestion(QDialog):
    """A heading, sentences and two buttons; accepted when the pictures are to go. Moving them is
    the answer that Enter gives, since it can be taken back.
    """

    def __init__(
        self, heading: str, lines: Sequence[str], note: str, deed: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Delete pictures"))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(" ".join((*lines, note)))
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.l, SPACE.xl, SPACE.l)
        column.setSpacing(SPACE.s)
        title = _label(heading)
        set_type(title, "title")
        column.addWidget(title)
        self.lines = [_label(line) for line in lines]
        for line in self.lines:
            column.addWidget(line)
        self.note = _label(note)
        set_tone(self.note, "muted")
        self.note.setVisible(bool(note))
        column.addWidget(self.note)
        column.addSpacing(SPACE.m)
        column.addLayout(self._foot(deed))
        self.go.setFocus()

    def _foot(self, deed: str) -> QHBoxLayout:
        self.stay = QPushButton(self.tr("Keep"))
        self.stay.setToolTip(tooltip(self.tr("Delete nothing"), "Esc"))
        self.stay.clicked.connect(self.reject)
        self.go = QPushButton(deed)
        self.go.setToolTip(tooltip(deed, "Return"))
        set_icon(self.go, "trash-2")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.s)
        foot.addStretch(1)
        for button in (self.stay, self.go):
            button.setAccessibleName(button.text())
            foot.addWidget(button)
        return foot


def delete_question(uses: Uses, parent: QWidget, *, sweeps: bool = False) -> BinQuestion:
    """What some pictures are used for; `sweeps` when they are all that were rejected."""
    number = QLocale().toString(uses.pictures)
    if sweeps:
        heading = translate("Deleting", "Sweep {count} rejected?")
    elif uses.pictures == 1:
        heading = translate("Deleting", "Delete this picture?")
    else:
        heading = translate("Deleting", "Delete {count} pictures?")
    deed = translate("Deleting", "Move to the bin, {size}").format(size=bytes_words(uses.size))
    kept = translate(
        "Deleting", "References keep their own copy and the money stays counted. Ctrl+Z undoes it."
    )
    return BinQuestion(heading.format(count=number), use_lines(uses), kept, deed, parent)


def own_bin_question(count: int, parent: QWidget) -> BinQuestion:
    """The bin of the system does not take the pictures: will the library's own do?"""
    heading = translate("Deleting", "No bin takes these pictures")
    line = translate(
        "Deleting",
        "The system has no bin for this folder, as is usual on network drives. Flux Studio can move"
        " the pictures ({count}) to the folder “.bin” in the library.",
    ).format(count=QLocale().toString(count))
    note = translate(
        "Deleting", "They take up room there until you empty that folder. Ctrl+Z brings them back."
    )
    deed = translate("Deleting", "Move to “.bin”")
    return BinQuestion(heading, (line,), note, deed, parent)


def use_lines(uses: Uses) -> list[str]:
    """A sentence for each use."""
    if uses.pictures == 1:
        return _lines_of_one(uses)
    found = []
    for count, one, many in (
        (
            uses.form,
            translate("Deleting", "One is a reference in the form."),
            translate("Deleting", "{count} are references in the form."),
        ),
        (
            uses.jobs,
            translate("Deleting", "One is a reference of a job on its way."),
            translate("Deleting", "{count} are references of jobs on their way."),
        ),
        (
            uses.edited,
            translate("Deleting", "One has edits that stay; they lose sight of their source."),
            translate("Deleting", "{count} have edits that stay; they lose sight of their source."),
        ),
        (
            uses.outside,
            translate("Deleting", "One file lies in a folder of yours, outside the library."),
            translate("Deleting", "{count} files lie in folders of yours, outside the library."),
        ),
    ):
        if count:
            found.append((one if count == 1 else many).format(count=QLocale().toString(count)))
    if uses.collections:
        found.append(_collection_line(uses.collections))
    return found


def _lines_of_one(uses: Uses) -> list[str]:
    found = [
        words
        for is_so, words in (
            (uses.form, translate("Deleting", "It is a reference in the form.")),
            (uses.jobs, translate("Deleting", "It is a reference of a job on its way.")),
            (
                uses.edited,
                translate("Deleting", "Its edits stay; they lose sight of their source."),
            ),
            (
                uses.outside,
                translate("Deleting", "Its file lies in a folder of yours, outside the library."),
            ),
        )
        if is_so
    ]
    if len(uses.collections) > _MOST_COLLECTIONS:
        found.append(_collection_line(uses.collections))
    elif uses.collections:
        names = ", ".join(_short(name) for name, _ in uses.collections)
        found.append(translate("Deleting", "It is in: {names}.").format(names=names))
    return found


def _collection_line(collections: Sequence[tuple[str, int]]) -> str:
    named = [f"{_short(name)} ({count})" for name, count in collections[:_MOST_COLLECTIONS]]
    more = len(collections) - len(named)
    if more:
        words = translate("Deleting", "In collections: {names} and {more} more.")
        return words.format(names=", ".join(named), more=more)
    return translate("Deleting", "In collections: {names}.").format(names=", ".join(named))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
