"""Builds the wheel and starts it from an empty environment outside the checkout.

What it proves: the wheel holds the resources, declares all it needs, and its command works.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("icons/LICENSE-lucide.txt", "models/runapi.toml", "themes/studio.qss")


def main() -> int:
    """0 when the installed wheel lists its models and runs its tour."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run(["uv", "build", "--wheel", "-q", "-o", folder], check=True, cwd=ROOT)
        wheel = next(place.glob("*.whl"))
        missing = [n for n in NEEDED if f"flux_studio/_resources/{n}" not in names_in(wheel)]
        if missing:
            print(f"the wheel lacks {', '.join(missing)}")
            return 1
        venv.create(place / "env", with_pip=False)
        python = place / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
        install = ["uv", "pip", "install", "-q", "--python", str(python), str(wheel)]
        subprocess.run(install, check=True, cwd=folder)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
        env |= {"FLUX_STUDIO_HOME": str(place / "home"), "QT_QPA_PLATFORM": "offscreen"}
        program = python.with_name("flux-studio")
        for arguments in (["models", "--json"], ["tour", "--out", str(place / "tour")]):
            run = [str(program), *arguments]
            subprocess.run(run, check=True, cwd=folder, env=env, stdout=subprocess.DEVNULL)
        pictures = len(list((place / "tour").glob("*.png")))
        print(f"{wheel.name} starts from an empty environment; its tour left {pictures} pictures")
        return 0 if pictures else 1


def names_in(wheel: Path) -> set[str]:
    """The files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


if __name__ == "__main__":
    raise SystemExit(main())
