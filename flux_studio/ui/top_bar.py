"""The bar above all panels: what this is, the search, and the doors to keys and settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.rescue import Standing
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.project_chooser import ProjectChooser
from flux_studio.ui.rescue.words import badge_words
from flux_studio.ui.search.search_field import SearchField
from flux_studio.ui.style import set_surface, set_type
from flux_studio.ui.text_button import TextButton
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import ICON, SPACE
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ThemedIcon
from flux_studio.ui.widgets.tooltip import tooltip

HEIGHT = 44  # px
SEARCH_AFTER_MS = 0  # letters that come together, as from an input method, are one question


class TopBar(QWidget):
    """Signals: `search_changed(str)` a moment after the text, `keys_requested()`,
    `settings_requested()`, `shortcuts_requested()`, `rescue_requested()`, `import_requested()`.
    """

    search_changed = Signal(str)
    keys_requested = Signal()
    settings_requested = Signal()
    shortcuts_requested = Signal()
    rescue_requested = Signal()
    import_requested = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        del theme  # every panel is made alike; this one paints nothing itself
        self.setObjectName("topBar")
        self.setFixedHeight(HEIGHT)
        set_surface(self, "panel")
        self.search = SearchField(studio.library.shelf)
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        self.search.textChanged.connect(self._pause.start)
        self.search.returnPressed.connect(self._on_pause_timeout)
        self.project = ProjectChooser(studio)
        keys = IconButton("key-round", self.tr("Keys"), self.tr("Keys"), "Ctrl+Shift+,")
        keys.clicked.connect(self.keys_requested)
        settings = IconButton("settings", self.tr("Settings"), self.tr("Settings"), "Ctrl+,")
        settings.clicked.connect(self.settings_requested)
        bring = self.tr("Import pictures")
        imports = IconButton("folder-open", bring, bring, "Ctrl+O")
        imports.clicked.connect(self.import_requested)
        sheet = self.tr("Keyboard shortcuts")
        shortcuts = IconButton("keyboard", sheet, sheet, "F1")
        shortcuts.clicked.connect(self.shortcuts_requested)
        self.rescue = TextButton("life-buoy", "danger")
        self.rescue.setToolTip(
            tooltip(self.tr("Jobs that may have been paid and are not saved"), "Ctrl+Shift+R")
        )
        self.rescue.clicked.connect(self.rescue_requested)
        self.rescue.hide()
        self._lay_out(self.rescue, imports, shortcuts, keys, settings)

    def show_state(self, state: StudioState) -> None:
        """The badge of the rescue desk, until nothing is left on it."""
        self.project.show_state(state)
        self.rescue.setVisible(bool(state.rescue))
        if state.rescue:
            by_itself = all(case.standing is Standing.COMING for case in state.rescue)
            self.rescue.show_text(badge_words(state.rescue))
            self.rescue.show_tone("muted" if by_itself else "danger")

    @Slot()
    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(str)
    def show_search(self, text: str) -> None:
        """A search that was chosen elsewhere, at once."""
        if text != self.search.text():
            self.search.setText(f"{text} " if text else "")
        self._on_pause_timeout()

    @Slot()
    def _on_pause_timeout(self) -> None:
        self._pause.stop()
        self.search_changed.emit(self.search.text().strip())

    def _lay_out(self, *buttons: QWidget) -> None:
        mark = ThemedIcon("aperture", "text", ICON.large)
        title = QLabel("Flux Studio")
        title.setTextFormat(Qt.TextFormat.PlainText)
        set_type(title, "body", strong=True)
        left, right = QHBoxLayout(), QHBoxLayout()
        for side in (left, right):
            side.setSpacing(SPACE.s)
        left.addWidget(mark)
        left.addWidget(title)
        left.addSpacing(SPACE.s)
        left.addWidget(self.project)
        left.addStretch(1)
        right.addStretch(1)
        for button in buttons:
            right.addWidget(button)
        line = QWidget()  # a bare layout of fixed heights would not fill the bar
        row = QHBoxLayout(line)
        row.setContentsMargins(SPACE.l, 0, SPACE.m, 0)
        row.setSpacing(SPACE.l)
        # Equal sides keep the search in the middle of the window.
        row.addLayout(left, 1)
        row.addWidget(self.search, 2)
        row.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(line, 1)
        whole.addWidget(Rule())
