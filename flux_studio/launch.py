"""The program's entry: the plain case, a window on a sound machine, is started with as little as
possible.

Everything else (a command, no display, a missing library) is the command line's business.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

LIBRARY_FOLDERS = ("/usr/lib/{0}", "/lib/{0}", "/usr/lib64", "/usr/lib")
NEEDED = ("libGL.so.1", "libEGL.so.1", "libfontconfig.so.1", "libxkbcommon.so.0")
NEEDED_FOR_X = (
    "libxcb-cursor.so.0",
    "libxkbcommon-x11.so.0",
    "libxcb-icccm.so.4",
    "libxcb-keysyms.so.1",
    "libxcb-shape.so.0",
)


def main() -> int:
    """Run the program from its start to its end; gives the exit code."""
    code = _run()
    from flux_studio.leaving import leave

    return leave(code)


def _run() -> int:
    """Open the window, or hand over to the command line."""
    if sys.argv[1:] or not is_plain_case(os.environ):
        from flux_studio.cli import main as command_line

        return command_line()
    try:
        from flux_studio.app import run

        return run(sys.argv)
    except Exception as error:  # noqa: BLE001  # said in one sentence and logged, like any other
        from flux_studio.cli import guarded

        fault = error

        def raise_it() -> int:
            raise fault

        return guarded(raise_it)


def is_plain_case(environ: Mapping[str, str]) -> bool:
    """Whether a look at the file system shows that a window can be opened. False says nothing: the
    thorough look of `startup` follows.
    """
    if not sys.platform.startswith("linux"):
        return True
    platform = environ.get("QT_QPA_PLATFORM", "")
    if platform == "offscreen":
        return _all_there(NEEDED)
    if platform not in ("", "xcb") or environ.get("WAYLAND_DISPLAY"):
        return False
    host, _, number = environ.get("DISPLAY", "").partition(":")
    socket = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    served = not host and bool(number) and os.path.exists(socket)  # noqa: PTH110  # pathlib is slow
    return served and _all_there((*NEEDED, *NEEDED_FOR_X))


def _all_there(libraries: tuple[str, ...]) -> bool:
    multiarch = getattr(sys.implementation, "_multiarch", "")
    folders = [folder.format(multiarch) for folder in LIBRARY_FOLDERS]
    return all(
        any(os.path.exists(f"{folder}/{library}") for folder in folders)  # noqa: PTH110  # as above
        for library in libraries
    )
