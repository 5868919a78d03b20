"""The form comes back after a restart, as much of it as can be read."""

import json
import stat
from decimal import Decimal

import pytest

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.errors import NotKept
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.size import Size
from flux_studio.storage.drafts import DraftFile
from tests.storage.samples import as_json, request

DRAFT = Draft(
    provider="someone",
    model="flux-2-pro",
    prompt='a "fox" \N{FOX FACE}\nsecond line \ud83d',
    size=Size(1344, 768),
    references=request().references,
    seed_mode=SeedMode.STEP,
    seed=42,
    safety=3,
    checker=False,
    output_format="jpeg",
    count=4,
    expansion=ExpansionMode.RANDOM,
    draw=2**31 - 1,
    style=Style("Ink", "{prompt}, in ink"),
    knobs=(("steps", 30), ("guidance", Decimal("4.5")), ("raw", True)),
)


@pytest.fixture
def file(tmp_path):
    return DraftFile(tmp_path / "data" / "draft.json")


def test_everything_comes_back(file, tmp_path):
    file.save(DRAFT)
    assert file.load() == DRAFT
    assert stat.S_IMODE((tmp_path / "data" / "draft.json").stat().st_mode) == 0o600


def test_defaults_come_back(file):
    file.save(Draft("someone", "flux-2-pro"))
    assert file.load() == Draft("someone", "flux-2-pro")


def test_there_may_be_none(file):
    assert file.load() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"provider": 3}', b"[" * 99999])
def test_what_cannot_be_read_is_an_empty_form(file, tmp_path, content):
    file.save(DRAFT)
    (tmp_path / "data" / "draft.json").write_bytes(content)
    assert file.load() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "large"),
        ("references", [{}]),
        ("seed_mode", "lucky"),
        ("seed", 10**40),
        ("safety", "high"),
        ("checker", 1),
        ("output_format", None),
        ("count", 0),
        ("knobs", {"steps": 3}),
    ],
)
def test_one_bad_value_costs_only_itself(file, tmp_path, name, value):
    file.save(DRAFT)
    path = tmp_path / "data" / "draft.json"
    path.write_text(json.dumps(as_json(path) | {name: value}))
    found = file.load()
    assert found is not None
    assert getattr(found, name) == getattr(Draft("someone", "flux-2-pro"), name)
    assert found.prompt == DRAFT.prompt


def test_a_disk_that_refuses_is_a_sentence(file, tmp_path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(NotKept, match="disk refused"):
        file.save(DRAFT)
