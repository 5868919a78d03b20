"""Shows a file of ours in the file manager of this system."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def reveal(file: Path) -> bool:
    """Open the folder of `file`, with the file selected where the system can do that. Returns at
    once; False when nothing could be started.
    """
    if sys.platform == "darwin":
        return bool(QProcess.startDetached("open", ["-R", str(file)])[0])
    if sys.platform == "win32":
        return bool(QProcess.startDetached("explorer", [f"/select,{file}"])[0])
    return open_folder(file.parent)


def open_file(file: Path) -> bool:
    """Open a picture of ours in the program this system has for it. False when there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def open_folder(folder: Path) -> bool:
    """Open a folder of ours. False when the system has no program for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def open_site(address: str) -> bool:
    """Open a provider's page in the browser: only https, never an address that came from a
    server. False when it is refused or nothing could be started.
    """
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() != "https" or not url.host():
        return False
    return QDesktopServices.openUrl(url)
