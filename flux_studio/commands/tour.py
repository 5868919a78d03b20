"""`flux-studio tour`: the real window drives itself through the main job on Practice and saves
numbered screenshots.

It works in a library of its own that is thrown away, so nobody's pictures, form or money are
touched. Without a display it runs offscreen. The exit code is 0 only when every step did what it
should.
"""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from flux_studio import startup
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import say, show, takes_json

DEFAULT_FOLDER = "flux-studio-tour"
PACE = "1.5"  # seconds a practice picture takes: long enough to be seen running


def describe(parser: ArgumentParser) -> None:
    """The options of `tour`."""
    parser.add_argument(
        "--out", default=DEFAULT_FOLDER, metavar="DIR", help="where the screenshots go"
    )
    takes_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> Exit:
    """Drive the window; 3 when a step did not come about."""
    if not startup.has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sentence = startup.library_sentence(for_display=not startup.is_offscreen())
    if sentence is not None:
        say(sentence)
        return Exit.IMPOSSIBLE
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="flux-studio-tour-") as home:
        os.environ["FLUX_STUDIO_HOME"] = home
        os.environ.setdefault("FLUX_STUDIO_PRACTICE_DELAY", PACE)
        from flux_studio.commands.tour_steps import StepFailed, drive

        try:
            for number, picture in enumerate(drive(folder, sys.argv), start=1):
                fields = {"step": number, "path": str(picture.path), "shows": picture.shows}
                show(arguments, fields, f"{picture.path}  {picture.shows}")
        except StepFailed as error:
            say(f"The tour stopped: {error}")
            return Exit.REFUSED
    return Exit.DONE
