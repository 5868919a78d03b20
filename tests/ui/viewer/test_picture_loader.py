"""What the loader gives out, and when."""

from __future__ import annotations

import io
import threading
import weakref
from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import pytest
from PIL import Image

from flux_studio.core.size import Size
from flux_studio.ui.viewer import picture_loader
from flux_studio.ui.viewer.picture_loader import Loaded, PictureLoader, Sharpness


@pytest.fixture
def loader(desk):
    made = PictureLoader(desk.studio.library)
    yield made
    made.close()


def test_the_sharp_one_comes_without_halves_and_the_whole_with_them(desk, picture, loader, qtbot):
    large = replace(picture(0), size=Size(3000, 1500))
    file = io.BytesIO()
    Image.linear_gradient("L").resize((3000, 1500)).convert("RGB").save(file, "PNG")
    desk.studio.library.file(large).write_bytes(file.getvalue())
    came: list[Loaded] = []
    loader.came.connect(came.append)
    loader.load_both(large, 1400)
    qtbot.waitUntil(lambda: len(came) == 2, timeout=20_000)
    sharp, whole = came
    assert (sharp.sharpness, whole.sharpness) == (Sharpness.PREVIEW, Sharpness.FULL)
    assert [(level.width(), level.height()) for level in sharp.levels] == [(1400, 700)]
    assert [level.width() for level in whole.levels] == [3000, 1500, 750]
    assert loader.kept(large.id) is whole


@pytest.fixture
def slow(desk, monkeypatch):
    """Decoding that has begun when `begun` is set and ends when `go` is."""
    view, slow = desk.studio.library.view, SimpleNamespace(begun=Event(), go=Event())

    def slowly(*asked):
        slow.begun.set()
        assert slow.go.wait(10)
        return view(*asked)

    monkeypatch.setattr(desk.studio.library, "view", slowly)
    yield slow
    slow.go.set()


@pytest.fixture
def one_by_one(monkeypatch):
    """Loaders that serve a wish when they have ended the one before."""
    monkeypatch.setattr(picture_loader, "THREADS", 1)


@pytest.mark.parametrize("ask", ["load_preview", "load_both"])
def test_what_comes_after_it_was_let_go_of_is_not_kept(
    picture, one_by_one, loader, slow, qtbot, ask
):
    came: list[Loaded] = []
    loader.came.connect(came.append)
    getattr(loader, ask)(picture(0), 200)
    assert slow.begun.wait(10)
    loader.forget()
    slow.go.set()
    loader.load_thumbnail(picture(1).id)
    qtbot.waitUntil(lambda: loader.kept(picture(1).id) is not None, timeout=20_000)
    assert [each.id for each in came] == [picture(1).id]
    assert loader.kept(picture(0).id) is None


def test_what_was_let_go_of_on_its_way_can_be_asked_for_again(picture, loader, slow, qtbot):
    loader.load_full(picture(0))
    assert slow.begun.wait(10)
    loader.forget()
    loader.load_full(picture(0))
    slow.go.set()
    qtbot.waitUntil(lambda: loader.kept(picture(0).id) is not None, timeout=20_000)


def test_what_is_let_go_of_is_gone_at_once_and_freed_elsewhere(desk, picture, loader, qtbot):
    loader.load_preview(picture(0), 400)
    qtbot.waitUntil(lambda: loader.kept(picture(0).id) is not None, timeout=20_000)
    freed: list[int] = []
    kept = loader.kept(picture(0).id)
    weakref.finalize(kept.levels[0], lambda: freed.append(threading.get_ident()))
    del kept
    loader.forget()
    assert loader.kept(picture(0).id) is None
    qtbot.waitUntil(lambda: bool(freed))
    assert freed[0] != threading.get_ident()
