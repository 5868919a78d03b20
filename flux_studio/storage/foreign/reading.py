"""The settings inside a picture, whichever program wrote them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flux_studio.storage.foreign import (
    a1111,
    comfyui,
    draw_things,
    fooocus,
    invokeai,
    novelai,
    swarmui,
)
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.foreign.texts import Texts, texts_of

_log = logging.getLogger(__name__)

# Those with a name of their own first; the bare text of A1111 is what many others write as well.
READERS: tuple[Callable[[Texts], Found | None], ...] = (
    invokeai.read,
    swarmui.read,
    fooocus.read,
    novelai.read,
    draw_things.read,
    a1111.read,
    comfyui.read,
)


def read_settings(data: bytes) -> Found | None:
    """What a PNG, JPEG or WebP file says of how it was made; None where it says nothing that is
    understood. Never raises; at most some tens of milliseconds, on any thread but the main one.
    """
    return settings_in(texts_of(data))


def settings_in(texts: Texts) -> Found | None:
    """The settings in the texts of a picture."""
    for read in READERS:
        try:
            found = read(texts)
        except Exception:  # noqa: BLE001 - a stranger's text must never stop an import
            _log.warning("a reader of settings failed: %s", read.__module__, exc_info=True)
            continue
        if found is not None:
            return found
    return None
