"""Where a picture came from and what was made of it: ancestors > this one > its children."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_studio.core.generation import Generation
from flux_studio.storage.gallery import Lineage
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.inspector.thumbnail import EDGE, ThumbnailButton
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SPACE

MOST_ANCESTORS = 8
MOST_CHILDREN = 16
_ARROW = 14  # px, of the mark between two steps
_GAP = SPACE.xs


class ThumbnailFlow(QWidget):
    """Thumbnails in rows, as many a row as fit; before some of them an arrow. No signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[ThumbnailButton] = []
        self._arrows: set[int] = set()
        self._arrow_places: list[QRect] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_buttons(self, buttons: Sequence[ThumbnailButton], arrows: set[int]) -> None:
        """Show `buttons` in this order, an arrow before those whose places are in `arrows`."""
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons, self._arrows = list(buttons), arrows
        for button in buttons:
            button.setParent(self)
            button.show()
        self.updateGeometry()
        self._place(self.width())

    def buttons(self) -> tuple[ThumbnailButton, ...]:
        return tuple(self._buttons)

    def heightForWidth(self, width: int) -> int:
        rects, _ = self._rects(width)
        return rects[-1].bottom() + 1 if rects else 0

    def sizeHint(self) -> QSize:
        return QSize(268, self.heightForWidth(268))

    def minimumSizeHint(self) -> QSize:
        return QSize(EDGE, EDGE if self._buttons else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place in self._arrow_places:
            paint_icon(painter, QRectF(place), "chevron-right", current_colors().muted)

    def _place(self, width: int) -> None:
        rects, self._arrow_places = self._rects(width)
        for button, rect in zip(self._buttons, rects, strict=True):
            button.setGeometry(rect)
        self.update()

    def _rects(self, width: int) -> tuple[list[QRect], list[QRect]]:
        rects, arrows = [], []
        x = y = 0
        for at in range(len(self._buttons)):
            room = _ARROW + 2 * _GAP if at in self._arrows else (_GAP if at else 0)
            if x and x + room + EDGE > width:
                x, y = 0, y + EDGE + _GAP
                room = _ARROW + 2 * _GAP if at in self._arrows else 0
            if at in self._arrows:
                top = y + (EDGE - _ARROW) // 2
                arrows.append(QRect(x + room - _GAP - _ARROW, top, _ARROW, _ARROW))
            rects.append(QRect(x + room, y, EDGE, EDGE))
            x += room + EDGE
        return rects, arrows


class LineageStrip(ThumbnailFlow):
    """Signal: `generation_chosen(Generation)`."""

    generation_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_id: dict[str, ThumbnailButton] = {}

    def show_lineage(self, current: Generation, lineage: Lineage) -> None:
        """Show the nearest ancestors and the first children of `current`."""
        ancestors = lineage.ancestors[-MOST_ANCESTORS:]
        children = lineage.children[:MOST_CHILDREN]
        line = (*ancestors, current, *children)
        kept = {id_: b.image() for id_, b in self._by_id.items()}
        self._by_id = {g.id: self._button(g, g.id == current.id) for g in line}
        for id_, button in self._by_id.items():
            if kept.get(id_) is not None:
                button.show_image(kept[id_])
        arrows = set(range(1, len(ancestors) + 1))
        if children:
            arrows.add(len(ancestors) + 1)
        self.show_buttons(tuple(self._by_id.values()), arrows)

    def missing(self) -> tuple[str, ...]:
        """Ids whose picture was not shown yet."""
        return tuple(id_ for id_, button in self._by_id.items() if button.image() is None)

    def show_image(self, generation: str, image: QImage | None) -> None:
        """A picture came; those that are not shown any more are let go."""
        button = self._by_id.get(generation)
        if button is not None:
            button.show_image(image)

    def _button(self, generation: Generation, current: bool) -> ThumbnailButton:
        words = " ".join(generation.request.prompt.split())
        name = words if len(words) <= 90 else words[:89].rstrip() + "…"
        button = ThumbnailButton(name or self.tr("Picture"), current=current)
        if not current:
            button.clicked.connect(partial(self.generation_chosen.emit, generation))
        return button


def more_label(lineage: Lineage) -> str:
    """How many pictures of a large lineage are not drawn, as '+12'; '' when all are."""
    hidden = max(0, len(lineage.ancestors) - MOST_ANCESTORS)
    hidden += max(0, len(lineage.children) - MOST_CHILDREN)
    return f"+{hidden}" if hidden else ""
