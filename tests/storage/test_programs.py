"""Which programs are offered for a picture, from the lists and entries of a desktop."""

from __future__ import annotations

from pathlib import Path

import pytest

from flux_studio.storage.programs import Program, programs_for

KIND = "image/png"


class Desktop:
    """Folders as a desktop has them, with a program or two."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.own = home / "share/applications"
        self.shared = home / "usr/share/applications"
        self.config = home / "config"
        for folder in (self.own, self.shared, self.config):
            folder.mkdir(parents=True)
        self.environ = {
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_DATA_DIRS": str(home / "usr/share"),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_CONFIG_DIRS": str(home / "etc"),
            "XDG_CURRENT_DESKTOP": "GNOME",
            "LANG": "de_DE.UTF-8",
        }
        self.program = home / "bin" / "viewer"
        self.program.parent.mkdir()
        self.program.write_text("#!/bin/sh\n")
        self.program.chmod(0o755)

    def entry(self, name: str, folder: Path | None = None, **keys: str) -> None:
        file = (folder or self.shared) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        said = {"Type": "Application", "Name": name.removesuffix(".desktop").title(),
                "Exec": f"{self.program} %f", **keys}  # fmt: skip
        lines = "".join(f"{key}={value}\n" for key, value in said.items())
        file.write_text(f"# a comment\n[Desktop Entry]\n{lines}\n[Desktop Action new]\nName=No\n")

    def cache(self, *names: str, folder: Path | None = None) -> None:
        place = (folder or self.shared) / "mimeinfo.cache"
        place.write_text(f"[MIME Cache]\nimage/gif=other.desktop;\n{KIND}={';'.join(names)};\n")

    def names(self) -> list[str]:
        return [each.name for each in programs_for(KIND, self.environ, self.home)]


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


def test_the_usual_program_comes_first_and_the_others_by_name(desktop: Desktop) -> None:
    for name in ("zoom.desktop", "paint.desktop", "look.desktop"):
        desktop.entry(name)
    desktop.cache("zoom.desktop", "paint.desktop", "look.desktop", "gone.desktop")
    assert desktop.names() == ["Look", "Paint", "Zoom"]
    (desktop.config / "mimeapps.list").write_text(
        f"[Default Applications]\n{KIND}=missing.desktop;zoom.desktop;\n"
        f"[Removed Associations]\n{KIND}=paint.desktop;\n"
    )
    assert desktop.names() == ["Zoom", "Look"]


def test_a_desktop_has_a_list_of_its_own_and_a_nearer_list_wins(desktop: Desktop) -> None:
    desktop.entry("one.desktop")
    desktop.entry("two.desktop")
    (desktop.shared / "gnome-mimeapps.list").write_text(
        f"[Default Applications]\n{KIND}=two.desktop\n[Removed Associations]\n{KIND}=one.desktop\n"
    )
    (desktop.config / "mimeapps.list").write_text(f"[Added Associations]\n{KIND}=one.desktop;\n")
    assert desktop.names() == ["Two", "One"]


def test_ones_own_entry_hides_the_shared_one(desktop: Desktop) -> None:
    desktop.entry("look.desktop")
    desktop.cache("look.desktop")
    desktop.entry("look.desktop", desktop.own, Name="My own")
    assert desktop.names() == ["My own"]
    desktop.entry("look.desktop", desktop.own, Hidden="true")
    assert desktop.names() == []


@pytest.mark.parametrize(
    "keys",
    [
        {"NoDisplay": "true"},
        {"Terminal": "true"},
        {"Type": "Link"},
        {"Exec": ""},
        {"Exec": 'viewer "with one quote'},
        {"Exec": "/nowhere/at/all %f"},
        {"TryExec": "/nowhere/at/all"},
    ],
)
def test_what_cannot_be_started_by_a_person_is_not_offered(
    desktop: Desktop, keys: dict[str, str]
) -> None:
    desktop.entry("look.desktop", None, **keys)
    desktop.cache("look.desktop")
    assert desktop.names() == []


def test_names_in_the_persons_language_and_entries_in_folders(desktop: Desktop) -> None:
    desktop.entry("kde/look.desktop", None, **{"Name": "Look", "Name[de]": "Schau"})
    desktop.cache("kde-look.desktop")
    assert desktop.names() == ["Schau"]


FILE = Path("/pictures/a b; $(c) %f.png")


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("viewer %f", ["viewer", str(FILE)]),
        ("viewer --new %U", ["viewer", "--new", "file:///pictures/a%20b%3B%20%24%28c%29%20%25f.png"]),
        ("viewer", ["viewer", str(FILE)]),
        ("viewer --file=%f --title=%c", ["viewer", f"--file={FILE}", "--title=Look"]),
        ("viewer %i %m -p 50%% %F", ["viewer", "-p", "50%", str(FILE)]),
        ("flatpak run org.x @@ %f @@", ["flatpak", "run", "org.x", "@@", str(FILE), "@@"]),
        ('"/opt/a viewer" "%k"', ["/opt/a viewer", "/e.desktop", str(FILE)]),
    ],
)  # fmt: skip
def test_the_file_is_one_word_wherever_the_entry_wants_it(line: str, command: list[str]) -> None:
    import shlex

    made = Program("Look", tuple(shlex.split(line)), Path("/e.desktop")).command(FILE)
    assert made == command


def test_lists_that_are_no_text_or_not_there_are_passed_over(desktop: Desktop) -> None:
    (desktop.shared / "mimeinfo.cache").write_bytes(b"\xff\xfe[\0]=\n\x80=;;\n")
    (desktop.config / "mimeapps.list").mkdir()
    assert desktop.names() == []
