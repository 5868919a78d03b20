"""A part of a reference through the whole studio: the bytes that a provider's twin receives are
those that the preview showed, and part, role and shelf are there again after a restart.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from PIL import Image

from flux_studio.core.crop import Box
from flux_studio.core.prompt.roles import Role
from flux_studio.core.size import Size
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.whole import whole_studio

LONG = 30_000  # ms


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CANARY maker"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(
        file, "JPEG", exif=exif
    )
    return file.getvalue()


def test_what_is_sent_is_the_part_that_was_shown(qtbot, tmp_path):
    with hosting(RunApiHost) as host:
        env = {**host.environ, "RUNAPI_API_KEY": host.key}
        with whole_studio(tmp_path, env) as whole:
            studio = whole.studio
            whole.choose("runapi")
            studio.set_prompt("a fox")
            studio.references.take_bytes(photo(), "photo.jpg")
            qtbot.waitUntil(lambda: len(studio.state.draft.references) == 1, timeout=LONG)
            (reference,) = studio.state.draft.references
            edit = replace(reference.as_edit, crop=Box(100, 100, 1000, 800), turns=1)
            studio.slots.edit(reference, edit)
            qtbot.waitUntil(lambda: studio.state.draft.references[0].edit == edit, timeout=LONG)
            studio.slots.set_role(0, Role.STYLE)
            studio.pins.pin(studio.state.draft.references[0], "Evening")
            qtbot.waitUntil(lambda: len(studio.pins.pins) == 1, timeout=LONG)
            shown = studio.library.sent_copy(studio.state.draft.references[0], 64)
            studio.generate()
            qtbot.waitUntil(lambda: bool(whole.saved), timeout=LONG)
            saved = whole.saved[0]
        (upload,) = host.uploads.values()
        assert hashlib.sha256(upload.data).hexdigest() == shown.sha256
        assert Image.open(io.BytesIO(upload.data)).size == (800, 1000)
        assert b"CANARY" not in upload.data
        assert shown.left_out == ("location", "camera")
        assert saved.request.prompt == "a fox\nUse @image1 for the style."
        assert saved.request.references[0].edit == edit
        with whole_studio(tmp_path, env) as whole:
            studio = whole.studio
            qtbot.waitUntil(lambda: len(studio.pins.pins) == 1, timeout=LONG)
            assert studio.pins.pins[0].name == "Evening"
            assert studio.state.draft.references == saved.request.references
            assert studio.slots.roles == {1: Role.STYLE}
            studio.remove_reference(0)
            studio.recall(whole.workshop.gallery().get(saved.id))
            (again,) = studio.state.draft.references
            assert (again.edit, again.size, again.whole.size) == (
                edit, Size(800, 1000), Size(1600, 1200),
            )  # fmt: skip
