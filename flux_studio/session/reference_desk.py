"""Takes pictures in as references: files, pasted bytes, pictures of ours, web addresses.

Reading and checking happen in the background; every refusal is one sentence that says what would be
right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from flux_studio.core.errors import StudioError
from flux_studio.core.generation import Generation
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference
from flux_studio.session.background import Background
from flux_studio.session.state import Awaited
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.picture_facts import PictureRefused

SHELF = -1
"""In the place of a slot: kept for the shelf of references, and not put into the form."""


class ReferenceShelf(Protocol):
    """Where references are kept: `storage.references`."""

    def add(self, data: bytes, name: str = "", parent: str | None = None) -> Reference:
        """Check and keep one picture. Raises PictureUnreadable."""
        ...

    def edited(self, reference: Reference, edit: ReferenceEdit) -> Reference:
        """The reference with another edit of its picture. Raises PictureUnreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Carried:
    """Settings that a dropped picture brought along: those of a picture of ours, or what another
    program wrote into it. `name` is the file's.
    """

    sha256: str
    name: str
    settings: Generation | Found


@dataclass(frozen=True, slots=True)
class Intake:
    """One finished intake: the references that passed, the sentences of those that did not, the
    slot asked for, `SHELF` for none of them, and the settings that came along.
    """

    references: tuple[Reference, ...]
    refusals: tuple[str, ...]
    slot: int | None
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One picture to take: how to read it, and what is known of where it comes from."""

    name: str
    read: Callable[[], bytes]
    path: Path | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is taken in one go, what is said of it meanwhile, and the download where it is one."""

    awaited: Awaited
    sources: Sequence[Source]
    slot: int | None
    download: Future[bytes] | None = None


ParentOf = Callable[[bytes, Path | None], str | None]
SettingsOf = Callable[[bytes, Path | None, str | None], "Generation | Found | None"]


def _nobody(_data: bytes, _path: Path | None) -> None:
    """Nothing is known of earlier pictures."""


def _nothing(_data: bytes, _path: Path | None, _parent: str | None) -> None:
    """Pictures bring no settings."""


