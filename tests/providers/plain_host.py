"""The plainest twin, for tests of the HTTP ground: one paid route, some free ones, files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar

from flux_studio.core.secret import Secret
from flux_studio.providers.calls import Call, Patience, Service
from flux_studio.providers.http import HttpSession
from tests.hosts.server import HostServer, route
from tests.hosts.wire import Answer, Asked

T = TypeVar("T")
QUICK = Patience(connect=2, silence=0.3, submit=0.6, read=0.4, download=0.6)


class PlainHost(HostServer):
    provider = "plain"

    @route("POST", "/submit", "submit")
    def submit(self, asked: Asked) -> Answer:
        self.check_key(asked)
        task = self.accept(asked.json, Decimal("0.03"), intent=asked.json.get("intent", ""))
        return Answer(201, json={"id": task.id})

    @route("GET", "/read", "read")
    @route("PUT", "/read", "read")
    def read(self, asked: Asked) -> Answer:
        self.check_key(asked)
        return Answer(200, json={"status": "fine"})

    @route("POST", "/form", "form")
    def form(self, asked: Asked) -> Answer:
        parts = {name: str(part.get_payload()).strip() for name, part in asked.form.items()}
        return Answer(200, json=parts)

    @route("GET", "/picture", "picture", origin="files")
    def file(self, asked: Asked) -> Answer:
        task = self.accept({"prompt": ""}, Decimal(0))
        return Answer(200, body=self.picture(task, 64, 48), headers={"content-type": "image/png"})

    @route("PUT", "/upload", "upload", origin="files")
    def upload(self, asked: Asked) -> Answer:
        return Answer(204)

    @property
    def service(self) -> Service:
        return Service("Plain", self.base_url)

    def submit_call(self, **more: Any) -> Call:
        json = more.pop("json", {"prompt": "a fox"})
        return Call(self.service, "POST", "/submit", key=Secret(self.key), json=json, **more)

    def read_call(self, **more: Any) -> Call:
        return Call(self.service, "GET", "/read", key=Secret(self.key), **more)


class Naps:
    """A sleep that does not sleep and remembers what it was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def with_session(
    use: Callable[[HttpSession], Awaitable[T]],
    *,
    patience: Patience = QUICK,
    naps: Naps | None = None,
    environ: dict[str, str] | None = None,
) -> T:
    """Run one piece of work on a session of its own, and close it."""

    async def work() -> T:
        session = HttpSession(
            environ or {}, patience=patience, sleep=naps or Naps(), jitter=lambda: 1.0
        )
        try:
            return await use(session)
        finally:
            await session.aclose()

    return asyncio.run(work())
