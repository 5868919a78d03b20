"""The line above the picture: back, where one is, marks, and how it is shown."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from flux_studio.core.generation import Generation
from flux_studio.ui.icons import set_icon
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.viewer.view_menu import ViewMenu
from flux_studio.ui.viewer.zooming import Mode, Pose
from flux_studio.ui.widgets.field_label import Rule
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.star_rating import StarRating
from flux_studio.ui.widgets.tooltip import tooltip

NARROW = 600  # px of width below which marks are left to keys and inspector


class ToolRow(QWidget):
    """Signals: `back_pressed`, `stepped(-1 or 1)`, `favourite_pressed`, `rating_chosen(int)`,
    `mode_pressed(Mode)`, `actual_pressed`, `zoom_pressed(-1 or 1)`, `compare_pressed`. The rest is
    in `menu`.
    """

    back_pressed = Signal()
    stepped = Signal(int)
    favourite_pressed = Signal()
    rating_chosen = Signal(int)
    mode_pressed = Signal(object)
    actual_pressed = Signal()
    zoom_pressed = Signal(int)
    compare_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_left()
        self._make_right()
        self._lay_out()

    def show_generation(self, generation: Generation) -> None:
        """Its marks, and whether there is a source to compare with."""
        self.menu.show_source(generation.parent is not None)
        self.compare.setVisible(generation.parent is not None)
        self.rating.show_rating(generation.rating)
        self.favourite.setChecked(generation.favourite)
        on = generation.favourite
        self.favourite.show_icon("heart", "accent" if on else "muted")
        tip = self.tr("Favourite: take it back") if on else self.tr("Favourite")
        self.favourite.show_tip(tip)

    def show_place(self, number: int, count: int) -> None:
        """'3 of 12,408'; `number` from 1, 0 when the picture is not on the wall."""
        locale = QLocale()
        words = self.tr("{number} of {count}").format(
            number=locale.toString(number), count=locale.toString(count)
        )
        self.place.setText(words if number else "")
        self.previous.setEnabled(number > 1)
        self.next.setEnabled(0 < number < count)

    def show_pose(self, pose: Pose) -> None:
        """Which way of showing is chosen, and the scale."""
        percent = round(pose.scale * 100)
        self.scale.setText(self.tr("{percent} %").format(percent=percent))
        self.fit.setChecked(pose.mode is Mode.FIT)
        self.fill.setChecked(pose.mode is Mode.FILL)
        self.actual.setChecked(pose.mode is Mode.FREE and pose.scale == 1.0)

    def show_parted(self) -> None:
        """In a window of its own there is no way back to the wall."""
        self.back.hide()
        self.menu.window_entry.setVisible(False)

    def _make_left(self) -> None:
        self.back = QPushButton(self.tr("Wall"))
        self.back.setAccessibleName(self.tr("Back to the wall"))
        self.back.setToolTip(tooltip(self.tr("Back to the wall"), "Esc"))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.back, "flat")
        set_icon(self.back, "arrow-left", "muted")
        self.back.clicked.connect(self.back_pressed)
        self.previous = self._button("chevron-left", self.tr("Previous picture"), "PgUp")
        self.next = self._button("chevron-right", self.tr("Next picture"), "PgDown")
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.place = QLabel()
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        set_type(self.place, "small")
        set_tone(self.place, "muted")
        self.favourite = self._button("heart", self.tr("Favourite"), "F", checkable=True)
        self.favourite.clicked.connect(self.favourite_pressed)
        self.rating = StarRating(self.tr("Stars"))
        self.rating.rating_chosen.connect(self.rating_chosen)

    def _make_right(self) -> None:
        self.fit = _choice(self.tr("Fit"), self.tr("Show all of it"), "W")
        self.fill = _choice(self.tr("Fill"), self.tr("Fill the room"), "Shift+W")
        one = self.tr("One pixel of the picture is one of the screen (double click)")
        self.actual = _choice(self.tr("1:1"), one, "Z")
        self.fit.clicked.connect(lambda: self.mode_pressed.emit(Mode.FIT))
        self.fill.clicked.connect(lambda: self.mode_pressed.emit(Mode.FILL))
        self.actual.clicked.connect(self.actual_pressed)
        self.smaller = self._button("zoom-out", self.tr("Zoom out"), "-")
        self.larger = self._button("zoom-in", self.tr("Zoom in"), "+")
        self.smaller.clicked.connect(lambda: self.zoom_pressed.emit(-1))
        self.larger.clicked.connect(lambda: self.zoom_pressed.emit(1))
        self.scale = QLabel()
        self.scale.setTextFormat(Qt.TextFormat.PlainText)
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scale.setMinimumWidth(44)
        set_type(self.scale, "small")
        set_tone(self.scale, "muted")
        self.compare = self._button("columns-2", self.tr("Compare with its source"), "C")
        self.compare.clicked.connect(self.compare_pressed)
        self.menu = ViewMenu(self)
        self.more = IconButton("ellipsis", self.tr("How it is shown"), self.tr("How it is shown"))
        self.more.setMenu(self.menu)

    def _button(self, icon: str, name: str, keys: str, *, checkable: bool = False) -> IconButton:
        return IconButton(icon, name, name, keys, checkable=checkable)

    def _lay_out(self) -> None:
        self._rule = Rule(upright=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.s, SPACE.s, SPACE.m, SPACE.xs)
        row.setSpacing(SPACE.xs)
        for widget in (self.back, self.previous, self.next, self.place):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.favourite)
        row.addWidget(self.rating)
        row.addSpacing(SPACE.s)
        row.addWidget(self._rule)
        row.addSpacing(SPACE.s)
        for choice in (self.fit, self.fill, self.actual):
            row.addWidget(choice)
        row.addWidget(self.smaller)
        row.addWidget(self.scale)
        for tool in (self.larger, self.compare, self.more):
            row.addWidget(tool)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= NARROW
        for widget in (self.rating, self.favourite, self._rule, self.place):
            widget.setVisible(is_wide)
        for tool in (self.smaller, self.larger):
            tool.setVisible(is_wide)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, super().minimumSizeHint().height())


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
