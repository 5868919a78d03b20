"""Other colours reach every widget, each once, and the window lives meanwhile."""

from __future__ import annotations

from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.icons import set_icon
from flux_studio.ui.restyling import restyle
from flux_studio.ui.style import (
    current_colors,
    palette,
    set_look,
    set_surface,
    set_tone,
    set_type,
    style_sheet,
)
from flux_studio.ui.theme import Theme, ThemeSource, apply_theme
from flux_studio.ui.tokens import DARK, LIGHT
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from tests.idle_peer import IdlePeer, assert_lives
from tests.ui.test_watchdog import Watchdog
from tests.whole import whole_studio

MOST_TURN = 0.025  # seconds; one call for all widgets of the window takes eight times as long


class Told(QObject):
    """Counts the events of one type that come to the widgets it watches."""

    def __init__(self, type_: QEvent.Type) -> None:
        super().__init__()
        self._type = type_
        self.counts: dict[QObject, int] = {}

    def watch(self, widget: QWidget) -> None:
        self.counts[widget] = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == self._type and watched in self.counts:
            self.counts[watched] += 1
        return False


def a_bit_of_all() -> QWidget:
    """A window with one of each kind, deep enough for what is inherited."""
    window = QWidget()
    set_surface(window, "panel")
    column = QVBoxLayout(window)
    for look in ("", "primary", "segment", "flat", "chip", "link", "danger"):
        button = QPushButton(f"Button {look}")
        set_look(button, look)
        button.setEnabled(look != "chip")
        set_icon(button, "lock")
        column.addWidget(button)
    for tone in ("text", "muted", "accent", "danger"):
        label = QLabel(tone)
        set_tone(label, tone)
        set_type(label, "small")
        column.addWidget(label)
    tree = QTreeWidget()
    tree.setStyleSheet("QTreeView::item:selected { border: none; }")
    tree.addTopLevelItem(QTreeWidgetItem(["a line"]))
    off = QLineEdit("off")
    off.setEnabled(False)
    fields = QLineEdit("words"), off, QPlainTextEdit("a text"), QSpinBox(), tree
    inner = QWidget()
    inside = QVBoxLayout(inner)
    for part in (*fields, QCheckBox("Mark"), SegmentedControl("Kind", [Segment("a", "A")])):
        inside.addWidget(part)
    choice = QComboBox()
    choice.addItems(["one", "two"])
    inside.addWidget(choice)
    area = QScrollArea()
    area.setWidget(inner)
    column.addWidget(area)
    window.resize(420, 900)
    return window


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_it_looks_as_if_it_had_begun_in_these_colours(qapp: QApplication, qtbot, theme):
    source = ThemeSource(qapp, Theme.DARK if theme is Theme.LIGHT else Theme.LIGHT)
    changed, hidden = a_bit_of_all(), a_bit_of_all()
    for window in (changed, hidden):
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.setFocus()
    hidden.hide()
    before = picture(changed)
    source.go_over_to(theme)
    qtbot.waitUntil(lambda: source._steps is not None and not source._steps.is_running())
    fresh = a_bit_of_all()
    qtbot.addWidget(fresh)
    fresh.show()
    hidden.show()
    for window in (changed, hidden, fresh):
        window.setFocus()
    assert picture(changed) != before
    assert picture(changed) == picture(fresh)
    assert picture(hidden) == picture(fresh)


def test_no_widget_is_told_of_another_style(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    window = inner = QWidget()
    told = Told(QEvent.Type.StyleChange)
    for depth in range(12):
        inner = QLabel(f"at {depth}", inner)
        told.watch(inner)
    qtbot.addWidget(window)
    window.show()
    apply_theme(qapp, Theme.LIGHT)
    assert set(told.counts.values()) == {0}
    qapp.setStyleSheet(style_sheet(DARK))  # what one call of Qt does with a deep one
    assert max(told.counts.values()) > 12
    apply_theme(qapp, Theme.DARK)


def test_what_is_in_view_keeps_still_until_all_of_it_is_ready(qapp, qtbot):
    apply_theme(qapp, Theme.DARK)
    window = a_bit_of_all()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    painted = Told(QEvent.Type.Paint)
    for part in (window, *window.findChildren(QWidget)):
        painted.watch(part)
    ready: list[bool] = []
    steps = restyle(qapp, LIGHT, lambda: ready.append(True))
    while not ready:
        next(steps)
        qapp.processEvents()
        assert not any(painted.counts.values())
    for _ in steps:
        qapp.processEvents()
    in_view = [part for part in painted.counts if not part.visibleRegion().isEmpty()]
    assert [part for part in in_view if not painted.counts[part]] == []
    assert all(part.updatesEnabled() for part in painted.counts)
    apply_theme(qapp, Theme.DARK)


def test_what_comes_and_goes_meanwhile(qapp, qtbot):
    source = ThemeSource(qapp, Theme.DARK)
    window, doomed = a_bit_of_all(), a_bit_of_all()
    qtbot.addWidget(window)
    for each in (window, doomed):
        each.show()
        qtbot.waitExposed(each)
    steps = restyle(qapp, LIGHT, lambda: None)
    for _ in range(8):
        next(steps)
    shiboken6.delete(doomed)
    new = a_bit_of_all()
    qtbot.addWidget(new)
    new.show()
    for _ in steps:
        pass
    for each in (window, new):
        each.setFocus()
    assert picture(new) == picture(window)
    source.choose(Theme.DARK)


def test_one_who_changes_their_mind_gets_the_last_theme(qapp, qtbot):
    source = ThemeSource(qapp, Theme.DARK)
    window = a_bit_of_all()
    qtbot.addWidget(window)
    window.show()
    for theme in (Theme.LIGHT, Theme.DARK, Theme.LIGHT):
        source.go_over_to(theme)
        qapp.processEvents()
    qtbot.waitUntil(lambda: source._steps is not None and not source._steps.is_running())
    assert source.colors == current_colors() == LIGHT
    assert qapp.palette() == palette(LIGHT)
    assert all(part.updatesEnabled() for part in window.findChildren(QWidget))
    source.choose(Theme.DARK)


def longest_turn(qtbot, home) -> float:
    """The longest gap (s) of the loop while the whole window changes its colours, without what held
    an idle process up as well.
    """
    with whole_studio(home) as whole:
        whole.application.theme.choose(Theme.DARK)
        whole.room.dialogs.open_settings()
        qtbot.wait(300)  # its opening is another measurement
        watchdog, peer = Watchdog(), IdlePeer()
        watchdog.start()
        for theme in (Theme.LIGHT, Theme.DARK):
            whole.studio.set_preferences(type(whole.studio.state.preferences)(theme=theme))
            qtbot.waitUntil(lambda: not whole.application.theme._steps.is_running())
            qtbot.wait(100)
        assert whole.application.theme.colors == DARK
        return watchdog.stop() - peer.longest()


@pytest.mark.timeout(120)
def test_the_window_lives_while_it_changes_its_colours(qtbot, tmp_path):
    assert_lives(partial(longest_turn, qtbot), MOST_TURN, tmp_path)
