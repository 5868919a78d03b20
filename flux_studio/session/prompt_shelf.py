"""What prompts are made with, as it lies on disk: history, templates, list files, colours.

Blocking and thread-safe: the prompt desk calls it in the background.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flux_studio.core.prompt.template import WordLists
from flux_studio.core.request import Reference

if TYPE_CHECKING:
    from flux_studio.session.stores import Write
    from flux_studio.storage.database import Database
    from flux_studio.storage.gallery import Gallery
    from flux_studio.storage.prompt_history import SentPrompt
    from flux_studio.storage.templates import PromptTemplate

SHIPPED = "templates"  # the folder of our own templates among the resources


class Rooms(Protocol):
    """Where the database is; made when first used."""

    @property
    def database(self) -> Database: ...

    def gallery(self) -> Gallery: ...


class PromptShelf:
    """`lists` and `templates` are the user's folders; `write` runs work on the thread that owns
    database writes.
    """

    def __init__(
        self,
        rooms: Callable[[], Rooms],
        write: Write,
        lists: Path,
        templates: Path,
    ) -> None:
        self._rooms = rooms
        self._write = write
        self.lists_folder = lists
        self.templates_folder = templates

    def newest(self, limit: int) -> list[SentPrompt]:
        """The prompts that were sent last, the newest first."""
        from flux_studio.storage.prompt_history import newest_prompts

        return newest_prompts(self._rooms().gallery().ask, limit)

    def search(self, text: str, starred: bool, limit: int) -> list[SentPrompt]:
        """Prompts with every word of `text`, the newest first."""
        from flux_studio.storage.prompt_history import search_prompts

        return search_prompts(self._rooms().gallery().ask, text, starred=starred, limit=limit)

    def star(self, number: int, on: bool) -> None:
        """Give a prompt its star, or take it back. Raises NotKept."""
        from flux_studio.storage.prompt_history import PromptHistory

        self._write(lambda: PromptHistory(self._rooms().database).star(number, on)).result()

    def forget(self, number: int) -> None:
        """Take a prompt out of the history. Raises NotKept."""
        from flux_studio.storage.prompt_history import PromptHistory

        self._write(lambda: PromptHistory(self._rooms().database).forget(number)).result()

    def lists(self) -> tuple[WordLists, tuple[str, ...]]:
        """The list files, and a sentence for each that cannot be read."""
        from flux_studio.storage.word_lists import read_word_lists

        return read_word_lists(self.lists_folder)

    def templates(self) -> tuple[tuple[PromptTemplate, ...], tuple[str, ...]]:
        """The user's templates and ours, and a sentence for each file that is none."""
        from flux_studio.resources import resource_path
        from flux_studio.storage.templates import read_templates

        return read_templates([self.templates_folder], resource_path(SHIPPED))

    def watched(self) -> set[str]:
        """The folders and the files in them, as paths: what may be changed by other programs."""
        found = set()
        for folder in (self.lists_folder, self.templates_folder):
            try:
                found |= {str(folder), *(str(path) for path in folder.iterdir())}
            except OSError:
                continue
        return found

    def save_template(self, template: PromptTemplate) -> PromptTemplate:
        """Keep a template among the user's. Raises TemplateRefused, OSError."""
        from dataclasses import replace

        from flux_studio.storage.templates import checked_template, save_template

        checked = checked_template(template.name, template.text)
        kept = replace(template, name=checked.name, text=checked.text)
        return replace(kept, path=save_template(self.templates_folder, kept), shipped=False)

    def take_templates(self, paths: Sequence[Path]) -> tuple[list[str], list[str]]:
        """Copy template files in: the names that are there now, and a sentence for each refusal."""
        from dataclasses import replace

        from flux_studio.storage.templates import (
            TemplateRefused,
            read_template_file,
            save_template,
        )

        names, refusals = [], []
        for path in paths:
            try:
                template = read_template_file(path)
                save_template(self.templates_folder, replace(template, path=None))
                names.append(template.name)
            except TemplateRefused as error:
                refusals.append(f"{path.name}: {error}")
            except OSError as error:
                refusals.append(f"{path.name}: {error.strerror}")
        return names, refusals

    def give_template(self, template: PromptTemplate, path: Path) -> None:
        """Write a template to a file, to be given away. Raises OSError."""
        from flux_studio.storage.templates import write_template

        write_template(path, template)

    def remove_template(self, template: PromptTemplate) -> None:
        """Delete one of the user's templates. Raises OSError."""
        if template.path is not None and not template.shipped:
            template.path.unlink(missing_ok=True)

    def sample(self, template: PromptTemplate) -> bytes | None:
        """Our own JPEG of what a template makes; None where there is none."""
        if template.sample is None:
            return None
        try:
            return template.sample.read_bytes()
        except OSError:
            return None

    def colors(
        self, reference: Reference, thumbnail: Callable[[Reference], bytes | None]
    ) -> tuple[str, ...]:
        """The main colours of a reference as '#RRGGBB'."""
        from flux_studio.storage.sampled_colors import sampled_colors

        return sampled_colors(thumbnail(reference) or b"")
