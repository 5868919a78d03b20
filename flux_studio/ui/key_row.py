"""One named key in a provider's card: whether it is in use, what is known of it, and what can be
done with it. The key itself never comes here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.session.key_desk import NamedKey
from flux_studio.storage.key_status import MOST_LABEL_CHARACTERS
from flux_studio.ui.phrases import when_words
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

_INDENT = 27  # px: the words stand below the name, not below the circle


class KeyRow(QWidget):
    """Signals: `use_asked()`, `test_asked()`, `forget_asked()`, `renamed(str)` with the name that
    was typed.
    """

    use_asked = Signal()
    test_asked = Signal()
    forget_asked = Signal()
    renamed = Signal(str)

    def __init__(self, key: NamedKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._make_name()
        self._make_buttons()
        self._lay_out()
        self.show_key(key, shell_wins=False)

    def show_key(self, key: NamedKey, *, shell_wins: bool) -> None:
        """`shell_wins`: a variable of the environment is set, so no other can be chosen now."""
        self.key = key
        name = self.title()
        self.choice.setText(name.replace("&", "&&"))
        self.choice.setAccessibleName(self.tr("Use the key {name}").format(name=name))
        self.choice.setChecked(key.in_use)
        self.choice.setEnabled(key.in_use or not shell_wins)
        words = self.tr("Send jobs with this key from now on")
        if shell_wins and not key.from_shell:
            words = self.tr("While the variable is set, its key is used")
        self.choice.setToolTip(tooltip(self.tr("In use") if key.in_use else words))
        self.words.setText("  ·  ".join(self._facts()))
        set_tone(self.words, "muted" if key.status.has_key else "warn")
        for button, what in (
            (self.test, self.tr("Test {name}")),
            (self.rename, self.tr("Rename {name}")),
            (self.forget, self.tr("Forget {name}")),
        ):
            button.setAccessibleName(what.format(name=name))
        self.test.setEnabled(key.status.has_key)
        self.rename.setVisible(not key.from_shell)
        self.forget.setVisible(not key.from_shell)

    def title(self) -> str:
        """The name as it is shown: the variable without its sign."""
        return self.key.label.removeprefix("$") if self.key.from_shell else self.key.label

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc ends the renaming and not the dialog."""
        if (
            watched is self.entry
            and isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._stop_renaming()
            return True
        return super().eventFilter(watched, event)

    def _facts(self) -> list[str]:
        facts = [self.key.status.sentence.rstrip(".")]
        if self.key.balance is not None:
            facts.append(self.tr("{left} left").format(left=dollars(self.key.balance)))
        if self.key.used is not None:
            facts.append(self.tr("last used {when}").format(when=when_words(self.key.used)))
        else:
            facts.append(self.tr("not used yet"))
        return facts

    def _make_name(self) -> None:
        self.choice = QRadioButton()
        self.choice.setAutoExclusive(False)  # what is in use is shown when it is so, not on a click
        self.choice.clicked.connect(self._on_choice_clicked)
        self.entry = QLineEdit()
        self.entry.setAccessibleName(self.tr("New name"))
        self.entry.setMaxLength(MOST_LABEL_CHARACTERS)
        self.entry.setToolTip(tooltip(self.tr("Enter keeps the name, Esc leaves it as it was")))
        self.entry.installEventFilter(self)
        self.entry.returnPressed.connect(self._on_entry_returned)
        self.entry.editingFinished.connect(self._stop_renaming)
        self.entry.hide()
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        set_type(self.words, "small")

    def _make_buttons(self) -> None:
        words = self.tr("Try this key with a call that costs nothing")
        self.test = IconButton("plug", self.tr("Test"), words)
        words = self.tr("Give this key another name")
        self.rename = IconButton("pencil", self.tr("Rename"), words)
        words = self.tr("Remove this key from the keychain and this run")
        self.forget = IconButton("trash-2", self.tr("Forget"), words)
        self.test.clicked.connect(self.test_asked)
        self.rename.clicked.connect(self._on_rename_clicked)
        self.forget.clicked.connect(self.forget_asked)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE.xs)
        top.addWidget(self.choice, 1)
        top.addWidget(self.entry, 1)
        for button in (self.test, self.rename, self.forget):
            top.addWidget(button)
        below = QHBoxLayout()
        below.setContentsMargins(_INDENT, 0, 0, 0)
        below.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(below)

    @Slot()
    def _on_choice_clicked(self) -> None:
        self.choice.setChecked(self.key.in_use)
        if not self.key.in_use:
            self.use_asked.emit()

    @Slot()
    def _on_rename_clicked(self) -> None:
        self.entry.setText(self.key.label)
        self.choice.hide()
        self.entry.show()
        self.entry.setFocus()
        self.entry.selectAll()

    @Slot()
    def _on_entry_returned(self) -> None:
        name = self.entry.text().strip()
        self._stop_renaming()
        if name and name != self.key.label:
            self.renamed.emit(name)

    @Slot()
    def _stop_renaming(self) -> None:
        if self.choice.isHidden():
            had_focus = self.entry.hasFocus()
            self.choice.show()
            self.entry.hide()
            if had_focus:
                self.rename.setFocus()
