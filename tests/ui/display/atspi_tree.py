"""The accessible tree of Flux Studio as the probes read it. Runs on the system's Python, which has
PyGObject.
"""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  # the version comes first

DEEPEST = 30
EVERY = 100  # ms between two looks


def walk(node, leaf="", depth=0):
    """A node and all below it; what is called `leaf` is not entered."""
    yield node
    if depth > DEEPEST or (leaf and node.get_name() == leaf):
        return
    for number in range(node.get_child_count()):
        child = node.get_child_at_index(number)
        if child is not None:
            yield from walk(child, leaf, depth + 1)


def studios():
    """The applications on the bus that are ours."""
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(number)
        if app is not None and "lux" in (app.get_name() or ""):
            yield app


def wait_for(ask, patience):
    """What `ask` gives, as soon as that is something; None after `patience` seconds. What the bus
    tells is heard meanwhile.
    """
    loop, found, late = GLib.MainLoop(), [], []

    def look():
        try:
            answer = ask()
        except GLib.GError:  # the window still builds its panels: what was read is gone
            answer = None
        if answer:
            found.append(answer)
            loop.quit()
        return not answer and not late

    def give_up():
        late.append(True)
        loop.quit()
        return False

    if look():
        timer = GLib.timeout_add_seconds(patience, give_up)
        GLib.timeout_add(EVERY, look)
        loop.run()
        if not late:
            GLib.source_remove(timer)
    return found[0] if found else None
