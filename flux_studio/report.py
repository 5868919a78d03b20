"""The problem report: one zip that someone can send, with nothing secret in it.

What the doctor found, the settings, the states of the latest jobs, and the log, redacted once more
on the way out. Prompts are left out unless they are asked for; pictures and keys never are in it.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import msgspec

from flux_studio.assembly import Workshop
from flux_studio.core.errors import StudioError
from flux_studio.core.job import Job
from flux_studio.core.money import plain
from flux_studio.findings import findings
from flux_studio.providers.redaction import redact
from flux_studio.providers.registry import PROVIDERS
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.database import reader
from flux_studio.storage.job_rows import job_from
from flux_studio.storage.json_fields import RowUnreadable, time_text

MOST_JOBS = 500
MOST_LOG = 1_000_000  # bytes of each log file, its end
LEAST_PROMPT = 4  # characters; a shorter one cannot be told from any other word
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_USER_INFO = re.compile(r"(\w+://)[^/@\s]+@")
_ABOUT = """\
A problem report of Flux Studio.
doctor.txt     what works on this machine and what does not
settings.json  the settings
jobs.jsonl     the latest jobs: states, times, costs{prompts}
log/           what the program wrote down
Keys, signed addresses and pictures are not in it. Look through it before you send it.
"""


def write_report(workshop: Workshop, out: Path, *, with_prompts: bool = False) -> Path:
    """Write the report to `out` (a .zip), whole or not at all; gives its path. Blocking.

    Raises OSError when it cannot be written. What cannot be read is said in the report.
    """
    rows, trouble = _jobs(workshop)
    clean = Cleaner(workshop, () if with_prompts else [job.request.prompt for job in rows])
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        about = _ABOUT.format(prompts=", prompts" if with_prompts else "")
        file.writestr("about.txt", about)
        file.writestr("doctor.txt", clean("\n".join(_doctor(workshop))))
        settings = msgspec.json.encode(workshop.ground.settings).decode()
        file.writestr("settings.json", clean(settings))
        lines = [json.dumps(_fields(job, with_prompts=with_prompts)) for job in rows]
        file.writestr("jobs.jsonl", clean("\n".join([*lines, *trouble])))
        for path in sorted(workshop.ground.paths.log.glob("*.log*")):
            file.writestr(f"log/{path.name}", clean(_end_of(path)))
    write_atomic(out, buffer.getvalue())
    return out


class Cleaner:
    """Cuts out of a text what must not leave: keys, signed addresses, prompts, the person's own
    folder.
    """

    def __init__(self, workshop: Workshop, prompts: Sequence[str]) -> None:
        environ = workshop.ground.environ
        named = {known.key_variable for known in PROVIDERS if known.key_variable}
        self._secrets = sorted(
            (value for name, value in environ.items()
             if (name in named or _SECRET_NAME.search(name)) and len(value) >= 6),
            key=len, reverse=True,
        )  # fmt: skip
        texts = {prompt.strip() for prompt in prompts}
        texts |= {line.strip() for text in texts for line in text.splitlines()}
        self._prompts = sorted((t for t in texts if len(t) >= LEAST_PROMPT), key=len, reverse=True)
        self._home = str(Path.home())

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = _USER_INFO.sub(r"\1***@", redact(text))
        for prompt in self._prompts:
            for form in (prompt, json.dumps(prompt)[1:-1], repr(prompt)[1:-1]):
                text = text.replace(form, "[prompt]")
        return text.replace(self._home, "~") if len(self._home) > 1 else text


def _doctor(workshop: Workshop) -> Iterator[str]:
    try:
        for found in findings(workshop.ground, workshop):
            mark = {True: "ok", False: "WRONG", None: ""}[found.ok]
            yield f"{found.name:<20} {mark:<6} {found.words}"
    except Exception as error:  # noqa: BLE001  # a report is wanted most where much is broken
        yield f"the doctor could not go on: {type(error).__name__}"


def _jobs(workshop: Workshop) -> tuple[list[Job], list[str]]:
    """The latest jobs, and lines about those that cannot be read. Opens the file for reading only,
    so a damaged one stays as it is.
    """
    jobs, trouble = [], []
    try:
        with closing(reader(workshop.ground.paths.library_db)) as connection:
            found = connection.execute(
                "SELECT * FROM jobs ORDER BY created DESC, id DESC LIMIT ?", (MOST_JOBS,)
            )
            for row in found:
                try:
                    jobs.append(job_from(row))
                except (RowUnreadable, IndexError) as error:
                    trouble.append(json.dumps({"trouble": type(error).__name__}))
    except (StudioError, sqlite3.Error) as error:
        trouble.append(json.dumps({"trouble": str(error)}))
    return jobs, trouble


def _fields(job: Job, *, with_prompts: bool) -> dict[str, object]:
    """A message may quote the prompt, so it goes with the prompts."""
    ticket = job.ticket
    fields: dict[str, object] = {
        "job": job.id,
        "state": job.state.value,
        "provider": job.request.provider,
        "model": job.request.model,
        "size": [job.request.size.width, job.request.size.height],
        "references": len(job.request.references),
        "task": ticket.task if ticket else None,
        "created": time_text(job.created),
        "sent": job.sent and time_text(job.sent),
        "updated": time_text(job.updated),
        "expires": time_text(ticket.expires) if ticket and ticket.expires else None,
        "estimate": plain(job.price),
        "charged": plain(job.charged),
        "reason": job.reason,
    }
    if with_prompts:
        fields |= {"prompt": job.request.prompt, "message": job.message}
    return fields


def _end_of(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - MOST_LOG))
        return file.read().decode("utf-8", "replace")
    return "it cannot be read"
