"""What the wall groups and piles pictures by."""

from datetime import timedelta

import pytest

from flux_studio.storage import wall_keys
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.wall_keys import project_keys, prompt_keys
from tests.storage.samples import NOON, generation, open_journal, request

PROMPTS = ("fox", "fox", "owl", "fox", "owl")


@pytest.fixture
def gallery(tmp_path):
    database, journal = open_journal(tmp_path)
    with database.transaction() as connection:
        for number, prompt in enumerate(PROMPTS):
            made = generation(
                f"p{number}",
                NOON - timedelta(hours=number),
                request=request(prompt),
            )
            project = "Solstice" if number % 2 else ""
            insert_generation(
                connection, made, full_text=database.full_text, project=project, note="", tags=()
            )
    opened = Gallery(database.path)
    yield opened
    opened.close()
    journal.close()
    database.close()


@pytest.fixture(params=[0, 4_000], ids=["walked", "looked up"])
def few(request, monkeypatch):
    monkeypatch.setattr(wall_keys, "_FEW", request.param)
    monkeypatch.setattr(wall_keys, "_PIECE", 2)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("ids", [(0, 1, 2, 3, 4), (1, 3, 4), (4, 0, 2), ()])
def test_keys_belong_to_their_pictures(gallery, ids):
    names = [f"p{n}" for n in ids]
    projects = project_keys(gallery, names)
    assert projects == ["Solstice" if n % 2 else "" for n in ids]
    prompts = prompt_keys(gallery, names)
    for at, first in enumerate(ids):
        for other_at, other in enumerate(ids):
            assert (prompts[at] == prompts[other_at]) == (PROMPTS[first] == PROMPTS[other])


@pytest.mark.usefixtures("few")
def test_what_is_not_there_has_no_key(gallery):
    assert project_keys(gallery, ["p1", "gone"]) == ["Solstice", ""]
