"""Practice draws in a child process of low priority, so that the window beside it stays quick.

Drawing is long work on every core; in threads it would fight the window for Python's lock. The
child reads one request (a JSON line, then the references' bytes) and writes the picture's bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

CHILD_ARGUMENT = "--practice-child"  # how the frozen program starts it
DEADLINE = 120.0  # seconds; 4096 × 4096 takes about two on an idle machine
NICENESS = 10
_places = threading.BoundedSemaphore(2)  # more at once would only wait for each other


def draw_in_child(
    prompt: str,
    width: int,
    height: int,
    seed: int,
    references: Sequence[bytes],
    output_format: str,
) -> bytes:
    """The bytes of a picture of width × height px. Blocking. Raises OSError when it cannot be
    drawn.
    """
    request = {
        "prompt": prompt, "width": width, "height": height, "seed": seed,
        "format": output_format, "references": [len(data) for data in references],
    }  # fmt: skip
    sent = json.dumps(request).encode() + b"\n" + b"".join(references)
    with _places:
        try:
            run = subprocess.run(
                child_command(),
                input=sent,
                capture_output=True,
                timeout=DEADLINE,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as error:
            raise OSError("it took too long") from error
    if run.returncode or not run.stdout:
        words = run.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(words[-1] if words else "the drawing ended early")
    return run.stdout


def child_command() -> tuple[str, ...]:
    """The program and arguments that start the child from a checkout, a wheel or a frozen build."""
    if getattr(sys, "frozen", False):
        return sys.executable, CHILD_ARGUMENT
    root = Path(__file__).resolve().parents[2]
    start = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "from flux_studio.providers.practice_child import run_child; sys.exit(run_child())"
    )
    return sys.executable, "-I", "-c", start, str(root)


def run_child() -> int:
    """Draw one request from standard input. Returns the exit code."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICENESS)
    with os.fdopen(0, "rb") as source:
        request = json.loads(source.readline())
        references = [source.read(length) for length in request["references"]]
    from flux_studio.providers.practice_drawing.art import draw

    drawing = draw(
        request["prompt"], request["width"], request["height"], request["seed"],
        references=references, output_format=request["format"],
    )  # fmt: skip
    with os.fdopen(1, "wb") as target:
        target.write(drawing.data)
    return 0


def _environment() -> dict[str, str]:
    """What a child needs to start, and nothing that could hold a key."""
    wanted = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in wanted if name in os.environ}
