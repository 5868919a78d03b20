"""Draw the batch window to PNG files, for looking at.

    python -m tests.ui.look_batch OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from flux_studio.core.batch.rows import Row
from flux_studio.core.batch.run import Told
from flux_studio.core.budget import Limits
from flux_studio.core.job import JobState
from flux_studio.core.size import Size
from flux_studio.session.batch_results import SheetPicture, SheetPlan
from flux_studio.session.state import Preferences
from flux_studio.storage.decode import Decoder
from flux_studio.ui.batch.contact_sheet import paint_sheet
from flux_studio.ui.batch.dialog import BatchDialog
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

LONG = "A bottle of amber perfume on wet basalt at dusk, rim light in #E0A030, shallow depth. "
ROWS = [
    Row({"prompt": LONG}),
    Row({"prompt": "The same bottle in snow, seen from above", "size": "1344x768", "seed": "7"}),
    Row({"prompt": 'A poster that says "OPEN LATE"', "size": "1000x10000"}),
    Row({"prompt": LONG * 3, "model": "flux-2-prro", "count": "4", "steps": "28"}),
    Row({"prompt": "Portrait of a ceramicist", "model": "runapi/flux-2-flex", "seed": "12"}),
    Row(),
]
GOOD = [
    Row({"prompt": f"{LONG}{place}", "seed": str(seed)})
    for place in ("In snow.", "On sand.", "In a flooded street.", "In a greenhouse.")
    for seed in (1, 2)
]


def paid(desk: Desk) -> None:
    desk.studio.choose_model("runflow", "flux-2-pro")
    desk.studio.set_size(Size(1024, 1024))
    desk.studio.set_prompt("A {red|amber|blue} bottle on {sand|snow}")


def show(desk: Desk, rows: list[Row]) -> BatchDialog:
    paid(desk)
    desk.studio.batch.put(rows)
    return BatchDialog(desk.studio)


def empty(desk: Desk) -> BatchDialog:
    return show(desk, [])


def wrong(desk: Desk) -> BatchDialog:
    dialog = show(desk, ROWS)
    dialog.table.point_at(2, "size")
    return dialog


def grid(desk: Desk) -> BatchDialog:
    dialog = show(desk, GOOD)
    dialog.grid_button.click()
    return dialog


def models(desk: Desk) -> BatchDialog:
    dialog = show(desk, [])
    dialog.models_button.click()
    return dialog


def question(desk: Desk) -> BatchDialog:
    desk.studio.set_preferences(Preferences(budget=Limits(confirm_above=Decimal("0.01"))))
    random = [Row({"prompt": row.cell("prompt")}) for row in GOOD]
    dialog = show(desk, random)
    stock.settle(desk)
    dialog.send()
    return dialog


def running(desk: Desk) -> BatchDialog:
    random = [replace(row, cells={"prompt": row.cell("prompt")}) for row in GOOD[:-1]]
    dialog = show(desk, [*random, Row({"prompt": "A fox", "count": "4"})])
    stock.settle(desk)
    dialog.send()
    run = desk.studio.batch.following
    assert run.run is not None
    saved, refused = Told(JobState.SAVED), Told(JobState.REFUSED, "The output was withheld. $0.")
    for job, told in zip(
        run.run.jobs, (saved, saved, refused, Told(JobState.RUNNING)), strict=False
    ):
        run.progress.hear(job, told)
    run.progress.hear(run.run.jobs[-1], saved)
    run.changed.emit()
    return dialog


def editing(desk: Desk) -> BatchDialog:
    dialog = show(desk, GOOD)
    dialog.table.point_at(1)
    dialog.table.edit(dialog.table.currentIndex())
    return dialog


def small(desk: Desk) -> BatchDialog:
    dialog = wrong(desk)
    dialog.resize(760, 440)
    return dialog


SCENES: dict[str, Callable[[Desk], BatchDialog]] = {
    each.__name__: each for each in (empty, wrong, grid, models, question, running, editing, small)
}


def a_sheet(out: Path) -> None:
    """A contact sheet of drawn pictures."""
    decoder = Decoder()
    pictures = []
    for down in range(3):
        for across in range(4):
            made = replace(
                stock.generation(down * 4 + across, datetime.now(UTC)),
                seconds=6.4,
                size=Size(1344, 768),
            )
            data = stock.drawn(made.id.__hash__() % 97, Size(1344, 768), 512, "JPEG")
            jpeg = decoder.thumbnails(data, (512,))[0]
            is_there = (down, across) != (1, 2)
            pictures.append(SheetPicture(down, across, jpeg if is_there else None, made))
    decoder.close()
    plan = SheetPlan(
        LONG * 3, ("Model", "Seed"),
        ("runflow/flux-2-pro", "replicate/black-forest-labs-flux-2-flex-long", "赤い狐と青い家"),
        ("1", "2", "3", "2147483647"), tuple(pictures),
    )  # fmt: skip
    (out / "sheet.png").write_bytes(paint_sheet(plan))


def main() -> None:
    frame = Frame()
    if frame.wants("sheet"):
        a_sheet(frame.out)
    for name, scene in frame.scenes(SCENES):
        with frame.desk() as desk:
            dialog = scene(desk)
            for chosen in frame.themes():
                dialog.show()
                stock.settle(desk)
                stock.settle(desk)
                frame.save(dialog, f"{name}-{chosen}")
            dialog.hide()
            dialog.deleteLater()


if __name__ == "__main__":
    main()
