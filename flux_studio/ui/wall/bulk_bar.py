"""The bar below the wall while several pictures are selected: what they are together, and what can
be done to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from flux_studio.core.money import dollars
from flux_studio.ui.phrases import bytes_words
from flux_studio.ui.style import dress, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.words import translate
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton

if TYPE_CHECKING:
    from flux_studio.storage.gallery_figures import Sums

HIGH = 40  # px


@dataclass(frozen=True, slots=True)
class BulkDeed:
    """One button: `run` is called when it is pressed, or `menu` makes what drops down. It works for
    `least` to `most` pictures.
    """

    text: str
    icon: str
    keys: str = ""
    run: Callable[[], object] | None = None
    menu: Callable[[QWidget], QMenu] | None = None
    least: int = 1
    most: int = 10_000_000


class BulkBar(QFrame):
    """Hidden while fewer than two pictures are selected. No signals: the deeds know what to do."""

    def __init__(self, deeds: Sequence[BulkDeed], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deeds = deeds
        self._count = 0
        self.setAccessibleName(self.tr("Selected pictures"))
        self.setFixedHeight(HIGH)
        dress(self, surface="panel")
        self.count = ElidedLabel("")
        self.sums = ElidedLabel("")
        set_tone(self.sums, "muted")
        self.buttons = [self._button(deed) for deed in deeds]
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.l, 0, SPACE.m, 0)
        row.setSpacing(SPACE.s)
        row.addWidget(self.count)
        row.addWidget(self.sums, 1)
        for button in self.buttons:
            row.addWidget(button)
        self.hide()

    def show_count(self, pictures: int) -> None:
        """So many are selected; the sums of others are forgotten."""
        if pictures != self._count:
            self._count = pictures
            text = translate("Wall", "{count} selected")
            self.count.setText(text.format(count=QLocale().toString(pictures)))
            for deed, button in zip(self._deeds, self.buttons, strict=True):
                button.setEnabled(deed.least <= pictures <= deed.most)
        self.setVisible(pictures > 1)

    def show_sums(self, sums: Sums | None) -> None:
        """Size on disk and cost, None while they are not known."""
        self.sums.setText("" if sums is None else sums_words(sums))

    def _button(self, deed: BulkDeed) -> IconButton:
        button = IconButton(deed.icon, deed.text, deed.text, deed.keys)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if deed.menu is not None:
            button.setMenu(deed.menu(button))
        if deed.run is not None:
            run = deed.run
            button.clicked.connect(lambda _checked=False: run())
        return button


def sums_words(sums: Sums) -> str:
    """'16.8 MB · $0.36', and how many have no known price."""
    words = [bytes_words(sums.bytes)]
    if sums.spent or not sums.unpriced:
        words.append(dollars(sums.spent))
    if sums.unpriced:
        count = QLocale().toString(sums.unpriced)
        words.append(translate("Wall", "{count} of unknown price").format(count=count))
    return " · ".join(words)
