"""Where everything is kept: five folders, and the names of the files in them.

`FLUX_STUDIO_HOME` puts all of it under one folder, for tests and for portable use. Nothing is
created until `Paths.ensure` is called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "FLUX_STUDIO_HOME"
APP_NAME = "flux-studio"
PICTURES_NAME = "Flux Studio"
PRIVATE_FOLDER = 0o700


class Paths(NamedTuple):
    """The folders of one installation; every other path is derived from them."""

    config: Path
    data: Path
    cache: Path
    log: Path
    pictures: Path
    """Root of the library: originals and their sidecars, a folder a day."""

    @classmethod
    def default(cls, environ: Mapping[str, str] | None = None) -> Paths:
        """The folders this user should have on this system, or those below `FLUX_STUDIO_HOME`."""
        home = (os.environ if environ is None else environ).get(HOME_VARIABLE, "").strip()
        if home:
            return cls.under(Path(home).expanduser().absolute())
        import platformdirs  # takes time that a home of its own saves

        return cls(
            config=platformdirs.user_config_path(APP_NAME, appauthor=False),
            data=platformdirs.user_data_path(APP_NAME, appauthor=False),
            cache=platformdirs.user_cache_path(APP_NAME, appauthor=False),
            log=platformdirs.user_log_path(APP_NAME, appauthor=False),
            pictures=platformdirs.user_pictures_path() / PICTURES_NAME,
        )

    @classmethod
    def under(cls, home: Path) -> Paths:
        """All five folders below `home`."""
        return cls(
            config=home / "config",
            data=home / "data",
            cache=home / "cache",
            log=home / "log",
            pictures=home / "pictures",
        )

    def with_library(self, folder: str) -> Paths:
        """The same with originals in `folder`, the setting `library_folder`; "" changes nothing."""
        return self._replace(pictures=Path(folder).expanduser()) if folder else self

    @property
    def settings_file(self) -> Path:
        """The settings people may edit by hand (TOML)."""
        return self.config / "settings.toml"

    @property
    def window_state_file(self) -> Path:
        """Splitter sizes and window geometry; may be thrown away."""
        return self.config / "window.state"

    @property
    def draft_file(self) -> Path:
        """The half-filled form (JSON)."""
        return self.data / "draft.json"

    @property
    def batch_file(self) -> Path:
        """The table of the batch window, and the batch that was sent last (JSON)."""
        return self.data / "batch.json"

    @property
    def project_drafts(self) -> Path:
        """Folder of the forms that were left in each project."""
        return self.data / "projects"

    @property
    def models(self) -> Path:
        """Folder of model rows the user adds to those we ship."""
        return self.config / "models"

    @property
    def lists(self) -> Path:
        """Folder of the list files that prompts draw from."""
        return self.config / "lists"

    @property
    def templates(self) -> Path:
        """Folder of the user's prompt templates."""
        return self.config / "templates"

    @property
    def own_words(self) -> Path:
        """Words of one's own that spell check takes for right, a line each."""
        return self.config / "words.txt"

    @property
    def library_db(self) -> Path:
        """The precious database: journal, generations, marks."""
        return self.data / "library.sqlite"

    @property
    def journal(self) -> Path:
        """The journal of paid jobs lives in the library database: one commit covers both."""
        return self.library_db

    @property
    def references(self) -> Path:
        """Folder of reference originals, named by their sha256."""
        return self.data / "references"

    @property
    def pinned(self) -> Path:
        """Folder of the references on the shelf."""
        return self.data / "pinned"

    @property
    def backups(self) -> Path:
        """Folder of rolling copies of the library database."""
        return self.data / "backups"

    @property
    def doubt_file(self) -> Path:
        """There when a backup found the database damaged: the next start looks and repairs."""
        return self.data / "library.doubt"

    @property
    def owners(self) -> Path:
        """Folder of the lock files by which live processes hold their jobs."""
        return self.data / "owners"

    @property
    def key_places_file(self) -> Path:
        """Which keychain holds which provider's key; never the key itself."""
        return self.data / "key-places.json"

    @property
    def lock_file(self) -> Path:
        """Held by the one process that may write the library."""
        return self.data / "flux-studio.lock"

    @property
    def thumbs_db(self) -> Path:
        """Thumbnails; may be deleted at any time."""
        return self.cache / "thumbs.sqlite"

    @property
    def log_file(self) -> Path:
        """The current log; older ones carry a number behind it."""
        return self.log / "flux-studio.log"

    def ensure(self) -> None:
        """Create what is missing, closed to other users. Raises OSError.

        Our own folders are made 0700 even when they exist; the pictures folder only when we
        create it, because people share theirs on purpose.
        """
        own = (self.config, self.data, self.cache, self.log)
        for folder in (*own, self.models, self.references, self.backups):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        for folder in own:
            folder.chmod(PRIVATE_FOLDER)
        self.pictures.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
