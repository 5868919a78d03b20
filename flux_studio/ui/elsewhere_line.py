"""The other providers that make the very same, with prices: one click has it made there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from flux_studio.core.job import Job
from flux_studio.core.money import dollars
from flux_studio.session.elsewhere import Offer
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class ElsewhereLine(QWidget):
    """Hidden unless a job's provider is down and others can do it. No signals: it asks the
    studio.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._shown: tuple[str, tuple[Offer, ...]] = ("", ())
        self.buttons: list[QPushButton] = []
        self._words = QLabel(self.tr("The same at"))
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._words, "muted")
        set_type(self._words, "small")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE.s)
        self._row.addWidget(self._words)
        self._row.addStretch(1)
        self.hide()

    def show_job(self, job: Job) -> None:
        """Show who else can do it now."""
        found = (job.id, self._studio.queue.offers(job))
        if found != self._shown:
            self._shown = found
            self._rebuild(*found)
        self.setVisible(bool(found[1]))

    def _rebuild(self, job: str, offers: tuple[Offer, ...]) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(job, offer) for offer in offers]
        for at, button in enumerate(self.buttons, start=1):
            self._row.insertWidget(at, button)

    def _button(self, job: str, offer: Offer) -> QPushButton:
        where, price = provider_title(offer.card.provider), dollars(offer.price)
        button = QPushButton(self.tr("{provider} {price}").format(provider=where, price=price))
        button.setAccessibleName(
            self.tr("Send it to {provider} for {price}").format(provider=where, price=price)
        )
        tip = self.tr("Have it made there; here it was not sent and costs nothing")
        button.setToolTip(tooltip(tip))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(button, "flat")
        set_icon(button, "arrow-right", "muted")
        button.clicked.connect(partial(self._on_button_clicked, job, offer))
        return button

    def _on_button_clicked(self, job: str, offer: Offer, _checked: bool = False) -> None:
        self._studio.queue.send_elsewhere(job, offer)
