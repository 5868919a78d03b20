"""Verification names every fault once and nothing else; a rebuild brings everything back from
sidecars.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from flux_studio.core.job import JobState
from flux_studio.storage.database import Database
from flux_studio.storage.deleted import take_out
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.owners import Owner
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.sidecar import sidecar_path
from flux_studio.storage.verify import Trouble, Verification
from tests.storage.samples import NOON, TICKET, job_of, png
from tests.storage.test_marks import FULL, FULL_SET, Desk


@pytest.fixture
def desk(tmp_path):
    built = Desk(tmp_path, pictures=4)
    yield built
    built.gallery.close()
    built.journal.close()
    built.database.close()


def verify(desk, **more):
    run = Verification(desk.database, desk.root, **more)
    found = [(f.trouble, f.id) for f in run.findings()]
    assert run.problems == len(found)
    return found, run.checked


def test_a_sound_library_has_no_findings(desk):
    (desk.root / "notes.txt").write_text("mine")
    (desk.root / "package.json").write_text("{}")
    assert verify(desk) == ([], 8)


def damage(desk, name, kind):
    path = desk.path(name)
    match kind:
        case Trouble.MISSING:
            path.unlink()
            sidecar_path(path).unlink()
        case Trouble.ALTERED:
            data = bytearray(path.read_bytes())
            data[-20] ^= 1
            path.write_bytes(data)
        case Trouble.NO_SIDECAR:
            sidecar_path(path).unlink()
        case Trouble.BAD_SIDECAR:
            sidecar_path(path).write_text('{"flux_studio": 1}')
        case Trouble.STRAY_PICTURE:
            path.with_name("copy.png").write_bytes(png())
        case Trouble.STRAY_SIDECAR:
            sidecar_path(path.with_name("lonely.png")).write_text('{"flux_studio": 1}')
        case Trouble.STRAY_PART:
            path.with_name(f".{path.name}.1-{'0' * 16}.part").write_bytes(b"half")
        case Trouble.HALF_DELETED:
            with desk.database.transaction() as connection:
                take_out(connection, [name], "batch", "gone", full_text=desk.database.full_text)
        case Trouble.DAMAGED_ROW:
            with desk.database.transaction() as connection:
                connection.execute("UPDATE jobs SET price = '9' WHERE id = ?", (name,))


@pytest.mark.parametrize(
    "kind", [t for t in Trouble if t not in (Trouble.UNREADABLE, Trouble.DAMAGED_DATABASE)]
)
def test_each_trouble_is_found_and_only_that(desk, kind):
    damage(desk, "job-2", kind)
    found, _ = verify(desk)
    stray = kind in (Trouble.STRAY_PICTURE, Trouble.STRAY_SIDECAR, Trouble.STRAY_PART)
    assert found == [(kind, "" if stray else "job-2")]


def test_without_hashes_a_changed_size_is_still_found(desk):
    damage(desk, "job-1", Trouble.ALTERED)
    assert verify(desk, hashes=False)[0] == []
    desk.path("job-1").write_bytes(b"short")
    assert verify(desk, hashes=False)[0] == [(Trouble.ALTERED, "job-1")]


def test_a_sidecar_of_another_picture_is_found(desk):
    one, two = desk.path("job-0"), desk.path("job-1")
    sidecar_path(one).write_bytes(sidecar_path(two).read_bytes())
    assert verify(desk)[0] == [(Trouble.BAD_SIDECAR, "job-0")]


@pytest.mark.parametrize("path", ["../../outside.png", "/etc/hostname"])
def test_a_row_that_leads_outside_is_not_followed(desk, path):
    with desk.database.transaction() as connection:
        connection.execute("UPDATE generations SET path = ? WHERE id = 'job-0'", (path,))
    assert (Trouble.MISSING, "job-0") in verify(desk)[0]


def test_every_trouble_has_a_sentence(desk):
    damage(desk, "job-2", Trouble.MISSING)
    (finding,) = Verification(desk.database, desk.root).findings()
    assert finding.sentence == "The picture's file is gone."
    assert finding.path.endswith("job-2.png")


@pytest.fixture
def fresh(desk, tmp_path):
    """An empty database beside the pictures of `desk`."""
    database = Database(tmp_path / "fresh" / "library.sqlite", tmp_path / "fresh" / "backups")
    journal = JobJournal(database, Owner(tmp_path / "fresh" / "owners"))
    gallery = Gallery(database.path)
    yield database, journal, gallery
    gallery.close()
    journal.close()
    database.close()


def test_a_rebuild_restores_every_field(desk, fresh):
    database, journal, gallery = fresh
    desk.marks.set(["job-1"], FULL)
    result = rebuild(database, desk.root)
    assert (result.restored, result.present, result.faults) == (4, 0, ())
    ids = [f"job-{n}" for n in range(4)]
    assert gallery.rows(ids) == desk.gallery.rows(ids)
    assert gallery.ids() == desk.gallery.ids()
    assert gallery.marks("job-1") == FULL_SET
    assert [c[0] for c in gallery.search("fox note")] == ["job-1"]
    job = job_of(journal, "job-1")
    assert (job.state, job.charged, job.order) == (JobState.SAVED, Decimal("0.031"), "order-1")
    assert job.ticket is not None
    assert job.ticket.task == TICKET.task
    assert gallery.spent(NOON).charged == Decimal("0.124")
    assert list(journal.open_jobs()) == []
    assert list(Verification(database, desk.root).findings()) == []


def test_a_rebuild_changes_nothing_that_is_there(desk):
    desk.marks.set(["job-0"], MarkChange(rating=2))
    sidecar = sidecar_path(desk.path("job-0"))
    sidecar.write_text(sidecar.read_text().replace('"rating": 2', '"rating": 5'))
    before = desk.database.rows("SELECT * FROM generations"), desk.journal.jobs()
    result = rebuild(desk.database, desk.root)
    assert (result.restored, result.present) == (0, 4)
    after = desk.database.rows("SELECT * FROM generations"), desk.journal.jobs()
    assert [tuple(r) for r in after[0]] == [tuple(r) for r in before[0]]
    assert after[1] == before[1]


def test_a_rebuild_goes_on_past_what_it_cannot_read(desk, fresh):
    database, _, gallery = fresh
    damage(desk, "job-0", Trouble.BAD_SIDECAR)
    desk.path("job-1").unlink()
    (desk.root / "package.json").write_text('{"name": "foreign"}')
    result = rebuild(database, desk.root)
    assert result.restored == 2
    assert sorted(cell[0] for cell in gallery.ids()) == ["job-2", "job-3"]
    assert sorted(result.faults) == [
        "The picture of the sidecar 120000-job-1.json is gone.",
        "The sidecar 120000-job-0.json cannot be read: cost is not an object.",
    ]


def test_a_copied_pair_is_one_picture(desk, fresh):
    database, _, gallery = fresh
    path = desk.path("job-0")
    copy = path.with_name("copy.png")
    copy.write_bytes(path.read_bytes())
    sidecar_path(copy).write_bytes(sidecar_path(path).read_bytes())
    result = rebuild(database, desk.root)
    assert (result.restored, result.present) == (4, 1)
    assert gallery.count() == 4


def test_a_moved_library_is_rebuilt_at_its_new_place(desk, fresh, tmp_path):
    database, _, gallery = fresh
    moved = tmp_path / "moved"
    desk.root.rename(moved)
    (moved / "2026" / "2026-11-20").rename(moved / "best of")
    assert rebuild(database, moved).restored == 4
    assert {g.path.split("/")[0] for g in gallery.all()} == {"best of"}
    assert list(Verification(database, moved).findings()) == []


def test_the_ledger_takes_the_sum_of_a_job_from_its_own_picture(desk, fresh):
    """A second picture of one job says that it was charged 0: the first carries the sum."""
    database, journal, gallery = fresh
    first = desk.path("job-0")
    second = first.with_name(f"{first.stem}-2.png")
    second.write_bytes(first.read_bytes())
    text = sidecar_path(first).read_text().replace('"id": "job-0"', '"id": "job-0-2"')
    text = text.replace(f'"file": "{first.name}"', f'"file": "{second.name}"')
    sidecar_path(second).write_text(text.replace('"charged": "0.031"', '"charged": "0"'))
    assert rebuild(database, desk.root).restored == 5
    assert job_of(journal, "job-0").charged == Decimal("0.031")
    assert gallery.get("job-0-2") == replace(
        desk.gallery.get("job-0"),
        id="job-0-2",
        charged=Decimal(0),
        path=second.relative_to(desk.root).as_posix(),
    )
