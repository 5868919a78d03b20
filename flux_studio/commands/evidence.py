"""`flux-studio jobs evidence JOB`: everything about one job for a question to its provider."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from flux_studio.assembly import Workshop
from flux_studio.commands.exits import Exit
from flux_studio.commands.output import emit, say, write
from flux_studio.providers.redaction import redact
from flux_studio.storage.evidence import evidence, write_evidence


def takes_evidence(parser: ArgumentParser) -> None:
    """The options that belong to `jobs evidence`."""
    parser.add_argument("--out", type=Path, metavar="FILE", help="evidence: write JSON to FILE")
    parser.add_argument(
        "--with-prompt", action="store_true", help="evidence: with prompt and reference names"
    )


def tell(workshop: Workshop, arguments: Namespace) -> Exit:
    """Print the evidence, or write it to a file. Raises OSError."""
    said = evidence(
        workshop.database.rows,
        arguments.job,
        workshop.ground.paths.pictures,
        redact,
        with_prompt=arguments.with_prompt,
    )
    if said is None:
        say(f"There is no job {arguments.job}. See `flux-studio jobs`.")
        return Exit.IMPOSSIBLE
    if arguments.out is not None:
        write_evidence(said, arguments.out)
        say(f"Written to {arguments.out}. It holds no key; read it before you send it.")
    elif arguments.json:
        emit(said)
    else:
        for line in said["summary"]:
            write(line)
    return Exit.DONE
