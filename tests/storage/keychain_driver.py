"""Drives a `Keychain` in a process and a session of its own, one JSON line an action.

`python -m tests.storage.keychain_driver set:runflow:KEY get:runflow ...`; `stand-in:MODE`
starts the misbehaving service first, `lock` locks the keyring.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from flux_studio.core.secret import Secret
from flux_studio.storage.keychain import Keychain

STAND_IN = Path(__file__).with_name("keyring_stand_in.py")


def start_stand_in(mode: str) -> subprocess.Popen:
    stand_in = subprocess.Popen([sys.executable, str(STAND_IN), mode], stdout=subprocess.PIPE)
    assert stand_in.stdout is not None
    assert stand_in.stdout.readline() == b"ready\n"
    return stand_in


def lock() -> None:
    import secretstorage

    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()


def act(keychain: Keychain, action: str, provider: str, key: str) -> dict:
    began = time.monotonic()
    found = None
    if action == "set":
        status = keychain.set(provider, Secret(key))
    elif action == "forget":
        status = keychain.forget(provider)
    else:
        status, secret = keychain.look_up(provider, os.environ.get("DRIVER_VARIABLE"))
        found = secret.reveal() if secret else None
    return {
        "state": status.state.value,
        "backend": status.backend,
        "sentence": status.sentence,
        "key": found,
        "seconds": time.monotonic() - began,
    }


def main(arguments: list[str]) -> None:
    deadline_s = float(os.environ.get("DRIVER_DEADLINE", "20"))
    places = os.environ.get("DRIVER_PLACES")
    keychain = Keychain(deadline_s=deadline_s, places_file=Path(places) if places else None)
    stand_ins = []
    for argument in arguments:
        action, _, rest = argument.partition(":")
        provider, _, key = rest.partition(":")
        if action == "stand-in":
            stand_ins.append(start_stand_in(rest))
        elif action == "lock":
            lock()
        elif action == "refresh":
            keychain.refresh()
        elif action == "tool":
            subprocess.run(["secret-tool", *rest.split(" ")], input=b"by-tool", check=False)
        else:
            sys.stdout.write(json.dumps(act(keychain, action, provider, key)) + "\n")
        sys.stdout.flush()
    for stand_in in stand_ins:
        stand_in.kill()
        stand_in.communicate()


if __name__ == "__main__":
    main(sys.argv[1:])
