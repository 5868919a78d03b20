"""The composer: from the model down to Generate. It renders the state and asks the studio."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.card import ModelCard
from flux_studio.core.draft_history import DraftStep, Part, caret_after
from flux_studio.core.problem import Control
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.carried_bar import CarriedBar
from flux_studio.ui.composer.dropped import holds_pictures, pastes_pictures
from flux_studio.ui.composer.flash import Flash
from flux_studio.ui.composer.generate_footer import GenerateFooter
from flux_studio.ui.composer.model_chooser import ModelChooser
from flux_studio.ui.composer.more_section import MoreSection
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_section import PromptSection
from flux_studio.ui.composer.reference_tray import ReferenceTray
from flux_studio.ui.composer.seed_safety import SeedSafety
from flux_studio.ui.composer.size_picker import SizePicker
from flux_studio.ui.composer.tab_order import order_tabs
from flux_studio.ui.main_window import COMPOSER_LEAST
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.undo_words import redo_words, undo_words
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import announce

MOST_WIDTH = 520  # px
_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_SCROLL_BAR = 10  # px, as in the style sheet
_PLACES = {
    Part.STYLE: Control.PROMPT,
    Part.VARIABLES: Control.PROMPT,
    Part.REFERENCES: Control.REFERENCES,
    Part.SIZE: Control.SIZE,
    Part.MODEL: Control.MODEL,
    Part.SEED: Control.SEED,
    Part.SAFETY: Control.SAFETY,
    Part.FORMAT: Control.FORMAT,
    Part.COUNT: Control.COUNT,
    Part.KNOBS: Control.KNOBS,
}


class ComposerPanel(QWidget):
    """The left panel. Signals: `keys_requested()` when a key is missing and should be added;
    `more_opened(bool)` when the section More was opened or closed by the person;
    `model_page_asked(ModelCard)` when the page of a model is wanted; `call_asked()` when what will
    be sent is; `history_asked()` and `templates_asked()` for the lists behind the prompt;
    `structured_asked()` for form and JSON of it side by side.
    """

    keys_requested = Signal()
    more_opened = Signal(bool)
    model_page_asked = Signal(object)
    call_asked = Signal()
    history_asked = Signal()
    templates_asked = Signal()
    structured_asked = Signal()

    def __init__(
        self, studio: Studio, theme: ThemeSource, prompt_box: PromptBox | None = None
    ) -> None:
        super().__init__()
        self._studio = studio
        self._built: object = None
        self.setObjectName("composer")
        self.setAccessibleName(self.tr("Composer"))
        self.setMinimumWidth(COMPOSER_LEAST)
        self.setMaximumWidth(MOST_WIDTH)
        self.setAcceptDrops(True)
        set_surface(self, "panel")
        self.model = ModelChooser()
        self.model_problem = ProblemLine()
        self.prompt = PromptSection(studio, prompt_box)
        self.tray = ReferenceTray(studio)
        self.carried = CarriedBar(studio)
        self.size_picker = SizePicker(studio)
        self.seed_safety = SeedSafety(studio)
        self.more = MoreSection(studio)
        self.footer = GenerateFooter(studio)
        self._ordering = QTimer(self, singleShot=True, interval=0)
        self._ordering.timeout.connect(self._on_ordering)
        self._lay_out()
        self._flash = Flash(self._body)
        self.model.card_chosen.connect(self._on_card_chosen)
        self.model.page_asked.connect(self.model_page_asked)
        self.prompt.history_asked.connect(self.history_asked)
        self.prompt.templates_asked.connect(self.templates_asked)
        self.prompt.side_by_side_asked.connect(self.structured_asked)
        self.prompt.faces.reshaped.connect(self._ordering.start)
        self.prompt.faces.pictures_pasted.connect(self.tray.take)
        self.tray.name_asked.connect(self.prompt.faces.type_name)
        self.tray.shelf_toggled.connect(self._on_shelf_toggled)
        self.prompt.box.pictures_pasted.connect(self.tray.take)
        self.size_picker.grown.connect(self._on_size_picker_grown)
        self.more.opened.connect(self.more_opened)
        self.more.call_asked.connect(self.call_asked)
        self.footer.keys_requested.connect(self.keys_requested)
        studio.undo.stepped.connect(self._on_undo_stepped)
        theme.theme_changed.connect(self.prompt.box.highlighter.rehighlight)

    def show_state(self, state: StudioState) -> None:
        """Render a state. What is being typed, the caret and the undo stack stay as they are."""
        for part in (
            self.model,
            self.prompt,
            self.tray,
            self.size_picker,
            self.seed_safety,
            self.more,
            self.footer,
        ):
            part.show_state(state)
        wrong = state.wrong_at(Control.MODEL)
        self.model_problem.show_problem(problem_words(wrong) if wrong else "")
        built = (state.card.id, len(state.draft.references), state.reading)
        if built != self._built:
            self._built = built
            order_tabs(self)

    @Slot(object)
    def look_at(self, control: Control) -> None:
        """Bring a control into view, give it the keyboard and let it glow for a moment."""
        match control:
            case Control.PROMPT:
                self.prompt.insist()
                self.focus_prompt()
            case Control.REFERENCES:
                self.tray.focus_first()
            case Control.SIZE:
                self.size_picker.focus()
            case Control.SEED | Control.SAFETY:
                self.seed_safety.seed.setFocus(Qt.FocusReason.OtherFocusReason)
            case Control.COUNT | Control.FORMAT | Control.KNOBS:
                self.more.open(True)
                self.more.count.field.setFocus(Qt.FocusReason.OtherFocusReason)
            case Control.KEY:
                self.footer.focus_offer()
            case _:
                self.model.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_place(self._part(control))

    @Slot()
    def focus_prompt(self) -> None:
        self.prompt.faces.focus()

    @Slot()
    def _on_ordering(self) -> None:
        """Fields of the form came or went."""
        order_tabs(self)

    def paste_pictures(self) -> bool:
        """Take the pictures of the clipboard as references. False when there are none, or when
        text lies there too and the keyboard is in a text field.
        """
        mime = QGuiApplication.clipboard().mimeData()
        in_text = isinstance(QApplication.focusWidget(), _TEXT_FIELDS)
        wanted = pastes_pictures if in_text else holds_pictures
        if mime is None or not wanted(mime):
            return False
        self.tray.take(mime)
        return True

    def more_is_open(self) -> bool:
        """Whether the section More is open, for who remembers the layout."""
        return self.more.is_open()

    def open_more(self, on: bool) -> None:
        """Open or close the section More."""
        self.more.open(on)

    # Undo and redo anywhere on the panel

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _undo_key(event) is not None:
            event.accept()  # not the window's, which is for the library
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match _undo_key(event):
            case QKeySequence.StandardKey.Undo:
                self._studio.undo.undo()
            case QKeySequence.StandardKey.Redo:
                self._studio.undo.redo()
            case _:
                super().keyPressEvent(event)

    @Slot(object, bool)
    def _on_undo_stepped(self, step: DraftStep, undone: bool) -> None:
        """Show where the form changed, without taking the keyboard from where it is."""
        announce(self, undo_words(step) if undone else redo_words(step))
        old, new = (step.after, step.before) if undone else (step.before, step.after)
        if old.prompt != new.prompt:
            self.prompt.put_caret(caret_after(old.prompt, new.prompt))
        if step.part is not Part.PROMPT:
            self._show_place(self._part(_PLACES.get(step.part, Control.PROMPT)))

    # Drops anywhere on the panel

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if holds_pictures(event.mimeData()):
            event.acceptProposedAction()
            self.tray.show_drag(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.tray.show_drag(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.tray.show_drag(False)
        event.acceptProposedAction()
        self.tray.take(event.mimeData())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_margins()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.footer.prices.fit(self.height())

    def _lay_out(self) -> None:
        self._body = QWidget()
        column = self._column = QVBoxLayout(self._body)
        column.setSpacing(SPACE.s)
        column.addWidget(self.model)
        column.addWidget(self.model_problem)
        for part in (
            self.prompt,
            self.tray,
            self.carried,
            self.size_picker,
            self.seed_safety,
            self.more,
        ):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._fit_margins)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(Rule())
        whole.addWidget(self.footer)
        self._fit_margins()

    def _fit_margins(self) -> None:
        """The scroll bar takes its room from the margin, so nothing moves when it appears."""
        scrolls = self._scroll.verticalScrollBar().maximum() > 0
        right = SPACE.l - _SCROLL_BAR if scrolls else SPACE.l
        self._column.setContentsMargins(SPACE.l, SPACE.m, right, SPACE.m)

    def _part(self, control: Control) -> QWidget:
        parts: dict[Control, QWidget] = {
            Control.PROMPT: self.prompt.faces.shown(),
            Control.REFERENCES: self.tray,
            Control.SIZE: self.size_picker.sides,
            Control.SEED: self.seed_safety,
            Control.SAFETY: self.seed_safety,
            Control.FORMAT: self.more.inside,
            Control.COUNT: self.more.inside,
            Control.KNOBS: self.more.inside,
            Control.KEY: self.footer,
        }
        return parts.get(control, self.model)

    def _show_place(self, part: QWidget) -> None:
        def show() -> None:
            self._scroll.ensureWidgetVisible(part, 0, SPACE.m)
            self._flash.show_on(part)

        if part is self.more.inside and part.isHidden():
            part = self.more.header
        if self._body.isAncestorOf(part):
            # Later: a section that was opened, or a line that appeared, has no place yet.
            QTimer.singleShot(0, self, show)

    @Slot()
    def _on_size_picker_grown(self) -> None:
        order_tabs(self)

    @Slot()
    def _on_shelf_toggled(self) -> None:
        order_tabs(self)
        shelf = self.tray.shelf
        if shelf is not None and not shelf.isHidden():
            # Later: it has no place yet.
            QTimer.singleShot(0, shelf, lambda: self._scroll.ensureWidgetVisible(shelf))

    def _on_card_chosen(self, card: ModelCard) -> None:
        self._studio.choose_model(card.provider, card.model)


def _undo_key(event: QEvent) -> QKeySequence.StandardKey | None:
    """Whether a key asks for undo or redo."""
    standard = QKeySequence.StandardKey
    if not isinstance(event, QKeyEvent):
        return None
    return next((each for each in (standard.Undo, standard.Redo) if event.matches(each)), None)
