"""One waiting job of the queue: its place, what it asks, what it costs, and what to do with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_studio.core.job import Job
from flux_studio.core.money import dollars
from flux_studio.session.studio import Studio
from flux_studio.ui.elsewhere_line import ElsewhereLine
from flux_studio.ui.phrases import job_words, model_words, prompt_start, size_words
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.chip import Chip
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ThemedIcon

MIME = "application/x-flux-studio-waiting-job"
_ICON = 16  # px
_NUMBER_WIDTH = 20  # px
_PRICE_WIDTH = 48  # px, so that prices stand below each other


class QueueRow(QFrame):
    """Signals: `edit_asked()` when the job goes into the form; `moved_by(int)` up or down the
    queue, so that the list keeps the focus on it.
    """

    edit_asked = Signal()
    moved_by = Signal(int)

    def __init__(self, job: Job, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._job = job
        self._pressed: QPoint | None = None
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make_parts()
        self._lay_out()

    @property
    def job(self) -> Job:
        return self._job

    def show_job(self, job: Job, place: int, count: int, now: datetime) -> None:
        """Show a job at `place` of `count`, counted from 1."""
        self._job = job
        editing = self._studio.state.editing == job.id
        self.number.setText(str(place))
        self.prompt.setText(prompt_start(job.request.prompt, 300) or self.tr("No prompt"))
        self.price.setText(dollars(job.price))
        parts = [
            model_words(job.request, self._studio.state.cards),
            size_words(job.request.size),
            job.origin.project,
            job.message or (job_words(job, now) if job.retry_at else ""),
        ]
        self.words.setText(" · ".join(part for part in parts if part))
        self.held.setVisible(job.held)
        self.held.show_text(self.tr("in the form") if editing else self.tr("held"), "accent")
        self.front.setEnabled(place > 1)
        self.up.setEnabled(place > 1)
        self.down.setEnabled(place < count)
        self.hold.show_icon("play" if job.held else "pause")
        name = self.tr("Let it go on") if job.held else self.tr("Hold this job")
        if self.hold.accessibleName() != name:
            self.hold.setAccessibleName(name)
            tip = self.tr("Keep its place and do not send it")
            self.hold.show_tip(name if job.held else tip, "H")
        self.edit.setEnabled(not editing)
        self.elsewhere.show_job(job)
        text = self.tr("{place} of {count}: {prompt}")
        prompt = prompt_start(job.request.prompt)
        self.setAccessibleName(text.format(place=place, count=count, prompt=prompt))
        self.setAccessibleDescription(f"{self.words.text()} · {self.price.text()}")

    def _make_parts(self) -> None:
        self.grip = ThemedIcon("grip-vertical", "muted", _ICON)
        self.grip.setCursor(Qt.CursorShape.OpenHandCursor)
        self.number = QLabel()
        self.number.setFixedWidth(_NUMBER_WIDTH)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_tone(self.number, "muted")
        self.prompt = ElidedLabel()
        self.words = ElidedLabel()
        set_type(self.words, "small")
        set_tone(self.words, "muted")
        self.held = Chip("")
        self.price = QLabel()
        for label in (self.number, self.price):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.price.setProperty("strong", True)
        self.price.setMinimumWidth(_PRICE_WIDTH)
        self.price.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.elsewhere = ElsewhereLine(self._studio)
        queue, tr = self._studio.queue, self.tr
        self.up = _tool("arrow-up", tr("Move up"), tr("Send it earlier"), "Alt+Up")
        self.down = _tool("arrow-down", tr("Move down"), tr("Send it later"), "Alt+Down")
        self.front = _tool("skip-forward", tr("To the front"), tr("Send it next"), "Alt+Home")
        self.hold = _tool(
            "pause", tr("Hold this job"), tr("Keep its place and do not send it"), "H"
        )
        self.edit = _tool(
            "pencil", tr("Edit"), tr("Bring it into the form and change it before it is sent"), "F2"
        )
        self.remove = _tool(
            "x", tr("Remove"), tr("Take it out of the queue; it costs nothing"), "Del"
        )
        self.up.clicked.connect(lambda: self.moved_by.emit(-1))
        self.down.clicked.connect(lambda: self.moved_by.emit(1))
        self.front.clicked.connect(lambda: queue.to_front(self._job.id))
        self.hold.clicked.connect(self._on_hold_clicked)
        self.edit.clicked.connect(self.edit_asked)
        self.remove.clicked.connect(lambda: self._studio.jobs.cancel(self._job.id))

    def _lay_out(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.prompt)
        lines.addWidget(self.words)
        head = QHBoxLayout()
        head.setSpacing(SPACE.s)
        for part in (self.grip, self.number):
            head.addWidget(part)
        head.addLayout(lines, 1)
        head.addWidget(self.held)
        head.addWidget(self.price)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for tool in (self.front, self.up, self.down, self.hold, self.edit, self.remove):
            tools.addWidget(tool)
        head.addLayout(tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.s, SPACE.s, SPACE.s, SPACE.s)
        column.setSpacing(SPACE.xs)
        column.addLayout(head)
        self.elsewhere.setContentsMargins(_ICON + _NUMBER_WIDTH + 2 * SPACE.s, 0, 0, 0)
        column.addWidget(self.elsewhere)

    def _on_hold_clicked(self) -> None:
        if self._studio.state.editing == self._job.id:
            self._studio.queue.leave()
        elif self._job.held:
            self._studio.queue.release(self._job.id)
        else:
            self._studio.queue.hold(self._job.id)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        match event.key():
            case Qt.Key.Key_Up if alt:
                self.moved_by.emit(-1)
            case Qt.Key.Key_Down if alt:
                self.moved_by.emit(1)
            case Qt.Key.Key_Home if alt:
                self.front.click()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_F2:
                self.edit.click()
            case Qt.Key.Key_H:
                self.hold.click()
            case Qt.Key.Key_Delete:
                self.remove.click()
            case _:
                super().keyPressEvent(event)

    # Dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if left else None
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._drag(self._pressed)
            self._pressed = None

    def _drag(self, at: QPoint) -> None:
        data = QMimeData()
        data.setData(MIME, self._job.id.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.setHotSpot(at)
        drag.exec(Qt.DropAction.MoveAction)


def _tool(icon: str, name: str, tip: str, keys: str) -> IconButton:
    button = IconButton(icon, name, tip, keys, edge=SHAPE.target)
    button.setMaximumSize(QSize(SHAPE.target, SHAPE.target))
    return button


def is_waiting_job(data: QMimeData) -> bool:
    """Whether a row of the queue is being dragged."""
    return data.hasFormat(MIME)


def job_of(data: QMimeData) -> str:
    """The id of the job that is being dragged."""
    return bytes(data.data(MIME).data()).decode("ascii", "replace")


def row_under(rows: list[QueueRow], y: int, parent: QWidget) -> QueueRow | None:
    """The row before which something dropped at `y` px of `parent` belongs; None for the end."""
    for row in rows:
        middle = row.mapTo(parent, QPoint(0, row.height() // 2)).y()
        if y < middle:
            return row
    return None
