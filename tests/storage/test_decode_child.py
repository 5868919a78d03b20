"""The processes behind the decoder: their limits, their deaths, and the lies they may tell."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from flux_studio.storage.decode import Decoder, DecoderUnavailable, PictureRefused
from flux_studio.storage.decode_worker import DecodeWorker, child_environment

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux, read from /proc")


def reason_of(decoder: Decoder, data: bytes) -> str:
    with pytest.raises(PictureRefused) as caught:
        decoder.inspect(data, purpose="reference")
    return caught.value.reason


HANG = "import threading; threading.Event().wait()"


def child_of(decoder: Decoder) -> int:
    (worker,) = decoder._idle
    return worker.pid


def test_a_killed_child_is_replaced_and_nobody_notices(decoder, encode) -> None:
    decoder.inspect(encode("PNG"), purpose="result")
    before = child_of(decoder)
    os.kill(before, 9)
    assert decoder.inspect(encode("PNG"), purpose="result").width == 64
    assert child_of(decoder) != before


def test_one_child_serves_many_pictures(decoder, encode) -> None:
    decoder.inspect(encode("PNG"), purpose="result")
    before = child_of(decoder)
    decoder.thumbnails(encode("JPEG"))
    assert child_of(decoder) == before


@linux_only
def test_the_child_can_open_nothing_and_has_little_memory(decoder, encode) -> None:
    decoder.inspect(encode("PNG"), purpose="result")
    pid = child_of(decoder)
    limits = Path(f"/proc/{pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max open files"][:2] == ["3", "3"]
    assert rows["Max address space"][:2] == [str(768 * 1024 * 1024)] * 2
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max cpu time"][0] != "unlimited"
    assert len(list(Path(f"/proc/{pid}/fd").iterdir())) <= 4  # 3, and a late close by the listing


@linux_only
def test_an_idle_child_is_small_again_after_a_large_picture(decoder, encode) -> None:
    largest = encode("WEBP", Image.new("RGB", (4096, 4096), "teal"), method=0)
    decoder.preview(largest, 0)
    decoder.inspect(encode("PNG"), purpose="result")  # its answer shows that the first is done
    status = Path(f"/proc/{child_of(decoder)}/status").read_text().splitlines()
    kilobytes = {line.split()[0]: int(line.split()[1]) for line in status if line.startswith("Vm")}
    assert kilobytes["VmHWM:"] > 200_000
    assert kilobytes["VmRSS:"] < 60_000


def has_huge_pages() -> bool:
    """Whether glibc (from 2.35 on) can ask this system for huge pages, and would get them."""
    switch = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if sys.platform != "linux" or not switch.exists() or "[never]" in switch.read_text():
        return False
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    return name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) >= (2, 35)


@pytest.mark.skipif(not has_huge_pages(), reason="no huge pages for who asks for them")
def test_a_large_picture_gets_its_memory_in_huge_pages(decoder, encode) -> None:
    data = encode("PNG", Image.new("RGB", (4096, 4096), "teal"), compress_level=1)
    decoder.inspect(encode("PNG"), purpose="result")
    stat = Path(f"/proc/{child_of(decoder)}/stat")
    before = int(stat.read_text().split()[9])  # pages that were fetched, proc(5)
    decoder.inspect(data, purpose="result")
    fetched = int(stat.read_text().split()[9]) - before
    assert fetched < 4096 * 4096 * 4 // os.sysconf("SC_PAGESIZE") // 2


@linux_only
def test_the_child_sees_no_key_of_the_user(monkeypatch, encode) -> None:
    monkeypatch.setenv("BFL_API_KEY", "canary-1")
    monkeypatch.setenv("FAL_KEY", "canary-2")
    monkeypatch.setenv("REPLICATE_API_TOKEN", "canary-3")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:canary-4@proxy")
    fresh = Decoder(deadline_s=60)
    fresh.inspect(encode("PNG"), purpose="result")
    seen = Path(f"/proc/{child_of(fresh)}/environ").read_text()
    fresh.close()
    assert "MALLOC_ARENA_MAX" in seen
    assert "canary" not in seen
    assert not any("canary" in value for value in child_environment().values())


def test_a_child_that_never_answers_is_killed_at_the_deadline(encode) -> None:
    hung = Decoder(
        deadline_s=0.3,
        command=[sys.executable, "-c", HANG],
    )
    began = time.monotonic()
    assert reason_of(hung, encode("PNG")) == "timeout"
    assert time.monotonic() - began < 10
    assert hung._idle == []
    hung.close()


def test_a_child_that_dies_every_time_is_a_crash(encode) -> None:
    dead = Decoder(command=[sys.executable, "-c", "import sys; sys.stdin.buffer.read(9)"])
    assert reason_of(dead, encode("PNG")) == "crashed"
    dead.close()


LIAR = """
import os, sys
from flux_studio.storage.decode_frames import read_frame, write_frame
source, target = os.fdopen(0, "rb"), os.fdopen(1, "wb")
while read_frame(source, 1 << 26):
    write_frame(target, {header}, {blobs})
