"""A library of pictures on real storage, for tests, looks and benchmarks of wall and viewer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from PIL import Image, ImageDraw
from PySide6.QtCore import QCoreApplication

from flux_studio.core.generation import Generation
from flux_studio.core.job import Job, JobState
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.ui.wall import WallPanel
from tests.session.desks import Desk

SIZES = (
    Size(1024, 1024),
    Size(1344, 768),
    Size(768, 1344),
    Size(1152, 864),
    Size(1024, 1280),
    Size(1536, 640),
)
PROMPTS = (
    "Layered hills in the last light, warm haze, a low sun over the third ridge, #C2536B sky",
    "Put the bottle of @image1 on a wet basalt ledge at dusk, rim light in #C2536B",
    "Three bottles on a shelf, soft window light, label reading “SOLSTICE”",
    "A fox in deep snow, early morning, 85 mm, shallow focus",
)
HUES = ((194, 83, 107), (242, 184, 75), (74, 124, 140), (120, 150, 90), (140, 110, 160))


def request(number: int = 0, **changes) -> Request:
    plain = Request(
        "practice", "practice", PROMPTS[number % len(PROMPTS)], SIZES[number % len(SIZES)], "png"
    )
    return replace(plain, **changes)


def generation(number: int, created: datetime, **changes) -> Generation:
    """The picture of a number: every fifth is an edit, every sixth a favourite, some have stars."""
    asked = request(number)
    if number % 5 == 3:
        source = Reference("ab" * 32, "image/png", Size(64, 64), "bottle.png")
        asked = replace(asked, references=(source,))
    id_ = f"{number:032x}"
    plain = Generation(
        id=id_,
        job=id_,
        request=asked,
        path=f"{created:%Y/%Y-%m-%d}/{number:06}.png",
        sha256="cd" * 32,
        mime="image/png",
        size=asked.size,
        bytes=1_400_000,
        created=created,
        price=Decimal("0.030"),
        charged=Decimal("0.030"),
        seed=482113907 + number,
        seconds=7.2,
        rating=(0, 0, 4, 0, 0, 0, 0, 5)[number % 8],
        favourite=number % 6 == 2,
    )
    return replace(plain, **changes)


def job(name: str, state: JobState, number: int = 0, **changes) -> Job:
    now = datetime.now(UTC)
    plain = Job(
        id=name,
        order="order",
        request=request(number),
        price=Decimal("0.045"),
        state=state,
        created=now - timedelta(seconds=12),
        updated=now,
        sent=now - timedelta(seconds=11),
    )
    return replace(plain, **changes)


def fill(
    desk: Desk, count: int, *, with_files: bool = True, spread_hours: float = 2.5
) -> list[str]:
    """Put `count` pictures into the library, the newest now; gives their ids, newest first."""
    now = datetime.now(UTC)
    made = [generation(n, now - timedelta(hours=n * spread_hours)) for n in range(count)]
    keep(desk, made, with_files=with_files)
    return [each.id for each in made]


def keep(desk: Desk, made: Sequence[Generation], *, with_files: bool = True) -> None:
    """Rows, and with files also originals and thumbnails."""
    database = desk.workshop.database
    with database.transaction() as connection:
        for each in made:
            insert_generation(
                connection, each, full_text=database.full_text, project="", note="", tags=()
            )
    if with_files:
        for each in made:
            put_files(desk, each)


def put_files(desk: Desk, made: Generation) -> None:
    number = int(made.id, 16) if made.id.isalnum() and len(made.id) == 32 else len(made.id)
    path = desk.studio.library.file(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn(number, made.size, 640, "PNG"))
    for side in (256, 512):
        desk.workshop.thumbnails.put(made.id, side, drawn(number, made.size, side, "JPEG"))


def drawn(number: int, size: Size, longest: int, form: str) -> bytes:
    """A hill before a sky in the shape of `size`, `longest` px on the longer side."""
    scale = longest / max(size.width, size.height)
    width, height = round(size.width * scale), round(size.height * scale)
    hue = HUES[number % len(HUES)]
    image = Image.linear_gradient("L").resize((width, height))
    sky = Image.composite(
        Image.new("RGB", (width, height), hue),
        Image.new("RGB", (width, height), (250, 236, 214)),
        image,
    )
    pen = ImageDraw.Draw(sky)
    sun = height * (0.2 + 0.05 * (number % 4))
    left = width * (0.3 + 0.1 * (number % 5))
    pen.ellipse((left, sun, left + height / 5, sun + height / 5), fill=(255, 246, 220))
    for ridge in range(3):
        dark = tuple(int(c * (0.75 - 0.2 * ridge)) for c in hue)
        top = height * (0.55 + 0.14 * ridge)
        points: list[tuple[float, float]] = [(0, height)]
        for step in range(9):
            bump = ((number + ridge * 3 + step * 7) % 5 - 2) * height / 40
            points.append((width * step / 8, top + bump))
        points.append((width, height))
        pen.polygon(points, fill=dark)
    file = io.BytesIO()
    sky.save(file, form, quality=85)
    return file.getvalue()


def listed(panel: WallPanel) -> None:
    """Let the wall know of all its pictures."""
    while panel._listing.is_asking:
        QCoreApplication.processEvents()


def settle(desk: Desk) -> None:
    """Let everything that was asked in the background come back."""
    for _ in range(4):
        done: list[bool] = []
        desk.background.run(lambda: True, done.append)
        while not done:
            QCoreApplication.processEvents()
    QCoreApplication.processEvents()
