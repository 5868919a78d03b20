import errno
import tomllib
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from flux_studio.core.budget import Limits, Lines
from flux_studio.storage import settings as settings_module
from flux_studio.storage.settings import (
    SettingRefused,
    Settings,
    SettingsFile,
    known_settings,
)

BUDGET = Limits(
    day_warn=Decimal("4.00"),
    day_stop=Decimal("5.50"),
    month_stop=Decimal(60),
    confirm_above=Decimal("0.1"),
    providers={"fal": Lines(month_warn=Decimal("1.25"))},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_the_defaults_are_used_silently(path: Path) -> None:
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    assert loaded.problems == ()
    assert not path.exists()


def test_every_setting_comes_back_with_its_type(path: Path) -> None:
    chosen = Settings(
        theme="dark",
        jobs_in_flight=5,
        practice_delay=0.5,
        library_folder=str(path.parent / "Bibliothek ü"),
        ca_file=str(path.parent / "ca.pem"),
        proxy="socks5://localhost:1080",
        auto_show=False,
        move_on=False,
        reduce_motion=True,
        spelling="de",
        favourite_sizes={"Plakat Ü": "1344x768"},
        keys_in_use={"runflow": "Client Ä"},
        regions={"bfl": "eu"},
        budget=BUDGET,
    )
    unlike = [n for n, v in msgspec.structs.asdict(Settings()).items() if v == getattr(chosen, n)]
    assert unlike == [], "this test must change every setting"
    SettingsFile(path).save(chosen)
    loaded = SettingsFile(path).load()
    assert loaded.settings == chosen
    assert loaded.problems == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('theme = "drak"', "theme"),
        ("theme = 1", "theme"),
        ('jobs_in_flight = "2"', "jobs_in_flight"),
        ("jobs_in_flight = 0", "jobs_in_flight"),
        ("jobs_in_flight = true", "jobs_in_flight"),
        ("practice_delay = nan", "practice_delay"),
        ("practice_delay = -1", "practice_delay"),
        ("practice_delay = inf", "practice_delay"),
        ('library_folder = "pictures"', "library_folder"),
        ("ca_file = ['a']", "ca_file"),
        ('proxy = "ftp://host"', "proxy"),
        ('proxy = "http://user:secret@host:80"', "proxy"),
        ('proxy = "http://host:99999"', "proxy"),
        ('proxy = "host:8080"', "proxy"),
        ('auto_show = "false"', "auto_show"),
        ("reduce_motion = 0", "reduce_motion"),
        ('keys_in_use = "default"', "keys_in_use"),
        ("regions = {bfl = 1}", "regions"),
        ("keys_in_use = {runflow = 1}", "keys_in_use"),
        ('favourite_sizes = {a = "12"}', "favourite_sizes"),
        ("keys_in_use = {runflow = ''}", "keys_in_use"),
        ("keys_in_use = {runflow = '$RUNFLOW_API_KEY'}", "keys_in_use"),
        ("budget = 5", "budget"),
        ("budget = {day_stpo = 5}", "budget"),
        ("budget = {day_stop = -1}", "budget"),
        ("budget = {day_stop = nan}", "budget"),
        ("budget = {day_stop = '5 dollars'}", "budget"),
        ("budget = {providers = {fal = {day_stpo = 5}}}", "budget"),
        ("budget = {providers = {fal = {confirm_above = 5}}}", "budget"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_stays_in_the_file(path, line, name) -> None:
    path.write_text(f"{line}\n")
    file = SettingsFile(path)
    loaded = file.load()
    assert loaded.settings == Settings()
    (problem,) = loaded.problems
    assert name in problem
    assert known_settings()[name] in problem
    assert "secret" not in problem
    other = "auto_show" if name != "auto_show" else "reduce_motion"
    chosen = not getattr(loaded.settings, other)
    file.save(loaded.settings.changed(other, chosen))
    raw = tomllib.loads(path.read_text())
    assert repr(raw[name]) == repr(tomllib.loads(line)[name])
    assert raw[other] is chosen


def test_a_whole_number_is_a_number_of_seconds(path: Path) -> None:
    path.write_text("practice_delay = 3")
    assert SettingsFile(path).load().settings.practice_delay == 3.0


def test_unknown_keys_are_kept(path: Path) -> None:
    path.write_text('from_the_future = [1, 2]\ntheme = "light"\n[table]\nx = 1979-05-27\n')
    file = SettingsFile(path)
    loaded = file.load()
    assert loaded.problems == ()
    file.save(loaded.settings.changed("theme", "dark"))
    raw = tomllib.loads(path.read_text())
    assert raw["from_the_future"] == [1, 2]
    assert str(raw["table"]["x"]) == "1979-05-27"
    assert raw["theme"] == "dark"


def test_a_bad_value_is_replaced_once_the_setting_is_chosen(path: Path) -> None:
    path.write_text('theme = "drak"')
    file = SettingsFile(path)
    file.save(file.load().settings.changed("theme", "dark"))
    assert file.load().settings.theme == "dark"
    assert file.load().problems == ()


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\0", b"a = " + b"[" * 5000])
def test_a_damaged_file_is_set_aside_and_not_lost(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    assert "damaged" in loaded.problems[0]
    (aside,) = path.parent.iterdir()
    assert aside.name.startswith("settings.toml.damaged-2")
    assert aside.name in loaded.problems[0]
    assert aside.read_bytes() == content


def test_a_file_that_cannot_be_read_stays_where_it_is(path: Path) -> None:
    path.mkdir()
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings()
    assert "cannot be read" in loaded.problems[0]
    assert path.is_dir()


def test_a_full_disk_keeps_the_old_settings(path: Path, monkeypatch) -> None:
    file = SettingsFile(path)
    file.save(Settings(theme="dark"))

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        file.save(Settings(theme="light"))
    monkeypatch.undo()
    assert file.load().settings.theme == "dark"
    assert list(path.parent.iterdir()) == [path]


def test_a_change_is_checked() -> None:
    assert Settings().changed("theme", "light").theme == "light"
    with pytest.raises(SettingRefused) as caught:
        Settings().changed("jobs_in_flight", 99)
    assert caught.value.name == "jobs_in_flight"
    assert "1 to 16" in caught.value.sentence
    with pytest.raises(SettingRefused):
        Settings().changed("nothing_like_it", 1)


def test_every_setting_says_what_it_may_be() -> None:
    assert set(known_settings()) == set(settings_module._TYPES)


def test_the_budget_is_read_anew_whoever_wrote_it(path: Path) -> None:
    file = SettingsFile(path)
    assert file.budget() == Limits()
    file.save(Settings(budget=BUDGET))
    assert file.budget() == BUDGET
    path.write_text("[budget]\nday_stop = 2.5\n")
    assert file.budget() == Limits(day_stop=Decimal("2.5"))


@pytest.mark.parametrize("text", ["[budget]\nday_stpo = 5", "[budget", "\0"])
def test_a_budget_that_cannot_be_understood_is_refused_not_forgotten(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingRefused, match="budget"):
        SettingsFile(path).budget()


def test_the_folder_of_a_person_who_is_not_there_is_refused_and_not_a_fault(path: Path) -> None:
    path.write_text('library_folder = "~nobody-of-this-name/x"\n')
    loaded = SettingsFile(path).load()
    assert loaded.settings.library_folder == ""
    assert "library_folder must be the full path" in loaded.problems[0]
    with pytest.raises(SettingRefused):
        Settings().changed("library_folder", "~nobody-of-this-name/x")


def test_what_another_process_changed_meanwhile_stays(path: Path) -> None:
    mine, other = SettingsFile(path), SettingsFile(path)
    mine.save(Settings(theme="dark", jobs_in_flight=3, budget=BUDGET))
    other.save(other.load().settings.changed("jobs_in_flight", 7))
    mine.save(Settings(theme="light", jobs_in_flight=3, budget=BUDGET))
    assert mine.load().settings == Settings(theme="light", jobs_in_flight=7, budget=BUDGET)


def test_of_a_table_only_the_changed_lines_are_written(path: Path) -> None:
    here = SettingsFile(path)
    first = Settings(keys_in_use={"bfl": "a", "fal": "b"}, budget=BUDGET)
    here.save(first)
    path.write_text(
        '[keys_in_use]\nbfl = "theirs"\nfal = "b"\nrunapi = "new"\n'
        "[budget]\nday_warn = 1\nday_stop = 2\n[budget.providers.fal]\nday_stop = 3\n"
    )
    lines = {"fal": Lines(month_warn=Decimal(9))}
    changed = msgspec.structs.replace(
        first,
        keys_in_use={"bfl": "a", "fal": "mine"},
        budget=Limits(day_stop=Decimal(8), providers=lines),
    )
    here.save(changed)
    found = here.load().settings
    assert found.keys_in_use == {"bfl": "theirs", "fal": "mine", "runapi": "new"}
    fal = Lines(day_stop=Decimal(3), month_warn=Decimal(9))
    assert found.budget == Limits(day_stop=Decimal(8), providers={"fal": fal})


def test_a_misspelt_budget_is_replaced_whole_once_it_is_chosen(path: Path) -> None:
    path.write_text("[budget]\nday_stpo = 5\n")
    file = SettingsFile(path)
    file.save(file.load().settings.changed("budget", Limits(day_stop=Decimal(6))))
    assert file.budget() == Limits(day_stop=Decimal(6))


def test_nothing_is_written_when_nothing_was_changed(path: Path) -> None:
    path.write_text('# a line of my own\ntheme = "dark"\n')
    file = SettingsFile(path)
    file.save(file.load().settings)
    assert path.read_text().startswith("# a line of my own")


def test_a_file_that_was_removed_meanwhile_is_written_whole(path: Path) -> None:
    file = SettingsFile(path)
    file.save(Settings(theme="dark", auto_show=False))
    path.unlink()
    file.save(Settings(theme="light", auto_show=False))
    assert file.load().settings == Settings(theme="light", auto_show=False)
