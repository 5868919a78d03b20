"""The settings dialog: how the studio looks and works, and where it keeps things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from flux_studio.core.budget import Limits
from flux_studio.core.pricing import Free
from flux_studio.session.import_desk import ImportView
from flux_studio.session.report_desk import ReportDesk
from flux_studio.session.state import Preferences, StudioState
from flux_studio.session.studio import Studio
from flux_studio.storage.filesystems import pictures_note
from flux_studio.storage.paths import Paths
from flux_studio.ui.budget_fields import BudgetFields
from flux_studio.ui.copy_row import CopyRow
from flux_studio.ui.reveal import open_folder
from flux_studio.ui.spelling_choice import SpellingChoice
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 560  # px
LABEL_WIDTH = 150  # px
_PLACE_WIDTH = LABEL_WIDTH - 2  # px: a value of a CopyRow stands 2 px in
MOST_JOBS = 16  # as storage.settings allows


class SettingsDialog(SteppedDialog):
    """Each change takes effect at once through `studio.set_preferences`. No signals."""

    def __init__(
        self,
        studio: Studio,
        theme: ThemeSource,
        parent: QWidget | None = None,
        *,
        paths: Paths | None = None,
        in_steps: bool = False,
    ) -> None:
        super().__init__(parent)
        del theme  # the application applies it when the preference changes
        self._studio = studio
        self._paths = paths or Paths.default()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self.setAccessibleName(self.tr("Settings"))
        self.begin(self._parts(), in_steps=in_steps)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    @Slot(object)
    def show_state(self, state: StudioState) -> None:
        wanted = state.preferences
        self.spelling.show_state(state)
        names = sorted({*state.projects, *wanted.budget.projects}, key=str.casefold)
        self.budget.show_projects(names, state.draft.project)
        self.budget.show_budget(wanted.budget)
        if self.theme.key() != wanted.theme:
            self.theme.show_key(wanted.theme)
        if self.jobs.value() != wanted.jobs_in_flight:
            self.jobs.blockSignals(True)
            self.jobs.setValue(wanted.jobs_in_flight)
            self.jobs.blockSignals(False)
        if self.auto_show.isChecked() != wanted.auto_show:
            self.auto_show.blockSignals(True)
            self.auto_show.setChecked(wanted.auto_show)
            self.auto_show.blockSignals(False)
        if self.move_on.isChecked() != wanted.move_on:
            self.move_on.blockSignals(True)
            self.move_on.setChecked(wanted.move_on)
            self.move_on.blockSignals(False)

    @Slot(object)
    def show_imports(self, view: ImportView) -> None:
        """How many folders are watched."""
        words = self.tr("None; add one…")
        if view.watched:
            words = self.tr("{count}; change…").format(count=len(view.watched))
        if self.watched.text() != words:
            self.watched.setText(words)
            self.watched.setAccessibleName(f"{self.tr('Watched folders')}: {words}")

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        cards = self._studio.state.cards
        costly = dict.fromkeys(c.provider for c in cards if not isinstance(c.price, Free))
        self.budget = BudgetFields(tuple(costly), LABEL_WIDTH)
        self.budget.budget_chosen.connect(self._on_budget_chosen)
        yield None
        self._make_controls()
        yield None
        self._make_report()
        self._look_at_disk()
        places = QVBoxLayout()
        yield from self._fill_places(places)
        self._lay_out(places)
        yield None
        self._studio.changed.connect(self.show_state)
        self.show_state(self._studio.state)

    def _make_controls(self) -> None:
        self.theme = SegmentedControl(
            self.tr("Appearance"),
            (
                Segment(
                    Theme.SYSTEM,
                    self.tr("System"),
                    "monitor",
                    self.tr("As the system is set"),
                    both=True,
                ),
                Segment(Theme.DARK, self.tr("Dark"), "moon", both=True),
                Segment(Theme.LIGHT, self.tr("Light"), "sun", both=True),
            ),
        )
        self.theme.segment_chosen.connect(self._on_theme_chosen)
        self.jobs = QSpinBox()
        self.jobs.setAccessibleName(self.tr("Jobs at once"))
        self.jobs.setToolTip(tooltip(self.tr("How many jobs of one provider are sent at a time")))
        self.jobs.setRange(1, MOST_JOBS)
        self.jobs.setFixedWidth(96)
        self.jobs.valueChanged.connect(self._on_jobs_changed)
        self.auto_show = QCheckBox(self.tr("Show each new picture by itself"))
        self.auto_show.setAccessibleName(self.tr("Show each new picture by itself"))
        self.auto_show.setToolTip(
            tooltip(self.tr("A new picture is selected when it comes, unless you look at another"))
        )
        self.auto_show.toggled.connect(self._on_auto_show_toggled)
        go_on = self.tr("Go on to the next picture")
        self.move_on = QCheckBox(go_on)
        self.move_on.setAccessibleName(go_on)
        self.move_on.setToolTip(
            tooltip(self.tr("After stars, keep, maybe, reject or a label by key"))
        )
        self.move_on.toggled.connect(self._on_move_on_toggled)
        self.spelling = SpellingChoice(self._studio.words)
        self.watched = QPushButton()
        self.watched.setAutoDefault(False)  # else its edge says that Enter presses it
        tip = self.tr("Folders whose new pictures come into the library by themselves")
        self.watched.setToolTip(tooltip(tip))
        self.watched.clicked.connect(self._on_watched_clicked)
        self._studio.library.imports.changed.connect(self.show_imports)
        self.show_imports(self._studio.library.imports.view)

    def _lay_out(self, places: QVBoxLayout) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.l, SPACE.xl, SPACE.l)
        column.setSpacing(SPACE.m)
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACE.m)
        grid.setHorizontalSpacing(0)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for at, (words, control) in enumerate(
            (
                (self.tr("Appearance"), self.theme),
                (self.tr("Jobs at once"), self.jobs),
                (self.tr("New pictures"), self.auto_show),
                (self.tr("After a mark"), self.move_on),
                (self.tr("Spell check"), self.spelling),
                (self.tr("Watched folders"), self.watched),
            )
        ):
            grid.addWidget(_label(words), at, 0)
            wide = control is self.spelling  # it may have a sentence to say
            side = Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(control, at, 1, side)
        column.addLayout(grid)
        column.addWidget(Rule())
        budget = _label(self.tr("Budget"), muted=False)
        set_type(budget, "body", strong=True)
        column.addWidget(budget)
        column.addWidget(self.budget)
        column.addWidget(Rule())
        title = _label(self.tr("Where things are kept"), muted=False)
        set_type(title, "body", strong=True)
        column.addWidget(title)
        column.addLayout(places)
        column.addWidget(self.disk_note)
        column.addStretch(1)
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(tooltip(self.tr("Close"), "Esc"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.report)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)

    def _make_report(self) -> None:
        self._desk = self._studio.findChild(ReportDesk)
        self.report = QPushButton(self.tr("Save a problem report…"))
        self.report.setAccessibleName(self.tr("Save a problem report"))
        words = self.tr("A zip to send when something is wrong: no keys, no prompts, no pictures")
        self.report.setToolTip(tooltip(words))
        self.report.clicked.connect(self._on_report_clicked)
        if self._desk is None:
            self.report.hide()

    def _look_at_disk(self) -> None:
        """What to know about where the pictures are; a network disk may take its time to answer."""
        self.disk_note = _label("")
        self.disk_note.setWordWrap(True)
        self.disk_note.hide()
        library = self._studio.library
        library.background.run(lambda: pictures_note(library.root), self._on_disk_seen)

    def _fill_places(self, column: QVBoxLayout) -> Iterator[None]:
        """A row for each place, a row a step."""
        column.setSpacing(SPACE.xs)
        paths = self._paths
        self.places: dict[str, CopyRow] = {}
        for words, path in (
            (self.tr("Pictures"), self._studio.library.root),
            (self.tr("Library database"), paths.library_db),
            (self.tr("Settings file"), paths.settings_file),
            (self.tr("Log"), paths.log_file),
        ):
            row = CopyRow(words, self.tr("Copy the path"), label_width=_PLACE_WIDTH)
            row.show_value(str(path))
            row.add_tool(self._folder_button(words, path))
            self.places[words] = row
            column.addWidget(row)
            yield None
        keys = CopyRow(self.tr("Keys"), "", label_width=_PLACE_WIDTH)
        keys.show_value(self._keys_words())
        self.places[self.tr("Keys")] = keys
        column.addWidget(keys)
        yield None

    def _folder_button(self, words: str, path: Path) -> IconButton:
        folder = path if not path.suffix else path.parent
        name = self.tr("Open the folder of: {what}").format(what=words)
        tip = self.tr("Open the folder")
        button = IconButton("folder-open", name, tip, edge=SHAPE.target)
        button.clicked.connect(partial(open_folder, folder))
        return button

    def _keys_words(self) -> str:
        """The keychains that hold keys now, by name."""
        names = dict.fromkeys(
            status.backend for status in self._studio.state.keys.values() if status.backend
        )
        return ", ".join(names) or self.tr("the keychain of this system")

    # Changing

    @Slot(str)
    def _on_theme_chosen(self, theme: str) -> None:
        self._change(theme=str(theme))

    @Slot(int)
    def _on_jobs_changed(self, count: int) -> None:
        self._change(jobs_in_flight=count)

    @Slot(bool)
    def _on_auto_show_toggled(self, on: bool) -> None:
        self._change(auto_show=on)

    @Slot(bool)
    def _on_move_on_toggled(self, on: bool) -> None:
        self._change(move_on=on)

    @Slot(object)
    def _on_budget_chosen(self, limits: Limits) -> None:
        self._change(budget=limits)

    @Slot()
    def _on_watched_clicked(self) -> None:
        from flux_studio.ui.importing.dialog import ImportDialog

        ImportDialog(self._studio.library.imports, (), self).open()

    @Slot()
    def _on_report_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Save a problem report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Zip files (*.zip)"))
        dialog.setDefaultSuffix("zip")
        dialog.selectFile("flux-studio-report.zip")
        dialog.fileSelected.connect(self.save_report)
        dialog.open()

    @Slot(str)
    def save_report(self, file: str) -> None:
        """Have the report written to `file`; a notice in the window says how it went."""
        if self._desk is not None:
            self._desk.save(Path(file))

    def _on_disk_seen(self, note: str) -> None:
        if isValid(self) and note:  # the dialog may be closed by now
            self.disk_note.setText(note)
            self.disk_note.show()

    def _change(self, **values: object) -> None:
        before: Preferences = self._studio.state.preferences
        self._studio.set_preferences(replace(before, **values))  # type: ignore[arg-type]  # by name


def _label(words: str, *, muted: bool = True) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if muted:
        set_tone(label, "muted")
    return label
