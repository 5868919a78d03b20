"""The command line: parses arguments and hands them to one command, each a module of `commands`.

Without a command the window opens; with no display at all that is said in one line and the tour
runs instead. Commands are imported only when they are asked for, so the window's start does not pay
for them. No fault reaches the terminal as a traceback: it is one sentence and an exit code.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from flux_studio import __version__
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import let_go_of_stdout, prepare_streams, say
from flux_studio.core.errors import Impossible, KeyMissing, NotKept, ProviderError, StudioError

if TYPE_CHECKING:
    from flux_studio.storage.paths import Paths

DECODE_CHILD = "--decode-child"  # how the frozen program starts its own picture decoder
PRACTICE_CHILD = "--practice-child"  # and its own practice drawing
PROGRAM = "flux-studio"
COMMANDS = {
    "generate": "make pictures without a window",
    "price": "price a request at every provider, with the working",
    "models": "list models, their limits and prices",
    "keys": "store, look at and forget API keys",
    "jobs": "list jobs, follow what is open, settle what is unclear",
    "library": "list, search, import, delete, check, rebuild and restore the library",
    "doctor": "say what works on this machine and what does not",
    "report": "write a problem report that can be sent, with nothing secret in it",
    "tour": "let the real window drive itself and save pictures of it",
}
EXITS = (
    "exit codes: 0 done; 1 a fault of the program; 2 wrong use or an impossible request; "
    "3 refused or failed and not charged; 4 outcome unknown; 5 stopped by a budget; 6 no key; "
    "130 interrupted"
)

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == [DECODE_CHILD]:
        from flux_studio.storage.decode_child import run_child

        return run_child()
    if arguments[:1] == [PRACTICE_CHILD]:
        from flux_studio.providers.practice_child import run_child as draw

        return draw()
    prepare_streams()
    if not arguments:
        return guarded(open_window)
    return run_command(arguments)


def open_window() -> int:
    """The window; the tour where there is no display."""
    from flux_studio import startup

    display = startup.has_display()
    sentence = startup.library_sentence(for_display=display and not startup.is_offscreen())
    if sentence is not None:
        say(sentence)
        return Exit.IMPOSSIBLE
    if not display:
        say("There is no display here, so the tour runs without a window.")
        return run_command(["tour"])
    from flux_studio.app import run

    return run(sys.argv)


def run_command(arguments: Sequence[str]) -> int:
    """Parse and run one command."""
    name = arguments[0]
    try:
        if name not in COMMANDS:
            make_parser().parse_args(arguments)
            make_parser().error("name a command first")
        # Options and words may stand in any order.
        parsed = command_parser(name).parse_intermixed_args(arguments[1:])
    except SystemExit as end:  # argparse has said what was wrong, or given its help
        return end.code if isinstance(end.code, int) else Exit.IMPOSSIBLE
    return guarded(lambda: int(parsed.run(parsed)))


def guarded(run: Callable[[], int]) -> int:
    """Run; whatever goes wrong becomes a sentence on stderr and an exit code."""
    from flux_studio.log import logged

    try:
        with logged(_paths()) as log_file, _ended_by_signal():
            try:
                return run()
            except Exception as error:  # noqa: BLE001 - the last resort: no traceback gets out
                return _ending(error, log_file)
    except KeyboardInterrupt:
        return _say("Interrupted.", Exit.INTERRUPTED)
    except StudioError as error:
        return _say(str(error), Exit.IMPOSSIBLE)


def _ending(error: Exception, log_file: Path) -> Exit:
    """What an error means for the person and for the caller."""
    match error:
        case BrokenPipeError():
            let_go_of_stdout()  # the reader has seen enough
            return Exit.DONE
        case Impossible(problems=problems):
            return _say("\n".join(problem.sentence for problem in problems), Exit.IMPOSSIBLE)
        case KeyMissing():
            return _say(str(error), Exit.NO_KEY)
        case ProviderError() | NotKept():
            return _say(str(error), Exit.REFUSED)
        case StudioError():
            return _say(str(error), Exit.IMPOSSIBLE)
        case OSError():
            let_go_of_stdout()  # it may be the very thing that is full
            return _say(_disk_words(error), Exit.IMPOSSIBLE)
        case _:
            log.error("stopped by a fault of ours", exc_info=error)
            words = f"Something broke in Flux Studio ({type(error).__name__})."
            return _say(f"{words} The details are in the log: {log_file}", Exit.FAULT)


def _say(words: str, code: Exit) -> Exit:
    say(words)
    return code


def _paths() -> Paths:
    """Where everything is kept. Raises StudioError for a folder of a person who is not there."""
    from flux_studio.storage.paths import Paths

    try:
        return Paths.default()
    except RuntimeError as error:
        raise StudioError(f"The folder of Flux Studio cannot be found: {error}") from error


def make_parser() -> argparse.ArgumentParser:
    """The parser of the program itself: help, version, and the names of the commands."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Make pictures with hosted FLUX.2 models, and know the price first. "
        "Without a command the window opens.",
        epilog=EXITS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        commands.add_parser(name, help=words)
    return parser


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of one command; only its own module is imported."""
    words = COMMANDS[name].capitalize() + "."
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}", description=words, epilog=EXITS, allow_abbrev=False
    )
    import_module(f"flux_studio.commands.{name}").describe(parser)
    return parser


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """The end of a session (SIGTERM) interrupts like Ctrl+C, so that everything is put in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _disk_words(error: OSError) -> str:
    """'/proc/x: No such file or directory': the file and the system's own word."""
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}." if error.filename else f"The system refused: {what}."


if __name__ == "__main__":
    raise SystemExit(main())
