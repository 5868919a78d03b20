"""A Secret Service on the session bus that misbehaves: hang, garbage or error.

`python keyring_stand_in.py MODE` takes the service's name on the bus, prints "ready" and then
answers every call as MODE says.
"""

import sys

from jeepney import MessageType, message_bus, new_error, new_method_return  # type: ignore[import-untyped]  # ships no types
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # ships no types


def main(mode: str) -> None:
    connection = open_dbus_connection("SESSION")
    connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        message = connection.receive()
        if message.header.message_type != MessageType.method_call:
            continue
        if mode == "garbage":
            connection.send(new_method_return(message, "s", ("garbage",)))
        elif mode == "error":
            failure = "org.freedesktop.DBus.Error.Failed"
            connection.send(new_error(message, failure, "s", ("boom",)))


if __name__ == "__main__":
    main(sys.argv[1])
