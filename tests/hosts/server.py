"""A twin: a loopback server of one provider with strict routes, a ledger, planned faults and timed
jobs.

A subclass names its provider and writes its routes as methods:

    class ExampleHost(HostServer):
        provider = "example"

        @route("POST", "/v1/{model}", "submit")
        def submit(self, asked: Asked, model: str) -> Answer: ...

It runs on a loop in a thread of its own. Each twin has three origins, each a port: `base_url` for
the API, `files_url` for results and uploads, where a key is a violation, and `foreign_url`, a
stranger that must never be asked at all.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar, TypeVar

from tests.hosts import faults
from tests.hosts.faults import Fault
from tests.hosts.pictures import picture
from tests.hosts.records import Charge, Rejection, Task, Violation
from tests.hosts.wire import Answer, Asked, read_body, read_head

__all__ = ["KEY", "Charge", "HostServer", "Rejection", "Task", "Violation", "route"]

H = TypeVar("H", bound=Callable[..., Answer])
KEY = "twin-key-0123456789abcdef"
KEY_HEADERS = ("authorization", "x-key", "key", "api-key", "x-api-key")


def route(method: str, path: str, name: str, origin: str = "api") -> Callable[[H], H]:
    """Mark a method as the handler of a path; `{word}` in it matches one segment, `{word*}` the
    rest.
    """
    parts = re.split(r"(\{\w+\*?\})", path)
    pattern = "".join(
        f"(?P<{part[1:-1].rstrip('*')}>{'.+' if '*' in part else '[^/]+'})"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )

    def marked(handler: H) -> H:
        routes = getattr(handler, "routes", [])
        handler.__dict__["routes"] = [*routes, (origin, method, re.compile(pattern), name)]
        return handler

    return marked


class HostServer:
    """The common part of all twins. Use as a context manager, or `start` and `stop`."""

    provider: ClassVar[str] = ""

    def __init__(self) -> None:
        self.key = KEY
        self.requests: list[Asked] = []
        self.violations: list[str] = []
        self.foreign: list[Asked] = []
        self.ledger: list[Charge] = []
        self.tasks: dict[str, Task] = {}
        self.balance = Decimal("10.00")
        self.duration: Callable[[], float] = lambda: 0.0
        self.scale = 1.0  # multiplies every duration
        self.longest_page = 100  # tasks of one page of a list
        self.clock: Callable[[], float] = time.monotonic
        self._faults: list[Fault] = []
        self._endings: list[tuple[str, dict[str, Any]]] = []
        self._numbers = count(1)
        self._connections = count(1)
        self._news = threading.Condition()
        self._routes = [
            (*spec, getattr(self, name))
            for name in dir(type(self))
            for spec in getattr(getattr(type(self), name), "routes", [])
        ]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ports: dict[str, int] = {}

    # Life

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self):
        """Open the ports. Returns the twin itself."""
        opened = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(opened,), name=f"twin-{self.provider}", daemon=True
        )
        self._thread.start()
        if not opened.wait(10):
            raise RuntimeError("the twin did not start")
        return self

    def stop(self) -> None:
        """Close everything; no thread and no socket is left."""
        if self._loop is None or self._thread is None:
            return
        loop, self._loop = self._loop, None
        loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        if self._thread.is_alive():
            raise RuntimeError("the twin did not stop")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._ports['api']}"

    @property
    def files_url(self) -> str:
        return f"http://127.0.0.1:{self._ports['files']}"

    @property
    def foreign_url(self) -> str:
        return f"http://127.0.0.1:{self._ports['foreign']}"

    @property
    def environ(self) -> dict[str, str]:
        """The environment that leads the studio to this twin."""
        return {f"FLUX_STUDIO_{self.provider.upper()}_URL": self.base_url}

    # Scripts for tests

    def fault(self, route: str, name: str, times: int = 1, **details: Any) -> None:
        """Misbehave for the next `times` requests of a route; '*' stands for any route."""
        known = name in faults.KNOWN or name.isdecimal()
        names = {spec[3] for spec in self._routes}
        if not known or (route != "*" and route not in names):
            raise ValueError(f"no fault {name} or no route {route} among {sorted(names)}")
        self._faults.append(Fault(route, name, times, details))

    def ending(self, kind: str, **details: Any) -> None:
        """How the next accepted task ends: a word the twin knows, such as 'failed'."""
        self._endings.append((kind, details))

    def charges_for(self, word: str) -> list[Charge]:
        """The charges of one idempotency key, task or prompt."""
        return [c for c in self.ledger if word in (c.intent, c.task, c.prompt)]

    def asked(self, name: str) -> list[Asked]:
        """The requests one route has had, oldest first, those answered with a fault included."""
        return [asked for asked in self.requests if asked.route == name]

    def wait_for(self, name: str, times: int = 1, timeout: float = 5.0) -> None:
        """Wait until a route has had `times` requests. Raises TimeoutError after `timeout` s."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.asked(name)) >= times, timeout):
                raise TimeoutError(f"{name} was asked {len(self.asked(name))} times")

    # For subclasses

    def error(self, status: int, message: str, code: str) -> Answer:
        """An error as this provider words it."""
        return Answer(status, json={"error": {"code": code or str(status), "message": message}})

    def check_key(self, asked: Asked) -> None:
        """Raise Rejection for a missing or wrong key; `Authorization: Bearer` unless overridden."""
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            raise Rejection(401, "The key is missing or wrong.", "unauthorized")

    def accept(
        self,
        body: dict[str, Any],
        usd: Decimal,
        *,
        intent: str = "",
        kind: str = "",
        **details: Any,
    ) -> Task:
        """Take on a task and charge for it. Raises Rejection(402) without credit."""
        if usd > self.balance:
            raise Rejection(402, "The account has no credit left.", "insufficient_credits")
        ending, extra = self._endings.pop(0) if self._endings else ("done", {})
        task = Task(
            f"{self.provider}-task-{next(self._numbers):06d}", body, self.clock(),
            self.duration() * self.scale, usd, kind, ending, {**details, **extra},
        )  # fmt: skip
        self.tasks[task.id] = task
        if ending == "done":
            self.balance -= usd
            prompt = body.get("prompt", body.get("input", {}))
            text = prompt.get("prompt", "") if isinstance(prompt, dict) else prompt
            self.ledger.append(Charge(task.id, usd, intent, str(text)))
        return task

    def page(self, tasks: list[Task], cursor: str, limit: int) -> tuple[list[Task], str | None]:
        """A page of tasks, newest first, and the cursor of the next one; None after the last."""
        newest, start = sorted(tasks, key=lambda task: task.made, reverse=True), int(cursor or 0)
        end = start + min(limit, self.longest_page)
        return newest[start:end], str(end) if end < len(newest) else None

    def task(self, number: str) -> Task:
        """A task by id. Raises Rejection(404)."""
        if number not in self.tasks:
            raise Rejection(404, "There is no such task.", "not_found")
        return self.tasks[number]

    def progress(self, task: Task) -> float:
        """The share done, 0 to 1."""
        gone = self.clock() - task.created
        return 1.0 if task.seconds <= 0 else min(1.0, gone / task.seconds)

    def picture(self, task: Task, width: int, height: int, form: str = "png") -> bytes:
        """The picture of a task, in px."""
        return picture(width, height, form, task.id)

    # The server

    def _run(self, opened: threading.Event) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve(opened))

    async def _serve(self, opened: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._live: set[asyncio.Task[None]] = set()
        servers = []
        for origin in ("api", "files", "foreign"):
            server = await asyncio.start_server(self._client(origin), "127.0.0.1", 0, limit=2**20)
            self._ports[origin] = server.sockets[0].getsockname()[1]
            servers.append(server)
        opened.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        for live in self._live:
            live.cancel()
        await asyncio.gather(*self._live, return_exceptions=True)

    def _client(self, origin: str):
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            live = asyncio.current_task()
            assert live is not None
            self._live.add(live)
            try:
                await self._converse(origin, reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass  # the client has left or the twin stops
            except (ValueError, asyncio.LimitOverrunError) as broken:
                self.violations.append(f"not HTTP/1.1: {broken}")
            finally:
                self._live.discard(live)
                writer.close()

        return serve

    async def _converse(
        self, origin: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connection = next(self._connections)
        while not writer.is_closing():
            asked = await read_head(reader, origin)
            if asked is None:
                return
            asked.at, asked.connection = self.clock(), connection
            found = self._find(asked)
            fault = self._due(asked.route)
            if fault and fault.name in faults.BEFORE:
                self._note(asked)
                await faults.BEFORE[fault.name](writer, Answer(), fault.details)
                return
            await read_body(reader, asked)
            self._note(asked)
            answer = self._handle(asked, found, fault)
            await self._reply(reader, writer, answer, fault)

    async def _reply(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer,
        fault: Fault | None,
    ) -> None:  # fmt: skip
        if fault and fault.name in faults.INSTEAD:
            answer = faults.INSTEAD[fault.name](answer, fault.details)
        if fault is None or fault.name not in faults.AFTER:
            await faults.send(writer, answer)
            return
        # A fault may last for ever: it ends when the client leaves.
        misbehaving = asyncio.ensure_future(faults.AFTER[fault.name](writer, answer, fault.details))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((misbehaving, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            misbehaving.cancel()
            leaving.cancel()
            await asyncio.gather(misbehaving, leaving, return_exceptions=True)
            writer.close()

    def _note(self, asked: Asked) -> None:
        with self._news:
            self.requests.append(asked)
            self._news.notify_all()

    def _find(self, asked: Asked) -> tuple[Callable[..., Answer], dict[str, str]] | None:
        for origin, method, pattern, name, handler in self._routes:
            match = pattern.fullmatch(asked.path)
            if origin == asked.origin and method == asked.method and match:
                asked.route = name
                return handler, match.groupdict()
        return None

    def _due(self, route: str) -> Fault | None:
        for fault in self._faults:
            if fault.route in (route, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def _handle(
        self, asked: Asked, found: tuple[Callable[..., Answer], dict[str, str]] | None,
        fault: Fault | None,
    ) -> Answer:  # fmt: skip
        if asked.origin == "foreign":
            self.foreign.append(asked)
            return Answer(200, body=picture(64, 64), headers={"content-type": "image/png"})
        try:
            self._check_no_key(asked)
            status_only = fault is not None and fault.name.isdecimal() and fault.name != "204"
            if fault and status_only and not fault.details.get("accepted"):
                return self._status(fault)
            if found is None:
                raise Violation(f"{asked.method} {asked.path} is no route", 404)
            answer = found[0](asked, **found[1])
        except Violation as broken:
            self.violations.append(f"{asked.method} {asked.path}: {broken}")
            return self.error(broken.status, str(broken), "validation")
        except Rejection as no:
            answer = self.error(no.status, str(no), no.code)
            answer.headers.update(no.headers)
            return answer
        except Exception as bug:  # noqa: BLE001 - a twin that breaks must fail the test, not hang it
            self.violations.append(f"the twin broke at {asked.method} {asked.path}: {bug!r}")
            return self.error(500, "The twin broke.", "twin")
        return self._status(fault) if fault and status_only else answer

    def _status(self, fault: Fault) -> Answer:
        details = fault.details
        if details.get("html"):
            answer = Answer(
                int(fault.name), body=faults.PAGE, headers={"content-type": "text/html"}
            )
        else:
            message = details.get("message", f"scripted {fault.name}")
            answer = self.error(int(fault.name), message, details.get("code", ""))
        if "retry_after" in details:
            answer.headers["retry-after"] = str(details["retry_after"])
        answer.headers.update(details.get("headers", {}))
        return answer

    def _check_no_key(self, asked: Asked) -> None:
        """No key may reach the second origin, whatever header it hides in."""
        if asked.origin == "files":
            if any(name in asked.headers for name in KEY_HEADERS):
                raise Violation("a key header at the second origin", 400)
            if self.key in _texts(asked):
                raise Violation("the key at the second origin", 400)


def _texts(asked: Asked) -> str:
    values: Iterable[str] = (asked.target, *asked.headers.values())
    return "\n".join(values)
