"""Runflow's list of runs, newest first. A run bears the reference that we gave along with it, so
ours is told from any other. Protocol: "Search runs" and "Requests" of the provider's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from flux_studio.core.secret import Secret
from flux_studio.providers.calls import Call, Service
from flux_studio.providers.contract import ListedTask, TaskList
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import decode
from flux_studio.providers.task_lists import MOST_PAGES, PAGE, is_outside, moment, same_input

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession


class _Listed(msgspec.Struct):
    id: str = ""
    client_ref: object = None
    input: object = None
    status_code: object = None
    created_at: object = None


class _Page(msgspec.Struct):
    items: list[_Listed]
    next_pq: object = None


async def listed_runs(
    http: HttpSession,
    service: Service,
    key: Secret | None,
    reference: str,
    sent: Mapping[str, object],
    span: tuple[datetime, datetime],
) -> TaskList:
    """The runs of `span` that may be the one made with `reference` and the input `sent`. Raises
    Unreachable, or Refused for the key.
    """
    query, found = {"limit": str(PAGE), "sort_by": "created_at:desc"}, list[ListedTask]()
    for _ in range(MOST_PAGES):
        url = f"/v1/runs?{urlencode(query)}"
        page = decode(await http.read(Call(service, "GET", url, key, big=True)), _Page)
        found += [task for each in page.items if (task := _task(each, reference, sent, span))]
        made = [at for each in page.items if (at := moment(each.created_at))]
        if not page.next_pq or any(task.named for task in found):
            return TaskList(tuple(found), complete=True)
        # The oldest of a page counts, so that an order of its own cannot hide anything.
        if len(made) == len(page.items) and made and max(made) < span[0]:
            return TaskList(tuple(found), complete=True)
        query["pq"] = str(page.next_pq)
    return TaskList(tuple(found), complete=False)


def _task(
    told: _Listed, reference: str, sent: Mapping[str, object], span: tuple[datetime, datetime]
) -> ListedTask | None:
    """One run, None when it is surely another one."""
    created = moment(told.created_at)
    words = plain_words(told.status_code, 40) if isinstance(told.status_code, str) else ""
    if not told.id:
        return None
    if isinstance(told.client_ref, str) and told.client_ref:
        ours = told.client_ref == reference
        return ListedTask(told.id, created, named=True, same=True, words=words) if ours else None
    same = same_input(sent, told.input)
    if same is False or is_outside(created, *span):
        return None
    return ListedTask(told.id, created, same=same, words=words)
