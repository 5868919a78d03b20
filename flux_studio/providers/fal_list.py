"""fal's list of the requests of an endpoint: those that have ended, with their inputs. Protocol:
"List requests by endpoint" of the provider's platform API.
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
from flux_studio.providers.replies import decode
from flux_studio.providers.task_lists import (
    MOST_PAGES,
    PAGE,
    is_outside,
    moment,
    same_input,
    written,
)

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession


class _Listed(msgspec.Struct):
    request_id: str = ""
    sent_at: object = None
    json_input: object = None
    status_code: object = None


class _Page(msgspec.Struct):
    items: list[_Listed]
    next_cursor: object = None
    has_more: object = None


async def listed_requests(
    http: HttpSession,
    service: Service,
    key: Secret | None,
    platform: str,
    endpoint: str,
    sent: Mapping[str, object],
    span: tuple[datetime, datetime],
) -> TaskList:
    """The requests of `span` that may be the one made by posting `sent` to `endpoint`. Raises
    Unreachable, or Refused for the key.
    """
    found = list[ListedTask]()
    query = {
        "endpoint_id": endpoint, "start": written(span[0]), "end": written(span[1]),
        "limit": str(PAGE), "expand": "payloads",
    }  # fmt: skip
    for _ in range(MOST_PAGES):
        url = f"{platform}/v1/models/requests/by-endpoint?{urlencode(query)}"
        page = decode(await http.read(Call(service, "GET", url, key, big=True)), _Page)
        found += [task for each in page.items if (task := _task(each, sent, span))]
        if not page.has_more and not page.next_cursor:
            return TaskList(tuple(found), complete=True)
        if not isinstance(page.next_cursor, str) or not page.next_cursor:
            break
        query["cursor"] = page.next_cursor
    return TaskList(tuple(found), complete=False)


def _task(
    told: _Listed, sent: Mapping[str, object], span: tuple[datetime, datetime]
) -> ListedTask | None:
    """One request, None when it is surely another one."""
    created, same = moment(told.sent_at), same_input(sent, told.json_input)
    if not told.request_id or same is False or is_outside(created, *span):
        return None
    words = str(told.status_code) if isinstance(told.status_code, int) else ""
    return ListedTask(told.request_id, created, same=same, words=words)
