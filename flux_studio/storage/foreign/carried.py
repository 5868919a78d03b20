"""The settings a dropped picture brings along: ours from the library or its sidecar, else what
another program wrote into it.
"""

from __future__ import annotations

from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.foreign.reading import read_settings
from flux_studio.storage.sidecar import SidecarUnreadable, read_sidecar, sidecar_path


def settings_of(
    data: bytes, path: Path | None, generation: Generation | None
) -> Generation | Found | None:
    """What can be loaded from a picture; `generation` is the picture of the library that it is, if
    it is one. None when it says nothing. Blocking; never raises.
    """
    return generation or _beside(path) or read_settings(data)


def _beside(path: Path | None) -> Generation | None:
    """From the sidecar of ours beside a picture of another library."""
    if path is None or not sidecar_path(path).is_file():
        return None
    try:
        return read_sidecar(sidecar_path(path), path.parent).generation
    except (SidecarUnreadable, ValueError):
        return None
