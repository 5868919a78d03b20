"""The wall: every picture and every running job, newest first, with its filters above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.job import Job, JobState
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.wall import words
from flux_studio.ui.wall.banded import image_of
from flux_studio.ui.wall.board_cards import cards_for, show_cards
from flux_studio.ui.wall.carrying import card_menu, drag_out
from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.day_money import DayMoney
from flux_studio.ui.wall.emptiness import FirstSteps, NothingFound
from flux_studio.ui.wall.gallery_model import GalleryModel, Seen
from flux_studio.ui.wall.listing import Listing
from flux_studio.ui.wall.picture_deeds import PictureDeeds
from flux_studio.ui.wall.thumbnails import ThumbnailLoader
from flux_studio.ui.wall.wall_header import USUAL_ROW, WallHeader
from flux_studio.ui.wall.wall_view import WallView
from flux_studio.ui.widgets.tooltip import announce

MOST_AT_ONCE = 500  # pictures one deed reaches


class WallPanel(QWidget):
    """Signals: `generation_selected(Generation or None)`, `view_requested(Generation)`,
    `job_attention(str)` with the id of a job that a person has to decide about.
    """

    generation_selected = Signal(object)
    view_requested = Signal(object)
    job_attention = Signal(str)

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        self._studio = studio
        self._library = studio.library
        self._filter = Filter()
        self._shown_filter = Filter()
        self._listing = Listing(studio.library)
        self._told = ""
        self._newest = ""
        self._wanted = ""
        self._deeds = PictureDeeds(studio, self)
        self._money = DayMoney(studio.library)
        self._build()
        self._connect(theme)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._on_second_timeout)
        self.refresh()

    def _build(self) -> None:
        self.model = GalleryModel(self._read_rows, self._library.background)
        self.loader = ThumbnailLoader(self._library.thumbnail, self._decode, self)
        self.header = WallHeader()
        self.view = WallView(self.model, self.loader, USUAL_ROW, self._summary)
        self.first_steps = FirstSteps()
        self.nothing_found = NothingFound()
        self._pages = QStackedWidget()
        for page in (self.view, self.first_steps, self.nothing_found):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)
        set_surface(self, "ground")
        self.setFocusProxy(self.view)

    def _connect(self, theme: ThemeSource) -> None:
        theme.theme_changed.connect(self.view.viewport().update)
        self._listing.began.connect(self._on_listing_began)
        self._listing.found.connect(self._on_listing_found)
        self._listing.failed.connect(self._show_page)
        self._library.changed.connect(self._on_library_changed)
        self._money.changed.connect(self.view.viewport().update)
        self.header.filter_chosen.connect(self._on_header_filter_chosen)
        self.header.row_height_chosen.connect(self.view.set_row_height)
        self.nothing_found.cleared.connect(self._on_nothing_found_cleared)
        self.model.pictures_read.connect(self._on_model_pictures_read)
        view = self.view
        view.selectionModel().selectionChanged.connect(self._tell_selection)
        view.selectionModel().currentChanged.connect(self._tell_selection)
        view.opened.connect(self._on_view_opened)
        view.closed.connect(self._on_view_closed)
        view.resolved.connect(self._on_view_resolved)
        view.heart_pressed.connect(self._on_view_heart_pressed)
        view.menu_requested.connect(self._on_view_menu_requested)
        view.key_pressed.connect(self._on_view_key_pressed)
        view.zoomed.connect(self.header.step)
        view.drag_wanted.connect(self._on_view_drag_wanted)
        self.destroyed.connect(self.loader.close)

    # What the window asks

    def show_state(self, state: StudioState) -> None:
        """Cards for the jobs of the state, and what the first steps say of the chosen model."""
        self.header.show_cards(state.cards)
        self.first_steps.show_state(state)
        show_cards(self.model, state.board, self._cards())
        is_active = bool(state.board.active()) and bool(self.model.jobs)
        if is_active and not self._second.isActive():
            self._second.start()
        elif not is_active:
            self._second.stop()
        self._show_page()

    def refresh(self) -> None:
        """Ask the library again what there is to show."""
        self._listing.ask(self._filter)

    def search(self, text: str) -> None:
        """Show the pictures whose prompt has these words; '' shows all."""
        self._set_filter(replace(self._filter, text=text))

    def order(self) -> list[str]:
        """The ids of the pictures as they lie on the wall."""
        return self.model.pictures()

    def select(self, generation_id: str) -> None:
        """Select a picture and bring it into view, if it is on the wall."""
        row = self.model.catalogue.find(generation_id)
        if row is not None:
            self.view.setCurrentIndex(self.model.index(row))

    # Pictures

    def _set_filter(self, chosen: Filter) -> None:
        if chosen != self._filter:
            self._filter = chosen
            self.refresh()

    @Slot(object)
    def _on_listing_began(self, page: Catalogue) -> None:
        """The first page, unless the wall shows the same pictures and more already."""
        if self._listing.chosen != self._shown_filter or not len(self.model.catalogue):
            self._shown_filter = self._listing.chosen
            self.model.show_pictures(page, self._cards())
            self._show_page()

    @Slot(object)
    def _on_listing_found(self, found: Catalogue) -> None:
        self._shown_filter = self._listing.chosen
        count = len(found)
        self.header.show_count(None if self._filter == Filter() else count)
        self._newest = found.ids[0] if count else ""
        self.model.show_pictures(found, self._cards())
        self._show_page()
        self._tell_selection()

    def _show_page(self) -> None:
        if len(self.model.catalogue) or self._listing.is_asking:
            page: QWidget = self.view
        elif self._filter == Filter():
            page = self.first_steps
        else:
            self.nothing_found.show_filter(self._filter)
            page = self.nothing_found
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)

    def _read_rows(self, ids: Sequence[str]) -> list[Seen]:
        """On a worker: rows, and whether each file is there."""
        library = self._library
        return [Seen(g, library.file(g).is_file()) for g in library.gallery.rows(ids)]

    def _decode(self, id_: str, side: int) -> QImage | None:
        """On a worker: the picture itself, for cells that are larger than any thumbnail."""
        generation = self._library.gallery.get(id_)
        return None if generation is None else image_of(*self._library.pixels(generation, side))

    def _summary(self, day: date, pictures: int) -> str:
        if self._filter != Filter():
            return words.day_summary(pictures, None, False)
        spent, is_least = self._money.spent(day)
        return words.day_summary(pictures, spent, is_least)

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        if change.added or change.removed:
            self._listing.note_change()
        self.model.forget(change.changed)
        for id_ in change.removed:
            self.model.remove_picture(id_)
        if change.added:
            self._money.forget()
            if self._filter == Filter():
                for generation in change.added:
                    self._add(generation)
            else:
                self.refresh()
        if change.changed and (self._filter.favourite or self._filter.rating_least):
            self.refresh()
        self._show_page()

    def _add(self, generation: Generation) -> None:
        follows = self._may_follow()
        self.model.add_picture(generation)
        self._newest = generation.id
        if follows and self._studio.state.preferences.auto_show:
            row = self.model.catalogue.find(generation.id) or 0
            self.view.setAutoScroll(False)  # never takes the view away
            self.view.setCurrentIndex(self.model.index(row))
            self.view.setAutoScroll(True)
        announce(self.view, self.tr("A picture is finished."))
        self._told = "" if self._current_id() == generation.id else self._told
        self._tell_selection()

    def _may_follow(self) -> bool:
        """Whether the person is looking at nothing else: nothing selected, or the newest."""
        chosen = self.view.selectedIndexes()
        if not self.isVisible():
            return False  # the viewer is in front
        if not chosen:
            return True
        ids = {self.model.id(index.row()) for index in chosen}
        return len(ids) == 1 and (ids == {self._newest} or ids <= self.model.jobs.keys())

    # Jobs

    def _cards(self) -> list[Job]:
        return cards_for(self._studio.state.board, self._filter)

    @Slot()
    def _on_second_timeout(self) -> None:
        for place in self.view.visible():
            if self.model.job(place.index) is not None:
                self.view.viewport().update(self.view.rect_of(place))

    @Slot(int)
    def _on_view_closed(self, row: int) -> None:
        job = self.model.job(row)
        if job is None:
            return
        if job.ended:
            self._studio.jobs.dismiss(job.id)
        elif job.state is JobState.UNKNOWN:
            self.job_attention.emit(job.id)
        else:
            self._studio.jobs.cancel(job.id)

    @Slot(int)
    def _on_view_resolved(self, row: int) -> None:
        job = self.model.job(row)
        if job is not None and job.state is JobState.UNKNOWN:
            self.job_attention.emit(job.id)

    # Selection

    def _current_id(self) -> str:
        """The picture that the inspector shows: the current one if it is selected; '' for none."""
        index = self.view.currentIndex()
        if not index.isValid() or self.model.job(index.row()) is not None:
            return ""
        is_selected = self.view.selectionModel().isSelected(index)
        return self.model.id(index.row()) if is_selected else ""

    @Slot()
    def _tell_selection(self, *_: object) -> None:
        id_ = self._current_id()
        if id_ == self._told:
            return
        self._wanted = id_
        if not id_:
            self._told = ""
            self.generation_selected.emit(None)
            return
        self._with_pictures([id_], self._tell)

    def _tell(self, pictures: Sequence[Generation]) -> None:
        if pictures and pictures[0].id == self._wanted:
            self._told = self._wanted
            self.generation_selected.emit(pictures[0])

    @Slot(object)
    def _on_model_pictures_read(self, ids: tuple[str, ...]) -> None:
        if self._told in ids:
            self._told = ""  # its marks may be others now
            self._tell_selection()

    def _selected_ids(self) -> list[str]:
        """The selected pictures, the current one first."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        current = self.view.currentIndex().row()
        rows.sort(key=lambda row: row != current)
        ids = [self.model.id(row) for row in rows if self.model.job(row) is None]
        return ids[:MOST_AT_ONCE]

    def _with_pictures(
        self, ids: Sequence[str], act: Callable[[Sequence[Generation]], None]
    ) -> None:
        """Act on pictures, at once when they are known, else when they have been read."""
        known = [seen.generation for id_ in ids if (seen := self.model.known(id_)) is not None]
        if len(known) == len(ids):
            act(known)
        else:
            library = self._library
            library.background.run(lambda: library.gallery.rows(ids), act)

    # What was pressed

    @Slot(int)
    def _on_view_opened(self, row: int) -> None:
        self._with_pictures([self.model.id(row)], self._request_view)

    def _request_view(self, pictures: Sequence[Generation]) -> None:
        if pictures:
            self.view_requested.emit(pictures[0])

    @Slot(int)
    def _on_view_heart_pressed(self, row: int) -> None:
        self._with_pictures([self.model.id(row)], self._deeds.toggle_favourite)

    @Slot(QKeyEvent)
    def _on_view_key_pressed(self, event: QKeyEvent) -> None:
        for keys, steps in (
            (QKeySequence.StandardKey.ZoomIn, 1),
            (QKeySequence.StandardKey.ZoomOut, -1),
        ):
            if event.matches(keys):
                self.header.step(steps)
                event.accept()
        ids = self._selected_ids()
        deed = self._deeds.deed_of(event)
        if deed is not None and ids:
            event.accept()
            self._with_pictures(ids, deed)

    @Slot(int, QPoint)
    def _on_view_menu_requested(self, row: int, where: QPoint) -> None:
        if row < 0:
            return
        job = self.model.job(row)
        if job is not None:
            card_menu(job, lambda: self._on_view_closed(row), self).popup(where)
            return
        ids = self._selected_ids() or [self.model.id(row)]

        def pop_up(pictures: Sequence[Generation]) -> None:
            if pictures:
                menu = self._deeds.menu(pictures, lambda: self._request_view(pictures), self)
                menu.aboutToHide.connect(menu.deleteLater)
                menu.popup(where)

        self._with_pictures(ids, pop_up)

    @Slot()
    def _on_view_drag_wanted(self) -> None:
        ids = self._selected_ids()
        pictures = [s.generation for id_ in ids if (s := self.model.known(id_)) is not None]
        if not pictures:
            return
        pixmap = self.loader.cache.get(pictures[0].id)
        drag_out(self.view, self._deeds.mime(pictures), pixmap)

    @Slot(object)
    def _on_header_filter_chosen(self, chosen: Filter) -> None:
        self._set_filter(replace(chosen, text=self._filter.text))

    @Slot()
    def _on_nothing_found_cleared(self) -> None:
        self.header.show_filter(Filter())
        self._set_filter(Filter())
