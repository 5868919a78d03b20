"""Builds the program folder with PyInstaller: `uv run python packaging/build.py [--check]`.

The folder in dist/flux-studio runs without Python. It holds the licences of everything that is in
it. With --check the frozen program drives its own tour, with nothing of this environment on its
path.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDER = ROOT / "dist" / "flux-studio"
PROGRAM = FOLDER / ("flux-studio.exe" if sys.platform == "win32" else "flux-studio")
LEAST_PICTURES = 8


def build() -> None:
    """Make dist/flux-studio afresh. Raises CalledProcessError when PyInstaller fails."""
    work = ROOT / "build"
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--distpath", str(FOLDER.parent), "--workpath", str(work)]
    subprocess.run([*command, *places, str(HERE / "flux_studio.spec")], check=True, cwd=HERE)
    add_licences(FOLDER / "licences")
    shutil.copytree(HERE / "linux", FOLDER / "share", dirs_exist_ok=True)


def add_licences(folder: Path) -> None:
    """Copy our licence, Qt's, the icons', and the licence files of every bundled Python package."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (*(HERE / "licences").iterdir(), ROOT / "LICENSE"):
        shutil.copy(source, folder / source.name)
    shutil.copy(ROOT / "resources" / "icons" / "LICENSE-lucide.txt", folder)
    versions = []
    for package in sorted(bundled(), key=lambda d: d.name.lower()):
        versions.append(f"{package.name} {package.version}")
        for file in package.files or ():
            if any(word in file.name.lower() for word in ("licen", "copying", "notice")):
                target = folder / package.name / file.name
                target.parent.mkdir(exist_ok=True)
                shutil.copy(str(package.locate_file(file)), target)
    (folder / "versions.txt").write_text("\n".join(versions) + "\n", encoding="utf-8")


def bundled() -> list[importlib.metadata.Distribution]:
    """The packages the program depends on, with their own dependencies."""
    found: dict[str, importlib.metadata.Distribution] = {}
    wanted = ["flux-studio"]
    while wanted:
        name = wanted.pop()
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # a dependency of another platform
        if name in found:
            continue
        found[name] = package
        for line in package.requires or ():
            if "extra ==" not in line:
                wanted.append(requirement_name(line))
    found.pop("flux-studio", None)
    return list(found.values())


def requirement_name(line: str) -> str:
    """'httpx[socks]<0.29,>=0.28 ; …' gives 'httpx'."""
    for number, sign in enumerate(line):
        if not (sign.isalnum() or sign in "-_."):
            return line[:number]
    return line


def check() -> int:
    """Run the frozen tour with no Python in reach; 0 when it leaves its pictures."""
    with tempfile.TemporaryDirectory() as home:
        clean = {"PATH": "/usr/bin:/bin", "HOME": home, "FLUX_STUDIO_HOME": home}
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
        env = {**clean, **kept, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
        out = Path(home) / "tour"
        command = [str(PROGRAM), "tour", "--out", str(out)]
        subprocess.run(command, check=True, env=env, cwd=home, timeout=180)
        pictures = sorted(out.glob("*.png"))
        size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
        print(f"{FOLDER}: {size / 1e6:.0f} MB, tour left {len(pictures)} pictures")
        return 0 if len(pictures) >= LEAST_PICTURES else 1


def main() -> int:
    """Build, and check when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="run the frozen tour afterwards")
    arguments = parser.parse_args()
    build()
    return check() if arguments.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
