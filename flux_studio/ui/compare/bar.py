"""The line above compared pictures: back, the way of comparing, which two, and how it is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from flux_studio.ui.compare.canvas import CompareMode
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.viewer.zooming import Mode, Pose
from flux_studio.ui.widgets.chip import FilterChip
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

NARROW = 600  # px of width below which the ways of comparing are a menu


class CompareBar(QWidget):
    """Signals: `back_pressed`, `mode_chosen(CompareMode)`, `swap_pressed`, `fit_pressed`,
    `actual_pressed`, `ground_pressed`, `sheet_toggled(bool)`.
    """

    back_pressed = Signal()
    mode_chosen = Signal(object)
    swap_pressed = Signal()
    fit_pressed = Signal()
    actual_pressed = Signal()
    ground_pressed = Signal()
    sheet_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton(self.tr("Back"))
        self.back.setAccessibleName(self.tr("Back"))
        self.back.setToolTip(tooltip(self.tr("Back"), "Esc"))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.back, "flat")
        set_icon(self.back, "arrow-left", "muted")
        self.back.clicked.connect(self.back_pressed)
        self.modes = SegmentedControl(self.tr("Way of comparing"), self._segments())
        self.modes.segment_chosen.connect(lambda key: self.mode_chosen.emit(CompareMode(key)))
        self.choice = self._make_choice()
        self.pair = ElidedLabel()
        set_type(self.pair, "small")
        set_tone(self.pair, "muted")
        swap = self.tr("Change sides")
        self.swap = IconButton("arrow-left-right", swap, swap, "C")
        self.swap.clicked.connect(self.swap_pressed)
        self.fit = _choice(self.tr("Fit"), self.tr("Show all of it"), "W")
        one = self.tr("One pixel of the largest picture is one of the screen")
        self.actual = _choice(self.tr("1:1"), one, "Z")
        self.fit.clicked.connect(self.fit_pressed)
        self.actual.clicked.connect(self.actual_pressed)
        self.scale = QLabel()
        self.scale.setTextFormat(Qt.TextFormat.PlainText)
        self.scale.setMinimumWidth(44)
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_type(self.scale, "small")
        set_tone(self.scale, "muted")
        ground = self.tr("Another background")
        self.ground = IconButton("palette", ground, ground, "B")
        self.ground.clicked.connect(self.ground_pressed)
        sheet = self.tr("Differences of prompt and settings")
        self.sheet = IconButton("info", sheet, sheet, "I", checkable=True)
        self.sheet.setChecked(True)
        self.sheet.toggled.connect(self.sheet_toggled)
        self._lay_out()

    def show_mode(self, mode: CompareMode, base: int, active: int, count: int) -> None:
        """What is compared with what; `base` and `active` are places from 0."""
        self.modes.show_key(mode.value)
        self.choice.show_choice(self._entries[mode].text(), active=False)
        self._entries[mode].setChecked(True)
        pair = self.tr("{one} and {other}").format(one=base + 1, other=active + 1)
        words = {
            CompareMode.SIDE: self.tr("{count} pictures").format(count=count),
            CompareMode.FLIP: self.tr("{number} of {count}").format(number=active + 1, count=count),
            CompareMode.DIFFERENCE: self.tr("{pair}, four times as strong").format(pair=pair),
        }
        self.pair.setText(words.get(mode, pair))
        self.swap.setEnabled(mode is not CompareMode.SIDE)

    def show_pose(self, pose: Pose) -> None:
        percent = round(pose.scale * 100)
        self.scale.setText(self.tr("{percent} %").format(percent=percent))
        self.fit.setChecked(pose.mode is Mode.FIT)
        self.actual.setChecked(pose.mode is Mode.FREE and pose.scale == 1.0)

    def _segments(self) -> tuple[Segment, ...]:
        mode = CompareMode
        wipe = self.tr("One over the other, with a line to draw")
        side = self.tr("Beside each other, moved together")
        flip = self.tr("One after the other in the same place: Space")
        apart = self.tr("Only what is not alike; black is the same")
        return (
            Segment(mode.WIPE, self.tr("Slider"), tip=wipe, shortcut="V"),
            Segment(mode.SIDE, self.tr("Side by side"), tip=side, shortcut="V"),
            Segment(mode.FLIP, self.tr("Flip"), tip=flip, shortcut="V"),
            Segment(mode.DIFFERENCE, self.tr("Difference"), tip=apart, shortcut="V"),
        )

    def _make_choice(self) -> FilterChip:
        """The ways of comparing as a menu, where there is no room for all of them."""
        name = self.tr("Way of comparing")
        chip = FilterChip(name, "columns-2", "", tip=name)
        menu, group = QMenu(chip), QActionGroup(chip)
        self._entries: dict[CompareMode, QAction] = {}
        for segment in self._segments():
            mode = CompareMode(segment.key)
            entry = add_entry(menu, segment.label, "", "", partial(self.mode_chosen.emit, mode))
            entry.setCheckable(True)
            group.addAction(entry)
            self._entries[mode] = entry
        chip.setMenu(menu)
        chip.hide()
        return chip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= NARROW
        for part in (self.modes, self.scale, self.ground):
            part.setVisible(is_wide)
        self.choice.setVisible(not is_wide)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, super().minimumSizeHint().height())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.s, SPACE.s, SPACE.m, SPACE.xs)
        row.setSpacing(SPACE.xs)
        row.addWidget(self.back)
        row.addWidget(self.modes)
        row.addWidget(self.choice)
        row.addSpacing(SPACE.xs)
        row.addWidget(self.swap)
        row.addWidget(self.pair, 1)
        for part in (self.fit, self.actual, self.scale, self.ground, self.sheet):
            row.addWidget(part)


def _choice(text: str, tip: str, keys: str) -> QPushButton:
    """A word that stays lit while it holds."""
    button = QPushButton(text)
    button.setCheckable(True)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tip)
    button.setToolTip(tooltip(tip, keys))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_look(button, "flat")
    return button
