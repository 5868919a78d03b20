"""Every prompt that was sent is kept as it was typed, whatever becomes of its picture."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from flux_studio.core.request import Origin
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.prompt_history import (
    PromptHistory,
    newest_prompts,
    search_prompts,
    seed_history,
)
from flux_studio.storage.schema import MIGRATIONS
from tests.storage.samples import NOON, planned

BEFORE = next(n for n, steps in enumerate(MIGRATIONS) if any("prompt_history" in s for s in steps))


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    yield made
    made.close()


@pytest.fixture
def journal(database, tmp_path):
    made = JobJournal(database, Owner(tmp_path / "owners"))
    yield made
    made.close()


def send(journal, number, prompt, order="", typed="", minutes=0):
    origin = Origin(typed=typed, project="Solstice")
    event = planned(f"job-{number}", NOON + timedelta(minutes=minutes), prompt=prompt)
    journal.record(replace(event, order=order or f"order-{number}", origin=origin))


def told(entries):
    return [(entry.text, entry.uses) for entry in entries]


def test_a_prompt_is_remembered_when_its_job_is_planned(journal, database):
    send(journal, 1, "a fox", minutes=1)
    send(journal, 2, "a hen", minutes=2)
    send(journal, 3, "a fox", minutes=3)
    first, second = newest_prompts(database.rows, 10)
    assert told([first, second]) == [("a fox", 2), ("a hen", 1)]
    assert (first.first, first.last) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert first.project == "Solstice"
    assert [entry.text for entry in newest_prompts(database.rows, 1)] == ["a fox"]


def test_an_order_of_many_pictures_counts_once_and_as_it_was_typed(journal, database):
    for number, colour in enumerate(("red", "blue", "green")):
        send(journal, number, f"a {colour} fox", order="one", typed="a {red|blue|green} fox")
    assert told(newest_prompts(database.rows, 10)) == [("a {red|blue|green} fox", 1)]


def test_planning_the_same_job_twice_counts_once(journal, database):
    send(journal, 1, "a fox")
    send(journal, 1, "a fox", order="other")
    assert told(newest_prompts(database.rows, 10)) == [("a fox", 1)]


def test_it_is_searched_by_words_whatever_the_case(journal, database):
    for number, prompt in enumerate(("Größe XL", "a red FOX", "a fox, 100% red", "")):
        send(journal, number, prompt, minutes=number)
    assert told(search_prompts(database.rows, "fox RED")) == [
        ("a fox, 100% red", 1),
        ("a red FOX", 1),
    ]
    assert told(search_prompts(database.rows, "GRÖSSE")) == [("Größe XL", 1)]
    assert told(search_prompts(database.rows, "%")) == [("a fox, 100% red", 1)]
    assert len(search_prompts(database.rows, "")) == 4
    assert len(search_prompts(database.rows, "", limit=2)) == 2


def test_stars_stay_and_one_prompt_can_be_forgotten(journal, database):
    send(journal, 1, "a fox", minutes=1)
    send(journal, 2, "a hen", minutes=2)
    history = PromptHistory(database)
    fox = search_prompts(database.rows, "fox")[0]
    history.star(fox.number, True)
    send(journal, 3, "a fox", minutes=3)
    assert told(search_prompts(database.rows, "", starred=True)) == [("a fox", 2)]
    history.star(fox.number, False)
    assert search_prompts(database.rows, "", starred=True) == []
    history.forget(fox.number)
    assert told(newest_prompts(database.rows, 10)) == [("a hen", 1)]


def test_a_library_of_an_earlier_version_brings_its_prompts(tmp_path):
    path, backups = tmp_path / "library.sqlite", tmp_path / "backups"
    older = Database(path, backups, MIGRATIONS[:BEFORE])
    older.close()
    db = sqlite3.connect(path)
    columns = (
        "id, batch, provider, model, request, state, created, updated, owner, checksum, origin"
    )
    for number, prompt in enumerate(("a fox", "a hen", "a fox")):
        from flux_studio.storage.rows import request_text
        from tests.storage.samples import request

        text = request_text(request(prompt))
        values = (f"j{number}", f"o{number}", "p", "m", text, "saved", number, 0, "", "", "{}")
        db.execute(f"INSERT INTO jobs ({columns}) VALUES ({','.join('?' * len(values))})", values)
    db.execute(
        f"INSERT INTO jobs ({columns}) VALUES ('x','x','p','m','broken','saved',9,9,'','','{{}}')"
    )
    db.commit()
    db.close()
    for _ in range(2):  # the second opening adds nothing
        database = Database(path, backups)
        assert told(newest_prompts(database.rows, 10)) == [("a fox", 2), ("a hen", 1)]
        database.close()


def test_seeding_again_adds_what_is_missing_only(journal, database):
    send(journal, 1, "a fox")
    send(journal, 2, "a hen")
    PromptHistory(database).forget(search_prompts(database.rows, "hen")[0].number)
    with database.transaction() as connection:
        seed_history(connection)
    assert sorted(told(newest_prompts(database.rows, 10))) == [("a fox", 1), ("a hen", 1)]
