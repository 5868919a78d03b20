"""The inspector at the right: one picture with its prompt, marks, facts, lineage and deeds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.core.search import matched_words
from flux_studio.session.composing import Again, Recall
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.storage.gallery import Lineage
from flux_studio.storage.marks import MarkChange
from flux_studio.ui.copy_row import CopyRow
from flux_studio.ui.inspector import facts
from flux_studio.ui.inspector.action_buttons import ActionButtons
from flux_studio.ui.inspector.empty import EmptyInspector
from flux_studio.ui.inspector.lineage_strip import LineageStrip, more_label
from flux_studio.ui.inspector.marks_row import MarksRow
from flux_studio.ui.inspector.marks_section import MarksSection
from flux_studio.ui.inspector.picture import PictureView
from flux_studio.ui.inspector.prompt_text import PromptText
from flux_studio.ui.inspector.thumbnail import read_image
from flux_studio.ui.inspector.used_references import UsedReferences
from flux_studio.ui.main_window import INSPECTOR_LEAST, INSPECTOR_WIDTH
from flux_studio.ui.overlay_scroll import OverlayScrollArea
from flux_studio.ui.phrases import size_words
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.picture_deeds import PictureDeeds
from flux_studio.ui.widgets.field_label import FieldLabel, Rule
from flux_studio.ui.widgets.key_value_rows import KeyValueRows
from flux_studio.ui.widgets.tooltip import announce

ICON_INSET = 6  # px from the edge of an icon button to its icon
RING = 4  # px of a focus ring and the gap inside it
PICTURE_SIDE = 512  # px, the larger of the two thumbnails that the library keeps
SMALL_SIDE = 256
USUAL_ROWS = 12  # facts of a picture
ROWS_AT_ONCE = 4  # that are made in one step


class Inspector(QWidget):
    """Signals: `generation_chosen(Generation)` when a picture of the lineage was pressed;
    `compare_requested(list of Generation)`, source and edit; `lineage_requested(Generation)`;
    `search_wanted(str)` with another line for the search box.
    """

    generation_chosen = Signal(object)
    compare_requested = Signal(object)
    search_wanted = Signal(str)
    lineage_requested = Signal(object)

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        del theme  # painted parts ask for the colours while they paint
        self._studio = studio
        self._shown: Generation | None = None
        self._deeds = PictureDeeds(studio, self)
        self.setAccessibleName(self.tr("Inspector"))
        self.setMinimumWidth(INSPECTOR_LEAST)
        set_surface(self, "panel")
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_generation(None)

    def sizeHint(self) -> QSize:
        return QSize(INSPECTOR_WIDTH, 600)

    def show_state(self, state: StudioState) -> None:
        """Whether the chosen model can edit is all that depends on the state."""
        self.buttons.show_edit(
            "" if state.card.edits else self.tr("The chosen model takes no references")
        )

    @Slot(str)
    def show_search(self, text: str) -> None:
        """The line in the search box: what it found is marked in the prompt."""
        self.prompt.show_matches(matched_words(text))

    @property
    def generation(self) -> Generation | None:
        """The picture that is shown."""
        return self._shown

    def show_generation(self, generation: Generation | None) -> None:
        """Show one picture, or what the inspector is for when there is none."""
        before, self._shown = self._shown, generation
        self._stack.setCurrentWidget(self.empty if generation is None else self._full)
        if generation is None or generation == before:
            return
        if before is None or before.id != generation.id:
            self._show_another(generation)
        self._show_words(generation)
        self._ask_lineage(generation)
        self._fit()

    def prepare(self) -> Iterator[None]:
        """Make ready what the first picture needs; each `next` is one short step."""
        for count in range(ROWS_AT_ONCE, USUAL_ROWS + 1, ROWS_AT_ONCE):
            self.facts.make_room(count)
            yield None
        for part in self._full.findChildren(QWidget):
            part.ensurePolished()
        yield None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    # Building

    def _make_parts(self) -> None:
        self.picture = PictureView()
        self.prompt = PromptText(self.tr("Prompt of the picture"))
        self.marks = MarksRow()
        self.more_marks = MarksSection(self._studio.library)
        self.facts = KeyValueRows()
        self.task = CopyRow(self.tr("Task"), self.tr("Copy the provider's task id"))
        self.references = UsedReferences(self._studio.library)
        self.references.generation_chosen.connect(self.generation_chosen)
        self._references_title = FieldLabel(self.tr("References used"))
        self.lineage = LineageStrip()
        self._lineage_title = FieldLabel(self.tr("Lineage"))
        self.buttons = ActionButtons()
        self.empty = EmptyInspector()

    def _lay_out(self) -> None:
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(SPACE.l - ICON_INSET, SPACE.m, SPACE.l - ICON_INSET, 0)
        column.setSpacing(0)
        self._rules = Rule(), Rule()
        for part, gap in (
            (self.picture, SPACE.s),
            (self.prompt, SPACE.xs),
            (self.marks, SPACE.xs),
            (self.more_marks, SPACE.s),
            (self._rules[0], SPACE.s),
            (self.facts, 0),
            (self.task, SPACE.s),
            (self._rules[1], SPACE.xs),
            (self._references_title, 0),
            (self.references, SPACE.xs),
            (self._lineage_title, 0),
            (self.lineage, SPACE.xs),
        ):
            row = QHBoxLayout()
            # Icons stand inside their buttons and words inside their ring: what is seen of them
            # begins and ends where the picture does.
            left = {self.more_marks: ICON_INSET - 4, self.prompt: ICON_INSET - RING}
            right = {self.marks: 0, self.task: ICON_INSET - 4, self.prompt: ICON_INSET - RING}
            ends = left.get(part, ICON_INSET), right.get(part, ICON_INSET)
            row.setContentsMargins(ends[0], 0, ends[1], 0)
            row.addWidget(part)
            column.addLayout(row)
            column.addSpacing(gap)
        column.addStretch(1)
        self._scroll = OverlayScrollArea(self._content)
        self._content.installEventFilter(self)
        self._full = QWidget()
        whole = QVBoxLayout(self._full)
        whole.setContentsMargins(0, 0, 0, SPACE.m)
        whole.setSpacing(SPACE.s)
        whole.addWidget(self._scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE.l, 0, SPACE.l, 0)
        foot.addWidget(self.buttons)
        whole.addLayout(foot)
        whole.addStretch(0)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    def _connect(self) -> None:
        self.marks.rating_chosen.connect(self._on_rating_chosen)
        self.marks.favourite_chosen.connect(self._on_favourite_chosen)
        self.more_marks.search_wanted.connect(self.search_wanted)
        self._deeds.marks.search_wanted.connect(self.search_wanted)
        self.marks.prompt_copied.connect(self.copy_prompt)
        self.marks.file_copied.connect(self.copy_file)
        self.buttons.edit_asked.connect(self.use_as_reference)
        self.buttons.again_asked.connect(self.again)
        self.buttons.recall_asked.connect(self.recall)
        self.buttons.more_opened.connect(self._on_buttons_more_opened)
        self.buttons.compare_asked.connect(self.compare)
        self.buttons.finish_asked.connect(self.finish)
        self.buttons.lineage_asked.connect(self._on_lineage_asked)
        self.lineage.generation_chosen.connect(self.generation_chosen)
        self._studio.library.changed.connect(self._on_library_changed)

    # What can be done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = self._deeds.deed_of(event)
        own = {Qt.Key.Key_C: self.compare, Qt.Key.Key_Y: self._on_lineage_asked}
        if deed is not None and self._shown is not None:
            deed([self._shown])
        elif event.key() in own and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            own[Qt.Key(event.key())]()
        else:
            super().keyPressEvent(event)

    @Slot()
    def use_as_reference(self) -> None:
        if self._shown is not None and self.buttons.edit.isEnabled():
            self._studio.remakes.edit(self._shown)

    @Slot(object)
    def again(self, how: Again) -> None:
        if self._shown is not None:
            self._studio.remakes.again(self._shown, how)

    @Slot()
    def compare(self) -> None:
        """The picture beside its source."""
        if self._shown is not None:
            self._deeds.compare([self._shown], self.compare_requested.emit)

    @Slot()
    def finish(self) -> None:
        if self._shown is not None:
            self._deeds.remakes.finish([self._shown])

    @Slot()
    def _on_lineage_asked(self) -> None:
        if self._shown is not None:
            self.lineage_requested.emit(self._shown)

    @Slot(object)
    def recall(self, what: Recall) -> None:
        if self._shown is not None:
            self._studio.recall(self._shown, what)

    @Slot()
    def copy_prompt(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.request.prompt)
            announce(self, self.tr("Prompt copied"))

    @Slot()
    def copy_file(self) -> None:
        """The original on the clipboard, as a file manager would put it there."""
        if self._shown is not None:
            self._deeds.out.copy([self._shown])

    @Slot(object)
    def _on_buttons_more_opened(self, menu: QMenu) -> None:
        if self._shown is not None:
            self._deeds.out.add_to(menu, [self._shown])

    # Showing

    def _show_another(self, generation: Generation) -> None:
        self._scroll.verticalScrollBar().setValue(0)
        words = self.tr("Picture, {size}").format(size=size_words(generation.size))
        self.picture.show_room(generation.size, words)
        self._ask_image(generation.id, PICTURE_SIDE, partial(self._on_picture_read, generation.id))
        self.references.show_generation(generation)
        self._references_title.setVisible(bool(generation.request.references))

    def _show_words(self, generation: Generation) -> None:
        self.prompt.show_prompt(generation.request.prompt)
        self.marks.show_marks(generation.rating, generation.favourite)
        self.more_marks.show_generation(generation)
        self.facts.show_rows(facts.rows(generation, self._card(generation)))
        self.task.show_value(generation.task)
        self.buttons.show_seed(generation.seed is not None)
        self.buttons.show_source(generation.parent is not None)
        remakes = self._studio.remakes
        self.buttons.show_prices({how: remakes.estimate(generation, how) for how in Again})

    def _card(self, generation: Generation) -> ModelCard | None:
        wanted = (generation.request.provider, generation.request.model)
        return next((card for card in self._studio.state.cards if card.id == wanted), None)

    def _ask_lineage(self, generation: Generation) -> None:
        self._show_lineage(generation, Lineage((), ()))
        library = self._studio.library
        library.background.run(
            partial(library.lineage, generation.id), partial(self._on_lineage_read, generation.id)
        )

    def _show_lineage(self, generation: Generation, lineage: Lineage) -> None:
        alone = not lineage.ancestors and not lineage.children
        for part in (self._lineage_title, self.lineage):
            part.setVisible(not alone)
        self._rules[1].setVisible(not alone or bool(generation.request.references))
        if alone:
            self._fit()
            return
        self.lineage.show_lineage(generation, lineage)
        cost = facts.branch_words((*lineage.ancestors, generation, *lineage.children))
        title = self.tr("Lineage · branch {cost}").format(cost=cost) if cost else self.tr("Lineage")
        self._lineage_title.show_text(title)
        self._lineage_title.show_note(more_label(lineage))
        for id_ in self.lineage.missing():
            self._ask_image(id_, SMALL_SIDE, partial(self.lineage.show_image, id_))
        self._fit()

    def _fit(self) -> None:
        """The buttons stand right below the rest, and stay in view when there is little room."""
        width = self._scroll.width()
        layout = self._content.layout()
        if layout is not None and width > 0:
            self._scroll.setMaximumHeight(max(40, layout.totalHeightForWidth(width)))

    def _ask_image(self, generation: str, side: int, done: object) -> None:
        library = self._studio.library
        library.background.run(
            partial(read_image, partial(library.thumbnail, generation, side)),
            done,  # type: ignore[arg-type]  # a callable of QImage or None
        )

    # Answers

    def _on_picture_read(self, generation: str, image: QImage | None) -> None:
        if self._shown is not None and self._shown.id == generation:
            self.picture.show_image(image)

    def _on_lineage_read(self, generation: str, lineage: Lineage) -> None:
        if self._shown is not None and self._shown.id == generation:
            self._show_lineage(self._shown, lineage)

    @Slot(int)
    def _on_rating_chosen(self, stars: int) -> None:
        if self._shown is not None:
            self._studio.library.marks.change([self._shown.id], MarkChange(rating=stars))

    @Slot(bool)
    def _on_favourite_chosen(self, favourite: bool) -> None:
        if self._shown is not None:
            self._studio.library.marks.change([self._shown.id], MarkChange(favourite=favourite))

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        shown = self._shown
        if shown is None:
            return
        if shown.id in change.removed:
            self.show_generation(None)
        elif shown.id in change.changed:
            library = self._studio.library
            library.background.run(partial(library.gallery.get, shown.id), self._on_row_read)
        elif any(g.parent == shown.id for g in change.added):
            self._ask_lineage(shown)

    def _on_row_read(self, generation: Generation | None) -> None:
        if generation is None or self._shown is None or generation.id != self._shown.id:
            return
        if generation == self._shown:  # its tags, its note, what it belongs to
            self.more_marks.show_generation(generation)
        else:
            self.show_generation(generation)
