"""What is brought in and how: a folder, whether originals stay where they are, and whether what
comes later is wanted too. Below it, the folders that are watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.session.import_desk import ImportDesk, ImportView
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 560  # px
_INDENT = 26  # px, where the words of a radio button begin


class ImportDialog(QDialog):
    """Window-modal; the import begins when it is accepted. No signals: it asks the desk."""

    def __init__(
        self, desk: ImportDesk, sources: Sequence[Path] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sources: tuple[Path, ...] = ()
        self._shown: tuple[int, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import pictures"))
        self.setAccessibleName(self.tr("Import pictures"))
        self._make_parts()
        self._lay_out()
        desk.changed.connect(self.show_view)
        self.show_sources(sources)
        self.show_view(desk.view)
        (self.begin if sources else self.choose).setFocus()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def show_sources(self, sources: Sequence[Path]) -> None:
        """What will be brought in."""
        self._sources = tuple(sources)
        if not sources:
            self.source.setText(self.tr("No folder chosen yet"))
        elif len(sources) == 1:
            self.source.setText(str(sources[0]))
        else:
            text = self.tr("{name} and {count} more")
            self.source.setText(text.format(name=sources[0], count=len(sources) - 1))
        set_tone(self.source, "text" if sources else "muted")
        self.begin.setEnabled(bool(sources))
        has_folder = any(each.is_dir() for each in sources)
        self.watch.setEnabled(has_folder or not sources)

    @Slot(object)
    def show_view(self, view: ImportView) -> None:
        """The folders that are watched."""
        shown = tuple(run.number for run in view.watched)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for run in view.watched:
            self._rows.addWidget(self._row(run.number, ", ".join(map(str, run.sources))))
        self.watched.setVisible(bool(shown))

    def _make_parts(self) -> None:
        self.source = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self.source.setAccessibleName(self.tr("Folder"))
        self.choose = _button(self.tr("Choose a folder…"), self.tr("Subfolders are taken too"))
        self.choose.clicked.connect(self._on_choose_clicked)
        self.link = QRadioButton(self.tr("Leave the originals where they are"))
        self.link.setToolTip(
            tooltip(self.tr("The library shows them there and writes nothing beside them"))
        )
        self.link.setChecked(True)
        self.copy = QRadioButton(self.tr("Copy the originals into the library"))
        self.copy.setToolTip(
            tooltip(self.tr("The copies have sidecars and are safe when the folder goes away"))
        )
        self.watch = QCheckBox(self.tr("Watch the folder: what is added later comes by itself"))
        self.watch.setToolTip(tooltip(self.tr("Also after the next start, until it is ended here")))
        self.begin = _button(self.tr("Import"), self.tr("Begin; the studio can be used meanwhile"))
        set_look(self.begin, "primary")
        self.begin.setDefault(True)
        self.begin.clicked.connect(self._on_begin_clicked)
        self.close_it = _button(self.tr("Cancel"), self.tr("Bring in nothing"), "Esc")
        self.close_it.clicked.connect(self.reject)
        self.watched = QWidget()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE.xs)

    def _lay_out(self) -> None:
        folder = QHBoxLayout()
        folder.setSpacing(SPACE.m)
        folder.addWidget(self.source, 1)
        folder.addWidget(self.choose)
        inside = QVBoxLayout(self.watched)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE.s)
        inside.addWidget(Rule())
        title = _words(self.tr("Watched folders"))
        set_type(title, "body", strong=True)
        inside.addWidget(title)
        inside.addLayout(self._rows)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.s)
        buttons.addStretch(1)
        buttons.addWidget(self.close_it)
        buttons.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.l, SPACE.xl, SPACE.l)
        column.setSpacing(SPACE.m)
        said = _words(
            self.tr(
                "Prompt, seed and size are read from pictures of A1111, InvokeAI, ComfyUI,"
                " Draw Things, SwarmUI, Fooocus and NovelAI, and from our own. Pictures that are"
                " here already are left out."
            )
        )
        set_tone(said, "muted")
        for part in (said, self.link, self.copy, self.watch, self.watched):
            if part is self.link:
                column.addLayout(folder)
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(buttons)

    def _row(self, number: int, words: str) -> QWidget:
        row = QWidget()
        name = ElidedLabel(words, Qt.TextElideMode.ElideMiddle)
        text = self.tr("Watch {folder} no more").format(folder=words)
        end = IconButton("x", text, self.tr("Watch it no more; its pictures stay"), edge=24)
        end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        end.clicked.connect(partial(self._desk.unwatch, number))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(name, 1)
        line.addWidget(end)
        return row

    @Slot()
    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Import a folder of pictures"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(self._on_dialog_folder)
        dialog.open()

    @Slot(str)
    def _on_dialog_folder(self, name: str) -> None:
        self.show_sources([Path(name)])
        self.begin.setFocus()

    @Slot()
    def _on_begin_clicked(self) -> None:
        watches = self.watch.isChecked() and self.watch.isEnabled()
        self._desk.begin(self._sources, copies=self.copy.isChecked(), watches=watches)
        self.accept()


def _button(text: str, tip: str, keys: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, keys) if keys else tooltip(tip))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
