"""The N rows: what may go wrong while a paid task is followed and its picture fetched, at each
provider's twin. Whatever it is, the picture is saved whole and charged once, or said to be lost.
"""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from flux_studio.core.errors import Reason
from flux_studio.core.job import JobState
from tests.faults.studio import Bench, Faulty

# One bad answer to the question how the task stands.
ASKING = {
    "N1-slow_hdr": "slow_hdr",
    "N2-1xx": "1xx",
    "N3-midbody": "midbody",
    "N4-midbody_nolen": "midbody_nolen",
    "N5-midchunk": "midchunk",
    "N6-gzip_bomb": "gzip_bomb",
    "N7-html": "html",
    "N11-bighdr": "bighdr",
    "N13-deep": "deep",
    "N13-nested": "nested",
    "N14-utf16": "utf16",
    "N14-badjson": "badjson",
    "N16-404": "404",
    "N25-stall": "stall",
    "N25-reset_after": "reset_after",
    "N25-500": "500",
    "N25-503": "503",
    "garbage": "garbage",
    "empty": "empty",
    "204": "204",
}
# One bad answer where the picture should be.
FETCHING = {
    "N1-slow_hdr": "slow_hdr",
    "N2-1xx": "1xx",
    "N3-midbody": "midbody",
    "N4-midbody_nolen": "midbody_nolen",
    "N5-midchunk": "midchunk",
    "N6-gzip_bomb": "gzip_bomb",
    "N7-wrong_html": "wrong_html",
    "N8-wrong_svg": "wrong_svg",
    "N8-truncated": "truncated",
    "N9-403": "403",
    "N9-404": "404",
    "N11-bighdr": "bighdr",
    "N25-stall": "stall",
    "N25-reset_after": "reset_after",
    "N25-503": "503",
    "empty": "empty",
    "garbage": "garbage",
}


def saved_whole(bench: Bench, studio: Faulty) -> None:
    """The picture is on disk, sound, with its hash in the row; and paid once."""
    job = studio.until_state(JobState.SAVED)
    data = studio.picture(job)
    row = studio.workshop.gallery().get(job.generation or "")
    assert row is not None
    assert hashlib.sha256(data).hexdigest() == row.sha256
    with Image.open(BytesIO(data)) as picture:
        picture.load()
    assert bench.charges == 1
    assert bench.submits == 1
    assert bench.host._faults == [], "a fault that nobody met"


@pytest.mark.parametrize("name", sorted(ASKING))
def test_a_bad_answer_to_a_question_only_delays_the_picture(bench: Bench, name: str) -> None:
    bench.host.fault("check", ASKING[name])
    with bench.studio() as studio:
        studio.press()
        saved_whole(bench, studio)


@pytest.mark.parametrize("name", sorted(FETCHING))
def test_a_bad_download_only_delays_the_picture(bench: Bench, name: str) -> None:
    bench.host.fault("result", FETCHING[name])
    with bench.studio() as studio:
        studio.press()
        saved_whole(bench, studio)


def test_a_whole_bad_day_still_ends_with_one_picture_and_one_charge(bench: Bench) -> None:
    for fault in ("stall", "503", "midbody", "badjson", "reset_after", "html"):
        bench.host.fault("check", fault)
    for fault in ("reset_after", "503", "midbody", "midchunk", "stall", "truncated"):
        bench.host.fault("result", fault)
    with bench.studio() as studio:
        studio.press()
        saved_whole(bench, studio)


def test_n9_a_result_that_is_gone_is_lost_with_its_id_and_its_price(bench: Bench) -> None:
    bench.host.fault("result", "403", times=99)
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert (ended.state, ended.reason) == (JobState.LOST, Reason.RESULT_GONE)
    assert ended.charged != 0
    assert bench.host.ledger[0].task in ended.message
    assert bench.charges == 1


def test_n16_a_task_that_stays_forgotten_is_lost_and_its_id_is_kept(bench: Bench) -> None:
    for route in ("check", "check_global") if bench.provider == "bfl" else ("check",):
        bench.host.fault(route, "404", times=999)
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert (ended.state, ended.reason) == (JobState.LOST, Reason.FORGOTTEN)
    assert ended.charged != 0
    assert bench.host.ledger[0].task in ended.message
    assert bench.submits == 1


def test_n8_bytes_that_never_become_a_picture_are_said_with_their_cost(bench: Bench) -> None:
    bench.host.fault("result", "truncated", times=99)
    with bench.studio() as studio:
        studio.press()
        ended = studio.ended()
    assert ended.state is JobState.FAILED
    assert ended.charged != 0
    assert not [p for p in studio.ground.paths.pictures.rglob("*") if p.is_file()]


def test_n12_a_picture_behind_a_loop_of_redirects_or_a_file_is_not_followed(bench: Bench) -> None:
    here = f"{bench.host.files_url}/results/x/y"
    bench.host.fault("result", "redirect", to="file:///etc/passwd")
    bench.host.fault("result", "redirect", to="http://10.0.0.1/x.png")
    bench.host.fault("result", "redirect", to=here.replace("http:", "ftp:"))
    with bench.studio() as studio:
        studio.press()
        saved_whole(bench, studio)


def test_n10_closed_while_the_picture_comes_it_is_fetched_at_the_next_start(bench: Bench) -> None:
    bench.host.fault("result", "stall", times=99)
    with bench.studio() as studio:
        studio.press()
        bench.host.wait_for("result", timeout=20)
    bench.host._faults.clear()
    with bench.studio() as studio:
        saved_whole(bench, studio)
