"""Loopback twins of the real providers: real sockets, strict protocol, a ledger of charges, faults
on demand.

`python -m tests.hosts` starts all of them for hand use. Each twin is one module with one
`HostServer` in it.
"""
