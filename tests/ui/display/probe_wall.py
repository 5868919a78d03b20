"""Reads the wall over AT-SPI, as a screen reader does: prints a JSON object with the role of the
gallery, how many items it says it has, what some of them are called, and what is selected after one
was chosen.

Runs on the system's Python, which has PyGObject: `probe_wall.py COUNT` waits for that many items.
"""

import json
import sys

from atspi_tree import Atspi, studios, wait_for, walk  # type: ignore[import-not-found]  # it stands beside

PATIENCE = 30  # seconds


def gallery(wanted):
    """The gallery, once it says that it has so many items."""
    for app in studios():
        for node in walk(app, leaf="Gallery"):
            if node.get_name() == "Gallery" and node.get_child_count() >= wanted:
                return node
    return None


def main():
    wanted = int(sys.argv[1])
    node = wait_for(lambda: gallery(wanted), PATIENCE)
    if node is None:
        sys.exit("no gallery with so many items on the accessibility bus")
    third = node.get_child_at_index(2)
    rect = third.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    selection = node.get_selection_iface()
    chosen = selection.select_child(2)
    picked = selection.get_selected_child(0) if selection.get_n_selected_children() else None
    wait_for(lambda: "," in (third.get_name() or ""), PATIENCE)
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
