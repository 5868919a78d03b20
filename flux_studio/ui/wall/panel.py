"""The wall: every picture and every running job, newest first, with its filters above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.job import Job
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.storage.gallery_filter import Filter, asks_for_marks
from flux_studio.ui.deleting.sweep_line import SweepLine
from flux_studio.ui.style import set_surface
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.wall import words
from flux_studio.ui.wall.arranging import Arranging
from flux_studio.ui.wall.banded import image_of
from flux_studio.ui.wall.board_cards import cards_for, show_cards
from flux_studio.ui.wall.bulk import Bulk
from flux_studio.ui.wall.card_deeds import CardDeeds
from flux_studio.ui.wall.card_previews import CardPreviews
from flux_studio.ui.wall.carrying import card_menu, drag_out
from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.day_money import DayMoney
from flux_studio.ui.wall.emptiness import FirstSteps, NothingFound, Unreadable
from flux_studio.ui.wall.gallery_model import GalleryModel, Seen
from flux_studio.ui.wall.listing import Listing
from flux_studio.ui.wall.mark_deeds import MOVING_ON
from flux_studio.ui.wall.missing_watch import MissingWatch
from flux_studio.ui.wall.options import USUAL
from flux_studio.ui.wall.picture_deeds import PictureDeeds
from flux_studio.ui.wall.search_place import SearchPlace
from flux_studio.ui.wall.successor import Successor
from flux_studio.ui.wall.telling import Telling
from flux_studio.ui.wall.thumbnails import ThumbnailLoader
from flux_studio.ui.wall.wall_header import WallHeader
from flux_studio.ui.wall.wall_view import WallView
from flux_studio.ui.widgets.tooltip import announce


class WallPanel(QWidget):
    """Signals: `generation_selected(Generation or None)`, `view_requested(Generation)`,
    `job_attention(str)` with the id of a job that a person has to decide about,
    `compare_requested(list of Generation)`, `lineage_requested(Generation)`, `search_wanted(str)`
    with another line for the search box, `left_otherwise()` when `remembered` has changed.
    """

    generation_selected = Signal(object)
    view_requested = Signal(object)
    job_attention = Signal(str)
    compare_requested = Signal(object)
    lineage_requested = Signal(object)
    search_wanted = Signal(str)
    left_otherwise = Signal()

    def __init__(self, studio: Studio, theme: ThemeSource) -> None:
        super().__init__()
        self._studio = studio
        self._library = studio.library
        self._filter = Filter()
        self._shown_filter = Filter()
        self._listing = Listing(studio.library)
        self._newest = ""
        self._deeds = PictureDeeds(studio, self)
        self._money = DayMoney(studio.library)
        self._build()
        self._connect(theme)
        self.refresh()

    def _build(self) -> None:
        self.model = GalleryModel(self._read_rows, self._library.background)
        self.loader = ThumbnailLoader(self._library.thumbnail, self._decode, self)
        self.header = WallHeader(self._library)
        self.sweep = SweepLine(self._library)
        self.view = WallView(self.model, self.loader, USUAL, self._summary)
        self.card_previews = CardPreviews(
            self._studio.previews, self.model, self._library.background, self
        )
        self.arranging = Arranging(self.view, self.header)
        self._search_place = SearchPlace(self.view)
        self._successor = Successor(self)
        self.telling = Telling(self.view, self.model, self._library)
        self.cards = CardDeeds(self._studio, self.view, self.model)
        self.missing = MissingWatch(self._studio, self.model, self)
        self.bulk = Bulk(self.view, self.telling, self._deeds, self._library)
        self.first_steps = FirstSteps()
        self.nothing_found = NothingFound()
        self.unreadable = Unreadable()
        self._pages = QStackedWidget()
        for page in (self.view, self.first_steps, self.nothing_found, self.unreadable):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.sweep)
        column.addWidget(self._pages, 1)
        column.addWidget(self.bulk.bar)
        set_surface(self, "ground")
        self.setFocusProxy(self.view)

    def _connect(self, theme: ThemeSource) -> None:
        theme.theme_changed.connect(self.view.show_theme)
        self._listing.began.connect(self._on_listing_began)
        self._listing.found.connect(self._on_listing_found)
        self._listing.failed.connect(self._show_page)
        self._library.changed.connect(self._on_library_changed)
        self.loader.came.connect(self._on_loader_came)
        self._money.changed.connect(self.view.viewport().update)
        self.header.filter_chosen.connect(self._on_header_filter_chosen)
        self.header.search_wanted.connect(self.search_wanted)
        self._deeds.marks.search_wanted.connect(self.search_wanted)
        self.arranging.regrouped.connect(self.refresh)
        self.arranging.changed.connect(self.left_otherwise)
        self.header.arrangement.auto_show_chosen.connect(self._on_header_auto_show_chosen)
        self.nothing_found.cleared.connect(self._on_nothing_found_cleared)
        self.unreadable.again.connect(self.refresh)
        self.telling.told.connect(self.generation_selected)
        self.bulk.compare_requested.connect(self.compare_requested)
        self.bulk.lineage_requested.connect(self.lineage_requested)
        view = self.view
        view.opened.connect(self._on_view_opened)
        self.cards.attention.connect(self.job_attention)
        view.heart_pressed.connect(self._on_view_heart_pressed)
        view.menu_requested.connect(self._on_view_menu_requested)
        view.key_pressed.connect(self._on_view_key_pressed)
        view.drag_wanted.connect(self._on_view_drag_wanted)
        self.destroyed.connect(self.loader.close)

    # What the window asks

    def show_state(self, state: StudioState) -> None:
        """Cards for the jobs of the state, and what the first steps say of the chosen model."""
        self.header.show_cards(state.cards)
        self.header.arrangement.show_auto_show(state.preferences.auto_show)
        self.first_steps.show_state(state)
        show_cards(self.model, state.board, self._cards())
        self.cards.show_active(bool(state.board.active()))
        self._show_page()

    def refresh(self) -> None:
        """Ask the library again what there is to show."""
        self._listing.ask(self._filter, self.arranging.present, self.model.opened())

    def search(self, text: str) -> None:
        """Show the pictures whose prompt has these words; '' shows all."""
        self.header.show_search(text)
        self.sweep.show_search(text)
        self._set_filter(replace(self._filter, text=text))

    def order(self) -> list[str]:
        """The ids of the pictures as they lie on the wall."""
        return self.model.pictures()

    def select(self, generation_id: str) -> None:
        """Select a picture and bring it into view, if it is on the wall. For one inside a closed
        pile that is the front of the pile.
        """
        catalogue = self.model.catalogue
        row = catalogue.find(generation_id)
        if row is None and catalogue.piles:
            row = catalogue.find(catalogue.front_of(generation_id) or "")
        if row is not None:
            self.view.choose(row)

    def lead(self, generation_id: str) -> bool:
        """Select a picture that is looked at elsewhere, and tell of it as of one that was pressed
        here. False, and nothing told, when it is not on the wall by itself.
        """
        self.select(generation_id)
        return self.telling.lead(generation_id)

    def remembered(self) -> str:
        """How the wall is arranged, where it stands and what is selected, as a line of text."""
        return self.arranging.remembered()

    def restore(self, text: object) -> None:
        """Be as `remembered` says."""
        self.arranging.restore(text)

    @Slot(bool)
    def _on_header_auto_show_chosen(self, on: bool) -> None:
        self._studio.set_preferences(replace(self._studio.state.preferences, auto_show=on))

    # Pictures

    def _set_filter(self, chosen: Filter) -> None:
        if chosen != self._filter:
            self._search_place.change(self._filter, chosen)
            self._filter = chosen
            self.arranging.show_search(chosen.text)
            self.refresh()

    @Slot(object)
    def _on_listing_began(self, page: Catalogue) -> None:
        """The first page, unless the wall shows the same pictures and more already, or is to open
        at a picture that comes later: it would begin at another place and jump.
        """
        is_other = self._listing.chosen != self._shown_filter
        is_other = is_other or page.grouping != self.model.catalogue.grouping
        if (is_other or not len(self.model.catalogue)) and self.view.has_place_in(page):
            self._shown_filter = self._listing.chosen
            self.view.hold()
            self.model.show_pictures(page, self._cards())
            self._show_page()
            return  # the rest follows when this is painted
        self._listing.go_on()

    @Slot()
    def _on_loader_came(self) -> None:
        if self.loader.is_idle():
            self._listing.go_on()

    @Slot(object)
    def _on_listing_found(self, found: Catalogue) -> None:
        self._shown_filter = self._listing.chosen
        self.header.show_count(None if self._filter == Filter() else found.pictures)
        self._newest = found.ids[0] if len(found) else ""
        self.model.show_pictures(found, self._cards())
        self.view.let_go()
        self._successor.choose()
        self._successor.forget()
        self._show_page()
        self.telling.tell()
        self.bulk.show_selection()

    def _show_page(self) -> None:
        if len(self.model.catalogue) or self._listing.is_asking:
            page: QWidget = self.view
        elif self._listing.has_failed:
            page = self.unreadable
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

    def _summary(self, day: date | None, pictures: int) -> str:
        if self._filter != Filter() or day is None:
            return words.day_summary(pictures, None, False)
        spent, is_least = self._money.spent(day)
        return words.day_summary(pictures, spent, is_least)

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        if change.added or change.removed or change.returned:
            self._listing.note_change()
        self.model.forget(change.changed)
        for id_ in self.loader.missing.intersection(change.changed):
            self.loader.forget(id_)
        if not self.model.remove_pictures(change.removed) or change.returned:
            self.refresh()
        if change.added:
            self._money.forget()
            if self._filter == Filter():
                for generation in change.added:
                    self._add(generation)
            else:
                self.refresh()
        if change.changed and asks_for_marks(self._filter):
            selected = set(self.view.selected_ids())
            if selected and selected <= set(change.changed):
                self._successor.expect(change.changed)
            self.refresh()
        self._show_page()

    def _add(self, generation: Generation) -> None:
        follows = self._may_follow()
        self.model.add_picture(generation)
        self._newest = generation.id
        if follows and self._studio.state.preferences.auto_show:
            row = self.model.catalogue.find(generation.id) or 0
            self.view.choose(row, scroll=False)  # never takes the view away
        announce(self.view, self.tr("A picture is finished."))
        self.telling.again(generation.id)
        self.telling.tell()

    def _may_follow(self) -> bool:
        """Whether the person is looking at nothing else: nothing selected, or the newest."""
        if not self.isVisible():
            return False  # the viewer is in front
        if not self.view.selected_count():
            return True
        only = self.view.only_selected()
        id_ = "" if only is None else self.model.id(only)
        return only is not None and (id_ == self._newest or id_ in self.model.jobs)

    # Jobs

    def _cards(self) -> list[Job]:
        return cards_for(self._studio.state.board, self._filter)

    # What was pressed

    @Slot(int)
    def _on_view_opened(self, row: int) -> None:
        job = self.model.job(row)
        if job is None or not self._studio.jobs.lead_to(job.id):
            self.telling.with_pictures([self.model.id(row)], self._request_view)

    def _request_view(self, pictures: Sequence[Generation]) -> None:
        if pictures:
            self.view_requested.emit(pictures[0])

    @Slot(int)
    def _on_view_heart_pressed(self, row: int) -> None:
        self.telling.with_pictures([self.model.id(row)], self._deeds.toggle_favourite)

    @Slot(QKeyEvent)
    def _on_view_key_pressed(self, event: QKeyEvent) -> None:
        if self.arranging.take_key(event) or self.bulk.take_key(event):
            event.accept()
            return
        ids = self.telling.selected_ids()
        deed = self._deeds.deed_of(event)
        if deed is not None and ids:
            event.accept()
            self.telling.with_pictures(ids, deed)
            if len(ids) == 1 and event.key() in MOVING_ON and not event.modifiers():
                self._move_on()

    def _move_on(self) -> None:
        """After a mark of a culling the next picture is chosen, where a person wants that."""
        row = self.view.currentIndex().row() + 1
        if self._studio.state.preferences.move_on and 0 < row < len(self.model.catalogue):
            self.view.choose(row)

    @Slot(int, QPoint)
    def _on_view_menu_requested(self, row: int, where: QPoint) -> None:
        if row < 0:
            return
        job = self.model.job(row)
        if job is not None:
            card_menu(job, lambda: self.cards.close(row), self).popup(where)
            return
        ids = self.telling.selected_ids() or [self.model.id(row)]

        def pop_up(pictures: Sequence[Generation]) -> None:
            if pictures:
                ways = self.bulk.ways(lambda: self._request_view(pictures))
                menu = self._deeds.menu(pictures, ways, self)
                self._offer_search(menu, ids)
                menu.aboutToHide.connect(menu.deleteLater)
                menu.popup(where)

        self.telling.with_pictures(ids, pop_up)

    def _offer_search(self, menu: QMenu, ids: Sequence[str]) -> None:
        """Missing files can be looked for elsewhere."""
        known = map(self.model.known, ids)
        missing = [s.generation.id for s in known if s is not None and not s.has_file]
        if missing:
            menu.addSeparator()
            action = menu.addAction(self.tr("Look for the missing file…"))
            action.triggered.connect(lambda: self.missing.look_in_folder(missing))

    @Slot()
    def _on_view_drag_wanted(self) -> None:
        ids = self.telling.selected_ids()
        pictures = [s.generation for id_ in ids if (s := self.model.known(id_)) is not None]
        if not pictures:
            return
        pixmap = self.loader.cache.get(pictures[0].id)
        drag_out(self.view, self._deeds.out.mime(pictures), pixmap)

    @Slot(object)
    def _on_header_filter_chosen(self, chosen: Filter) -> None:
        self._set_filter(replace(chosen, text=self._filter.text))

    @Slot()
    def _on_nothing_found_cleared(self) -> None:
        self.header.show_filter(Filter())
        self._set_filter(Filter())
        self.search_wanted.emit("")
