"""The evidence file of a job: what a person sends to a provider when a charge is in doubt.

Ids, times, every fact of the journal with the provider's replies as kept, the price that was shown
and what was charged. Never a key; the prompt and the names of references only when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flux_studio.core.job import Job
from flux_studio.core.money import Money, dollars, plain
from flux_studio.core.request import Request
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.balances import Balance, balance_after, balance_before
from flux_studio.storage.job_rows import job_from
from flux_studio.storage.json_fields import RowUnreadable, time_text
from flux_studio.storage.ledger import Rows
from flux_studio.storage.rows import moment
from flux_studio.storage.sidecar import SidecarUnreadable, read_sidecar, sidecar_path

PROMPT_LEFT_OUT = "(prompt left out)"
Evidence = dict[str, Any]


def evidence(
    rows: Rows,
    name: str,
    root: Path,
    redact: Callable[[str], str],
    *,
    balance: Money | None = None,
    with_prompt: bool = False,
) -> Evidence | None:
    """What is known of the job `name`, as plain JSON data; None when the journal has no such job.

    `rows` asks the database, `root` holds the originals, `redact` cuts keys and
    signatures out of a text, `balance` is what the provider last said
    is left, USD. Raises RowUnreadable, and NotKept when the disk refuses.
    """
    found = rows("SELECT * FROM jobs WHERE id = ?", (name,))
    if not found:
        return None
    job = job_from(found[0])
    ticket = job.ticket
    said: Evidence = {
        "job": job.id,
        "provider": job.request.provider,
        "model": job.request.model,
        "task": ticket.task if ticket else None,
        "state": job.state.value,
        "reason": job.reason,
        "message": job.message,
        "key_name": job.key,
        "request_id": job.request_id or (ticket.request_id if ticket else ""),
        "times": {
            "ordered": time_text(job.created),
            "sent": job.sent and time_text(job.sent),
            "accepted": ticket and time_text(ticket.submitted),
            "provider_forgets": ticket and ticket.expires and time_text(ticket.expires),
            "last_fact": time_text(job.updated),
        },
        "money_usd": {
            "price_shown": plain(job.price),
            "charged": plain(job.charged),
            "balance_last_read": plain(balance),
            **_balances(rows, job),
        },
        "request": _request(job.request, with_prompt=with_prompt),
        "facts": _facts(rows, name),
        "reply": _reply(rows, name, root),
    }
    prompt = "" if with_prompt else job.request.prompt
    cleaned = _cleaned(said, lambda text: redact(_without(prompt, text)))
    return {"summary": summary(job, cleaned), **cleaned}


def summary(job: Job, said: Mapping[str, Any]) -> list[str]:
    """The same for people, line by line."""
    times, ticket = said["times"], said["task"]
    lines = [
        f"Job {job.id} at {job.request.provider}, model {job.request.model}",
        f"Task at the provider: {ticket or 'none is known'}",
        f"Request id of the provider: {said['request_id'] or 'none is known'}",
        f"Ordered {times['ordered']}, sent {times['sent'] or 'never'}",
        f"State: {said['state']}{' (' + said['reason'] + ')' if said['reason'] else ''}",
        f"Price shown {dollars(job.price)}, charged as far as known {dollars(job.charged)}",
    ]
    if said["message"]:
        lines.append(said["message"])
    lines += [f"{fact['at']}  {fact['fact']}  {_words(fact['data'])}" for fact in said["facts"]]
    return lines


def write_evidence(said: Mapping[str, Any], path: Path) -> None:
    """Write it as one JSON file that only its owner may read. Raises OSError."""
    write_atomic(path, json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n")


def _balances(rows: Rows, job: Job) -> Evidence:
    """What the account held before the job was sent and after its last fact, as far as it was
    read; each with its time. The key may have been another one meanwhile.
    """
    sent = job.sent or job.created
    last = max(job.updated, sent)
    return {
        "balance_before": _told(balance_before(rows, job.request.provider, sent)),
        "balance_after": _told(balance_after(rows, job.request.provider, last)),
    }


def _told(balance: Balance | None) -> Evidence | None:
    if balance is None:
        return None
    return {"usd": plain(balance.usd), "at": time_text(balance.at)}


def _request(request: Request, *, with_prompt: bool) -> Evidence:
    said: Evidence = {
        "width": request.size.width,
        "height": request.size.height,
        "format": request.output_format,
        "seed": request.seed,
        "safety": request.safety,
        "checker": request.checker,
        "knobs": {name: str(value) for name, value in request.knobs},
        "references": [
            {"sha256": each.sha256, "width": each.size.width, "height": each.size.height}
            | ({"name": each.name} if with_prompt else {})
            for each in request.references
        ],
    }
    return said | ({"prompt": request.prompt} if with_prompt else {})


def _facts(rows: Rows, name: str) -> list[Evidence]:
    found = rows("SELECT at, kind, payload FROM job_events WHERE job = ? ORDER BY number", (name,))
    return [
        {
            "at": time_text(moment(row["at"])),
            "fact": row["kind"],
            "data": json.loads(row["payload"]),
        }
        for row in found
    ]


def _reply(rows: Rows, name: str, root: Path) -> str:
    """The provider's answer as the sidecar of the picture has it, '' where there is none."""
    found = rows("SELECT path FROM generations WHERE job = ? ORDER BY number LIMIT 1", (name,))
    try:
        return read_sidecar(sidecar_path(root / found[0]["path"]), root).reply if found else ""
    except (SidecarUnreadable, RowUnreadable, OSError, ValueError):
        return ""


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            return {name: _cleaned(each, clean) for name, each in value.items()}
        case list():
            return [_cleaned(each, clean) for each in value]
        case _:
            return value


def _without(prompt: str, text: str) -> str:
    """A text without the prompt, which a reply may repeat as it is or as JSON has it."""
    if not prompt:
        return text
    for each in (prompt, json.dumps(prompt)[1:-1], json.dumps(prompt, ensure_ascii=False)[1:-1]):
        text = text.replace(each, PROMPT_LEFT_OUT)
    return text


def _words(data: Mapping[str, Any]) -> str:
    said = {name: each for name, each in data.items() if each not in (None, "", [], {})}
    return json.dumps(said, ensure_ascii=False) if said else ""
