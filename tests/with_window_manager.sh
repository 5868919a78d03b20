#!/bin/sh
# Runs a command beside a window manager: without one, nobody gives a window the keyboard.
if command -v openbox >/dev/null; then
  openbox >/dev/null 2>&1 &
  manager=$!
fi
"$@"
code=$?
[ -z "${manager:-}" ] || kill "$manager" 2>/dev/null
exit $code
