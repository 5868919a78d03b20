"""The bar above the jobs while pictures are brought in: how far it is, pause and end."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from flux_studio.session.import_desk import ImportDesk, ImportView
from flux_studio.ui.style import dress, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.thin_progress import ThinProgress
from flux_studio.ui.widgets.tooltip import tooltip

HIGH = 44  # px


class ImportBar(QFrame):
    """Hidden while nothing is brought in. No signals: it asks the desk."""

    def __init__(self, desk: ImportDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName(self.tr("Import"))
        self.setFixedHeight(HIGH)
        dress(self, surface="panel")
        self.words = ElidedLabel("")
        self.source = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        set_tone(self.source, "muted")
        self.progress = ThinProgress(self.tr("Import progress"))
        self.hold = QPushButton(self.tr("Pause"))
        self.hold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hold.clicked.connect(self._on_hold_clicked)
        end = self.tr("End the import; what it brought in stays")
        self.end = IconButton("x", end, end)
        self.end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.end.clicked.connect(desk.cancel)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE.l, 0, SPACE.m, 0)
        row.setSpacing(SPACE.s)
        row.addWidget(self.words)
        row.addWidget(self.source, 1)
        row.addWidget(self.hold)
        row.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.progress)
        column.addLayout(row, 1)
        desk.changed.connect(self.show_view)
        self.show_view(desk.view)

    @Slot(object)
    def show_view(self, view: ImportView) -> None:
        """How far the import is."""
        progress = view.progress
        self.setVisible(progress is not None)
        if progress is None:
            return
        self.words.setText(self._words_of(view))
        self.source.setText(", ".join(str(each) for each in progress.run.sources[:3]))
        share = progress.done / progress.total if progress.total else None
        if progress.total == 0:
            share = 1.0
        self.progress.show_fraction(share)
        self._show_hold(view.paused)

    def _words_of(self, view: ImportView) -> str:
        progress, number = view.progress, QLocale().toString
        assert progress is not None
        if progress.total is None:
            words = self.tr("Looking for pictures…")
        else:
            text = self.tr("{done} of {total} pictures")
            if view.paused:
                text = self.tr("Paused at {done} of {total} pictures")
            words = text.format(done=number(progress.done), total=number(progress.total))
        parts = [words]
        if progress.known:
            parts.append(self.tr("{count} here already").format(count=number(progress.known)))
        if progress.failed:
            parts.append(self.tr("{count} unreadable").format(count=number(progress.failed)))
        if view.waiting:
            parts.append(self.tr("{count} more to come").format(count=number(view.waiting)))
        return " · ".join(parts)

    def _show_hold(self, paused: bool) -> None:
        text = self.tr("Continue") if paused else self.tr("Pause")
        if self.hold.text() != text or not self.hold.toolTip():
            tip = self.tr("Go on where it was") if paused else self.tr("Wait at the next file")
            self.hold.setText(text)
            self.hold.setAccessibleName(text)
            self.hold.setToolTip(tooltip(tip))

    @Slot()
    def _on_hold_clicked(self) -> None:
        if self._desk.view.paused:
            self._desk.resume()
        else:
            self._desk.pause()
