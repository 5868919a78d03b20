"""What the prompt box offers at `@`, `#`, `{@` and `/`, and what becomes of a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QImage

from flux_studio.core.request import Reference
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_completion import PromptCompletion
from flux_studio.ui.composer.prompt_pointer import PromptPointer
from flux_studio.ui.composer.prompt_triggers import Begun, Trigger
from flux_studio.ui.composer.reference_tiles import square
from flux_studio.ui.composer.suggestion_list import Suggestion

translate = QCoreApplication.translate

_SIDE = 128  # px of a reference's picture on hover
_MOST = 40  # suggestions
_PICK = "pick"  # the row that opens the colour dialog
FIRST_COLOR = "#C2536B"


def noted_colors(studio: Studio) -> Iterator[tuple[str, str]]:
    """Colours of references, project and latest prompts, each with where it is from."""
    desk, draft = studio.prompts, studio.state.draft
    for number, reference in enumerate(draft.references, start=1):
        note = translate("PromptOffers", "from {name}").format(name=f"@image{number}")
        yield from ((color, note) for color in desk.colors_of(reference))
    project = translate("PromptOffers", "project")
    yield from ((color, project) for color in desk.project_colors(draft.project))
    recent = translate("PromptOffers", "recent")
    yield from ((color, recent) for color in desk.recent_colors())


class PromptOffers(QObject):
    """Wires completion and pointer of one box to the studio. Signal: `pictures_changed()` when a
    thumbnail came.
    """

    pictures_changed = Signal()

    def __init__(self, studio: Studio, box: PromptBox) -> None:
        super().__init__(box)
        self._studio = studio
        self._box = box
        self._pictures: dict[str, QImage | None] = {}
        self._references: tuple[Reference, ...] = ()
        self.completion = PromptCompletion(box, self.offers)
        self.completion.chosen.connect(self._on_chosen)
        self.pointer = PromptPointer(box, self.picture_of, self._all_colors)
        self.pictures_changed.connect(self.completion.refresh)
        studio.prompts.colors_changed.connect(self.completion.refresh)

    def show_state(self, state: StudioState) -> None:
        """Ask for the pictures of references that are new."""
        if state.draft.references == self._references:
            return
        self._references = state.draft.references
        library = self._studio.library
        for reference in self._references:
            if reference.sha256 not in self._pictures:
                self._pictures[reference.sha256] = None
                read = partial(library.reference_thumbnail, reference)
                library.background.run(
                    partial(_small, read), partial(self._on_picture_read, reference.sha256)
                )

    def picture_of(self, number: int) -> QImage | None:
        """The thumbnail of a reference, counted from 1; None while it is not there."""
        if not 1 <= number <= len(self._references):
            return None
        return self._pictures.get(self._references[number - 1].sha256)

    def offers(self, trigger: Trigger) -> list[Suggestion]:
        """What fits what was typed so far."""
        match trigger.begun:
            case Begun.NAME:
                return self._names(trigger.typed)
            case Begun.COLOR:
                return self._colors(trigger.typed)
            case Begun.LIST:
                return self._lists(trigger.typed)
            case Begun.TEMPLATE:
                return self._templates(trigger.typed)

    def _names(self, typed: str) -> list[Suggestion]:
        found = []
        for number, reference in enumerate(self._references, start=1):
            name = f"image{number}"
            if typed != name and (_fits(typed, name) or _fits(typed, reference.name)):
                picture = self.picture_of(number)
                note = reference.name
                found.append(Suggestion(f"@{name}", f"@{name}", note, "", "image", picture))
        return found

    def _colors(self, typed: str) -> list[Suggestion]:
        if len(typed) == 6:
            return []
        found: dict[str, str] = {}
        for color, note in noted_colors(self._studio):
            if color.startswith(f"#{typed.upper()}"):
                found.setdefault(color, note)
        rows = [Suggestion(color, color, note, color) for color, note in found.items()][:_MOST]
        if not typed:
            rows.append(Suggestion(_PICK, self.tr("Choose a colour…"), icon="pipette"))
        return rows

    def _all_colors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(color for color, _ in noted_colors(self._studio)))

    def _lists(self, typed: str) -> list[Suggestion]:
        lists = self._studio.state.lists.words
        one, more = self.tr("1 line"), self.tr("{count} lines")
        return [
            Suggestion(
                name, name, one if len(lines) == 1 else more.format(count=len(lines)), icon="list"
            )
            for name, lines in lists.items()
            if _fits(typed, name)
        ][:_MOST]

    def _templates(self, typed: str) -> list[Suggestion]:
        return [
            Suggestion(
                str(place),
                template.name,
                template.group,
                icon="palette" if template.style else "bookmark",
            )
            for place, template in enumerate(self._studio.prompts.templates)
            if _fits(typed, template.name) or _fits(typed, template.group)
        ][:_MOST]

    @Slot(object, object)
    def _on_chosen(self, trigger: Trigger, taken: Suggestion) -> None:
        write = self.completion.write
        match trigger.begun:
            case Begun.NAME:
                write(trigger, f"{taken.key} ")
            case Begun.COLOR if taken.key == _PICK:
                first = next(iter(self._all_colors()), FIRST_COLOR)
                self.pointer.ask_color(first, lambda color: write(trigger, color))
            case Begun.COLOR:
                write(trigger, taken.key)
            case Begun.LIST:
                write(trigger, f"{{@{taken.key}}}")
            case Begun.TEMPLATE:
                self._take_template(trigger, int(taken.key))

    def _take_template(self, trigger: Trigger, place: int) -> None:
        """A style goes around what is there; a prompt of its own is written at the caret."""
        templates = self._studio.prompts.templates
        if place >= len(templates):
            return
        template = templates[place]
        if template.style is None:
            self.completion.write(trigger, template.text)
        else:
            self.completion.write(trigger, "")
            self._studio.set_style(template.style)

    def _on_picture_read(self, sha256: str, image: QImage | None) -> None:
        self._pictures[sha256] = image
        self.pictures_changed.emit()


def _small(read: Callable[[], bytes | None]) -> QImage | None:
    """A square picture of our own thumbnail. Runs on a worker thread."""
    return square(read(), _SIDE)


def _fits(typed: str, name: str) -> bool:
    """Whether a word of `name` begins like what was typed, whatever the case."""
    typed, name = typed.casefold(), name.casefold()
    return name.startswith(typed) or any(word.startswith(typed) for word in name.split())
