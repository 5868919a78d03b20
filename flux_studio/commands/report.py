"""`flux-studio report`: one zip to send when something is wrong, with nothing secret in it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import show, takes_json
from flux_studio.ground import lay_ground
from flux_studio.report import write_report

NAME = "flux-studio-report.zip"


def describe(parser: ArgumentParser) -> None:
    """The options of `report`."""
    parser.add_argument("--out", type=Path, default=Path(NAME), metavar="FILE.zip", help="the file")
    parser.add_argument(
        "--with-prompts", action="store_true", help="put the prompts of the latest jobs in it"
    )
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Write it; a library that cannot be opened is said in the report."""
    workshop = Workshop(lay_ground())
    try:
        out = write_report(workshop, arguments.out.absolute(), with_prompts=arguments.with_prompts)
    finally:
        workshop.close()
    fields = {"path": str(out), "bytes": out.stat().st_size}
    show(arguments, fields, f"{out}\nLook through it before you send it.")
    return Exit.DONE
