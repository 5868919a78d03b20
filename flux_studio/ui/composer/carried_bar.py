"""Below the references after a drop of a picture that carries settings: what they are, and the
choice between loading them and using the picture as the reference it has become.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from flux_studio.core.generation import Generation
from flux_studio.core.size import Size
from flux_studio.session.reference_desk import Carried
from flux_studio.session.studio import Studio
from flux_studio.storage.foreign.found import Found
from flux_studio.ui.phrases import prompt_start, size_words, translate
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.tooltip import announce, tooltip

_LONGEST_TIP = 600  # characters


class CarriedBar(QFrame):
    """Hidden unless there is an offer. No signals: it asks the studio's desk."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._desk = studio.carried
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("Settings of the dropped picture"))
        self.title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        set_type(self.title, "body", strong=True)
        self.words, self.facts = _words(), _words()
        set_tone(self.facts, "muted")
        self.load = _button(
            self.tr("Load its settings"),
            self.tr("Put its prompt, size and seed into the form; Ctrl+Z takes it back"),
        )
        self.load.clicked.connect(self._desk.load)
        self.keep = _button(
            self.tr("Use as reference"), self.tr("Leave it in the tray and the form as it is")
        )
        self.keep.clicked.connect(self._desk.keep)
        self._lay_out()
        self._desk.changed.connect(self.show_offer)
        self.show_offer(self._desk.offer)

    @Slot(object)
    def show_offer(self, offer: Carried | None) -> None:
        """What a dropped picture carries; None hides the bar."""
        had_focus = self.load.hasFocus() or self.keep.hasFocus()
        self.setVisible(offer is not None)
        if offer is None:
            if had_focus:
                self.focusNextChild()
            return
        prompt, facts = _told(offer.settings)
        name = offer.name or self.tr("The picture")
        text = self.tr("{name} carries settings").format(name=name)
        self.title.setText(text)
        self.words.setText(prompt_start(prompt) if prompt else self.tr("No prompt"))
        self.words.setToolTip(tooltip(prompt[:_LONGEST_TIP]) if prompt else "")
        set_tone(self.words, "text" if prompt else "muted")
        self.facts.setText(" · ".join(facts))
        announce(self, text)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.s)
        buttons.addWidget(self.load, 1)
        buttons.addWidget(self.keep, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.m, SPACE.s, SPACE.m, SPACE.m)
        column.setSpacing(SPACE.xs)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addWidget(self.facts)
        column.addSpacing(SPACE.xs)
        column.addLayout(buttons)


def _told(settings: Generation | Found) -> tuple[str, list[str]]:
    """The prompt, and of the rest what there is to know: program and model, size, seed."""
    size: Size | None
    if isinstance(settings, Generation):
        request = settings.request
        program = dict(settings.quality).get("program", "Flux Studio")
        prompt, model, size, seed = request.prompt, request.model, request.size, settings.seed
    else:
        program, prompt, model = settings.program, settings.prompt, settings.model
        size, seed = settings.size, settings.seed
    facts = [program, model, "" if size is None else size_words(size)]
    if seed is not None:
        facts.append(translate("CarriedBar", "seed {seed}").format(seed=seed))
    return prompt, [each for each in facts if each]


def _words() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
