"""The shelf of references that are used again and again, as the window sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.request import Reference
from flux_studio.session.reference_desk import Intake
from flux_studio.session.state import Notice, Tone

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio
    from flux_studio.storage.pinned_references import Pin, PinnedReferences

_UNDO = QT_TRANSLATE_NOOP("Notice", "Undo")


class PinDesk(QObject):
    """Signal: `changed()` when other pins are there, or one has another name. Until `open` the
    shelf is empty and stays so.
    """

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._shelf: Callable[[], PinnedReferences] | None = None
        self.pins: tuple[Pin, ...] = ()
        studio.references.kept.connect(self._on_kept)
        studio.acted.connect(self._on_acted)

    def open(self, shelf: Callable[[], PinnedReferences]) -> None:
        """Read the shelf in the background; `shelf` is made there too."""
        self._shelf = shelf
        self._run(lambda _: None)

    def pin_of(self, reference: Reference) -> Pin | None:
        """The pin of exactly this reference, None where it is not on the shelf."""
        return next((p for p in self.pins if p.reference.sha256 == reference.sha256), None)

    def find(self, text: str) -> tuple[Pin, ...]:
        """Pins with every word of `text` in their name."""
        from flux_studio.storage.pinned_references import matching

        return matching(self.pins, text)

    def pin(self, reference: Reference, name: str = "") -> None:
        """Put a reference on the shelf, as it is in its slot."""

        def work(shelf: PinnedReferences) -> None:
            from flux_studio.storage.pinned_references import new_pin

            shelf.put(new_pin(reference, name))

        if self.pin_of(reference) is None:
            self._run(work)

    def unpin(self, pin: Pin) -> None:
        """Take a reference off the shelf; the notice puts it back. The picture stays."""
        self._run(lambda shelf: shelf.remove(pin.reference), partial(self._tell_gone, pin))

    def rename(self, pin: Pin, name: str) -> None:
        """Give a pin another name; an empty one changes nothing."""
        if name.strip() and name != pin.name:
            self._run(lambda shelf: shelf.put(replace(pin, name=name)))

    def use(self, pin: Pin, slot: int | None = None) -> None:
        """Put a pin into the next slot of the form, or in the place of what is in `slot`."""
        self._studio.references.take_kept(pin.reference, slot)

    def _tell_gone(self, pin: Pin) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "{name} is off the shelf.")
        self._studio.say(Tone.INFO, text, (("name", pin.name),), _UNDO, pin)

    @Slot(object)
    def _on_kept(self, intake: Intake) -> None:
        """Pictures were dropped on the shelf."""

        def work(shelf: PinnedReferences) -> None:
            from flux_studio.storage.pinned_references import new_pin

            for reference in intake.references:
                shelf.put(new_pin(reference))

        self._studio.learn(reference_problems=intake.refusals)
        if intake.references:
            self._run(work)

    @Slot(object)
    def _on_acted(self, notice: Notice) -> None:
        from flux_studio.storage.pinned_references import Pin

        if isinstance(notice.about, Pin):
            gone = notice.about
            self._run(lambda shelf: shelf.put(gone))

    def _run(
        self, work: Callable[[PinnedReferences], Any], done: Callable[[], None] | None = None
    ) -> None:
        """Change the shelf and read it anew, off the main thread."""
        make = self._shelf
        if make is None:
            return

        def change() -> tuple[Pin, ...]:
            shelf = make()
            work(shelf)
            return shelf.all()

        self._studio.library.background.run(change, partial(self._on_read, done), self._on_failed)

    def _on_read(self, done: Callable[[], None] | None, pins: tuple[Pin, ...]) -> None:
        if pins != self.pins:
            self.pins = pins
            self.changed.emit()
        if done is not None:
            done()

    def _on_failed(self, error: Exception) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "The shelf was not changed. {sentence}")
        self._studio.say(Tone.BAD, text, (("sentence", str(error)),))
