"""What can go wrong before the first window, turned into one sentence with the cure.

Qt aborts, uncatchably, when an X library is missing, and always blames the same one; so the
libraries are looked for first. Nothing here imports Qt.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# Debian's package for each library that PySide6's wheels expect from the system.
DRAWING = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
DISPLAY = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def has_display(environ: Mapping[str, str] | None = None) -> bool:
    """Whether a window could be shown: always on Windows and macOS, else when a display answers."""
    env = os.environ if environ is None else environ
    if sys.platform in ("win32", "darwin"):
        return True
    return any(_can_show(platform, env) for platform in _platforms(env) or ("wayland", "xcb"))


def missing_packages(for_display: bool) -> list[str]:
    """Debian packages of the system libraries that are not there; empty elsewhere than on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = DRAWING | (DISPLAY if for_display else {})
    return [package for library, package in wanted.items() if not _loads(library)]


def apt_line(packages: Iterable[str]) -> str:
    """The exact command that installs them on Debian and Ubuntu."""
    return "sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def library_sentence(for_display: bool) -> str | None:
    """What to install before Qt can start, as one sentence with the command; None when all is
    there.
    """
    packages = missing_packages(for_display)
    if not packages:
        return None
    return f"System libraries are missing that Qt needs. Install them with:\n  {apt_line(packages)}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    """Ask the X server itself: a DISPLAY that nobody serves would make Qt abort."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # cannot tell; Qt will say
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    """Whether a compositor listens at WAYLAND_DISPLAY: the variable outlives it."""
    name = environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(1.0)
            asking.connect(str(Path(environ.get("XDG_RUNTIME_DIR", "")) / name))
    except OSError:
        return False
    return True


def _can_show(platform: str, environ: Mapping[str, str]) -> bool:
    match platform:
        case "xcb":
            return bool(environ.get("DISPLAY")) and _x_answers()
        case "wayland" | "wayland-egl":
            return _wayland_answers(environ)
        case _:
            return True  # offscreen and its like, or a screen without a window system


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """The platform plugins that Qt was told to try, in order; none when it may choose."""
    told = environ.get("QT_QPA_PLATFORM", "").split(";")
    return [name for name in (plugin.partition(":")[0].strip() for plugin in told) if name]


def is_offscreen(environ: Mapping[str, str] | None = None) -> bool:
    """Whether Qt was told to use a platform that needs no X libraries."""
    env = os.environ if environ is None else environ
    platforms = _platforms(env)
    return bool(platforms) and platforms[0] in ("offscreen", "minimal", "vnc")
