import io
from concurrent.futures import Future

import pytest
from PIL import Image

from flux_studio.core.size import Size
from flux_studio.session.composing import ON_ITS_WAY


def png(path, size=(300, 200), color="#C2536B"):
    Image.new("RGB", size, color).save(path)
    return path


def test_files_become_references_in_the_order_given(studio, qtbot, tmp_path):
    first, second = png(tmp_path / "a.png"), png(tmp_path / "b.png", color="#222222")
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([first, second])
    assert [r.name for r in studio.state.draft.references] == ["a.png", "b.png"]
    assert studio.state.draft.references[0].size == Size(300, 200)
    assert studio.state.edits
    assert studio.state.notice is not None, "the change to editing is announced"


def test_the_bytes_are_kept_so_the_file_may_go(desk, studio, qtbot, tmp_path):
    file = png(tmp_path / "a.png")
    data = file.read_bytes()
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([file])
    file.unlink()
    assert desk.workshop.references.read(studio.state.draft.references[0]) == data


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("cut.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30, "cut.png"),
        ("page.png", b"<!doctype html><html></html>", "page.png"),
        ("evil.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "evil.png"),
        ("empty.png", b"", "empty.png"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(studio, qtbot, tmp_path, name, content, word):
    (tmp_path / name).write_bytes(content)
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([tmp_path / name])
    assert studio.state.draft.references == ()
    assert studio.state.reference_problems[0].startswith(word)
    studio.dismiss_reference_problems()
    assert studio.state.reference_problems == ()


def test_folder_fifo_and_nothing_are_refused_without_waiting(studio, qtbot, tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.png")
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([tmp_path, tmp_path / "pipe.png", tmp_path / "gone.png"])
    assert len(studio.state.reference_problems) == 3


def test_one_bad_file_does_not_lose_the_good_one(studio, qtbot, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no")
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([tmp_path / "bad.png", png(tmp_path / "good.png")])
    assert [r.name for r in studio.state.draft.references] == ["good.png"]
    assert len(studio.state.reference_problems) == 1


def test_a_drop_on_a_slot_replaces_it(studio, qtbot, tmp_path):
    for name, color in (("a.png", "#111111"), ("b.png", "#222222")):
        with qtbot.waitSignal(studio.references.taken, timeout=10_000):
            studio.references.take_files([png(tmp_path / name, color=color)])
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "#333333").save(buffer, "JPEG")
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_bytes(buffer.getvalue(), "pasted.jpg", slot=0)
    assert [r.name for r in studio.state.draft.references] == ["pasted.jpg", "b.png"]


def test_reading_is_counted_while_it_lasts(studio, qtbot, tmp_path):
    studio.references.take_files([png(tmp_path / "a.png"), png(tmp_path / "b.png")])
    assert [(each.name, each.more) for each in studio.state.reading] == [("a.png", 1)]
    qtbot.waitUntil(lambda: not studio.state.reading, timeout=10_000)


def test_a_download_holds_up_no_worker_and_can_be_given_up(studio, qtbot, tmp_path, monkeypatch):
    """The desk has one worker, and a server may never answer."""
    downloads: list[Future[bytes]] = []

    def fetch(url: str) -> Future[bytes]:
        downloads.append(Future())
        return downloads[-1]

    monkeypatch.setattr(studio.references, "_fetch", fetch)
    studio.references.take_address("https://slow.test/a.png")
    studio.references.take_address("https://slow.test/b.png")
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([png(tmp_path / "c.png")])
    assert [r.name for r in studio.state.draft.references] == ["c.png"]
    assert [a.address for a in studio.state.reading] == [
        "https://slow.test/a.png", "https://slow.test/b.png",
    ]  # fmt: skip
    assert studio.state.blocker is ON_ITS_WAY
    studio.references.give_up(studio.state.reading[0].number)
    assert downloads[0].cancelled()
    assert len(studio.state.reading) == 1
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        downloads[1].set_result((tmp_path / "c.png").read_bytes())
    assert studio.state.reading == ()
    assert studio.state.blocker is not ON_ITS_WAY
    assert studio.state.reference_problems == ()


def test_what_is_given_up_while_it_is_read_does_not_come(studio, qtbot, tmp_path):
    studio.references.take_files([png(tmp_path / "a.png")])
    studio.references.give_up(studio.state.reading[0].number)
    studio.references.give_up(77)  # nobody's
    with qtbot.waitSignal(studio.references.taken, timeout=10_000):
        studio.references.take_files([png(tmp_path / "b.png")])
    assert [r.name for r in studio.state.draft.references] == ["b.png"]
    assert studio.state.coming == 0
