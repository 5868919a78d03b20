"""The style that is around the prompt: its name, to change it, and the ways to be rid of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from flux_studio.core.prompt.style import PLACE
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.style import set_look
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip


class StyleRow(QWidget):
    """Hidden without a style. Signal: `templates_asked()` when another one is wanted."""

    templates_asked = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.name = QPushButton()
        set_look(self.name, "chip")
        set_icon(self.name, "palette", "muted")
        self.name.clicked.connect(self.templates_asked)
        self.flatten = IconButton(
            "corner-down-left",
            self.tr("Write the style into the prompt"),
            self.tr("Write the style into the prompt, to change its words"),
            edge=24,
        )
        self.flatten.clicked.connect(self._on_flatten_clicked)
        self.remove = IconButton(
            "x", self.tr("Remove the style"), self.tr("Send the prompt without it"), edge=24
        )
        self.remove.clicked.connect(lambda: studio.set_style(None))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.flatten)
        row.addWidget(self.remove)
        self.hide()

    def show_state(self, state: StudioState) -> None:
        style = state.draft.style
        self.setVisible(style is not None)
        if style is not None and style.name != self.name.text():
            words = self.tr("Style: {name}").format(name=style.name)
            self.name.setText(words.replace("&", "&&"))
            self.name.setAccessibleName(words)
            self.name.setToolTip(tooltip(style.text))

    def _on_flatten_clicked(self) -> None:
        draft = self._studio.state.draft
        if draft.style is not None:
            text = draft.style.text.replace(PLACE, draft.prompt.strip())
            self._studio.set_style(None)
            self._studio.set_prompt(text)
