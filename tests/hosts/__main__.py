"""Starts every twin of this folder for hand use and prints the environment that leads the studio to
them.

    python -m tests.hosts [--seconds 3]

`--seconds` is how long each job takes. Keys are printed too; they are worth nothing. Ctrl-C ends
it.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import signal
import sys
import threading

import tests.hosts
from tests.hosts.server import HostServer

KEY_NAMES = {
    "runapi": "RUNAPI_API_KEY",
    "runflow": "RUNFLOW_API_KEY",
    "bfl": "BFL_API_KEY",
    "fal": "FAL_KEY",
    "replicate": "REPLICATE_API_TOKEN",
}


def known() -> list[type[HostServer]]:
    """All twins of the folder, by provider."""
    for module in pkgutil.iter_modules(tests.hosts.__path__):
        if module.name in KEY_NAMES:
            importlib.import_module(f"tests.hosts.{module.name}")
    found = [kind for kind in HostServer.__subclasses__() if kind.provider in KEY_NAMES]
    return sorted(found, key=lambda kind: kind.provider)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hosts")
    parser.add_argument("--seconds", type=float, default=3.0)
    wait = parser.parse_args().seconds
    # A shell that starts it in the background has Ctrl-C ignored, and Python leaves it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hosts = [kind().start() for kind in known()]
    try:
        for host in hosts:
            host.duration = lambda: wait
            for name, value in host.environ.items():
                sys.stdout.write(f"export {name}={value}\n")
            sys.stdout.write(f"export {KEY_NAMES[host.provider]}={host.key}\n")
        sys.stdout.flush()
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        for host in hosts:
            host.stop()


if __name__ == "__main__":
    main()
