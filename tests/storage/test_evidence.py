"""What an evidence file leaves out, whoever repeated it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.job import Accepted, JobState, Sending, Stopped, Ticket
from flux_studio.core.secret import Secret
from flux_studio.providers.redaction import redact, remember
from flux_studio.storage.database import Database
from flux_studio.storage.evidence import PROMPT_LEFT_OUT, evidence
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from tests.storage.samples import planned

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CANARY = "canary-key-evidence-0123456789"
PROMPT = 'a "fox"\nin snow'


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    journal = JobJournal(made, Owner(tmp_path / "owners"))
    remember(Secret(CANARY))
    event = planned("job-1", NOW)
    journal.record(replace(event, request=replace(event.request, prompt=PROMPT)))
    journal.record(Sending("job-1", NOW, "Client A"))
    address = "https://host.test/r.png?sig=canary-signature"
    journal.record(Accepted("job-1", NOW, Ticket("task-9", NOW, urls=(("result", address),))))
    said = f'Refused {{"prompt": "a \\"fox\\"\\nin snow"}} with {CANARY}. Bearer {CANARY}x'
    failed = Stopped("job-1", NOW, JobState.FAILED, "provider_failed", said, Decimal(0))
    journal.record(failed)
    yield made
    journal.close()
    made.close()


def test_neither_key_nor_signature_nor_prompt_whoever_repeated_them(database, tmp_path):
    said = evidence(database.rows, "job-1", tmp_path, redact)
    assert said is not None
    whole = str(said)
    assert CANARY not in whole
    assert "canary-signature" not in whole
    assert "fox" not in whole
    assert PROMPT_LEFT_OUT in said["message"]
    assert said["task"] == "task-9"
    assert said["key_name"] == "Client A"


def test_with_the_prompt_keys_are_still_left_out(database, tmp_path):
    said = evidence(
        database.rows, "job-1", tmp_path, redact, balance=Decimal("4.20"), with_prompt=True
    )
    assert said is not None
    assert said["request"]["prompt"] == PROMPT
    assert CANARY not in str(said)
    assert said["money_usd"]["balance_last_read"] == "4.2"


def test_no_such_job(database, tmp_path):
    assert evidence(database.rows, "job-2", tmp_path, redact) is None
