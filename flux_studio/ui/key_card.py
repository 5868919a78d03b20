"""One provider's key in the keys dialog: where it is, a field for a new one, a free test.

The stored key never comes here. What is typed leaves the field the moment it is saved.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.money import Money, dollars
from flux_studio.providers.registry import ProviderRow
from flux_studio.storage.key_status import MOST_KEY_CHARACTERS, KeyProblem, KeyState, KeyStatus
from flux_studio.storage.key_status import read_key as check_key_text
from flux_studio.ui.icons import set_icon
from flux_studio.ui.reveal import open_site
from flux_studio.ui.style import Tone, set_look, set_problem, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.empty_state import Card
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine, ThemedIcon
from flux_studio.ui.widgets.tooltip import tooltip

_ICON = 16  # px
_LOOKS: dict[KeyState, tuple[str, Tone]] = {
    KeyState.SAVED: ("circle-check", "ok"),
    KeyState.SESSION_ONLY: ("clock", "warn"),
    KeyState.ENVIRONMENT: ("circle-check", "ok"),
    KeyState.NONE: ("circle", "muted"),
    KeyState.WAITING: ("loader", "warn"),
    KeyState.LOCKED: ("lock", "warn"),
    KeyState.UNAVAILABLE: ("circle-alert", "warn"),
}


class KeyCard(Card):
    """Signals: `save_asked(str)` with what was typed, `test_asked()`, `forget_asked()`."""

    save_asked = Signal(str)
    test_asked = Signal()
    forget_asked = Signal()

    def __init__(self, row: ProviderRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self._status: KeyStatus | None = None
        self.setAccessibleName(row.title)
        self._make_head()
        self._make_entry()
        self._make_buttons()
        self._lay_out()
        self.show_status(None)

    def show_status(self, status: KeyStatus | None) -> None:
        """Where the key is; None while the keychain is being asked."""
        self._status = status
        if status is None:
            self.icon.show_icon("loader", "muted")
            self.words.setText(self.tr("Looking in the keychain…"))
        else:
            self.icon.show_icon(*_LOOKS[status.state])
            self.words.setText(status.sentence)
        self._show_buttons()

    def show_balance(self, left: Money | None) -> None:
        """USD left on the account, None when the provider did not tell."""
        self.balance.setVisible(left is not None)
        if left is not None:
            self.balance.setText(self.tr("{left} left").format(left=dollars(left)))

    def show_testing(self) -> None:
        self.test.setEnabled(False)
        self.result.show_problem(self.tr("Testing the key…"), tone="muted")

    def show_result(self, ok: bool, sentence: str) -> None:
        """What a test of the key said; server words are plain text here."""
        self._show_buttons()
        if ok:
            words = self.tr("The key works: {fact}").format(fact=sentence)
            self.result.show_problem(words if sentence else self.tr("The key works."), tone="ok")
        else:
            self.result.show_problem(sentence)

    def show_problem(self, sentence: str) -> None:
        """What was typed cannot be a key, or the keychain refused."""
        set_problem(self.field, True)
        self.result.show_problem(sentence)

    def hideEvent(self, event: QHideEvent) -> None:
        self._empty_field()
        super().hideEvent(event)

    # Building

    def _make_head(self) -> None:
        self.icon = ThemedIcon("circle", "muted", _ICON)
        self.title = QLabel(self._row.title)
        set_type(self.title, "body", strong=True)
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_tone(self.words, "muted")
        self.balance = QLabel()
        for label in (self.title, self.words, self.balance):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.site = _button(self.tr("Get a key"), "external-link")
        set_look(self.site, "flat")
        words = self.tr("Open {site} in the browser").format(site=self._row.site)
        self.site.setToolTip(tooltip(words))
        self.site.setAccessibleDescription(words)
        self.site.setVisible(bool(self._row.site))
        self.site.clicked.connect(self._on_site_clicked)

    def _make_entry(self) -> None:
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("{provider} key").format(provider=self._row.title))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.field.setMaxLength(MOST_KEY_CHARACTERS + 1)
        self.field.setPlaceholderText(self.tr("Paste a key"))
        self.field.setToolTip(
            tooltip(self.tr("A stored key is never shown; a new one takes its place"))
        )
        self.field.textChanged.connect(self._on_field_changed)
        self.field.returnPressed.connect(self._on_save_clicked)
        self.show_typed = IconButton(
            "eye", self.tr("Show what is typed"), self.tr("Show what is typed"), checkable=True
        )
        self.show_typed.toggled.connect(self._on_show_toggled)

    def _make_buttons(self) -> None:
        self.save = _button(self.tr("Save"))
        self.save.setToolTip(tooltip(self.tr("Keep the key and test it")))
        self.test = _button(self.tr("Test"), "plug")
        self.test.setToolTip(tooltip(self.tr("Try the key with a call that costs nothing")))
        self.forget = _button(self.tr("Forget"), "trash-2")
        self.forget.setToolTip(tooltip(self.tr("Remove the key from the keychain and this run")))
        self.save.clicked.connect(self._on_save_clicked)
        self.test.clicked.connect(self.test_asked)
        self.forget.clicked.connect(self.forget_asked)
        self.result = ProblemLine()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE.s)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.balance)
        top.addWidget(self.site)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(top)
        words.addWidget(self.words)
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        self.icon.show_room(self.site.sizeHint().height())
        head.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        entry = QHBoxLayout()
        entry.setSpacing(SPACE.xs)
        entry.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.show_typed)
        for button in (self.save, self.test, self.forget):
            entry.addSpacing(SPACE.xs)
            entry.addWidget(button)
        foot = QHBoxLayout()
        foot.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        foot.addWidget(self.result)
        for part in (head, entry, foot):
            self.body.addLayout(part)

    # Doing

    def _show_buttons(self) -> None:
        has_key = self._status is not None and self._status.has_key
        from_shell = self._status is not None and self._status.state is KeyState.ENVIRONMENT
        self.save.setEnabled(bool(self.field.text()))
        self.test.setEnabled(has_key)
        self.forget.setEnabled(has_key and not from_shell)

    def _empty_field(self) -> None:
        # Not clear(): that could be undone, and the key would come back.
        self.field.setText("")
        self.show_typed.setChecked(False)

    @Slot(str)
    def _on_field_changed(self, text: str) -> None:
        set_problem(self.field, False)
        if text:
            self.result.clear()
        self.save.setEnabled(bool(text))

    @Slot(bool)
    def _on_show_toggled(self, shown: bool) -> None:
        echo = QLineEdit.EchoMode
        self.field.setEchoMode(echo.Normal if shown else echo.Password)
        self.show_typed.show_icon("eye-off" if shown else "eye")

    @Slot()
    def _on_save_clicked(self) -> None:
        text = self.field.text()
        if not text:
            return
        try:
            check_key_text(text)
        except KeyProblem as problem:
            self.show_problem(problem.sentence)
            return
        self._empty_field()
        self.result.show_problem(self.tr("Saving the key…"), tone="muted")
        self.save_asked.emit(text)

    @Slot()
    def _on_site_clicked(self) -> None:
        open_site(self._row.site)


def _button(text: str, icon: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    if icon:
        set_icon(button, icon, "muted")
    return button
