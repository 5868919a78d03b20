"""The profile of a screen is read from the root window, on a real X server."""

from __future__ import annotations

import ctypes

import pytest
from PySide6.QtGui import QColorSpace

from flux_studio.ui.viewer import screen_profile

pytestmark = pytest.mark.display

_REPLACE, _CARDINAL = 0, 6


@pytest.fixture
def root_property():
    """Set a property of the root window; all are taken away after the test."""
    library = screen_profile._xlib()
    display = ctypes.c_void_p(library.XOpenDisplay(None))
    root = ctypes.c_ulong(library.XDefaultRootWindow(display))
    made = []

    def put(name, data):
        atom = ctypes.c_ulong(library.XInternAtom(display, name.encode(), False))
        made.append(atom)
        library.XChangeProperty(
            display, root, atom, ctypes.c_ulong(_CARDINAL), 8, _REPLACE, data, len(data)
        )
        library.XSync(display, 0)

    yield put
    for atom in made:
        library.XDeleteProperty(display, root, atom)
    library.XCloseDisplay(display)


def test_the_profile_of_each_screen(qapp, root_property):
    assert screen_profile.profile_of(0, qapp.platformName()) == b""
    first = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3).iccProfile().data()
    second = QColorSpace(QColorSpace.NamedColorSpace.AdobeRgb).iccProfile().data()
    root_property("_ICC_PROFILE", first)
    root_property("_ICC_PROFILE_1", second)
    assert screen_profile.profile_of(0, "xcb") == first
    assert screen_profile.profile_of(1, "xcb") == second
    assert screen_profile.profile_of(0, "wayland") == b""
