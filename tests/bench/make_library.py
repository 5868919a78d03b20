"""Makes a studio's home with many real pictures, for measuring and for looking.

    python -m tests.bench.make_library HOME COUNT [--from FOLDER]

`FLUX_STUDIO_HOME=HOME` then opens it. Originals are the files of FOLDER, else pictures drawn here,
each with bytes of its own; rows, sidecars and thumbnails are made as a save makes them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.size import Size
from flux_studio.ground import lay_ground
from flux_studio.storage.database import Database
from flux_studio.storage.decode import Decoder
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar
from flux_studio.storage.thumbnails import ThumbnailStore
from tests.ui.wall import stock

SIDES = (256, 512)
WORKERS = 2
DISTINCT = 40  # pictures drawn; the others are these with bytes of their own
AT_ONCE = 400


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", type=Path)
    asked.add_argument("count", type=int)
    asked.add_argument("--from", dest="folder", type=Path)
    chosen = asked.parse_args()
    start = time.perf_counter()
    made = make_library(chosen.home, chosen.count, chosen.folder)
    taken = time.perf_counter() - start
    print(f"{made:,} pictures in {taken:.1f} s, {made / taken:.0f} a second, thumbnails saved")


def make_library(home: Path, count: int, folder: Path | None = None) -> int:
    """Fill an empty home; gives how many pictures it has then."""
    paths = lay_ground({"FLUX_STUDIO_HOME": str(home)}).paths
    paths.ensure()
    database = Database(paths.library_db, paths.backups)
    decoder, thumbnails = Decoder(WORKERS), ThumbnailStore(paths.thumbs_db, most=10**11)

    def keep(at: tuple[int, bytes, str]) -> Generation:
        number, data, kind = at
        made = _put_file(paths.pictures, number, data, kind)
        facts, small = decoder.examine(data, purpose="result", sides=SIDES)
        for side, jpeg in zip(SIDES, small, strict=True):
            thumbnails.put(made.id, side, jpeg)
        width, height = facts.shown_size
        made = replace(made, size=Size(width, height), mime=facts.mime)
        write_sidecar(paths.pictures / made.path, Sidecar(made, MarkSet()))
        return made

    sources = islice(_sources(folder), count)
    done = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        while some := list(islice(sources, AT_ONCE)):
            numbered = [(done + at, *source) for at, source in enumerate(some)]
            rows = list(pool.map(keep, numbered))
            with database.transaction() as connection:
                for row in rows:
                    insert_generation(
                        connection, row, full_text=database.full_text,
                        project="", note="", tags=(),
                    )  # fmt: skip
            done += len(rows)
    decoder.close()
    thumbnails.close()
    database.close()
    return done


def _put_file(root: Path, number: int, data: bytes, kind: str) -> Generation:
    created = datetime.now(UTC) - timedelta(minutes=7 * number)
    made = stock.generation(
        number, created, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)
    )
    made = replace(made, path=f"{created:%Y/%Y-%m-%d}/{number:06}.{kind}")
    path = root / made.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (created.timestamp(), created.timestamp()))
    return made


def _sources(folder: Path | None) -> Iterator[tuple[bytes, str]]:
    """Picture files as bytes and ending."""
    if folder is not None:
        for file in sorted(folder.iterdir()):
            if file.suffix in (".png", ".jpg", ".webp"):
                yield file.read_bytes(), file.suffix[1:]
        return
    rng = random.Random(5)
    drawn = [
        stock.drawn(number, stock.SIZES[number % len(stock.SIZES)], 1024, "JPEG")
        for number in range(DISTINCT)
    ]
    while True:
        yield rng.choice(drawn) + rng.randbytes(16), "jpg"  # after the end of the picture


if __name__ == "__main__":
    main()
