"""The end of the process, in real processes: the right exit code, everything said, no crash, and no
wait for what hangs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from flux_studio.house import EXIT_DEADLINE
from tests.commands.shell import ROOT, process_env

# What a thread of ours is in the midst of when the program ends.
BUSY = {
    "Qt": "from PySide6.QtGui import QImage\n"
    "def step(image=QImage(600, 600, QImage.Format.Format_RGB32)): image.scaled(300, 300)\n",
    "TLS": "import ssl, truststore\ndef step(): truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n",
}
AT_WORK = """
import sys, threading
from flux_studio.core.side_thread import SideThread
from flux_studio.leaving import leave
begun = threading.Event()
def work():
    while True:
        step()
        begun.set()
for number in range(3):
    SideThread(work, f"busy-{number}").start()
begun.wait()
print("all of it")
sys.exit(leave(3, 0.05))
"""
# The window, closed when the first key was asked for; it says when that was.
WINDOW = """
import sys, threading, time
from PySide6.QtCore import QTimer
from flux_studio import app, launch
from flux_studio.core.side_thread import wait_for_side_threads
from flux_studio.storage import keychain
asked, opened = threading.Event(), keychain.open_keychain
def open_keychain(*given):
    asked.set()
    {answer}
keychain.open_keychain = open_keychain
run, show = app.run, app.Application.show
def close_when_asked(self):
    self.watch = QTimer(self, interval=5)
    self.watch.timeout.connect(lambda: asked.is_set() and close(self))
    self.ready.connect(self.watch.start)
    self.failed.connect(lambda: sys.exit(repr(self.failure)))
    show(self)
def close(self):
    self.watch.stop()
    print(time.monotonic())
    self.window.close()
def run_and_look(arguments):
    code = run(arguments)
    print(*wait_for_side_threads(0.2))
    return code
app.Application.show, app.run = close_when_asked, run_and_look
sys.argv = ["flux-studio"]
sys.exit(launch.main())
"""


def run(program: str, home: Path) -> subprocess.CompletedProcess[str]:
    variables = {"FLUX_STUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=process_env(**variables),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def seconds_to_end(answer: str, home: Path) -> tuple[float, str]:
    """From the close of a window to the end of its process, and the side threads left by then."""
    ended = run(WINDOW.format(answer=answer), home)
    closed, left = ended.stdout.splitlines()
    assert (ended.returncode, ended.stderr) == (0, "")
    return time.monotonic() - float(closed), left


@pytest.mark.parametrize("at_work", BUSY)
def test_threads_in_foreign_code_break_nothing(at_work, tmp_path):
    for _ in range(3):  # without `leave` Qt's crash each time, those of TLS now and then
        ended = run(BUSY[at_work] + AT_WORK, tmp_path)
        assert (ended.returncode, ended.stdout, ended.stderr) == (3, "all of it\n", "")


def test_a_keychain_that_never_answers_holds_up_no_end(tmp_path):
    sound, left = seconds_to_end("return opened(*given)", tmp_path / "sound")
    assert left == ""
    hung, left = seconds_to_end("threading.Event().wait()", tmp_path / "hung")
    assert "keychain" in left
    assert hung < sound + EXIT_DEADLINE
