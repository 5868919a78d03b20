"""What is sent of the references, before anything is sent."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.session.studio import Studio
from flux_studio.ui.references.sent_list import SentList
from flux_studio.ui.style import set_look, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (600, 560)  # px, width × height


class SentDialog(QDialog):
    """No signals: it only shows."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What is sent of the references"))
        self.setAccessibleName(self.tr("What is sent of the references"))
        note = QLabel(
            self.tr(
                "These are the copies that leave: upright, in sRGB, with nothing but their pixels. "
                "Your files stay as they are."
            )
        )
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        set_tone(note, "muted")
        self.list = SentList(studio)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(tooltip(self.tr("Close"), "Esc"))
        self.close_button.setDefault(True)
        set_look(self.close_button, "primary")
        self.close_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addWidget(note)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.resize(*SIZE)

    def sizeHint(self) -> QSize:
        return QSize(*SIZE)
