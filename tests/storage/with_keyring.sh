#!/bin/bash
# Runs a command in a session bus of its own with an unlocked, empty gnome-keyring.
#   with_keyring.sh HOME_FOLDER PASSWORD COMMAND...
# The same HOME_FOLDER with another PASSWORD gives a locked keyring.
set -u
export HOME="$1" PW="$2"
shift 2
RUNTIME=$(mktemp -d)
chmod 700 "$RUNTIME"
trap 'rm -rf "$RUNTIME"' EXIT
export XDG_RUNTIME_DIR="$RUNTIME" XDG_DATA_HOME="$HOME/.local/share"
export XDG_CONFIG_HOME="$HOME/.config" XDG_CACHE_HOME="$HOME/.cache"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
dbus-run-session -- bash -c \
  'printf "%s" "$PW" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$@"' \
  _ "$@"
