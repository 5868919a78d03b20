"""Draw the rescue desk to PNG files, for looking at.

    python -m tests.ui.look_rescue OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flux_studio.core.budget import Limits
from flux_studio.core.job import Job, JobState, Ticket
from flux_studio.core.request import Request
from flux_studio.core.rescue import to_rescue
from flux_studio.engine.facts import LookedFor
from flux_studio.providers.contract import ListedTask
from flux_studio.session.state import Preferences
from flux_studio.ui.rescue.dialog import RescueDialog
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
LONG = "Put the bottle of @image1 on a wet basalt ledge at dusk, rim light in #C2536B. " * 4
UNCLEAR = (
    "The request left, but no clear answer came back: the connection was cut. It may have been "
    "accepted and charged ($0.045). It is not sent again by itself. Look at the provider's usage "
    "page: enter the job's id when it is there, or say that it was not charged."
)


def job(name: str, state: JobState, minutes: float, left: float | None = None, **more) -> Job:
    sent = NOW - timedelta(minutes=minutes)
    fields = {"provider": "runflow", "model": "flux-2-pro", **more.pop("request", {})}
    asked: Request = replace(stock.request(int(minutes)), **fields)
    ticket = None
    if left is not None:
        ticket = Ticket(f"task-{name}", sent, expires=NOW + timedelta(seconds=left))
    made = Job(name, "o", asked, Decimal("0.045"), state, sent, sent, sent=sent, ticket=ticket)
    return replace(made, **more)


SOON = job("soon", JobState.LOST, 8, 11 * 60, reason="result_gone", charged=Decimal("0.045"),
           message="The picture was made, but the provider no longer has it. $0.045 was charged. "
           "Quote task-soon to its support.")  # fmt: skip
COMING = job("coming", JobState.READY, 21, 3 * 3600.0)
UNKNOWN = job("unknown", JobState.UNKNOWN, 74, message=UNCLEAR)
FAILED = job("failed", JobState.FAILED, 300, reason="provider_failed", request={"prompt": LONG},
             message="The model could not finish. Whether it was charged is not known: look at the "
             "provider's usage page.")  # fmt: skip
REFUSED = job("refused", JobState.REFUSED, 3000, reason="moderated_output", message="Withheld.",
              charged=Decimal("0.045"))  # fmt: skip
TASKS = (
    ListedTask("8f2c1b7e-2f0e-4a63-9d0c-aa01f2c77d1b", NOW - timedelta(minutes=74), same=True,
               words="succeeded"),
    ListedTask("19d4e0aa-77b1-4dd0-8a5e-0c3f5d9b2e44", NOW - timedelta(minutes=71), same=None),
)  # fmt: skip


def show(desk: Desk, *jobs: Job) -> RescueDialog:
    cases = to_rescue(jobs, NOW, NOW, lambda _: True)
    desk.studio.rescue.refresh = lambda: None  # type: ignore[method-assign]  # what is put stays
    desk.studio.learn(rescue=cases)
    return RescueDialog(desk.studio)


def full(desk: Desk) -> RescueDialog:
    return show(desk, SOON, COMING, UNKNOWN, FAILED, REFUSED)


def choice(desk: Desk) -> RescueDialog:
    desk.studio.rescue.found = {"unknown": LookedFor("unknown", NOW, TASKS)}
    return show(desk, UNKNOWN)


def absent(desk: Desk) -> RescueDialog:
    desk.studio.rescue.found = {"unknown": LookedFor("unknown", NOW, (), absent=True)}
    dialog = show(desk, UNKNOWN, SOON)
    dialog.cards()[1].show_problem("The provider does not know a job with this id. Look at it.")
    return dialog


def question(desk: Desk) -> RescueDialog:
    desk.studio.set_preferences(Preferences(budget=Limits(confirm_above=Decimal("0.01"))))
    dialog = show(desk, SOON, FAILED)
    dialog.cards()[0].again.click()
    return dialog


def small(desk: Desk) -> RescueDialog:
    dialog = full(desk)
    dialog.resize(720, 360)
    return dialog


def empty(desk: Desk) -> RescueDialog:
    return show(desk)


SCENES: dict[str, Callable[[Desk], RescueDialog]] = {
    each.__name__: each for each in (full, choice, absent, question, small, empty)
}


def main() -> None:
    frame = Frame()
    for name, scene in frame.scenes(SCENES):
        with frame.desk() as desk:
            dialog = scene(desk)
            if name != "small":
                dialog.resize(dialog.sizeHint())
            for chosen in frame.themes():
                dialog.show()
                stock.settle(desk)
                stock.settle(desk)
                frame.save(dialog, f"{name}-{chosen}")
            dialog.hide()
            dialog.deleteLater()


if __name__ == "__main__":
    main()
