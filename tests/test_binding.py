"""The Qt binding is sane: PySide6 6.12.0 on Python before 3.12 drops a reference on each emit and
each void call.
"""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

ROUNDS = 300
SLACK = 50  # other code may hold or free a few references meanwhile


class Sender(QObject):
    sent = Signal(bool)


def test_void_calls_keep_none_alive(qapp):
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        label.setText("x")
    assert sys.getrefcount(None) > before - SLACK


def test_emits_keep_booleans_alive(qapp):
    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(ROUNDS):
        sender.sent.emit(True)
    assert sys.getrefcount(True) > before - SLACK
