"""Sidecars: complete, tolerant of what people do to files, and silent about secrets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flux_studio.core.look import Look
from flux_studio.storage.sidecar import (
    MOST_BYTES,
    JobTimes,
    MarkSet,
    Sidecar,
    SidecarUnreadable,
    is_sidecar,
    read_sidecar,
    rewrite_marks,
    sidecar_path,
    write_sidecar,
)
from tests.storage.samples import NOON, as_json, generation, png, request

MARKS = MarkSet(
    4, True, True, "red", "Foxes", "a note \N{FOX FACE}", ("fox", "winter"), "maybe", ("Best",)
)
SIDECAR = Sidecar(
    generation(
        path="2026/day/120000-job-1.png",
        rating=4,
        favourite=True,
        rejected=True,
        verdict="maybe",
        label="red",
        look=Look(2**63 + 5, (("#E0A030", 60), ("#102030", 25))),
    ),
    MARKS,
    JobTimes("order-1", NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=9)),
    '{"id": "task-1"}',
)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / SIDECAR.generation.path
    path.parent.mkdir(parents=True)
    path.write_bytes(png())
    return path


def read(path, root):
    return read_sidecar(sidecar_path(path), root)


def test_everything_comes_back(picture, tmp_path):
    write_sidecar(picture, SIDECAR)
    assert read(picture, tmp_path) == SIDECAR


def test_without_times_and_with_a_broken_prompt(picture, tmp_path):
    odd = replace(SIDECAR.generation, request=request(prompt="half \ud83d of a pair"))
    sidecar = Sidecar(odd, MARKS)
    write_sidecar(picture, sidecar)
    assert read(picture, tmp_path) == sidecar


def test_people_can_read_it(picture):
    write_sidecar(picture, SIDECAR)
    data = as_json(sidecar_path(picture))
    assert data["flux_studio"] == 1
    assert data["file"] == picture.name
    assert data["cost"] == {"estimate": "0.030", "charged": "0.031"}
    assert data["created"] == "2026-11-20T12:00:00.123456Z"
    assert data["request"]["prompt"] == "a fox in the snow"
    assert "\N{FOX FACE}" in sidecar_path(picture).read_text(encoding="utf-8")


def test_new_marks_leave_the_rest_and_what_is_not_known(picture, tmp_path):
    write_sidecar(picture, SIDECAR)
    path = sidecar_path(picture)
    text = path.read_text(encoding="utf-8").replace('"marks": {', '"marks": {"future": 7,', 1)
    path.write_text(text.replace("{", '{"unknown": [1, 2],', 1), encoding="utf-8")
    rewrite_marks(picture, MarkSet(rating=1))
    data = as_json(path)
    assert data["unknown"] == [1, 2]
    assert data["marks"]["future"] == 7
    found = read(picture, tmp_path)
    assert found.marks == MarkSet(rating=1)
    plain = {"favourite": False, "rejected": False, "verdict": "", "label": ""}
    assert found.generation == replace(SIDECAR.generation, rating=1, **plain)
    assert (found.times, found.reply) == (SIDECAR.times, SIDECAR.reply)


def test_a_renamed_pair_is_found(picture, tmp_path):
    write_sidecar(picture, SIDECAR)
    new = picture.with_name("my best fox.png")
    picture.rename(new)
    sidecar_path(picture).rename(sidecar_path(new))
    assert read(new, tmp_path).generation.path == "2026/day/my best fox.png"


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "..", "", ".hidden.txt"])
def test_a_name_that_leads_elsewhere_is_not_followed(picture, tmp_path, name):
    write_sidecar(picture, SIDECAR)
    path = sidecar_path(picture)
    path.write_text(path.read_text().replace(f'"file": "{picture.name}"', f'"file": "{name}"'))
    assert read(picture, tmp_path).generation.path == SIDECAR.generation.path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"flux_studio": 1}',
        b'{"flux_studio": "one"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 300_000,
        b'{"flux_studio": 1, "x": "' + b"y" * MOST_BYTES + b'"}',
    ],
    ids=["empty", "cut", "list", "foreign", "bare", "version", "utf16", "deep", "large"],
)
def test_what_cannot_be_read_is_one_typed_error(picture, tmp_path, content):
    sidecar_path(picture).write_bytes(content)
    with pytest.raises(SidecarUnreadable) as caught:
        read(picture, tmp_path)
    assert caught.value.path == sidecar_path(picture)
    assert str(caught.value).startswith("The sidecar 120000-job-1.json cannot be read")


def test_a_missing_sidecar_is_the_same_error(picture, tmp_path):
    with pytest.raises(SidecarUnreadable, match="No such file"):
        read(picture, tmp_path)


def test_files_of_other_programs_are_not_ours(picture, tmp_path):
    foreign = tmp_path / "package.json"
    foreign.write_text('{"name": "x"}')
    cut = sidecar_path(picture)
    cut.write_text('{"flux_stu')
    assert not is_sidecar(foreign)
    assert is_sidecar(cut)  # it stands beside a picture, so it is worth a word


def test_marks_out_of_range_are_brought_in(picture, tmp_path):
    write_sidecar(picture, SIDECAR)
    path = sidecar_path(picture)
    path.write_text(path.read_text(encoding="utf-8").replace('"rating": 4', '"rating": 99'))
    assert read(picture, tmp_path).marks.rating == 5
    assert read(picture, tmp_path).generation.rating == 5
