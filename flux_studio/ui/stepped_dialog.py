"""Dialogs with much in them: made in short steps, and on screen when they are whole.

A hundred widgets take twenty milliseconds to make. In one turn of the event loop that is felt;
over a few of them it is not, and nothing is ever seen half made.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QDialog, QWidget

from flux_studio.ui.steps import Steps


class SteppedDialog(QDialog):
    """Made whole by its constructor, or with `in_steps` by `open`. No signals.

    A subclass calls `begin` at the end of its constructor.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._making: Iterator[None] = iter(())
        self._opening: Steps | None = None

    def begin(self, making: Iterator[None], *, in_steps: bool) -> None:
        """`making` makes what is in the dialog; each `next` is a short step."""
        self._making = making
        if not in_steps:
            self._make()

    def open(self) -> None:
        """Make what is not made yet over the next turns of the event loop, then be shown. Nothing
        happens while another one of the same parent is on its way: its key was pressed twice.
        """
        if any(each.is_opening() for each in self._others()):
            self.deleteLater()
        elif self._opening is None:
            self._opening = Steps(self._steps(), self)

    def is_opening(self) -> bool:
        """Whether it will be on screen in a moment."""
        return self._opening is not None and self._opening.is_running()

    def _others(self) -> list[SteppedDialog]:
        parent = self.parent()
        found = [] if parent is None else parent.children()
        return [each for each in found if isinstance(each, SteppedDialog) and each is not self]

    def _make(self) -> None:
        for _ in self._making:
            pass

    def _steps(self) -> Iterator[bool]:
        for _ in self._making:
            yield False
        self.ensurePolished()
        yield True
        layout = self.layout()
        if layout is not None:
            layout.activate()
        yield True
        super().open()
