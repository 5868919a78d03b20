"""Other people's broken pictures through the decode child: 0 crashes, 0 hangs, 0 stalls.

`python -m tests.bench.corpora [--keep FOLDER] [--files N]` fetches, with the ordinary clients and
into a temporary folder, what PyPI and Debian ship for testing decoders: Pillow's own test images
and the test data of gdk-pixbuf, librsvg, libjxl, SDL_image and Python. Nothing of it is kept in the
repository. Every file, whatever its name says, goes through the child as a result and as a
reference. Offline it says why nothing was done and ends with 0; a client that is not installed
leaves its part out. The exit code is 1 when a file crashed or hung the child, or kept the thread in
the window's place from looking for more than 50 ms.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flux_studio.storage.decode import Decoder, PictureRefused, Purpose
from flux_studio.storage.picture_facts import MOST_FILE_BYTES, read_regular_file
from tests.faults.gaps import GapWatch
from tests.faults.test_gaps import BAR_S

SDISTS = ("pillow",)
PACKAGES = (
    "gdk-pixbuf-tests", "librsvg2-tests", "libjxl-testdata", "libsdl2-image-tests",
    "libpython3.11-testsuite",
)  # fmt: skip
PURPOSES: tuple[Purpose, ...] = ("result", "reference")
WRONG = ("crashed", "timeout")  # how the door says that a child died or had to be killed
FETCH_S = 300
LOOK_S = 0.002
NO_PICTURE = {".py", ".pyc", ".txt", ".html", ".css", ".md", ".rst", ".sh", ".c", ".pem", ".zip"}


@dataclass
class Found:
    """What came of it: how often each word was said, the files that were wrong, the slowest."""

    words: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    files: int = 0


def fetched(command: list[str], folder: Path) -> str:
    """Run a client in a folder; why it gave nothing, '' when it did."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not installed"
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_S)
    except subprocess.TimeoutExpired:
        return f"{command[0]} did not end"
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").splitlines()
        return f"{command[0]}: {lines[-1] if lines else error.returncode}"
    return ""


def fetch(folder: Path) -> list[str]:
    """Get everything that can be got; a sentence for each part that could not."""
    pip = ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
    commands = [[*pip, name] for name in SDISTS]
    commands += [["apt-get", "-q", "download", name] for name in PACKAGES]
    return [why for command in commands if (why := fetched(command, folder))]


def unpack(folder: Path) -> None:
    """Unpack every archive into a folder of its own."""
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            members = [each for each in tar.getmembers() if "/Tests/images/" in each.name]
            tar.extractall(folder / "files" / archive.name, members, filter="data")
    for archive in sorted(folder.glob("*.deb")):
        into = folder / "files" / archive.name
        into.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", archive, into], check=True)


def pictures(folder: Path) -> Iterator[Path]:
    """Every file that may be meant as a picture: all but what is surely none."""
    for path in sorted((folder / "files").rglob("*")):
        fitting = path.is_file() and not path.is_symlink() and path.suffix not in NO_PICTURE
        if fitting and path.stat().st_size <= MOST_FILE_BYTES:
            yield path


def decode(paths: list[Path], found: Found) -> None:
    """Send each file through the child in both ways."""
    decoder = Decoder(workers=1)
    try:
        for path in paths:
            found.files += 1
            for purpose in PURPOSES:
                began = time.perf_counter()
                word = word_for(decoder, path, purpose)
                took = time.perf_counter() - began
                found.slowest = max(found.slowest, (took, path.name))
                found.words[word] += 1
                if word in WRONG:
                    found.wrong.append(f"{path.name} ({purpose}): {word}")
    finally:
        decoder.close()


def word_for(decoder: Decoder, path: Path, purpose: Purpose) -> str:
    try:
        decoder.examine(read_regular_file(path), purpose=purpose)
    except PictureRefused as refused:
        return refused.reason
    return "decoded"


def run(paths: list[Path]) -> tuple[Found, GapWatch]:
    """Decode on two threads, as the studio does, while a third looks as the window would."""
    found = [Found(), Found()]
    gaps, rest = GapWatch(LOOK_S), threading.Event()
    threads = [
        threading.Thread(target=decode, args=(paths[number::2], found[number]), daemon=True)
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
    gaps.begin()
    while any(thread.is_alive() for thread in threads):
        rest.wait(LOOK_S)
        gaps.look()
    total = Found(
        found[0].words + found[1].words, found[0].wrong + found[1].wrong,
        max(found[0].slowest, found[1].slowest), found[0].files + found[1].files,
    )  # fmt: skip
    return total, gaps


def report(total: Found, gaps: GapWatch, seconds: float) -> int:
    words = ", ".join(f"{word} {count:,}" for word, count in total.words.most_common())
    sys.stdout.write(
        f"files {total.files:,}, decodings {total.words.total():,} in {seconds:.0f} s\n"
        f"  {words}\n"
        f"  slowest {total.slowest[0]:.2f} s ({total.slowest[1]})\n"
        f"crashes {total.words['crashed']}, hangs {total.words['timeout']}, longest gap "
        f"{gaps.longest * 1e3:.1f} ms ({gaps.own * 1e3:.1f} ms without waiting for a core)\n"
    )
    for line in total.wrong:
        sys.stdout.write(f"  {line}\n")
    passed = not total.wrong and gaps.own <= BAR_S
    sys.stdout.write("PASS\n" if passed else "FAIL\n")
    return 0 if passed else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder to fetch into, and to use again")
    parser.add_argument("--files", type=int, help="only so many files")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.keep or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "files").exists():
            for why in fetch(folder):
                sys.stdout.write(f"left out: {why}\n")
            unpack(folder)
        paths = list(pictures(folder))[: given.files]
        if not paths:
            sys.stdout.write("skipped: no corpus could be fetched; is this computer offline?\n")
            return 0
        began = time.monotonic()
        total, gaps = run(paths)
        return report(total, gaps, time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(main())
