"""Files a second of an import, beside what two decoders alone can do with the same files.

    python -m tests.bench.bench_import [--files 400] [--side 1024] [--copy] [--window]

Both halves run several times in turns, so that a busy machine hits both; the best of each counts.
The bare decode reads a file, decodes it in one of two child processes and throws everything away.
With --window the import runs in a whole studio, and the longest turn of its event loop is told: the
time that the system gave the processor to others is taken off.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from flux_studio.storage.decode import THUMBNAIL_SIDES, Decoder
from flux_studio.storage.import_runs import ImportRuns
from flux_studio.storage.importer import Control, Importer
from flux_studio.storage.taking_in import Taker
from flux_studio.storage.thumbnails import ThumbnailStore
from tests.storage.foreign.pictures import A1111_TEXT
from tests.storage.samples import open_journal

ROUNDS = 3
LEAST = 0.75  # of the bare decode
MOST_TURN_MS = 50


def make_files(folder: Path, count: int, side: int) -> list[Path]:
    """PNG and JPEG files in turns, with settings in them; each has other bytes."""
    noise = Image.effect_noise((side // 4, side // 4), 60).resize((side, side))
    base = Image.merge("RGB", (noise, Image.linear_gradient("L").resize((side, side)), noise))
    png, jpeg = BytesIO(), BytesIO()
    info = PngInfo()
    info.add_text("parameters", A1111_TEXT)
    base.save(png, "PNG", pnginfo=info, compress_level=1)
    base.save(jpeg, "JPEG", quality=90)
    files = []
    for number in range(count):
        data = (png if number % 2 else jpeg).getvalue()
        path = folder / f"{number:05}.{'png' if number % 2 else 'jpg'}"
        path.write_bytes(data + number.to_bytes(4, "big"))  # behind the end: other bytes, same work
        files.append(path)
    return files


def bare(files: Sequence[Path]) -> float:
    """Files a second of two decoders and nothing else."""
    with closing(Decoder(2)) as decoder, ThreadPoolExecutor(2) as pool:
        decoder.examine(files[0].read_bytes(), purpose="reference")

        def one(path: Path) -> None:
            decoder.examine(path.read_bytes(), purpose="reference", sides=THUMBNAIL_SIDES)

        began = time.perf_counter()
        list(pool.map(one, files))
        return len(files) / (time.perf_counter() - began)


def imported(folder: Path, count: int, *, copies: bool) -> float:
    """Files a second of a whole import into a new library."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as home_name:
        home = Path(home_name)
        root = home / "pictures"
        root.mkdir()
        database, _ = open_journal(home)
        thumbnails = ThumbnailStore(home / "thumbs.sqlite")
        with closing(Decoder(2)) as decoder, closing(database), closing(thumbnails):
            run = ImportRuns(database).begin((folder,), copies=copies, watches=False, owner="bench")
            taker = Taker(root, database, decoder, thumbnails, copies=copies)
            importer = Importer(
                database, taker, lambda work: work(), lambda progress: None, Control()
            )
            began = time.perf_counter()
            progress = importer.run(run)
            took = time.perf_counter() - began
        assert progress.added == count, progress
        return count / took


def in_window(folder: Path, count: int, *, copies: bool) -> tuple[float, float]:
    """Files a second in a whole studio, and the longest turn of its event loop (ms)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from tests.bench.bench_wall import breathe, waited_ms
    from tests.whole import whole_studio

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory(dir=folder.parent) as home, whole_studio(Path(home)) as whole:
        whole.window.show()
        imports, ends = whole.studio.library.imports, []
        imports.ended.connect(ends.append)
        settled = time.perf_counter() + 4
        while time.perf_counter() < settled:
            breathe(app)
        began, longest = time.perf_counter(), 0.0
        imports.begin([folder], copies=copies)
        while not ends:
            before, waited = time.perf_counter(), waited_ms()
            breathe(app)
            turn = 1000 * (time.perf_counter() - before) - (waited_ms() - waited)
            longest = max(longest, turn)
        took = time.perf_counter() - began
        assert ends[0].added == count, ends
    return count / took, longest


def main() -> int:
    """Print the rates; 1 when the import is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--side", type=int, default=1024, help="px")
    parser.add_argument("--copy", action="store_true")
    parser.add_argument("--window", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        files = make_files(folder, asked.files, asked.side)
        if asked.window:
            limit = bare(files)
            rate, longest = in_window(folder, asked.files, copies=asked.copy)
            print(
                f"two decoders alone: {limit:.1f} files/s; in the window: {rate:.1f} files/s;"
                f" {rate / limit:.2f}×; longest turn {longest:.0f} ms [at most {MOST_TURN_MS}]"
            )
            return 0 if rate / limit >= LEAST and longest <= MOST_TURN_MS else 1
        rates = [
            (bare(files), imported(folder, asked.files, copies=asked.copy)) for _ in range(ROUNDS)
        ]
    limit, whole = (max(column) for column in zip(*rates, strict=True))
    share = whole / limit
    print(f"two decoders alone: {limit:.1f} files/s; import: {whole:.1f} files/s; {share:.2f}×")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    raise SystemExit(main())
