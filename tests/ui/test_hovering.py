"""The pointer that comes and goes has nothing painted anew but what shows that it is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QHoverEvent
from PySide6.QtWidgets import QApplication, QLabel, QSplitter

from flux_studio.ui.hovering import keep_still
from flux_studio.ui.theme import Theme, apply_theme
from tests.whole import whole_studio


class Painted(QObject):
    """How often what it watches was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def come_and_go(widget) -> None:
    for kind in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
        QApplication.sendEvent(widget, QHoverEvent(kind, QPointF(), QPointF(), QPointF()))
        QApplication.processEvents()


def test_what_is_in_a_splitter_is_not_painted_anew(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    splitter, words = QSplitter(), QLabel("words")
    splitter.addWidget(words)
    splitter.addWidget(QLabel("more"))
    qtbot.addWidget(splitter)
    splitter.show()
    qtbot.waitExposed(splitter)
    painted = Painted()
    words.installEventFilter(painted)
    come_and_go(splitter)
    assert painted.count  # which is what it is about
    keep_still(splitter)
    painted.count = 0
    come_and_go(splitter)
    assert painted.count == 0


def test_a_handle_still_shows_the_pointer(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    splitter = QSplitter()
    for _ in range(2):
        splitter.addWidget(QLabel("words"))
    keep_still(splitter)
    qtbot.addWidget(splitter)
    splitter.show()
    qtbot.waitExposed(splitter)
    painted = Painted()
    splitter.handle(1).installEventFilter(painted)
    come_and_go(splitter.handle(1))
    assert painted.count == 2


def test_the_whole_window_keeps_still(qtbot, tmp_path):
    with whole_studio(tmp_path) as whole:
        window, painted = whole.window, Painted()
        whole.room.composer.installEventFilter(painted)
        counts = []
        for _ in range(5):  # something else may be painted meanwhile
            painted.count = 0
            for widget in (window, window.body, window.upper):
                come_and_go(widget)
            counts.append(painted.count)
        assert min(counts) == 0
