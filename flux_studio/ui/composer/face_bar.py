"""The switch of the prompt between text, form and JSON, and the line below what is structured."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from flux_studio.core.prompt.faces import Face
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl

FACE_KEY = "Ctrl+Shift+J"
SIDE_KEY = "Ctrl+Alt+J"

translate = QCoreApplication.translate


class FaceBar(SegmentedControl):
    """Signal: `face_chosen(Face)` when another one is wanted."""

    face_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(translate("FaceBar", "Prompt as"), _segments())
        self.segment_chosen.connect(lambda key: self.face_chosen.emit(Face(key)))

    def show_face(self, face: Face) -> None:
        if self.key() != face.value:
            self.show_key(face.value)


class FaceFoot(QWidget):
    """Below a structured prompt: how long it is, and a way to see form and JSON at once. Signal:
    `side_by_side_asked()`.
    """

    side_by_side_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.length = ElidedLabel()
        set_type(self.length, "small")
        set_tone(self.length, "muted")
        self.side_by_side = IconButton(
            "columns-2",
            self.tr("Form and JSON side by side"),
            self.tr("Form and JSON side by side"),
            SIDE_KEY,
            edge=24,
        )
        self.side_by_side.clicked.connect(self.side_by_side_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        row.addWidget(self.length, 1)
        row.addWidget(self.side_by_side)

    def show_length(self, length: int, most: int, *, counts: bool) -> None:
        """In characters, of `most` the model takes, 0 for no limit. The box of the JSON counts for
        itself: then `counts` is off.
        """
        over = bool(most) and length > most
        words = self.tr("Exactly as it is sent")
        if counts and most:
            words = self.tr("{length} of {most} characters")
        elif counts:
            words = self.tr("{length} characters")
        shown = words.format(length=f"{length:,}", most=f"{most:,}")
        if shown != self.length.text():
            self.length.setText(shown)
        set_tone(self.length, "danger" if counts and over else "muted")


def _segments() -> tuple[Segment, ...]:
    faces = (
        (Face.TEXT, translate("FaceBar", "Text"), translate("FaceBar", "The prompt as text")),
        (
            Face.FORM,
            translate("FaceBar", "Form"),
            translate("FaceBar", "The prompt as a form: scene, subjects, style, palette, camera"),
        ),
        (
            Face.JSON,
            translate("FaceBar", "JSON"),
            translate("FaceBar", "The prompt as JSON, exactly as it is sent"),
        ),
    )
    return tuple(Segment(face.value, name, tip=tip, shortcut=FACE_KEY) for face, name, tip in faces)
