from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_studio.assembly import Workshop
from flux_studio.core.errors import Refused, StudioError
from flux_studio.core.secret import Secret
from flux_studio.engine.runner import Runner
from flux_studio.ground import lay_ground
from flux_studio.provider_keys import ProviderKeys
from flux_studio.storage.database import LibraryDamaged, LibraryNewer
from flux_studio.storage.owners import Owner
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar
from tests.storage.samples import generation, planned, png, saved, sha


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def workshop(home: Path, told: list[str]) -> Iterator[Workshop]:
    environ = {"FLUX_STUDIO_HOME": str(home), "RUNAPI_API_KEY": "rk-0123456789"}
    made = Workshop(lay_ground(environ), told.append)
    yield made
    made.close()


def keep(workshop: Workshop, data: bytes) -> str:
    """A picture in the library's rows; gives its id."""
    found = generation(sha256=sha(data))
    workshop.journal.record(planned())
    workshop.journal.record(saved(sha256=sha(data)))
    return found.id


def test_everything_is_made_once_even_by_many_threads(workshop: Workshop) -> None:
    made, at_once = [], threading.Barrier(8)

    def ask() -> None:
        at_once.wait()
        made.append((workshop.database, workshop.journal, workshop.decoder, workshop.gallery()))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(map(id, each)) for each in made}) == 1


def test_nothing_is_made_before_it_is_asked_for(workshop: Workshop, home: Path) -> None:
    assert not (home / "data" / "library.sqlite").exists()
    assert not workshop.library_is_current()
    _ = workshop.database
    workshop.close()
    assert workshop.library_is_current()


