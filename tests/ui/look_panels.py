"""Draw inspector, jobs, keys, settings, shortcuts and the two bars to PNG files, for looking at.

    python -m tests.ui.look_panels OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QVBoxLayout, QWidget

from flux_studio.core.crop import Box
from flux_studio.core.job import Board, Job, JobState, Ticket
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.size import Size
from flux_studio.session.key_desk import NamedKey
from flux_studio.session.state import Totals
from flux_studio.storage import key_status
from flux_studio.storage.paths import Paths
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.jobs_panel import JobsDialog
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.keys_dialog import KeysDialog
from flux_studio.ui.money_bar import MoneyBar
from flux_studio.ui.settings_dialog import SettingsDialog
from flux_studio.ui.shortcut_sheet import ShortcutSheet
from flux_studio.ui.theme import ThemeSource
from flux_studio.ui.top_bar import TopBar
from tests.session.desks import Desk
from tests.ui.looking_frame import Frame
from tests.ui.wall import stock

NOW = datetime.now(UTC)
LONG = (
    "Put the bottle of @image1 on a wet basalt ledge at dusk, the sky of @image2 behind it, rim "
    "light in #C2536B and a label reading “SOLSTICE” set in #F2B84B, 85 mm, shallow focus. "
) * 4
UNKNOWN_WORDS = (
    "The request left, but no clear answer came back: the connection was cut. It may have been "
    "accepted and charged ($0.045). It is not sent again by itself. Look at the provider's usage "
    "page: enter the job's id when it is there, or say that it was not charged."
)

KEPT: list[QWidget] = []  # a sheet goes with its window
Scene = Callable[[Desk, ThemeSource], QWidget]


def main() -> None:
    frame = Frame()
    theme = frame.theme
    for name, scene in frame.scenes(SCENES):
        with frame.desk() as desk:
            widget = scene(desk, theme)
            for chosen in frame.themes():
                widget.resize(widget.size() if widget.isVisible() else sized(widget))
                widget.show()
                focused = widget.focusWidget()
                if focused is not None:
                    focused.clearFocus()
                stock.settle(desk)
                stock.settle(desk)
                frame.save(widget, f"{name}-{chosen}")
            widget.hide()
            widget.deleteLater()


def sized(widget: QWidget) -> QSize:
    """Dialogs as they want to be: the offscreen screen is too small to tell."""
    return widget.sizeHint() if isinstance(widget, QDialog) else widget.size()


def inspector(desk: Desk, theme: ThemeSource, shown: object = None, height: int = 780) -> QWidget:
    panel = Inspector(desk.studio, theme)
    panel.resize(300, height)
    panel.show_state(desk.studio.state)
    panel.show()
    panel.show_generation(shown)  # type: ignore[arg-type]  # a generation or None
    return panel


def family(desk: Desk) -> list:
    """An ancestor, the picture, two children; the picture was made with two references."""
    files = [(desk.studio.references, n) for n in range(2)]
    desk.studio.references.take_bytes(stock.drawn(1, Size(300, 200), 300, "PNG"), "bottle.png")
    desk.studio.references.take_bytes(stock.drawn(2, Size(200, 300), 300, "PNG"), "sky.png")
    while len(desk.studio.state.draft.references) < len(files):
        QApplication.processEvents()
    references = desk.studio.state.draft.references
    first = stock.generation(0, NOW - timedelta(hours=3))
    middle = stock.generation(3, NOW - timedelta(hours=2), parent=first.id, rating=4)
    middle = replace(
        middle,
        request=replace(
            stock.request(0),
            prompt=stock.PROMPTS[0],
            references=(replace(references[0], parent=first.id), references[1]),
            provider="runflow",
            safety=2,
            checker=True,
        ),
        size=Size(1344, 1120),
        task="run_8f2c1d77-91b0-4c2e-a6f1-0d5b7f1c21aa",
        favourite=True,
        has_c2pa=True,
    )
    children = [stock.generation(n, NOW - timedelta(hours=1), parent=middle.id) for n in (6, 7)]
    made = [first, middle, *children]
    stock.keep(desk, made)
    return made


def inspector_full(desk: Desk, theme: ThemeSource) -> QWidget:
    return inspector(desk, theme, family(desk)[1], 900)


def inspector_plain(desk: Desk, theme: ThemeSource) -> QWidget:
    made = stock.generation(1, NOW, seed=None, charged=None, quality=(("sharpness", "0.91"),))
    stock.keep(desk, [made])
    return inspector(desk, theme, made)


def inspector_long(desk: Desk, theme: ThemeSource) -> QWidget:
    made = stock.generation(2, NOW)
    made = replace(
        made, request=replace(made.request, prompt=LONG, provider="gone", model="flux-9"),
        task="t" * 90,
    )  # fmt: skip
    stock.keep(desk, [made])
    return inspector(desk, theme, made, 520)


def inspector_used(desk: Desk, theme: ThemeSource) -> QWidget:
    """References with a role, with a part, with both."""
    made = family(desk)[1]
    first, second = made.request.references
    part = ReferenceEdit(first.sha256, first.mime, Size(2400, 1600), Box(0, 0, 900, 900), turns=1)
    parts = (
        replace(first, size=part.result, edit=part),
        second,
        replace(second, size=part.result, edit=part),
    )
    prompt = f"{made.request.prompt} Use @image1 for the style. Use @image2 for the pose."
    asked = replace(made.request, prompt=prompt, references=parts)
    return inspector(desk, theme, replace(made, request=asked), 900)


def inspector_missing(desk: Desk, theme: ThemeSource) -> QWidget:
    made = stock.generation(4, NOW)
    stock.keep(desk, [made], with_files=False)
    return inspector(desk, theme, made, 600)


def inspector_empty(desk: Desk, theme: ThemeSource) -> QWidget:
    return inspector(desk, theme, None)


def job(name: str, state: JobState, **changes: object) -> Job:
    return stock.job(name, state, int(name[-1]), **changes)


def many_jobs() -> list[Job]:
    runflow = replace(stock.request(1), provider="runflow")
    runapi = replace(stock.request(2), provider="runapi")
    return [
        job("r1", JobState.RUNNING, left=6.0, words="rendering"),
        job("r2", JobState.ACCEPTED, position=4),
        job("q1", JobState.PLANNED, sent=None),
        job("q2", JobState.PLANNED, sent=None, retry_at=NOW + timedelta(seconds=14),
            message="The provider is busy (429). Trying again."),
        job("u1", JobState.UNKNOWN, request=runflow, message=UNKNOWN_WORDS,
            updated=NOW - timedelta(minutes=12), sent=NOW - timedelta(minutes=12)),
        job("l1", JobState.LOST, request=runapi, updated=NOW - timedelta(hours=2),
            message="The provider does not know the job any more. Whether it was charged is not "
            "known: look at the provider's usage page. Quote task-991 to its support.",
            ticket=Ticket("task-991", NOW)),
        job("f1", JobState.REFUSED, charged=Decimal(0),
            message="The provider's filter refused the prompt. Nothing was charged.",
            control="prompt", request=replace(stock.request(1), prompt="a fox in snow"),
            ticket=Ticket("task-4f2a9c", NOW), request_id="req-81b0", key="Client"),
        job("g1", JobState.READY, words="The disk takes no more. Make room.",
            ticket=Ticket("task-7", NOW, expires=NOW + timedelta(minutes=6))),
        job("f2", JobState.FAILED, charged=Decimal("0.03"),
            message="What came is not a picture that can be read. $0.030 was charged."),
    ]  # fmt: skip


def with_jobs(desk: Desk, jobs: list[Job], **fields: object) -> None:
    desk.studio._set(board=Board({each.id: each for each in jobs}), **fields)


def bars(desk: Desk, theme: ThemeSource) -> QWidget:
    """The strip and the money bar in several states, one below the other."""
    host = QWidget()
    host.resize(1076, 100)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    jobs = many_jobs()
    paused = {"runflow": "The key was refused. Nothing was charged."}
    states: list[tuple[list[Job], dict]] = [
        ([], {}),
        (jobs[:1], {}),
        (jobs[:4], {"totals": Totals(Decimal("1.24"), Decimal("18.70"), 12408)}),
        (jobs[:5], {"balances": {"practice": Decimal("4.20")}}),
        (jobs[2:4], {"paused": paused}),
        (jobs, {"paused": paused}),
        ([jobs[5]], {"totals": Totals(Decimal(0), Decimal("0.5"), 1, 2)}),
    ]
    for shown, fields in states:
        with_jobs(desk, shown, **({"paused": {}} | fields))
        strip, money = JobsStrip(desk.studio, theme), MoneyBar(desk.studio, theme)
        strip.show_state(desk.studio.state)
        money.show_state(desk.studio.state)
        column.addWidget(strip)
        column.addWidget(money)
    return host


def bars_narrow(desk: Desk, theme: ThemeSource) -> QWidget:
    host = bars(desk, theme)
    host.resize(600, 100)
    return host


def jobs_list(desk: Desk, theme: ThemeSource) -> QWidget:
    with_jobs(desk, many_jobs())
    dialog = JobsDialog(desk.studio, theme)
    dialog.setMinimumHeight(1000)
    return dialog


def jobs_empty(desk: Desk, theme: ThemeSource) -> QWidget:
    return JobsDialog(desk.studio, theme)


def keys(desk: Desk, theme: ThemeSource) -> QWidget:
    dialog = KeysDialog(desk.studio, theme)
    stock.settle(desk)
    studio_keys = desk.studio.keys
    first, second, *_ = dialog.cards
    saved = key_status.saved("GNOME keyring")
    used = datetime(2026, 11, 19, 17, 40, tzinfo=UTC)
    studio_keys.status_changed.emit(first, saved)
    studio_keys.listed.emit(
        first,
        (
            NamedKey("Studio", saved, True, used, Decimal("4.20")),
            NamedKey("Client: Solstice Beverages", saved, False, None, Decimal("112.05")),
        ),
    )
    studio_keys.tested.emit(first, "Studio", True, "balance $4.20")
    studio_keys.status_changed.emit(second, key_status.none())
    dialog.cards[second].field.setText("sk-123 456")
    dialog.cards[second].save.click()
    return dialog


def keys_bare(desk: Desk, theme: ThemeSource) -> QWidget:
    dialog = KeysDialog(desk.studio, theme)
    stock.settle(desk)
    studio_keys = desk.studio.keys
    first, second, *_ = dialog.cards
    studio_keys.status_changed.emit(first, key_status.UNAVAILABLE)
    studio_keys.status_changed.emit(
        second, key_status.session_only("no keychain answers on this system.")
    )
    shell = key_status.environment("RUNFLOW_API_KEY")
    kept = key_status.session_only("no keychain answers on this system.")
    studio_keys.listed.emit(
        second,
        (NamedKey("$RUNFLOW_API_KEY", shell, True), NamedKey("default", kept, False)),
    )
    refused = "The key was refused (401). Nothing was charged."
    studio_keys.tested.emit(second, "default", False, refused)
    return dialog


def settings(desk: Desk, theme: ThemeSource) -> QWidget:
    return SettingsDialog(desk.studio, theme, paths=Paths.default({}))


def settings_spelling(desk: Desk, theme: ThemeSource) -> QWidget:
    words = desk.studio.words
    words.languages, words.why_not = ("de", "en", "pt"), ""
    words.opened.emit()
    desk.studio._set(preferences=replace(desk.studio.state.preferences, spelling="en"))
    return settings(desk, theme)


def shortcuts(desk: Desk, theme: ThemeSource) -> QWidget:
    window = QMainWindow()
    action = QAction("Something of a plug-in", window)
    action.setShortcut(QKeySequence("Ctrl+Alt+P"))
    window.addAction(action)
    KEPT.append(window)
    return ShortcutSheet(window)


def top(desk: Desk, theme: ThemeSource) -> QWidget:
    bar = TopBar(desk.studio, theme)
    bar.resize(1440, 44)
    bar.show_state(desk.studio.state)
    return bar


def top_typed(desk: Desk, theme: ThemeSource) -> QWidget:
    bar = top(desk, theme)
    bar.resize(960, 44)
    bar.search.setText("basalt ledge at dusk")  # type: ignore[attr-defined]  # a TopBar
    return bar


SCENES: dict[str, Scene] = {
    "inspector-full": inspector_full,
    "inspector-plain": inspector_plain,
    "inspector-long": inspector_long,
    "inspector-used": inspector_used,
    "inspector-missing": inspector_missing,
    "inspector-empty": inspector_empty,
    "bars": bars,
    "bars-narrow": bars_narrow,
    "jobs": jobs_list,
    "jobs-empty": jobs_empty,
    "keys": keys,
    "keys-bare": keys_bare,
    "settings": settings,
    "settings-spelling": settings_spelling,
    "shortcuts": shortcuts,
    "top": top,
    "top-typed": top_typed,
}

if __name__ == "__main__":
    main()
