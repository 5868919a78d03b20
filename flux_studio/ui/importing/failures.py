"""The files that an import could not bring in, each with the reason and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.storage.import_runs import FileRecord

SIZE = (640, 420)  # px, width × height


class FailuresDialog(QDialog):
    """Window-modal. No signals."""

    def __init__(self, failures: Sequence[FileRecord], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Files that were not imported"))
        self.setAccessibleName(self.windowTitle())
        text = self.tr("Not imported: {count}. The files are where they were.")
        text = text.format(count=len(failures))
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setPlainText("\n\n".join(_lines(each) for each in failures))
        copy = QPushButton(self.tr("Copy the list"))
        copy.setToolTip(tooltip(self.tr("Put it on the clipboard as text")))
        copy.clicked.connect(self._on_copy_clicked)
        done = QPushButton(self.tr("Close"))
        done.setToolTip(tooltip(self.tr("Close"), "Esc"))
        done.setDefault(True)
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.l, SPACE.xl, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addWidget(label)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        done.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.list.toPlainText())


def _lines(failure: FileRecord) -> str:
    path = Path(failure.path)
    return f"{path.name}\n{failure.sentence}\n{path.parent}"
