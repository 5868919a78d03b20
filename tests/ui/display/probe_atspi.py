"""Reads the accessible tree of Flux Studio over AT-SPI, as a screen reader does, and presses
Generate.

Runs on the system's Python, which has PyGObject: `probe_atspi.py NAME…` prints a JSON object with
the roles of these accessible names, and `--press NAME` performs the action of one.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  # the version comes first

PATIENCE = 20.0  # seconds


def walk(node, depth=0):
    yield node
    if depth > 30:
        return
    for number in range(node.get_child_count()):
        child = node.get_child_at_index(number)
        if child is not None:
            yield from walk(child, depth + 1)


def studio():
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        for number in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(number)
            if app is not None and "lux" in (app.get_name() or ""):
                return app
        time.sleep(0.2)
    sys.exit("no Flux Studio on the accessibility bus")


def main():
    wanted = [name for name in sys.argv[1:] if name != "--press"]
    press = sys.argv[sys.argv.index("--press") + 1] if "--press" in sys.argv else None
    found, roles, end = {}, {}, time.monotonic() + PATIENCE
    app = studio()
    while time.monotonic() < end and not set(wanted) <= set(found):
        try:
            found = {name: node for node in walk(app) if (name := node.get_name() or "") in wanted}
            roles = {name: node.get_role_name() for name, node in found.items()}
        except GLib.GError:  # the window still builds its panels: what was read is gone
            found = {}
        time.sleep(0.2)
    print(json.dumps(roles))
    if press is not None:
        found[press].get_action_iface().do_action(0)


main()
