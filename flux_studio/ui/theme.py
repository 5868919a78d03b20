"""Dark, light, or as the system says: applied to the whole application, live.

`ThemeSource` is built once by the application and holds the choice. `apply_theme` does the work and
can be called again at any time; nothing has to be restarted.
"""

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QScreen, QStyleHints
from PySide6.QtWidgets import QApplication

from flux_studio.ui.icons import refresh_icons
from flux_studio.ui.style import current_colors, keep_colors, palette, style_sheet
from flux_studio.ui.tokens import DARK, LIGHT, TYPE, Colors


class Theme(StrEnum):
    """What the user can choose; the values go into the settings."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


class ThemeSource(QObject):
    """The chosen theme, and the colours it means at this moment.

    Signals: `theme_changed(Colors)`, after the new colours reached every widget.
    """

    theme_changed = Signal(object)

    def __init__(self, app: QApplication, theme: Theme = Theme.DARK) -> None:
        super().__init__(app)
        self._app = app
        self._theme = theme
        apply_theme(app, theme)
        app.styleHints().colorSchemeChanged.connect(self._on_hints_color_scheme)
        app.screenAdded.connect(self._on_app_screen)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def colors(self) -> Colors:
        return current_colors()

    def choose(self, theme: Theme) -> None:
        """Switch to `theme` now."""
        self._theme = theme
        before = self.colors
        after = apply_theme(self._app, theme)
        if after != before:
            self.theme_changed.emit(after)

    def _on_hints_color_scheme(self, _scheme: Qt.ColorScheme) -> None:
        if self._theme is Theme.SYSTEM:
            self.choose(Theme.SYSTEM)

    def _on_app_screen(self, _screen: QScreen) -> None:
        refresh_icons(self._app)


def colors_for(theme: Theme, scheme: Qt.ColorScheme, *, high_contrast: bool = False) -> Colors:
    """The colour set of `theme` on a system that asks for `scheme`; dark where it does not say."""
    match theme:
        case Theme.DARK:
            chosen = DARK
        case Theme.LIGHT:
            chosen = LIGHT
        case Theme.SYSTEM:
            chosen = LIGHT if scheme is Qt.ColorScheme.Light else DARK
    return chosen.with_strong_lines() if high_contrast else chosen


def apply_theme(app: QApplication, theme: Theme) -> Colors:
    """Give `app` the style, palette, style sheet, font size and icon colours of `theme`.

    Returns the colours now in force. Does nothing when they already are.
    """
    hints = app.styleHints()
    colors = colors_for(theme, hints.colorScheme(), high_contrast=_wants_high_contrast(hints))
    if app.styleSheet() and current_colors() == colors:
        return colors
    if app.style().name() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(TYPE.body)
    app.setFont(font)
    keep_colors(app, colors)
    app.setPalette(palette(colors))
    app.setStyleSheet(style_sheet(colors))
    refresh_icons(app)
    return colors


def _wants_high_contrast(hints: QStyleHints) -> bool:
    # Qt 6.10 and later can tell; older ones simply do not.
    accessibility = getattr(hints, "accessibility", None)
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)
