"""The dialogs and windows that the main window opens, each loaded when it is first wanted, or when
the window has stood for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from flux_studio.core.card import ModelCard
from flux_studio.ui.steps import Steps

if TYPE_CHECKING:
    from flux_studio.ui.furnishing import Furnishing

REST = 2_000  # ms after the window is furnished; who is quicker loads what they open

# Of all dialogs, what they are made of before what holds it: each is a short step. 3 MB.
MODULES = (
    "palette.fuzzy", "palette.commands", "palette.palette", "shortcut_sheet",
    "spelling_choice", "budget_fields", "settings_dialog",
    "key_row", "region_row", "key_card", "keys_dialog",
    "model_words", "model_page", "references.sent_list", "call_dialog",
    "prompts.card_list", "prompts.history_dialog", "prompts.template_form",
    "prompts.templates_dialog", "structured.field_words", "structured.field_box",
    "structured.editing", "structured.field_row", "structured.palette_row",
    "structured.rows_column", "structured.form", "structured.side_by_side",
    "batch.keys", "batch.words", "batch.table_model", "batch.table_view", "batch.makers",
    "batch.question", "batch.table_deeds", "batch.dialog", "again_question", "rescue.task_entry",
    "rescue.case_card", "rescue.dialog", "refusal_words", "outcome_card", "elsewhere_line",
    "job_row", "queue_row", "queue_list", "jobs_panel", "importing.dialog", "finish_dialog",
    "deleting.question",
)  # fmt: skip


class WindowDialogs(QObject):
    """Opens them over the window of a room; no signals."""

    def __init__(self, room: Furnishing) -> None:
        super().__init__(room)
        self._room = room
        self._window, self._studio, self._theme = room.window, room.studio, room.theme
        self.loading: Steps | None = None

    def load_soon(self) -> None:
        """Load what they are made of, so that none of it is waited for at the first opening."""
        QTimer.singleShot(REST, self, self._on_rested)

    @Slot()
    def _on_rested(self) -> None:
        self.loading = Steps(_loading(), self)

    @Slot()
    def open_keys(self) -> None:
        from flux_studio.ui.keys_dialog import KeysDialog

        KeysDialog(self._studio, self._theme, self._window, in_steps=True).open()

    @Slot(object)
    def open_model_page(self, card: ModelCard | None = None) -> None:
        """The page of a model, of the one in use where none is given."""
        from flux_studio.ui.model_page import ModelPage

        shown = card if isinstance(card, ModelCard) else self._studio.state.card
        ModelPage(self._studio, shown, self._window, in_steps=True).open()

    @Slot()
    def open_call(self) -> None:
        """What the form would send."""
        from flux_studio.ui.call_dialog import CallDialog

        CallDialog(self._studio, self._window, in_steps=True).open()

    @Slot()
    def open_history(self) -> None:
        """Every prompt that was sent."""
        from flux_studio.ui.prompts.history_dialog import HistoryDialog

        HistoryDialog(self._studio, self._window).open()

    @Slot()
    def open_templates(self) -> None:
        from flux_studio.ui.prompts.templates_dialog import TemplatesDialog

        TemplatesDialog(self._studio, self._window, in_steps=True).open()

    @Slot()
    def open_structured(self) -> None:
        """The prompt as a form beside its JSON."""
        from flux_studio.ui.structured.side_by_side import SideBySide

        SideBySide(self._studio, self._window, in_steps=True).open()

    @Slot()
    def open_batch(self) -> None:
        """Many pictures from one table, grids, one prompt on several models."""
        from flux_studio.ui.batch.dialog import BatchDialog

        made = BatchDialog(self._studio, self._window, in_steps=True)
        made.compare_requested.connect(self._room.looking.open_compare)
        made.search_wanted.connect(self._room.top_bar.show_search)
        made.open()

    @Slot()
    def open_rescue(self) -> None:
        """The jobs that may have been paid and are not saved."""
        from flux_studio.ui.rescue.dialog import RescueDialog

        RescueDialog(self._studio, self._window).open()

    @Slot()
    def open_palette(self) -> None:
        """Everything the studio can do, found by a few letters."""
        from flux_studio.ui.palette.commands import open_palette

        open_palette(self._room)

    @Slot()
    def open_settings(self) -> None:
        from flux_studio.ui.settings_dialog import SettingsDialog

        SettingsDialog(self._studio, self._theme, self._window, in_steps=True).open()

    @Slot()
    def open_shortcuts(self) -> None:
        from flux_studio.ui.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self._window, in_steps=True).open()


def _loading() -> Iterator[bool]:
    for name in MODULES:
        import_module(f"flux_studio.ui.{name}")
        yield True
