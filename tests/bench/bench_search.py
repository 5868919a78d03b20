"""What a search costs with 100,000 pictures, each beside its raw query in the same file.

    python -m tests.bench.bench_search [--rows N] [--keep FOLDER]

Prints milliseconds; the limits in brackets are the project's bars: the first screen of any filter
80, the database part at most twice the raw query (a keyset page for a plain fact, a MATCH for
words), a keystroke to the painted result 50 at the 95th percentile. `--keep` makes the library once
and uses it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from flux_studio.core.look import Look
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.generation_rows import insert_generation, thousandths
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.top_bar import TopBar
from flux_studio.ui.wall import WallPanel
from tests.bench.bench_wall import DISTINCT, breathe
from tests.session.desks import Desk
from tests.ui.wall import stock

ROWS = 100_000
USUAL = "a the of in light snow fox soft window hill bottle deep red blue lens morning"
PAGE = 200
CELLS = "SELECT id, created, width, height FROM generations"
NEWEST = "ORDER BY created DESC, id DESC"
WALK = f"{CELLS} WHERE {{}} {NEWEST} LIMIT {PAGE}"
MATCH = WALK.format("+number IN (SELECT rowid FROM prompts WHERE prompts MATCH '{}')")
FEW = WALK.format("number IN ({})")
# Every colour measured, without an index: what there is to beat.
COLORS = (
    "SELECT number FROM colors WHERE (light - {0}) * (light - {0}) + (green_red - {1}) *"
    " (green_red - {1}) + (blue_yellow - {2}) * (blue_yellow - {2}) <= 7225"
)
# Each search with the raw query that the same question needs at least.
SEARCHES = (
    ("", WALK.format("1")),
    ("fox", MATCH.format('"fox"*')),
    ("fo", MATCH.format('"fo"*')),
    ("f", MATCH.format('"f"*')),
    ("snow -fox", MATCH.format('("snow"*) NOT ("fox"*)')),
    ('"fox deep"', FEW.format("SELECT rowid FROM prompts WHERE prompts MATCH '\"fox deep\"'")),
    ("nothinglikethis", MATCH.format('"nothinglikethis"*')),
    ("model:flex", WALK.format("model LIKE '%flex%'")),
    ("model:nobody", WALK.format("model LIKE '%nobody%'")),
    ("provider:prac", WALK.format("provider LIKE 'prac%'")),
    ("size:>2mp", WALK.format("width * height > 2097152")),
    ("size:1024x1024", WALK.format("width = 1024 AND height = 1024")),
    ("ratio:21:9", WALK.format("width * 1.0 / height BETWEEN 2.29 AND 2.38")),
    ("rating:>=4", WALK.format("rating >= 4")),
    ("cost:>5", WALK.format("CAST(COALESCE(charged, price) AS REAL) > 5")),
    ("cost:unknown", WALK.format("charged IS NULL AND price IS NULL")),
    ("seed:482113950", f"{CELLS} WHERE seed = '482113950' {NEWEST}"),
    ("date:this-year", WALK.format("created > 1700000000000000")),
    ("ref:yes", WALK.format("reference_count > 0")),
    ("tag:t17", FEW.format("SELECT number FROM tags WHERE tag LIKE 't17'")),
    ("tag:none", WALK.format("+number NOT IN (SELECT number FROM tags)")),
    ("project:P3", WALK.format("project LIKE 'P3'")),
    ("project:none", WALK.format("project = ''")),
    ("collection:c1", FEW.format("SELECT number FROM members WHERE collection LIKE 'c1'")),
    ("label:red", WALK.format("label = 'red'")),
    ("is:favourite", WALK.format("favourite = 1")),
    ("is:missing", WALK.format("missing = 1")),
    ("is:noted", WALK.format("number IN (SELECT number FROM generations WHERE note <> '')")),
    ("sha:ab", f"{CELLS} WHERE sha256 >= 'ab' AND sha256 < 'ac' {NEWEST} LIMIT {PAGE}"),
    ("near:#E0A030", COLORS.format(*thousandths("#E0A030"))),
    ("near:#FFFFFF", COLORS.format(*thousandths("#FFFFFF"))),
    (f"like:{5:032x}", "SELECT number, bits FROM hashes"),
    ("state:unknown", WALK.format("0")),
    ("fox model:flex rating:>=4 -tag:t17", MATCH.format('"fox"*')),
)
TYPED = ("fox", "snow -fox", "rating:>=4 fox", "near:#E0A030", "tag:t17", "model:flex window light")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        home = options.keep or Path(folder)
        desk = Desk(home)
        if not desk.ground.paths.library_db.exists():
            fill(desk, options.rows)
        database = desk.ground.paths.library_db
        with closing(Gallery(database)) as gallery:
            measure_queries(gallery, database)
            measure_whole_lists(gallery)
        measure_keystrokes(desk, app)
        desk.close()


def fill(desk: Desk, rows: int) -> None:
    """Prompts of 18 to 36 words from a vocabulary like that of people, marks, colours, tags."""
    rng = random.Random(1)
    sounds = [a + b for a in "bdfklmnrst" for b in "aeiou"]
    words = ["".join(rng.choices(sounds, k=rng.randint(2, 4))) for _ in range(12_000)]
    usual = USUAL.split()
    weights = [1 / (at + 1) for at in range(len(words))]
    now, database = datetime.now(UTC), desk.workshop.database
    with database.transaction() as connection:
        for number in range(rows):
            prompt = rng.choices(words, weights, k=rng.randint(12, 30)) + rng.choices(usual, k=6)
            made = stock.generation(number, now - timedelta(minutes=5 * number))
            model = ("flux-2-pro", "flux-2-flex", "flux-2-max")[number % 3]
            made = replace(
                made,
                request=replace(made.request, prompt=" ".join(prompt), model=model),
                sha256=hashlib.sha256(str(number).encode()).hexdigest(),
                charged=Decimal(rng.randint(1, 99)) / 1000,
                look=Look(
                    rng.getrandbits(64),
                    tuple((f"#{rng.getrandbits(24):06X}", 20) for _ in range(4)),
                ),
            )
            insert_generation(
                connection, made, full_text=database.full_text,
                tags=[f"t{rng.randint(0, 200)}"] if number % 3 == 0 else [],
                project=f"P{number // 5000}", label=("", "red", "blue")[number % 3],
                collections=["c1"] if number % 50 == 0 else [],
            )  # fmt: skip


def measure_queries(gallery: Gallery, database: Path) -> None:
    """The first page of each search beside its raw query."""
    start = time.perf_counter()
    gallery.words.prepare()
    print(f"all words read once, when the search field is entered: {since(start):.0f} ms")
    start = time.perf_counter()
    gallery.looks.alike(f"{5:032x}")
    print(f"all structures read once, at the first `like:`: {since(start):.0f} ms")
    print(f"{'search':40} {'first page':>10} {'raw':>8} {'ratio':>6}   [80 ms, 2.0]")
    worst = 0.0
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as raw:
        raw.execute("PRAGMA cache_size = -16384")
        for search, sql in SEARCHES:
            ours = median_ms(lambda text=search: gallery.page(Filter(text=text), limit=PAGE))  # type: ignore[misc]  # mypy knows no default of a lambda
            bare = median_ms(lambda sql=sql: raw.execute(sql).fetchall()) if sql else 0.0  # type: ignore[misc]  # likewise
            beside = f"{bare:8.2f} {ours / bare:6.2f}" if bare else f"{'-':>8} {'-':>6}"
            print(f"{search or '(everything)':40} {ours:10.2f} {beside}")
            worst = max(worst, ours)
    print(f"slowest first page: {worst:.1f} ms [at most 80]")


def measure_whole_lists(gallery: Gallery) -> None:
    """All ids of a search, which the wall gets after its first page."""
    for search in ("", "fox", "rating:>=4", "near:#E0A030"):
        whole = median_ms(lambda text=search: gallery.ids(Filter(text=text)))  # type: ignore[misc]  # mypy knows no default of a lambda
        count = gallery.count(Filter(text=search))
        print(f"all ids of {search or 'everything'!r}: {whole:.0f} ms for {count:,}")
    for search in ("near:#E0A030", "near:blue", f"like:{5:032x}"):
        asked = Filter(text=search)
        page = median_ms(lambda asked=asked: gallery.alike(asked, PAGE))  # type: ignore[misc]  # likewise
        whole = median_ms(lambda asked=asked: gallery.alike(asked))  # type: ignore[misc]  # likewise
        print(f"most alike first, {search[:20]!r}: {page:.0f} ms [at most 80], all {whole:.0f} ms")


def measure_keystrokes(desk: Desk, app: QApplication) -> None:
    """From a letter in the search field to the wall with its result painted."""
    theme = ThemeSource(app, Theme.DARK)
    for number in range(DISTINCT):
        small = stock.drawn(number, stock.SIZES[number % len(stock.SIZES)], 256, "JPEG")
        desk.workshop.thumbnails.put(f"{number:032x}", 256, small)
    library = desk.studio.library
    store = desk.workshop.thumbnails

    def thumbnail(id_: str, side: int) -> bytes | None:
        return store.get(f"{int(id_, 16) % DISTINCT:032x}", 256)

    library.thumbnail = thumbnail  # type: ignore[assignment,method-assign]  # one store for all rows
    library.file = lambda generation: Path(__file__)  # type: ignore[method-assign]  # likewise
    window, wall, bar = QWidget(), WallPanel(desk.studio, theme), TopBar(desk.studio, theme)
    column = QVBoxLayout(window)
    column.addWidget(bar)
    column.addWidget(wall, 1)
    bar.search_changed.connect(wall.search)
    window.resize(1440, 900)
    window.show()
    wall.show_state(desk.studio.state)
    bar.search.setFocus()
    wait_until(app, lambda: len(wall.model.catalogue) > PAGE)
    wait_until(app, lambda: bool(library.shelf.vocabulary))
    times = []
    for text in TYPED:
        for end in range(1, len(text) + 1):
            if text[end - 1] != " ":  # a space asks for nothing else
                times.append(keystroke(app, wall, bar, text[:end]))
                wait_until(app, lambda: not wall._listing.is_asking)
        bar.search.clear()
        wait_until(app, lambda: len(wall.model.catalogue) > PAGE)
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    middle = statistics.median(times)
    print(
        f"a keystroke to the painted result: p50 {middle:.0f} ms, p95 {p95:.0f} ms,"
        f" worst {times[-1]:.0f} ms of {len(times)} [p95 at most 50]"
    )
    wall.loader.close()
    window.close()


def keystroke(app: QApplication, wall: WallPanel, bar: TopBar, text: str) -> float:
    """Type up to `text`; ms until its first screen is on the wall and painted."""
    shown: list[object] = []
    began, found = wall._listing.began, wall._listing.found
    began.connect(shown.append)
    found.connect(shown.append)
    start = time.perf_counter()
    bar.search.setText(text)
    wait_until(app, lambda: bool(shown))
    wall.view.viewport().repaint()
    took = since(start)
    began.disconnect(shown.append)
    found.disconnect(shown.append)
    return took


def wait_until(app: QApplication, is_so: Callable[[], bool]) -> None:
    until = time.perf_counter() + 20
    while not is_so() and time.perf_counter() < until:
        breathe(app)


def median_ms(work: Callable[[], Sequence[object]], times: int = 7) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(since(start))
    return statistics.median(found)


def since(start: float) -> float:
    """ms."""
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
