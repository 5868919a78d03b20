"""The references that a picture was made with: what each was for, and what of it was sent."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.prompt.roles import Role, roles_in
from flux_studio.core.request import Reference
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.inspector.lineage_strip import ThumbnailFlow
from flux_studio.ui.inspector.thumbnail import EDGE, ThumbnailButton, read_image
from flux_studio.ui.phrases import size_words
from flux_studio.ui.references.words import ROLE_ICONS, edit_words, name_words, role_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.widgets.scrim import paint_scrim
from flux_studio.ui.widgets.tooltip import tooltip

_SIDE = 256  # px, of the thumbnails that are read: the size that is kept
_BADGE = 16  # px
_INSET = 2  # px from the picture's corner


class UsedReferences(ThumbnailFlow):
    """Hidden where there are none. Signal: `generation_chosen(Generation)` when one was pressed
    that is a picture of ours.
    """

    generation_chosen = Signal(object)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._shown = ""

    def show_generation(self, generation: Generation) -> None:
        """Those of another picture; their thumbnails come a moment later."""
        self._shown = generation.id
        roles, library = roles_in(generation.request.prompt), self._library
        buttons: list[ThumbnailButton] = []
        for number, reference in enumerate(generation.request.references, start=1):
            button = UsedReference(reference, number, roles.get(number))
            button.clicked.connect(partial(self._on_reference_clicked, reference))
            library.background.run(
                partial(read_image, partial(library.reference_thumbnail, reference, _SIDE)),
                partial(self._on_reference_read, generation.id, len(buttons)),
            )
            buttons.append(button)
        self.show_buttons(buttons, set())
        self.setVisible(bool(buttons))

    def _on_reference_read(self, generation: str, place: int, image: QImage | None) -> None:
        if generation == self._shown:
            self.buttons()[place].show_image(image)

    def _on_reference_clicked(self, reference: Reference) -> None:
        library, parent = self._library, reference.parent
        if parent is not None:
            library.background.run(lambda: library.gallery.get(parent), self._on_parent_read)

    def _on_parent_read(self, generation: Generation | None) -> None:
        if generation is not None:
            self.generation_chosen.emit(generation)


class UsedReference(ThumbnailButton):
    """Reference `number`, from 1, with the signs that it had in the tray. Signals: those of
    QAbstractButton.
    """

    def __init__(
        self, reference: Reference, number: int, role: Role | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name_words(reference, number), parent=parent)
        edited = edit_words(reference.edit)
        self._icons = (ROLE_ICONS[role] if role else "", "crop" if edited else "")
        lines = used_words(reference, role)
        self.setAccessibleDescription(lines)
        self.setToolTip(tooltip(f"{self.accessibleName()}\n{lines}"))

    def icons(self) -> tuple[str, ...]:
        """The signs at its foot."""
        return tuple(filter(None, self._icons))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        far = EDGE - _BADGE - _INSET
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for left, icon in zip((_INSET, far), self._icons, strict=True):
            if icon:
                _paint_badge(painter, QRectF(left, far, _BADGE, _BADGE), icon)


def used_words(reference: Reference, role: Role | None) -> str:
    """'Style · 1254 × 836, part of 2400 × 1600'."""
    size, edited = size_words(reference.size), edit_words(reference.edit)
    sent = f"{size}, {edited}" if edited else size
    return f"{role_words(role)} · {sent}" if role else sent


def _paint_badge(painter: QPainter, box: QRectF, icon: str) -> None:
    paint_scrim(painter, box)
    paint_icon(painter, box.adjusted(2, 2, -2, -2), icon, current_colors().on_scrim)
