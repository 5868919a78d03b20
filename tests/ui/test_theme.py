"""The tokens keep their contrast promises and a theme reaches the whole application, live."""

import re

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from flux_studio.resources import resource_path
from flux_studio.ui.style import (
    current_colors,
    palette,
    set_look,
    set_problem,
    set_tone,
    set_type,
    style_sheet,
)
from flux_studio.ui.theme import Theme, ThemeSource, apply_theme, colors_for
from flux_studio.ui.tokens import DARK, ICON, LIGHT, SHAPE, SPACE, TYPE, blend, contrast

SETS = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=lambda colors: colors.name)
STILL = ("ground", "panel", "field", "raised")
SURFACES = (*STILL, "hover", "pressed")


def test_contrast_is_the_published_formula():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # a known near miss


@SETS
@pytest.mark.parametrize("role", ["text", "muted", "accent", "danger", "ok", "warn"])
def test_words_reach_4_5_on_every_surface(colors, role):
    for surface in SURFACES:
        assert contrast(getattr(colors, role), getattr(colors, surface)) >= 4.5, surface


@SETS
@pytest.mark.parametrize("role", ["edge", "focus", "disabled"])
def test_outlines_focus_and_disabled_words_reach_3_on_every_surface(colors, role):
    for surface in SURFACES:
        assert contrast(getattr(colors, role), getattr(colors, surface)) >= 3, surface


@SETS
def test_words_on_amber_on_selections_and_on_pictures_reach_4_5(colors):
    for fill in (colors.accent, colors.accent_hover, colors.accent_pressed):
        assert contrast(colors.on_accent, fill) >= 4.5
    assert contrast(colors.on_selection, colors.selection) >= 4.5
    for picture in ("#FFFFFF", "#000000", "#F2B84B"):
        shade = blend(colors.scrim, picture, colors.scrim_alpha)
        assert contrast(colors.on_scrim, shade) >= 4.5


@SETS
def test_surfaces_and_text_are_neutral_grey(colors):
    for role in (*SURFACES, "line", "edge", "text", "muted", "disabled"):
        color = QColor(getattr(colors, role))
        assert color.red() == color.green() == color.blue(), role


def test_the_agreed_values():
    assert (SPACE.xs, SPACE.s, SPACE.m, SPACE.l, SPACE.xl) == (4, 8, 12, 16, 24)
    assert (TYPE.small, TYPE.body, TYPE.title, TYPE.display) == (11, 13, 15, 20)
    assert (ICON.small, ICON.large, SHAPE.radius, SHAPE.target) == (16, 20, 6, 24)
    assert (DARK.accent, DARK.on_accent) == ("#F2B84B", "#161616")
    assert (LIGHT.accent, LIGHT.on_accent) == ("#8A5200", "#FFFFFF")


@SETS
def test_high_contrast_turns_decoration_into_outlines(colors):
    strong = colors.with_strong_lines()
    assert contrast(strong.line, strong.panel) >= 3
    assert strong.muted == colors.text


@SETS
def test_the_palette_sets_all_three_groups(colors):
    made = palette(colors)
    role = QPalette.ColorRole
    for each in (role.Window, role.Text, role.Base, role.Highlight, role.ToolTipBase, role.Accent):
        assert made.color(QPalette.ColorGroup.Active, each) == made.color(
            QPalette.ColorGroup.Inactive, each
        )
    for each in (role.WindowText, role.Text, role.ButtonText):
        off = made.color(QPalette.ColorGroup.Disabled, each).name().upper()
        assert off == colors.disabled


@SETS
def test_the_style_sheet_has_no_mark_left_and_its_pictures_exist(colors):
    sheet = style_sheet(colors)
    assert "$" not in sheet.replace("$names", "")
    pictures = set(re.findall(r'url\("([^"]+)"\)', sheet))
    assert len(pictures) >= 8
    for path in pictures:
        assert f"/{colors.name}/" in path
        assert resource_path(path.split("/", path.count("/") - 2)[-1]).is_file()


@SETS
def test_marks_are_drawn_in_the_colours_of_their_theme(colors):
    known = {colors.muted, colors.disabled, colors.on_accent, colors.panel, colors.text}
    for mark in resource_path(f"themes/{colors.name}").glob("*.svg"):
        strokes = re.findall(r'stroke="(#[0-9A-F]{6})"', mark.read_text(encoding="utf-8"))
        assert strokes, mark.name
        assert set(strokes) <= known, mark.name