def test_a_key_comes_from_the_environment_and_none_is_asked_for_practice(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ProviderKeys(workshop.keychain, workshop.keys_in_use)
    found = keys.key("runapi")
    assert found is not None
    assert (found.secret.reveal(), found.label) == ("rk-0123456789", "$RUNAPI_API_KEY")
    monkeypatch.setattr(workshop.keychain, "get", lambda *_: pytest.fail("it was asked"))
    assert keys.key("practice") is None


def test_a_named_key_is_not_replaced_by_the_environment(workshop: Workshop) -> None:
    """A job is asked for with the key it was sent with: another may be of another account."""
    keys = ProviderKeys(workshop.keychain, workshop.keys_in_use)
    workshop.keychain.set("runapi", Secret("rk-client"), label="Client")
    named = keys.key("runapi", "Client")
    assert named is not None
    assert (named.secret.reveal(), named.label) == ("rk-client", "Client")
    assert keys.key("runapi", "Gone") is None
    assert keys.key("runflow", "$RUNFLOW_API_KEY") is None


def test_the_key_in_use_is_the_chosen_one(workshop: Workshop) -> None:
    keys = ProviderKeys(workshop.keychain, workshop.keys_in_use)
    workshop.keychain.set("runflow", Secret("one"))
    workshop.keychain.set("runflow", Secret("two"), label="Client")
    for label, text in (("default", "one"), ("Client", "two")):
        workshop.keys_in_use.choose("runflow", label)
        found = keys.key("runflow")
        assert found is not None
        assert (found.secret.reveal(), found.label) == (text, label)


# Whose picture is it


def test_a_picture_of_ours_is_known_by_its_bytes(workshop: Workshop, tmp_path: Path) -> None:
    data = png(16, 16)
    name = keep(workshop, data)
    assert workshop.parent_of(data) == name
    assert workshop.parent_of(data, tmp_path / "renamed.png") == name
    assert workshop.parent_of(png(17, 17)) is None


def test_a_picture_of_another_library_is_known_by_its_sidecar(
    workshop: Workshop, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.png"
    path.write_bytes(png(16, 16))
    write_sidecar(path, Sidecar(generation("job-9"), MarkSet()))
    assert workshop.parent_of(png(18, 18), path) == generation("job-9").id


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", '{"flux_studio": "x"}', "\x00\xff"])
def test_a_strangers_sidecar_says_nothing(workshop: Workshop, tmp_path: Path, text: str) -> None:
    path = tmp_path / "theirs.png"
    path.with_suffix(".json").write_text(text)
    assert workshop.parent_of(png(16, 16), path) is None


def test_asking_for_a_parent_makes_no_library_and_fails_on_none(
    workshop: Workshop, home: Path
) -> None:
    assert workshop.parent_of(png(16, 16)) is None
    library = home / "data" / "library.sqlite"
    assert not library.exists()
    library.write_bytes(b"no database" * 100)
    assert workshop.parent_of(png(16, 16)) is None


# A library that is not as it should be


def test_a_damaged_library_is_set_aside_told_and_rebuilt(
    workshop: Workshop, home: Path, told: list[str]
) -> None:
    library = home / "data" / "library.sqlite"
    library.write_bytes(b"no database" * 100)
    with pytest.raises(LibraryDamaged):
        workshop.open_database()
    assert workshop.database.check() == []
    assert [path.read_bytes()[:11] for path in library.parent.glob("*.damaged-*")] == [
        b"no database"
    ]
    assert len(told) == 1
    assert "damaged" in told[0]


def test_a_damaged_library_is_left_to_the_other_process_that_has_it_open(
    workshop: Workshop, home: Path
) -> None:
    other = Owner(home / "data" / "owners")
    library = home / "data" / "library.sqlite"
    library.write_bytes(b"no database" * 100)
    with pytest.raises(StudioError, match="another Flux Studio has it open"):
        _ = workshop.database
    assert library.read_bytes()[:11] == b"no database"
    other.release()
    assert workshop.database.check() == []


def test_damage_in_the_depth_that_a_backup_found_is_repaired_at_the_next_start(
    workshop: Workshop, home: Path, told: list[str]
) -> None:
    for number in range(100):
        workshop.journal.record(planned(f"job-{number}", prompt="x" * 400))
    workshop.close()
    library = home / "data" / "library.sqlite"
    data = bytearray(library.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = b"\xa5" * 8192
    library.write_bytes(data)
    environ = workshop.ground.environ
    second = Workshop(lay_ground(environ), told.append)
    second.care.tend_files()
    second.close()
    assert "start it again" in told[0]
    third = Workshop(lay_ground(environ), told.append)
    assert third.database.check() == []
    left = len(third.journal.jobs())
    third.close()
    assert 50 < left <= 100
    assert "was damaged" in told[1]
    assert not third.ground.paths.doubt_file.exists()


def test_care_tends_to_everything_once(workshop: Workshop, home: Path) -> None:
    keep(workshop, png(16, 16))
    part = home / "pictures" / "2026" / f".x.png.{2**22 + 1}-{'0' * 16}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    asyncio.run(workshop.care.run(pause=0))
    assert not part.exists()
    assert (home / "data" / "reserve").stat().st_size == 1_000_000
    assert len(workshop.backups.all()) == 1
    asyncio.run(workshop.care.run(pause=0))
    assert len(workshop.backups.all()) == 1


def test_care_stops_when_the_studio_closes(workshop: Workshop, home: Path) -> None:
    keep(workshop, png(16, 16))
    workshop.care.stop()
    workshop.care.tend_files()
    assert workshop.backups.all() == []
    assert not (home / "data" / "reserve").exists()


def test_a_newer_library_is_left_alone(workshop: Workshop, told: list[str]) -> None:
    with workshop.open_database().transaction() as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(LibraryNewer):
        _ = workshop.database
    assert told == []
    assert workshop.gallery().count() == 0


# The engine


async def running(workshop: Workshop, **options: object) -> Runner:
    runner = await workshop.runner(lambda _: None, **options)  # type: ignore[arg-type]  # as given
    await runner.close()
    return runner


def test_the_runner_is_built_without_qt(workshop: Workshop) -> None:
    qt_before = "PySide6" in sys.modules
    runner = asyncio.run(running(workshop, pausing=False))
    assert isinstance(runner, Runner)
    assert ("PySide6" in sys.modules) is qt_before


def test_another_journal_stands_before_the_own_one(workshop: Workshop) -> None:
    keep(workshop, png(16, 16))

    class Nothing:
        asked = 0

        def open_jobs(self) -> list:
            self.asked += 1
            return []

    nothing = Nothing()

    async def resume() -> int:
        runner = await workshop.runner(lambda _: None, journal=nothing)  # type: ignore[arg-type]  # the part that is used
        try:
            return await runner.resume_open_jobs()
        finally:
            await runner.close()

    assert asyncio.run(resume()) == 0
    assert nothing.asked == 1


def test_an_address_that_cannot_be_used_leaves_out_that_provider_alone(
    home: Path, told: list[str]
) -> None:
    environ = {"FLUX_STUDIO_HOME": str(home), "FLUX_STUDIO_RUNAPI_URL": "http://example.com"}
    workshop = Workshop(lay_ground(environ), told.append)
    try:
        runner = asyncio.run(running(workshop))
        assert "FLUX_STUDIO_RUNAPI_URL must start with https" in runner.why_left_out("runapi")
        assert runner.why_left_out("fal") == runner.why_left_out("practice") == ""
        with pytest.raises(LookupError):
            runner.why_left_out("nobody")
        assert [words[:19] for words in told] == ["RunAPI is left out."]
        with pytest.raises(Refused, match="must start with https"):
            asyncio.run(runner.accounts.check_key("runapi", Secret("rk-0123456789")))
    finally:
        workshop.close()


def test_the_database_is_refused_in_a_synced_folder(tmp_path: Path) -> None:
    home = tmp_path / "Dropbox" / "studio"
    workshop = Workshop(lay_ground({"FLUX_STUDIO_HOME": str(home)}))
    with pytest.raises(StudioError, match="Dropbox syncs"):
        _ = workshop.database
    workshop.close()
    assert not (home / "data" / "library.sqlite").exists()


def test_a_setting_of_the_person_reaches_the_network(home: Path) -> None:
    from flux_studio.assembly import network_environ

    environ = {"FLUX_STUDIO_HOME": str(home)}
    ground = lay_ground(environ)
    ground.paths.settings_file.write_text(
        'proxy = "http://proxy.test:8080"\nca_file = "/etc/own.pem"\n'
    )
    found = network_environ(lay_ground(environ))
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://proxy.test:8080"
    assert found["SSL_CERT_FILE"] == "/etc/own.pem"
