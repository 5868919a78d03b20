import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flux_studio.storage.paths import Paths


def test_one_variable_puts_everything_under_one_folder(tmp_path: Path) -> None:
    paths = Paths.default({"FLUX_STUDIO_HOME": str(tmp_path / "home")})
    files = [
        paths.settings_file,
        paths.window_state_file,
        paths.models,
        paths.library_db,
        paths.journal,
        paths.references,
        paths.backups,
        paths.key_places_file,
        paths.lock_file,
        paths.thumbs_db,
        paths.log_file,
        paths.pictures,
    ]
    assert all(tmp_path / "home" in file.parents for file in files)


def test_a_relative_home_becomes_absolute(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.default({"FLUX_STUDIO_HOME": "here"}).data == tmp_path / "here" / "data"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders exist on Linux only")
def test_without_the_variable_the_users_own_folders_are_taken(monkeypatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Bilder"))
    paths = Paths.default({"FLUX_STUDIO_HOME": " "})
    assert paths.config == tmp_path / "CONFIG" / "flux-studio"
    assert paths.library_db == tmp_path / "DATA" / "flux-studio" / "library.sqlite"
    assert paths.thumbs_db == tmp_path / "CACHE" / "flux-studio" / "thumbs.sqlite"
    assert paths.pictures == tmp_path / "Bilder" / "Flux Studio"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_folders_are_made_closed_to_other_users(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "home")
    paths.config.mkdir(parents=True, mode=0o755)
    paths.ensure()
    for folder in (paths.config, paths.data, paths.cache, paths.log, paths.pictures):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert paths.references.is_dir()
    assert paths.models.is_dir()
    assert paths.backups.is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_a_pictures_folder_somebody_shared_stays_shared(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    paths.pictures.mkdir(mode=0o755)
    paths.ensure()
    assert stat.S_IMODE(paths.pictures.stat().st_mode) == 0o755


def test_asking_for_paths_creates_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "import flux_studio.storage.paths as p, flux_studio.storage.keychain,"
        " flux_studio.storage.settings, flux_studio.storage.decode; p.Paths.default()"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=Path(__file__).parents[2],
        env={"FLUX_STUDIO_HOME": str(home), "HOME": str(tmp_path)},
    )
    assert list(tmp_path.iterdir()) == []


def test_the_library_can_be_elsewhere(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    assert paths.with_library("") == paths
    moved = paths.with_library(str(tmp_path / "other"))
    assert moved.pictures == tmp_path / "other"
    assert moved.library_db == paths.library_db
    assert paths.with_library("~/x").pictures == Path.home() / "x"
