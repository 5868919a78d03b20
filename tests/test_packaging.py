"""The desktop files pass their validators, and the version stands in one piece."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import flux_studio

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"


@pytest.mark.parametrize(
    ("tool", "command", "pattern"),
    [
        ("desktop-file-validate", ["desktop-file-validate"], "*.desktop"),
        ("appstreamcli", ["appstreamcli", "validate", "--no-net"], "*.metainfo.xml"),
    ],
)
def test_desktop_data_passes_its_validator(tool, command, pattern):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed; .ci/run installs it")
    files = sorted(LINUX.glob(pattern))
    assert files
    run = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metainfo = next(LINUX.glob("*.metainfo.xml")).read_text(encoding="utf-8")
    assert project["version"] == flux_studio.__version__
    assert f'version="{flux_studio.__version__}"' in metainfo
