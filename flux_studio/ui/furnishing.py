"""Brings the panels into the window's frame, connects them, and binds the window's keys.

It is imported after the first paint. Each step loads or builds one panel, so no step keeps the
event loop for long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control
from flux_studio.session.library_history import Step
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.first_screen import first_screen
from flux_studio.ui.icons import app_icon
from flux_studio.ui.rendering import Rendering
from flux_studio.ui.shortcuts import window_shortcuts
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.undoing import Undoing
from flux_studio.ui.window_dialogs import WindowDialogs

if TYPE_CHECKING:
    from flux_studio.ui.main_window import MainWindow

# Loaded one by one before they are used: each is a short step, all of them together are not.
MODULES = (
    "flux_studio.ui.search.search_field",
    "flux_studio.ui.top_bar",
    "flux_studio.ui.composer.model_list",
    "flux_studio.ui.composer.reference_tray",
    "flux_studio.ui.composer.prompt_section",
    "flux_studio.ui.composer.size_picker",
    "flux_studio.ui.composer.more_section",
    "flux_studio.ui.composer.price_table",
    "flux_studio.ui.composer.panel",
    "flux_studio.ui.jobs_strip",
    "flux_studio.ui.money_bar",
    "flux_studio.ui.notices",
    "flux_studio.ui.deleting.deleting",
    "flux_studio.ui.inspector.lineage_strip",
    "flux_studio.ui.inspector.panel",
    "flux_studio.ui.viewer.canvas",
    "flux_studio.ui.viewer.panel",
    "flux_studio.ui.looking",
)


# First of all: while the other panels are built, workers read the pictures of its first screen.
WALL_MODULES = (
    "flux_studio.ui.search.shelf_chip",
    "flux_studio.ui.wall.wall_view",
    "flux_studio.ui.wall.wall_header",
    "flux_studio.ui.wall.panel",
)

# Of the state: what a person edits in the form, so that the form never shows less than was typed.
FORM = ("draft", "card", "blocker", "asked", "editing", "reading", "reference_problems")


class Furnishing(QObject):
    """The panels of one window: `composer wall viewer inspector jobs money top_bar notices`."""

    def __init__(self, window: MainWindow, studio: Studio, theme: ThemeSource) -> None:
        super().__init__(window)
        self.window = window
        self.studio = studio
        self.theme = theme
        self.dialogs = WindowDialogs(self)

    def steps(self) -> Iterator[int | None]:
        """Load and build everything; each `next` is one short step, and gives the ms to wait before
        the next one where that is not at once.
        """
        for name in WALL_MODULES:
            import_module(name)
            yield None
        self._build_wall()
        yield from first_screen(self.wall)
        for name in MODULES:
            import_module(name)
            yield None
        for build in (
            self._build_composer,
            self._build_top_bar,
            self._build_jobs,
            self._build_inspector,
            self._build_viewer,
            self._connect,
        ):
            build()
            yield None
        yield from self.inspector.prepare()
        self.dialogs.load_soon()

    # Building

    def _build_composer(self) -> None:
        from flux_studio.ui.composer.panel import ComposerPanel

        first = self.window.first_look
        # Asked before the box moves house, which costs it the focus.
        had_focus = first.box.hasFocus() or self.window.focusWidget() in (None, first.box)
        typed = first.typed()
        if typed is not None:
            self.studio.set_prompt(typed)
        self.composer = ComposerPanel(self.studio, self.theme, first.box)
        self.composer.keys_requested.connect(self.dialogs.open_keys)
        self.composer.model_page_asked.connect(self.dialogs.open_model_page)
        self.composer.call_asked.connect(self.dialogs.open_call)
        self.composer.history_asked.connect(self.dialogs.open_history)
        self.composer.templates_asked.connect(self.dialogs.open_templates)
        self.composer.footer.batch_asked.connect(self.dialogs.open_batch)
        self.composer.structured_asked.connect(self.dialogs.open_structured)
        self.composer.show_state(self.studio.state)
        first.box.show_marks()
        self.window.replace(first, self.composer)
        if had_focus:
            self.composer.focus_prompt()

    def _build_top_bar(self) -> None:
        from flux_studio.ui.top_bar import TopBar

        self.top_bar = TopBar(self.studio, self.theme)
        self.window.replace(self.window.top_place, self.top_bar)
        self.window.setWindowIcon(app_icon())

    def _build_wall(self) -> None:
        from flux_studio.ui.wall import WallPanel

        self.wall = WallPanel(self.studio, self.theme)
        self.wall.restore(self.window.recall("wall"))
        self.wall.left_otherwise.connect(self._on_wall_left_otherwise)
        self.window.closing.connect(self._on_wall_left_otherwise)
        self.wall.show_state(self.studio.state)
        self.window.middle.addWidget(self.wall)
        self.window.middle.setCurrentWidget(self.wall)
        if self.window.last_wall is not None:
            self.window.last_wall.wait_for(self.wall)

    def _build_jobs(self) -> None:
        from flux_studio.ui.jobs_strip import JobsStrip
        from flux_studio.ui.money_bar import MoneyBar

        self.jobs = JobsStrip(self.studio, self.theme)
        self.money = MoneyBar(self.studio, self.theme)
        for place, panel in (
            (self.window.jobs_place, self.jobs),
            (self.window.money_place, self.money),
        ):
            panel.show_state(self.studio.state)
            self.window.replace(place, panel)

    def _build_inspector(self) -> None:
        from flux_studio.ui.inspector import Inspector

        self.inspector = Inspector(self.studio, self.theme)
        self.window.replace(self.window.inspector_place, self.inspector)

    def _build_viewer(self) -> None:
        from flux_studio.ui.deleting.deleting import Deleting
        from flux_studio.ui.importing.hall import ImportHall
        from flux_studio.ui.looking import Looking
        from flux_studio.ui.notices import Notices

        self.looking = Looking(self.window, self.studio, self.theme, self.wall, self.inspector)
        self.viewer = self.looking.viewer
        self.notices = Notices(self.window.middle, self.studio.acted.emit)
        self.deleting = Deleting(self.window, self.window.middle, self.studio, self.wall)
        self.hall = ImportHall(self.studio, self.wall, self.window)

    def _connect(self) -> None:
        self._render()
        self.studio.attention.connect(self._on_attention)
        self.studio.remakes.prompt_wanted.connect(self._on_prompt_wanted)
        self.wall.generation_selected.connect(self.inspector.show_generation)
        self.wall.job_attention.connect(self.jobs.show_job)
        self.looking.connect_all()
        self.inspector.generation_chosen.connect(self.looking.choose)
        self.inspector.compare_requested.connect(self.looking.open_compare)
        self.inspector.lineage_requested.connect(self.looking.open_lineage)
        self.top_bar.search_changed.connect(self.wall.search)
        self.top_bar.search_changed.connect(self.looking.show_wall)
        self.top_bar.search_changed.connect(self.inspector.show_search)
        self.wall.search_wanted.connect(self.top_bar.show_search)
        self.inspector.search_wanted.connect(self.top_bar.show_search)
        self.looking.search_wanted.connect(self.top_bar.show_search)
        self.studio.library.history.undone.connect(self._on_history_undone)
        self.studio.library.history.redone.connect(self._on_history_redone)
        self.studio.library.not_kept.connect(self._on_library_not_kept)
        self.top_bar.keys_requested.connect(self.dialogs.open_keys)
        self.top_bar.import_requested.connect(self.hall.open_dialog)
        self.top_bar.settings_requested.connect(self.dialogs.open_settings)
        self.top_bar.shortcuts_requested.connect(self.dialogs.open_shortcuts)
        self.jobs.keys_requested.connect(self.dialogs.open_keys)
        self.jobs.rescue_requested.connect(self.dialogs.open_rescue)
        self.top_bar.rescue_requested.connect(self.dialogs.open_rescue)
        self.studio.rescue.wanted.connect(self.dialogs.open_rescue)
        self.undoing = Undoing(self.studio, self.composer)
        self._bind_keys()

    def _render(self) -> None:
        self.rendering = Rendering(self.studio, self)
        self.rendering.add(self.composer, FORM)
        # A saved job leaves the board before its picture comes: its place is kept in between.
        self.rendering.add(self.wall, ("board",))
        self.rendering.add(self.notices, ("notice",))  # each of them is announced
        for panel in (self.inspector, self.jobs, self.money, self.top_bar):
            self.rendering.add(panel)

    def _bind_keys(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "generate": self._on_generate,
            "generate_front": self._on_generate_front,
            "prompt": self.composer.focus_prompt,
            "search": self.top_bar.focus_search,
            "undo": self.undoing.undo,
            "redo": self.undoing.redo,
            "sweep": self.deleting.sweep,
            "palette": self.dialogs.open_palette,
            "jobs": self.jobs.open_list,
            "rescue": self.dialogs.open_rescue,
            "pause_queue": self.studio.payment.toggle_queue,
            "project": self.top_bar.project.open,
            "model_page": self.dialogs.open_model_page,
            "call": self.dialogs.open_call,
            "history": self.dialogs.open_history,
            "templates": self.dialogs.open_templates,
            "batch": self.dialogs.open_batch,
            "shelf": self.composer.tray.toggle_shelf,
            "sent": self.composer.tray.open_sent,
            "color": self.composer.prompt.change_color_at_caret,
            "prompt_face": self.composer.prompt.faces.next_face,
            "structured": self.dialogs.open_structured,
            "import": self.hall.open_dialog,
            "keys": self.dialogs.open_keys,
            "settings": self.dialogs.open_settings,
            "shortcuts": self.dialogs.open_shortcuts,
            "full_screen": self.looking.toggle_full_screen,
            "composer": self._on_composer_toggled,
            "inspector": self._on_inspector_toggled,
            "jobs_bar": self._on_jobs_toggled,
            "layout": self._on_layout_restored,
            "paste": self.composer.paste_pictures,
            "quit": self.window.close,
        }
        for row in window_shortcuts():
            action = QAction(row.title, self.window)
            action.setObjectName(row.id)
            action.setShortcuts([QKeySequence(keys) for keys in row.keys])
            action.triggered.connect(slots[row.id])
            self.window.addAction(action)

    @Slot()
    def _on_wall_left_otherwise(self) -> None:
        self.window.remember("wall", self.wall.remembered())

    @Slot(object)
    def _on_attention(self, control: Control) -> None:
        self.rendering.finish()  # the words at the control are those of now
        self.composer.look_at(control)

    # What the window itself does

    @Slot(object)
    def _on_history_undone(self, step: Step) -> None:
        if step.undone:
            self.studio.say(Tone.INFO, step.undone, step.values)

    @Slot(object)
    def _on_history_redone(self, step: Step) -> None:
        if step.redone:
            self.studio.say(Tone.INFO, step.redone, step.values)

    @Slot(str)
    def _on_library_not_kept(self, sentence: str) -> None:
        said = QT_TRANSLATE_NOOP("Notice", "The library was not changed. {sentence}")
        self.studio.say(Tone.BAD, said, (("sentence", sentence),))

    @Slot()
    def _on_generate(self) -> None:
        self.studio.generate()

    @Slot()
    def _on_generate_front(self) -> None:
        self.studio.generate(front=True)

    @Slot()
    def _on_composer_toggled(self) -> None:
        _toggle(self.composer)

    @Slot()
    def _on_inspector_toggled(self) -> None:
        _toggle(self.inspector)

    @Slot()
    def _on_jobs_toggled(self) -> None:
        _toggle(self.jobs)

    @Slot()
    def _on_layout_restored(self) -> None:
        for panel in (self.composer, self.inspector, self.jobs, self.money):
            panel.show()
        self.window.restore_layout()

    @Slot()
    def _on_prompt_wanted(self) -> None:
        """What was chosen is in the form: the prompt is next, from whichever window."""
        self.window.activateWindow()
        self.composer.focus_prompt()


def _toggle(panel: QWidget) -> None:
    panel.setVisible(not panel.isVisible())
