"""A file manager of the session bus that only says what it was asked to show, and then how a call
to it ended. Run by the system's own Python, which has PyGObject; not collected as a test.

    dbus-run-session -- python3 file_manager.py COMMAND…
"""

import sys

from gi.repository import Gio, GLib  # type: ignore[import-not-found]  # of the system's Python

NAME = "org.freedesktop.FileManager1"
FACE = f"""<node><interface name="{NAME}"><method name="ShowItems">
<arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface></node>"""


def on_call(_bus, _sender, _path, _face, method, values, call):
    sys.stdout.write(" ".join(map(str, (method, *values.unpack()))) + "\n")
    sys.stdout.flush()
    call.return_value(None)


def on_bus(bus, _name):
    face = Gio.DBusNodeInfo.new_for_xml(FACE).interfaces[0]
    bus.register_object("/org/freedesktop/FileManager1", face, on_call, None, None)


def on_name(_bus, _name):
    asker = Gio.Subprocess.new(sys.argv[1:], Gio.SubprocessFlags.NONE)
    asker.wait_async(None, lambda *_: loop.quit())


if __name__ == "__main__":
    loop = GLib.MainLoop()
    Gio.bus_own_name(Gio.BusType.SESSION, NAME, 0, on_bus, on_name, None)
    loop.run()
