"""One provider's keys in the keys dialog: each by its name, and a field for a new one.

A stored key never comes here. What is typed leaves the field the moment it is saved.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from flux_studio.providers.registry import ProviderRow
from flux_studio.session.key_desk import NamedKey
from flux_studio.storage.key_status import (
    MOST_KEY_CHARACTERS,
    MOST_LABEL_CHARACTERS,
    KeyProblem,
    KeyState,
    KeyStatus,
    check_label,
)
from flux_studio.storage.key_status import read_key as check_key_text
from flux_studio.storage.keys_in_use import DEFAULT_LABEL
from flux_studio.ui.icons import set_icon
from flux_studio.ui.key_row import KeyRow
from flux_studio.ui.region_row import RegionRow
from flux_studio.ui.reveal import open_site
from flux_studio.ui.style import Tone, set_look, set_problem, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.empty_state import Card
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine, ThemedIcon
from flux_studio.ui.widgets.tooltip import tooltip

_ICON = 16  # px
_NAME_WIDTH = 140  # px
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
    """Signals: `save_asked(key, name)` with what was typed; `use_asked(name)`, `test_asked(name)`,
    `forget_asked(name)` and `rename_asked(old, new)` for one of the keys; `region_chosen(id)` where
    the provider has several regions.
    """

    save_asked = Signal(str, str)
    use_asked = Signal(str)
    test_asked = Signal(str)
    forget_asked = Signal(str)
    rename_asked = Signal(str, str)
    region_chosen = Signal(str)

    def __init__(self, row: ProviderRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.rows: dict[str, KeyRow] = {}
        self.setAccessibleName(row.title)
        self._make_head()
        self._make_entry()
        self._make_buttons()
        self.region = RegionRow(row) if row.regions else None
        self._lay_out()
        self.show_status(None)

    def show_status(self, status: KeyStatus | None) -> None:
        """Where the key in use is; None while the keychain is being asked."""
        if status is None:
            self.icon.show_icon("loader", "muted")
            self.words.setText(self.tr("Looking in the keychain…"))
        else:
            self.icon.show_icon(*_LOOKS[status.state])
            self.words.setText(status.sentence)

    def show_keys(self, keys: tuple[NamedKey, ...]) -> None:
        """All keys of the provider; rows stay where they are, so that a half-typed name does."""
        names = [key.label for key in keys]
        for label in [label for label in self.rows if label not in names]:
            row = self.rows.pop(label)
            row.hide()
            row.deleteLater()
        shell_wins = any(key.from_shell for key in keys)
        for place, key in enumerate(keys):
            if key.label not in self.rows:
                self.rows[key.label] = self._make_row(key)
                self.list.insertWidget(place, self.rows[key.label])
            self.rows[key.label].show_key(key, shell_wins=shell_wins)
        self._show_naming(keys)

    def _show_naming(self, keys: tuple[NamedKey, ...]) -> None:
        """A first key needs no name; a further one does."""
        own = [key for key in keys if not key.from_shell]
        self.name.setVisible(bool(own))
        words = self.tr("Paste a further key") if own else self.tr("Paste a key")
        self.field.setPlaceholderText(words)
        in_use = any(key.in_use for key in keys)
        self.words.setVisible(not in_use)
        if own and not in_use:
            self.icon.show_icon("circle", "warn")
            self.words.setText(self.tr("No key is in use. Choose one of these."))

    def show_testing(self) -> None:
        self.result.show_problem(self.tr("Testing the key…"), tone="muted")

    def show_result(self, label: str, ok: bool, sentence: str) -> None:
        """What a test of a key said; server words are plain text here."""
        words = sentence
        if ok:
            words = self.tr("The key works: {fact}").format(fact=sentence)
            words = words if sentence else self.tr("The key works.")
        if len(self.rows) > 1 and label in self.rows:
            words = f"{self.rows[label].title()}: {words}"
        self.result.show_problem(words, tone="ok" if ok else "danger")

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
        for label in (self.title, self.words):
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
        self.field.setToolTip(tooltip(self.tr("A stored key is never shown")))
        self.field.textChanged.connect(self._on_field_changed)
        self.field.returnPressed.connect(self._on_save_clicked)
        self.show_typed = IconButton(
            "eye", self.tr("Show what is typed"), self.tr("Show what is typed"), checkable=True
        )
        self.show_typed.toggled.connect(self._on_show_toggled)
        self.name = QLineEdit()
        self.name.setAccessibleName(
            self.tr("Name of the new {provider} key").format(provider=self._row.title)
        )
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.setMaxLength(MOST_LABEL_CHARACTERS)
        self.name.setFixedWidth(_NAME_WIDTH)
        words = self.tr("What to call a further key; the name of one that is there replaces it")
        self.name.setToolTip(tooltip(words))
        self.name.textChanged.connect(self._on_name_changed)
        self.name.returnPressed.connect(self._on_save_clicked)
        self.name.hide()

    def _make_buttons(self) -> None:
        self.save = _button(self.tr("Save"))
        self.save.setToolTip(tooltip(self.tr("Keep the key and test it")))
        self.save.setEnabled(False)
        self.save.clicked.connect(self._on_save_clicked)
        self.result = ProblemLine()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE.s)
        top.addWidget(self.title)
        top.addStretch(1)
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
        entry.addWidget(self.name)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.show_typed)
        entry.addSpacing(SPACE.xs)
        entry.addWidget(self.save)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        self.list.setSpacing(SPACE.s)
        foot = QHBoxLayout()
        foot.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
        foot.addWidget(self.result)
        for part in (head, self.list, entry):
            self.body.addLayout(part)
        if self.region is not None:
            self.region.setContentsMargins(_ICON + SPACE.s, 0, 0, 0)
            self.region.region_chosen.connect(self.region_chosen)
            self.body.addWidget(self.region)
        self.body.addLayout(foot)

    # Doing

    def _make_row(self, key: NamedKey) -> KeyRow:
        row, label = KeyRow(key), key.label
        row.use_asked.connect(partial(self.use_asked.emit, label))
        row.test_asked.connect(partial(self.test_asked.emit, label))
        row.forget_asked.connect(partial(self.forget_asked.emit, label))
        row.renamed.connect(partial(self.rename_asked.emit, label))
        return row

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

    @Slot()
    def _on_name_changed(self) -> None:
        set_problem(self.name, False)

    @Slot(bool)
    def _on_show_toggled(self, shown: bool) -> None:
        echo = QLineEdit.EchoMode
        self.field.setEchoMode(echo.Normal if shown else echo.Password)
        self.show_typed.show_icon("eye-off" if shown else "eye")

    @Slot()
    def _on_save_clicked(self) -> None:
        text, name = self.field.text(), self.name.text().strip()
        if not text:
            return
        try:
            check_key_text(text)
        except KeyProblem as problem:
            self.show_problem(problem.sentence)
            return
        if not self.name.isHidden() and not self._is_name(name):
            return
        self._empty_field()
        self.name.setText("")
        self.result.show_problem(self.tr("Saving the key…"), tone="muted")
        self.save_asked.emit(text, name or DEFAULT_LABEL)

    def _is_name(self, name: str) -> bool:
        """Whether a further key can be called so; says what is wrong."""
        if not name:
            words = self.tr("Name the further key, or type the name of the key it replaces.")
            set_problem(self.name, True)
            self.result.show_problem(words)
            return False
        try:
            check_label(name)
        except KeyProblem as problem:
            set_problem(self.name, True)
            self.result.show_problem(problem.sentence)
            return False
        return True

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
