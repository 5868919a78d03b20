"""Leads a deletion through the window: the question before, how far it is, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.bin_desk import BinReport
from flux_studio.session.bin_watch import BinWatch
from flux_studio.session.state import Notice, Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.wall.selecting import Held
from flux_studio.ui.wall.successor import Successor

if TYPE_CHECKING:
    from flux_studio.storage.uses import Uses
    from flux_studio.ui.deleting.progress import BinProgress
    from flux_studio.ui.deleting.question import BinQuestion
    from flux_studio.ui.wall import WallPanel

SETTLE_AFTER = 4000  # ms after the start: the window and its pictures come first
ONE = QT_TRANSLATE_NOOP("Notice", "The picture is in the bin.")
MANY = QT_TRANSLATE_NOOP("Notice", "{count} pictures are in the bin.")
STOPPED = QT_TRANSLATE_NOOP("Notice", "Stopped: {count} pictures are in the bin.")
HELD = QT_TRANSLATE_NOOP("Notice", "{held} stay: their job still brings pictures.")
LEFT = QT_TRANSLATE_NOOP("Notice", "{left} stay. {sentence}")
FAILED = QT_TRANSLATE_NOOP("Notice", "That could not be done. {sentence}")
BACK_ONE = QT_TRANSLATE_NOOP("Notice", "The picture is back.")
BACK = QT_TRANSLATE_NOOP("Notice", "{count} pictures are back.")
LOST = QT_TRANSLATE_NOOP("Notice", "{lost} cannot come back: they are no longer in the bin.")
NONE_REJECTED = QT_TRANSLATE_NOOP("Notice", "No picture is rejected. X rejects.")
NOTHING = QT_TRANSLATE_NOOP("Notice", "Nothing was deleted that could come back.")
UNDO = QT_TRANSLATE_NOOP("Notice", "Undo")


class Deleting(QObject):
    """Follows the library's bin desk. No signals."""

    def __init__(self, window: QWidget, over: QWidget, studio: Studio, wall: WallPanel) -> None:
        """Progress is shown at the foot of `over`."""
        super().__init__(window)
        self._window, self._over = window, over
        self._studio, self._wall = studio, wall
        self._bin = studio.library.bin
        self._progress: BinProgress | None = None
        self._successor = Successor(wall)
        self._back = ""  # a picture that came back and is to be in view
        self._uses_own = False  # the person said yes to the library's own bin in this run
        self.question: BinQuestion | None = None
        self._bin.wanted.connect(self._on_wanted)
        self._bin.sweep_wanted.connect(self.sweep)
        self._bin.progressed.connect(self._on_progressed)
        self._bin.removed.connect(self._choose_next)
        wall.model.modelReset.connect(self._choose_next)
        self._bin.ended.connect(self._on_ended)
        studio.acted.connect(self._on_acted)
        self._watch = BinWatch(studio.library)
        QTimer.singleShot(SETTLE_AFTER, self._watch, self._on_settle_after)  # ends with it

    @Slot()
    def sweep(self) -> None:
        """Ask whether everything that was rejected is to go."""

        def ask(ids: list[str]) -> None:
            if not ids:
                self._studio.say(Tone.INFO, NONE_REJECTED)
                return
            self._bin.ask_uses(ids, self._studio.state, partial(self._ask, ids, sweeps=True))

        self._bin.ask_rejected(ask)

    @Slot()
    def _on_settle_after(self) -> None:
        self._watch.start()
        self._bin.settle()

    # Before

    @Slot(object)
    def _on_wanted(self, ids: tuple[str, ...]) -> None:
        def decide(uses: Uses) -> None:
            if uses.any:
                self._ask(ids, uses)
            elif uses.pictures:
                self._go(ids)

        self._bin.ask_uses(ids, self._studio.state, decide)

    def _ask(self, ids: Sequence[str], uses: Uses, *, sweeps: bool = False) -> None:
        from flux_studio.ui.deleting.question import delete_question

        self._open(delete_question(uses, self._window, sweeps=sweeps), partial(self._go, ids))

    def _open(self, question: BinQuestion, go: Callable[[], object]) -> None:
        """One question at a time: another Delete meanwhile asks nothing."""
        if self.question is not None:
            question.deleteLater()
            return
        self.question = question
        question.accepted.connect(go)
        question.finished.connect(self._on_question_finished)
        question.open()

    @Slot()
    def _on_question_finished(self) -> None:
        self.question = None

    def _go(self, ids: Sequence[str], *, own: bool = False) -> None:
        self._successor.expect(ids)
        self._begin()
        self._bin.delete(ids, own=own or self._uses_own)

    # Meanwhile

    def _begin(self) -> None:
        if self._progress is None:
            from flux_studio.ui.deleting.progress import BinProgress

            self._progress = BinProgress(self._over)
            self._progress.stop_asked.connect(self._bin.stop)
        self._progress.begin()

    @Slot(int, int)
    def _on_progressed(self, done: int, count: int) -> None:
        self._begin()
        if self._progress is not None:
            self._progress.show_progress(done, count, deletes=self._bin.deletes)

    @Slot()
    def _choose_next(self, *_: object) -> None:
        self._successor.choose()
        self._show_back()

    def _choose_back(self, ids: Sequence[str]) -> None:
        """What came back is selected again, as soon as the wall has it."""
        if self._wall.isVisible():
            self._successor.forget()
            self._back = ids[0]
            self._wall.view.hold(Held(ids[0], ids))
            self._show_back()

    def _show_back(self) -> None:
        row = self._wall.model.catalogue.find(self._back) if self._back else None
        if row is not None:
            self._back = ""
            self._wall.view.scrollTo(self._wall.model.index(row))

    # After

    @Slot(object)
    def _on_ended(self, report: BinReport) -> None:
        if self._progress is not None and not self._bin.is_busy:
            self._progress.end()
        self._studio.refresh_totals()
        if report.ids and not report.deletes:
            self._choose_back(report.ids)
        if report.elsewhere:
            self._offer_own(report)
        if report.ids or not report.elsewhere:
            self._tell(report)

    def _tell(self, report: BinReport) -> None:
        number, count = QLocale().toString, len(report.ids)
        parts = [] if not count else [_moved(report)]
        parts += [HELD] if report.held else []
        parts += [LOST] if report.lost else []
        parts += [LEFT] if report.left and not report.elsewhere else []
        parts += [FAILED] if report.sentence and not report.left else []
        translate = QCoreApplication.translate
        values = (
            ("count", number(count)),
            ("held", number(len(report.held))),
            ("lost", number(len(report.lost))),
            ("left", number(len(report.left))),
            ("sentence", translate("Notice", report.sentence) if report.sentence else ""),
        )
        if len(parts) == 1:
            text = parts[0]
        else:  # several sentences are put together here, each translated by itself
            text = " ".join(translate("Notice", part) for part in parts)
        good = count and len(parts) == 1
        action = UNDO if report.step is not None else ""
        nothing = not report.deletes and not parts
        if nothing:
            text = NOTHING
        if text:
            tone = Tone.INFO if good or nothing else Tone.BAD
            self._studio.say(tone, text, values, action, report.step)

    def _offer_own(self, report: BinReport) -> None:
        from flux_studio.ui.deleting.question import own_bin_question

        def go() -> None:
            self._uses_own = True
            self._go(report.left, own=True)

        self._open(own_bin_question(len(report.left), self._window), go)

    @Slot(object)
    def _on_acted(self, notice: Notice) -> None:
        """The button of the notice takes back that very deletion, if it was not taken back yet."""
        history = self._studio.library.history
        if notice.action == UNDO and notice.about is not None:
            history.take_back(notice.about)


def _moved(report: BinReport) -> str:
    one = len(report.ids) == 1
    if not report.deletes:
        return BACK_ONE if one else BACK
    if report.stopped:
        return STOPPED
    return ONE if one else MANY
