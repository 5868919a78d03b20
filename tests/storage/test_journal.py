"""The journal: each fact on disk, one state machine, and jobs that change hands only when their
process is gone.
"""

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.durations import Observation
from flux_studio.core.errors import NotKept
from flux_studio.core.job import (
    Accepted,
    Board,
    JobState,
    Progressed,
    Ready,
    Sending,
    Stopped,
    Waiting,
    advance,
)
from flux_studio.storage.database import Database
from flux_studio.storage.job_rows import DAMAGED, job_from
from flux_studio.storage.journal import MOST_OBSERVED, JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.rows import origin_from
from flux_studio.storage.schema import MIGRATIONS
from tests.storage.samples import (
    NOON,
    ORIGIN,
    TICKET,
    generation,
    job_of,
    open_journal,
    planned,
    request,
    saved,
    way_to_ready,
)

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def journals(tmp_path):
    """Opens journals on one library, as several processes would."""
    opened = []

    def opening():
        opened.append(open_journal(tmp_path))
        return opened[-1][1]

    yield opening
    for database, journal in opened:
        journal.close()
        database.close()


@pytest.fixture
def journal(journals):
    return journals()


def test_each_fact_is_there_for_another_connection_when_record_returns(journals):
    writing, reading = journals(), journals()
    board = Board()
    for event in [*way_to_ready(), saved()]:
        writing.record(event)
        board = advance(board, event)
        expected = board.jobs["job-1"]
        found = reading.job("job-1")
        assert found.state is expected.state
        assert (found.ticket, found.charged, found.sent) == (
            expected.ticket,
            expected.charged,
            expected.sent,
        )
    assert reading.job("job-1") == replace(
        expected, words="", fraction=None, left=None, position=None
    )


def test_a_saved_job_has_its_generation_in_the_same_commit(journal):
    for event in [*way_to_ready(), saved()]:
        journal.record(event)
    rows = journal._database.rows("SELECT id, prompt FROM generations")
    assert [tuple(row) for row in rows] == [("job-1", request().prompt)]
    assert job_of(journal).generation == "job-1"


def test_a_repeated_saved_adds_nothing_and_keeps_the_marks(journal):
    for event in [*way_to_ready(), saved()]:
        journal.record(event)
    with journal._database.transaction() as connection:
        connection.execute("UPDATE generations SET rating = 5")
    journal.record(saved())
    rows = journal._database.rows("SELECT rating FROM generations")
    assert [row["rating"] for row in rows] == [5]


def test_progress_is_written_only_where_it_changes_the_state(journal):
    for event in way_to_ready()[:3]:
        journal.record(event)
    journal.record(Progressed("job-1", LATER, running=True, words="at work"))
    assert job_of(journal).state is JobState.RUNNING
    before = journal._database._connection.total_changes
    for share in (0.1, 0.5, 0.9):
        journal.record(Progressed("job-1", LATER, running=True, fraction=share))
    assert journal._database._connection.total_changes == before


def test_a_job_waits_and_is_sent_again(journal):
    for event in way_to_ready()[:2]:
        journal.record(event)
    journal.record(Waiting("job-1", NOON, LATER, "busy"))
    assert job_of(journal).retry_at == LATER
    assert job_of(journal).state is JobState.PLANNED


def test_a_ticket_that_comes_after_a_cancel_stays_as_evidence(journal):
    for event in way_to_ready()[:2]:
        journal.record(event)
    journal.record(Stopped("job-1", LATER, JobState.CANCELLED, "cancelled", "By you.", None))
    journal.record(Accepted("job-1", LATER, TICKET))
    assert job_of(journal).state is JobState.CANCELLED
    kinds = [kind for _, kind, _ in journal.events("job-1")]
    assert kinds == ["planned", "sending", "stopped", "accepted"]
    assert json.loads(journal.events("job-1")[-1][2])["ticket"]["task"] == TICKET.task


def test_a_fact_about_a_job_that_was_never_planned_is_a_bug(journal):
    with pytest.raises(LookupError, match="job-9"):
        journal.record(Sending("job-9", NOON))


def test_planning_twice_changes_nothing(journal):
    journal.record(planned())
    journal.record(Sending("job-1", NOON))
    journal.record(planned(prompt="another"))
    assert job_of(journal).state is JobState.SENDING
    assert job_of(journal).request.prompt == request().prompt


def test_a_full_disk_keeps_the_previous_state(journal):
    for event in way_to_ready()[:2]:
        journal.record(event)
    journal._database.rows(f"PRAGMA max_page_count = {_pages(journal)}")
    long = replace(TICKET, notes=(("reply", "x" * 100_000),))
    with pytest.raises(NotKept, match="disk is full"):
        journal.record(Accepted("job-1", NOON, long))
    assert job_of(journal).state is JobState.SENDING
    assert len(journal.events("job-1")) == 2
    journal._database.rows("PRAGMA max_page_count = 1000000")
    journal.record(Accepted("job-1", NOON, long))
    assert job_of(journal).ticket == long


