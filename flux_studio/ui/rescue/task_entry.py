"""Which task at the provider is it? An id to enter, and what the provider's own list offers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from flux_studio.engine.facts import LookedFor
from flux_studio.providers.contract import ListedTask
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import when_words
from flux_studio.ui.rescue.words import found_words
from flux_studio.ui.style import set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.tooltip import tooltip

LONGEST_ID = 200  # characters; providers' ids are far shorter
MOST_SHOWN = 5  # tasks of a list


class TaskEntry(QWidget):
    """Signal: `chosen(task id)`, typed or picked."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: LookedFor | None = None
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        set_tone(self.told, "muted")
        self.told.hide()
        self.task = QLineEdit()
        self.task.setAccessibleName(self.tr("Task id"))
        self.task.setPlaceholderText(self.tr("Task id, as the provider's page shows it"))
        self.task.setToolTip(tooltip(self.tr("The id of the task at the provider")))
        self.task.setMaxLength(LONGEST_ID)
        self.take = QPushButton(self.tr("It is there"))
        self.take.setAccessibleName(self.take.text())
        self.take.setToolTip(tooltip(self.tr("Follow the task of this id and fetch its picture")))
        self.take.setAutoDefault(False)
        self.take.setEnabled(False)
        set_icon(self.take, "check", "muted")
        self.task.textChanged.connect(self._on_task_changed)
        self.task.returnPressed.connect(self._on_take_clicked)
        self.take.clicked.connect(self._on_take_clicked)
        self.offers: list[Offer] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE.xs)
        entry = QHBoxLayout()
        entry.setSpacing(SPACE.s)
        entry.addWidget(self.task, 1)
        entry.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.s)
        column.addWidget(self.told)
        column.addLayout(self._column)
        column.addLayout(entry)

    def show_found(self, found: LookedFor | None) -> None:
        """What the provider's list has; what was typed stays."""
        if found == self._shown:
            return
        self._shown = found
        self.told.setText(found_words(found) if found else "")
        self.told.setVisible(found is not None)
        for offer in self.offers:
            self._column.removeWidget(offer)
            offer.hide()
            offer.deleteLater()
        tasks = found.tasks[:MOST_SHOWN] if found else ()
        self.offers = [Offer(task, self) for task in tasks]
        for offer in self.offers:
            self._column.addWidget(offer)

    @Slot(str)
    def _on_task_changed(self, text: str) -> None:
        self.take.setEnabled(bool(text.strip()))

    @Slot()
    def _on_take_clicked(self) -> None:
        task = self.task.text().strip()
        if task:
            self.take.setEnabled(False)
            self.chosen.emit(task)


class Offer(QWidget):
    """One task of the provider's list, to be picked."""

    def __init__(self, task: ListedTask, entry: TaskEntry) -> None:
        super().__init__(entry)
        self._task, self._entry = task.task, entry
        made = when_words(task.created) if task.created else ""
        kind = (
            self.tr("the very same request") if task.same else self.tr("the same prompt, perhaps")
        )
        words = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        words.setText(" · ".join(filter(None, (task.task, made, task.words, kind))))
        self.pick = QPushButton(self.tr("This one"))
        self.pick.setAccessibleName(self.tr("It is task {task}").format(task=task.task))
        self.pick.setToolTip(tooltip(self.tr("Follow this task and fetch its picture")))
        self.pick.setAutoDefault(False)
        self.pick.clicked.connect(self._on_pick_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.s)
        row.addWidget(words, 1)
        row.addWidget(self.pick)

    @Slot()
    def _on_pick_clicked(self) -> None:
        self._entry.chosen.emit(self._task)
