"""Every shipped icon parses, takes the colours it is asked for, and follows the theme."""

import re

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from flux_studio.resources import resource_path
from flux_studio.ui.icons import ROLES, app_icon, icon, pixmap, set_icon
from flux_studio.ui.theme import Theme, apply_theme
from flux_studio.ui.tokens import DARK, LIGHT

FOLDER = resource_path("icons")
LUCIDE = sorted(path.stem for path in FOLDER.glob("*.svg") if path.stem != "flux-studio")


@pytest.fixture(autouse=True)
def _dark(qapp):
    apply_theme(qapp, Theme.DARK)


@pytest.mark.parametrize("name", LUCIDE)
def test_every_icon_parses_and_tints(name):
    assert QSvgRenderer(str(FOLDER / f"{name}.svg")).isValid()
    for ratio in (1, 2, 3):
        picture = pixmap(name, DARK.accent, 16, ratio)
        assert picture.width() == 16 * ratio
        assert picture.deviceIndependentSize() == QSize(16, 16)
        assert _colors(picture.toImage()) == {DARK.accent}


def test_the_licence_is_beside_them():
    text = (FOLDER / "LICENSE-lucide.txt").read_text(encoding="utf-8")
    assert "ISC License" in text
    assert "Cole Bemis" in text


@pytest.mark.parametrize("name", LUCIDE)
def test_no_icon_reaches_outside_itself(name):
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert "currentColor" in text
    assert not re.search(r"href|<script|<style|<image|<!ENTITY", text)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_a_colour_of_the_theme(role):
    assert _shown(icon("lock", role)) == {getattr(DARK, role)}


def test_disabled_and_checked_have_their_own_colours():
    quiet = icon("lock", "muted")
    assert _shown(quiet, QIcon.Mode.Disabled) == {DARK.disabled}
    assert _shown(quiet, QIcon.Mode.Normal, QIcon.State.On) == {DARK.text}


def test_icons_given_out_follow_the_theme(qapp, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    push, tool, action = QPushButton(window), QToolButton(window), QAction(window)
    window.addAction(action)
    for target in (push, tool, action):
        set_icon(target, "star", "accent")
        assert _shown(target.icon()) == {DARK.accent}
    apply_theme(qapp, Theme.LIGHT)
    for target in (push, tool, action):
        assert _shown(target.icon()) == {LIGHT.accent}


def test_the_same_icon_is_drawn_once():
    assert icon("heart").cacheKey() == icon("heart").cacheKey()


def test_filled_fills():
    hollow = pixmap("star", DARK.accent, 16).toImage()
    full = pixmap("star", DARK.accent, 16, filled=True).toImage()
    assert hollow.pixelColor(8, 8).alpha() == 0
    assert full.pixelColor(8, 8).alpha() == 255


def test_an_unknown_icon_is_an_error():
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")


@pytest.mark.parametrize("size", [16, 24, 32, 48, 64, 128, 256, 512])
def test_the_mark_is_drawn_at_every_size(size):
    with Image.open(FOLDER / "app" / f"flux-studio-{size}.png") as mark:
        assert mark.size == (size, size)
        rgba = mark.convert("RGBA").tobytes()
    middle = 4 * (size // 2 * size + size // 2)
    red, green, blue, alpha = rgba[middle : middle + 4]
    assert alpha == 255
    assert red > green > blue  # the amber light
    assert rgba[3] < 128  # rounded corners
    assert app_icon().actualSize(QSize(size, size)) == QSize(size, size)


def test_the_mark_ships_for_windows_and_macos():
    with Image.open(FOLDER / "app" / "flux-studio.ico") as ico:
        assert {(16, 16), (32, 32), (256, 256)} <= set(ico.info["sizes"])
    with Image.open(FOLDER / "app" / "flux-studio.icns") as icns:
        assert icns.size[0] >= 512


def _shown(
    shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off
) -> set[str]:
    return _colors(shown.pixmap(QSize(16, 16), mode, state).toImage())


def _colors(image: QImage) -> set[str]:
    """The tokens that the well covered pixels show; an unknown colour stands for itself."""
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    pixels = (image.pixelColor(x, y) for x, y in places)
    return {_token(pixel) for pixel in pixels if pixel.alpha() > 140}


def _token(pixel: QColor) -> str:
    """Half covered pixels are rounded by up to two steps of 255."""
    for token in dict.fromkeys(getattr(colors, role) for colors in (DARK, LIGHT) for role in ROLES):
        wanted = QColor(str(token))
        far = max(
            abs(pixel.red() - wanted.red()),
            abs(pixel.green() - wanted.green()),
            abs(pixel.blue() - wanted.blue()),
        )
        if far <= 2:
            return str(token)
    return pixel.name()
