"""The window over a library that is damaged, newer, or partly out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from flux_studio.assembly import Workshop
from flux_studio.core.job import JobState
from flux_studio.ground import lay_ground
from tests.storage.samples import generation, planned, saved, way_to_ready
from tests.whole import Whole, whole_studio

LONG = 30_000  # ms


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one picture in its library."""
    home = tmp_path / "home"
    workshop = Workshop(lay_ground({"FLUX_STUDIO_HOME": str(home)}))
    for event in (*way_to_ready(), saved()):
        workshop.journal.record(event)
    workshop.close()
    return home


def notice(whole: Whole) -> str:
    said = whole.studio.state.notice
    return "" if said is None else said.text.format(**dict(said.values))


def pictures(whole: Whole) -> list[str]:
    return [found.id for found in whole.studio.library.gallery.all()]


def test_a_newer_library_is_shown_and_generate_says_why_not(qtbot, home):
    workshop = Workshop(lay_ground({"FLUX_STUDIO_HOME": str(home)}))
    with workshop.database.transaction() as connection:
        connection.execute("PRAGMA user_version = 999")
    workshop.close()
    with whole_studio(home) as whole:
        qtbot.waitUntil(lambda: "newer Flux Studio" in notice(whole), timeout=LONG)
        blocker = whole.studio.state.blocker
        assert blocker is not None
        assert "newer Flux Studio" in blocker.sentence
        whole.studio.set_prompt("another fox")
        assert whole.studio.state.blocker == blocker
        assert pictures(whole) == [generation().id]
        # The wall's own model, which reads in the background.
        qtbot.waitUntil(lambda: bool(whole.studio.state.totals), timeout=LONG)
        totals = whole.studio.state.totals
        assert totals is not None
        assert totals.pictures == 1


def test_a_damaged_library_is_repaired_and_told(qtbot, home):
    library = home / "data" / "library.sqlite"
    library.write_bytes(b"\xa5" * 4096 + library.read_bytes()[4096:])
    with whole_studio(home) as whole:
        qtbot.waitUntil(lambda: "was damaged" in notice(whole), timeout=LONG)
        assert whole.studio.state.blocker is None
    assert list(library.parent.glob("*.damaged-*"))


def test_a_bad_address_is_told_and_the_others_work(qtbot, home):
    with whole_studio(home, {"FLUX_STUDIO_RUNAPI_URL": "http://example.com"}) as whole:
        qtbot.waitUntil(lambda: "RunAPI is left out" in notice(whole), timeout=LONG)
        whole.choose("practice")
        whole.studio.set_prompt("a fox")
        whole.studio.generate()
        qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)


def test_a_job_for_a_provider_that_was_left_out_is_refused_with_the_reason(qtbot, home):
    environ = {"FLUX_STUDIO_RUNAPI_URL": "http://example.com", "RUNAPI_API_KEY": "rk-0123456789"}
    with whole_studio(home, environ) as whole:
        whole.choose("runapi")
        whole.studio.set_prompt(planned().request.prompt)
        qtbot.waitUntil(lambda: whole.studio.state.blocker is None, timeout=LONG)
        whole.studio.generate()
        qtbot.waitUntil(
            lambda: any(job.ended for job in whole.studio.state.board.jobs.values()), timeout=LONG
        )
        [job] = whole.studio.state.board.jobs.values()
        assert (job.state, job.reason) == (JobState.REFUSED, "bad_address")
        assert job.charged == 0
        assert "FLUX_STUDIO_RUNAPI_URL must start with https" in job.message
