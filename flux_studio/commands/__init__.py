"""The command line, one module a command: `describe(parser)` names its options, `run(arguments)`
does it.

The same engine as the window's, without Qt (only `tour` opens a window). Every command takes
`--json`: one object a line on stdout, money as decimal strings in USD or null for unknown; words
for people go to stderr.
"""
