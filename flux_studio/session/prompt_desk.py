"""Everything that helps to write a prompt: earlier prompts, templates, list files, colours.

The prompt itself is part of the studio's draft; what is chosen here goes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from flux_studio.core.job import Planned
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.prompt.tokens import colors_in
from flux_studio.core.request import Reference
from flux_studio.session.prompt_shelf import PromptShelf
from flux_studio.session.prompt_walk import PromptWalk
from flux_studio.session.state import Notice, StudioState, Tone

if TYPE_CHECKING:
    from flux_studio.core.prompt.template import WordLists
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio
    from flux_studio.storage.prompt_history import SentPrompt
    from flux_studio.storage.templates import PromptTemplate

WALKED = 1000  # prompts that are at hand for walking; the search finds all
FOUND = 200  # prompts that a search shows
RECENT_COLORS = 12
_SETTLED_MS = 300  # after the last change in a folder it is read again
_UNDO = QT_TRANSLATE_NOOP("Notice", "Undo")


class PromptDesk(QObject):
    """Signals: `history_changed()`; `templates_changed()`; `colors_changed()` when colours of
    references are known. Until `open` there is nothing to offer.
    """

    history_changed = Signal()
    templates_changed = Signal()
    colors_changed = Signal()

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._shelf: PromptShelf | None = None
        self._walk = PromptWalk()
        self._sent: list[SentPrompt] = []
        self._colors: dict[str, tuple[str, ...]] = {}
        self._removed: PromptTemplate | None = None
        self.templates: tuple[PromptTemplate, ...] = ()
        self.faults: tuple[str, ...] = ()
        self._watcher: QFileSystemWatcher | None = None
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settling.timeout.connect(self.read_files)
        engine.happened.connect(self._on_engine_happened)
        studio.changed.connect(self._on_studio_changed)
        studio.acted.connect(self._on_acted)

    def open(self, shelf: PromptShelf) -> None:
        """Read what is on the shelf, in the background, and watch its folders."""
        self._shelf = shelf
        self._run(lambda: shelf.newest(WALKED), self._on_history_read)
        self.read_files()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._settling.start())
        self._watcher.fileChanged.connect(lambda _: self._settling.start())
        self._on_studio_changed(self._studio.state)

    @Slot()
    def read_files(self) -> None:
        """Read templates and list files anew."""
        shelf = self._shelf
        if shelf is not None:
            self._run(
                lambda: (shelf.lists(), shelf.templates(), shelf.watched()), self._on_files_read
            )

    @property
    def folders(self) -> tuple[Path, Path] | None:
        """The folders of list files and of templates."""
        shelf = self._shelf
        return None if shelf is None else (shelf.lists_folder, shelf.templates_folder)

    # History

    def older(self, text: str, before: str) -> str | None:
        """The prompt before the one in the box; `before` is what stands before the caret."""
        return self._walk.older(text, before, [each.text for each in self._sent])

    def newer(self, text: str) -> str | None:
        """The prompt after the one in the box, at last what was being written."""
        return self._walk.newer(text)

    def search(self, text: str, starred: bool, done: Callable[[list[SentPrompt]], None]) -> None:
        """Earlier prompts with every word of `text`; they come to `done`."""
        shelf = self._shelf
        if shelf is None:
            done([])
        else:
            self._run(lambda: shelf.search(text, starred, FOUND), done)

    def star(self, number: int, on: bool) -> None:
        """Give an earlier prompt its star, or take it back."""
        self._sent = [replace(s, starred=on) if s.number == number else s for s in self._sent]
        self._change_history(lambda shelf: shelf.star(number, on))

    def forget(self, number: int) -> None:
        """Take a prompt out of the history; pictures keep theirs."""
        self._sent = [each for each in self._sent if each.number != number]
        self._change_history(lambda shelf: shelf.forget(number))

    # Templates

    def use_template(self, template: PromptTemplate) -> None:
        """A style goes around the prompt; a template without the place for it becomes the
        prompt.
        """
        if template.style is not None:
            self._studio.set_style(template.style)
        else:
            self._studio.set_prompt(template.text)

    def save_template(self, template: PromptTemplate) -> None:
        """Keep a template; a notice tells how that ended."""
        text = QT_TRANSLATE_NOOP("Notice", "The template {name} is kept.")
        self._keep(lambda shelf: shelf.save_template(template).name, text)

    def take_templates(self, paths: Sequence[Path]) -> None:
        """Copy template files in; a notice tells what came and what was refused."""
        shelf = self._shelf
        if shelf is not None and paths:
            self._run(lambda: shelf.take_templates(paths), self._on_templates_taken)

    def give_template(self, template: PromptTemplate, path: Path) -> None:
        """Write a template to a file, to be given away."""
        text = QT_TRANSLATE_NOOP("Notice", "The template is in {name}.")

        def give(shelf: PromptShelf) -> str:
            shelf.give_template(template, path)
            return str(path)

        self._keep(give, text)

    def remove_template(self, template: PromptTemplate) -> None:
        """Delete one of the user's templates; the notice brings it back."""
        self._removed = replace(template, path=None)
        text = QT_TRANSLATE_NOOP("Notice", "The template {name} is deleted.")

        def remove(shelf: PromptShelf) -> str:
            shelf.remove_template(template)
            return template.name

        self._keep(remove, text, _UNDO)

    def ask_sample(
        self,
        template: PromptTemplate,
        read: Callable[[bytes | None], Any],
        done: Callable[[Any], None],
    ) -> None:
        """Our own JPEG of what a template makes: `read` on a worker, what it gave for `done`."""
        shelf = self._shelf
        if shelf is not None:
            self._run(lambda: read(shelf.sample(template)), done)

    # Colours

    def recent_colors(self) -> tuple[str, ...]:
        """Colours of the latest prompts, the newest first, as '#RRGGBB'."""
        return _colors_of(each.text for each in self._sent[:100])

    def project_colors(self, project: str) -> tuple[str, ...]:
        """Colours of the prompts that were last sent in a project."""
        if not project:
            return ()
        return _colors_of(each.text for each in self._sent if each.project == project)

    def colors_of(self, reference: Reference) -> tuple[str, ...]:
        """The main colours of a reference, once they are known."""
        return self._colors.get(reference.sha256, ())

    # Answers

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        if not isinstance(fact, Planned) or self._shelf is None:
            return
        text = fact.origin.typed or fact.request.prompt
        known = next((each for each in self._sent if each.text == text), None)
        if known is not None and known.last >= fact.at:
            return  # a job of an earlier run
        shelf = self._shelf
        self._run(lambda: shelf.newest(1), self._on_newest_read)

    def _on_newest_read(self, newest: list[SentPrompt]) -> None:
        texts = {each.text for each in newest}
        self._sent = [*newest, *(each for each in self._sent if each.text not in texts)]
        del self._sent[WALKED:]
        self.history_changed.emit()

    def _on_history_read(self, prompts: list[SentPrompt]) -> None:
        known = {each.text for each in prompts}
        self._sent = [*(each for each in self._sent if each.text not in known), *prompts]
        self.history_changed.emit()

    def _on_files_read(
        self,
        read: tuple[
            tuple[WordLists, tuple[str, ...]],
            tuple[tuple[PromptTemplate, ...], tuple[str, ...]],
            set[str],
        ],
    ) -> None:
        (lists, list_faults), (templates, template_faults), wanted = read
        self._watch(wanted)
        self.faults = (*list_faults, *template_faults)
        if lists.words != self._studio.state.lists.words:
            self._studio.learn(lists=lists)
        if templates != self.templates:
            self.templates = templates
            self.templates_changed.emit()

    def _on_templates_taken(self, taken: tuple[list[str], list[str]]) -> None:
        names, refusals = taken
        if names:
            text = QT_TRANSLATE_NOOP("Notice", "Templates that are new here: {names}.")
            self._studio.say(Tone.GOOD, text, (("names", ", ".join(names)),))
            self.read_files()
        for refusal in refusals:
            self._studio.say(Tone.BAD, "{refusal}", (("refusal", refusal),))

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        """Look at the colours of references that are new."""
        shelf, thumbnail = self._shelf, self._studio.library.reference_thumbnail
        for reference in state.draft.references:
            if shelf is not None and reference.sha256 not in self._colors:
                self._colors[reference.sha256] = ()
                self._run(
                    partial(shelf.colors, reference, thumbnail),
                    partial(self._on_colors_read, reference.sha256),
                )

    def _on_colors_read(self, reference: str, colors: tuple[str, ...]) -> None:
        self._colors[reference] = colors
        self.colors_changed.emit()

    @Slot(object)
    def _on_acted(self, notice: Notice) -> None:
        removed = self._removed
        if removed is not None and notice.about is removed:
            self._removed = None
            self.save_template(removed)

    def _watch(self, wanted: set[str]) -> None:
        """Follow the folders and their files: a list may be changed by any editor."""
        if self._watcher is not None:
            missing = wanted - {*self._watcher.files(), *self._watcher.directories()}
            if missing:
                self._watcher.addPaths(sorted(missing))

    def _keep(self, work: Callable[[PromptShelf], str], text: str, action: str = "") -> None:
        """Run work that gives a name for `text`; a notice tells how it ended."""
        shelf, studio, about = self._shelf, self._studio, self._removed if action else None
        if shelf is None:
            return
        failed = QT_TRANSLATE_NOOP("Notice", "That could not be done: {why}")

        def done(name: str) -> None:
            studio.say(Tone.GOOD, text, (("name", name),), action, about)
            self.read_files()

        studio.library.background.run(
            lambda: work(shelf),
            done,
            lambda error: studio.say(Tone.BAD, failed, (("why", str(error)),)),
        )

    def _change_history(self, work: Callable[[PromptShelf], None]) -> None:
        shelf = self._shelf
        if shelf is not None:
            self._run(lambda: work(shelf), lambda _: self.history_changed.emit())

    def _run(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        self._studio.library.background.run(work, done)


def _colors_of(texts: Iterable[str]) -> tuple[str, ...]:
    found = (color for text in texts if "#" in text for color in colors_in(text))
    return tuple(dict.fromkeys(found))[:RECENT_COLORS]
