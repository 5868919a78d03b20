"""Replicate's list of predictions, newest first, a hundred a page, with their inputs for about an
hour. Protocol: `predictions.list` of the provider's OpenAPI description (copy of 2026-04-09).
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
from flux_studio.providers.task_lists import MOST_PAGES, is_outside, moment, same_input, written

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession


class _Listed(msgspec.Struct):
    id: str = ""
    model: object = None
    input: object = None
    status: object = None
    created_at: object = None


class _Page(msgspec.Struct):
    results: list[_Listed]
    next: object = None


async def listed_predictions(
    http: HttpSession,
    service: Service,
    key: Secret | None,
    path: str,
    sent: Mapping[str, object],
    span: tuple[datetime, datetime],
) -> TaskList:
    """The predictions of `span` that may be the one made by posting `sent` to `path`. Raises
    Unreachable, or Refused for the key.
    """
    query = {"created_after": written(span[0]), "created_before": written(span[1])}
    url, found = f"/v1/predictions?{urlencode(query)}", list[ListedTask]()
    for _ in range(MOST_PAGES):
        page = decode(await http.read(Call(service, "GET", url, key, big=True)), _Page)
        found += [task for each in page.results if (task := _task(each, path, sent, span))]
        if page.next is None:
            return TaskList(tuple(found), complete=True)
        following = service.own(page.next)
        if following is None:
            break
        url = following
    return TaskList(tuple(found), complete=False)


def _task(
    told: _Listed, path: str, sent: Mapping[str, object], span: tuple[datetime, datetime]
) -> ListedTask | None:
    """One prediction, None when it is surely another one."""
    model = path.removeprefix("/v1/models/").removesuffix("/predictions")
    created = moment(told.created_at)
    if not told.id or (isinstance(told.model, str) and told.model != model):
        return None
    same = same_input(sent, told.input)
    if same is False or is_outside(created, *span):
        return None
    words = plain_words(told.status, 40) if isinstance(told.status, str) else ""
    return ListedTask(told.id, created, same=same, words=words)
