"""Reads the accessible tree of Flux Studio over AT-SPI, as a screen reader does, and presses
Generate.

Runs on the system's Python, which has PyGObject: `probe_atspi.py NAME…` prints a JSON object with
the roles of these accessible names, and `--press NAME` performs the action of one.
"""

import json
import sys

from atspi_tree import studios, wait_for, walk  # type: ignore[import-not-found]  # it stands beside

PATIENCE = 20  # seconds


def main():
    wanted = [name for name in sys.argv[1:] if name != "--press"]
    press = sys.argv[sys.argv.index("--press") + 1] if "--press" in sys.argv else None
    app = wait_for(lambda: next(studios(), None), PATIENCE)
    if app is None:
        sys.exit("no Flux Studio on the accessibility bus")
    found = {}

    def all_there():
        found.clear()
        found.update({n: node for node in walk(app) if (n := node.get_name() or "") in wanted})
        return set(wanted) <= set(found)

    wait_for(all_there, PATIENCE)
    roles = {name: node.get_role_name() for name, node in found.items()}
    print(json.dumps(roles))
    if press is not None:
        found[press].get_action_iface().do_action(0)


main()
