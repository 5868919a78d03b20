"""Previews are held while their job runs, the newest only."""

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from flux_studio.core.job import JobState, Stopped
from flux_studio.engine.facts import PreviewSeen
from flux_studio.session.preview_desk import PreviewDesk


class Engine(QObject):
    happened = Signal(object)


def test_the_newest_preview_of_a_job_until_it_ends(qapp):
    engine = Engine()
    desk = PreviewDesk(engine.happened, engine)
    told: list[tuple[str, str]] = []
    desk.seen.connect(lambda job: told.append(("seen", job)))
    desk.gone.connect(lambda job: told.append(("gone", job)))
    engine.happened.emit(PreviewSeen("j1", b"rough"))
    engine.happened.emit(PreviewSeen("j1", b"less rough"))
    assert desk.newest("j1") == b"less rough"
    assert desk.newest("j2") is None
    end = Stopped("j1", datetime(2026, 11, 20, tzinfo=UTC), JobState.FAILED, "bug", "No.", None)
    engine.happened.emit(end)
    engine.happened.emit(end)
    assert desk.newest("j1") is None
    assert told == [("seen", "j1"), ("seen", "j1"), ("gone", "j1")]
