"""What kind of disk a folder lies on: of this machine, of another one, or one that is synced.

SQLite's write-ahead log needs one machine, and a sync service copies a database in the middle of a
write. So the database is refused there; pictures, each written once and whole, are not.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph",
     "glusterfs", "lustre", "beegfs", "ncpfs", "davfs", "afpfs", "webdav", "drvfs", "vboxsf"}
)  # fmt: skip
_NETWORK_FUSE = re.compile(
    r"fuse\.(sshfs|rclone|glusterfs|s3fs|gcsfuse|goofys|davfs2?|ceph|juicefs|gvfsd-fuse|smbnetfs|"
    r"google-drive-ocamlfuse|onedriver|portal)"
)
# A sandbox shows the folders of its own machine as 9p; its mounts carry this option.
_SANDBOX = "rfdno="
_SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "synologydrive": "Synology Drive",
    "creative cloud files": "Creative Cloud",
    "cloudstorage": "a cloud service",
}
_WITH_ACCOUNT = re.compile(r"(dropbox|onedrive|googledrive)(?:\s*\(.*\)|\s+-\s+.*|-.+@.+)")


class Hosting(StrEnum):
    """Where the bytes of a folder really are."""

    LOCAL = "local"
    NETWORK = "network"
    SYNCED = "synced"


@dataclass(frozen=True, slots=True)
class Place:
    """What a folder lies on. `name` is the file system's or the service's, '' where nothing is
    known against it.
    """

    hosting: Hosting
    name: str = ""

    @property
    def words(self) -> str:
        """'a network disk (nfs4)', 'a folder that Dropbox syncs', '' for one of this machine."""
        match self.hosting:
            case Hosting.NETWORK:
                return f"a network disk ({self.name})"
            case Hosting.SYNCED:
                return f"a folder that {self.name} syncs"
            case Hosting.LOCAL:
                return ""


def place_of(folder: Path, mounts: Path = MOUNTS) -> Place:
    """What `folder` lies on; it need not exist. Blocking, since a dead network disk may hang.

    Network disks are seen on Linux and Windows; synced folders everywhere, by their usual names.
    """
    path = Path(os.path.realpath(folder))
    kind = _windows_kind(path) if sys.platform == "win32" else _mounted_kind(path, mounts)
    if kind:
        return Place(Hosting.NETWORK, kind)
    for part in (*path.parts, *folder.absolute().parts):
        name = part.casefold()
        match = _WITH_ACCOUNT.fullmatch(name)
        service = _SYNCED.get(match[1] if match else name)
        if service:
            return Place(Hosting.SYNCED, service)
    return Place(Hosting.LOCAL)


def database_refusal(folder: Path, mounts: Path = MOUNTS) -> str:
    """Why the database may not lie in `folder`, as a sentence; '' when it may."""
    words = place_of(folder, mounts).words
    if not words:
        return ""
    return (
        f"The library's database cannot be kept in {folder}: it is {words}, and databases break"
        " there. Set FLUX_STUDIO_HOME to a folder on a disk of this computer; the pictures alone"
        " may lie there (setting library_folder)."
    )


def pictures_note(folder: Path, mounts: Path = MOUNTS) -> str:
    """What to know about pictures in `folder`, as a sentence; '' when there is nothing."""
    place = place_of(folder, mounts)
    match place.hosting:
        case Hosting.NETWORK:
            return f"The pictures are on {place.words}: when it is gone, new ones wait for it."
        case Hosting.SYNCED:
            return f"The pictures are in {place.words}: prompts and costs travel with them."
        case Hosting.LOCAL:
            return ""


def _mounted_kind(path: Path, mounts: Path) -> str:
    """The type of the network file system that `path` is on, '' for any other."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind, options = Path("/"), "", ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 4:
            continue
        point = Path(_unescaped(fields[1]))
        # The system's own root is never "another machine" to itself, whatever carries it.
        if point != Path("/") and path.is_relative_to(point) and len(str(point)) >= len(str(best)):
            best, kind, options = point, fields[2], fields[3]
    is_network = kind in _NETWORK or _NETWORK_FUSE.fullmatch(kind) is not None
    return kind if is_network and _SANDBOX not in options else ""


def _unescaped(text: str) -> str:
    """Blanks and the like stand as octal numbers in the list of mounts."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _windows_kind(path: Path) -> str:
    """'network share' for a share, or for a letter that stands for one."""
    if path.drive.startswith("\\\\"):
        return "network share"
    import ctypes

    remote = 4  # DRIVE_REMOTE of GetDriveTypeW
    windll = getattr(ctypes, "windll", None)
    if windll and path.drive and windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == remote:
        return "network share"
    return ""
