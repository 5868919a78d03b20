"""Templates for prompts as files that can be given away: one TOML file each.

    name = "Product on stone"
    group = "Product"
    about = "A product shot that reads at thumbnail size."
    prompt = "{prompt}, on wet basalt, …"

With `{prompt}` in it a template is a style that goes around what is typed; without, it is a prompt
of its own. Those that come with the program also name a `sample` picture beside them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flux_studio.core.prompt.style import PLACE, Style, is_style
from flux_studio.core.prompt.template import read_template
from flux_studio.storage.atomic import write_atomic

ENDING = ".toml"
MOST_BYTES = 100_000  # of one file
MOST_FILES = 1000
MOST_NAME = 80  # characters
_TEXTS = ("name", "group", "about", "prompt", "sample")
_UNSAFE = re.compile(r"[^\w -]+")


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One template. `path` is its file; `sample` the picture made with it, where there is one;
    `shipped` ones come with the program and cannot be changed.
    """

    name: str
    text: str
    group: str = ""
    about: str = ""
    path: Path | None = None
    sample: Path | None = None
    shipped: bool = False

    @property
    def style(self) -> Style | None:
        """The style it is; None for a prompt of its own."""
        return Style(self.name, self.text) if is_style(self.text) else None


class TemplateRefused(ValueError):  # noqa: N818 - what is shown beside the file
    """A file that is no template. Its text says why, in a sentence without the file's name."""


def read_templates(
    folders: Iterable[Path], shipped: Path | None = None
) -> tuple[tuple[PromptTemplate, ...], tuple[str, ...]]:
    """The templates of these folders and of the shipped one, by name, one's own first; and a
    sentence for each file that is none. Blocking.
    """
    found: list[PromptTemplate] = []
    faults = []
    for folder in (*folders, *([shipped] if shipped else [])):
        for path in _files(folder):
            try:
                found.append(read_template_file(path, shipped=folder == shipped))
            except TemplateRefused as error:
                faults.append(f"{path.name}: {error}")
    own = sorted((each for each in found if not each.shipped), key=_by_name)
    ours = sorted((each for each in found if each.shipped), key=lambda each: each.path or Path())
    return (*own, *ours), tuple(faults)


def read_template_file(path: Path, *, shipped: bool = False) -> PromptTemplate:
    """One template. Raises TemplateRefused."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise TemplateRefused(f"A template has at most {MOST_BYTES:,} bytes.")
        fields = tomllib.loads(data.decode())
    except OSError as error:
        raise TemplateRefused(f"It cannot be read ({error.strerror}).") from error
    except tomllib.TOMLDecodeError as error:
        raise TemplateRefused(f"It is no TOML: {error}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, TemplateRefused):
            raise
        raise TemplateRefused("It is no text in UTF-8.") from error
    texts = {name: fields.get(name, "") for name in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TemplateRefused("Name, group, about and prompt must be texts.")
    sample = path.parent / Path(texts["sample"]).name if texts["sample"] and shipped else None
    checked = checked_template(texts["name"], texts["prompt"])
    return PromptTemplate(
        checked.name, checked.text, texts["group"], texts["about"], path, sample, shipped
    )


def checked_template(name: str, text: str) -> PromptTemplate:
    """A template of this name and text. Raises TemplateRefused where it cannot be one."""
    name, text = " ".join(name.split()), text.strip()
    if not name or len(name) > MOST_NAME:
        raise TemplateRefused(f"A template needs a name of at most {MOST_NAME} characters.")
    if not text:
        raise TemplateRefused("Its prompt is empty.")
    if text.count(PLACE) > 1:
        raise TemplateRefused("{prompt} may stand in it once.")
    faults = [
        f for f in read_template(text.replace(PLACE, "x")).faults if "list" not in dict(f.values)
    ]
    if faults:
        raise TemplateRefused(faults[0].text.format(**dict(faults[0].values)))
    return PromptTemplate(name, text)


def save_template(folder: Path, template: PromptTemplate) -> Path:
    """Write a template into a folder under a name that is free; its own file is written over.
    Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = template.path is not None and template.path.parent == folder and not template.shipped
    path = template.path if own and template.path else _free_path(folder, template.name)
    write_template(path, template)
    return path


def write_template(path: Path, template: PromptTemplate) -> None:
    """Write a template to a file of one's choice, to be given away. Raises OSError."""
    import tomli_w

    texts = {
        "name": template.name,
        "group": template.group,
        "about": template.about,
        "prompt": template.text,
    }
    said = {name: text for name, text in texts.items() if text}
    write_atomic(path, tomli_w.dumps(said, multiline_strings=True).encode())


def _free_path(folder: Path, name: str) -> Path:
    stem = _UNSAFE.sub("", name).strip().lower().replace(" ", "-")[:60] or "template"
    path, number = folder / f"{stem}{ENDING}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{ENDING}"
    return path


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING)
    except OSError:
        return []
    return found[:MOST_FILES]


def _by_name(template: PromptTemplate) -> str:
    return template.name.casefold()