def _pages(journal):
    return journal._database.rows("PRAGMA page_count")[0][0]


def test_jobs_of_a_live_process_are_left_alone(journals):
    mine, theirs = journals(), journals()
    theirs.record(planned("theirs"))
    mine.record(planned("mine"))
    assert list(mine.open_jobs()) == []
    assert not mine.claim("theirs")
    assert mine.claim("mine")


def test_jobs_of_an_ended_process_are_adopted_once(journals):
    first, second, third = journals(), journals(), journals()
    for name, at in (("b", NOON + timedelta(seconds=1)), ("a", NOON), ("c", LATER)):
        first.record(planned(name, at))
    first.record(Sending("b", LATER))
    first.record(Stopped("c", LATER, JobState.FAILED, "provider_failed", "No.", Decimal(0)))
    first.close()
    adopted = second.open_jobs()
    assert [(job.id, job.state) for job in adopted] == [
        ("a", JobState.PLANNED),
        ("b", JobState.SENDING),
    ]
    assert list(third.open_jobs()) == []
    assert list(second.open_jobs()) == []


def test_a_job_that_waits_for_a_person_is_adopted_too(journals):
    first, second = journals(), journals()
    first.record(planned())
    first.record(Sending("job-1", NOON))
    first.record(Stopped("job-1", NOON, JobState.UNKNOWN, "outcome_unknown", "Perhaps.", None))
    first.close()
    assert [job.state for job in second.open_jobs()] == [JobState.UNKNOWN]


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.storage.samples import open_journal, planned
_, journal = open_journal(Path(sys.argv[1]))
journal.record(planned("from-the-dead"))
print("recorded", flush=True)
sys.stdin.read()
"""


def test_jobs_of_a_killed_process_are_adopted(journals, journal, tmp_path, pytestconfig):
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path), str(pytestconfig.rootpath)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "recorded\n"
        assert list(journal.open_jobs()) == []
        child.kill()
        child.wait()
    assert [job.id for job in journal.open_jobs()] == ["from-the-dead"]
    assert journal.claim("from-the-dead")
    assert [p.stem for p in (tmp_path / "owners").iterdir()] == [journal._owner.token]


def test_a_flipped_bit_makes_a_job_unknown(journals, journal):
    first = journals()
    for event in way_to_ready()[:3]:
        first.record(event)
    with first._database.transaction() as connection:
        connection.execute("UPDATE jobs SET ticket = replace(ticket, 'task-1', 'task-2')")
    first.close()
    (job,) = journal.open_jobs()
    assert (job.state, job.reason) == (JobState.UNKNOWN, DAMAGED)


def test_a_row_that_cannot_be_read_does_not_hide_the_others(journals, journal):
    first = journals()
    first.record(planned("good"))
    first.record(planned("bad"))
    with first._database.transaction() as connection:
        connection.execute("UPDATE jobs SET request = '{' WHERE id = 'bad'")
    first.close()
    assert [job.id for job in journal.open_jobs()] == ["good"]
    assert [job.id for job in journal.jobs()] == ["good"]


def test_jobs_are_listed_newest_first_by_state(journal):
    for number in range(4):
        journal.record(planned(f"job-{number}", NOON + timedelta(seconds=number)))
    journal.record(Sending("job-2", LATER))
    assert [job.id for job in journal.jobs()] == ["job-3", "job-2", "job-1", "job-0"]
    assert [job.id for job in journal.jobs(limit=2)] == ["job-3", "job-2"]
    assert [job.id for job in journal.jobs({JobState.SENDING})] == ["job-2"]
    assert journal.job("job-9") is None


def test_the_last_sixty_durations_are_remembered_in_order(journal):
    journal.observe("other", Observation(1, 2))
    for number in range(MOST_OBSERVED + 15):
        journal.observe("kind", Observation(number, number + 0.5))
    seen = journal.observed("kind")
    assert [o.after for o in seen] == list(range(15, MOST_OBSERVED + 15))
    assert seen[-1] == Observation(MOST_OBSERVED + 14, MOST_OBSERVED + 14.5)
    rows = journal._database.rows("SELECT COUNT(*) FROM durations WHERE kind = 'kind'")
    assert rows[0][0] == MOST_OBSERVED
    assert list(journal.observed("other")) == [Observation(1, 2)]


def test_a_broken_prompt_is_kept_letter_for_letter(journal):
    prompt = "half a pair \ud83d, a null \0, quotes \"' and 狐狸 \N{FOX FACE}"
    journal.record(planned(prompt=prompt))
    journal.record(Sending("job-1", NOON))
    journal.record(saved(request=request(prompt=prompt)))
    assert job_of(journal).request.prompt == prompt
    assert job_of(journal).state is JobState.SAVED


def test_owner_locks_survive_a_sweep_by_others(tmp_path):
    alive, other = Owner(tmp_path), Owner(tmp_path)
    (tmp_path / f"{'0' * 16}.lock").touch()
    other.sweep()
    assert {p.stem for p in tmp_path.iterdir()} == {alive.token, other.token}
    assert not other.is_free(alive.token)
    assert not other.is_free(other.token)
    assert other.is_free("0" * 16)
    assert other.is_free("../../etc/passwd")
    alive.release()
    alive.release()
    assert other.is_free(alive.token)
    other.release()


def test_a_ready_price_does_not_forget_the_one_of_the_ticket(journal):
    for event in way_to_ready()[:3]:
        journal.record(event)
    journal.record(Ready("job-1", LATER, None))
    assert job_of(journal).charged == TICKET.charged


def test_an_expiry_told_at_the_end_is_kept_with_the_ticket(journal):
    for event in way_to_ready()[:3]:
        journal.record(event)
    journal.record(Ready("job-1", LATER, None, LATER))
    assert job_of(journal).ticket == replace(TICKET, expires=LATER)


def test_ready_and_generation_prices_keep_their_digits(journal):
    for event in [*way_to_ready(), saved(charged=Decimal("0.0300"))]:
        journal.record(event)
    row = journal._database.rows("SELECT charged FROM generations")[0]
    assert row["charged"] == "0.0300"
    assert generation().price == Decimal("0.03")


def test_one_hundred_open_jobs_are_back_quickly(journals, journal):
    first = journals()
    with first._database.transaction():
        pass
    for number in range(100):
        first.record(planned(f"job-{number:03}"))
    first.close()
    assert [job.id for job in journal.open_jobs()] == [f"job-{n:03}" for n in range(100)]


def test_writes_of_a_closed_database_fail_loudly(tmp_path):
    database = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    owner = Owner(tmp_path / "owners")
    database.close()
    with pytest.raises(sqlite3.ProgrammingError):
        JobJournal(database, owner).record(planned())
    owner.release()


# The name of the key


def test_the_name_of_the_key_is_on_disk_before_anything_leaves(journal):
    journal.record(planned())
    journal.record(Sending("job-1", NOON, "Client Ä"))
    assert job_of(journal).key == "Client Ä"
    assert json.loads(journal.events("job-1")[-1][2]) == {"key": "Client Ä"}
    journal.record(Accepted("job-1", LATER, TICKET))
    assert job_of(journal).key == "Client Ä"


def test_a_renamed_key_is_renamed_in_the_jobs_of_its_provider_alone(journal):
    for name, provider in (("a", "acme"), ("b", "other")):
        journal.record(planned(name, provider=provider))
        journal.record(Sending(name, NOON, "old"))
    journal.rename_key("acme", "old", "new")
    assert [job_of(journal, name).key for name in ("a", "b")] == ["new", "old"]
    assert job_of(journal, "a").state is JobState.SENDING, "the row is still sound"


def test_where_a_request_came_from_is_kept_and_its_project_is_the_pictures(tmp_path):
    database, journal = open_journal(tmp_path)
    origin = replace(ORIGIN, project="Tea tins")
    journal.record(replace(planned(), origin=origin))
    assert job_of(journal).origin == origin
    journal.record(saved(origin=origin))
    row = database.rows("SELECT project, origin FROM generations")[0]
    assert row["project"] == "Tea tins"
    assert origin_from(row["origin"]) == origin
    journal.close()
    database.close()


def test_a_library_of_the_first_version_keeps_its_jobs(tmp_path):
    path, backups = tmp_path / "library.sqlite", tmp_path / "backups"
    Database(path, backups, MIGRATIONS[:1]).close()
    old = sqlite3.connect(path)
    database, journal = open_journal(tmp_path / "other")
    journal.record(planned())
    row = dict(database.rows("SELECT * FROM jobs")[0])
    del row["key"], row["origin"], row["control"], row["request_id"], row["inputs"]
    del row["aside"], row["rank"], row["held"], row["project"]
    old.execute(f"INSERT INTO jobs VALUES ({', '.join('?' * len(row))})", list(row.values()))
    old.commit()
    old.close()
    journal.close()
    database.close()
    upgraded = Database(path, backups)
    found = job_from(upgraded.rows("SELECT * FROM jobs")[0])
    assert (found.state, found.key) == (JobState.PLANNED, "")
    upgraded.close()


def test_the_answers_control_request_id_and_inputs_are_kept(tmp_path):
    database, journal = open_journal(tmp_path)
    journal.record(planned())
    journal.record(Sending("job-1", NOON, "work", inputs=("https://files.test/a?sig=1",)))
    assert job_of(journal).inputs == ("https://files.test/a?sig=1",)
    said = Stopped(
        "job-1", NOON, JobState.REFUSED, "bad_request", "too wide", Decimal(0), "size", "req-7"
    )
    journal.record(said)
    found = job_of(journal)
    assert (found.control, found.request_id) == ("size", "req-7")
    payload = database.rows("SELECT payload FROM job_events WHERE kind = 'stopped'")[0][0]
    assert json.loads(payload)["request_id"] == "req-7"
    sent = database.rows("SELECT payload FROM job_events WHERE kind = 'sending'")[0][0]
    assert "files.test" not in sent  # addresses are for the next attempt, not for evidence
    journal.close()
    database.close()