class ReferenceDesk(QObject):
    """Reads pictures into the reference shelf.

    Signals: `taken(Intake)` when a batch for the form is through, `kept(Intake)` when one for the
    shelf is; `pending_changed(tuple of Awaited)`, one for each batch on its way; `awaited(int)` +1
    when one for the form is, -1 when it came, failed or was given up.
    """

    taken = Signal(object)
    kept = Signal(object)
    pending_changed = Signal(object)
    awaited = Signal(int)

    def __init__(
        self,
        shelf: Callable[[], ReferenceShelf],
        read_file: Callable[[Path], bytes],
        read_generation: Callable[[Generation], bytes],
        fetch: Callable[[str], Future[bytes]],
        background: Background,
        parent_of: ParentOf = _nobody,
        settings_of: SettingsOf = _nothing,
    ) -> None:
        """`fetch(address)` downloads and can be cancelled; `parent_of(bytes, path)` gives the
        generation a picture is, None for a stranger; `settings_of(bytes, path, that generation)`
        the settings it brings along. The latter two are called on a worker.
        """
        super().__init__()
        self._settings_of = settings_of
        self._parent_of = parent_of
        self._shelf = shelf
        self._read_file = read_file
        self._read_generation = read_generation
        self._fetch = fetch
        self._background = background
        self._pending: dict[int, _Batch] = {}
        self._numbers = count(1)

    def take_files(self, paths: Sequence[Path], slot: int | None = None) -> None:
        """Read files in the order given; `slot` replaces the reference there."""
        sources = [Source(path.name, partial(self._read_file, path), path) for path in paths]
        self._start(sources, slot)

    def take_bytes(self, data: bytes, name: str, slot: int | None = None) -> None:
        """Take an encoded picture that was pasted or dropped without a file."""
        self._start([Source(name, lambda: data)], slot)

    def take_generation(self, generation: Generation, slot: int | None = None) -> None:
        """Take a picture of ours: its original is read, and the edit will name it as its parent."""
        read = partial(self._read_generation, generation)
        name = Path(generation.path).name
        self._start([Source(name, read, parent=generation.id)], slot)

    def ask_kept(
        self,
        generation: Generation,
        done: Callable[[Reference], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Keep a picture of ours without putting it into a slot; `done` gets the reference."""
        name = Path(generation.path).name
        read = partial(self._read_generation, generation)
        source = Source(name, read, parent=generation.id)
        self._background.run(lambda: self._keep(source), done, failed)

    def take_kept(self, reference: Reference, slot: int | None = None) -> None:
        """Take a reference that is kept already."""
        self.taken.emit(Intake((reference,), (), slot))

    def ask_edited(
        self,
        edits: Sequence[tuple[Reference, ReferenceEdit]],
        done: Callable[[dict[str, Reference]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Make what is to be sent of some references; `done` gets it by the sha256 of each."""

        def work() -> dict[str, Reference]:
            shelf = self._shelf()
            return {reference.sha256: shelf.edited(reference, edit) for reference, edit in edits}

        self._background.run(work, done, failed)

    def take_address(self, url: str, slot: int | None = None) -> None:
        """Fetch a picture from a web address that was dropped or pasted."""
        download = self._fetch(url)
        awaited = Awaited(next(self._numbers), "", url)
        batch = _Batch(awaited, [Source("", download.result)], slot, download)
        self._await(batch)
        # No worker waits for a server: the download comes to one when it is there.
        download.add_done_callback(lambda _: self._read(batch))

    def give_up(self, number: int) -> None:
        """Wait no longer for a batch, by the number of its `Awaited`; it is not taken any more."""
        batch = self._pending.get(number)
        if batch is not None:
            self._end(batch)
            if batch.download is not None:
                batch.download.cancel()

    def refuse(self, sentences: Sequence[str]) -> None:
        """Say why something that was dropped is not taken at all; the sentences are ready to
        show.
        """
        self.taken.emit(Intake((), tuple(sentences), None))

    def _start(self, sources: Sequence[Source], slot: int | None) -> None:
        if sources:
            awaited = Awaited(next(self._numbers), sources[0].name, more=len(sources) - 1)
            batch = _Batch(awaited, sources, slot)
            self._await(batch)
            self._read(batch)

    def _read(self, batch: _Batch) -> None:
        self._background.run(
            lambda: self._read_all(batch.sources, batch.slot),
            partial(self._on_read, batch),
            partial(self._on_failed, batch),
        )

    def _read_all(self, sources: Sequence[Source], slot: int | None) -> Intake:
        references: list[Reference] = []
        refusals: list[str] = []
        carried: list[Carried] = []
        for source in sources:
            try:
                references.append(self._keep(source, carried))
            except PictureRefused as error:
                refusals.append(_named(source.name, error.sentence))
            except StudioError as error:
                refusals.append(_named(source.name, str(error)))
            except OSError as error:
                words = f"the file cannot be read ({error.strerror})"
                refusals.append(_named(source.name, words))
        return Intake(tuple(references), tuple(refusals), slot, tuple(carried))

    def _keep(self, source: Source, carried: list[Carried] | None = None) -> Reference:
        data = source.read()
        parent = source.parent or self._parent_of(data, source.path)
        reference = self._shelf().add(data, source.name, parent)
        # A picture of the wall brings nothing: its settings are a key away there.
        if carried is not None and source.parent is None:
            settings = self._settings_of(data, source.path, parent)
            if settings is not None:
                carried.append(Carried(reference.sha256, source.name, settings))
        return reference

    def _on_read(self, batch: _Batch, intake: Intake) -> None:
        if batch.awaited.number in self._pending:
            (self.kept if batch.slot == SHELF else self.taken).emit(intake)
            self._end(batch)

    def _on_failed(self, batch: _Batch, error: Exception) -> None:
        if batch.awaited.number in self._pending:
            self.taken.emit(Intake((), (f"The picture could not be read: {error}",), None))
            self._end(batch)

    def _await(self, batch: _Batch) -> None:
        self._pending[batch.awaited.number] = batch
        self._tell(batch, +1)

    def _end(self, batch: _Batch) -> None:
        del self._pending[batch.awaited.number]
        self._tell(batch, -1)

    def _tell(self, batch: _Batch, step: int) -> None:
        self.pending_changed.emit(tuple(each.awaited for each in self._pending.values()))
        if batch.slot != SHELF:
            self.awaited.emit(step)


def _named(name: str, sentence: str) -> str:
    """Which of several files a sentence is about."""
    return f"{name}: {sentence}" if name else sentence
