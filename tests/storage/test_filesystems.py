from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flux_studio.storage.filesystems import (
    Hosting,
    Place,
    database_refusal,
    pictures_note,
    place_of,
)

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
nas:/vol /srv/nas nfs4 rw,vers=4.2 0 0
//box/share /srv/my\\040share cifs rw 0 0
me@host: /srv/far fuse.sshfs rw 0 0
drive /srv/wsl 9p rw,aname=drvfs,trans=fd 0 0
none /srv/sandbox 9p rw,trans=fd,rfdno=4,wfdno=4 0 0
tmpfs /srv/nas/fast tmpfs rw 0 0
portal /srv/ntfs fuseblk rw 0 0
broken
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the list of mounts is Linux's")


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/nas/a/b", "nfs4"),
        ("/srv/my share/a", "cifs"),
        ("/srv/far", "fuse.sshfs"),
        ("/srv/wsl/users", "9p"),
    ],
)
def test_a_network_disk_is_refused_for_the_database(mounts: Path, folder: str, kind: str) -> None:
    assert place_of(Path(folder), mounts) == Place(Hosting.NETWORK, kind)
    refusal = database_refusal(Path(folder), mounts)
    assert kind in refusal
    assert "FLUX_STUDIO_HOME" in refusal
    assert kind in pictures_note(Path(folder), mounts)


@pytest.mark.parametrize(
    "folder",
    ["/home/me", "/srv/nas/fast/x", "/srv/nasty", "/srv/sandbox/x", "/srv/ntfs/x", "/srv/Boxes"],
)
def test_a_disk_of_this_machine_is_fine(mounts: Path, folder: str) -> None:
    assert place_of(Path(folder), mounts) == Place(Hosting.LOCAL)
    assert database_refusal(Path(folder), mounts) == pictures_note(Path(folder), mounts) == ""


def test_the_systems_own_root_is_never_another_machine(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("none / 9p rw 0 0\n")
    assert place_of(Path("/home/me"), tmp_path / "mounts").hosting is Hosting.LOCAL


def test_a_later_mount_on_the_same_place_counts(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("a /x nfs rw 0 0\nb /x ext4 rw 0 0\n")
    assert place_of(Path("/x/y"), tmp_path / "mounts").hosting is Hosting.LOCAL


def test_without_a_list_of_mounts_nothing_is_refused(tmp_path: Path) -> None:
    assert database_refusal(Path("/x"), tmp_path / "none") == ""


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox/pictures", "Dropbox"),
        ("Dropbox (Work)/x", "Dropbox"),
        ("OneDrive - Firm/x", "OneDrive"),
        ("Google Drive/x", "Google Drive"),
        ("Library/CloudStorage/OneDrive-Firm/x", "a cloud service"),
        ("Library/Mobile Documents/x", "iCloud"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_a_synced_folder_is_known_by_its_name(mounts: Path, folder: str, service: str) -> None:
    path = Path("/home/me") / folder
    assert place_of(path, mounts) == Place(Hosting.SYNCED, service)
    assert service in database_refusal(path, mounts)
    assert "prompts and costs" in pictures_note(path, mounts)


def test_a_link_into_a_synced_folder_is_seen(tmp_path: Path, mounts: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    link = tmp_path / "plain"
    link.symlink_to(tmp_path / "Dropbox")
    assert place_of(link / "x", mounts).name == "Dropbox"
    assert place_of(tmp_path / "my dropbox notes", mounts).hosting is Hosting.LOCAL
