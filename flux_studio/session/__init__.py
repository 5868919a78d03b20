"""Which state we are in: `Studio` is the only place where the state of the window changes.

Panels call a method of `Studio`; the facts that come back from the engine go through
`core.job.advance`; then `Studio.changed` carries one frozen `StudioState` and every panel shows it.
Long lists (the wall) stay outside the state: `LibraryDesk` pages through them. Blocking work runs
in `Background` and comes back as a signal.
"""
