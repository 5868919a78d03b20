"""The colour profile of a screen, where the system tells one: on X11 a property of the root window,
on Windows a file. A Wayland compositor and macOS convert from sRGB by themselves.

Qt knows profiles but not which one a screen has.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache

from PySide6.QtGui import QGuiApplication, QScreen

MOST_BYTES = 4 * 1024 * 1024  # of a profile; larger ones are not taken
_ANY_TYPE = 0


def screen_number(screen: QScreen | None) -> int:
    """The place of a screen in the list, as the system counts them; 0 for none."""
    screens = QGuiApplication.screens()
    return screens.index(screen) if screen in screens else 0


def profile_of(number: int, platform: str) -> bytes:
    """The ICC profile of screen `number`, b'' where none is told. Blocking for a few milliseconds:
    not for the main thread. `platform` is Qt's name of the window system.
    """
    if platform == "xcb":
        return _on_x11(number)
    if platform == "windows":
        return _on_windows()
    return b""


def _on_x11(number: int) -> bytes:
    """`_ICC_PROFILE` of the root window, with the number behind it from the second screen on
    (ICC Profiles in X, version 0.4).
    """
    library = _xlib()
    display = library.XOpenDisplay(None) if library is not None else None
    if library is None or not display:
        return b""
    try:
        name = "_ICC_PROFILE" if number == 0 else f"_ICC_PROFILE_{number}"
        atom = library.XInternAtom(display, name.encode("ascii"), True)
        return _property(library, display, atom) if atom else b""
    finally:
        library.XCloseDisplay(display)


def _property(library: ctypes.CDLL, display: int, atom: int) -> bytes:
    kind, count, rest = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
    width, data = ctypes.c_int(), ctypes.c_void_p()
    library.XGetWindowProperty(
        ctypes.c_void_p(display),
        ctypes.c_ulong(library.XDefaultRootWindow(ctypes.c_void_p(display))),
        ctypes.c_ulong(atom),
        ctypes.c_long(0),
        ctypes.c_long(MOST_BYTES // 4),
        ctypes.c_int(0),
        ctypes.c_ulong(_ANY_TYPE),
        ctypes.byref(kind),
        ctypes.byref(width),
        ctypes.byref(count),
        ctypes.byref(rest),
        ctypes.byref(data),
    )
    if not data.value:
        return b""
    found = ctypes.string_at(data.value, count.value)
    library.XFree(data)
    return found if width.value == 8 and not rest.value else b""


@lru_cache(maxsize=1)
def _xlib() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XOpenDisplay.argtypes = [ctypes.c_char_p]
    library.XCloseDisplay.argtypes = [ctypes.c_void_p]
    library.XInternAtom.restype = ctypes.c_ulong
    library.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.XDefaultRootWindow.restype = ctypes.c_ulong
    return library


def _on_windows() -> bytes:
    from PIL import ImageCms  # only here, and not before it is wanted

    try:
        found = ImageCms.get_display_profile()
    except (ImageCms.PyCMSError, OSError):
        return b""
    return b"" if found is None else found.tobytes()
