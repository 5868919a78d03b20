"""What orders something from a picture: again, exactly, varied, finished. Each way has a key; what
a key orders at once is of one picture only, whose price stands on the button of the inspector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.composing import VARIATIONS, Again
from flux_studio.session.state import Tone
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import set_icon
from flux_studio.ui.menu_entries import add_entry
from flux_studio.ui.phrases import sum_words

Pictures = Sequence[Generation]
AGAIN_KEYS = {Again.NEW: "Ctrl+R", Again.EXACT: "Ctrl+D", Again.VARY: "Ctrl+G"}
FINISH_KEY = "U"
_CONTROL = Qt.KeyboardModifier.ControlModifier
_WAYS = {
    QKeyCombination(_CONTROL, Qt.Key.Key_R): Again.NEW,
    QKeyCombination(_CONTROL, Qt.Key.Key_D): Again.EXACT,
    QKeyCombination(_CONTROL, Qt.Key.Key_G): Again.VARY,
}


class RemakeDeeds(QObject):
    """Orders from pictures. No signals: the studio asks before paying, and tells."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio

    def deed_of(self, event: QKeyEvent) -> Callable[[Pictures], None] | None:
        """What a key orders, None for other keys. One that is held down orders once."""
        how = _WAYS.get(event.keyCombination())
        if how is None:
            return None
        return _nothing if event.isAutoRepeat() else partial(self.again_by_key, how=how)

    def again(self, pictures: Pictures, how: Again = Again.NEW) -> None:
        """Order the same settings once more, each with a new seed unless another way is chosen."""
        for picture in pictures:
            self._studio.remakes.again(picture, how)

    def again_by_key(self, pictures: Pictures, how: Again) -> None:
        """The same for one picture; for several nobody has seen a price."""
        if len(pictures) > 1:
            text = QT_TRANSLATE_NOOP(
                "Notice", "Keys order from one picture. For several, the menu says the price."
            )
            self._studio.say(Tone.INFO, text)
        elif how is Again.EXACT and any(picture.seed is None for picture in pictures):
            text = QT_TRANSLATE_NOOP("Notice", "Its seed is not known, so it cannot be repeated.")
            self._studio.say(Tone.INFO, text)
        else:
            self.again(pictures, how)

    def finish(self, pictures: Pictures) -> None:
        """Ask with which model and how large the first picture is to be finished."""
        from flux_studio.ui.finish_dialog import FinishDialog  # made when first wanted

        parent = self.parent()
        if pictures and isinstance(parent, QWidget):
            FinishDialog(self._studio, pictures[0], parent.window()).open()

    def add_to(self, menu: QMenu, pictures: Pictures) -> None:
        """The ways to order the same once more, each with what all of them cost together."""
        again = menu.addMenu(self.tr("Again"))
        set_icon(again.menuAction(), "refresh-cw")
        for text, how in (
            (self.tr("With a new seed"), Again.NEW),
            (self.tr("Exactly, with the same seed"), Again.EXACT),
            (self.tr("Vary: {count} each").format(count=VARIATIONS), Again.VARY),
        ):
            found = [self._studio.remakes.estimate(picture, how) for picture in pictures]
            totals = [estimate.total for estimate in found if estimate is not None]
            words = sum_words(totals) if totals and any(total != 0 for total in totals) else ""
            keys = AGAIN_KEYS[how] if len(pictures) == 1 else ""
            run = partial(self.again, pictures, how)
            action = add_entry(again, f"{text} · {words}" if words else text, "", keys, run)
            no_seed = how is Again.EXACT and any(p.seed is None for p in pictures)
            action.setEnabled(bool(totals) and not no_seed)
        if len(pictures) == 1:
            finish = self.tr("Finish…")
            add_entry(menu, finish, "sparkles", FINISH_KEY, partial(self.finish, pictures))


def _nothing(_: Pictures) -> None:
    """A key that is still held."""