def test_a_switch_reaches_widgets_at_once(qapp: QApplication, qtbot):
    source = ThemeSource(qapp, Theme.DARK)
    button = QPushButton("Edit")
    qtbot.addWidget(button)
    button.resize(120, 30)
    assert _middle(button) == DARK.raised
    with qtbot.waitSignal(source.theme_changed) as heard:
        source.choose(Theme.LIGHT)
    assert heard.args == [LIGHT]
    assert source.colors == current_colors() == LIGHT
    assert _middle(button) == LIGHT.raised
    source.choose(Theme.DARK)
    assert _middle(button) == DARK.raised


def test_choosing_the_same_theme_says_nothing(qapp, qtbot):
    source = ThemeSource(qapp, Theme.DARK)
    with qtbot.assertNotEmitted(source.theme_changed):
        source.choose(Theme.DARK)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (Qt.ColorScheme.Light, LIGHT),
        (Qt.ColorScheme.Dark, DARK),
        (Qt.ColorScheme.Unknown, DARK),
    ],
)
def test_system_follows_the_system_and_is_dark_when_it_does_not_say(scheme, expected):
    assert colors_for(Theme.SYSTEM, scheme) is expected
    assert colors_for(Theme.LIGHT, scheme) is LIGHT
    assert colors_for(Theme.DARK, scheme, high_contrast=True) == DARK.with_strong_lines()


def test_the_source_follows_the_system_only_when_asked_to(qapp, qtbot):
    for other in qapp.findChildren(ThemeSource):  # of earlier tests: each of them listens too
        shiboken6.delete(other)
    source = ThemeSource(qapp, Theme.LIGHT)
    with qtbot.assertNotEmitted(source.theme_changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    source._theme = Theme.SYSTEM  # as if chosen while the system was light
    with qtbot.waitSignal(source.theme_changed):  # offscreen says Unknown: dark
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
    assert source.colors == DARK


def test_fusion_and_the_body_size_are_set(qapp):
    apply_theme(qapp, Theme.LIGHT)
    assert qapp.font().pixelSize() == TYPE.body
    apply_theme(qapp, Theme.DARK)
    assert qapp.font().pixelSize() == TYPE.body
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.panel


def test_looks_tones_and_sizes_show(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    button = QPushButton()
    qtbot.addWidget(button)
    set_look(button, "primary")
    button.resize(120, 30)
    assert _middle(button) == DARK.accent
    label = QLabel("words")
    qtbot.addWidget(label)
    set_type(label, "small", strong=True)
    set_tone(label, "danger")
    label.ensurePolished()
    assert label.font().pixelSize() == TYPE.small
    assert label.font().weight() == 600
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == DARK.danger


def test_what_was_never_shown_is_polished_once_and_not_with_each_look(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    polished = EventCount(QEvent.Type.PaletteChange)
    label = QLabel("words")
    qtbot.addWidget(label)
    label.installEventFilter(polished)
    for tone in ("danger", "ok", "muted"):
        set_tone(label, tone)
        set_type(label, "small")
    assert polished.count == 0
    label.ensurePolished()
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == DARK.muted
    set_tone(label, "danger")  # from now on at once
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == DARK.danger


def test_a_problem_draws_a_danger_border(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    button = QPushButton()
    qtbot.addWidget(button)
    button.resize(120, 30)
    set_problem(button, True)
    assert button.grab().toImage().pixelColor(60, 0).name().upper() == DARK.danger
    set_problem(button, False)
    assert button.grab().toImage().pixelColor(60, 0).name().upper() == DARK.line


@pytest.mark.parametrize("name", ["/etc/passwd", "../pyproject.toml", "icons/../../x"])
def test_resource_names_stay_inside(name):
    with pytest.raises(ValueError, match="not a resource name"):
        resource_path(name)


def test_a_missing_resource_is_named():
    with pytest.raises(FileNotFoundError, match=r"icons/none\.svg"):
        resource_path("icons/none.svg")


class EventCount(QObject):
    """How many events of one type came to what it watches."""

    def __init__(self, type_: QEvent.Type) -> None:
        super().__init__()
        self._type, self.count = type_, 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._type
        return False


def _middle(widget) -> str:
    image = widget.grab().toImage()
    return str(image.pixelColor(4, image.height() // 2).name()).upper()
