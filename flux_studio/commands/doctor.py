"""`flux-studio doctor`: what works on this machine and what does not, each line with its cure. No
network.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import show, takes_json
from flux_studio.findings import findings
from flux_studio.ground import lay_ground


def describe(parser: ArgumentParser) -> None:
    """The options of `doctor`."""
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Look at everything; 3 when something is wrong."""
    ground = lay_ground()
    workshop = Workshop(ground)
    wrong = False
    try:
        for finding in findings(ground, workshop):
            wrong = wrong or finding.ok is False
            mark = {True: "ok", False: "WRONG", None: ""}[finding.ok]
            fields = {"check": finding.name, "ok": finding.ok, "message": finding.words}
            show(arguments, fields, f"{finding.name:<20} {mark:<6} {finding.words}")
    finally:
        workshop.close()
    return Exit.REFUSED if wrong else Exit.DONE
