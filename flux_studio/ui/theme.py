"""Dark, light, or as the system says: applied to the whole application, live.

`ThemeSource` is built once by the application and holds the choice. `apply_theme` does the work at
once and can be called again at any time; nothing has to be restarted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QScreen, QStyleHints
from PySide6.QtWidgets import QApplication

from flux_studio.ui.style import current_colors, keep_colors, palette, style_sheet
from flux_studio.ui.tokens import DARK, LIGHT, TYPE, Colors

if TYPE_CHECKING:
    # Importing it makes a hundred enumerations, 14 ms before the first paint.
    from PySide6.QtCore import Qt

    from flux_studio.ui.steps import Steps


class Theme(StrEnum):
    """What the user can choose; the values go into the settings."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


class ThemeSource(QObject):
    """The chosen theme, and the colours it means at this moment.

    Signals: `theme_changed(Colors)`, after the new colours reached every widget in view.
    """

    theme_changed = Signal(object)

    def __init__(
        self, app: QApplication, theme: Theme = Theme.DARK, guess: Colors | None = None
    ) -> None:
        """With a `guess` the system is asked only by `settle`: what the theme meant last time is
        nearly always what it means now, and asking takes time before the first paint.
        """
        super().__init__(app)
        self._app = app
        self._theme = theme
        self._steps: Steps | None = None
        if guess is None:
            self.settle()
        else:
            _put(app, guess)

    def settle(self) -> None:
        """Ask the system, and listen to it from now on."""
        self.choose(self._theme)
        self._app.styleHints().colorSchemeChanged.connect(self._on_hints_color_scheme)
        self._app.screenAdded.connect(self._on_app_screen)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def colors(self) -> Colors:
        return current_colors()

    def choose(self, theme: Theme) -> None:
        """Switch to `theme` before this returns."""
        self.go_over_to(theme)
        self._finish()

    def go_over_to(self, theme: Theme) -> None:
        """Switch to `theme` over the next turns of the event loop."""
        from flux_studio.ui.steps import Steps  # not before the first paint

        self._finish()
        self._theme = theme
        wanted = _colors_on(self._app, theme)
        steps = _change(self._app, wanted, partial(self.theme_changed.emit, wanted))
        self._steps = Steps(steps, self)

    def _finish(self) -> None:
        if self._steps is not None:
            self._steps.finish()
            self._steps.deleteLater()
            self._steps = None

    def _on_hints_color_scheme(self, _scheme: Qt.ColorScheme) -> None:
        if self._theme is Theme.SYSTEM:
            self.go_over_to(Theme.SYSTEM)

    def _on_app_screen(self, _screen: QScreen) -> None:
        _refresh_icons(self._app)


def colors_for(theme: Theme, scheme: Qt.ColorScheme, *, high_contrast: bool = False) -> Colors:
    """The colour set of `theme` on a system that asks for `scheme`; dark where it does not say."""
    match theme:
        case Theme.DARK:
            chosen = DARK
        case Theme.LIGHT:
            chosen = LIGHT
        case Theme.SYSTEM:
            chosen = LIGHT if scheme is QtCore.Qt.ColorScheme.Light else DARK
    return chosen.with_strong_lines() if high_contrast else chosen


def apply_theme(app: QApplication, theme: Theme) -> Colors:
    """Give `app` the style, palette, style sheet, font size and icon colours of `theme`.

    Returns the colours now in force. Does nothing when they already are.
    """
    colors = _colors_on(app, theme)
    for _ in _change(app, colors, lambda: None):
        pass
    return colors


def _colors_on(app: QApplication, theme: Theme) -> Colors:
    hints = app.styleHints()
    return colors_for(theme, hints.colorScheme(), high_contrast=_wants_high_contrast(hints))


def _change(app: QApplication, colors: Colors, tell: Callable[[], None]) -> Iterator[bool]:
    """Short steps to other colours; `tell` is called when everything in view has them."""
    if not app.styleSheet():
        _put(app, colors)
        tell()
    elif current_colors() != colors:
        from flux_studio.ui.restyling import restyle  # not before the first paint

        yield from restyle(app, colors, tell)


def _put(app: QApplication, colors: Colors) -> None:
    """The first colours of the application."""
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(TYPE.body)
    app.setFont(font)
    keep_colors(app, colors)
    app.setPalette(palette(colors))
    app.setStyleSheet(style_sheet(colors))


def _refresh_icons(app: QApplication) -> None:
    # Before the first paint nobody has an icon yet, and the module need not be loaded for that.
    icons = sys.modules.get("flux_studio.ui.icons")
    if icons is not None:
        icons.refresh_icons(app)


def _wants_high_contrast(hints: QStyleHints) -> bool:
    # Qt 6.10 and later can tell; older ones simply do not.
    accessibility = getattr(hints, "accessibility", None)
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == QtCore.Qt.ContrastPreference.HighContrast)
