"""The command line: parses arguments and hands them to one command, each a module of `commands`.

Without a command the window opens; with no display at all that is said in one line and the tour
runs instead. Commands are imported only when they are asked for, so the window's start does not pay
for them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from flux_studio import __version__
from flux_studio.commands.exits import Exit

DECODE_CHILD = "--decode-child"  # how the frozen program starts its own picture decoder
COMMANDS = {
    "generate": "make pictures without a window",
    "price": "price a request at every provider, with the working",
    "models": "list models, their limits and prices",
    "keys": "store, look at and forget API keys",
    "jobs": "list jobs, follow what is open, settle what is unclear",
    "library": "list, search, check and rebuild the library",
    "doctor": "say what works on this machine and what does not",
    "tour": "let the real window drive itself and save pictures of it",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == [DECODE_CHILD]:
        from flux_studio.storage.decode_child import run_child

        return run_child()
    if not arguments:
        return open_window()
    return run_command(arguments)


def open_window() -> int:
    """The window; the tour where there is no display."""
    from flux_studio import startup

    display = startup.has_display()
    sentence = startup.library_sentence(for_display=display and not startup.is_offscreen())
    if sentence is not None:
        print(sentence, file=sys.stderr)
        return Exit.IMPOSSIBLE
    if not display:
        print("There is no display here, so the tour runs without a window.", file=sys.stderr)
        return run_command(["tour"])
    from flux_studio.app import run

    return run(sys.argv)


def run_command(arguments: Sequence[str]) -> int:
    """Parse and run one command. Errors a person can act on are one sentence on stderr."""
    from flux_studio.core.errors import Impossible, KeyMissing, ProviderError, StudioError

    parsed = make_parser(arguments[0]).parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; Python would complain at exit
        return Exit.DONE
    except KeyMissing as error:
        return _fail(error, Exit.NO_KEY)
    except Impossible as error:
        return _fail(error, Exit.IMPOSSIBLE)
    except ProviderError as error:
        return _fail(error, Exit.REFUSED)
    except (StudioError, OSError) as error:
        return _fail(error, Exit.IMPOSSIBLE)


def make_parser(chosen: str = "") -> argparse.ArgumentParser:
    """The parser; only the chosen command's module is imported to describe its options."""
    parser = argparse.ArgumentParser(
        prog="flux-studio",
        description="Make pictures with hosted FLUX.2 models, and know the price first. "
        "Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"flux-studio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words.capitalize() + ".")
        if name == chosen:
            import_module(f"flux_studio.commands.{name}").describe(command)
    return parser


def _fail(error: Exception, code: Exit) -> int:
    print(error, file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
