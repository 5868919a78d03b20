"""Palette, style sheet and the named looks of widgets, all made from the tokens.

`set_look` picks one of the looks that `resources/themes/studio.qss` draws, `set_tone` and
`set_type` pick the colour and the size of a label. Widgets that paint themselves ask
`current_colors()` while painting, so that a change of theme reaches them with the next paint.
"""

from string import Template
from typing import Literal

from PySide6 import QtCore
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget

from flux_studio.resources import resource_path
from flux_studio.ui.tokens import DARK, ICON, SHAPE, SPACE, TYPE, Colors

Look = Literal["", "primary", "segment", "flat", "chip", "link", "danger"]
Tone = Literal["text", "muted", "accent", "danger", "ok", "warn"]
TypeName = Literal["small", "body", "title", "display"]
Surface = Literal["ground", "panel", "field", "raised"]

_COLORS = "flux_colors"


def current_colors() -> Colors:
    """The colour set of the running application; dark before a theme was applied."""
    app = QApplication.instance()
    found = app.property(_COLORS) if app is not None else None
    return found if isinstance(found, Colors) else DARK


def keep_colors(app: QApplication, colors: Colors) -> None:
    """Make `colors` what `current_colors` answers."""
    app.setProperty(_COLORS, colors)


def set_look(widget: QWidget, look: Look) -> None:
    """Draw a button as `primary` (amber), `segment` (checkable tile), `flat` (icon or quiet text),
    `chip` (filter), `link`, `danger`, or as an ordinary button (empty)."""
    _restyle(widget, "look", look)


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Colour the text of a label."""
    if widget.property("tone") != tone:  # to polish again takes a millisecond
        _restyle(widget, "tone", tone)


def set_type(label: QLabel, name: TypeName, *, strong: bool = False) -> None:
    """Set the size of a label's text by the name of its token; `strong` makes it demi-bold."""
    label.setProperty("strong", strong)
    _restyle(label, "type", name)


def set_surface(widget: QWidget, surface: Surface) -> None:
    """Fill a QWidget or QFrame, or a subclass of them, with one of the surfaces."""
    if not isinstance(widget, QFrame):
        # Named late: importing `Qt` makes a hundred enumerations, 14 ms before the first paint.
        widget.setAttribute(QtCore.Qt.WidgetAttribute.WA_StyledBackground)
    _restyle(widget, "surface", surface)


def dress(widget: QWidget, **looks: str) -> None:
    """Give a widget that was just made its `look`, `tone`, `type` or `surface`. Unlike the setters
    it need not polish again, which loads much of Qt, so the first paint uses it.
    """
    for name, value in looks.items():
        widget.setProperty(name, value)


def set_problem(widget: QWidget, wrong: bool) -> None:
    """Mark a field as wrong (danger border). Say why in words beside it: ProblemLine."""
    if bool(widget.property("problem")) != wrong:
        _restyle(widget, "problem", wrong)


def palette(colors: Colors) -> QPalette:
    """A complete palette: every role in the Active, Inactive and Disabled groups."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    wanted = {
        role.Window: colors.panel,
        role.WindowText: colors.text,
        role.Base: colors.field,
        role.AlternateBase: colors.panel,
        role.Text: colors.text,
        role.PlaceholderText: colors.muted,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.danger,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Highlight: colors.selection,
        role.HighlightedText: colors.on_selection,
        role.Accent: colors.accent,
        role.Light: colors.hover,
        role.Midlight: colors.raised,
        role.Mid: colors.line,
        role.Dark: colors.edge,
        role.Shadow: colors.ground,
    }
    off = {
        role.WindowText: colors.disabled,
        role.Text: colors.disabled,
        role.ButtonText: colors.disabled,
        role.PlaceholderText: colors.disabled,
        role.Link: colors.disabled,
        role.LinkVisited: colors.disabled,
        role.Accent: colors.disabled,
        role.Highlight: colors.line,
        role.HighlightedText: colors.text,
        role.ToolTipText: colors.disabled,
    }
    made = QPalette()
    for each, color in wanted.items():
        made.setColor(group.Active, each, QColor(color))
        made.setColor(group.Inactive, each, QColor(color))
        made.setColor(group.Disabled, each, QColor(off.get(each, color)))
    return made


def style_sheet(colors: Colors) -> str:
    """The style sheet for `colors`. Raises KeyError when the template names an unknown token."""
    template = resource_path("themes/studio.qss").read_text(encoding="utf-8")
    marks = resource_path(f"themes/{'dark' if colors.is_dark else 'light'}")
    numbers = {
        f"{group}_{name}": value
        for group, scale in (("space", SPACE), ("type", TYPE), ("icon", ICON), ("shape", SHAPE))
        for name, value in scale._asdict().items()
    }
    return Template(template).substitute(colors._asdict() | numbers | {"marks": marks.as_posix()})


def _restyle(widget: QWidget, name: str, value: object) -> None:
    widget.setProperty(name, value)
    if not widget.testAttribute(QtCore.Qt.WidgetAttribute.WA_WState_Polished):
        return  # it is polished when it is first shown, and once is enough
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
