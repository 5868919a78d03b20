"""Shows a file of ours in the file manager of this system, or opens it in another program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

MANAGER = "org.freedesktop.FileManager1"
ANSWER_MS = 3_000  # a file manager that is not running yet has to start first


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


def select_in_manager(file: Path) -> bool:
    """Have the file manager show `file` chosen in its folder (`org.freedesktop.FileManager1` of
    the session bus). False on other systems, and where no manager answers. Blocking for up to
    `ANSWER_MS`: not for the main thread.
    """
    if not sys.platform.startswith("linux"):
        return False
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage  # 100 ms, on this thread only

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    path = "/org/freedesktop/FileManager1"
    call = QDBusMessage.createMethodCall(MANAGER, path, MANAGER, "ShowItems")
    call.setArguments([[file.as_uri()], ""])
    reply = bus.call(call, QDBus.CallMode.Block, ANSWER_MS)
    return reply.type() is QDBusMessage.MessageType.ReplyMessage


def start(command: Sequence[str]) -> bool:
    """Start a program that stays when the studio goes. False when it cannot be started."""
    return bool(QProcess.startDetached(command[0], list(command[1:]))[0])


def asks_for_program() -> bool:
    """Whether this system lets people choose a program in a window of its own."""
    return sys.platform in ("darwin", "win32")


def choose_program(file: Path, parent: QWidget, done: Callable[[bool], object]) -> None:
    """Let the person choose a program for `file`; `done` hears whether it could be started."""
    if sys.platform == "win32":
        done(start(("rundll32", "shell32.dll,OpenAs_RunDLL", str(file))))
        return
    dialog = QFileDialog(parent, QCoreApplication.translate("Reveal", "Open with"), "/Applications")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilter(QCoreApplication.translate("Reveal", "Programs") + " (*.app)")
    dialog.fileSelected.connect(lambda name: done(start(("open", "-a", name, str(file)))))
    dialog.open()


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
