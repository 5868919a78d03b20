"""The keys dialog: every provider that needs a key, one card each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.providers.registry import ProviderRow
from flux_studio.session.key_desk import NamedKey
from flux_studio.session.studio import Studio
from flux_studio.storage.key_status import KeyState, KeyStatus
from flux_studio.ui.key_card import KeyCard
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_tone
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 640  # px


class KeysDialog(SteppedDialog):
    """Renders `studio.keys`; asks it to store, test and forget. No signals."""

    def __init__(
        self,
        studio: Studio,
        theme: ThemeSource,
        parent: QWidget | None = None,
        *,
        in_steps: bool = False,
    ) -> None:
        super().__init__(parent)
        del theme  # painted parts ask for the colours while they paint
        self._studio, self._keys = studio, studio.keys
        self._states: dict[str, KeyState] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        self.setAccessibleName(self.tr("Keys"))
        self.setMinimumWidth(520)
        self.cards: dict[str, KeyCard] = {}
        self.begin(self._parts(), in_steps=in_steps)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def _parts(self) -> Iterator[None]:
        """What holds the cards, then a card a step."""
        column = self._make_column()
        yield None
        for row in self._keys.rows:
            card = self.cards[row.id] = self._make_card(row)
            yield None
            column.addWidget(card)
            card.ensurePolished()
            yield None
        column.addStretch(1)
        self._lay_out()
        yield None
        self._keys.status_changed.connect(self._on_keys_status)
        self._keys.tested.connect(self._on_keys_tested)
        self._keys.refused.connect(self._on_keys_refused)
        self._keys.listed.connect(self._on_keys_listed)
        for provider, status in self._studio.state.keys.items():
            self._on_keys_status(provider, status)
        self._keys.look()
        self._keys.list_keys()

    def _make_card(self, row: ProviderRow) -> KeyCard:
        card = KeyCard(row)
        card.save_asked.connect(partial(self._keys.store, row.id))
        card.use_asked.connect(partial(self._keys.use, row.id))
        card.rename_asked.connect(partial(self._keys.rename, row.id))
        card.test_asked.connect(partial(self._on_card_test, row.id))
        card.forget_asked.connect(partial(self._on_card_forget, row.id))
        if card.region is not None:
            card.region.show_region(self._keys.region(row.id))
            card.region_chosen.connect(partial(self._keys.choose_region, row.id))
        return card

    def _make_column(self) -> QVBoxLayout:
        """The column that the cards come into."""
        self.where = QLabel()
        self._show_where()
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        self.where.setWordWrap(True)
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.s)
        column.setSpacing(SPACE.m)
        column.addWidget(self.where)
        # Empty at first: to take a full column in, it is laid out in one go.
        self._scroll = OverlayScrollArea(self._inner)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(SPACE.s)
        self._whole.addWidget(self._scroll, 1)
        return column

    def _lay_out(self) -> None:
        """What depends on the cards, and what comes after them, also to the Tab key."""
        self._scroll.setMinimumHeight(min(480, self._inner.sizeHint().height() + SPACE.xl))
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(tooltip(self.tr("Close"), "Esc"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE.l, 0, SPACE.l, SPACE.l)
        foot.addStretch(1)
        foot.addWidget(close)
        self._whole.addLayout(foot)

    @Slot(str, object)
    def _on_keys_status(self, provider: str, status: KeyStatus) -> None:
        card = self.cards.get(provider)
        if card is not None:
            card.show_status(status)
        self._states[provider] = status.state
        self._show_where()

    def _show_where(self) -> None:
        """Where keys are kept, said plainly where no keychain answers."""
        states = self._states.values()
        silent = KeyState.UNAVAILABLE in states and KeyState.SAVED not in states
        if silent:
            words = self.tr(
                "No keychain answers on this system, so a key is kept for this run only and is "
                "gone when the studio closes."
            )
        else:
            words = self.tr(
                "Keys are kept in the keychain of this system and go only to their provider. "
                "A stored key is never shown again."
            )
        if self.where.text() != words:
            self.where.setText(words)
            set_tone(self.where, "warn" if silent else "muted")

    @Slot(str, object)
    def _on_keys_listed(self, provider: str, keys: tuple[NamedKey, ...]) -> None:
        card = self.cards.get(provider)
        if card is not None:
            card.show_keys(keys)

    @Slot(str, str, bool, str)
    def _on_keys_tested(self, provider: str, label: str, ok: bool, sentence: str) -> None:
        card = self.cards.get(provider)
        if card is not None:
            card.show_result(label, ok, sentence)

    @Slot(str, str)
    def _on_keys_refused(self, provider: str, sentence: str) -> None:
        card = self.cards.get(provider)
        if card is not None:
            card.show_problem(sentence)

    def _on_card_test(self, provider: str, label: str) -> None:
        self.cards[provider].show_testing()
        self._keys.test(provider, label)

    def _on_card_forget(self, provider: str, label: str) -> None:
        card = self.cards[provider]
        title = card.title.text()
        if len(card.rows) > 1:
            title = f"{title} ({label})"
        box = QMessageBox(self)
        box.setObjectName("forget")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Forget the key"))
        box.setText(self.tr("Forget the key for {provider}?").format(provider=title))
        box.setInformativeText(
            self.tr(
                "It is removed from the keychain. Jobs that were sent with it are asked for with "
                "the key in use, or wait until it is back."
            )
        )
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        forget.clicked.connect(partial(self._keys.forget, provider, label))
        box.open()
