"""Where pictures, jobs, settings and keys are kept. No Qt, no network.

The precious part: `database` (one writer), `journal` (paid jobs), `library` (originals with
sidecars, then the row), `references`, and for reading `gallery`; `verify` compares them and
`rebuild` restores the database from sidecars.
"""
