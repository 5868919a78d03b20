"""Lineage takes the wall's place: source, edit, edit of the edit, with instructions and prices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.studio import Studio
from flux_studio.storage.family import Family
from flux_studio.ui.icons import set_icon
from flux_studio.ui.inspector.thumbnail import read_image
from flux_studio.ui.lineage.arrangement import Arrangement, arranged
from flux_studio.ui.lineage.tree_view import TreeView
from flux_studio.ui.phrases import sum_words
from flux_studio.ui.style import set_look, set_surface, set_tone, set_type
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.picture_deeds import PictureDeeds, Ways
from flux_studio.ui.wall.words import picture_words, pictures_words
from flux_studio.ui.widgets.tooltip import announce, tooltip

THUMBNAIL = 256  # px


class LineagePanel(QWidget):
    """Signals: `closed()`; `generation_shown(Generation)` when another picture was chosen;
    `view_requested(Generation)`; `compare_requested(list of Generation)`, source and edit;
    `search_wanted(str)`.
    """

    closed = Signal()
    generation_shown = Signal(object)
    view_requested = Signal(object)
    compare_requested = Signal(object)
    search_wanted = Signal(str)

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        self._library = studio.library
        self._family = Family(())
        self._current: Generation | None = None
        self._is_behind = False  # the library changed while nobody looked
        self._deeds = PictureDeeds(studio, self)
        self.tree = TreeView()
        self._make_head()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.tree, 1)
        set_surface(self, "ground")
        self.setFocusProxy(self.tree)
        theme.theme_changed.connect(self.tree.viewport().update)
        self._library.changed.connect(self._on_library_changed)
        self._deeds.marks.search_wanted.connect(self.search_wanted)
        self.tree.current_chosen.connect(self._choose)
        self.tree.opened.connect(self.view_requested)

    def _make_head(self) -> None:
        self.back = QPushButton(self.tr("Back"))
        self.back.setAccessibleName(self.tr("Back"))
        self.back.setToolTip(tooltip(self.tr("Back"), "Esc"))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.back, "flat")
        set_icon(self.back, "arrow-left", "muted")
        self.back.clicked.connect(self.closed)
        title = QLabel(self.tr("Lineage"))
        set_type(title, "body", strong=True)
        self.facts = QLabel()
        self.branch = QLabel()
        for label in (title, self.facts, self.branch):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.facts, self.branch):
            set_type(label, "small")
        set_tone(self.facts, "muted")
        self._head = QHBoxLayout()
        self._head.setContentsMargins(SPACE.s, SPACE.s, SPACE.l, SPACE.xs)
        self._head.setSpacing(SPACE.s)
        for part in (self.back, title, self.facts):
            self._head.addWidget(part)
        self._head.addStretch(1)
        self._head.addWidget(self.branch)

    def show_generation(self, generation: Generation) -> None:
        """Read and show the tree of a picture, with it as the chosen one."""
        self._current, self._is_behind = generation, False
        library, id_ = self._library, generation.id

        def read_tree() -> tuple[Family, Arrangement]:
            family = library.family(id_)
            return family, arranged(family)

        library.background.run(read_tree, partial(self._on_family_read, id_))

    @property
    def current(self) -> Generation | None:
        return self._current

    def _on_family_read(self, id_: str, tree: tuple[Family, Arrangement]) -> None:
        if self._current is None or self._current.id != id_:
            return
        family, arrangement = tree
        self._family = family
        self.tree.show_arrangement(arrangement)
        for missing in self.tree.missing():
            read = partial(self._library.thumbnail, missing, THUMBNAIL)
            done = partial(self.tree.show_image, missing)
            self._library.background.run(partial(read_image, read), done)
        words = [pictures_words(len(family.members))]
        if family.hidden:
            words.append(self.tr("{count} more not drawn").format(count=family.hidden))
        if len(family.members) == 1 and not family.hidden:
            words.append(self.tr("no source and no edits yet"))
        cost = _cost(family.members)
        words += [self.tr("{cost} in all").format(cost=cost)] if cost else []
        self.facts.setText(" · ".join(words))
        self._show_current(self._current)

    @Slot(object)
    def _choose(self, generation: Generation) -> None:
        self._current = generation
        self._show_current(generation)
        announce(self.tree, self.tree.accessibleDescription())
        self.generation_shown.emit(generation)

    def _show_current(self, generation: Generation) -> None:
        line = self._family.line(generation.id)
        self.tree.show_current(generation.id, frozenset(g.id for g in line))
        cost = _cost(line)
        text = self.tr("branch of {count}: {cost}").format(count=len(line), cost=cost or "–")
        self.branch.setText(text)
        self.tree.setAccessibleDescription(
            self.tr("Step {step}: {picture}").format(
                step=len(line), picture=picture_words(generation)
            )
        )

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        if self._current is None:
            return
        known = {self._current.id, *(g.id for g in self._family.members)}
        if not known & {*change.changed, *change.removed, *(g.parent for g in change.added)}:
            return
        if self._current.id in change.removed:
            self._current = self._next_to(self._current, set(change.removed))
            if self._current is None:
                self._family = Family(())
                if self.isVisible():
                    self.closed.emit()
                return
            if self.isVisible():
                self.generation_shown.emit(self._current)
        self._is_behind = not self.isVisible()
        if not self._is_behind:
            self.show_generation(self._current)

    def _next_to(self, gone: Generation, removed: set[str]) -> Generation | None:
        """Of those that are left the source, else an edit of it, else any of the family."""
        left = [g for g in self._family.members if g.id not in removed]
        near = [g for g in left if g.id == gone.parent] or [g for g in left if g.parent == gone.id]
        return next(iter(near or left), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_behind and self._current is not None:
            self.show_generation(self._current)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self._current
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain and key in (Qt.Key.Key_Escape, Qt.Key.Key_Y):
            self.closed.emit()
        elif current is None:
            super().keyPressEvent(event)
        elif not plain and key == Qt.Key.Key_C:
            self._compare(current)
        elif not plain and key == Qt.Key.Key_Space:
            self.view_requested.emit(current)
        else:
            deed = self._deeds.deed_of(event)
            if deed is None:
                super().keyPressEvent(event)
            else:
                deed([current])

    def _compare(self, edit: Generation) -> None:
        self._deeds.compare([edit], self.compare_requested.emit)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        current = self._current
        if current is not None:
            view = partial(self.view_requested.emit, current)
            compare = partial(self._compare, current)
            menu = self._deeds.menu([current], Ways(view=view, compare=compare), self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())


def _cost(pictures: Sequence[Generation]) -> str:
    """What pictures cost together, '' when nothing was paid or nothing is known."""
    costs = [g.price if g.charged is None else g.charged for g in pictures]
    return sum_words(costs) if any(costs) else ""
