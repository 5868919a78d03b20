"""No key and no signed address anywhere: real commands at each twin with a key that is easy to
recognise, then a search through every file they wrote, everything they said, and the arguments and
environments of the children they had.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from flux_studio.storage.paths import Paths
from tests.commands.shell import ROOT, hurry, process_env
from tests.faults.studio import KINDS
from tests.hosts.fixtures import hosting
from tests.hosts.server import HostServer
from tests.storage.samples import png

KEY = "canary-key-7f3e9b41c2d85a60"
LOOK_S = 0.01
pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")


@dataclass
class Seen:
    """What the commands left and said; `children` maps a child's command line to its
    environment.
    """

    said: bytes = b""
    own_arguments: bytes = b""
    children: dict[bytes, bytes] = field(default_factory=dict)


def children_of(parent: int) -> list[int]:
    """All processes below one, however deep."""
    found, waiting = [], [parent]
    while waiting:
        task = Path(f"/proc/{waiting.pop()}/task")
        try:
            lists = [(thread / "children").read_text() for thread in task.iterdir()]
        except OSError:
            continue
        below = [int(number) for text in lists for number in text.split()]
        found += below
        waiting += below
    return found


def look_at_children(process: subprocess.Popen[bytes], seen: Seen) -> None:
    """Read command line and environment of each child while it runs."""
    rest = threading.Event()
    while process.poll() is None:
        for number in children_of(process.pid):
            try:
                command = Path(f"/proc/{number}/cmdline").read_bytes()
                environment = Path(f"/proc/{number}/environ").read_bytes()
            except OSError:
                continue
            # A child between fork and exec is still its parent.
            if command and command != seen.own_arguments:
                seen.children[command] = environment
        rest.wait(LOOK_S)


def arguments_of(process: subprocess.Popen[bytes]) -> bytes:
    """The command line of a process that has just begun; for a moment it reads as empty."""
    rest = threading.Event()
    while process.poll() is None:
        if found := Path(f"/proc/{process.pid}/cmdline").read_bytes():
            return found
        rest.wait(LOOK_S / 10)
    return b""


def run(seen: Seen, home: Path, environ: dict[str, str], *arguments: str, typed: str = "") -> int:
    """One real command, watched; its exit code."""
    with subprocess.Popen(
        [sys.executable, "-m", "flux_studio", *arguments], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env=process_env(FLUX_STUDIO_HOME=str(home), FLUX_STUDIO_PRACTICE_DELAY="0", **environ),
    ) as process:  # fmt: skip
        seen.own_arguments = arguments_of(process)
        assert KEY.encode() not in seen.own_arguments
        watch = threading.Thread(target=look_at_children, args=(process, seen))
        watch.start()
        out, err = process.communicate(typed.encode(), timeout=60)
        watch.join()
    seen.said += out + err
    return process.returncode


def canaries(host: HostServer) -> list[bytes]:
    """The key in every form it could be kept in, and the signatures of the addresses given out."""
    plain = KEY.encode()
    forms = [plain, base64.b64encode(plain).rstrip(b"="), plain.hex().encode(), plain[::-1]]
    forms += [KEY.encode("utf-16-le")]
    for asked in host.requests:
        values = parse_qs(urlsplit(asked.target).query)
        for name in ("signature", "sig", "token"):
            forms += [value.encode() for value in values.get(name, []) if len(value) > 8]
    return forms


def hits(seen: Seen, home: Path, host: HostServer) -> list[str]:
    """Where a canary was found."""
    places = {f"file {path.relative_to(home)}": path.read_bytes()
              for path in home.rglob("*") if path.is_file()}  # fmt: skip
    places["what was said"] = seen.said
    for number, (command, environment) in enumerate(seen.children.items()):
        places[f"child {number} arguments"] = command
        places[f"child {number} environment"] = environment
    found = canaries(host)
    return [place for place, data in places.items() if any(form in data for form in found)]


def live(provider: str, home: Path, seen: Seen, host: HostServer) -> None:
    """A day with the command line: pictures, an edit, faults, and every other command."""
    host.key = KEY
    environ = {**host.environ, KINDS[provider][1]: KEY}
    hurry(Paths.under(home))
    fox = home / "fox.png"
    fox.write_bytes(png(64, 64))
    small = () if provider == "runapi" else ("--size", "256x256")
    order = ("generate", "a red fox", "--provider", provider, "--json", *small)
    assert run(seen, home, environ, *order) == 0
    assert run(seen, home, environ, *order, "--ref", str(fox)) == 0
    host.fault("submit", "422", message=f"The key {KEY} is odd.")
    host.fault("result", "truncated")
    host.fault("check", "badjson")
    assert run(seen, home, environ, *order) == 3
    assert run(seen, home, environ, *order) == 0
    host.fault("submit", "badjson")
    run(seen, home, environ, *order)
    for words in (
        ("jobs", "--json"),
        ("price", "--json"),
        ("doctor", "--json"),
        ("doctor",),
        ("keys", "status", "--json"),
        ("library", "verify"),
        ("library", "list"),
    ):
        run(seen, home, environ, *words)
    run(seen, home, {**host.environ}, "keys", "set", provider, typed=KEY)
    run(seen, home, environ, "generate", "a practice fox")


def scan(provider: str, home: Path) -> tuple[list[str], Seen]:
    """The hits of one provider's day, and what was looked at."""
    seen = Seen()
    with hosting(KINDS[provider][0]) as host:
        live(provider, home, seen, host)
        assert any(KEY in value for asked in host.requests for value in asked.headers.values())
        assert len(canaries(host)) >= 5
        return hits(seen, home, host), seen


CHOSEN = sorted(KINDS) if os.environ.get("FLUX_STUDIO_CANARIES") == "all" else ["bfl"]


@pytest.mark.parametrize("provider", CHOSEN)
def test_no_key_and_no_signed_address_shows_anywhere(provider: str, tmp_path: Path) -> None:
    found, seen = scan(provider, tmp_path)
    assert found == []
    assert any(b"decode" in command for command in seen.children), "no decoder was seen"
    assert any(b"practice" in command for command in seen.children), "no practice child was seen"


def test_the_search_finds_a_key_in_each_of_its_places(tmp_path: Path) -> None:
    """If it found nothing here, finding nothing above would prove nothing."""
    with hosting(KINDS["bfl"][0]) as host:
        assert hits(Seen(), tmp_path, host) == []
        (tmp_path / "log").write_bytes(b"x" + base64.b64encode(KEY.encode()) + b"x")
        assert hits(Seen(), tmp_path, host) == ["file log"]
        (tmp_path / "log").unlink()
        assert hits(Seen(said=KEY.encode()), tmp_path, host) == ["what was said"]
        child = Seen(children={b"decode": f"BFL_API_KEY={KEY}".encode()})
        assert hits(child, tmp_path, host) == ["child 0 environment"]


def test_the_search_sees_the_environment_of_a_child(tmp_path: Path) -> None:
    seen = Seen()
    with subprocess.Popen(["bash", "-c", "sleep 30 & wait"], env={"CANARY": KEY}) as process:
        watch = threading.Thread(target=look_at_children, args=(process, seen))
        watch.start()
        rest = threading.Event()
        while not seen.children:
            rest.wait(LOOK_S)
        for number in (*children_of(process.pid), process.pid):
            os.kill(number, 9)
        watch.join()
    assert any(KEY.encode() in environment for environment in seen.children.values())
