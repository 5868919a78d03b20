"""What is sent of a reference, looked at before it is sent: its pixels, its size, and what of the
file stays here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.decode import Decoder
from flux_studio.storage.references import ReferenceStore


class Sends(Protocol):
    """Makes the copy that leaves: `storage.library`."""

    def outgoing(self, reference: Reference) -> tuple[bytes, str]: ...


@dataclass(frozen=True, slots=True)
class SentCopy:
    """The very bytes that would leave: their `size` (px), `byte_count`, MIME type and sha256.
    `left_out` are words of `picture_facts.CARRIED` for what the picture's file carries and the copy
    does not. `preview` is made from the copy: width, height (px) and RGBX.
    """

    size: Size
    byte_count: int
    mime: str
    sha256: str
    left_out: tuple[str, ...]
    preview: tuple[int, int, bytes]


def sent_copy(
    decoder: Decoder, store: ReferenceStore, library: Sends, reference: Reference, side: int
) -> SentCopy:
    """Make the copy as for sending, with a preview of at most `side` px. Blocking. Raises
    PictureUnreadable, NotKept, PictureRefused.
    """
    data, mime = library.outgoing(reference)
    facts = decoder.inspect(data, purpose="reference")
    before = decoder.carried(store.read(reference.whole))
    still = set(decoder.carried(data))
    return SentCopy(
        size=Size(*facts.shown_size),
        byte_count=len(data),
        mime=mime,
        sha256=hashlib.sha256(data).hexdigest(),
        left_out=tuple(word for word in before if word not in still),
        preview=decoder.preview(data, side),
    )
