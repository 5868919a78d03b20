"""What a form of the structured prompt is about, and what may be done to it."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Signal

from flux_studio.core.prompt.structured import EMPTY, Path, Structured
from flux_studio.core.prompt.structured_edits import moved, with_json, with_words, without
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_offers import PromptOffers
from flux_studio.ui.composer.prompt_spelling import PromptSpelling
from flux_studio.ui.structured.field_box import FieldBox

_TURN = 0.005  # seconds


class Editing(QObject):
    """Shared by all rows of one form. Signals: `edited(str)`, the whole prompt after a change;
    `added(Path)` right after it, when the change made a field that wants to be written in;
    `moved_to(Path)` after an item got another place; `reshaped()` when there are other controls
    than before; `pictures_pasted(QMimeData)`.
    """

    edited = Signal(str)
    added = Signal(object)
    moved_to = Signal(object)
    reshaped = Signal()
    pictures_pasted = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self.studio = studio
        self.structured: Structured = EMPTY
        self._offers: dict[FieldBox, PromptOffers] = {}
        self.last_box: FieldBox | None = None
        self.is_whole = True
        self._began, self._built = 0.0, 0

    def begin_turn(self) -> None:
        """From now on rows may be built, for as long as one turn of the event loop may take."""
        self._began = perf_counter()
        self._built = 0
        self.is_whole = True

    def may_build(self) -> bool:
        """Whether there is time for another row; one is built in each turn in any case. When there
        is none, the form is not whole yet.
        """
        late = self._built > 0 and perf_counter() - self._began > _TURN
        self.is_whole = self.is_whole and not late
        self._built += not late
        return not late

    def write(self, path: Path, words: str, *, plain: bool = False) -> None:
        """The field at `path` says `words`; see `with_words`."""
        self._put(with_words(self.structured, path, words, plain=plain))

    def write_json(self, path: Path, value: str) -> None:
        """The field at `path` is a JSON value."""
        self._put(with_json(self.structured, path, value))

    def remove(self, path: Path) -> None:
        self._put(without(self.structured, path))

    def move(self, path: Path, to: int) -> None:
        """Give an item another place in its list, or a field in its object."""
        self._put(moved(self.structured, path, to))

    def add_subject(self) -> None:
        node = self.structured.node(("subjects",))
        place = len(node.items) if node is not None else 0
        if not place:  # the first one is always shown: it is there already
            self._put(with_json(self.structured, ("subjects", place), "{}"))
            place = 1
        self._put(with_json(self.structured, ("subjects", place), "{}"))
        self.added.emit(("subjects", place, "description"))

    def add_field(self, path: Path, name: str) -> None:
        """A field under `path`; one that is there already is gone to."""
        inner = (*path, name)
        if self.structured.node(inner) is None:
            self._put(with_json(self.structured, inner, '""'))
        self.added.emit(inner)

    def place_of(self, path: Path) -> tuple[int, int]:
        """The place of an item or field among its neighbours, and how many there are."""
        parent, node = self.structured.node(path[:-1]), self.structured.node(path)
        if parent is None or node is None:
            return 0, 0
        return parent.items.index(node), len(parent.items)

    # What helps to write

    def attend(self, box: FieldBox) -> None:
        """`box` has the keyboard: completion, colours and spelling are for it too."""
        self.last_box = box
        if box not in self._offers:
            self._offers[box] = PromptOffers(self.studio, box)
            self._offers[box].show_state(self.studio.state)
            PromptSpelling(self.studio, box)
            box.pictures_pasted.connect(self.pictures_pasted)

    def forget(self, box: FieldBox) -> None:
        """`box` goes away."""
        self._offers.pop(box, None)
        if self.last_box is box:
            self.last_box = None

    def offers_of(self, box: FieldBox) -> PromptOffers | None:
        return self._offers.get(box)

    def show_state(self, state: StudioState) -> None:
        for offers in self._offers.values():
            offers.show_state(state)

    def _put(self, text: str) -> None:
        if text != self.structured.text:
            self.edited.emit(text)
