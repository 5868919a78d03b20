"""What the inspector says while no picture is chosen: what it is for, and the keys that help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import KeyHint
from flux_studio.ui.widgets.problem_line import ThemedIcon

_ICON = 32  # px


class EmptyInspector(QWidget):
    """No signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = _words(self.tr("No picture chosen"))
        set_type(title, "body", strong=True)
        sentence = _words(
            self.tr(
                "Choose a picture on the wall. Its prompt, settings, cost and lineage appear here."
            )
        )
        set_tone(sentence, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.xl, SPACE.xl, SPACE.xl)
        column.setSpacing(SPACE.s)
        column.addStretch(2)
        column.addWidget(ThemedIcon("image", "muted", _ICON), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        column.addWidget(sentence)
        column.addSpacing(SPACE.m)
        column.addLayout(self._key_rows())
        column.addStretch(3)

    def _key_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE.s)
        grid.setVerticalSpacing(SPACE.s)
        for at, (key, words) in enumerate(
            (
                ("E", self.tr("use it as a reference")),
                ("A", self.tr("bring its settings back")),
                ("F", self.tr("mark it as a favourite")),
                ("Space", self.tr("view it large")),
            )
        ):
            label = QLabel(words)
            label.setTextFormat(Qt.TextFormat.PlainText)
            set_tone(label, "muted")
            set_type(label, "small")
            grid.addWidget(KeyHint(key), at, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, at, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(3, 1)
        return grid


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
