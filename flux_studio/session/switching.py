"""How soon the main thread gets its turn while worker threads run Python code.

Between two calls of Qt it gives Python's lock away, and a worker that has it may keep it for one
switch interval: by default 5 ms, which several times in one turn is a gap that is felt.
"""

from __future__ import annotations

import sys

INTERVAL = 0.0005  # seconds; shorter ones cost the workers more than the window gains


def switch_quickly() -> None:
    """Let no thread keep Python's lock for long while another one waits for it."""
    sys.setswitchinterval(INTERVAL)