"""


@pytest.mark.parametrize(
    ("header", "blobs"),
    [
        ("{}", "[]"),
        ("{'facts': {'mime': 'image/svg+xml'}}", "[b'<svg/>', b'<svg/>']"),
        ("{'refused': 'unheard of'}", "[]"),
        ("{'refused': ['x']}", "[]"),
        ("{'refused': 'too_many_pixels'}", "[]"),
        ("{'width': 4000, 'height': 4000, 'mime': 'image/png'}", "[b'short']"),
    ],
)
def test_a_child_that_lies_is_not_believed(encode, monkeypatch, header: str, blobs: str) -> None:
    monkeypatch.setattr("flux_studio.storage.decode_worker._PASSED_ON", ("PYTHONPATH",))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    script = LIAR.replace("{header}", header).replace("{blobs}", blobs)
    liar = Decoder(command=[sys.executable, "-c", script])
    data = encode("PNG")
    for ask in (
        lambda: liar.inspect(data, purpose="result"),
        lambda: liar.thumbnails(data),
        lambda: liar.preview(data, 0),
        lambda: liar.reference_upload(data),
    ):
        with pytest.raises(PictureRefused) as caught:
            ask()
        assert caught.value.reason == "crashed"
    liar.close()


def test_a_child_that_cannot_be_started_says_nothing_about_the_picture(encode) -> None:
    nowhere = Decoder(command=["/nowhere/at/all"])
    with pytest.raises(DecoderUnavailable):
        nowhere.inspect(encode("PNG"), purpose="result")


def test_a_closed_decoder_refuses_work_but_blames_no_picture(encode) -> None:
    closed = Decoder()
    closed.close()
    with pytest.raises(DecoderUnavailable):
        closed.inspect(encode("PNG"), purpose="result")


def test_closing_frees_a_thread_that_waits_and_leaves_no_child(encode, monkeypatch) -> None:
    hung = Decoder(deadline_s=60, command=[sys.executable, "-c", HANG])
    working = threading.Event()
    real = DecodeWorker.ask

    def ask(self: DecodeWorker, *arguments):
        working.set()
        return real(self, *arguments)

    monkeypatch.setattr(DecodeWorker, "ask", ask)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(hung.inspect, encode("PNG"), purpose="result")
        assert working.wait(10)
        (worker,) = hung._busy
        hung.close()
        assert isinstance(answer.exception(10), DecoderUnavailable)
    assert worker._child.poll() is not None


def test_many_threads_are_served_by_two_children(encode) -> None:
    shared = Decoder(workers=2, deadline_s=60)
    pictures = [encode("PNG", (40 + n, 30)) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        facts = list(pool.map(lambda data: shared.inspect(data, purpose="result"), pictures))
    assert [f.width for f in facts] == [40 + n for n in range(12)]
    assert len(shared._idle) <= 2
    shared.close()


def test_the_child_ends_with_the_application(encode) -> None:
    code = (
        "import sys; from flux_studio.storage.decode import Decoder\n"
        "d = Decoder(deadline_s=60); d.inspect(sys.stdin.buffer.read(), purpose='result')\n"
        "print(d._idle[0].pid)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=encode("PNG"),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stderr == b""
    with pytest.raises(ProcessLookupError):
        os.kill(int(run.stdout), 0)


def test_the_child_imports_little() -> None:
    code = "import sys, flux_studio.storage.decode_child; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    heavy = {"asyncio", "sqlite3", "httpx", "msgspec", "keyring", "PySide6", "socket", "ssl"}
    assert "PIL.Image" in run.stdout.split()
    assert heavy.isdisjoint(run.stdout.split())
