"""Which history the keys for undo and redo mean while the keyboard is outside the composer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.session.studio import Studio


class Undoing(QObject):
    """In the composer the keys mean the form, and the composer takes them itself. Elsewhere they
    mean the library, unless the form was what was changed last from there: by a click into the
    composer that left the keyboard where it was, or by bringing settings back. No signals.
    """

    def __init__(self, studio: Studio, composer: QWidget) -> None:
        super().__init__(composer)
        self._form, self._library = studio.undo, studio.library.history
        self._composer = composer
        self._form_is_last = False
        self._form.recorded.connect(self._on_form_recorded)
        self._library.pushed.connect(self._on_library_pushed)

    @Slot()
    def undo(self) -> bool:
        """Take back what was done last here; False when there is nothing."""
        if self._means_form() and self._form.undo():
            return True
        return self._library.undo()

    @Slot()
    def redo(self) -> bool:
        """Do again what was taken back last here; False when there is nothing."""
        if self._means_form() and self._form.redo():
            return True
        return self._library.redo()

    def _means_form(self) -> bool:
        return self._form_is_last or self._is_in_composer()

    def _is_in_composer(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self._composer or self._composer.isAncestorOf(focus))

    @Slot()
    def _on_form_recorded(self) -> None:
        self._form_is_last = not self._is_in_composer()

    @Slot()
    def _on_library_pushed(self) -> None:
        self._form_is_last = False
