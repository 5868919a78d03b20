"""Reads the wall over AT-SPI, as a screen reader does: prints a JSON object with the role of the
gallery, how many items it says it has, what some of them are called, and what is selected after one
was chosen.

Runs on the system's Python, which has PyGObject: `probe_wall.py COUNT` waits for that many items.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402  # the version comes first

PATIENCE = 30.0  # seconds


def walk(node, depth=0):
    yield node
    if depth > 30 or node.get_name() == "Gallery":
        return
    for number in range(node.get_child_count()):
        child = node.get_child_at_index(number)
        if child is not None:
            yield from walk(child, depth + 1)


def gallery(wanted):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        for number in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(number)
            if app is None or "lux" not in (app.get_name() or ""):
                continue
            for node in walk(app):
                if node.get_name() == "Gallery" and node.get_child_count() >= wanted:
                    return node
        time.sleep(0.2)
    sys.exit("no gallery with so many items on the accessibility bus")


def main():
    node = gallery(int(sys.argv[1]))
    third = node.get_child_at_index(2)
    rect = third.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    selection = node.get_selection_iface()
    chosen = selection.select_child(2)
    picked = selection.get_selected_child(0) if selection.get_n_selected_children() else None
    end = time.monotonic() + PATIENCE
    while "," not in (third.get_name() or "") and time.monotonic() < end:
        time.sleep(0.1)
    print(  # noqa: T201  # the answer of this program
        json.dumps(
            {
                "role": node.get_role_name(),
                "count": node.get_child_count(),
                "item_role": third.get_role_name(),
                "names": [node.get_child_at_index(n).get_name() for n in range(4)],
                "rect": [rect.x, rect.y, rect.width, rect.height],
                "chosen": bool(chosen),
                "picked": None if picked is None else picked.get_name(),
            }
        )
    )


main()
